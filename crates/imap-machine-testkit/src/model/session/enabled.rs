//! What is enabled, as far as the server has said.

use std::collections::BTreeSet;

use imap_machine::client::ClientConnection;
use imap_machine::codec::Untagged;

use super::Session;
use crate::rule::{Checked, rule};

/// Whether names are UTF-8 (RFC 9051 section 5.1, RFC 9755 section 3).
pub(super) fn is_utf8(enabled: &BTreeSet<String>) -> bool {
    enabled.contains("IMAP4REV2") || enabled.contains("UTF8=ACCEPT")
}

impl Session {
    pub(super) fn enabled_data(&mut self, data: &Untagged<'_>) {
        if let Untagged::Enabled(list) = data {
            self.enable(list.words.texts());
        }
    }

    /// RFC 5161 section 3.1: only after the login.
    fn enable(&mut self, names: impl Iterator<Item = impl AsRef<str>>) {
        if self.is_authenticated() {
            let names = names.map(|name| name.as_ref().to_ascii_uppercase());
            // Names are atoms.
            self.enabled
                .extend(names.filter(|name| !name.contains(' ')));
        }
    }

    pub(super) fn enabled_agrees(&self, connection: &ClientConnection) -> Checked {
        let known: BTreeSet<_> = connection.enabled().names().map(str::to_owned).collect();
        // The list of names is bounded as that of the capabilities is.
        let ours = self.enabled.iter();
        let bounded = ours.map(|name| name.len() + 1).sum::<usize>() > self.listed;
        rule(
            "enabled() agrees with the model",
            known == self.enabled || bounded,
            || format!("{known:?} instead of {:?}", self.enabled),
        )
    }
}
