//! One item of a FETCH response.

use core::fmt;
use core::num::NonZeroU32;

use super::date::InternalDate;
use super::flags::Flags;
use super::heavy::{RawBodyStructure, RawEnvelope};
use super::section::{BinarySize, BodySection};
use super::value::{Raw, Value};
use crate::lexer::{Cursor, Element, Token, number};

/// One message data item (RFC 9051 section 7.5.2), lent from the response.
///
/// `Debug` shows names and sizes, never the contents of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
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
    Envelope(RawEnvelope<'a>),
    /// `BODYSTRUCTURE (...)`
    BodyStructure(RawBodyStructure<'a>),
    /// `BODY (...)`: the body structure without its extension data.
    Body(RawBodyStructure<'a>),
    /// Any other item, or one of the above with a value outside its grammar (`UID 0`, `MODSEQ ()`, `INTERNALDATE NIL`).
    Other {
        /// The name as received.
        name: &'a [u8],
        /// The value as received.
        value: Raw<'a>,
    },
    /// The rest of the line, from where it cannot be walked any further. Always the last item.
    ///
    /// The reason is an item without a value, a parenthesis, quote or bracket that is never closed, octets after the list, or a
    /// list that is cut off (then there may be no octets left to show).
    Malformed(&'a [u8]),
}

impl<'a> FetchItem<'a> {
    /// Reads a name and a value. `None` if one of them does not end.
    pub(super) fn read(cursor: &mut Cursor<'a>) -> Option<Self> {
        let name = cursor.name()?;
        cursor.skip_spaces();
        let start = cursor.position();
        let element = cursor.element()?;
        let value = Raw::new(cursor.since(start));
        let known = match element {
            Element::Token(Token::Atom(atom)) => Self::from_atom(name, atom),
            Element::Token(_) => None,
            Element::List(list) => Self::from_list(name, list.rest(), value),
        };
        let item = known
            .or_else(|| Self::from_string(name, element))
            .unwrap_or(Self::Other { name, value });
        Some(item)
    }

    fn from_atom(name: &'a [u8], atom: &'a [u8]) -> Option<Self> {
        if name.eq_ignore_ascii_case(b"UID") {
            uid(atom).map(Self::Uid)
        } else if name.eq_ignore_ascii_case(b"RFC822.SIZE") {
            number::whole(atom).map(Self::Rfc822Size)
        } else {
            BinarySize::new(name, atom).map(Self::BinarySize)
        }
    }

    fn from_list(name: &[u8], list: &'a [u8], value: Raw<'a>) -> Option<Self> {
        if name.eq_ignore_ascii_case(b"FLAGS") {
            Flags::new(list).map(Self::Flags)
        } else if name.eq_ignore_ascii_case(b"MODSEQ") {
            number::whole(list.trim_ascii()).map(Self::ModSeq)
        } else if name.eq_ignore_ascii_case(b"ENVELOPE") {
            Some(Self::Envelope(RawEnvelope::new(value)))
        } else if name.eq_ignore_ascii_case(b"BODYSTRUCTURE") {
            Some(Self::BodyStructure(RawBodyStructure::new(value)))
        } else if name.eq_ignore_ascii_case(b"BODY") {
            Some(Self::Body(RawBodyStructure::new(value)))
        } else {
            None
        }
    }

    fn from_string(name: &'a [u8], element: Element<'a>) -> Option<Self> {
        let value = Value::from_element(element)?;
        match value {
            Value::Quoted(date) if name.eq_ignore_ascii_case(b"INTERNALDATE") => {
                InternalDate::new(date).map(Self::InternalDate)
            }
            _ => BodySection::new(name, value).map(Self::Section),
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
            Self::Envelope(envelope) => write!(f, "Envelope({:?})", envelope.raw()),
            Self::BodyStructure(structure) => write!(f, "BodyStructure({:?})", structure.raw()),
            Self::Body(structure) => write!(f, "Body({:?})", structure.raw()),
            Self::Other { name, value } => {
                write!(f, "Other({}, {value:?})", name.escape_ascii())
            }
            Self::Malformed(rest) => write!(f, "Malformed({} octets)", rest.len()),
        }
    }
}
