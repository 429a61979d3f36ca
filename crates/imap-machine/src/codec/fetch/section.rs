//! Sections of a message: BODY[...], BINARY[...] and the RFC822 items, which are other names for three of them.

use core::fmt;

use super::value::Value;
use crate::lexer::number;

/// A section of the message and its text (RFC 9051 section 7.5.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BodySection<'a> {
    /// The name as received, brackets included: `BODY[1.2.MIME]`, `BINARY[1]`, `RFC822.TEXT`. The server chooses the case.
    pub name: &'a [u8],
    /// `<n>`: the value begins at octet `n` of the section. `None` if the value is the whole section.
    pub origin: Option<u64>,
    /// The text of the section.
    pub value: Value<'a>,
}

impl<'a> BodySection<'a> {
    /// `None` if `name` is not the name of a section.
    pub(super) fn new(name: &'a [u8], value: Value<'a>) -> Option<Self> {
        let (name, origin) = split_origin(name);
        let is_section = if name.ends_with(b"]") {
            starts_with(name, b"BODY[") || starts_with(name, b"BINARY[")
        } else {
            origin.is_none() && is_rfc822(name)
        };
        is_section.then_some(Self {
            name,
            origin,
            value,
        })
    }
}

impl fmt::Debug for BodySection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Section({}", self.name.escape_ascii())?;
        if let Some(origin) = self.origin {
            write!(f, "<{origin}>")?;
        }
        write!(f, ", {:?})", self.value)
    }
}

/// The decoded size of a section (RFC 9051 section 7.5.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BinarySize<'a> {
    /// The name as received, brackets included: `BINARY.SIZE[1]`.
    pub name: &'a [u8],
    /// Octets.
    pub size: u64,
}

impl<'a> BinarySize<'a> {
    /// `None` if `name` is not `BINARY.SIZE[...]` or `value` is not a number.
    pub(super) fn new(name: &'a [u8], value: &[u8]) -> Option<Self> {
        if !starts_with(name, b"BINARY.SIZE[") || !name.ends_with(b"]") {
            return None;
        }
        let size = number::whole(value)?;
        Some(Self { name, size })
    }
}

impl fmt::Debug for BinarySize<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BinarySize({}, {})", self.name.escape_ascii(), self.size)
    }
}

/// Splits `BODY[]<n>` into `BODY[]` and `n`. A name without `<n>` stays whole.
pub(super) fn split_origin(name: &[u8]) -> (&[u8], Option<u64>) {
    let split = || {
        let at = memchr::memrchr(b'<', name)?;
        let (section, origin) = name.split_at_checked(at)?;
        let origin = origin.strip_prefix(b"<")?.strip_suffix(b">")?;
        let origin = number::whole(origin)?;
        section.ends_with(b"]").then_some((section, origin))
    };
    split().map_or((name, None), |(section, origin)| (section, Some(origin)))
}

fn is_rfc822(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"RFC822")
        || name.eq_ignore_ascii_case(b"RFC822.HEADER")
        || name.eq_ignore_ascii_case(b"RFC822.TEXT")
}

fn starts_with(name: &[u8], prefix: &[u8]) -> bool {
    name.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_stands_behind_a_bracket() {
        assert_eq!(split_origin(b"BODY[]<0>"), (&b"BODY[]"[..], Some(0)));
        assert_eq!(
            split_origin(b"BINARY[1]<12>"),
            (&b"BINARY[1]"[..], Some(12))
        );
        for name in [
            &b"BODY[]"[..],
            b"X<1>",
            b"BODY[]<>",
            b"BODY[]<1",
            b"BODY[]<0.5>",
        ] {
            assert_eq!(split_origin(name), (name, None));
        }
    }

    #[test]
    fn names_of_sections() {
        let is_section = |name: &'static [u8]| BodySection::new(name, Value::Nil).is_some();
        assert!(is_section(b"BODY[]"));
        assert!(is_section(b"body[header]<5>"));
        assert!(is_section(b"Binary[1.2]"));
        assert!(is_section(b"RFC822"));
        assert!(is_section(b"rfc822.header"));
        assert!(is_section(b"RFC822.TEXT"));
        assert!(!is_section(b"BODY"));
        assert!(!is_section(b"BODY[]<x>"));
        assert!(!is_section(b"BODY.PEEK[]"));
        assert!(!is_section(b"RFC822.SIZE"));
        assert!(!is_section(b"BINARY.SIZE[1]"));
    }
}
