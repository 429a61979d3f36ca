//! From octets to frames: the receive buffer and what of it is lent out.

use alloc::boxed::Box;
use core::ops::Range;

use crate::Limits;
use crate::codec::fetch::{StreamContext, stream_context};
use crate::framing::{
    Bounds, Framed, Framer, FramingError, Message, Need, Piece, ReceiveBuffer, StreamedLiteral,
};

/// The receiving half. Events borrow from its buffer, so what an event used is released only when the
/// next one is asked for.
pub(crate) struct Receive {
    buffer: ReceiveBuffer,
    framer: Framer,
    lent: Lent,
    // There is no frame more without another octet.
    exhausted: bool,
    // Of the literal that is being streamed.
    stream: Option<Box<StreamContext>>,
    nesting: usize,
}

/// Octets of the buffer that the last event used.
enum Lent {
    Nothing,
    Front(usize),
    Middle(Range<usize>),
}

/// What comes next.
pub(crate) enum Frame {
    Incomplete,
    Message(Message),
    Piece(Piece),
}

impl Receive {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            buffer: ReceiveBuffer::new(),
            framer: Framer::new(Bounds {
                line: limits.line,
                literal: limits.literal,
                inline_literal: limits.inline_literal,
                message: limits.message,
            }),
            lent: Lent::Nothing,
            exhausted: false,
            stream: None,
            nesting: limits.nesting,
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
    pub(crate) fn next(&mut self) -> Result<Frame, FramingError> {
        if self.exhausted {
            return Ok(Frame::Incomplete);
        }
        Ok(match self.framer.next(self.buffer.as_slice())? {
            Framed::Incomplete => {
                self.exhausted = true;
                Frame::Incomplete
            }
            Framed::Message(message) => {
                self.lent = Lent::Front(message.len);
                self.stream = None;
                Frame::Message(message)
            }
            Framed::Piece(piece) => {
                self.lent = Lent::Middle(piece.range.clone());
                // It is all that has arrived of its literal.
                self.exhausted = piece.offset.saturating_add(piece.range.len() as u64) < piece.size;
                if piece.offset == 0 {
                    self.stream = self.context(&piece).map(Box::new);
                }
                Frame::Piece(piece)
            }
        })
    }

    /// What the literal is that begins with this piece. Where one before it could not be told, what stands before that
    /// could not be read, and cannot be read now.
    fn context(&self, piece: &Piece) -> Option<StreamContext> {
        let head = self.buffer.as_slice().get(..piece.range.start)?;
        let before = self.framer.streamed().get(..piece.index)?;
        match (before, &self.stream) {
            ([], _) => stream_context(head, before, self.nesting),
            (_, last) => last.as_ref()?.next(head, before, self.nesting),
        }
    }

    /// All octets that are held, from the first of the present message on.
    pub(crate) fn octets(&self) -> &[u8] {
        self.buffer.as_slice()
    }

    /// Which literals of the present message were streamed.
    pub(crate) fn streamed(&self) -> &[StreamedLiteral] {
        self.framer.streamed()
    }

    /// What the literal being streamed is.
    pub(crate) fn stream(&self) -> Option<&StreamContext> {
        self.stream.as_deref()
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
