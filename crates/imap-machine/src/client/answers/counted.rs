//! The answer to STATUS.

use alloc::vec::Vec;

use bounded_static::{IntoBoundedStatic, ToBoundedStatic};

use super::{Answer, Unreadable, Uptake, course_of_command, keep_code};
use crate::client::command::Completion;
use crate::client::event::Event;
use crate::codec::{MailboxName, StatusItem, Untagged};

/// STATUS (RFC 9051 section 6.3.11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The mailbox as the server names it. A line that names another one is among the [unread](Self::unread).
    pub mailbox: Option<MailboxName<'static>>,
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

impl Answer for Counted {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Status(status) = data else {
            return Uptake::Left;
        };
        let name = &status.mailbox;
        if self.mailbox.as_ref().is_some_and(|known| known != name) {
            return Uptake::Left;
        }
        if self.mailbox.is_none() {
            self.held += name.wire().len();
            self.mailbox = Some(name.to_static());
        }
        self.held += status.raw().len();
        let before = self.items.len();
        let items = status.items().map(IntoBoundedStatic::into_static);
        self.items.extend(items);
        match self.items.len() == before && !data.defects().is_empty() {
            true => Uptake::Left,
            false => Uptake::of(data),
        }
    }

    fn octets(&self) -> usize {
        self.items.capacity() * size_of::<StatusItem<'_>>() + self.held
    }

    fn finish(
        self,
        completion: &Completion<'_>,
        mut unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        keep_code(completion, &mut unread);
        Ok(Self { unread, ..self })
    }
}
