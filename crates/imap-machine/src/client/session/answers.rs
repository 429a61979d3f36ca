//! Answers: the events of one command read into a value.
//!
//! An accumulator is shown the events that belong to its command ([`Cause::handle`](crate::client::Cause::handle)) and, in
//! the end, the completion. Several lines that answer one command add up (mjl-/mox#389); nothing is replaced.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroU64};

use imap_types::body::BodyStructure;
use imap_types::envelope::Envelope;
use imap_types::flag::{Flag, FlagPerm};
use imap_types::mailbox::Mailbox;
use imap_types::response::{Code, Data};
use imap_types::status::StatusDataItem;

use crate::client::{Access, Completion, Event, LiteralPiece};
use crate::codec::{
    Fetch, FetchItem, FetchNumber, ResponseText, StatusKind, Untagged, Value, decode_mailbox_name,
};

/// Reads the events of one command.
pub trait Answer: Default {
    /// What it makes of them.
    type Value;

    /// Takes notice of an event of the command.
    fn event(&mut self, event: &Event<'_>);

    /// The command has been done.
    fn finish(self, completion: &Completion<'_>) -> Self::Value;
}

/// For commands that are answered with OK alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Done;

impl Answer for Done {
    type Value = ();

    fn event(&mut self, _: &Event<'_>) {}

    fn finish(self, _: &Completion<'_>) {}
}

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
}

impl Selected {
    fn code(&mut self, text: &ResponseText<'_>) {
        match text.code() {
            Some(Code::PermanentFlags(flags)) => self.permanent_flags = flags,
            Some(Code::UidValidity(value)) => self.uid_validity = Some(value),
            Some(Code::UidNext(value)) => self.uid_next = Some(value),
            Some(Code::Unseen(number)) => self.unseen = Some(number),
            Some(Code::HighestModSeq(value)) => self.highest_modseq = Some(value),
            Some(Code::ReadOnly) => self.access = Some(Access::ReadOnly),
            Some(Code::ReadWrite) => self.access = Some(Access::ReadWrite),
            // RFC 7162 section 3.2.11: what came before was about the mailbox before.
            Some(Code::Closed) => *self = Self::default(),
            _ => {}
        }
    }
}

impl Answer for Selected {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) {
        use bounded_static::ToBoundedStatic;
        match event {
            Event::Status {
                status: StatusKind::Ok,
                text,
                ..
            } => self.code(text),
            Event::Untagged { data, .. } => match data {
                Untagged::Exists(count) => self.exists = *count,
                Untagged::Recent(count) => self.recent = *count,
                Untagged::Data(Data::Flags(flags)) => self.flags = flags.to_static(),
                _ => {}
            },
            _ => {}
        }
    }

    fn finish(mut self, completion: &Completion<'_>) -> Self {
        self.code(&completion.text);
        self
    }
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

    fn finish(self, _: &Completion<'_>) -> Self {
        self
    }
}

/// LIST and LSUB (section 6.3.9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed(Vec<ListedMailbox>);

/// One mailbox of a LIST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMailbox {
    /// The name as people write it; as on the wire if it is not modified UTF-7.
    pub name: String,
    /// What separates levels of hierarchy.
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
            self.0.push(ListedMailbox {
                name: mailbox_name(mailbox),
                delimiter: delimiter.as_ref().map(imap_types::core::QuotedChar::inner),
                attributes: items.iter().map(ToString::to_string).collect(),
            });
        }
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.0
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

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.0
    }
}

/// FETCH (section 6.4.5): rows about the same message are one message, and a later row never takes away what an
/// earlier one brought (Webklex/php-imap#290).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    messages: Vec<FetchedMessage>,
    // Sections that were streamed and whose row has not come yet.
    streamed: Vec<(FetchNumber, FetchedSection)>,
}

/// What FETCH brought of one message.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FetchedMessage {
    /// The sequence number when it was sent; 0 for UIDFETCH (RFC 9586).
    pub number: u32,
    /// `UID`.
    pub uid: Option<NonZeroU32>,
    /// `FLAGS`, as received.
    pub flags: Option<Vec<String>>,
    /// `MODSEQ`.
    pub modseq: Option<u64>,
    /// `RFC822.SIZE` in octets.
    pub size: Option<u64>,
    /// `INTERNALDATE` as received.
    pub internal_date: Option<String>,
    /// `ENVELOPE`, if it can be read.
    pub envelope: Option<Envelope<'static>>,
    /// `BODYSTRUCTURE` or `BODY`, if it can be read.
    pub structure: Option<BodyStructure<'static>>,
    /// `BODY[...]`, `RFC822`, `BINARY[...]`.
    pub sections: Vec<FetchedSection>,
    /// Items that nobody knows here, as received.
    pub others: Vec<(String, Vec<u8>)>,
}

/// A part of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchedSection {
    /// `BODY[HEADER]`.
    pub name: String,
    /// Of a partial fetch.
    pub origin: Option<u64>,
    /// `None` for NIL.
    pub octets: Option<Vec<u8>>,
}

impl core::fmt::Debug for FetchedSection {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let len = self.octets.as_ref().map(Vec::len);
        write!(f, "{}: {len:?} octets", self.name)
    }
}

impl FetchedMessage {
    /// The octets of a section: `BODY[]`. Case does not matter.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        let mut sections = self.sections.iter();
        let section = sections.find(|section| section.name.eq_ignore_ascii_case(name))?;
        section.octets.as_deref()
    }

    fn row(&mut self, fetch: &Fetch<'_>) {
        for item in fetch.items() {
            match item {
                FetchItem::Uid(uid) => self.uid = Some(uid),
                FetchItem::Flags(flags) => self.flags = Some(flags.iter().map(lossy).collect()),
                FetchItem::ModSeq(modseq) => self.modseq = Some(modseq),
                FetchItem::Rfc822Size(size) => self.size = Some(size),
                FetchItem::InternalDate(date) => self.internal_date = Some(lossy(date.raw())),
                FetchItem::Envelope(raw) => {
                    self.envelope = raw.decode().ok().or(self.envelope.take());
                }
                FetchItem::BodyStructure(raw) | FetchItem::Body(raw) => {
                    self.structure = raw.decode().ok().or(self.structure.take());
                }
                FetchItem::Section(section) => {
                    // A streamed one is here already.
                    if !matches!(section.value, Value::Streamed { .. }) {
                        self.sections.push(FetchedSection {
                            name: lossy(section.name),
                            origin: section.origin,
                            octets: section.value.octets().map(alloc::borrow::Cow::into_owned),
                        });
                    }
                }
                FetchItem::BinarySize(size) => {
                    let value = size.size.to_string().into_bytes();
                    self.others.push((lossy(size.name), value));
                }
                FetchItem::Other { name, value } => {
                    self.others.push((lossy(name), value.octets().to_owned()));
                }
                FetchItem::Malformed(rest) => self.others.push((String::new(), rest.to_owned())),
            }
        }
    }
}

impl Fetched {
    fn piece(&mut self, piece: &LiteralPiece<'_>) {
        if piece.offset == 0 {
            let section = FetchedSection {
                name: lossy(&piece.section),
                origin: piece.origin,
                octets: Some(Vec::new()),
            };
            self.streamed.push((piece.message, section));
        }
        if let Some((
            _,
            FetchedSection {
                octets: Some(octets),
                ..
            },
        )) = self.streamed.last_mut()
        {
            octets.extend_from_slice(&piece.data);
        }
    }

    fn row(&mut self, fetch: &Fetch<'_>) {
        let (number, uid) = (fetch.seq().unwrap_or(0), fetch.uid());
        // Numbers shift when messages are expunged in between; a UID does not.
        let same = self
            .messages
            .iter()
            .rposition(|message| match (message.uid, uid) {
                (Some(known), Some(uid)) => known == uid,
                _ => message.number == number && number != 0,
            });
        let at = same.unwrap_or_else(|| {
            self.messages.push(FetchedMessage {
                number,
                ..FetchedMessage::default()
            });
            self.messages.len() - 1
        });
        let Some(message) = self.messages.get_mut(at) else {
            return;
        };
        for (of, section) in core::mem::take(&mut self.streamed) {
            if of == fetch.number() {
                message.sections.push(section);
            }
        }
        message.row(fetch);
    }
}

impl Answer for Fetched {
    type Value = Vec<FetchedMessage>;

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Literal(piece) => self.piece(piece),
            Event::Untagged {
                data: Untagged::Fetch(fetch),
                ..
            } => self.row(fetch),
            _ => {}
        }
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.messages
    }
}

/// APPEND (section 6.3.12): where the message is now, if the server says so (RFC 4315).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// UIDVALIDITY of the mailbox and UID of the message.
    pub uid: Option<(NonZeroU32, NonZeroU32)>,
}

impl Answer for Appended {
    type Value = Self;

    fn event(&mut self, _: &Event<'_>) {}

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
pub struct Identified(Vec<(String, Option<String>)>);

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
            self.0.extend(read);
        }
    }

    fn finish(self, _: &Completion<'_>) -> Self::Value {
        self.0
    }
}

/// ENABLE (section 6.3.1): what is on now that was not before.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instant;
    use crate::client::{ClientConnection, Command, CommandOptions, Config, Outcome};
    use imap_types::fetch::MessageDataItemName;

    /// What the answer to one command in a selected mailbox is read into.
    fn read<A: Answer>(command: Command, says: &str, limit: usize) -> A::Value {
        let mut config = Config::default();
        config.limits.inline_literal = limit;
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(config, now);
        let select = Command::select("INBOX").unwrap();
        connection
            .send(select, CommandOptions::default(), now)
            .unwrap();
        let ours = connection
            .send(command, CommandOptions::default(), now)
            .unwrap();
        let mut answer = A::default();
        for block in ["* PREAUTH hi\r\n", "* 9 EXISTS\r\nA1 OK\r\n", says] {
            connection.handle_input(block.as_bytes(), now);
            while let Some(event) = connection.poll_event() {
                match &event {
                    Event::Outcome {
                        handle,
                        outcome: Outcome::Ok(done),
                    } if *handle == ours => {
                        return answer.finish(done);
                    }
                    Event::Untagged { cause, .. } if cause.handle() == Some(ours) => {
                        answer.event(&event);
                    }
                    Event::Literal(piece) if piece.cause.handle() == Some(ours) => {
                        answer.event(&event);
                    }
                    _ => {}
                }
            }
            let len = connection.transmit().len();
            connection.handle_transmitted(len, now);
        }
        panic!("not done");
    }

    fn body() -> Command {
        let body = MessageDataItemName::BodyExt {
            section: None,
            partial: None,
            peek: true,
        };
        Command::uid_fetch("1:*", alloc::vec![MessageDataItemName::Flags, body]).unwrap()
    }

    #[test]
    fn rows_of_one_message_add_up_streamed_or_not() {
        let says = "* 3 FETCH (BODY[] {5}\r\nhello UID 7)\r\n* 3 FETCH (UID 7 FLAGS (\\Seen))\r\n\
                    * 4 FETCH (UID 8 FLAGS ())\r\nA2 OK\r\n";
        for limit in [1000, 2] {
            let messages = read::<Fetched>(body(), says, limit);
            assert_eq!(messages.len(), 2);
            assert_eq!(messages[0].section("body[]"), Some(&b"hello"[..]));
            assert_eq!(
                messages[0].flags.as_deref(),
                Some(&["\\Seen".to_owned()][..])
            );
            assert_eq!(messages[1].uid.map(NonZeroU32::get), Some(8));
        }
    }

    #[test]
    fn numbers_that_shift_do_not_mix_messages() {
        let says = "* 2 FETCH (UID 20 FLAGS ())\r\n* 1 EXPUNGE\r\n* 2 FETCH (UID 30 FLAGS ())\r\nA2 OK\r\n";
        let messages = read::<Fetched>(body(), says, 1000);
        let uids: Vec<_> = messages.iter().filter_map(|message| message.uid).collect();
        assert_eq!(uids.len(), 2);
    }

    #[test]
    fn what_the_server_says_about_itself() {
        let id = Command::id([("name", "x")]).unwrap();
        let about = read::<Identified>(id, "* ID (\"name\" \"y\" \"os\" NIL)\r\nA2 OK\r\n", 1000);
        let name = ("name".to_owned(), Some("y".to_owned()));
        assert_eq!(about, [name, ("os".to_owned(), None)]);
        let enable = Command::enable(["CONDSTORE"]).unwrap();
        let on = read::<Enabled>(enable, "* ENABLED CONDSTORE\r\nA2 OK\r\n", 1000);
        assert_eq!(on, ["CONDSTORE"]);
    }

    #[test]
    fn search_lines_add_up() {
        let search = Command::uid_search(alloc::vec![imap_types::search::SearchKey::All]).unwrap();
        let found = read::<Found>(search, "* SEARCH 1 2\r\n* SEARCH 4\r\nA2 OK\r\n", 1000);
        assert_eq!(found.numbers.len(), 3);
    }
}
