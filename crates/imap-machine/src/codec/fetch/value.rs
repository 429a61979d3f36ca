//! Values: strings of every kind, and raw octets.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use super::scan::{Element, Scanner};

/// The value of a section: an `nstring` or `literal8` (RFC 9051 section 9), or one that was streamed.
///
/// `Debug` shows the kind and the size, not the octets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// `NIL`: the server has no such section.
    Nil,
    /// A quoted string, as it stands between the quotes: escapes are still there. See [`Value::octets`].
    Quoted(&'a [u8]),
    /// The octets of a literal, synchronizing or not, or of a literal8.
    Literal(&'a [u8]),
    /// A literal whose octets were handed out as they arrived, and are not here.
    Streamed {
        /// How many octets there were.
        size: u64,
    },
}

impl<'a> Value<'a> {
    /// The octets meant, without escapes. Copies only if there are escapes to remove.
    ///
    /// `None` for NIL and for streamed literals.
    #[must_use]
    pub fn octets(&self) -> Option<Cow<'a, [u8]>> {
        match *self {
            Self::Quoted(quoted) => Some(unescape(quoted)),
            Self::Literal(octets) => Some(Cow::Borrowed(octets)),
            Self::Nil | Self::Streamed { .. } => None,
        }
    }

    /// Reads an unquoted NIL, or passes a string on. `None` if the element is neither.
    pub(super) fn from_element(element: Element<'a>) -> Option<Self> {
        match element {
            Element::String(value) => Some(value),
            Element::Atom(atom) => atom.eq_ignore_ascii_case(b"NIL").then_some(Self::Nil),
            Element::List(_) => None,
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("Nil"),
            Self::Quoted(quoted) => write!(f, "Quoted({} octets)", quoted.len()),
            Self::Literal(octets) => write!(f, "Literal({} octets)", octets.len()),
            Self::Streamed { size } => write!(f, "Streamed({size} octets)"),
        }
    }
}

/// Removes the backslash before `"` and `\`.
///
/// No other octet may be escaped (RFC 9051 section 9, `quoted`). Before any other a backslash is kept: servers that send
/// `C:\temp` mean it.
fn unescape(quoted: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', quoted).is_none() {
        return Cow::Borrowed(quoted);
    }
    let mut octets = Vec::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        octets.extend_from_slice(before);
        rest = match escape {
            [b'\\', special @ (b'"' | b'\\'), rest @ ..] => {
                octets.push(*special);
                rest
            }
            [other, rest @ ..] => {
                octets.push(*other);
                rest
            }
            [] => escape,
        };
    }
    octets.extend_from_slice(rest);
    Cow::Owned(octets)
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
    pub(super) fn new(octets: &'a [u8], complete: bool) -> Self {
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

    /// Reads the value as a string or NIL, as in `PREVIEW "Hello"` (RFC 8970) or `SAVEDATE NIL` (RFC 8514).
    ///
    /// `None` if it is anything else, or not complete.
    #[must_use]
    pub fn nstring(&self) -> Option<Value<'a>> {
        // A list is no string, however deep.
        let mut scanner = Scanner::new(self.octets, 0, &[], 0);
        let value = Value::from_element(scanner.element()?)?;
        (self.complete && scanner.rest().is_empty()).then_some(value)
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
    fn unescape_copies_only_when_it_must() {
        assert!(matches!(unescape(b"plain"), Cow::Borrowed(b"plain")));
        assert!(matches!(unescape(b""), Cow::Borrowed(b"")));
        assert_eq!(*unescape(br#"a\"b\\c"#), *br#"a"b\c"#);
        assert_eq!(*unescape(br#"\\\\""#), *br#"\\""#);
    }

    #[test]
    fn unescape_keeps_backslashes_that_escape_nothing() {
        assert_eq!(*unescape(br"C:\temp"), *br"C:\temp");
        assert_eq!(*unescape(br"end\"), *br"end\");
    }

    #[test]
    fn raw_reads_as_nstring() {
        let read = |octets| Raw::new(octets, true).nstring();
        assert_eq!(read(b"\"x\""), Some(Value::Quoted(b"x")));
        assert_eq!(read(b"nil"), Some(Value::Nil));
        assert_eq!(read(b"{2}\r\nab"), Some(Value::Literal(b"ab")));
        assert_eq!(read(b"(M1)"), None);
        assert_eq!(read(b"12"), None);
        assert_eq!(read(b""), None);
        assert_eq!(Raw::new(b"{0}\r\n", false).nstring(), None);
    }
}
