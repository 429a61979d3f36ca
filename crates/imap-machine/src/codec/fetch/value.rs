//! Values: strings of every kind, and raw octets.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use crate::lexer::{Cursor, Element, Span, Token, quoted};

/// A string as received: an `nstring` or `literal8` (RFC 9051 section 9), an atom, or a literal that was streamed.
///
/// `Debug` shows the kind and the size, not the octets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// `NIL`: the server has no such section.
    Nil,
    /// A quoted string: the octets between the quotes, with escapes still in them. See [`Value::octets`].
    Quoted(&'a [u8]),
    /// The octets of a literal, synchronizing or not, or of a literal8.
    Literal(&'a [u8]),
    /// An atom. The grammar has it only where an `astring` is expected.
    Atom(&'a [u8]),
    /// A literal whose octets were handed out as they arrived, so they are not here.
    Streamed {
        /// How many octets there were.
        size: u64,
    },
}

impl<'a> Value<'a> {
    /// The octets that are meant, without escapes. Copies only if there are escapes to remove.
    ///
    /// `None` for NIL and for streamed literals.
    #[must_use]
    #[inline]
    pub fn octets(&self) -> Option<Cow<'a, [u8]>> {
        match *self {
            Self::Quoted(quoted) => Some(quoted::unescape(quoted)),
            Self::Literal(octets) | Self::Atom(octets) => Some(Cow::Borrowed(octets)),
            Self::Nil | Self::Streamed { .. } => None,
        }
    }

    /// Whether it is NIL.
    #[must_use]
    pub const fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// Whether it is this text, in upper or lower case.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        if let Self::Quoted(quoted) = self {
            // Escapes only make a string shorter, and `text` has none.
            if quoted.len() <= text.len() {
                return quoted.eq_ignore_ascii_case(text.as_bytes());
            }
        }
        let octets = self.octets();
        octets.is_some_and(|octets| octets.eq_ignore_ascii_case(text.as_bytes()))
    }

    /// The string or NIL that the element is. `None` if it is neither.
    fn from_element(element: Element<'a>) -> Option<Self> {
        match element {
            Element::Token(token) => {
                Self::from_token(token).filter(|value| !matches!(value, Self::Atom(_)))
            }
            Element::List(_) => None,
        }
    }

    /// The string, NIL or atom that the element is, or that is the only one in its list.
    pub(crate) fn only(element: Element<'a>) -> Option<Self> {
        let mut inside = match element {
            Element::Token(token) => return Self::from_token(token),
            Element::List(inside) => inside,
        };
        inside.skip_spaces();
        let only = Self::from_token(inside.token()?)?;
        inside.skip_spaces();
        inside.rest().is_empty().then_some(only)
    }

    /// The string, NIL or atom that the token is.
    pub(crate) fn from_token(token: Token<'a>) -> Option<Self> {
        match token {
            Token::Quoted(quoted) => Some(Self::Quoted(quoted)),
            Token::Literal(octets) => Some(Self::Literal(octets)),
            Token::Streamed { size } => Some(Self::Streamed { size }),
            Token::Atom(atom) if atom.eq_ignore_ascii_case(b"NIL") => Some(Self::Nil),
            Token::Atom(atom) => Some(Self::Atom(atom)),
            Token::Open | Token::Close | Token::Space => None,
        }
    }

    /// The same as text. Octets that are not UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'a, str>> {
        self.octets().map(lossy)
    }
}

fn lossy(octets: Cow<'_, [u8]>) -> Cow<'_, str> {
    match octets {
        Cow::Borrowed(octets) => String::from_utf8_lossy(octets),
        Cow::Owned(octets) => Cow::Owned(String::from_utf8_lossy(&octets).into_owned()),
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("Nil"),
            Self::Quoted(quoted) => write!(f, "Quoted({} octets)", quoted.len()),
            Self::Literal(octets) => write!(f, "Literal({} octets)", octets.len()),
            Self::Atom(atom) => write!(f, "Atom({} octets)", atom.len()),
            Self::Streamed { size } => write!(f, "Streamed({size} octets)"),
        }
    }
}

/// A value as received, quotes, parentheses and literal headers included.
///
/// `Debug` shows the size, not the octets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a> {
    octets: &'a [u8],
    complete: bool,
}

impl<'a> Raw<'a> {
    pub(crate) const fn new(span: Span<'a>) -> Self {
        let Span { octets, complete } = span;
        Self { octets, complete }
    }

    /// The octets as received. Those of streamed literals are missing.
    #[must_use]
    pub fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// Whether no literal of this value was streamed out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// The strings, atoms and NILs in the list; the value itself if it is none. Lists in the list are left out.
    pub fn values(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let mut cursor = Cursor::new(self.octets, 0, &[], usize::MAX);
        if let Some(Element::List(inside)) = cursor.element() {
            cursor = inside;
        } else {
            cursor = Cursor::new(self.octets, 0, &[], usize::MAX);
        }
        core::iter::from_fn(move || {
            loop {
                cursor.skip_spaces();
                match cursor.element()? {
                    Element::Token(token) => return Value::from_token(token),
                    Element::List(_) => {}
                }
            }
        })
    }

    /// Reads the value as a string or NIL, as in `PREVIEW "Hello"` (RFC 8970) or `SAVEDATE NIL` (RFC 8514).
    ///
    /// `None` if it is anything else, or not complete.
    #[must_use]
    pub fn nstring(&self) -> Option<Value<'a>> {
        // No parenthesis may open: a list is not a string.
        let mut cursor = Cursor::new(self.octets, 0, &[], 0);
        let value = Value::from_element(cursor.element()?)?;
        (self.complete && cursor.rest().is_empty()).then_some(value)
    }
}

/// A delimited list, all octets of which are here.
#[derive(Clone, Copy)]
pub(super) struct RawList<'a> {
    /// With parentheses.
    pub(super) octets: &'a [u8],
    /// Where it begins in the response.
    pub(super) at: usize,
}

/// The place does not count.
impl PartialEq for RawList<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.octets == other.octets
    }
}

impl Eq for RawList<'_> {}

impl<'a> RawList<'a> {
    /// `None` if the octets are not one list.
    pub(super) fn from_raw(octets: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(octets, 0, &[], usize::MAX);
        match cursor.element()? {
            Element::List(_) if cursor.rest().is_empty() => Some(Self { octets, at: 0 }),
            _ => None,
        }
    }

    pub(super) const fn raw(&self) -> Raw<'a> {
        Raw {
            octets: self.octets,
            complete: true,
        }
    }
}

impl AsRef<[u8]> for Raw<'_> {
    fn as_ref(&self) -> &[u8] {
        self.octets
    }
}

impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} octets", self.octets.len())?;
        f.write_str(if self.complete { ")" } else { ", incomplete)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_reads_as_nstring() {
        let raw = |octets, complete| Raw::new(Span { octets, complete });
        let read = |octets| raw(octets, true).nstring();
        assert_eq!(read(b"\"x\""), Some(Value::Quoted(b"x")));
        assert_eq!(read(b"nil"), Some(Value::Nil));
        assert_eq!(read(b"{2}\r\nab"), Some(Value::Literal(b"ab")));
        assert_eq!(read(b"(M1)"), None);
        assert_eq!(read(b"12"), None);
        assert_eq!(read(b""), None);
        assert_eq!(raw(b"{0}\r\n", false).nstring(), None);
    }
}
