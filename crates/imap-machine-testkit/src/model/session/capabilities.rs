//! What the server can do, as far as it has said.

use std::collections::BTreeSet;

use imap_machine::State;
use imap_machine::client::{ClientConnection, Waiting};
use imap_machine::codec::ResponseText;

use super::{Granted, Heard, Session};
use crate::rule::Checked;
use crate::rule::rule;

impl Session {
    pub(super) fn capability_code(&mut self, text: &ResponseText<'_>) {
        if let Some(code) = text.raw_code() {
            self.capability_list(code);
        }
    }

    /// A list that came in a line which cannot be read as a whole.
    pub(super) fn capability_line(&mut self, line: &[u8]) {
        if self.state == State::Greeting {
            return;
        }
        if let Some(data) = line.strip_prefix(b"* ") {
            self.capability_list(data);
        }
    }

    fn capability_list(&mut self, words: &[u8]) {
        let name = words.split(|octet| *octet == b' ').next();
        let name = name.unwrap_or_default();
        if name.eq_ignore_ascii_case(b"CAPABILITY") {
            self.learn(&words[name.len()..]);
        }
    }

    pub(super) fn learn(&mut self, list: &[u8]) {
        let mut names = BTreeSet::new();
        let mut end = 0;
        for name in list.trim_ascii().split(|octet| *octet == b' ') {
            end += name.len();
            if !name.is_empty() && end <= self.listed {
                names.insert(String::from_utf8_lossy(name).to_ascii_uppercase());
            }
            end += 1;
        }
        self.capabilities = Some(names);
        self.heard = Heard::SinceLogin;
    }

    pub(super) fn capabilities_agree(&self, connection: &ClientConnection) -> Checked {
        // The model learns at the next `observe` whether the layer is in place. At the end there is none.
        let over = self.state == State::Logout || connection.waiting() == Waiting::Closed;
        if self.granted == Granted::Tls || over {
            return Ok(());
        }
        let known = connection.capabilities();
        let ours = self.capabilities.as_ref();
        let names = ours.into_iter().flatten().map(String::as_str);
        rule(
            "capabilities() agree with the model",
            known.is_known() == ours.is_some() && known.iter().eq(names),
            || format!("{known:?} instead of {ours:?}"),
        )
    }
}
