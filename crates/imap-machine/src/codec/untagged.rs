//! Untagged data (RFC 9051 sections 7.2 to 7.5).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bounded_static::{IntoBoundedStatic, ToStatic};
use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
use imap_types::response::{Data, Response};

use super::fetch::Fetch;
use super::search;
use super::status;
use super::vanished::Vanished;
use crate::lexer::word::split_word;
use crate::lexer::{LiteralHeader, after_star, number, without_line_end};

/// What an untagged response says.
#[derive(Clone, Debug, PartialEq, Eq, ToStatic)]
#[non_exhaustive]
pub enum Untagged<'a> {
    /// `* n EXISTS`: the mailbox has n messages (section 7.4.1).
    Exists(u32),
    /// `* n RECENT` (RFC 3501 section 7.3.2).
    Recent(u32),
    /// `* n EXPUNGE`: message number n is gone, and all higher numbers go down by one at once (section 7.5.1).
    Expunge(u32),
    /// `* VANISHED` (RFC 7162 section 3.2.10).
    Vanished(Vanished<'a>),
    /// `* n FETCH (...)` (section 7.5.2), or `UIDFETCH` (RFC 9586).
    Fetch(Fetch<'a>),
    /// All other data that imap-codec can read.
    Data(Data<'a>),
}

/// Reads one `* ...` message that is neither a status response nor FETCH.
pub(super) fn parse(message: &[u8], items: usize) -> Option<Untagged<'_>> {
    if let Some(numbers) = search::numbers(message) {
        return Some(Untagged::Data(Data::Search(numbers, None)));
    }
    let line = after_star(without_line_end(message));
    let (first, rest) = split_word(line);
    if let Some(count) = number::whole(first) {
        let (name, tail) = split_word(rest);
        let count = u32::try_from(count).ok().filter(|_| tail.is_empty());
        let numbered = count.and_then(|count| numbered(count, name));
        return numbered.or_else(|| decode(message, items));
    }
    if first.eq_ignore_ascii_case(b"VANISHED") {
        return Vanished::parse(rest).map(Untagged::Vanished);
    }
    // The numbers take no more memory than their octets on the line.
    let numbers = [&b"SEARCH"[..], b"SORT"];
    let compact = numbers.iter().any(|name| first.eq_ignore_ascii_case(name));
    decode(message, if compact { usize::MAX } else { items })
}

/// How many words and lists a response has: decoded, each is many times as large as on the wire. The octets of literals are
/// not looked at.
fn item_count(message: &[u8]) -> usize {
    let mut rest = message;
    let mut count = 0_usize;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let (text, after) = rest.split_at(end);
        count += memchr::memchr2_iter(b' ', b'(', text).count();
        let header = LiteralHeader::at_end_of(without_line_end(text));
        let literal = header.map_or(0, |(header, _)| header.size.unwrap_or(u64::MAX));
        let literal = usize::try_from(literal).unwrap_or(usize::MAX);
        rest = after.get(literal..).unwrap_or_default();
    }
    count
}

fn numbered(count: u32, name: &[u8]) -> Option<Untagged<'static>> {
    [
        (&b"EXISTS"[..], Untagged::Exists(count)),
        (b"RECENT", Untagged::Recent(count)),
        (b"EXPUNGE", Untagged::Expunge(count)),
    ]
    .into_iter()
    .find_map(|(known, data)| name.eq_ignore_ascii_case(known).then_some(data))
}

/// Reads STATUS here when it can, and all else with imap-codec, unless there are more than `items` items.
fn decode(message: &[u8], items: usize) -> Option<Untagged<'_>> {
    // Each takes an octet or more, so a short line is not walked along.
    if message.len() > items && item_count(message) > items {
        return None;
    }
    if let Some(status) = status::read(message) {
        return Some(Untagged::Data(status));
    }
    let whole: Cow<'_, [u8]> = match message.ends_with(b"\r\n") {
        true => Cow::Borrowed(message),
        // imap-codec requires CRLF.
        false => {
            let mut copy = Vec::from(without_line_end(message));
            copy.extend_from_slice(b"\r\n");
            Cow::Owned(copy)
        }
    };
    match whole {
        Cow::Borrowed(message) => data(message),
        Cow::Owned(message) => data(&message).map(IntoBoundedStatic::into_static),
    }
    .map(Untagged::Data)
}

fn data(message: &[u8]) -> Option<Data<'_>> {
    match ResponseCodec::default().decode(message) {
        Ok(([], Response::Data(data))) => Some(data),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn counts() {
        assert_eq!(parse(b"* 5 EXISTS\r\n", 9), Some(Untagged::Exists(5)));
        assert_eq!(
            parse(b"*    3064 exists\r\n", 9),
            Some(Untagged::Exists(3064))
        );
        assert_eq!(parse(b"* 0 RECENT\n", 9), Some(Untagged::Recent(0)));
        assert_eq!(parse(b"* 1 EXPUNGE\r\n", 9), Some(Untagged::Expunge(1)));
        assert_eq!(parse(b"* 4294967296 EXISTS\r\n", 9), None);
        assert_eq!(parse(b"* 1 FOO bar\r\n", 9), None);
        assert_eq!(parse(b"* FOO bar\r\n", 9), None);
        assert_eq!(parse(b"*\r\n", 9), None);
    }

    #[test]
    fn the_rest_is_imap_codecs() {
        let flags = parse(b"* FLAGS (\\Seen)\r\n", 9);
        assert_eq!(flags, parse(b"* FLAGS (\\Seen)\n", 9));
        assert_eq!(
            flags,
            Some(Untagged::Data(Data::Flags(vec![
                imap_types::flag::Flag::Seen
            ])))
        );
    }

    #[test]
    fn too_many_items_are_not_decoded() {
        for (line, count) in [
            (&b"* FLAGS (a b c)\r\n"[..], 5),
            (b"* FLAGS ()\n", 3),
            (b"* LIST (\\A) \"/\" {5}\r\na b c\n", 5),
            (b"* THREAD (1)(2 3)((4)(5))\r\n", 8),
        ] {
            assert_eq!(item_count(line), count, "{}", line.escape_ascii());
            assert!(parse(line, count).is_some());
            assert_eq!(parse(line, count - 1), None);
        }
        let numbers = parse(b"* SEARCH 1 2 3 4\r\n", 1);
        assert!(matches!(numbers, Some(Untagged::Data(Data::Search(..)))));
    }
}
