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
        Self::is_name(name).then(|| {
            let (name, origin) = split_origin(name);
            Self {
                name,
                origin,
                value,
            }
        })
    }

    /// Whether this is the name of a section.
    pub(super) fn is_name(name: &[u8]) -> bool {
        let (name, origin) = split_origin(name);
        if name.ends_with(b"]") {
            let rest = strip_prefix(name, b"BODY").or_else(|| strip_prefix(name, b"BINARY"));
            rest.is_some_and(|rest| without_peek(rest).starts_with(b"["))
        } else {
            origin.is_none() && is_rfc822(name)
        }
    }

    /// Whether the name is that of a request.
    pub(super) fn is_peek(&self) -> bool {
        let mut parts = self.name.split(|octet| *octet == b'[');
        let item = parts.next().unwrap_or_default();
        item.to_ascii_uppercase().ends_with(b".PEEK")
    }

    /// Whether this is its name, in upper or lower case. `.PEEK`, which some servers repeat from the request, does not count.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        is_same_section(self.name, name.as_bytes())
    }
}

/// Whether two names of sections are the same.
pub(crate) fn is_same_section(one: &[u8], other: &[u8]) -> bool {
    let split = |name| match strip_prefix(name, b"BODY") {
        Some(rest) => (4, without_peek(rest)),
        None => match strip_prefix(name, b"BINARY") {
            Some(rest) => (6, without_peek(rest)),
            None => (0, name),
        },
    };
    let ((one_item, one), (other_item, other)) = (split(one), split(other));
    one_item == other_item && one.eq_ignore_ascii_case(other)
}

fn without_peek(rest: &[u8]) -> &[u8] {
    strip_prefix(rest, b".PEEK").unwrap_or(rest)
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
        let inside = strip_prefix(name, b"BINARY.SIZE[")?;
        if !inside.ends_with(b"]") {
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

/// Splits `BODY[]<n>` into `BODY[]` and `n`. A name without `<n>` stays whole. Some servers repeat the length of the request as well:
/// `<n.length>`.
pub(super) fn split_origin(name: &[u8]) -> (&[u8], Option<u64>) {
    let split = || {
        let at = memchr::memrchr(b'<', name)?;
        let (section, origin) = name.split_at_checked(at)?;
        let origin = origin.strip_prefix(b"<")?.strip_suffix(b">")?;
        let (number, digits) = number::leading(origin)?;
        let length = match origin.get(digits..)? {
            [] => Some(0),
            [b'.', length @ ..] => number::whole(length),
            _ => None,
        };
        length.filter(|_| section.ends_with(b"]"))?;
        Some((section, number))
    };
    split().map_or((name, None), |(section, origin)| (section, Some(origin)))
}

fn is_rfc822(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"RFC822")
        || name.eq_ignore_ascii_case(b"RFC822.HEADER")
        || name.eq_ignore_ascii_case(b"RFC822.TEXT")
}

fn strip_prefix<'a>(name: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = name.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
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
        assert_eq!(split_origin(b"BODY[]<10.20>"), (&b"BODY[]"[..], Some(10)));
        for name in [
            &b"BODY[]"[..],
            b"X<1>",
            b"BODY[]<>",
            b"BODY[]<1",
            b"BODY[]<0.>",
            b"BODY[]<0.5.6>",
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
        assert!(is_section(b"BODY.PEEK[]") && is_section(b"binary.peek[1]"));
        assert!(!is_section(b"BODY.PEEK"));
        assert!(!is_section(b"BODY.SIZE[1]"));
        assert!(!is_section(b"RFC822.SIZE"));
        assert!(!is_section(b"BINARY.SIZE[1]"));
    }

    #[test]
    fn peek_is_not_part_of_the_name() {
        assert!(is_same_section(b"BODY.PEEK[TEXT]", b"body[text]"));
        assert!(is_same_section(b"RFC822", b"rfc822"));
        assert!(!is_same_section(b"BODY[1]", b"BINARY[1]"));
        assert!(!is_same_section(b"BODY[1]", b"BODY[2]"));
    }
}
