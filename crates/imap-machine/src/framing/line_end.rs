//! What the end of a line means: what each direction tells the framer.

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
    /// Where in the line its `{` is.
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
    /// They follow, and are handed out in pieces if they are many.
    LargeInPieces,
    /// They follow; the reader decides what becomes of them.
    Announced,
    /// They follow only if the reader accepts them.
    WhenAccepted,
}
