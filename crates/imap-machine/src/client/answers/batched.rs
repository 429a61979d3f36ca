//! The answer to UIDBATCHES.

use alloc::vec::Vec;
use core::ops::RangeInclusive;

use super::Uptake;
use super::required::FromLines;
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

impl FromLines for Batched {
    // There is one for an empty mailbox too, without a batch.
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let Untagged::UidBatches(_) = line else {
            return None;
        };
        let mut value = Self::default();
        let uptake = value.add(line);
        Some((value, uptake))
    }

    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        let Untagged::UidBatches(told) = line else {
            return Uptake::Left;
        };
        let batches = told.batches();
        self.batches
            .extend(batches.map(|(first, last)| first.get()..=last.get()));
        Uptake::of(line)
    }

    fn octets(&self) -> usize {
        self.batches.capacity() * size_of::<RangeInclusive<u32>>()
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}
