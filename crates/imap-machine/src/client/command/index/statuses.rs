//! STATUS commands in flight, by their mailboxes.

use alloc::collections::BTreeSet;

use imap_types::mailbox::Mailbox;

use super::super::entry::Entries;
use super::super::handle::CommandHandle;
use super::super::in_order::InOrder;
use super::super::profile::wire_name;

/// No two of them are about the same mailbox.
#[derive(Default)]
pub(super) struct Statuses {
    /// By a digest of the name, since names often begin alike and are slow to compare. The name itself decides.
    by_name: BTreeSet<(u64, CommandHandle)>,
    by_age: InOrder<()>,
}

impl Statuses {
    pub(super) fn add(&mut self, handle: CommandHandle, mailbox: &Mailbox<'_>) {
        self.by_name.insert((digest(mailbox), handle));
        self.by_age.push(handle, ());
    }

    pub(super) fn remove(&mut self, handle: CommandHandle, mailbox: &Mailbox<'_>) {
        self.by_name.remove(&(digest(mailbox), handle));
        self.by_age.remove(handle);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.by_age.len() == 0
    }

    pub(super) fn of(&self, mailbox: &Mailbox<'_>, entries: &Entries) -> Option<CommandHandle> {
        let digest = digest(mailbox);
        let alike = self.by_name.range((digest, CommandHandle(0))..);
        let alike = alike.take_while(|(other, _)| *other == digest);
        let mut alike = alike.map(|(_, handle)| *handle);
        alike.find(|handle| {
            let entry = entries.get(*handle);
            entry.is_some_and(|entry| !entry.profile.is_elsewhere(mailbox))
        })
    }

    pub(super) fn oldest(&self) -> Option<CommandHandle> {
        self.by_age.first().map(|(handle, ())| handle)
    }

    /// The STATUS, if there is exactly one.
    pub(super) fn only(&self) -> Option<CommandHandle> {
        self.oldest().filter(|_| self.by_age.len() == 1)
    }
}

/// FNV-1a.
fn digest(mailbox: &Mailbox<'_>) -> u64 {
    let octets = wire_name(mailbox).iter();
    octets.fold(0xcbf2_9ce4_8422_2325, |digest, octet| {
        (digest ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3)
    })
}
