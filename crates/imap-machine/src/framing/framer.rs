//! The machine that finds the end of each message and of each literal in it.
//!
//! Its states are [`Phase`]. A message is a line; or segments of text, each but the last ending in a literal header,
//! with the literals between them:
//!
//! ```text
//!          +---------------------------------------------+ literal ends
//!          v                                             |
//!        Line --header--> Inline ------------------------+
//!          |   --header, large value of a FETCH item --> Streaming
//!          +--line end--> Complete --next message--> Line
//! ```

use alloc::vec::Vec;
use core::ops::Range;

use memchr::memchr;

use super::error::FramingError;
use super::line::{self, LineKind};
use super::literal::LiteralHeader;
use super::nesting::{Nesting, Quotes};

/// So few octets are looked at one by one.
const CRUMB: usize = 8;

/// How much of a message is accepted, in octets. Exactly the limit passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The text of one message: its segments with headers and line ends, its literals not counted.
    pub line: usize,
    /// Any one literal. Beyond `i64::MAX` it limits nothing more: no larger literal is accepted.
    pub literal: u64,
    /// The largest literal that is buffered where it could be streamed. Those that cannot be streamed are bounded by
    /// [`message`](Self::message) only.
    pub inline_literal: usize,
    /// One message as it stands in the buffer: its text and its buffered literals.
    pub message: usize,
}

/// What [`Framer::next`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// Nothing more without input; [`Framer::need`] says what is missing.
    Incomplete,
    /// A message is complete in `input[..len]`. Consume `len` octets before the next call.
    Message(Message),
    /// The next piece of a streamed literal is `input[range]`. Cut exactly this range before the next call.
    Piece(Piece),
}

/// A complete message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its octets in the buffer, line end included, streamed literals not.
    pub len: usize,
    /// Its kind.
    pub kind: LineKind,
}

/// A piece of a streamed literal: at least one octet, and all that have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where its octets are in the input. What comes before them is the head of the message so far.
    pub range: Range<usize>,
    /// Its offset in the literal, in octets.
    pub offset: u64,
    /// The size of the whole literal, in octets.
    pub size: u64,
    /// Which of [`Framer::streamed`] this is.
    pub index: usize,
}

/// A literal that was handed out in pieces, and is missing from its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamedLiteral {
    /// Where it belongs: the offset in the message of the octet behind the line end of its header.
    pub at: usize,
    /// Its size in octets; at least one.
    pub size: u64,
}

/// What an incomplete message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// The end of a line.
    Line {
        /// The octets of the message that are in the buffer. None: no message has begun.
        buffered: usize,
    },
    /// The rest of a literal.
    Literal {
        /// The octets of it that have not arrived; at least one.
        missing: u64,
        /// The octets of it altogether.
        size: u64,
    },
}

/// Finds the messages in a stream of octets, each call going on where the last one stopped.
#[derive(Clone, Debug)]
pub struct Framer {
    bounds: Bounds,
    phase: Phase,
    /// `None` until the first line end of the message is seen.
    opening: Option<Opening>,
    /// The text octets of the segments behind us.
    text: usize,
    streamed: Vec<StreamedLiteral>,
    /// The octets that are in the buffer when the caller has done what the last call asked for.
    buffered: usize,
}

/// What the first segment of a message says about all of it.
#[derive(Clone, Copy, Debug)]
struct Opening {
    kind: LineKind,
    nesting: Nesting,
}

/// All offsets are into the message as it stands in the buffer.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Looking for the line end of the segment that begins at `start`. There is none before `searched`.
    Line { start: usize, searched: usize },
    /// Waiting for a literal to be buffered up to `end`.
    Inline { size: u64, end: usize },
    /// Handing out a literal as it arrives at `at`, where the pieces already handed out were cut.
    Streaming { at: usize, size: u64, offset: u64 },
    /// The message was handed out.
    Complete,
    /// Nothing is interpreted any more.
    Failed(FramingError),
}

impl Phase {
    const fn line_at(start: usize) -> Self {
        Self::Line {
            start,
            searched: start,
        }
    }
}

impl Framer {
    /// A framer at the beginning of the first message.
    pub const fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            phase: Phase::line_at(0),
            opening: None,
            text: 0,
            streamed: Vec::new(),
            buffered: 0,
        }
    }

    /// Goes on with the current message.
    ///
    /// `input` is all octets that are unconsumed. It begins with the current message, as long as the caller does what
    /// [`Framed`] asks for.
    ///
    /// # Errors
    ///
    /// A limit was passed. Terminal: every further call returns the same error.
    pub fn next(&mut self, input: &[u8]) -> Result<Framed, FramingError> {
        loop {
            match self.step(input) {
                Ok(None) => {}
                Ok(Some(framed)) => {
                    self.buffered = match &framed {
                        Framed::Incomplete => input.len(),
                        Framed::Message(_) => 0,
                        Framed::Piece(piece) => input.len().saturating_sub(piece.range.len()),
                    };
                    return Ok(framed);
                }
                Err(error) => {
                    self.phase = Phase::Failed(error);
                    return Err(error);
                }
            }
        }
    }

    /// Whether [`next`](Self::next), which has last found the message incomplete, would do so again with this `input`. `false`
    /// when that takes more than a glance.
    ///
    /// For input that comes in crumbs.
    #[inline]
    pub(crate) fn goes_on(&mut self, input: &[u8]) -> bool {
        let goes_on = match &mut self.phase {
            Phase::Line { searched, .. } => {
                let within_limits = input.len() <= self.bounds.line.min(self.bounds.message);
                let new = input.get(*searched..).unwrap_or_default();
                let goes_on =
                    self.text == 0 && within_limits && new.len() <= CRUMB && !new.contains(&b'\n');
                if goes_on {
                    *searched = input.len();
                }
                goes_on
            }
            Phase::Inline { end, .. } => input.len() < *end,
            Phase::Streaming { .. } | Phase::Complete | Phase::Failed(_) => false,
        };
        if goes_on {
            self.buffered = input.len();
        }
        goes_on
    }

    /// The literals of the current message that are not in the buffer, in wire order: those handed out, and the one that
    /// is being handed out. Still those of a complete message until the next call of [`next`](Self::next).
    pub fn streamed(&self) -> &[StreamedLiteral] {
        &self.streamed
    }

    /// What the current message waits for. Meaningful behind [`Framed::Incomplete`].
    pub fn need(&self) -> Need {
        match self.phase {
            Phase::Inline { size, end } => Need::Literal {
                missing: to_u64(end.saturating_sub(self.buffered)),
                size,
            },
            Phase::Streaming { size, offset, .. } => Need::Literal {
                missing: size.saturating_sub(offset),
                size,
            },
            Phase::Line { .. } | Phase::Complete | Phase::Failed(_) => Need::Line {
                buffered: self.buffered,
            },
        }
    }

    /// One change of phase; `None` if the octets at hand may allow another.
    fn step(&mut self, input: &[u8]) -> Result<Option<Framed>, FramingError> {
        match self.phase {
            Phase::Line { start, searched } => self.find_line_end(input, start, searched),
            Phase::Inline { end, .. } if input.len() < end => Ok(Some(Framed::Incomplete)),
            Phase::Inline { end, .. } => {
                self.phase = Phase::line_at(end);
                Ok(None)
            }
            Phase::Streaming { at, size, offset } => {
                Ok(Some(self.next_piece(input, at, size, offset)))
            }
            Phase::Complete => {
                *self = Self::new(self.bounds);
                Ok(None)
            }
            Phase::Failed(error) => Err(error),
        }
    }

    fn find_line_end(
        &mut self,
        input: &[u8],
        start: usize,
        searched: usize,
    ) -> Result<Option<Framed>, FramingError> {
        let text_left = self.bounds.line.saturating_sub(self.text);
        let message_left = self.bounds.message.saturating_sub(start);
        // The window ends where a limit does: a line end behind it is as good as none, however much arrived at once.
        let limit = start.saturating_add(text_left.min(message_left));
        let window = searched..limit.min(input.len());
        if let Some(found) = input.get(window.clone()).and_then(|w| memchr(b'\n', w)) {
            let end = searched.saturating_add(found).saturating_add(1);
            return self.end_segment(input, start..end);
        }
        if input.len() <= limit {
            self.phase = Phase::Line {
                start,
                searched: window.end.max(searched),
            };
            Ok(Some(Framed::Incomplete))
        } else if text_left <= message_left {
            Err(FramingError::LineTooLong {
                limit: self.bounds.line,
            })
        } else {
            Err(self.message_too_large())
        }
    }

    fn end_segment(
        &mut self,
        input: &[u8],
        segment: Range<usize>,
    ) -> Result<Option<Framed>, FramingError> {
        let end = segment.end;
        self.text = self.text.saturating_add(segment.len());
        let line = line::without_line_end(input.get(segment).unwrap_or_default());
        let opening = match &mut self.opening {
            Some(opening) => opening,
            None => {
                let kind = LineKind::of(line);
                // Most messages are one line, and nothing more need be known of it.
                if !kind.carries_literals() || !line.ends_with(b"}") {
                    self.phase = Phase::Complete;
                    return Ok(Some(Framed::Message(Message { len: end, kind })));
                }
                let nesting = Nesting::at_start_of(line);
                self.opening.insert(Opening { kind, nesting })
            }
        };

        // Only a literal leaves something open, so this is a blank line behind one. Some servers send it
        // (python/cpython#88574); the list it interrupts goes on in the next line.
        if line.is_empty() && opening.nesting.is_open() {
            self.phase = Phase::line_at(end);
            return Ok(None);
        }
        if let Some(header) = opening.literal_header(line) {
            self.begin_literal(end, header.size)?;
            return Ok(None);
        }
        let kind = opening.kind;
        self.phase = Phase::Complete;
        Ok(Some(Framed::Message(Message { len: end, kind })))
    }

    /// Judges the literal of `size` octets whose header ends at `at`.
    fn begin_literal(&mut self, at: usize, size: Option<u64>) -> Result<(), FramingError> {
        let size = size.ok_or(FramingError::LiteralSizeOverflow)?;
        let limit = self.bounds.literal;
        if size > limit {
            return Err(FramingError::LiteralTooLarge { size, limit });
        }
        let can_stream = self
            .opening
            .is_some_and(|opening| opening.nesting.is_fetch_item_value());
        self.phase = if can_stream && size > to_u64(self.bounds.inline_literal) {
            self.streamed.push(StreamedLiteral { at, size });
            Phase::Streaming {
                at,
                size,
                offset: 0,
            }
        } else {
            let end = usize::try_from(size)
                .ok()
                .and_then(|size| at.checked_add(size))
                .filter(|&end| end <= self.bounds.message)
                .ok_or(self.message_too_large())?;
            Phase::Inline { size, end }
        };
        Ok(())
    }

    fn next_piece(&mut self, input: &[u8], at: usize, size: u64, offset: u64) -> Framed {
        let missing = usize::try_from(size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = input.len().saturating_sub(at).min(missing);
        if len == 0 {
            return Framed::Incomplete;
        }
        let reached = offset.saturating_add(to_u64(len));
        self.phase = if reached >= size {
            Phase::line_at(at)
        } else {
            Phase::Streaming {
                at,
                size,
                offset: reached,
            }
        };
        Framed::Piece(Piece {
            range: at..at.saturating_add(len),
            offset,
            size,
            index: self.streamed.len().saturating_sub(1),
        })
    }

    const fn message_too_large(&self) -> FramingError {
        FramingError::MessageTooLarge {
            limit: self.bounds.message,
        }
    }
}

impl Opening {
    /// The literal header that ends `line`, the current segment.
    fn literal_header(&mut self, line: &[u8]) -> Option<LiteralHeader> {
        if !self.kind.carries_literals() {
            return None;
        }
        let header = LiteralHeader::at_end_of(line)?;
        let before = line.get(..header.brace)?;
        match self.nesting.advance(before) {
            Quotes::Closed => Some(header),
            Quotes::Open => None,
        }
    }
}

/// Lossless: no target has addresses of more than 64 bits.
const fn to_u64(octets: usize) -> u64 {
    octets as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOUNDS: Bounds = Bounds {
        line: 20,
        literal: 12,
        inline_literal: 6,
        message: 30,
    };

    proptest! {
        #[test]
        fn a_glance_at_crumbs_sees_what_a_look_would(
            pieces in prop::collection::vec(
                prop::sample::select(alloc::vec![
                    "* 1 FETCH (BODY[] {3}\r\n", "{7}\r\n", "* OK", "\r\n", "\n", ")", "abcdefghi", " {9}",
                ]),
                1..12,
            ),
            crumbs in prop::collection::vec(1..12_usize, 1..9),
        ) {
            let octets = pieces.concat().into_bytes();
            let (mut framer, mut input) = (Framer::new(BOUNDS), Vec::new());
            let (mut rest, mut crumbs) = (&octets[..], crumbs.into_iter().cycle());
            let mut incomplete = false;
            while !rest.is_empty() {
                let (crumb, behind) = rest.split_at(crumbs.next().unwrap_or(1).min(rest.len()));
                input.extend_from_slice(crumb);
                rest = behind;
                let mut looking = framer.clone();
                if incomplete && framer.goes_on(&input) {
                    prop_assert_eq!(looking.next(&input), Ok(Framed::Incomplete));
                    prop_assert_eq!(alloc::format!("{looking:?}"), alloc::format!("{framer:?}"));
                    continue;
                }
                loop {
                    match framer.next(&input) {
                        Ok(Framed::Incomplete) => break,
                        Ok(Framed::Message(message)) => drop(input.drain(..message.len)),
                        Ok(Framed::Piece(piece)) => drop(input.drain(piece.range)),
                        Err(_) => return Ok(()),
                    }
                }
                incomplete = true;
            }
        }
    }
}
