//! STATUS commands in flight, by their mailboxes.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;
use core::iter;

use imap_types::mailbox::Mailbox;

use super::super::entry::Entries;
use super::super::handle::CommandHandle;
use super::super::in_order::InOrder;
use super::super::profile::wire_name;

/// No two of them are about the same mailbox.
#[derive(Default)]
pub(super) struct Statuses {
    /// By a digest of the name, since names often begin alike and are slow to compare. The name itself decides.
    by_name: BTreeMap<u64, Alike>,
    by_age: InOrder<()>,
}

/// Commands whose mailboxes have the same digest: hardly ever more than one.
struct Alike {
    one: CommandHandle,
    others: Vec<CommandHandle>,
}

impl Statuses {
    pub(super) fn add(&mut self, handle: CommandHandle, mailbox: &Mailbox<'_>) {
        match self.by_name.entry(digest(mailbox)) {
            Entry::Occupied(mut alike) => alike.get_mut().others.push(handle),
            Entry::Vacant(place) => {
                place.insert(Alike {
                    one: handle,
                    others: Vec::new(),
                });
            }
        }
        self.by_age.push(handle, ());
    }

    pub(super) fn remove(&mut self, handle: CommandHandle, mailbox: &Mailbox<'_>) {
        if let Entry::Occupied(mut place) = self.by_name.entry(digest(mailbox)) {
            let alike = place.get_mut();
            if alike.one != handle {
                alike.others.retain(|other| *other != handle);
            } else if let Some(other) = alike.others.pop() {
                alike.one = other;
            } else {
                place.remove();
            }
        }
        self.by_age.remove(handle);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.by_age.len() == 0
    }

    pub(super) fn of(&self, mailbox: &Mailbox<'_>, entries: &Entries) -> Option<CommandHandle> {
        let alike = self.by_name.get(&digest(mailbox))?;
        let mut alike = iter::once(alike.one).chain(alike.others.iter().copied());
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The look-up by name is compared with a walk in the tests of the index; names that share a digest are too rare for that.
    #[test]
    fn commands_that_share_a_digest_are_all_kept_and_removed() {
        let mailbox = Mailbox::try_from("box").unwrap();
        let handles = [1, 2, 3].map(|number| CommandHandle::new(number).unwrap());
        for first in 0..3 {
            let mut statuses = Statuses::default();
            for handle in handles {
                statuses.add(handle, &mailbox);
            }
            for at in 0..3 {
                let alike = statuses.by_name.get(&digest(&mailbox)).unwrap();
                assert_eq!(1 + alike.others.len(), 3 - at);
                let gone = handles[(first + at) % 3];
                assert!(alike.one == gone || alike.others.contains(&gone));
                statuses.remove(gone, &mailbox);
            }
            assert!(statuses.is_empty() && statuses.by_name.is_empty());
        }
    }
}
