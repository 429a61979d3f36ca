//! The answer to FETCH, and to every other command that brings FETCH responses.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::{self, Vec};
use core::fmt;
use core::num::NonZeroU32;

use imap_types::IntoStatic;
use imap_types::body::BodyStructure;
use imap_types::core::NString;
use imap_types::envelope::Envelope;

use super::flags::FetchedFlags;
use super::{Answer, Unreadable, Uptake, course_of_command, lossy};
use crate::client::command::Completion;
use crate::client::event::{Event, LiteralPiece};
use crate::codec::{Fetch, FetchItem, FetchNumber, Untagged, Value};

/// FETCH (section 6.4.5). Rows about the same message make one message, and a later row never removes what an earlier one
/// brought (Webklex/php-imap#290).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    /// In the order in which the server first told of them.
    pub messages: Vec<FetchedMessage>,
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

/// One message as FETCH described it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FetchedMessage {
    /// The sequence number when the row was sent; 0 for UIDFETCH (RFC 9586).
    pub number: u32,
    /// `UID`.
    pub uid: Option<NonZeroU32>,
    /// `FLAGS`, as received.
    pub flags: Option<FetchedFlags>,
    /// `MODSEQ`.
    pub modseq: Option<u64>,
    /// `RFC822.SIZE` in octets.
    pub size: Option<u64>,
    /// `INTERNALDATE` as received.
    pub internal_date: Option<String>,
    /// `ENVELOPE`, if it can be read. If not, it is among the [others](Self::others).
    pub envelope: Option<Box<Envelope<'static>>>,
    /// `BODYSTRUCTURE` or `BODY`, if it can be read. If not, it is among the [others](Self::others).
    pub structure: Option<Box<BodyStructure<'static>>>,
    /// `BODY[...]`, `RFC822`, `BINARY[...]`.
    pub sections: Vec<FetchedSection>,
    /// Items of other names, and those that could not be read, as received. What has no name has an empty one.
    pub others: Vec<(String, Vec<u8>)>,
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
    /// The octets of a section, such as `BODY[]`, in upper or lower case.
    #[must_use]
    pub fn section(&self, name: &str) -> Option<&[u8]> {
        let mut sections = self.sections.iter();
        let section = sections.find(|section| section.name.eq_ignore_ascii_case(name))?;
        section.octets.as_deref()
    }

    /// Returns what its envelope and its structure hold, in octets.
    fn row(&mut self, fetch: &Fetch<'_>) -> usize {
        let mut held = 0;
        for item in fetch.items() {
            match item {
                FetchItem::Uid(uid) => self.uid = Some(uid),
                FetchItem::Flags(flags) => self.flags = Some(flags.into()),
                FetchItem::ModSeq(modseq) => self.modseq = Some(modseq),
                FetchItem::Rfc822Size(size) => self.size = Some(size),
                FetchItem::InternalDate(date) => self.internal_date = Some(lossy(date.raw())),
                FetchItem::Envelope(raw) => {
                    held += parsed(raw.raw().octets(), size_of::<Envelope<'_>>());
                    match raw.decode() {
                        Ok(envelope) => self.envelope = Some(Box::new(envelope.into_static())),
                        Err(_) => self.other("ENVELOPE", raw.raw().octets()),
                    }
                }
                FetchItem::BodyStructure(raw) => {
                    held += parsed(raw.raw().octets(), size_of::<BodyStructure<'_>>());
                    match raw.decode() {
                        Ok(structure) => self.structure = Some(Box::new(structure.into_static())),
                        Err(_) => self.other("BODYSTRUCTURE", raw.raw().octets()),
                    }
                }
                FetchItem::Body(raw) => {
                    held += parsed(raw.raw().octets(), size_of::<BodyStructure<'_>>());
                    match raw.decode() {
                        // BODYSTRUCTURE says more.
                        Ok(structure) if self.structure.is_none() => {
                            self.structure = Some(Box::new(structure.into_static()));
                        }
                        _ => self.other("BODY", raw.raw().octets()),
                    }
                }
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
            }
        }
        held
    }

    fn other(&mut self, name: &str, value: &[u8]) {
        self.others.push((name.to_owned(), value.to_owned()));
    }

    /// What it holds beside itself, in octets. Envelope and structure are counted with their row.
    fn held(&self) -> usize {
        let flags = self.flags.as_ref().map_or(0, |flags| flags.0.len());
        let date = self.internal_date.as_ref().map_or(0, String::capacity);
        let sections = self.sections.iter().map(FetchedSection::held);
        let others = self.others.iter();
        let others = others.map(|(name, value)| name.capacity() + value.capacity());
        let places = self.sections.capacity() * size_of::<FetchedSection>()
            + self.others.capacity() * size_of::<(String, Vec<u8>)>();
        flags + date + places + sections.sum::<usize>() + others.sum::<usize>()
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

/// What a parsed list holds, in octets: an upper bound from its wire form.
fn parsed(raw: &[u8], part: usize) -> usize {
    let parts = memchr::memchr_iter(b'(', raw).count();
    let words = memchr::memchr_iter(b' ', raw).count() + 1;
    raw.len() + 2 * (parts * part + words * size_of::<NString<'_>>())
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
        let before = message.held();
        let streamed = core::mem::take(&mut self.streamed);
        let (its, others): (Vec<_>, Vec<_>) = streamed
            .into_iter()
            .partition(|(of, _)| *of == fetch.number());
        for (_, section) in its {
            self.held = self.held.saturating_sub(section.held());
            message.sections.push(section);
        }
        let parsed = message.row(fetch);
        self.held = self.held.saturating_sub(before) + message.held() + parsed;
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
            event => return course_of_command(event),
        }
        Uptake::Taken
    }

    fn octets(&self) -> usize {
        let places = self.places.as_ref().map_or(0, |places| places.held());
        self.messages.capacity() * size_of::<FetchedMessage>() + self.held + places
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
