//! Answers: the events of one command as a value.
//!
//! An accumulator is shown each event that belongs to its command ([`Cause::handle`](crate::client::Cause::handle)), then the
//! completion. If several lines answer one command, they add up (mjl-/mox#389); none replaces another.

mod fetched;
mod flags;
mod selected;
#[cfg(test)]
mod tests;

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroU64};

use imap_types::mailbox::Mailbox;
use imap_types::response::{Code, Data};
use imap_types::status::StatusDataItem;

use crate::client::command::Completion;
use crate::client::event::Event;
use crate::codec::{Untagged, decode_mailbox_name};

pub use fetched::{Fetched, FetchedMessage, FetchedSection};
pub use flags::FetchedFlags;
pub use selected::Selected;

/// Reads the events of one command.
pub trait Answer: Default + Send + 'static {
    /// The value that it makes of them.
    type Value: Send;

    /// Takes one event of the command.
    fn event(&mut self, event: &Event<'_>);

    /// How much memory the value takes by now, in octets. Whoever collects answers bounds it.
    fn octets(&self) -> usize;

    /// The command has succeeded.
    fn finish(self, completion: &Completion<'_>) -> Self::Value;
}

/// For commands whose only answer is OK.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done;

impl Answer for Done {
    type Value = ();

    fn event(&mut self, _: &Event<'_>) {}

    fn octets(&self) -> usize {
        0
    }

    fn finish(self, _: &Completion<'_>) {}
}

/// SEARCH and UID SEARCH (section 6.4.4): numbers or UIDs, as asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In the order of the server.
    pub numbers: Vec<NonZeroU32>,
    /// The highest mod-sequence among them (RFC 7162 section 3.1.5).
    pub modseq: Option<NonZeroU64>,
}

impl Answer for Found {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) {
        if let Event::Untagged {
            data: Untagged::Data(Data::Search(numbers, modseq) | Data::Sort(numbers, modseq)),
            ..
        } = event
        {
            self.numbers.extend_from_slice(numbers);
            self.modseq = self.modseq.max(*modseq);
        }
    }

    fn octets(&self) -> usize {
        self.numbers.capacity() * size_of::<NonZeroU32>()
    }

    fn finish(self, _: &Completion<'_>) -> Self {
        self
    }
}

/// LIST and LSUB (section 6.3.9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    mailboxes: Vec<ListedMailbox>,
    /// What they hold beside themselves, in octets.
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

impl Answer for Listed {
    type Value = Vec<ListedMailbox>;

    fn event(&mut self, event: &Event<'_>) {
        if let Event::Untagged {
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
        {
            let mailbox = ListedMailbox {
                name: mailbox_name(mailbox),
                delimiter: delimiter.as_ref().map(imap_types::core::QuotedChar::inner),
                attributes: items.iter().map(ToString::to_string).collect(),
            };
            let attributes = mailbox.attributes.iter();
            let attributes = attributes.map(|one| size_of::<String>() + one.capacity());
            self.held += mailbox.name.capacity() + attributes.sum::<usize>();
            self.mailboxes.push(mailbox);
        }
    }

    fn octets(&self) -> usize {
        self.mailboxes.capacity() * size_of::<ListedMailbox>() + self.held
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.mailboxes
    }
}

/// STATUS (section 6.3.11).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted(Vec<StatusDataItem>);

impl Answer for Counted {
    type Value = Vec<StatusDataItem>;

    fn event(&mut self, event: &Event<'_>) {
        if let Event::Untagged {
            data: Untagged::Data(Data::Status { items, .. }),
            ..
        } = event
        {
            self.0.extend_from_slice(items);
        }
    }

    fn octets(&self) -> usize {
        self.0.capacity() * size_of::<StatusDataItem>()
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.0
    }
}

/// APPEND (section 6.3.12): where the message is now, if the server says it (RFC 4315).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// UIDVALIDITY of the mailbox and UID of the message.
    pub uid: Option<(NonZeroU32, NonZeroU32)>,
}

impl Answer for Appended {
    type Value = Self;

    fn event(&mut self, _: &Event<'_>) {}

    fn octets(&self) -> usize {
        0
    }

    fn finish(self, completion: &Completion<'_>) -> Self {
        let uid = match completion.text.code() {
            Some(Code::AppendUid { uid_validity, uid }) => Some((uid_validity, uid)),
            _ => None,
        };
        Self { uid }
    }
}

/// ID (RFC 2971): what the server says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identified {
    parameters: Vec<(String, Option<String>)>,
    /// What they hold beside themselves, in octets.
    held: usize,
}

impl Answer for Identified {
    type Value = Vec<(String, Option<String>)>;

    fn event(&mut self, event: &Event<'_>) {
        if let Event::Untagged {
            data:
                Untagged::Data(Data::Id {
                    parameters: Some(parameters),
                }),
            ..
        } = event
        {
            let read = parameters.iter().map(|(name, value)| {
                let value = value.0.as_ref().map(|value| lossy(value.as_ref()));
                (lossy(name.as_ref()), value)
            });
            for (name, value) in read {
                self.held += name.capacity() + value.as_ref().map_or(0, String::capacity);
                self.parameters.push((name, value));
            }
        }
    }

    fn octets(&self) -> usize {
        self.parameters.capacity() * size_of::<(String, Option<String>)>() + self.held
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.parameters
    }
}

/// ENABLE (section 6.3.1): the extensions that it turned on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enabled(Vec<String>);

impl Answer for Enabled {
    type Value = Vec<String>;

    fn event(&mut self, event: &Event<'_>) {
        if let Event::Untagged {
            data: Untagged::Data(Data::Enabled { capabilities }),
            ..
        } = event
        {
            self.0.extend(capabilities.iter().map(ToString::to_string));
        }
    }

    fn octets(&self) -> usize {
        let names = self.0.iter().map(String::capacity);
        self.0.capacity() * size_of::<String>() + names.sum::<usize>()
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.0
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
