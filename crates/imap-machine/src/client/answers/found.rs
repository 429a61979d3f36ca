//! The answers to SEARCH, SORT and ESEARCH.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::ToBoundedStatic;

use super::{Answer, Uptake, course_of_command};
use crate::client::command::SequenceSet;
use crate::client::event::Event;
use crate::codec::{Esearch, MailboxName, Octets, SearchResult, Untagged};

/// SEARCH (RFC 9051 section 6.4.4) and SORT (RFC 5256), whether the server answers with SEARCH, SORT or ESEARCH: numbers or UIDs, as
/// asked. They are kept as ranges, so that `1:4294967295` takes no more memory than `1`. Those of a SORT are in its order.
///
/// What was [saved](crate::client::SearchReturn::save) is not told: when the command has succeeded, it is saved.
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
    /// Which part of them these are, if a part was asked for: `(1, 100)`, or `(-1, -100)` from the last (`PARTIAL`, RFC 9394 section 3.1).
    pub partial: Option<(i64, i64)>,
    /// The tag by which an ESEARCH named the command. Later ones with the same tag say how the result changes (`UPDATE`, RFC 5267
    /// section 4.3).
    pub tag: Option<Octets<'static>>,
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
                SearchResult::Partial { range, numbers } => match ends(&range) {
                    Some(range) => {
                        uptake.once(&mut self.partial, range);
                        let numbers = numbers.unwrap_or_default();
                        numbers
                            .ranges()
                            .for_each(|(first, last)| self.add(first, last));
                    }
                    None => uptake = Uptake::Left,
                },
                _ => uptake = Uptake::Left,
            }
        }
        uptake
    }
}

/// The messages that were found, for a command about them, without the order of a SORT: a set has none. If there are none, the command
/// [cannot be made](crate::client::InvalidArgument::NotASet): see [`is_empty`](Found::is_empty).
impl From<&Found> for SequenceSet {
    fn from(found: &Found) -> Self {
        found.ranges.iter().copied().collect()
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
            // One of several mailboxes (RFC 7377) has numbers of its own: see `FoundInMailboxes`.
            Untagged::Esearch(esearch) if is_about_one_mailbox(esearch) => {
                self.tag = esearch.tag.as_ref().map(ToBoundedStatic::to_static);
                if self.esearch(esearch) == Uptake::Left {
                    return Uptake::Left;
                }
            }
            _ => return Uptake::Left,
        }
        Uptake::of(data)
    }

    fn octets(&self) -> usize {
        let tag = self.tag.as_ref().map_or(0, |tag| tag.len());
        tag + self.ranges.capacity() * size_of::<(NonZeroU32, NonZeroU32)>()
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}

fn is_about_one_mailbox(esearch: &Esearch<'_>) -> bool {
    esearch.mailbox.is_none() && esearch.uid_validity.is_none()
}

/// ESEARCH (RFC 7377): what was found in each of several mailboxes.
///
/// ```
/// use imap_machine::client::MailboxArgument;
/// use imap_machine::client::answers::FoundInMailboxes;
///
/// fn places(found: &FoundInMailboxes) -> Vec<(MailboxArgument, u64)> {
///     let mailboxes = found.mailboxes.iter();
///     mailboxes.map(|it| (MailboxArgument::from(&it.name), it.found.len())).collect()
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundInMailboxes {
    /// In the order of the server. A mailbox in which nothing was found need not be among them.
    pub mailboxes: Vec<FoundMailbox>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the mailboxes hold beside themselves, in octets.
    held: usize,
}

/// What was found in one of several mailboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FoundMailbox {
    /// Its name, which converts into a [`MailboxArgument`](crate::client::MailboxArgument).
    pub name: MailboxName<'static>,
    /// Its UIDVALIDITY. The server has to tell it (RFC 7377 section 2.1).
    pub uid_validity: Option<NonZeroU32>,
    /// UIDs, and what else was asked for.
    pub found: Found,
}

impl Answer for FoundInMailboxes {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged {
            data: data @ Untagged::Esearch(esearch),
            ..
        } = event
        else {
            return course_of_command(event);
        };
        let Some(name) = &esearch.mailbox else {
            return Uptake::Left;
        };
        // A mailbox comes once; if a server splits its answer, the lines stand one after the other.
        let is_same =
            |last: &FoundMailbox| last.name == *name && last.uid_validity == esearch.uid_validity;
        if !self.mailboxes.last().is_some_and(is_same) {
            self.held += name.wire().len();
            self.mailboxes.push(FoundMailbox {
                name: name.to_static(),
                uid_validity: esearch.uid_validity,
                found: Found::default(),
            });
        }
        let Some(mailbox) = self.mailboxes.last_mut() else {
            return Uptake::Left;
        };
        let before = mailbox.found.octets();
        let uptake = mailbox.found.esearch(esearch);
        self.held = self.held.saturating_sub(before) + mailbox.found.octets();
        match uptake {
            Uptake::Taken => Uptake::of(data),
            Uptake::Left => Uptake::Left,
        }
    }

    fn octets(&self) -> usize {
        self.held + self.mailboxes.capacity() * size_of::<FoundMailbox>()
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}

/// Both ends of a range of PARTIAL, counted from the first or both from the last (RFC 9394 section 3.1).
fn ends(range: &[u8]) -> Option<(i64, i64)> {
    let (from, to) = core::str::from_utf8(range).ok()?.split_once(':')?;
    let (from, to) = (end(from)?, end(to)?);
    (from.signum() == to.signum()).then_some((from, to))
}

fn end(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.bytes().all(|octet| octet.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    number.filter(|number| *number != 0)
}
