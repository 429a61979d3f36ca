//! The FETCH response as a view on the receive buffer.
//!
//! The parts of a FETCH response are worth having one by one. A server that adds an item we do not know, or gets one wrong, has
//! still told us the UID, the flags and the body. So the response is never decoded as a whole. [`Fetch::parse`] reads the head
//! of the line and the plainest items after it, and [`Fetch::items`] walks the rest of the list when asked:
//!
//! * UID, FLAGS, MODSEQ, RFC822.SIZE, INTERNALDATE, body sections and what extensions add are read in place, without allocation;
//! * ENVELOPE, BODY and BODYSTRUCTURE are delimited in place and read on request;
//! * every other item, and every known item with a value that cannot be read, is lent as [`FetchItem::Other`];
//! * what cannot be delimited is lent as [`FetchItem::Malformed`], always as the last item.
//!
//! What is odd costs itself, never its neighbours, and [`Fetch::defects`] tells of it. No value is invented: what is not there is absent.
//! Every octet of the list belongs to an item or separates two, nothing panics, and every step of the walk moves forward.

mod address;
mod date;
mod defects;
mod envelope;
mod flags;
mod front;
mod head;
mod item;
mod items;
mod labels;
mod section;
mod stream;
mod strict;
mod structure;
mod system_flags;
mod tail;
mod value;
mod walker;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod leniency;
#[cfg(test)]
mod tests;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

use bounded_static::{ToBoundedStatic, ToStatic};

pub use self::address::{Address, AddressIter, AddressKind, Addresses};
pub use self::date::InternalDate;
pub use self::envelope::{Envelope, EnvelopeFields};
pub use self::flags::{FlagTokens, Flags};
pub use self::head::FetchNumber;
pub(crate) use self::head::fetch_number;
pub use self::item::FetchItem;
pub use self::items::FetchItems;
pub use self::labels::{Label, LabelIter, Labels};
pub use self::section::{BinarySize, BodySection};
pub use self::stream::{StreamContext, stream_context};
pub use self::structure::{
    BodyParts, BodyStructure, Content, Disposition, Language, LanguageIter, MediaType, Parameter,
    ParameterIter, Parameters, Part,
};
pub use self::system_flags::SystemFlags;
pub use self::value::{Raw, Value};

use self::front::Front;
pub(crate) use self::front::PlainItem;
pub(crate) use self::section::is_same_section;
use self::tail::Kinds;
use super::defect::{Defect, DefectKind};
use crate::lexer::{Cursor, StreamedLiteral, without_line_end};

/// A FETCH (RFC 9051 section 7.5.2) or UIDFETCH (RFC 9586 section 3.3) response, lent from the receive buffer.
///
/// Items are read when asked for. `Debug` shows names and sizes, never the contents of a message.
#[derive(Clone, PartialEq, Eq, ToStatic)]
pub struct Fetch<'a> {
    message: Cow<'a, [u8]>,
    /// Boxed, since few rows have any, and rows are moved often.
    streamed: Option<Box<Cow<'a, [StreamedLiteral]>>>,
    number: FetchNumber,
    /// The offset of the list's opening parenthesis in `message`.
    list: u32,
    front: Front,
    nesting: u32,
}

/// See [`Limits::nesting`](crate::Limits::nesting).
const NESTING: usize = 1_000;

/// The head of a row and the plain items after it: what is read before anything else is known of the row, its end included.
#[derive(Clone, Copy)]
pub(crate) struct RowStart {
    number: FetchNumber,
    list: u32,
    front: Front,
}

impl RowStart {
    /// Reads the row that `octets` begin with. Other octets may follow it, and some of it may be missing.
    #[inline]
    pub(crate) fn read(octets: &[u8]) -> Option<Self> {
        let (number, list) = head::read(octets)?;
        Some(Self {
            number,
            list: u32::try_from(list).ok()?,
            // `list` is the offset of a parenthesis in `octets`, so the addition cannot overflow.
            front: Front::read(octets, list + 1)?,
        })
    }

    /// How long the row is, if it was read to its end: all its items are plain, and `)` and CR LF follow.
    #[inline]
    pub(crate) fn whole(&self) -> Option<usize> {
        self.front.is_whole().then(|| self.front.row_end())
    }

    /// The row, given the message that it begins.
    #[inline]
    pub(crate) fn of<'a>(self, message: &'a [u8], streamed: &'a [StreamedLiteral]) -> Fetch<'a> {
        Fetch {
            message: Cow::Borrowed(message),
            streamed: (!streamed.is_empty()).then(|| Box::new(Cow::Borrowed(streamed))),
            number: self.number,
            list: self.list,
            front: self.front.of_line(message.len()),
            nesting: NESTING as u32,
        }
    }
}

impl<'a> Fetch<'a> {
    /// Reads the head of a framed response line, `* number FETCH (` or `* number UIDFETCH (`.
    ///
    /// Returns `None` if the line is anything else. The items are not walked: they may still turn out to be malformed.
    ///
    /// `streamed` names the literals whose octets are missing from `message`, in the order of their offsets.
    #[must_use]
    pub fn parse(message: &'a [u8], streamed: &'a [StreamedLiteral]) -> Option<Self> {
        Some(RowStart::read(message)?.of(message, streamed))
    }

    /// The same response with a bound on how deep parentheses may nest in the name or the value of an item. From an item that
    /// nests deeper on, the line is [`FetchItem::Malformed`].
    #[must_use]
    pub fn with_nesting(self, nesting: usize) -> Self {
        // What was found with another bound may not be found with this one.
        let front = self.front.alone();
        Self { front, ..self }.bounded(nesting)
    }

    /// The same for a row of which nothing has been looked for yet.
    #[inline]
    pub(crate) fn bounded(self, nesting: usize) -> Self {
        // No line has as many parentheses as that.
        let nesting = u32::try_from(nesting).unwrap_or(u32::MAX);
        Self { nesting, ..self }
    }
}

impl Fetch<'_> {
    /// Looks for the UID after the front, once for all who ask for it.
    #[inline]
    pub(crate) fn find_uid(&mut self) {
        // The UID of a UIDFETCH is in its head, and no item.
        let has_more = !self.front.is_whole() && self.front.found_uid().is_none();
        if has_more && self.seq().is_some() {
            self.learn();
        }
    }

    #[inline(never)] // The question whether there is anything to learn stays small.
    fn learn(&mut self) {
        let line = without_line_end(&self.message);
        let cursor = Cursor::new(line, self.front.end(), self.streamed(), self.nesting());
        let (uid, tail) = items::find_uid(cursor);
        self.front.learn(uid, tail);
    }

    /// The number in the head of the line, and its kind.
    #[must_use]
    #[inline]
    pub fn number(&self) -> FetchNumber {
        self.number
    }

    /// The message sequence number; `None` for UIDFETCH, which has none (RFC 9586 section 3.3).
    #[must_use]
    pub fn seq(&self) -> Option<u32> {
        match self.number {
            FetchNumber::Seq(seq) => Some(seq),
            FetchNumber::Uid(_) => None,
        }
    }

    /// The items in the order received. Each call walks the list again, except for the plain items at its front, and for an ENVELOPE and a
    /// BODYSTRUCTURE that the connection has passed on its way to the UID.
    #[must_use]
    pub fn items(&self) -> FetchItems<'_> {
        let line = without_line_end(&self.message);
        FetchItems::new(line, &self.front, self.streamed(), self.nesting())
    }

    /// Where the response breaks the grammar, by offsets into its line. What could be read was read all the same.
    ///
    /// Those of ENVELOPE and BODYSTRUCTURE are among them. Items of names that are not known are not looked at.
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        let line = without_line_end(&self.message);
        // `list` is the offset of a parenthesis, so the addition cannot overflow.
        let cursor = Cursor::new(line, self.list() + 1, self.streamed(), self.nesting());
        let mut defects = items::defects(cursor);
        defects.splice(0..0, self.head_defects());
        defects
    }

    fn head_defects(&self) -> impl Iterator<Item = Defect> {
        let (FetchNumber::Seq(number) | FetchNumber::Uid(number)) = self.number;
        let head = self.message.get(..self.list()).unwrap_or_default();
        // The number follows the star and a space.
        let zero = (number == 0).then_some((DefectKind::Number, 2));
        let many = head.windows(2).position(|pair| pair == b"  ");
        let many = many.map(|at| (DefectKind::Space, at + 1));
        let none = (!head.ends_with(b" ")).then_some((DefectKind::Space, self.list()));
        let found = [zero, many, none].into_iter().flatten();
        found.map(|(kind, at)| Defect { kind, at })
    }

    fn streamed(&self) -> &[StreamedLiteral] {
        self.streamed.as_deref().map_or(&[], |streamed| streamed)
    }

    /// Lossless, as below: no target of this crate has addresses of less than 32 bits.
    const fn list(&self) -> usize {
        self.list as usize
    }

    const fn nesting(&self) -> usize {
        self.nesting as usize
    }

    /// Whether all of it could be read.
    pub(crate) fn is_readable(&self) -> bool {
        !self
            .items()
            .any(|item| matches!(item, FetchItem::Malformed(_)))
    }

    /// A copy to keep: `to_static` where each move counts.
    #[inline(always)]
    pub(crate) fn kept(&self) -> Fetch<'static> {
        Fetch {
            message: Cow::Owned(self.message.to_vec()),
            streamed: match &self.streamed {
                None => None,
                streamed => streamed.to_static(),
            },
            number: self.number,
            list: self.list,
            front: self.front,
            nesting: self.nesting,
        }
    }

    /// The octets of the row, its line end included.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.message.len()
    }

    /// The kinds of the items that are known without a walk, as a set. There may be further items.
    #[inline]
    pub(crate) const fn front_kinds(&self) -> u8 {
        self.front.kinds()
    }

    /// The unique identifier: that of the UID item, or the number of a UIDFETCH.
    #[must_use]
    #[inline]
    pub fn uid(&self) -> Option<NonZeroU32> {
        match self.number {
            FetchNumber::Uid(uid) => NonZeroU32::new(uid),
            FetchNumber::Seq(_) => self.front.found_uid().or_else(|| {
                self.find(Kinds::UID, |item| match item {
                    FetchItem::Uid(uid) => Some(uid),
                    _ => None,
                })
            }),
        }
    }

    /// The mod-sequence of the message (RFC 7162 section 3.1.4).
    #[must_use]
    #[inline]
    pub fn modseq(&self) -> Option<u64> {
        self.front.found_modseq().or_else(|| {
            self.find(Kinds::MODSEQ, |item| match item {
                FetchItem::ModSeq(modseq) => Some(modseq),
                _ => None,
            })
        })
    }

    /// The size of the message in octets, as the server states it.
    #[must_use]
    #[inline]
    pub fn rfc822_size(&self) -> Option<u64> {
        self.front.found_size().or_else(|| {
            self.find(Kinds::SIZE, |item| match item {
                FetchItem::Rfc822Size(size) => Some(size),
                _ => None,
            })
        })
    }

    /// The internal date of the message.
    #[must_use]
    #[inline]
    pub fn internal_date(&self) -> Option<InternalDate<'_>> {
        self.front.found_date(&self.message).or_else(|| {
            self.find(Kinds::DATE, |item| match item {
                FetchItem::InternalDate(date) => Some(date),
                _ => None,
            })
        })
    }

    /// The flags of the message.
    #[must_use]
    #[inline]
    pub fn flags(&self) -> Option<Flags<'_>> {
        self.front.found_flags(&self.message).or_else(|| {
            self.find(Kinds::FLAGS, |item| match item {
                FetchItem::Flags(flags) => Some(flags),
                _ => None,
            })
        })
    }

    /// The first section whose name [is](BodySection::is) `name`, in upper or lower case.
    ///
    /// `fetch.section("BODY[]")`, `fetch.section("BINARY[1.2]")`, `fetch.section("RFC822.HEADER")`. The name is
    /// compared octet by octet: `BODY[HEADER.FIELDS ("To")]` is not found as `BODY[HEADER.FIELDS (To)]`.
    #[must_use]
    #[inline]
    pub fn section(&self, name: &str) -> Option<BodySection<'_>> {
        self.find(Kinds::SECTION, |item| match item {
            FetchItem::Section(section) if section.is(name) => Some(section),
            _ => None,
        })
    }

    /// The envelope. The methods below are alike.
    #[must_use]
    #[inline]
    pub fn envelope(&self) -> Option<Envelope<'_>> {
        self.find(Kinds::ENVELOPE, |item| match item {
            FetchItem::Envelope(envelope) => Some(envelope),
            _ => None,
        })
    }

    /// BODYSTRUCTURE, or BODY, whichever comes first.
    #[must_use]
    #[inline]
    pub fn body_structure(&self) -> Option<BodyStructure<'_>> {
        self.find(Kinds::STRUCTURE, |item| match item {
            FetchItem::BodyStructure(structure) | FetchItem::Body(structure) => Some(structure),
            _ => None,
        })
    }

    /// The list as received, from its opening parenthesis to the end of the line, without the line end.
    ///
    /// Octets of streamed literals are missing.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        without_line_end(&self.message)
            .get(self.list()..)
            .unwrap_or_default()
    }

    /// Walks the list, unless it is known to have no item of these kinds after its front.
    #[inline]
    fn find<'s, T>(
        &'s self,
        kinds: Kinds,
        pick: impl FnMut(FetchItem<'s>) -> Option<T>,
    ) -> Option<T> {
        match self.front.tail().may_have(kinds) {
            true => self.walk(pick),
            false => None,
        }
    }

    #[inline(never)] // The question whether to walk stays small.
    fn walk<'s, T>(&'s self, pick: impl FnMut(FetchItem<'s>) -> Option<T>) -> Option<T> {
        self.items().find_map(pick)
    }
}

impl fmt::Debug for Fetch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetch")
            .field("number", &self.number)
            .field("items", &self.items())
            .finish()
    }
}
