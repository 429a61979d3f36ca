//! Commands in flight that ask for the same kind of data, each about a mailbox of its own: STATUS, MYRIGHTS, ...

use alloc::collections::BTreeSet;

use super::super::entries::Entries;
use super::super::handle::CommandHandle;
use super::super::in_order::InOrder;

/// No two of them are about the same mailbox.
#[derive(Default)]
pub(super) struct NamedMailboxes {
    /// By a digest of the name, since names often begin alike and are slow to compare. The name itself decides.
    by_name: BTreeSet<(u64, CommandHandle)>,
    by_age: InOrder<()>,
}

impl NamedMailboxes {
    pub(super) fn add(&mut self, handle: CommandHandle, mailbox: &[u8]) {
        self.by_name.insert((digest(mailbox), handle));
        self.by_age.push(handle, ());
    }

    pub(super) fn remove(&mut self, handle: CommandHandle, mailbox: &[u8]) {
        self.by_name.remove(&(digest(mailbox), handle));
        self.by_age.remove(handle);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.by_age.len() == 0
    }

    pub(super) fn of(&self, mailbox: &[u8], entries: &Entries) -> Option<CommandHandle> {
        let digest = digest(mailbox);
        let alike = self.by_name.range((digest, CommandHandle::FIRST)..);
        let mut alike = alike.take_while(|(other, _)| *other == digest);
        let named = alike.find(|(_, handle)| {
            let entry = entries.get(*handle);
            entry.is_some_and(|entry| entry.profile.may_be_about(mailbox))
        });
        named.map(|(_, handle)| *handle)
    }

    pub(super) fn oldest(&self) -> Option<CommandHandle> {
        self.by_age.first().map(|(handle, ())| handle)
    }

    /// The command, if there is exactly one.
    pub(super) fn only(&self) -> Option<CommandHandle> {
        self.oldest().filter(|_| self.by_age.len() == 1)
    }
}

/// FNV-1a.
fn digest(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |digest, octet| {
        (digest ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Command;
    use crate::client::command::Entry;

    fn entry(handle: CommandHandle, name: &str) -> Entry {
        Entry::of(handle, Command::status(name, ["MESSAGES"]).unwrap())
    }

    /// Two names hardly ever share a digest, so three commands are put where only the one for `a` would be.
    #[test]
    fn among_commands_with_the_same_digest_the_name_decides() {
        for (names, place) in [
            (["a", "b", "c"], 0),
            (["b", "a", "c"], 1),
            (["b", "c", "a"], 2),
        ] {
            let a = b"a";
            let handles = [1, 2, 3].map(|number| CommandHandle::new(number).unwrap());
            let (mut statuses, mut entries) = (NamedMailboxes::default(), Entries::default());
            for (handle, name) in handles.into_iter().zip(names) {
                entries.push(entry(handle, name));
                statuses.add(handle, a);
            }
            assert_eq!(statuses.of(a, &entries), Some(handles[place]));
            statuses.remove(handles[place], a);
            assert_eq!(statuses.of(a, &entries), None);
            // Another digest is not looked at.
            statuses.by_name.insert((digest(a) + 1, handles[place]));
            assert_eq!(statuses.of(a, &entries), None);
        }
    }
}
