//! From framed octets to meaning: glue over imap-codec, and what it cannot give.
//!
//! Reading never fails. imap-codec is the grammar for everything that is not hot and not
//! fragile; what decides about outcomes (tag, status) and about the mailbox (EXISTS, EXPUNGE,
//! VANISHED, FETCH) is scanned here, so that one odd octet elsewhere in a line cannot strand a
//! command. A line nobody understands is an event with its octets.

#[cfg(test)]
mod agreement;
pub(crate) mod fetch;
mod mailbox_name;
mod octets;
mod response_text;
mod search;
mod untagged;
mod vanished;

use alloc::vec::Vec;

use crate::framing::{LineKind, StreamedLiteral};

pub use fetch::{
    BinarySize, BodySection, DecodeError, Fetch, FetchItem, FetchNumber, FlagTokens, Flags,
    InternalDate, Items, Raw, RawBodyStructure, RawEnvelope, SystemFlags, Value,
};
pub use mailbox_name::{decode_mailbox_name, encode_mailbox_name};
pub use octets::Octets;
pub use response_text::{ResponseText, StatusKind};
pub use untagged::Untagged;
pub use vanished::Vanished;
pub(crate) use vanished::known_set;

/// One response, lent from the receive buffer.
#[derive(Debug)]
pub(crate) enum Response<'a> {
    /// `+ text` (RFC 9051 section 7.6).
    Continuation { text: &'a [u8] },
    /// `tag OK|NO|BAD text`, and the tagged BYE that some servers send (jstedfast/MailKit#1536).
    Tagged {
        tag: &'a [u8],
        status: StatusKind,
        text: ResponseText<'a>,
    },
    /// `* OK|NO|BAD|BYE|PREAUTH text`.
    Status {
        status: StatusKind,
        text: ResponseText<'a>,
    },
    /// `* data`.
    Untagged(Untagged<'a>),
    /// A complete line that says nothing to us.
    Unrecognized(&'a [u8]),
}

/// Reads one framed message. `items`: see [`Limits::items`](crate::Limits::items).
pub(crate) fn decode<'a>(
    message: &'a [u8],
    kind: LineKind,
    streamed: &'a [StreamedLiteral],
    items: usize,
) -> Response<'a> {
    let line = trim_line_end(message);
    let response = match kind {
        LineKind::Continuation => Some(Response::Continuation {
            text: line.get(1..).map(skip_space).unwrap_or_default(),
        }),
        LineKind::Status => response_text::parse_status(after_star(line))
            .map(|(status, text)| Response::Status { status, text }),
        LineKind::Tagged => decode_tagged(line),
        LineKind::Data => untagged::parse(message, streamed, items).map(Response::Untagged),
    };
    response.unwrap_or(Response::Unrecognized(line))
}

fn decode_tagged(line: &[u8]) -> Option<Response<'_>> {
    let (tag, rest) = split_word(line);
    if tag.is_empty() {
        return None;
    }
    let (status, text) = response_text::parse_status(rest)?;
    (status != StatusKind::Preauth).then_some(Response::Tagged { tag, status, text })
}

fn after_star(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"*").map(skip_space).unwrap_or_default()
}

fn skip_space(octets: &[u8]) -> &[u8] {
    let start = octets.iter().position(|octet| *octet != b' ');
    start.and_then(|at| octets.get(at..)).unwrap_or_default()
}

/// The octets up to the first space, and what follows the spaces.
fn split_word(octets: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', octets) {
        Some(end) => {
            let (word, rest) = octets.split_at(end);
            (word, skip_space(rest))
        }
        None => (octets, &[]),
    }
}

pub(crate) fn trim_line_end(message: &[u8]) -> &[u8] {
    let line = message.strip_suffix(b"\n").unwrap_or(message);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Digits only; `None` when there are none or the value does not fit.
pub(crate) fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, octet| {
        let digit = octet.wrapping_sub(b'0');
        (digit < 10).then_some(())?;
        value.checked_mul(10)?.checked_add(u64::from(digit))
    })
}

/// Appends the digits of a number.
pub(crate) fn push_number(line: &mut Vec<u8>, mut number: u64) {
    // As many as the largest has.
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(line: &[u8]) -> Option<(&[u8], StatusKind, &[u8], bool)> {
        match decode(line, LineKind::Tagged, &[], 9) {
            Response::Tagged { tag, status, text } => {
                let (code, text) = text.into_raw_parts();
                Some((tag, status, text, code.is_some()))
            }
            _ => None,
        }
    }

    #[test]
    fn a_completion_survives_whatever_follows_the_status() {
        use StatusKind::{Bad, Bye, No, Ok};
        for (line, tag, status, text, code) in [
            (&b"A1 OK\r\n"[..], &b"A1"[..], Ok, &b""[..], false),
            (b"A1 NO \r\n", b"A1", No, b"", false),
            (b"A1 bad\n", b"A1", Bad, b"", false),
            (
                b"A1 OK utf8 \xe2\x9c\x93\r\n",
                b"A1",
                Ok,
                b"utf8 \xe2\x9c\x93",
                false,
            ),
            (b"A1 OK [FOO \"a]b\"] x\r\n", b"A1", Ok, b"x", true),
            (
                b"A1 OK [UIDNEXT garbage\r\n",
                b"A1",
                Ok,
                b"[UIDNEXT garbage",
                false,
            ),
            (b"A1 NO [OVERQUOTA] \r\n", b"A1", No, b"", true),
            (b"A1 NO [OVERQUOTA]\r\n", b"A1", No, b"", true),
            (
                b"A6 BYE over and out\r\n",
                b"A6",
                Bye,
                b"over and out",
                false,
            ),
            (b"A1 OK done {300}\r\n", b"A1", Ok, b"done {300}", false),
            (b"OK OK done\r\n", b"OK", Ok, b"done", false),
            (b"A1  OK  two spaces\r\n", b"A1", Ok, b"two spaces", false),
        ] {
            assert_eq!(tagged(line), Some((tag, status, text, code)), "{line:?}");
        }
        for line in [
            &b"OK ENABLE completed\r\n"[..],
            b"A1 PREAUTH x\r\n",
            b"\r\n",
            b"A1\r\n",
        ] {
            assert_eq!(tagged(line), None, "{line:?}");
        }
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(number(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(number(b"18446744073709551616"), None);
        assert_eq!(number(b""), None);
        assert_eq!(number(b"-1"), None);
        assert_eq!(number(b"007"), Some(7));
    }

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for value in [0, 9, 10, 4_294_967_295, u64::MAX] {
            let mut written = Vec::new();
            push_number(&mut written, value);
            assert_eq!(written, alloc::format!("{value}").as_bytes());
        }
    }
}
