//! From octets to frames, in either direction: the receive buffer, and how much of it is lent out.

use core::mem;
use core::ops::Range;

use crate::framing::{
    Bounds, Direction, Framed, Framer, FramingError, Need, ReceiveBuffer, StreamedLiteral,
};
use crate::limits::Limits;

/// Messages that can be read without looking for their ends first.
pub(crate) struct Unread<'a> {
    /// Those that have not been taken.
    octets: &'a [u8],
    /// The longest line within the limits.
    longest: usize,
    /// How many octets have been taken.
    taken: &'a mut usize,
}

impl<'a> Unread<'a> {
    #[inline]
    pub(crate) const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// Whether a message of one line and this length is within the limits.
    #[inline]
    pub(crate) const fn allows(&self, len: usize) -> bool {
        len <= self.longest
    }

    /// Takes a message of one line and this length.
    #[inline]
    pub(crate) fn take(&mut self, len: usize) {
        self.octets = self.octets.get(len..).unwrap_or_default();
        *self.taken += len;
    }
}

/// The receiving half. Events borrow from its buffer. The octets of an event are released when the next one is asked for.
pub(crate) struct Incoming {
    buffer: ReceiveBuffer,
    framer: Framer,
    /// The octets of the buffer that the last event used. Empty if there are none.
    lent: Range<usize>,
    /// No further frame is complete until more octets arrive.
    exhausted: bool,
}

impl Incoming {
    pub(crate) fn new(direction: Direction, limits: &Limits) -> Self {
        let bounds = Bounds {
            line: limits.line,
            literal: limits.literal,
            inline_literal: limits.inline_literal,
            message: limits.message,
        };
        Self {
            buffer: ReceiveBuffer::new(),
            framer: Framer::new(direction, bounds),
            lent: 0..0,
            exhausted: false,
        }
    }

    pub(crate) fn push(&mut self, octets: &[u8]) {
        self.release();
        self.buffer.push(octets);
        self.arrived();
    }

    pub(crate) fn space(&mut self, min: usize) -> &mut [u8] {
        self.release();
        self.buffer.spare(min)
    }

    pub(crate) fn advance(&mut self, octets: usize) {
        self.buffer.advance(octets);
        self.arrived();
    }

    fn arrived(&mut self) {
        self.exhausted = self.exhausted && self.framer.goes_on(self.buffer.as_slice());
    }

    /// Releases what the last event used.
    #[inline]
    pub(crate) fn release(&mut self) {
        if !self.lent.is_empty() {
            self.buffer.cut(mem::take(&mut self.lent));
            self.buffer.shrink();
        }
    }

    /// The next frame. Its octets are released by the next `release`.
    pub(crate) fn next(&mut self) -> Result<Framed, FramingError> {
        // Most reads bring whole messages, so mostly there is nothing after the last one.
        self.exhausted |= self.buffer.is_empty() && self.framer.is_at_rest();
        if self.exhausted {
            return Ok(Framed::Incomplete);
        }
        let framed = self.framer.next(self.buffer.as_slice())?;
        match &framed {
            Framed::Incomplete => self.exhausted = true,
            Framed::Message(message) => self.lent = 0..message.len,
            Framed::Piece(piece) => {
                self.lent = piece.range.clone();
                // The piece ends where the octets end that have arrived.
                self.exhausted = piece.offset.saturating_add(piece.range.len() as u64) < piece.size;
            }
            Framed::Skipped(range) => self.lent = range.clone(),
            Framed::Announced(_) => {}
        }
        Ok(framed)
    }

    /// Whether what follows the last event looks like a numbered line, as rows are. This is quick.
    #[inline]
    pub(crate) fn has_number_next(&self) -> bool {
        let next = self.buffer.as_slice().get(self.lent.end..);
        !self.exhausted && matches!(next, Some([b'*', b' ', b'0'..=b'9', ..]))
    }

    /// The octets held, if a message begins with them that has not been looked at. What is taken of them is released by the next
    /// `release`.
    pub(crate) fn unread(&mut self) -> Option<Unread<'_>> {
        if self.exhausted || !self.framer.is_between_messages() {
            return None;
        }
        Some(Unread {
            octets: self.buffer.as_slice(),
            longest: self.framer.longest_line(),
            taken: &mut self.lent.end,
        })
    }

    /// Whether no frame is complete until more octets arrive.
    #[inline]
    pub(crate) const fn is_exhausted(&self) -> bool {
        self.exhausted
    }

    /// All octets held, from the beginning of the present message.
    pub(crate) fn octets(&self) -> &[u8] {
        self.buffer.as_slice()
    }

    /// Which literals of the present message were streamed.
    pub(crate) fn streamed(&self) -> &[StreamedLiteral] {
        self.framer.streamed()
    }

    /// The present event lends everything that is held.
    pub(crate) fn lend_all(&mut self) {
        self.lent = 0..self.buffer.len();
    }

    /// Input has ended: no further octet is looked at.
    pub(crate) fn close(&mut self) {
        self.buffer = ReceiveBuffer::new();
        self.lent = 0..0;
    }

    pub(crate) fn need(&self) -> Need {
        self.framer.need()
    }

    pub(crate) fn held(&self) -> usize {
        self.buffer.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.buffer.capacity()
    }
}
