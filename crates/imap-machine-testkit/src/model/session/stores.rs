//! What commands do to flags, and when (docs/decisions/0013).

use imap_machine::codec::ResponseText;

use super::{Issued, Session, Written};
use crate::model::mailbox::Mailbox;
use crate::model::stored::{Store, modified};

impl Session {
    /// A command is written to its end: from now on the server may do it.
    pub(super) fn note_store(&mut self, line: &[u8]) {
        let tag = line.split(|octet| *octet == b' ').next();
        let handles = self.commands.iter().map(|it| it.handle);
        let mut handles = handles.filter(|it| Some(it.to_string().as_bytes()) == tag);
        let Some(handle) = handles.next() else {
            return;
        };
        self.start(handle);
        let store = Store::read(line);
        if let Some(command) = self.commands.iter_mut().find(|it| it.handle == handle) {
            command.store = match command.written {
                Written::Typed => store,
                Written::ByHand => by_hand(line).then(Store::by_hand),
            };
        }
    }

    /// What a command does to flags, as far as that is still known.
    pub(super) fn meant(&self, command: &Issued) -> Option<Store> {
        let store = command.store.as_ref()?;
        let renumbered = self.selected.as_ref().map_or(0, Mailbox::renumbered);
        Some(match renumbered == command.renumbered {
            true => store.clone(),
            false => store.renumbered(),
        })
    }

    /// A command that changes flags has ended. Earlier ones without an answer may have been carried out before it or after it.
    pub(super) fn stored(
        &mut self,
        command: &Issued,
        store: &Store,
        ok: bool,
        text: &ResponseText<'_>,
    ) {
        let code = text.raw_code().map(String::from_utf8_lossy);
        let modified = match code.as_deref().and_then(|code| code.split_once(' ')) {
            Some((name, set)) if name.eq_ignore_ascii_case("MODIFIED") => modified(set),
            _ if text.has_code("MODIFIED") => None,
            _ => Some(Vec::new()),
        };
        let done = modified.filter(|_| ok && store.silent);
        let older = self.commands.iter().filter(|it| it.handle < command.handle);
        let older: Vec<_> = older.filter_map(|it| self.meant(it)).collect();
        let silent = older.iter().filter(|it| it.silent);
        if let Some(mailbox) = &mut self.selected {
            mailbox.stored(store, done.as_deref());
            for older in silent {
                mailbox.stored(older, None);
            }
        }
    }

    /// The silent STOREs that are under way.
    pub(super) fn silent_stores(&self) -> Vec<Store> {
        let under_way = self.commands.iter().filter_map(|it| self.meant(it));
        under_way.filter(|store| store.silent).collect()
    }
}

/// Whether a command written by hand is a STORE.
fn by_hand(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line).to_ascii_uppercase();
    let words: Vec<&str> = line.split_ascii_whitespace().skip(1).take(2).collect();
    matches!(words[..], ["STORE", ..] | ["UID", "STORE"])
}
