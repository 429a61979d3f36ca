//! The answer to FETCH, and to every other command that brings FETCH responses.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::{self, Vec};
use core::num::NonZeroU32;

use super::message::{FetchedMessage, FetchedSection};
use super::{Answer, Uptake, course_of_command, lossy};
use crate::client::event::{Event, LiteralPiece};
use crate::codec::{Code, Fetch, FetchNumber, ResponseText, Untagged};

/// FETCH (section 6.4.5). Rows about the same message make one message, and a later row never removes what an earlier one
/// brought (Webklex/php-imap#290).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    /// In the order in which the server first told of them.
    pub messages: Vec<FetchedMessage>,
    /// UIDs of messages that are gone, as ranges, if the command asked for them (RFC 7162 section 3.2.6).
    pub vanished: Vec<(NonZeroU32, NonZeroU32)>,
    /// STORE with UNCHANGEDSINCE: the messages that it left as they were, because others have changed them since (`MODIFIED`, RFC 7162
    /// section 3.1.3). They are named as the command names its own, as ranges.
    pub modified: Vec<(NonZeroU32, NonZeroU32)>,
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

    fn row(&mut self, fetch: &Fetch<'_>) -> Uptake {
        let (number, uid) = (fetch.seq().unwrap_or(0), fetch.uid());
        let at = self.find(number, uid).unwrap_or_else(|| {
            self.messages.push(FetchedMessage::of(number, uid));
            self.messages.len() - 1
        });
        self.place(number, uid, at);
        let Some(message) = self.messages.get_mut(at) else {
            return Uptake::Left;
        };
        // UIDFETCH has the UID before its items (RFC 9586 section 3.3).
        message.uid = uid.or(message.uid);
        if number != 0 {
            message.number = number;
        }
        let before = message.held();
        let streamed = core::mem::take(&mut self.streamed);
        let (its, others): (Vec<_>, Vec<_>) = streamed
            .into_iter()
            .partition(|(of, _)| *of == fetch.number());
        for (_, section) in its {
            self.held = self.held.saturating_sub(section.held());
            message.sections.push(section);
        }
        let mut uptake = message.row(fetch);
        // No message has this number.
        if fetch.seq() == Some(0) {
            uptake = Uptake::Left;
        }
        self.held = self.held.saturating_sub(before) + message.held();
        self.orphans(others);
        uptake
    }

    /// No row comes any more.
    pub(super) fn end(&mut self) {
        let orphans = core::mem::take(&mut self.streamed);
        self.orphans(orphans);
        self.places = None;
    }

    /// Sections whose row could not be read make a message of their own.
    fn orphans(&mut self, sections: Vec<(FetchNumber, FetchedSection)>) {
        for (of, section) in sections {
            let (number, uid) = match of {
                FetchNumber::Seq(number) => (number, None),
                FetchNumber::Uid(uid) => (0, NonZeroU32::new(uid)),
            };
            let mut message = FetchedMessage::of(number, uid);
            message.sections.push(section);
            self.messages.push(message);
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
            } => return self.row(fetch),
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

    fn completion(&mut self, text: &ResponseText<'_>) -> Uptake {
        let Some(Code::Modified(messages)) = text.code() else {
            return Uptake::Left;
        };
        self.modified = messages.ranges().collect();
        Uptake::Taken
    }

    fn into_value(mut self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        self.end();
        Ok(Self { unread, ..self })
    }
}
