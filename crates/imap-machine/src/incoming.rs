//! From octets to frames, of either direction: the receive buffer and what of it is lent out.

use core::ops::Range;

use crate::framing::{
    Bounds, Direction, Framed, Framer, FramingError, Need, ReceiveBuffer, StreamedLiteral,
};
use crate::limits::Limits;

/// The receiving half. Events borrow from its buffer, so what an event used is released only when the next one is asked
/// for.
pub(crate) struct Incoming {
    buffer: ReceiveBuffer,
    framer: Framer,
    lent: Lent,
    /// No frame is complete without another octet.
    exhausted: bool,
}

/// Octets of the buffer that the last event used.
enum Lent {
    Nothing,
    Front(usize),
    Middle(Range<usize>),
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
            lent: Lent::Nothing,
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

    /// Takes back what the last event used.
    pub(crate) fn release(&mut self) {
        match core::mem::replace(&mut self.lent, Lent::Nothing) {
            Lent::Nothing => return,
            Lent::Front(len) => self.buffer.consume(len),
            Lent::Middle(range) => self.buffer.cut(range),
        }
        self.buffer.shrink();
    }

    /// The next frame. Its octets are released by the next `release`.
    pub(crate) fn next(&mut self) -> Result<Framed, FramingError> {
        if self.exhausted {
            return Ok(Framed::Incomplete);
        }
        let framed = self.framer.next(self.buffer.as_slice())?;
        match &framed {
            Framed::Incomplete => self.exhausted = true,
            Framed::Message(message) => self.lent = Lent::Front(message.len),
            Framed::Piece(piece) => {
                self.lent = Lent::Middle(piece.range.clone());
                // It is all that has arrived of its literal.
                self.exhausted = piece.offset.saturating_add(piece.range.len() as u64) < piece.size;
            }
            Framed::Skipped(range) => self.lent = Lent::Middle(range.clone()),
            Framed::Announced(_) => {}
        }
        Ok(framed)
    }

    /// All octets that are held, from the first of the present message on.
    pub(crate) fn octets(&self) -> &[u8] {
        self.buffer.as_slice()
    }

    /// Which literals of the present message were streamed.
    pub(crate) fn streamed(&self) -> &[StreamedLiteral] {
        self.framer.streamed()
    }

    /// Everything held goes out with the present event.
    pub(crate) fn lend_all(&mut self) {
        self.lent = Lent::Front(self.buffer.len());
    }

    /// No octet will be looked at any more.
    pub(crate) fn close(&mut self) {
        self.buffer = ReceiveBuffer::new();
        self.lent = Lent::Nothing;
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
