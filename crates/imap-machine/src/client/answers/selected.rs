//! The answer to SELECT and EXAMINE.

use alloc::string::String;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::IntoBoundedStatic;

use super::fetched::Fetched;
use super::flags::FlagList;
use super::listed::ListedMailbox;
use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::client::mailbox::Access;
use crate::codec::{Code, ResponseText, StatusKind, Untagged};

/// SELECT and EXAMINE (RFC 9051 section 6.3.2).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Selected {
    /// Number of messages.
    pub exists: u32,
    /// What the server says about flags.
    pub flags: SelectedFlags,
    /// What the server says about UIDs.
    pub uids: SelectedUids,
    /// What only servers of IMAP4rev1 say.
    pub rev1: SelectedRev1,
    /// `HIGHESTMODSEQ` (RFC 7162). 0 if the server says that the mailbox has no mod-sequences, also with `NOMODSEQ`; `None` if it
    /// says nothing.
    pub highest_modseq: Option<u64>,
    /// `MAILBOXID` (RFC 8474).
    pub mailbox_id: Option<String>,
    /// Whether the mailbox can be changed, if the server said so.
    pub access: Option<Access>,
    /// The LIST response that names the mailbox (RFC 9051 section 6.3.2), and others that came with it.
    pub listed: Vec<ListedMailbox>,
    /// What has changed since the state that the command named (RFC 7162 section 3.2.5).
    pub changes: Fetched,
    /// Other codes, in order: `URLMECH`, `ANNOTATIONS`, for example.
    pub codes: Vec<Code<'static>>,
    /// What the server said about it besides, in order: warnings, and lines that could not be read.
    pub unread: Vec<Event<'static>>,
    /// What the codes and the mailboxes hold beside themselves, in octets.
    held: usize,
}

/// Counts that RFC 9051 does not have any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectedRev1 {
    /// `RECENT` (RFC 3501 section 7.3.2).
    pub recent: u32,
    /// Number of the first unseen message (RFC 3501 section 6.3.1).
    pub unseen: Option<NonZeroU32>,
}

/// Flags of a selected mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectedFlags {
    /// Flags that are defined in the mailbox.
    pub defined: FlagList,
    /// Flags that can be changed for good, `\*` among them if new keywords can be made. `None` if the server says nothing: then all
    /// can (RFC 9051 section 7.1).
    pub permanent: Option<FlagList>,
}

/// UIDs of a selected mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectedUids {
    /// `UIDVALIDITY`.
    pub validity: Option<NonZeroU32>,
    /// `UIDNEXT`.
    pub next: Option<NonZeroU32>,
    /// `UIDNOTSTICKY`: UIDs do not last beyond this session.
    pub not_sticky: bool,
}

impl Selected {
    fn code(&mut self, text: &ResponseText<'_>) -> Uptake {
        let mut uptake = Uptake::Taken;
        match text.code() {
            Some(Code::PermanentFlags(flags)) => {
                self.flags.permanent = Some(uptake.flags(flags.raw()));
            }
            Some(Code::UidValidity(value)) => uptake.once(&mut self.uids.validity, value),
            Some(Code::UidNext(value)) => self.uids.next = Some(value),
            Some(Code::UidNotSticky) => self.uids.not_sticky = true,
            Some(Code::Unseen(number)) => self.rev1.unseen = Some(number),
            Some(Code::HighestModSeq(value)) => self.highest_modseq = Some(value),
            Some(Code::NoModSeq) => self.highest_modseq = Some(0),
            Some(Code::MailboxId(id)) => uptake.text_once(&mut self.mailbox_id, &id),
            Some(Code::ReadOnly) => self.access = Some(Access::ReadOnly),
            Some(Code::ReadWrite) => self.access = Some(Access::ReadWrite),
            // RFC 7162 section 3.2.11: earlier data was about the previous mailbox.
            Some(Code::Closed) => self.forget(),
            Some(Code::Alert) | None => return Uptake::Left,
            Some(code) => {
                self.held += text.raw_code().map_or(0, <[u8]>::len);
                self.codes.push(code.into_static());
                if !text.has_whole_code() {
                    uptake = Uptake::Left;
                }
            }
        }
        uptake
    }
}

impl Selected {
    /// Forgets the previous mailbox. What LIST says is about no selected one.
    fn forget(&mut self) {
        let listed = core::mem::take(&mut self.listed);
        *self = Self {
            held: listed.iter().map(ListedMailbox::held).sum(),
            listed,
            ..Self::default()
        };
    }
}

impl Answer for Selected {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let data = match event {
            Event::Status {
                status: StatusKind::Ok,
                text,
                ..
            } => return self.code(text),
            Event::Untagged { data, .. } => data,
            Event::Literal(_) => return self.changes.event(event),
            event => return course_of_command(event),
        };
        let mut uptake = Uptake::of(data);
        match data {
            Untagged::Exists(count) => self.exists = *count,
            Untagged::Recent(count) => self.rev1.recent = *count,
            Untagged::Flags(flags) => self.flags.defined = uptake.flags(flags.words.raw()),
            Untagged::Fetch(_) | Untagged::Vanished(_) => return self.changes.event(event),
            Untagged::List(list) => {
                let mailbox = ListedMailbox::of(list, &mut uptake);
                self.held += mailbox.held();
                self.listed.push(mailbox);
            }
            _ => return Uptake::Left,
        }
        uptake
    }

    // Other lines replace each other, so the limits of lines bound them.
    fn octets(&self) -> usize {
        let codes = self.codes.capacity() * size_of::<Code<'_>>() + self.held;
        let listed = self.listed.capacity() * size_of::<ListedMailbox>();
        size_of::<Self>() + codes + listed + self.changes.octets()
    }

    fn completion(&mut self, text: &ResponseText<'_>) -> Uptake {
        // At the end it closes nothing any more.
        match text.has_code("CLOSED") {
            true => Uptake::Left,
            false => self.code(text),
        }
    }

    fn into_value(mut self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        self.changes.end();
        Ok(Self { unread, ..self })
    }
}
