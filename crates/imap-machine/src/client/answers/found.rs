//! The answer to SEARCH.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::{Answer, Unreadable, Uptake, course_of_command, keep_code};
use crate::client::command::Completion;
use crate::client::event::Event;
use crate::codec::{Esearch, SearchResult, Untagged};

/// SEARCH and UID SEARCH (RFC 9051 section 6.4.4), whether the server answers with SEARCH or with ESEARCH: numbers or UIDs, as
/// asked. They are kept as ranges, so that `1:4294967295` takes no more memory than `1`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// The lowest, if the server said so (`MIN`).
    pub min: Option<NonZeroU32>,
    /// The highest, if the server said so (`MAX`).
    pub max: Option<NonZeroU32>,
    /// How many, if the server said so (`COUNT`).
    pub count: Option<u32>,
    /// The highest mod-sequence among them (RFC 7162 section 3.1.5).
    pub modseq: Option<u64>,
    /// What the server said about it besides, and lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    ranges: Vec<(NonZeroU32, NonZeroU32)>,
}

impl Found {
    /// The numbers, in the order of the server. The server decides how many there are: see [`len`](Self::len).
    pub fn numbers(&self) -> impl Iterator<Item = NonZeroU32> + '_ {
        let ranges = self.ranges.iter();
        ranges.flat_map(|(first, last)| (first.get()..=last.get()).filter_map(NonZeroU32::new))
    }

    /// The numbers as ranges from the first to the last, in the order of the server.
    #[must_use]
    pub fn ranges(&self) -> &[(NonZeroU32, NonZeroU32)] {
        &self.ranges
    }

    /// How many numbers there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        let lengths = self.ranges.iter();
        let lengths = lengths.map(|(first, last)| u64::from(last.get() - first.get()) + 1);
        lengths.fold(0, u64::saturating_add)
    }

    /// Whether the server has named no message. It names none if it was asked for their [`count`](Self::count) alone.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    fn add(&mut self, first: NonZeroU32, last: NonZeroU32) {
        match self.ranges.last_mut() {
            Some((_, end)) if end.checked_add(1) == Some(first) => *end = last,
            _ => self.ranges.push((first, last)),
        }
    }

    fn esearch(&mut self, esearch: &Esearch<'_>) -> Uptake {
        let mut uptake = Uptake::Taken;
        for result in esearch.results() {
            match result {
                SearchResult::Min(number) => uptake.once(&mut self.min, number),
                SearchResult::Max(number) => uptake.once(&mut self.max, number),
                SearchResult::Count(count) => uptake.once(&mut self.count, count),
                SearchResult::ModSeq(modseq) => self.modseq = self.modseq.max(Some(modseq)),
                SearchResult::All(numbers) => {
                    numbers
                        .ranges()
                        .for_each(|(first, last)| self.add(first, last));
                }
                _ => uptake = Uptake::Left,
            }
        }
        uptake
    }
}

impl Answer for Found {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        match data {
            Untagged::Search(search) => {
                search.numbers().for_each(|number| self.add(number, number));
                self.modseq = self.modseq.max(search.modseq);
            }
            // One of several mailboxes (RFC 7377) has numbers of its own.
            Untagged::Esearch(esearch) if is_about_one_mailbox(esearch) => {
                if self.esearch(esearch) == Uptake::Left {
                    return Uptake::Left;
                }
            }
            _ => return Uptake::Left,
        }
        Uptake::of(data)
    }

    fn octets(&self) -> usize {
        self.ranges.capacity() * size_of::<(NonZeroU32, NonZeroU32)>()
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

fn is_about_one_mailbox(esearch: &Esearch<'_>) -> bool {
    esearch.mailbox.is_none() && esearch.uid_validity.is_none()
}
