//! The answer to APPEND.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::{Answer, Unreadable, Uptake, course_of_command, keep_code};
use crate::client::command::Completion;
use crate::client::event::Event;
use crate::codec::Code;

/// APPEND (RFC 9051 section 6.3.12): where the message is now, if the server says it (RFC 4315).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// UIDVALIDITY of the mailbox and UID of the message.
    pub uid: Option<(NonZeroU32, NonZeroU32)>,
    /// What the server said about it besides, and an APPENDUID that could not be read.
    pub unread: Vec<Event<'static>>,
}

impl Answer for Appended {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        course_of_command(event)
    }

    fn octets(&self) -> usize {
        0
    }

    fn finish(
        self,
        completion: &Completion<'_>,
        mut unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        let uid = match completion.text.code() {
            Some(Code::AppendUid { uid_validity, uids }) if uids.count() == 1 => {
                uids.numbers().next().map(|uid| (uid_validity, uid))
            }
            _ => None,
        };
        if uid.is_none() {
            keep_code(completion, &mut unread);
        }
        Ok(Self { uid, unread })
    }
}
