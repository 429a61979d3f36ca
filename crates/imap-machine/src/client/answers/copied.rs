//! The answer to COPY and MOVE.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::{Answer, Uptake, course_of_command, expunged};
use crate::client::event::Event;
use crate::codec::{Code, NumberSet, ResponseText, StatusKind};

/// COPY and MOVE (RFC 9051 sections 6.4.7 and 6.4.8): where the messages are now, if the server says it (RFC 4315). It says it
/// with the tagged OK, or, for a MOVE, before the messages are expunged (RFC 6851 section 4.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// UIDVALIDITY of the mailbox that they were copied to.
    pub uid_validity: Option<NonZeroU32>,
    /// What the server said about it besides, and a COPYUID that could not be read.
    pub unread: Vec<Event<'static>>,
    /// UIDs there, and UIDs here, as ranges from the first to the last.
    from: Vec<(u32, u32)>,
    to: Vec<(u32, u32)>,
}

impl Copied {
    /// The UID that each message had, and the one that its copy has. Empty if the server has not said it.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        uids(&self.from).zip(uids(&self.to))
    }

    /// Takes a COPYUID. Several add up: a server may move many messages in several steps.
    fn code(&mut self, text: &ResponseText<'_>) -> Uptake {
        let Some(Code::CopyUid {
            uid_validity,
            source,
            destination,
        }) = text.code()
        else {
            return Uptake::Left;
        };
        let (from, to) = (ranges(&source), ranges(&destination));
        let same = self.uid_validity.is_none_or(|known| known == uid_validity);
        // Pairs that do not pair are no answer.
        if !same || count(&from) != count(&to) {
            return Uptake::Left;
        }
        self.uid_validity = Some(uid_validity);
        // A server may say the same with an untagged OK and with the tagged one.
        if !(self.from.ends_with(&from) && self.to.ends_with(&to)) {
            self.from.extend(from);
            self.to.extend(to);
        }
        Uptake::Taken
    }
}

fn uids(ranges: &[(u32, u32)]) -> impl Iterator<Item = u32> {
    ranges.iter().flat_map(|(first, last)| *first..=*last)
}

fn ranges(set: &NumberSet<'_>) -> Vec<(u32, u32)> {
    set.ranges()
        .map(|(first, last)| (first.get(), last.get()))
        .collect()
}

fn count(ranges: &[(u32, u32)]) -> u64 {
    let counts = ranges.iter();
    counts
        .map(|(first, last)| u64::from(last - first) + 1)
        .sum()
}

impl Answer for Copied {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Status {
                status: StatusKind::Ok,
                text,
                ..
            } => self.code(text),
            Event::Untagged { data, .. } => expunged(data),
            event => course_of_command(event),
        }
    }

    fn octets(&self) -> usize {
        (self.from.capacity() + self.to.capacity()) * size_of::<(u32, u32)>()
    }

    fn completion(&mut self, text: &ResponseText<'_>) -> Uptake {
        self.code(text)
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}
