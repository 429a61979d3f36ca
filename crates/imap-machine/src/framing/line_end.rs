//! What the end of a line means: each direction tells it to the framer.

/// What the end of a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// The message is complete.
    Complete,
    /// It goes on in the next line.
    GoesOn,
    /// It goes on with a literal.
    Literal(Literal),
}

/// What a literal header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// The offset of its `{` in the line.
    pub(super) brace: usize,
    /// `None` if it does not fit into 63 bits.
    pub(super) size: Option<u64>,
    pub(super) passage: Passage,
}

/// How the octets of a literal come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passage {
    /// They follow, and are buffered.
    Whole,
    /// They follow. If there are many, they are handed out in pieces.
    LargeInPieces,
    /// They follow; the reader decides what becomes of them.
    Announced,
    /// They follow only if the reader accepts them.
    WhenAccepted,
}
