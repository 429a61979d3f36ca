//! The answer to FETCH, and to every other command that brings FETCH responses.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::{self, Vec};
use core::fmt;
use core::num::NonZeroU32;

use super::flags::FlagList;
use super::{Answer, Unreadable, Uptake, course_of_command, lossy};
use crate::client::command::Completion;
use crate::client::event::{Event, LiteralPiece};
use crate::codec::fetch::is_same_section;
use crate::codec::{
    BodyStructure, Envelope, Fetch, FetchItem, FetchNumber, InternalDate, Raw, Untagged, Value,
};

/// FETCH (section 6.4.5). Rows about the same message make one message, and a later row never removes what an earlier one
/// brought (Webklex/php-imap#290).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    /// In the order in which the server first told of them.
    pub messages: Vec<FetchedMessage>,
    /// UIDs of messages that are gone, as ranges, if the command asked for them (RFC 7162 section 3.2.6).
    pub vanished: Vec<(NonZeroU32, NonZeroU32)>,
    /// Lines that could not be read, and other news that came with the rows.
    pub unread: Vec<Event<'static>>,
    /// What the messages hold beside themselves, in octets.
    held: usize,
    /// The highest number and the highest UID so far.
    highest: (u32, u32),
    /// Only when a row is not beyond all others.
    places: Option<Box<Places>>,
    // Streamed sections whose row has not come yet.
    streamed: Vec<(FetchNumber, FetchedSection)>,
}

/// Where the last message with a number, or with a UID, is.
#[derive(Clone, Debug, Default, PartialEq)]
struct Places {
    by_number: BTreeMap<u32, usize>,
    by_uid: BTreeMap<NonZeroU32, usize>,
}

/// One message as FETCH described it. What could be read is in its fields; all else is among the [others](Self::others).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedMessage {
    /// The sequence number when the row was sent; 0 for UIDFETCH (RFC 9586).
    pub number: u32,
    /// `UID`.
    pub uid: Option<NonZeroU32>,
    /// `FLAGS`, as received.
    pub flags: Option<FlagList>,
    /// `MODSEQ`.
    pub modseq: Option<u64>,
    /// `RFC822.SIZE` in octets.
    pub size: Option<u64>,
    /// `INTERNALDATE` as received. [`date`](Self::date) reads it.
    pub internal_date: Option<String>,
    /// What extensions tell of a message.
    pub extensions: Option<Box<FetchedExtensions>>,
    /// `BODY[...]`, `RFC822`, `BINARY[...]`.
    pub sections: Vec<FetchedSection>,
    /// Items of other names, and those that could not be read, as received. What has no name has an empty one.
    pub others: Vec<(String, Vec<u8>)>,
    /// As received: a list.
    envelope: Option<KeptList>,
    /// The same, of BODYSTRUCTURE or BODY.
    structure: Option<KeptList>,
}

/// A list as received. `Debug` shows its size.
#[derive(Clone, PartialEq, Eq)]
struct KeptList(Box<[u8]>);

impl fmt::Debug for KeptList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets", self.0.len())
    }
}

/// What extensions tell of a message. A value that is NIL is among the [others](FetchedMessage::others).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchedExtensions {
    /// `PREVIEW` (RFC 8970). Octets that are not UTF-8 are replaced.
    pub preview: Option<String>,
    /// `SAVEDATE` (RFC 8514), as received.
    pub save_date: Option<String>,
    /// `EMAILID` (RFC 8474).
    pub email_id: Option<String>,
    /// `THREADID` (RFC 8474).
    pub thread_id: Option<String>,
    /// `X-GM-MSGID` (Gmail).
    pub gmail_message_id: Option<u64>,
    /// `X-GM-THRID` (Gmail).
    pub gmail_thread_id: Option<u64>,
    /// `X-GM-LABELS` (Gmail), as people read them.
    pub gmail_labels: Option<Vec<String>>,
}

/// A part of a message.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchedSection {
    /// `BODY[HEADER]`.
    pub name: String,
    /// Where a partial fetch begins in the section.
    pub origin: Option<u64>,
    /// `None` for NIL.
    pub octets: Option<Vec<u8>>,
}

impl fmt::Debug for FetchedSection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.octets.as_ref().map(Vec::len);
        write!(f, "{}: {len:?} octets", self.name)
    }
}

impl FetchedMessage {
    /// The octets of a section, such as `BODY[]`, in upper or lower case. `.PEEK` does not count.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        let mut sections = self.sections.iter();
        let section =
            sections.find(|section| is_same_section(section.name.as_bytes(), name.as_bytes()))?;
        section.octets.as_deref()
    }

    /// `ENVELOPE`, as received. [`Envelope::fields`] reads it.
    #[must_use]
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        Envelope::from_raw(&self.envelope.as_ref()?.0)
    }

    /// `BODYSTRUCTURE`, or else `BODY`, as received. [`BodyStructure::parts`] reads it.
    #[must_use]
    pub fn structure(&self) -> Option<BodyStructure<'_>> {
        BodyStructure::from_raw(&self.structure.as_ref()?.0)
    }

    /// `INTERNALDATE`.
    #[must_use]
    pub fn date(&self) -> Option<InternalDate<'_>> {
        InternalDate::from_raw(self.internal_date.as_ref()?.as_bytes())
    }

    fn row(&mut self, fetch: &Fetch<'_>) {
        for item in fetch.items() {
            match item {
                FetchItem::Uid(uid) => self.uid = Some(uid),
                FetchItem::Flags(flags) => self.flags = Some(flags.into()),
                FetchItem::ModSeq(modseq) => self.modseq = Some(modseq),
                FetchItem::Rfc822Size(size) => self.size = Some(size),
                FetchItem::InternalDate(date) => self.internal_date = Some(lossy(date.raw())),
                FetchItem::Envelope(envelope) => self.envelope = Some(KeptList::of(envelope.raw())),
                FetchItem::BodyStructure(it) => self.structure = Some(KeptList::of(it.raw())),
                // BODYSTRUCTURE says more.
                FetchItem::Body(body) if self.structure.is_none() => {
                    self.structure = Some(KeptList::of(body.raw()));
                }
                FetchItem::Body(body) => self.other("BODY", body.raw().octets()),
                FetchItem::Section(section) => {
                    // A streamed section has been added already.
                    if !matches!(section.value, Value::Streamed { .. }) {
                        self.sections.push(FetchedSection {
                            name: lossy(section.name),
                            origin: section.origin,
                            octets: section.value.octets().map(Cow::into_owned),
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
                item => self.extension(item),
            }
        }
    }

    fn extension(&mut self, item: FetchItem<'_>) {
        match item {
            // Its octets have come as a section.
            FetchItem::Preview(Value::Streamed { .. }) => {}
            FetchItem::Preview(preview) => match preview.text() {
                Some(text) => self.its().preview = Some(text.into_owned()),
                None => self.other("PREVIEW", b"NIL"),
            },
            FetchItem::SaveDate(Some(date)) => self.its().save_date = Some(lossy(date.raw())),
            FetchItem::SaveDate(None) => self.other("SAVEDATE", b"NIL"),
            FetchItem::EmailId(id) => match id.text() {
                Some(id) => self.its().email_id = Some(id.into_owned()),
                None => self.other("EMAILID", b"NIL"),
            },
            FetchItem::ThreadId(id) => match id.text() {
                Some(id) => self.its().thread_id = Some(id.into_owned()),
                None => self.other("THREADID", b"NIL"),
            },
            FetchItem::GmailMessageId(id) => self.its().gmail_message_id = Some(id),
            FetchItem::GmailThreadId(id) => self.its().gmail_thread_id = Some(id),
            FetchItem::GmailLabels(labels) => {
                let labels = labels.iter().map(|label| label.text().into_owned());
                self.its().gmail_labels = Some(labels.collect());
            }
            _ => {}
        }
    }

    fn its(&mut self) -> &mut FetchedExtensions {
        self.extensions.get_or_insert_default()
    }

    fn other(&mut self, name: &str, value: &[u8]) {
        self.others.push((name.to_owned(), value.to_owned()));
    }

    /// What it holds beside itself, in octets.
    fn held(&self) -> usize {
        let flags = self.flags.as_ref().map_or(0, |flags| flags.0.len());
        let date = text_held(&self.internal_date);
        let lists = [&self.envelope, &self.structure].into_iter().flatten();
        let lists = lists.map(|list| list.0.len());
        let extensions = self.extensions.as_ref().map_or(0, |its| its.held());
        let sections = self.sections.iter().map(FetchedSection::held);
        let others = self.others.iter();
        let others = others.map(|(name, value)| name.capacity() + value.capacity());
        let places = self.sections.capacity() * size_of::<FetchedSection>()
            + self.others.capacity() * size_of::<(String, Vec<u8>)>();
        let single = flags + date + places + extensions;
        single + lists.sum::<usize>() + sections.sum::<usize>() + others.sum::<usize>()
    }
}

fn text_held(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::capacity)
}

impl FetchedExtensions {
    fn held(&self) -> usize {
        let texts = [
            &self.preview,
            &self.save_date,
            &self.email_id,
            &self.thread_id,
        ];
        let texts = texts.into_iter().map(text_held);
        let labels = self.gmail_labels.as_ref().map_or(0, |labels| {
            let each = labels.iter().map(String::capacity);
            labels.capacity() * size_of::<String>() + each.sum::<usize>()
        });
        size_of::<Self>() + texts.sum::<usize>() + labels
    }
}

impl KeptList {
    fn of(raw: Raw<'_>) -> Self {
        Self(raw.octets().into())
    }
}

impl FetchedSection {
    fn held(&self) -> usize {
        self.name.capacity() + self.octets.as_ref().map_or(0, Vec::capacity)
    }

    /// Adds octets of a literal of `size` octets. Takes memory for at most twice what has come, and for no more than will come.
    fn extend(&mut self, octets: &[u8], size: u64) {
        let Some(held) = &mut self.octets else {
            return;
        };
        let len = held.len().saturating_add(octets.len());
        if len > held.capacity() {
            let size = usize::try_from(size).unwrap_or(usize::MAX);
            let capacity = len.saturating_mul(2).min(size).max(len);
            held.reserve_exact(capacity - held.len());
        }
        held.extend_from_slice(octets);
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
        if let Some((_, section)) = self.streamed.last_mut() {
            let before = section.held();
            section.extend(&piece.data, piece.size);
            self.held += section.held() - before;
        }
    }

    fn row(&mut self, fetch: &Fetch<'_>) {
        let (number, uid) = (fetch.seq().unwrap_or(0), fetch.uid());
        let at = self.find(number, uid).unwrap_or_else(|| {
            self.messages.push(FetchedMessage {
                number,
                ..FetchedMessage::default()
            });
            self.messages.len() - 1
        });
        self.place(number, uid, at);
        let Some(message) = self.messages.get_mut(at) else {
            return;
        };
        // UIDFETCH has the UID before its items (RFC 9586 section 3.3).
        message.uid = uid.or(message.uid);
        let before = message.held();
        let streamed = core::mem::take(&mut self.streamed);
        let (its, others): (Vec<_>, Vec<_>) = streamed
            .into_iter()
            .partition(|(of, _)| *of == fetch.number());
        for (_, section) in its {
            self.held = self.held.saturating_sub(section.held());
            message.sections.push(section);
        }
        message.row(fetch);
        self.held = self.held.saturating_sub(before) + message.held();
        self.orphans(others);
    }

    /// Sections whose row could not be read make a message of their own.
    fn orphans(&mut self, sections: Vec<(FetchNumber, FetchedSection)>) {
        for (of, section) in sections {
            let (number, uid) = match of {
                FetchNumber::Seq(number) => (number, None),
                FetchNumber::Uid(uid) => (0, NonZeroU32::new(uid)),
            };
            self.messages.push(FetchedMessage {
                number,
                uid,
                sections: Vec::from([section]),
                ..FetchedMessage::default()
            });
        }
    }

    /// The message that a row is about, if there was a row about it before. Numbers shift when messages are expunged in between;
    /// UIDs do not.
    fn find(&mut self, number: u32, uid: Option<NonZeroU32>) -> Option<usize> {
        let (highest, highest_uid) = self.highest;
        let is_beyond =
            (number == 0 || number > highest) && uid.is_none_or(|uid| uid.get() > highest_uid);
        if is_beyond {
            return None;
        }
        let messages = &self.messages;
        let places = self.places.get_or_insert_with(|| Places::of(messages));
        let known = uid.and_then(|uid| places.by_uid.get(&uid));
        let numbered = || {
            let at = places.by_number.get(&number)?;
            let other = messages.get(*at)?.uid.is_some() && uid.is_some();
            (!other).then_some(at)
        };
        known.or_else(numbered).copied()
    }

    /// The message at `at` has this number and this UID.
    fn place(&mut self, number: u32, uid: Option<NonZeroU32>, at: usize) {
        let (highest, highest_uid) = self.highest;
        let uid_now = uid.map_or(0, NonZeroU32::get);
        self.highest = (highest.max(number), highest_uid.max(uid_now));
        if let Some(places) = &mut self.places {
            places.put(number, uid, at);
        }
    }
}

impl Places {
    fn of(messages: &[FetchedMessage]) -> Box<Self> {
        let mut places = Box::<Self>::default();
        for (at, message) in messages.iter().enumerate() {
            places.put(message.number, message.uid, at);
        }
        places
    }

    fn put(&mut self, number: u32, uid: Option<NonZeroU32>, at: usize) {
        if number != 0 {
            self.by_number.insert(number, at);
        }
        if let Some(uid) = uid {
            self.by_uid.insert(uid, at);
        }
    }

    fn held(&self) -> usize {
        // A node of a B-tree is at least half full.
        2 * (self.by_number.len() * size_of::<(u32, usize)>()
            + self.by_uid.len() * size_of::<(NonZeroU32, usize)>())
    }
}

/// The messages. It drops [`unread`](Fetched::unread): look at that first if every line counts.
impl IntoIterator for Fetched {
    type Item = FetchedMessage;
    type IntoIter = vec::IntoIter<FetchedMessage>;

    fn into_iter(self) -> Self::IntoIter {
        self.messages.into_iter()
    }
}

impl Answer for Fetched {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Literal(piece) => self.piece(piece),
            Event::Untagged {
                data: Untagged::Fetch(fetch),
                ..
            } => self.row(fetch),
            Event::Untagged {
                data: data @ Untagged::Vanished(vanished),
                ..
            } => {
                self.vanished.extend(vanished.ranges());
                return Uptake::of(data);
            }
            event => return course_of_command(event),
        }
        Uptake::Taken
    }

    fn octets(&self) -> usize {
        let places = self.places.as_ref().map_or(0, |places| places.held());
        let vanished = self.vanished.capacity() * size_of::<(NonZeroU32, NonZeroU32)>();
        self.messages.capacity() * size_of::<FetchedMessage>() + self.held + places + vanished
    }

    fn finish(
        mut self,
        _: &Completion<'_>,
        unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        let orphans = core::mem::take(&mut self.streamed);
        self.orphans(orphans);
        self.places = None;
        Ok(Self { unread, ..self })
    }
}
