//! The scanner: delimits names and values of the list, and understands none of them.
//!
//! It must stay in step with framing, whatever the values mean: a literal header outside a quoted string announces
//! octets that are skipped unread, and nothing inside a quoted string or a literal closes anything.
//!
//! Every method returns `None` if what it should read does not end before the line does. The cursor may then stand
//! anywhere, so callers that want to show what is left remember where they began.

use core::fmt;

use super::value::{Raw, Value};
use crate::framing::StreamedLiteral;
use crate::lexer::{LiteralHeader, after_line_end, quoted};

/// A cursor over one response line.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'a> {
    octets: &'a [u8],
    at: usize,
    streamed: &'a [StreamedLiteral],
    /// How deep parentheses may nest in a name or a value.
    nesting: usize,
}

/// One value, delimited.
#[derive(Clone, Copy)]
pub(super) enum Element<'a> {
    /// An unquoted token: a number, NIL, an atom, or what a server takes for one.
    Atom(&'a [u8]),
    /// A quoted string or a literal.
    String(Value<'a>),
    /// A parenthesized list; what is between the parentheses.
    List(&'a [u8]),
}

impl<'a> Scanner<'a> {
    /// A cursor at offset `at` of `octets`. `streamed` is sorted by offset into the same octets.
    pub(super) fn new(
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
        }
    }

    /// The offset of the cursor.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// The offset behind the last octet.
    pub(super) fn end(&self) -> usize {
        self.octets.len()
    }

    /// All octets from the cursor on.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.octets.get(self.at..).unwrap_or_default()
    }

    /// The octets from `start` to the cursor.
    pub(super) fn since(&self, start: usize) -> Raw<'a> {
        let octets = self.octets.get(start..self.at).unwrap_or_default();
        // A literal belongs to the span that holds its header, so its offset lies behind the start of the span.
        let next = self.streamed.partition_point(|literal| literal.at <= start);
        let complete = self
            .streamed
            .get(next)
            .is_none_or(|literal| literal.at > self.at);
        Raw::new(octets, complete)
    }

    /// Skips spaces. A line end is one too: some servers put it behind a literal as if it belonged there.
    pub(super) fn skip_spaces(&mut self) {
        while let Some(b' ' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    /// Skips the closing parenthesis of the list, if the cursor is there.
    pub(super) fn skip_list_end(&mut self) -> bool {
        let is_end = self.peek() == Some(b')');
        self.at += usize::from(is_end);
        is_end
    }

    /// Reads the name of an item: `UID`, `BODY[HEADER.FIELDS (To "Cc")]<0>`.
    pub(super) fn name(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        loop {
            match self.peek()? {
                b'[' => self.enclosed(b']')?,
                // `BODY[]{5}`: some servers leave out the space before a literal.
                b'{' | b'~' if self.literal_header().is_some() => break,
                octet if is_delimiter(octet) => break,
                _ => self.at += 1,
            }
        }
        self.octets
            .get(start..self.at)
            .filter(|name| !name.is_empty())
    }

    /// Reads the value of an item.
    pub(super) fn element(&mut self) -> Option<Element<'a>> {
        let start = self.at;
        match self.peek()? {
            b'(' => {
                self.enclosed(b')')?;
                let inner = self.octets.get(start + 1..self.at - 1)?;
                Some(Element::List(inner))
            }
            b'"' => self.quoted().map(Element::String),
            b'{' | b'~' if self.literal_header().is_some() => self.literal().map(Element::String),
            b')' => None,
            _ => Some(Element::Atom(self.atom())),
        }
    }

    /// Where the octets of the literal begin whose header is at the cursor; `None` if there is no such header.
    pub(super) fn literal_start(&self) -> Option<usize> {
        self.literal_header().map(|(_, end)| end)
    }

    fn peek(&self) -> Option<u8> {
        self.octets.get(self.at).copied()
    }

    /// Skips what an opening octet at the cursor encloses, up to and including its `close`.
    ///
    /// Depth is counted, not recursed into.
    fn enclosed(&mut self, close: u8) -> Option<()> {
        let mut depth = 0_usize;
        let most = match close {
            // The one at the cursor counts.
            b')' => self.nesting.checked_sub(1)?,
            _ => self.nesting,
        };
        self.at += 1;
        loop {
            let rest = self.octets.get(self.at..)?;
            self.at += rest.iter().position(|octet| MATTERS[usize::from(*octet)])?;
            match self.peek()? {
                octet if octet == close && depth == 0 => {
                    self.at += 1;
                    return Some(());
                }
                b'(' if depth < most => {
                    depth += 1;
                    self.at += 1;
                }
                b'(' => return None,
                b')' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b'"' => {
                    self.quoted()?;
                }
                b'{' if self.literal_header().is_some() => {
                    self.literal()?;
                }
                _ => self.at += 1,
            }
        }
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

    /// Reads a quoted string. It cannot span lines (RFC 9051 section 4.3).
    fn quoted(&mut self) -> Option<Value<'a>> {
        let start = self.at + 1;
        let inside = self.octets.get(start..)?;
        let end = start + quoted::end(inside)?;
        self.at = end + 1;
        self.octets.get(start..end).map(Value::Quoted)
    }

    /// Reads a literal or literal8 and its octets, unless they were streamed out.
    fn literal(&mut self) -> Option<Value<'a>> {
        let (header, start) = self.literal_header()?;
        let streamed = self
            .streamed
            .binary_search_by_key(&start, |literal| literal.at);
        if let Some(literal) = streamed.ok().and_then(|index| self.streamed.get(index)) {
            self.at = start;
            return Some(Value::Streamed { size: literal.size });
        }
        let end = start.checked_add(usize::try_from(header.size?).ok()?)?;
        let octets = self.octets.get(start..end)?;
        self.at = end;
        Some(Value::Literal(octets))
    }

    /// The literal header at the cursor and its line end: what it says, and the offset of what follows. (`~` makes it that of
    /// a literal8, RFC 3516.)
    fn literal_header(&self) -> Option<(LiteralHeader, usize)> {
        let rest = self.rest();
        let rest = rest.strip_prefix(b"~").unwrap_or(rest);
        let (header, rest) = LiteralHeader::at_start_of(rest)?;
        let octets = after_line_end(rest)?;
        Some((header, self.octets.len().checked_sub(octets.len())?))
    }
}

/// What opens or closes anything. (A literal8 is `~` and what opens a literal.)
const MATTERS: [bool; 256] = table(b"()]\"{");

const fn table(mut octets: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    while let [octet, rest @ ..] = octets {
        table[*octet as usize] = true;
        octets = rest;
    }
    table
}

/// What ends a name or an unquoted token, besides a literal.
fn is_delimiter(octet: u8) -> bool {
    matches!(octet, b' ' | b'(' | b')' | b'"' | b'\r' | b'\n')
}

impl fmt::Debug for Scanner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner")
            .field("at", &self.at)
            .field("len", &self.octets.len())
            .finish_non_exhaustive()
    }
}
