//! The cursor: it delimits tokens, values and lists without understanding them.
//!
//! It stays in step with framing, whatever the values mean: a literal header outside a quoted string announces octets that are
//! skipped unread, and nothing inside a quoted string or a literal closes anything.
//!
//! Every method returns `None` if the octets end before the thing it reads. The cursor may then be anywhere, so callers that want
//! to show the rest remember where they began.

use core::fmt;

use super::line::after_line_end;
use super::literal::{LiteralHeader, StreamedLiteral};
use super::octet_set::{first_of, set_of};
use super::plain_list::{self, Plain};
use super::quoted;

/// A cursor over the octets of one message.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    octets: &'a [u8],
    at: usize,
    streamed: &'a [StreamedLiteral],
    /// How deep parentheses may nest in a name or a value.
    nesting: usize,
    /// Up to here no quote is likely to close a string: see [`quoted::likely_end`].
    searched: usize,
}

/// The smallest unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// An unquoted run: a number, NIL, an atom, or what a server sends as one.
    Atom(&'a [u8]),
    /// The octets between the quotes, with escapes.
    Quoted(&'a [u8]),
    /// The octets of a literal or literal8.
    Literal(&'a [u8]),
    /// A literal whose octets were handed out as they arrived, and are not here.
    Streamed { size: u64 },
    /// `(`
    Open,
    /// `)`
    Close,
    /// One space. A line end counts as one too: some servers send one after a literal.
    Space,
}

/// One value, delimited.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Element<'a> {
    /// A token that is a value by itself.
    Token(Token<'a>),
    /// A parenthesized list: a cursor over what is between the parentheses. It counts in the same octets.
    List(Cursor<'a>),
}

/// Octets as they stand in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span<'a> {
    pub(crate) octets: &'a [u8],
    /// Whether no literal in it was streamed.
    pub(crate) complete: bool,
}

impl<'a> Cursor<'a> {
    /// A cursor at offset `at` of `octets`. `streamed` is sorted by offset into the same octets.
    pub(crate) fn new(
        octets: &'a [u8],
        at: usize,
        streamed: &'a [StreamedLiteral],
        nesting: usize,
    ) -> Self {
        Self {
            octets,
            at,
            streamed,
            nesting,
            searched: 0,
        }
    }

    /// The offset of the cursor.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The offset after the last octet.
    pub(crate) fn end(&self) -> usize {
        self.octets.len()
    }

    /// A cursor at an offset before this one.
    pub(crate) const fn back_to(self, at: usize) -> Self {
        Self { at, ..self }
    }

    /// All octets from the cursor on.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.octets.get(self.at..).unwrap_or_default()
    }

    /// The octets from `start` to the cursor.
    pub(crate) fn since(&self, start: usize) -> Span<'a> {
        let octets = self.octets.get(start..self.at).unwrap_or_default();
        // A literal belongs to the span that holds its header, so its offset is after the start of the span.
        let next = self.streamed.partition_point(|literal| literal.at <= start);
        let complete = self
            .streamed
            .get(next)
            .is_none_or(|literal| literal.at > self.at);
        Span { octets, complete }
    }

    /// Skips [spaces](Token::Space).
    #[inline]
    pub(crate) fn skip_spaces(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.at += 1;
        }
    }

    /// Goes to this offset, or to the end if that comes first.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.at = at.min(self.octets.len());
    }

    /// Skips all that is left.
    pub(crate) fn skip_to_end(&mut self) {
        self.at = self.octets.len();
    }

    /// Skips one octet, which is there.
    #[inline]
    pub(crate) fn skip_octet(&mut self) {
        self.at += usize::from(self.at < self.octets.len());
    }

    /// Skips the list whose opening parenthesis is at the cursor.
    pub(crate) fn skip_list(&mut self) -> Option<()> {
        self.skip_octet();
        self.rest_of_list()
    }

    /// Skips the closing parenthesis of the list, if the cursor is there.
    pub(crate) fn skip_list_end(&mut self) -> bool {
        let is_end = self.peek() == Some(b')');
        self.at += usize::from(is_end);
        is_end
    }

    /// Reads the name of an item: `UID`, `BODY[HEADER.FIELDS (To "Cc")]<0>`.
    pub(crate) fn name(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        loop {
            self.at += first_of(&ENDS_NAME, self.rest())?;
            match self.peek()? {
                b'[' => {
                    self.at += 1;
                    self.enclosed(b']', usize::MAX, &mut 0, self.nesting)?;
                }
                // `BODY[]{5}`: some servers leave out the space before a literal.
                b'{' | b'~' if self.literal_header().is_none() => self.at += 1,
                _ => break,
            }
        }
        self.octets
            .get(start..self.at)
            .filter(|name| !name.is_empty())
    }

    /// Reads one token.
    #[inline]
    pub(crate) fn token(&mut self) -> Option<Token<'a>> {
        let token = match self.peek()? {
            b'"' => return self.quoted().map(Token::Quoted),
            b'{' | b'~' => {
                return match self.literal_header() {
                    Some((header, start)) => self.literal(&header, start),
                    None => Some(Token::Atom(self.atom())),
                };
            }
            b'(' => Token::Open,
            b')' => Token::Close,
            octet if is_space(octet) => Token::Space,
            _ => return Some(Token::Atom(self.atom())),
        };
        self.at += 1;
        Some(token)
    }

    /// Reads a value. `None` if something else is there.
    #[inline]
    pub(crate) fn element(&mut self) -> Option<Element<'a>> {
        let start = self.at;
        match self.token()? {
            Token::Open => {
                self.rest_of_list()?;
                let inside = Self {
                    octets: self.octets.get(..self.at - 1)?,
                    at: start + 1,
                    nesting: self.nesting.saturating_sub(1),
                    ..*self
                };
                Some(Element::List(inside))
            }
            Token::Close | Token::Space => None,
            token => Some(Element::Token(token)),
        }
    }

    /// Where the octets of the literal begin whose header is at the cursor. `None` if there is no header.
    pub(crate) fn literal_start(&self) -> Option<usize> {
        self.literal_header().map(|(_, end)| end)
    }

    /// The next octet.
    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    /// Skips what the opening parenthesis before the cursor encloses, and the closing one.
    fn rest_of_list(&mut self) -> Option<()> {
        let mut depth = 0;
        // The parenthesis before the cursor counts.
        let most = self.nesting.checked_sub(1)?;
        loop {
            match plain_list::skip(self.octets, self.at, depth, most) {
                Plain::Ended(at) => {
                    self.at = at;
                    return Some(());
                }
                Plain::UpTo { at, open, until } => {
                    self.skip_to(at);
                    depth = open;
                    if self.enclosed(b')', until, &mut depth, most)? {
                        return Some(());
                    }
                }
            }
        }
    }

    /// Skips what an opening octet before the cursor encloses, up to `until` or to its `close`. Returns whether that was there.
    /// `depth` is how many parentheses are open in it, `most` how many may be.
    ///
    /// Counts the depth instead of recursing.
    fn enclosed(
        &mut self,
        close: u8,
        until: usize,
        depth: &mut usize,
        most: usize,
    ) -> Option<bool> {
        while self.at < until {
            let rest = self.rest();
            self.at += rest.iter().position(|octet| MATTERS[usize::from(*octet)])?;
            match self.peek()? {
                b'"' => {
                    self.quoted()?;
                }
                octet if octet == close && *depth == 0 => {
                    self.at += 1;
                    return Some(true);
                }
                b'(' if *depth < most => {
                    *depth += 1;
                    self.at += 1;
                }
                b'(' => return None,
                b')' => {
                    *depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b'{' => match self.literal_header() {
                    Some((header, start)) => _ = self.literal(&header, start)?,
                    None => self.at += 1,
                },
                _ => self.at += 1,
            }
        }
        Some(false)
    }

    /// Reads an unquoted token of at least one octet.
    fn atom(&mut self) -> &'a [u8] {
        let start = self.at;
        self.at += 1;
        while let Some(octet) = self.peek() {
            match octet {
                b'{' | b'~' if self.literal_header().is_some() => break,
                octet if is_delimiter(octet) => break,
                _ => self.at += 1,
            }
        }
        self.octets.get(start..self.at).unwrap_or_default()
    }

    /// Reads a quoted string, sound or not. It cannot span lines (RFC 9051 section 4.3).
    #[inline]
    pub(crate) fn quoted(&mut self) -> Option<&'a [u8]> {
        let start = self.at + 1;
        let inside = self.octets.get(start..)?;
        if let Some((inside, after)) = quoted::split_plain(inside) {
            self.at = self.octets.len() - after.len();
            return Some(inside);
        }
        let end = self.likely_end(inside, start)?;
        self.at = start + end + 1;
        inside.get(..end)
    }

    #[cold]
    fn likely_end(&mut self, inside: &[u8], start: usize) -> Option<usize> {
        let mut searched = self.searched.saturating_sub(start);
        let end = quoted::likely_end(inside, &mut searched);
        self.searched = self.searched.max(start + searched);
        end
    }

    /// Reads the octets of the literal or literal8 that begin at `start`, unless they were streamed out.
    fn literal(&mut self, header: &LiteralHeader, start: usize) -> Option<Token<'a>> {
        let streamed = self
            .streamed
            .binary_search_by_key(&start, |literal| literal.at);
        if let Some(literal) = streamed.ok().and_then(|index| self.streamed.get(index)) {
            self.at = start;
            return Some(Token::Streamed { size: literal.size });
        }
        let end = start.checked_add(usize::try_from(header.size?).ok()?)?;
        let octets = self.octets.get(start..end)?;
        self.at = end;
        Some(Token::Literal(octets))
    }

    /// The literal header and its line end at the cursor: what it says, and the offset of what follows. (With a `~` it is the header
    /// of a literal8, RFC 3516.)
    fn literal_header(&self) -> Option<(LiteralHeader, usize)> {
        let rest = self.rest();
        let rest = rest.strip_prefix(b"~").unwrap_or(rest);
        let (header, rest) = LiteralHeader::at_start_of(rest)?;
        let octets = after_line_end(rest)?;
        Some((header, self.octets.len().checked_sub(octets.len())?))
    }
}

/// The octets that open or close something. (A literal8 is a `~` and what opens a literal.)
const MATTERS: [bool; 256] = set_of(b"()]\"{");

/// What a name ends at, or has in it with a meaning.
const ENDS_NAME: [bool; 256] = set_of(b"[{~()\" \r\n");

const fn is_space(octet: u8) -> bool {
    // Most octets are greater.
    octet <= b' ' && matches!(octet, b' ' | b'\r' | b'\n')
}

/// The octets that end a name or an unquoted token. A literal does so too.
const fn is_delimiter(octet: u8) -> bool {
    matches!(octet, b'(' | b')' | b'"') || is_space(octet)
}

impl fmt::Debug for Cursor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("at", &self.at)
            .field("len", &self.octets.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn tokens<'a>(octets: &'a [u8], streamed: &'a [StreamedLiteral]) -> Vec<Token<'a>> {
        let mut cursor = Cursor::new(octets, 0, streamed, 9);
        let tokens = core::iter::from_fn(|| cursor.token()).collect();
        assert_eq!(cursor.rest(), b"", "{}", octets.escape_ascii());
        tokens
    }

    #[test]
    fn tokens_cover_the_octets() {
        use Token::{Atom, Close, Literal, Open, Quoted, Space};
        assert_eq!(
            tokens(b"(\"a)\\\"\" NIL)", &[]),
            [Open, Quoted(b"a)\\\""), Space, Atom(b"NIL"), Close]
        );
        assert_eq!(
            tokens(b"12{3}\r\na)\r~{2+}\r\n({x{1}", &[]),
            [Atom(b"12"), Literal(b"a)\r"), Literal(b"({"), Atom(b"x{1}")]
        );
        assert_eq!(tokens(b" \r\n", &[]), [Space; 3]);
    }

    #[test]
    fn a_streamed_literal_is_known_by_its_place() {
        let streamed = [StreamedLiteral { at: 6, size: 99 }];
        let expected = [
            Token::Atom(b"X"),
            Token::Streamed { size: 99 },
            Token::Close,
        ];
        assert_eq!(tokens(b"X{99}\n)", &streamed), expected);
        let mut cursor = Cursor::new(b"X{99}\n)", 0, &streamed, 9);
        assert!(cursor.name().is_some() && cursor.since(0).complete);
        assert!(cursor.element().is_some() && !cursor.since(0).complete);
    }

    #[test]
    fn what_does_not_end_is_no_token() {
        for octets in [&b"\"a"[..], b"\"a\nb\"", b"{3}\r\nab", b""] {
            assert_eq!(Cursor::new(octets, 0, &[], 9).token(), None);
        }
    }

    #[test]
    fn lists_nest_as_deep_as_is_allowed() {
        let list = b"((a) (b \")\" {1}\r\n)))x";
        let element = |nesting| match Cursor::new(list, 0, &[], nesting).element()? {
            Element::List(inside) => Some(inside.rest()),
            Element::Token(_) => None,
        };
        assert_eq!(element(2), list.get(1..list.len() - 2));
        assert_eq!(element(1), None);
        assert_eq!(element(0), None);
    }
}
