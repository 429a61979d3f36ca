//! The answer to STATUS.

use alloc::vec::Vec;

use bounded_static::IntoBoundedStatic;

use super::{Answer, Unreadable, Uptake, course_of_command};
use crate::client::command::Completion;
use crate::client::event::Event;
use crate::codec::{StatusItem, Untagged};

/// STATUS (RFC 9051 section 6.3.11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// In the order of the server.
    pub items: Vec<StatusItem<'static>>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the items hold beside themselves, in octets.
    held: usize,
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

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<Self, Unreadable> {
        Ok(Self { unread, ..self })
    }
}
