//! The machine that finds the end of each message and of each literal in it.
//!
//! Its states are [`Reading`]. A message is a line; or segments of text, each but the last ending in a literal header,
//! with the literals between them:
//!
//! ```text
//!          +----------------------------------------------------+ literal ends
//!          v                                                    |
//!        Line --header------------------------------> Inline ---+
//!          |   --header, large value of an item ----> Streaming +
//!          |   --header of a client --> Announced     Skipping -+
//!          |                             | accept --> Inline or Streaming
//!          |                             | refuse --> Skipping if the octets come, else Refused
//!          +--line end--> Complete --next message--> Line
//! ```

use alloc::vec::Vec;
use core::mem;
use core::ops::Range;

use memchr::memchr;

use super::direction::{Direction, Head};
use super::error::FramingError;
use super::frame::{Announced, Bounds, Delivery, Framed, Message, Need, Piece};
use super::in_pieces::InPieces;
use super::line_end::{LineEnd, Literal, Passage};
use crate::lexer::{StreamedLiteral, without_line_end};

/// Up to this number of octets, each octet is looked at by itself.
const CRUMB: usize = 8;

/// Finds the messages in a stream of octets. Each call goes on where the last one stopped.
#[derive(Clone, Debug)]
pub struct Framer {
    direction: Direction,
    bounds: Bounds,
    expected: Expected,
    phase: Reading,
    /// `None` until the first line of the message has ended, if it may announce a literal.
    opening: Option<Head>,
    /// The text octets of the segments that have ended.
    text: usize,
    streamed: Vec<StreamedLiteral>,
    /// A literal of the message was refused, so no further one can be accepted.
    refused: bool,
    /// How many octets are in the buffer once the caller has done what the last call asked for.
    buffered: usize,
}

/// What begins next.
#[derive(Clone, Copy, Debug, Default)]
enum Expected {
    #[default]
    Message,
    Line,
}

/// All offsets are into the message as it stands in the buffer.
#[derive(Clone, Copy, Debug)]
enum Reading {
    /// Looking for the line end of the segment that begins at `start`. There is none before `searched`.
    Line { start: usize, searched: usize },
    /// Waiting for a literal to be buffered up to `end`.
    Inline { size: u64, end: usize },
    /// Handing out a literal as it arrives.
    Streaming(InPieces),
    /// Waiting for the reader to accept or refuse a literal.
    Announced(Announced),
    /// Like `Streaming`, for a literal that was refused.
    Skipping(InPieces),
    /// The message ends with the header of a literal that was refused.
    Refused { len: usize },
    /// The message was handed out.
    Complete,
    /// No further octet is interpreted.
    Failed(FramingError),
}

impl Reading {
    const fn line_at(start: usize) -> Self {
        Self::Line {
            start,
            searched: start,
        }
    }

    const fn skipping(at: usize, size: u64) -> Self {
        match size {
            0 => Self::line_at(at),
            size => Self::Skipping(InPieces::new(at, size)),
        }
    }
}

impl Framer {
    /// A framer at the beginning of the first message.
    #[must_use]
    pub const fn new(direction: Direction, bounds: Bounds) -> Self {
        Self {
            direction,
            bounds,
            expected: Expected::Message,
            phase: Reading::line_at(0),
            opening: None,
            text: 0,
            streamed: Vec::new(),
            refused: false,
            buffered: 0,
        }
    }

    /// The next message is one line and announces no literal, whatever it looks like: an answer to a challenge of AUTHENTICATE
    /// (RFC 9051 section 6.2.2), or the end of IDLE (section 6.3.13).
    ///
    /// "Next" is the message whose first line end has not been seen yet.
    pub const fn expect_line(&mut self) {
        self.expected = Expected::Line;
    }

    /// Accepts the [announced](Framed::Announced) literal. A client that waits may be sent its command continuation request now.
    /// Does nothing if no literal is announced.
    ///
    /// # Errors
    ///
    /// The limit that the literal would pass. Nothing has changed; [refuse](Self::refuse) the literal.
    pub fn accept(&mut self, delivery: Delivery) -> Result<(), FramingError> {
        let Reading::Announced(Announced { at, size, .. }) = self.phase else {
            return Ok(());
        };
        let size = self.within_limits(Some(size).filter(|size| *size != Announced::TOO_LARGE))?;
        self.phase = match delivery {
            Delivery::Streamed if size > 0 => self.streaming(at, size),
            _ => self.inline(at, size)?,
        };
        Ok(())
    }

    /// Refuses the [announced](Framed::Announced) literal. Does nothing if no literal is announced.
    ///
    /// If the client waits, the octets never come, and the command ends here (RFC 9051 section 7.6). If it does not wait, they come
    /// all the same and are [skipped](Framed::Skipped). So are those of further literals, up to the end of the command or to a
    /// literal that the client waits for (RFC 7888 section 4). Then the message is handed out as [refused](Message::refused).
    pub const fn refuse(&mut self) {
        let Reading::Announced(Announced {
            at,
            size,
            synchronizing,
            ..
        }) = self.phase
        else {
            return;
        };
        self.refused = true;
        self.phase = match synchronizing {
            true => Reading::Refused { len: at },
            false => Reading::skipping(at, size),
        };
    }

    /// Goes on with the current message.
    ///
    /// `input` is all unconsumed octets. It begins with the current message, as long as the caller does what [`Framed`] asks for.
    ///
    /// # Errors
    ///
    /// A limit was passed. That is final: every further call returns the same error.
    pub fn next(&mut self, input: &[u8]) -> Result<Framed, FramingError> {
        loop {
            match self.step(input) {
                Ok(None) => {}
                Ok(Some(framed)) => {
                    self.buffered = match &framed {
                        Framed::Incomplete | Framed::Announced(_) => input.len(),
                        Framed::Message(_) => 0,
                        Framed::Piece(Piece { range, .. }) | Framed::Skipped(range) => {
                            input.len().saturating_sub(range.len())
                        }
                    };
                    return Ok(framed);
                }
                Err(error) => {
                    self.phase = Reading::Failed(error);
                    return Err(error);
                }
            }
        }
    }

    /// Whether [`next`](Self::next), which last found the message incomplete, would find the same with this `input`. Returns
    /// `false` when that cannot be told quickly.
    ///
    /// This makes input that arrives in very small pieces cheap.
    #[inline]
    pub(crate) fn goes_on(&mut self, input: &[u8]) -> bool {
        let goes_on = match &mut self.phase {
            Reading::Line { searched, .. } => {
                let within_limits = input.len() <= self.bounds.line.min(self.bounds.message);
                let new = input.get(*searched..).unwrap_or_default();
                let goes_on =
                    self.text == 0 && within_limits && new.len() <= CRUMB && !new.contains(&b'\n');
                if goes_on {
                    *searched = input.len();
                }
                goes_on
            }
            Reading::Inline { end, .. } => input.len() < *end,
            _ => false,
        };
        if goes_on {
            self.buffered = input.len();
        }
        goes_on
    }

    /// The most octets that a message of one line may have.
    pub(crate) fn longest_line(&self) -> usize {
        self.bounds.line.min(self.bounds.message)
    }

    /// Whether a message begins here of which no octet has been looked at. Whole lines that carry no literal can be taken from the
    /// front of the input then, without telling.
    pub(crate) const fn is_between_messages(&self) -> bool {
        matches!(
            self.phase,
            Reading::Complete
                | Reading::Line {
                    start: 0,
                    searched: 0
                }
        )
    }

    /// Whether the next octet begins a message, and nothing is held of the last one.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.is_between_messages() && self.streamed.capacity() == 0
    }

    /// The literals of the current message that are not in the buffer, in wire order: those handed out, and the one being handed
    /// out. For a complete message they are known until the next call of [`next`](Self::next).
    pub fn streamed(&self) -> &[StreamedLiteral] {
        &self.streamed
    }

    /// What the current message waits for. Meaningful only after [`Framed::Incomplete`].
    pub fn need(&self) -> Need {
        match self.phase {
            Reading::Inline { size, end } => Need::Literal {
                missing: to_u64(end.saturating_sub(self.buffered)),
                size,
            },
            Reading::Streaming(literal) | Reading::Skipping(literal) => Need::Literal {
                missing: literal.missing(),
                size: literal.size,
            },
            _ => Need::Line {
                buffered: self.buffered,
            },
        }
    }

    /// Makes one change of phase. `Ok(None)` if another may follow with the same octets.
    fn step(&mut self, input: &[u8]) -> Result<Option<Framed>, FramingError> {
        match self.phase {
            Reading::Line { start, searched } => self.find_line_end(input, start, searched),
            Reading::Inline { end, .. } if input.len() < end => Ok(Some(Framed::Incomplete)),
            Reading::Inline { end, .. } => {
                self.phase = Reading::line_at(end);
                Ok(None)
            }
            Reading::Streaming(literal) => Ok(Some(self.next_piece(input, literal))),
            Reading::Announced(announced) => Ok(Some(Framed::Announced(announced))),
            Reading::Skipping(literal) => Ok(Some(self.next_skipped(input, literal))),
            Reading::Refused { len } => Ok(Some(self.complete(len))),
            Reading::Complete => {
                *self = Self {
                    expected: self.expected,
                    ..Self::new(self.direction, self.bounds)
                };
                Ok(None)
            }
            Reading::Failed(error) => Err(error),
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
        // The window ends at the limit: a line end after it does not count, however much arrived at once.
        let limit = start.saturating_add(text_left.min(message_left));
        let window = searched..limit.min(input.len());
        if let Some(found) = input.get(window.clone()).and_then(|w| memchr(b'\n', w)) {
            let end = searched.saturating_add(found).saturating_add(1);
            return self.end_segment(input, start..end);
        }
        if input.len() <= limit {
            self.phase = Reading::Line {
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
        let Range { start, end } = segment;
        self.text = self.text.saturating_add(segment.len());
        let line = without_line_end(input.get(segment).unwrap_or_default());
        let opening = match &mut self.opening {
            Some(opening) => opening,
            None => {
                let may_go_on = match mem::take(&mut self.expected) {
                    Expected::Message => line.ends_with(b"}"),
                    Expected::Line => false,
                };
                // Most messages are one line, and need no more than this.
                if !may_go_on {
                    return Ok(Some(self.complete(end)));
                }
                self.opening.insert(self.direction.begin(line))
            }
        };
        match opening.line_end(line) {
            LineEnd::Complete => Ok(Some(self.complete(end))),
            LineEnd::GoesOn => {
                self.phase = Reading::line_at(end);
                Ok(None)
            }
            LineEnd::Literal(literal) => {
                self.phase = self.literal_at(start, end, literal)?;
                Ok(None)
            }
        }
    }

    /// The message ends at `len`.
    const fn complete(&mut self, len: usize) -> Framed {
        self.phase = Reading::Complete;
        Framed::Message(Message {
            len,
            refused: self.refused,
        })
    }

    /// Decides what becomes of the literal whose header ends the segment `start..at`.
    fn literal_at(
        &mut self,
        start: usize,
        at: usize,
        literal: Literal,
    ) -> Result<Reading, FramingError> {
        let Literal {
            brace,
            size,
            passage,
        } = literal;
        let announced = |size, synchronizing| {
            Reading::Announced(Announced {
                at,
                header: start.saturating_add(brace),
                size,
                synchronizing,
            })
        };
        Ok(match passage {
            Passage::Whole => self.inline(at, self.within_limits(size)?)?,
            Passage::LargeInPieces => match self.within_limits(size)? {
                size if size > to_u64(self.bounds.inline_literal) => self.streaming(at, size),
                size => self.inline(at, size)?,
            },
            Passage::Announced => match self.within_limits(size)? {
                size if self.refused => Reading::skipping(at, size),
                size => announced(size, false),
            },
            Passage::WhenAccepted if self.refused => Reading::Refused { len: at },
            Passage::WhenAccepted => announced(size.unwrap_or(Announced::TOO_LARGE), true),
        })
    }

    fn within_limits(&self, size: Option<u64>) -> Result<u64, FramingError> {
        let size = size.ok_or(FramingError::LiteralSizeOverflow)?;
        let limit = self.bounds.literal;
        match size > limit {
            true => Err(FramingError::LiteralTooLarge { size, limit }),
            false => Ok(size),
        }
    }

    fn inline(&self, at: usize, size: u64) -> Result<Reading, FramingError> {
        let end = usize::try_from(size)
            .ok()
            .and_then(|size| at.checked_add(size))
            .filter(|&end| end <= self.bounds.message)
            .ok_or(self.message_too_large())?;
        Ok(Reading::Inline { size, end })
    }

    fn streaming(&mut self, at: usize, size: u64) -> Reading {
        self.streamed.push(StreamedLiteral { at, size });
        Reading::Streaming(InPieces::new(at, size))
    }

    fn next_piece(&mut self, input: &[u8], literal: InPieces) -> Framed {
        let Some((range, rest)) = literal.arrived(input) else {
            return Framed::Incomplete;
        };
        self.phase = rest.map_or(Reading::line_at(literal.at), Reading::Streaming);
        Framed::Piece(Piece {
            range,
            offset: literal.offset,
            size: literal.size,
            index: self.streamed.len().saturating_sub(1),
        })
    }

    fn next_skipped(&mut self, input: &[u8], literal: InPieces) -> Framed {
        let Some((range, rest)) = literal.arrived(input) else {
            return Framed::Incomplete;
        };
        self.phase = rest.map_or(Reading::line_at(literal.at), Reading::Skipping);
        Framed::Skipped(range)
    }

    const fn message_too_large(&self) -> FramingError {
        FramingError::MessageTooLarge {
            limit: self.bounds.message,
        }
    }
}

/// Lossless: no target has addresses of more than 64 bits.
const fn to_u64(octets: usize) -> u64 {
    octets as u64
}

#[cfg(test)]
mod tests;
