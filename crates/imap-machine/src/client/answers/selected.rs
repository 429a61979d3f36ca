//! The answer to SELECT and EXAMINE.

use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroU64};

use bounded_static::ToBoundedStatic;
use imap_types::flag::{Flag, FlagPerm};
use imap_types::response::{Code, Data};

use super::{Answer, Unreadable, Uptake, as_event, course_of_command};
use crate::client::command::Completion;
use crate::client::event::Event;
use crate::client::mailbox::Access;
use crate::codec::{ResponseText, StatusKind, Untagged};

/// SELECT and EXAMINE (RFC 9051 section 6.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selected {
    /// Number of messages.
    pub exists: u32,
    /// `RECENT` (RFC 3501).
    pub recent: u32,
    /// Flags that are defined in the mailbox.
    pub flags: Vec<Flag<'static>>,
    /// Flags that can be changed for good.
    pub permanent_flags: Vec<FlagPerm<'static>>,
    /// `UIDVALIDITY`.
    pub uid_validity: Option<NonZeroU32>,
    /// `UIDNEXT`.
    pub uid_next: Option<NonZeroU32>,
    /// Number of the first unseen message.
    pub unseen: Option<NonZeroU32>,
    /// `HIGHESTMODSEQ` (RFC 7162).
    pub highest_modseq: Option<NonZeroU64>,
    /// Whether the mailbox can be changed, if the server said so.
    pub access: Option<Access>,
    /// What the server said about it besides, in order: other codes, VANISHED and FETCH of QRESYNC, lines that could not be read.
    pub unread: Vec<Event<'static>>,
}

impl Selected {
    fn code(&mut self, text: &ResponseText<'_>) -> Uptake {
        match text.code() {
            Some(Code::PermanentFlags(flags)) => self.permanent_flags = flags,
            Some(Code::UidValidity(value)) => self.uid_validity = Some(value),
            Some(Code::UidNext(value)) => self.uid_next = Some(value),
            Some(Code::Unseen(number)) => self.unseen = Some(number),
            Some(Code::HighestModSeq(value)) => self.highest_modseq = Some(value),
            Some(Code::ReadOnly) => self.access = Some(Access::ReadOnly),
            Some(Code::ReadWrite) => self.access = Some(Access::ReadWrite),
            // RFC 7162 section 3.2.11: earlier data was about the previous mailbox.
            Some(Code::Closed) => *self = Self::default(),
            _ => return Uptake::Left,
        }
        Uptake::Taken
    }
}

impl Answer for Selected {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Status {
                status: StatusKind::Ok,
                text,
                ..
            } => return self.code(text),
            Event::Untagged { data, .. } => match data {
                Untagged::Exists(count) => self.exists = *count,
                Untagged::Recent(count) => self.recent = *count,
                Untagged::Data(Data::Flags(flags)) => self.flags = flags.to_static(),
                _ => return Uptake::Left,
            },
            event => return course_of_command(event),
        }
        Uptake::Taken
    }

    // The lines replace each other, so the limits of lines bound it.
    fn octets(&self) -> usize {
        size_of::<Self>()
    }

    fn finish(
        mut self,
        completion: &Completion<'_>,
        unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        self.unread = unread;
        let text = &completion.text;
        if self.code(text) == Uptake::Left && text.raw_code().is_some() {
            self.unread.push(as_event(completion));
        }
        Ok(self)
    }
}
