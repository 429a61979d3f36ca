//! The answer to APPEND and REPLACE.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::codec::{Code, ResponseText, Untagged};

/// APPEND (RFC 9051 section 6.3.12) and REPLACE (RFC 8508): where the messages are now, if the server says it (RFC 4315). For a
/// REPLACE it says it before the message that was replaced is expunged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// UIDVALIDITY of the mailbox and UID of the message, if it is one.
    pub uid: Option<(NonZeroU32, NonZeroU32)>,
    /// UIDVALIDITY of the mailbox.
    pub uid_validity: Option<NonZeroU32>,
    /// `HIGHESTMODSEQ` of the selected mailbox after a REPLACE has expunged there (RFC 7162).
    pub highest_modseq: Option<u64>,
    /// What the server said about it besides, and an APPENDUID that could not be read.
    pub unread: Vec<Event<'static>>,
    /// UIDs as ranges from the first to the last.
    uids: Vec<(NonZeroU32, NonZeroU32)>,
}

impl Appended {
    /// The UIDs of the messages, in their order. Empty if the server has not said it.
    pub fn uids(&self) -> impl Iterator<Item = NonZeroU32> {
        self.ranges()
            .flat_map(|(first, last)| (first.get()..=last.get()).filter_map(NonZeroU32::new))
    }

    /// The same as ranges from the first to the last.
    pub fn ranges(&self) -> impl Iterator<Item = (NonZeroU32, NonZeroU32)> {
        self.uids.iter().copied()
    }

    fn code(&mut self, text: &ResponseText<'_>) -> Uptake {
        let (uid_validity, uids) = match text.code() {
            Some(Code::AppendUid { uid_validity, uids }) => (uid_validity, uids),
            Some(Code::HighestModSeq(value)) => {
                self.highest_modseq = Some(value);
                return Uptake::Taken;
            }
            _ => return Uptake::Left,
        };
        let ranges: Vec<_> = uids.ranges().collect();
        // A server may say the same with an untagged OK and with the tagged one, but nothing else.
        if self.uid_validity.is_some() {
            let same = self.uid_validity == Some(uid_validity) && self.uids == ranges;
            return match same {
                true => Uptake::Taken,
                false => Uptake::Left,
            };
        }
        self.uid_validity = Some(uid_validity);
        self.uid = match ranges[..] {
            [(first, last)] if first == last => Some((uid_validity, first)),
            _ => None,
        };
        self.uids = ranges;
        Uptake::Taken
    }
}

impl Answer for Appended {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Status { text, .. } => self.code(text),
            // The mailbox view has them.
            Event::Untagged {
                data: Untagged::Expunge(_) | Untagged::Vanished(_),
                ..
            } => Uptake::Taken,
            event => course_of_command(event),
        }
    }

    fn octets(&self) -> usize {
        self.uids.capacity() * size_of::<(NonZeroU32, NonZeroU32)>()
    }

    fn completion(&mut self, text: &ResponseText<'_>) -> Uptake {
        self.code(text)
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}
