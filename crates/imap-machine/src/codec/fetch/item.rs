//! One item of a FETCH response.

use core::fmt;
use core::num::NonZeroU32;

use super::date::InternalDate;
use super::envelope::Envelope;
use super::flags::Flags;
use super::labels::Labels;
use super::section::{BinarySize, BodySection};
use super::structure::BodyStructure;
use super::tail::{Kinds, LongLists};
use super::value::{Raw, RawList, Value};
use crate::lexer::word::strip;
use crate::lexer::{Cursor, Element, Span, Token, number};

/// One message data item (RFC 9051 section 7.5.2), lent from the response.
///
/// `Debug` shows names and sizes, never the contents of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchItem<'a> {
    /// `UID 4`
    Uid(NonZeroU32),
    /// `FLAGS (\Seen)`
    Flags(Flags<'a>),
    /// `MODSEQ (12)` (RFC 7162 section 3.1.4). Zero is not allowed, but servers without mod-sequences send it.
    ModSeq(u64),
    /// `RFC822.SIZE 44827`, in octets.
    Rfc822Size(u64),
    /// `INTERNALDATE "17-Jul-1996 02:44:25 -0700"`
    InternalDate(InternalDate<'a>),
    /// `BODY[...]`, `BINARY[...]`, `RFC822`, `RFC822.HEADER` or `RFC822.TEXT`.
    Section(BodySection<'a>),
    /// `BINARY.SIZE[1] 5`
    BinarySize(BinarySize<'a>),
    /// `ENVELOPE (...)`
    Envelope(Envelope<'a>),
    /// `BODYSTRUCTURE (...)`
    BodyStructure(BodyStructure<'a>),
    /// `BODY (...)`: the body structure without its extension data.
    Body(BodyStructure<'a>),
    /// `PREVIEW "Hello"`, or NIL (RFC 8970 section 3).
    Preview(Value<'a>),
    /// `SAVEDATE "17-Jul-1996 02:44:25 -0700"`: when the message came into this mailbox. `None` for NIL: the mailbox does not keep it (RFC
    /// 8514 section 4.2).
    SaveDate(Option<InternalDate<'a>>),
    /// `EMAILID (M1)` (RFC 8474 section 5.1).
    EmailId(Value<'a>),
    /// `THREADID (T1)`, or NIL (RFC 8474 section 5.2).
    ThreadId(Value<'a>),
    /// `X-GM-MSGID 1278455344230334865` (Gmail).
    GmailMessageId(u64),
    /// `X-GM-THRID 1266894439832287888` (Gmail).
    GmailThreadId(u64),
    /// `X-GM-LABELS (\Inbox Important)` (Gmail).
    GmailLabels(Labels<'a>),
    /// Any other item, or one of the above with a value that cannot be read (`UID 0`, `MODSEQ ()`, `INTERNALDATE NIL`).
    Other {
        /// The name as received. Empty for a string where a name should be.
        name: &'a [u8],
        /// The value as received. Empty if there is none.
        value: Raw<'a>,
    },
    /// The rest of the line, from where it cannot be walked any further. Always the last item.
    ///
    /// The reason is a parenthesis, quote or bracket that is never closed, or a list that is cut off (then there may be no octets left to
    /// show).
    Malformed(&'a [u8]),
}

/// The names of items that are read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ItemName {
    Uid,
    Flags,
    ModSeq,
    Rfc822Size,
    InternalDate,
    Envelope,
    BodyStructure,
    Body,
    Preview,
    SaveDate,
    EmailId,
    ThreadId,
    GmailMessageId,
    GmailThreadId,
    GmailLabels,
}

const NAMES: [(&[u8], ItemName); 15] = [
    (b"ENVELOPE", ItemName::Envelope),
    (b"BODYSTRUCTURE", ItemName::BodyStructure),
    (b"UID", ItemName::Uid),
    (b"FLAGS", ItemName::Flags),
    (b"MODSEQ", ItemName::ModSeq),
    (b"RFC822.SIZE", ItemName::Rfc822Size),
    (b"INTERNALDATE", ItemName::InternalDate),
    (b"BODY", ItemName::Body),
    (b"PREVIEW", ItemName::Preview),
    (b"SAVEDATE", ItemName::SaveDate),
    (b"EMAILID", ItemName::EmailId),
    (b"THREADID", ItemName::ThreadId),
    (b"X-GM-MSGID", ItemName::GmailMessageId),
    (b"X-GM-THRID", ItemName::GmailThreadId),
    (b"X-GM-LABELS", ItemName::GmailLabels),
];

impl ItemName {
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        let mut names = NAMES.iter();
        let found = names.find(|(known, _)| name.eq_ignore_ascii_case(known))?;
        Some(found.1)
    }
}

/// A value as the walk has found it.
#[derive(Clone, Copy)]
struct FoundValue<'a> {
    element: Element<'a>,
    raw: Raw<'a>,
    /// Where it begins in the response.
    at: usize,
}

impl FetchItem<'_> {
    /// The accessor that asks for it, as a set of one. That of the others is empty.
    pub(super) const fn kinds(&self) -> Kinds {
        match self {
            Self::Uid(_) => Kinds::UID,
            Self::Flags(_) => Kinds::FLAGS,
            Self::ModSeq(_) => Kinds::MODSEQ,
            Self::Rfc822Size(_) => Kinds::SIZE,
            Self::InternalDate(_) => Kinds::DATE,
            Self::Section(_) => Kinds::SECTION,
            Self::Envelope(_) => Kinds::ENVELOPE,
            Self::BodyStructure(_) | Self::Body(_) => Kinds::STRUCTURE,
            _ => Kinds::NONE,
        }
    }
}

impl<'a> FetchItem<'a> {
    /// Reads a name and a value. `None` if one of them does not end. `lists` are those of the walk that this item is part of.
    pub(super) fn read(cursor: &mut Cursor<'a>, lists: &mut LongLists) -> Option<Self> {
        if let Some(item) = Self::long_list(cursor, lists) {
            return Some(item);
        }
        let name = match cursor.peek()? {
            b'"' => b"",
            b'{' | b'~' if cursor.literal_start().is_some() => b"",
            _ => cursor.name()?,
        };
        cursor.skip_spaces();
        let at = cursor.position();
        if cursor.peek()? == b')' {
            let value = Raw::new(cursor.since(at));
            return Some(Self::Other { name, value });
        }
        let element = cursor.element()?;
        let raw = Raw::new(cursor.since(at));
        let found = FoundValue { element, raw, at };
        let item = match ItemName::of(name) {
            Some(known) => Self::known(known, found),
            None => Self::section(name, found),
        };
        Some(item.unwrap_or(Self::Other { name, value: raw }))
    }

    /// ENVELOPE or BODYSTRUCTURE, written as nearly all servers do.
    #[inline]
    fn long_list(cursor: &mut Cursor<'a>, lists: &mut LongLists) -> Option<Self> {
        let rest = cursor.rest();
        let (item, inside): (fn(RawList<'a>) -> Self, _) = match rest.first()? {
            b'E' | b'e' => (
                |list| Self::Envelope(Envelope::new(list)),
                strip(rest, b"envelope (")?,
            ),
            b'B' | b'b' => (
                |list| Self::BodyStructure(BodyStructure::new(list)),
                strip(rest, b"bodystructure (")?,
            ),
            _ => return None,
        };
        // The parenthesis is part of it.
        let at = cursor.end() - inside.len() - 1;
        let mut after = *cursor;
        after.skip_to(at);
        let length = lists.next(|| {
            let mut list = after;
            list.skip_list()?;
            Some(list.position() - at)
        })?;
        after.skip_to(at + length);
        let Span { octets, complete } = after.since(at);
        if !complete {
            return None;
        }
        *cursor = after;
        Some(item(RawList { octets, at }))
    }

    fn known(name: ItemName, found: FoundValue<'a>) -> Option<Self> {
        match name {
            ItemName::Uid => uid(found.atom()?).map(Self::Uid),
            ItemName::Flags => Flags::new(found.inside()?.rest()).map(Self::Flags),
            ItemName::ModSeq => {
                number::whole(found.inside()?.rest().trim_ascii()).map(Self::ModSeq)
            }
            ItemName::Rfc822Size => number::whole(found.atom()?).map(Self::Rfc822Size),
            ItemName::InternalDate => found.date().map(Self::InternalDate),
            ItemName::Envelope => found.list().map(Envelope::new).map(Self::Envelope),
            ItemName::BodyStructure => {
                let structure = found.list().map(BodyStructure::new);
                structure.map(Self::BodyStructure)
            }
            ItemName::Body => found.list().map(BodyStructure::new).map(Self::Body),
            ItemName::Preview => found.value().map(Self::Preview),
            ItemName::SaveDate => match found.value()? {
                Value::Nil => Some(Self::SaveDate(None)),
                _ => found.date().map(Some).map(Self::SaveDate),
            },
            ItemName::EmailId => Value::only(found.element).map(Self::EmailId),
            ItemName::ThreadId => Value::only(found.element).map(Self::ThreadId),
            ItemName::GmailMessageId => number::whole(found.atom()?).map(Self::GmailMessageId),
            ItemName::GmailThreadId => number::whole(found.atom()?).map(Self::GmailThreadId),
            ItemName::GmailLabels => found.list().map(Labels::new).map(Self::GmailLabels),
        }
    }

    fn section(name: &'a [u8], found: FoundValue<'a>) -> Option<Self> {
        let size = || BinarySize::new(name, found.atom()?).map(Self::BinarySize);
        let section = || {
            let value = match found.value()? {
                // The header of a literal that has none.
                Value::Atom(atom) if atom.contains(&b'{') => return None,
                value => value,
            };
            BodySection::new(name, value).map(Self::Section)
        };
        section().or_else(size)
    }
}

impl<'a> FoundValue<'a> {
    fn atom(&self) -> Option<&'a [u8]> {
        match self.element {
            Element::Token(Token::Atom(atom)) => Some(atom),
            _ => None,
        }
    }

    fn inside(&self) -> Option<Cursor<'a>> {
        match self.element {
            Element::List(inside) => Some(inside),
            Element::Token(_) => None,
        }
    }

    /// The list, unless a literal in it was streamed out: its header would swallow what follows.
    fn list(&self) -> Option<RawList<'a>> {
        self.inside()?;
        self.raw.is_complete().then_some(RawList {
            octets: self.raw.octets(),
            at: self.at,
        })
    }

    /// A string, an atom or NIL.
    fn value(&self) -> Option<Value<'a>> {
        match self.element {
            Element::Token(token) => Value::from_token(token),
            Element::List(_) => None,
        }
    }

    fn date(&self) -> Option<InternalDate<'a>> {
        match self.value()? {
            Value::Quoted(date) | Value::Literal(date) => InternalDate::from_raw(date),
            _ => None,
        }
    }
}

/// A `uniqueid`: 32 bits, not zero.
pub(super) fn uid(atom: &[u8]) -> Option<NonZeroU32> {
    let uid = u32::try_from(number::whole(atom)?).ok()?;
    NonZeroU32::new(uid)
}

impl fmt::Debug for FetchItem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uid(uid) => f.debug_tuple("Uid").field(uid).finish(),
            Self::Flags(flags) => f.debug_tuple("Flags").field(flags).finish(),
            Self::ModSeq(modseq) => f.debug_tuple("ModSeq").field(modseq).finish(),
            Self::Rfc822Size(size) => f.debug_tuple("Rfc822Size").field(size).finish(),
            Self::InternalDate(date) => date.fmt(f),
            Self::Section(section) => section.fmt(f),
            Self::BinarySize(size) => size.fmt(f),
            Self::Envelope(envelope) => envelope.fmt(f),
            Self::BodyStructure(structure) => structure.fmt(f),
            Self::Body(structure) => write!(f, "Body({:?})", structure.raw()),
            Self::Preview(preview) => write!(f, "Preview({preview:?})"),
            Self::SaveDate(date) => write!(f, "SaveDate({date:?})"),
            Self::EmailId(id) => write!(f, "EmailId({id:?})"),
            Self::ThreadId(id) => write!(f, "ThreadId({id:?})"),
            Self::GmailMessageId(id) => write!(f, "GmailMessageId({id})"),
            Self::GmailThreadId(id) => write!(f, "GmailThreadId({id})"),
            Self::GmailLabels(labels) => write!(f, "GmailLabels({:?})", labels.raw()),
            Self::Other { name, value } => {
                write!(f, "Other({}, {value:?})", name.escape_ascii())
            }
            Self::Malformed(rest) => write!(f, "Malformed({} octets)", rest.len()),
        }
    }
}
