//! The answer to STATUS.

use alloc::vec::Vec;

use bounded_static::{IntoBoundedStatic, ToBoundedStatic};

use super::Uptake;
use super::required::FromLines;
use crate::client::event::Event;
use crate::codec::{MailboxName, StatusItem, Untagged};

/// STATUS (RFC 9051 section 6.3.11).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The mailbox as the server names it. A line that names another one is among the [unread](Self::unread).
    pub mailbox: MailboxName<'static>,
    /// In the order of the server.
    pub items: Vec<StatusItem<'static>>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the items hold beside themselves, in octets.
    held: usize,
}

impl Counted {
    /// The number that the server says of this item: a [`StatusName`](crate::client::StatusName), or the name of another one, in upper or
    /// lower case. `None` if it says none.
    #[must_use]
    pub fn number(&self, item: impl AsRef<str>) -> Option<u64> {
        number_of(&self.items, item.as_ref())
    }
}

/// The number of the first of these items that has this name, in upper or lower case.
pub(super) fn number_of(items: &[StatusItem<'_>], name: &str) -> Option<u64> {
    let mut items = items.iter();
    let item = items.find(|item| item.name().eq_ignore_ascii_case(name.as_bytes()))?;
    item.number()
}

impl FromLines for Counted {
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let Untagged::Status(status) = line else {
            return None;
        };
        let mut counted = Self {
            mailbox: status.mailbox.to_static(),
            items: Vec::new(),
            unread: Vec::new(),
            held: status.mailbox.wire().len(),
        };
        let uptake = counted.add(line);
        Some((counted, uptake))
    }

    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        let Untagged::Status(status) = line else {
            return Uptake::Left;
        };
        if self.mailbox != status.mailbox {
            return Uptake::Left;
        }
        self.held += status.raw().len();
        let before = self.items.len();
        let items = status.items().map(IntoBoundedStatic::into_static);
        self.items.extend(items);
        match self.items.len() == before && !line.defects().is_empty() {
            true => Uptake::Left,
            false => Uptake::of(line),
        }
    }

    fn octets(&self) -> usize {
        self.items.capacity() * size_of::<StatusItem<'_>>() + self.held
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}
