//! From octets to frames, in either direction: the receive buffer, and how much of it is lent out.

use core::mem;
use core::ops::Range;

use crate::framing::{
    Bounds, Direction, Framed, Framer, FramingError, Need, ReceiveBuffer, StreamedLiteral,
};
use crate::limits::Limits;

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
    pub(crate) fn release(&mut self) {
        let lent = mem::take(&mut self.lent);
        if !lent.is_empty() {
            self.buffer.cut(lent);
            self.buffer.shrink();
        }
    }

    /// The next frame. Its octets are released by the next `release`.
    pub(crate) fn next(&mut self) -> Result<Framed, FramingError> {
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
