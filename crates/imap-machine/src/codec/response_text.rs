//! `resp-text` of RFC 9051 section 9: what follows OK, NO, BAD, BYE and PREAUTH.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bounded_static::ToStatic;

use super::code::Code;
use super::defect::{Defect, DefectKind};
use crate::lexer::word::{skip_spaces, split_word};
use crate::lexer::{StatusKind, after_star, number, quoted};

/// The text of a status response with its optional code, as the server sent it.
///
/// Any text can be read (RFC 9051 section 7.1): 8-bit text, no text at all, and a code whose bracket is never closed.
#[derive(Clone, PartialEq, Eq, Hash, Default, ToStatic)]
pub struct ResponseText<'a> {
    // The octets between the brackets.
    code: Option<Cow<'a, [u8]>>,
    text: Cow<'a, [u8]>,
    defect: Option<Defect>,
}

impl ResponseText<'static> {
    /// A text of our own.
    pub(crate) fn new(code: Option<Vec<u8>>, text: Vec<u8>) -> Self {
        Self {
            code: code.map(Cow::Owned),
            text: Cow::Owned(text),
            defect: None,
        }
    }
}

impl<'a> ResponseText<'a> {
    /// The human-readable text, without the code. Octets that are not UTF-8 are replaced.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }

    /// The human-readable text as received.
    #[must_use]
    pub fn raw_text(&self) -> &[u8] {
        &self.text
    }

    /// The octets between the brackets, as received: `UIDNEXT 4392`.
    #[must_use]
    pub fn raw_code(&self) -> Option<&[u8]> {
        self.code.as_deref()
    }

    /// The name of the code as received: `UIDNEXT`.
    #[must_use]
    pub fn code_name(&self) -> Option<&[u8]> {
        self.raw_code().map(|code| split_word(code).0)
    }

    /// Whether the name of the code is `name`, in upper or lower case.
    #[must_use]
    pub fn has_code(&self, name: &str) -> bool {
        self.code_name()
            .is_some_and(|code| code.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The code. One that is not known, or whose arguments do not fit its name, is [`Code::Other`].
    #[must_use]
    pub fn code(&self) -> Option<Code<'_>> {
        self.raw_code().map(Code::read)
    }

    /// Where the response breaks the grammar. The one case is a `COPYUID` in a line of its own, which some servers of Exchange send:
    /// it is read as the code of an untagged OK.
    #[must_use]
    pub const fn defect(&self) -> Option<Defect> {
        self.defect
    }

    /// The first argument of the code `name`, if it is a number.
    pub(crate) fn code_number(&self, name: &str) -> Option<u64> {
        number::whole(split_word(self.code_arguments(name)?).0)
    }

    /// Whether it is certain where the code ends. If a list in it is not closed, a part of it may be taken for text.
    pub(crate) fn has_whole_code(&self) -> bool {
        let code = self.raw_code().unwrap_or_default();
        outside_of_lists(&[code, b"]"].concat()) == Some(code.len())
    }

    /// What follows the name of the code, if the name is `name`.
    pub(crate) fn code_arguments(&self, name: &str) -> Option<&[u8]> {
        let (code, arguments) = split_word(self.raw_code()?);
        code.eq_ignore_ascii_case(name.as_bytes())
            .then_some(arguments)
    }

    /// Reads what follows the status word.
    pub(super) fn parse(rest: &'a [u8]) -> Self {
        let closed = rest.strip_prefix(b"[").and_then(|inner| {
            let end = closing_bracket(inner)?;
            Some((inner.get(..end)?, inner.get(end + 1..)?))
        });
        match closed {
            Some((code, text)) => Self {
                code: Some(Cow::Borrowed(code)),
                text: Cow::Borrowed(skip_spaces(text)),
                defect: None,
            },
            None => Self {
                code: None,
                text: Cow::Borrowed(rest),
                defect: None,
            },
        }
    }

    /// A code that stands in a line of its own, without a status before it: some servers of Exchange send `[COPYUID 124 10 233]`
    /// (ruby/net-imap#250) or `* COPYUID 124 10 233` (jstedfast/MailKit#115). `None` if it is anything else.
    pub(super) fn parse_bare(line: &'a [u8]) -> Option<Self> {
        let code = match line.strip_prefix(b"[") {
            Some(inner) => inner.strip_suffix(b"]")?,
            None => after_star(line),
        };
        let (name, _) = split_word(code);
        name.eq_ignore_ascii_case(b"COPYUID").then_some(Self {
            code: Some(Cow::Borrowed(code)),
            text: Cow::Borrowed(&[]),
            defect: Some(Defect {
                kind: DefectKind::Missing,
                at: 0,
            }),
        })
    }

    #[cfg(test)]
    pub(super) fn into_raw_parts(self) -> (Option<Cow<'a, [u8]>>, &'a [u8]) {
        match self.text {
            Cow::Borrowed(text) => (self.code, text),
            Cow::Owned(_) => unreachable!("parsed text is borrowed"),
        }
    }
}

/// The `]` that ends a code. One in a list does not count, since servers do not quote flags like `[Gmail]/Trash`
/// (djc/imap-proto#36), nor does one in a quoted string; unless there is no other.
fn closing_bracket(inner: &[u8]) -> Option<usize> {
    let first = memchr::memchr(b']', inner);
    let plain = inner.get(..first?)?;
    if memchr::memchr2(b'(', b'"', plain).is_none() {
        return first;
    }
    outside_of_lists(inner)
        .or_else(|| quoted::find_outside(b']', inner))
        .or(first)
}

fn outside_of_lists(inner: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut depth = 0_usize;
    loop {
        let rest = inner.get(at..)?;
        at += rest.iter().position(|octet| b"()]\"".contains(octet))?;
        match inner.get(at)? {
            b']' if depth == 0 => return Some(at),
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            b'"' => at += quoted::end(inner.get(at + 1..)?)? + 1,
            _ => {}
        }
        at += 1;
    }
}

/// Reads `OK text` and the like.
pub(super) fn parse_status(rest: &[u8]) -> Option<(StatusKind, ResponseText<'_>)> {
    let (word, text) = split_word(rest);
    let status = StatusKind::of(word)?;
    Some((status, ResponseText::parse(text)))
}

/// As on the wire: `[TRYCREATE] no such mailbox`.
impl fmt::Display for ResponseText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = self.raw_code() {
            write!(f, "[{}]", String::from_utf8_lossy(code))?;
            if !self.text.is_empty() {
                f.write_str(" ")?;
            }
        }
        f.write_str(&self.text())
    }
}

impl fmt::Debug for ResponseText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &[u8]) -> ResponseText<'_> {
        ResponseText::parse(line)
    }

    #[test]
    fn codes_are_read_whatever_the_text_is() {
        let read = text(b"[UIDNEXT 4392] caf\xe9");
        assert!(matches!(read.code(), Some(Code::UidNext(uid)) if uid.get() == 4392));
        assert_eq!(read.code_number("uidnext"), Some(4392));
        assert_eq!(read.text(), "caf\u{fffd}");
        assert!(read.has_code("UidNext") && !read.has_code("UID"));
        assert!(matches!(
            text(b"[X-FOO a b]").code(),
            Some(Code::Other { .. })
        ));
        // A code whose arguments do not fit its name is kept as it is.
        let garbage = text(b"[UIDNEXT garbage] x");
        assert!(matches!(garbage.code(), Some(Code::Other { .. })));
        assert_eq!(garbage.code_number("UIDNEXT"), None);
        assert_eq!(text(b"no code").raw_code(), None);
    }

    #[test]
    fn a_bracket_in_a_list_or_in_quotes_closes_nothing() {
        for (line, code, rest) in [
            (
                "[PERMANENTFLAGS (a [Gmail]/b \\*)] done",
                "PERMANENTFLAGS (a [Gmail]/b \\*)",
                "done",
            ),
            ("[X (\")]\") y] (z)]", "X (\")]\") y", "(z)]"),
            ("[X (a] text (b)", "X (a", "text (b)"),
            ("[X \"a] text", "X \"a", "text"),
            ("[X )a] text]", "X )a", "text]"),
        ] {
            let read = text(line.as_bytes());
            assert_eq!(read.raw_code(), Some(code.as_bytes()), "{line}");
            assert_eq!(read.text(), rest, "{line}");
        }
    }

    #[test]
    fn ranges_are_not_expanded() {
        let read = text(b"[COPYUID 1 1:4294967295 1:4294967295] done");
        assert!(matches!(read.code(), Some(Code::CopyUid { .. })));
    }

    #[test]
    fn shown_as_on_the_wire() {
        use alloc::string::ToString;
        assert_eq!(text(b"[ALERT] hello").to_string(), "[ALERT] hello");
        assert_eq!(text(b"[ALERT]").to_string(), "[ALERT]");
        assert_eq!(text(b"[open").to_string(), "[open");
    }
}
