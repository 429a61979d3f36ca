//! The answer to UIDBATCHES.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::{Answer, Unreadable, Uptake, course_of_command, keep_code};
use crate::client::command::Completion;
use crate::client::event::Event;
use crate::codec::Untagged;

/// UIDBATCHES (RFC 10022): ranges of UIDs that have as many messages each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batched {
    /// The batches, that with the highest UIDs first. Each can be the set of a UID FETCH, UID STORE or UID SEARCH.
    pub batches: Vec<RangeInclusive<u32>>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

impl Answer for Batched {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::UidBatches(told) = data else {
            return Uptake::Left;
        };
        let batches = told.batches();
        self.batches
            .extend(batches.map(|(first, last)| first.get()..=last.get()));
        Uptake::of(data)
    }

    fn octets(&self) -> usize {
        self.batches.capacity() * size_of::<RangeInclusive<u32>>()
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
