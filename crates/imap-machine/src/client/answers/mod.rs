//! Answers: the events of one command as a value.
//!
//! An accumulator is shown each event that belongs to its command ([`Cause::handle`](crate::client::Cause::handle)), then the
//! completion. If several lines answer one command, they add up (mjl-/mox#389); none replaces another.

mod appended;
mod copied;
mod fetched;
mod flags;
mod selected;
#[cfg(test)]
mod tests;

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::{self, Vec};
use core::num::{NonZeroU32, NonZeroU64};

use bounded_static::ToBoundedStatic;
use imap_types::mailbox::Mailbox;
use imap_types::response::Data;
use imap_types::status::StatusDataItem;
use thiserror::Error;

use crate::client::command::Completion;
use crate::client::event::{Cause, Event};
use crate::codec::{StatusKind, Untagged, decode_mailbox_name};

pub use appended::Appended;
pub use copied::Copied;
pub use fetched::{Fetched, FetchedMessage, FetchedSection};
pub use flags::FetchedFlags;
pub use selected::Selected;

/// Reads the events of one command.
pub trait Answer: Default + Send + 'static {
    /// The value that it makes of them.
    type Value: Send;

    /// Takes one event of the command, or says that the value has no place for it.
    fn event(&mut self, event: &Event<'_>) -> Uptake;

    /// How much memory the value takes by now, in octets. Whoever collects answers bounds it.
    fn octets(&self) -> usize;

    /// The command has succeeded. `unread` are the events for which the value has no place, in order: it keeps them all the same.
    ///
    /// # Errors
    ///
    /// [`Unreadable`]: it cannot keep them.
    fn finish(
        self,
        completion: &Completion<'_>,
        unread: Vec<Event<'static>>,
    ) -> Result<Self::Value, Unreadable>;
}

/// What became of an event that an [`Answer`] was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uptake {
    /// It is in the value, or belongs to the course of the command and not to its answer.
    Taken,
    /// The value has no place for it, or it could not be read.
    Left,
}

/// The command has succeeded, and the server has said things about it that the value has no place for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the server executed the command, and {} of its responses could not be read; `events` has them", .events.len())]
pub struct Unreadable {
    /// What it said, in order. At least one.
    pub events: Vec<Event<'static>>,
}

/// For commands whose only answer is OK. Capabilities and messages that are expunged are in
/// [`capabilities`](crate::client::ClientConnection::capabilities) and the [mailbox view](crate::client::MailboxView).
#[derive(Clone, Copy, Debug, Default)]
pub struct Done;

impl Answer for Done {
    type Value = ();

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Untagged { data, .. } => match data {
                Untagged::Expunge(_)
                | Untagged::Vanished(_)
                | Untagged::Data(Data::Capability(_)) => Uptake::Taken,
                _ => Uptake::Left,
            },
            event => course_of_command(event),
        }
    }

    fn octets(&self) -> usize {
        0
    }

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<(), Unreadable> {
        match unread.is_empty() {
            true => Ok(()),
            false => Err(Unreadable { events: unread }),
        }
    }
}

/// What is no untagged response belongs to the course of the command.
const fn course_of_command(event: &Event<'_>) -> Uptake {
    match event {
        Event::Status { .. }
        | Event::Untagged { .. }
        | Event::Unrecognized { .. }
        | Event::Literal(_) => Uptake::Left,
        _ => Uptake::Taken,
    }
}

/// SEARCH and UID SEARCH (section 6.4.4): numbers or UIDs, as asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In the order of the server.
    pub numbers: Vec<NonZeroU32>,
    /// The highest mod-sequence among them (RFC 7162 section 3.1.5).
    pub modseq: Option<NonZeroU64>,
    /// What the server said about it besides: ESEARCH (RFC 4731), which is not read yet.
    pub unread: Vec<Event<'static>>,
}

impl Answer for Found {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged {
            data: Untagged::Data(Data::Search(numbers, modseq) | Data::Sort(numbers, modseq)),
            ..
        } = event
        else {
            return course_of_command(event);
        };
        self.numbers.extend_from_slice(numbers);
        self.modseq = self.modseq.max(*modseq);
        Uptake::Taken
    }

    fn octets(&self) -> usize {
        self.numbers.capacity() * size_of::<NonZeroU32>()
    }

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<Self, Unreadable> {
        Ok(Self { unread, ..self })
    }
}

/// LIST and LSUB (section 6.3.9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// In the order of the server.
    pub mailboxes: Vec<ListedMailbox>,
    /// Lines that could not be read.
    pub unread: Vec<Event<'static>>,
    /// What the mailboxes hold beside themselves, in octets.
    held: usize,
}

/// One mailbox of a LIST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMailbox {
    /// The name as people write it; as on the wire if it is not valid modified UTF-7.
    pub name: String,
    /// The separator of levels in the hierarchy.
    pub delimiter: Option<char>,
    /// `\HasNoChildren`, `\Sent`, ...
    pub attributes: Vec<String>,
}

/// The mailboxes. It drops [`unread`](Listed::unread): look at that first if every line counts.
impl IntoIterator for Listed {
    type Item = ListedMailbox;
    type IntoIter = vec::IntoIter<ListedMailbox>;

    fn into_iter(self) -> Self::IntoIter {
        self.mailboxes.into_iter()
    }
}

impl Answer for Listed {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged {
            data:
                Untagged::Data(
                    Data::List {
                        items,
                        delimiter,
                        mailbox,
                    }
                    | Data::Lsub {
                        items,
                        delimiter,
                        mailbox,
                    },
                ),
            ..
        } = event
        else {
            return course_of_command(event);
        };
        let mailbox = ListedMailbox {
            name: mailbox_name(mailbox),
            delimiter: delimiter.as_ref().map(imap_types::core::QuotedChar::inner),
            attributes: items.iter().map(ToString::to_string).collect(),
        };
        let attributes = mailbox.attributes.iter();
        let attributes = attributes.map(|one| size_of::<String>() + one.capacity());
        self.held += mailbox.name.capacity() + attributes.sum::<usize>();
        self.mailboxes.push(mailbox);
        Uptake::Taken
    }

    fn octets(&self) -> usize {
        self.mailboxes.capacity() * size_of::<ListedMailbox>() + self.held
    }

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<Self, Unreadable> {
        Ok(Self { unread, ..self })
    }
}

/// STATUS (section 6.3.11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// In the order of the server.
    pub items: Vec<StatusDataItem>,
    /// Lines that could not be read.
    pub unread: Vec<Event<'static>>,
}

impl Answer for Counted {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged {
            data: Untagged::Data(Data::Status { items, .. }),
            ..
        } = event
        else {
            return course_of_command(event);
        };
        self.items.extend_from_slice(items);
        Uptake::Taken
    }

    fn octets(&self) -> usize {
        self.items.capacity() * size_of::<StatusDataItem>()
    }

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<Self, Unreadable> {
        Ok(Self { unread, ..self })
    }
}

/// ID (RFC 2971): what the server says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identified {
    /// Names and values. Empty if the server says NIL.
    pub parameters: Vec<(String, Option<String>)>,
    /// Lines that could not be read.
    pub unread: Vec<Event<'static>>,
    /// What the parameters hold beside themselves, in octets.
    held: usize,
}

impl Answer for Identified {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged {
            data: Untagged::Data(Data::Id { parameters }),
            ..
        } = event
        else {
            return course_of_command(event);
        };
        for (name, value) in parameters.iter().flatten() {
            let name = lossy(name.as_ref());
            let value = value.0.as_ref().map(|value| lossy(value.as_ref()));
            self.held += name.capacity() + value.as_ref().map_or(0, String::capacity);
            self.parameters.push((name, value));
        }
        Uptake::Taken
    }

    fn octets(&self) -> usize {
        self.parameters.capacity() * size_of::<(String, Option<String>)>() + self.held
    }

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<Self, Unreadable> {
        Ok(Self { unread, ..self })
    }
}

/// ENABLE (section 6.3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enabled {
    /// The extensions that it turned on.
    pub capabilities: Vec<String>,
    /// Lines that could not be read.
    pub unread: Vec<Event<'static>>,
}

impl Enabled {
    /// Whether this extension was turned on, in upper or lower case.
    #[must_use]
    pub fn has(&self, capability: &str) -> bool {
        let mut names = self.capabilities.iter();
        names.any(|name| name.eq_ignore_ascii_case(capability))
    }
}

impl Answer for Enabled {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged {
            data: Untagged::Data(Data::Enabled { capabilities }),
            ..
        } = event
        else {
            return course_of_command(event);
        };
        let names = capabilities.iter().map(ToString::to_string);
        self.capabilities.extend(names);
        Uptake::Taken
    }

    fn octets(&self) -> usize {
        let names = self.capabilities.iter().map(String::capacity);
        self.capabilities.capacity() * size_of::<String>() + names.sum::<usize>()
    }

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<Self, Unreadable> {
        Ok(Self { unread, ..self })
    }
}

/// The tagged OK as an untagged one, for a value that cannot read its code.
fn as_event(completion: &Completion<'_>) -> Event<'static> {
    Event::Status {
        status: StatusKind::Ok,
        text: completion.text.to_static(),
        cause: Cause::Unsolicited,
    }
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

fn mailbox_name(mailbox: &Mailbox<'_>) -> String {
    match mailbox {
        Mailbox::Inbox => "INBOX".to_owned(),
        Mailbox::Other(name) => {
            let wire = lossy(name.as_ref());
            decode_mailbox_name(&wire).unwrap_or(wire)
        }
    }
}
