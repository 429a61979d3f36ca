//! What is known of a literal before its octets arrive.

use core::num::NonZeroU32;
use core::ops::Range;

use super::head::{self, FetchNumber};
use super::item;
use super::section::split_origin;
use crate::lexer::{Cursor, Element, StreamedLiteral, Token};

/// Context of a FETCH literal that is handed out in pieces: what is known once its header has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamContext {
    /// The message, by the number in the head of the response.
    pub number: FetchNumber,
    /// The unique identifier, if it stands before the literal or the response is a UIDFETCH.
    pub uid: Option<NonZeroU32>,
    /// Where the name of the item stands in the head, brackets included: `BODY[HEADER]`.
    pub section: Range<usize>,
    /// `<n>`: the literal begins at octet `n` of the section.
    pub origin: Option<u64>,
    /// Where the literal would be in the head. The text after the literal continues from there.
    end: usize,
}

/// Reads the head of a FETCH response that ends with the header of a literal (`{n}` and its line end).
///
/// `streamed` names the literals already missing from `head`.
///
/// Returns `None` unless that literal is the value of an item. A literal inside an envelope, a list or the brackets of a
/// section name belongs to something that is read only as a whole, and should stay in the buffer.
#[must_use]
pub fn stream_context(
    line: &[u8],
    streamed: &[StreamedLiteral],
    nesting: usize,
) -> Option<StreamContext> {
    let (number, list) = head::read(line)?;
    let uid = match number {
        FetchNumber::Seq(_) => None,
        FetchNumber::Uid(uid) => NonZeroU32::new(uid),
    };
    // `list` is the offset of a parenthesis inside `line`, so the addition cannot overflow.
    walk(Cursor::new(line, list + 1, streamed, nesting), number, uid)
}

impl StreamContext {
    /// The context of the next literal of the same response that is handed out; the head now reaches to that literal. The text
    /// before this literal is not read again, since a response may have any number of them.
    pub(crate) fn next(
        &self,
        head: &[u8],
        streamed: &[StreamedLiteral],
        nesting: usize,
    ) -> Option<Self> {
        let cursor = Cursor::new(head, self.end, streamed, nesting);
        walk(cursor, self.number, self.uid)
    }
}

/// Walks to the literal that begins at the end of the octets.
fn walk(
    mut cursor: Cursor<'_>,
    number: FetchNumber,
    mut uid: Option<NonZeroU32>,
) -> Option<StreamContext> {
    let end = cursor.end();
    loop {
        cursor.skip_spaces();
        let start = cursor.position();
        let name = match cursor.peek()? {
            // See `items`: they mean nothing here.
            b'(' | b')' => {
                _ = cursor.token();
                continue;
            }
            b'"' => b"",
            b'{' | b'~' if cursor.literal_start().is_some() => b"",
            _ => cursor.name()?,
        };
        cursor.skip_spaces();
        if !name.is_empty() && cursor.literal_start() == Some(end) {
            let (section, origin) = split_origin(name);
            return Some(StreamContext {
                number,
                uid,
                section: start..start.checked_add(section.len())?,
                origin,
                end,
            });
        }
        if cursor.peek()? == b')' {
            continue;
        }
        match cursor.element()? {
            Element::Token(Token::Atom(atom)) if name.eq_ignore_ascii_case(b"UID") => {
                uid = uid.or(item::uid(atom));
            }
            _ => {}
        }
    }
}
