//! The answer to NOTIFY.

use alloc::vec::Vec;

use bounded_static::{IntoBoundedStatic, ToBoundedStatic};

use super::counted::number_of;
use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::codec::{MailboxName, StatusItem, Untagged};

/// NOTIFY (RFC 5465 section 3.1): with `STATUS`, how the mailboxes stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notified {
    /// In the order of the server.
    pub mailboxes: Vec<NotifiedMailbox>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the mailboxes hold beside themselves, in octets.
    held: usize,
}

/// A mailbox that NOTIFY is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotifiedMailbox {
    /// Its name, which converts into a [`MailboxArgument`](crate::client::MailboxArgument).
    pub name: MailboxName<'static>,
    /// How it stands.
    pub items: Vec<StatusItem<'static>>,
}

impl NotifiedMailbox {
    /// The number that the server says of this item: a [`StatusName`](crate::client::StatusName), or the name of another one, in upper or
    /// lower case. `None` if it says none.
    #[must_use]
    pub fn number(&self, item: impl AsRef<str>) -> Option<u64> {
        number_of(&self.items, item.as_ref())
    }
}

impl Answer for Notified {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Status(status) = data else {
            return Uptake::Left;
        };
        let mailbox = NotifiedMailbox {
            name: status.mailbox.to_static(),
            items: status.items().map(IntoBoundedStatic::into_static).collect(),
        };
        self.held += mailbox.name.wire().len()
            + mailbox.items.capacity() * size_of::<StatusItem<'_>>()
            + status.raw().len();
        self.mailboxes.push(mailbox);
        Uptake::of(data)
    }

    fn octets(&self) -> usize {
        self.mailboxes.capacity() * size_of::<NotifiedMailbox>() + self.held
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}
