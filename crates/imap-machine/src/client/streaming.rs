//! The FETCH literal that is handed out in pieces, and what is known of it.

use alloc::boxed::Box;

use crate::codec::fetch::{StreamContext, stream_context};
use crate::framing::Piece;
use crate::incoming::Incoming;

/// The literal that the pieces belong to.
#[derive(Default)]
pub(crate) struct Streaming {
    // Boxed, since few connections are in the middle of one.
    context: Option<Box<StreamContext>>,
}

impl Streaming {
    /// A message is complete: the next literal belongs to another one.
    pub(crate) fn end(&mut self) {
        self.context = None;
    }

    /// What the literal of this piece is. `None` if an earlier piece could not be told either: the text before it could not be
    /// read then, and cannot be read now. `nesting`: see [`Limits::nesting`](crate::Limits::nesting).
    pub(crate) fn context(
        &mut self,
        piece: &Piece,
        incoming: &Incoming,
        nesting: usize,
    ) -> Option<&StreamContext> {
        if piece.offset == 0 {
            self.context = self.begin(piece, incoming, nesting).map(Box::new);
        }
        self.context.as_deref()
    }

    fn begin(&self, piece: &Piece, incoming: &Incoming, nesting: usize) -> Option<StreamContext> {
        let head = incoming.octets().get(..piece.range.start)?;
        let before = incoming.streamed().get(..piece.index)?;
        match (before, &self.context) {
            ([], _) => stream_context(head, before, nesting),
            (_, last) => last.as_ref()?.next(head, before, nesting),
        }
    }
}
