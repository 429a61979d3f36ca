//! Which end wrote the octets. What that means stands in `from_server` and `from_client`; the framer does not know it.

use super::from_client;
use super::from_server::Response;

/// Which end wrote what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// A server: responses. Literals come unasked, and large values of FETCH items are handed out in pieces.
    FromServer,
    /// A client: commands. Each literal is announced, and the reader [accepts](super::Framer::accept) or
    /// [refuses](super::Framer::refuse) it.
    FromClient,
}

impl Direction {
    /// The message that begins with this line, given without its line end.
    pub(super) fn begin(self, first_line: &[u8]) -> Opening {
        match self {
            Self::FromServer => Opening::Response(Response::begin(first_line)),
            Self::FromClient => Opening::Command,
        }
    }
}

/// What the lines of the current message have said so far.
#[derive(Clone, Copy, Debug)]
pub(super) enum Opening {
    Response(Response),
    Command,
}

impl Opening {
    /// What the end of `line` means. Given without its line end, and in order, the first line included.
    pub(super) fn line_end(&mut self, line: &[u8]) -> LineEnd {
        match self {
            Self::Response(response) => response.line_end(line),
            Self::Command => from_client::line_end(line),
        }
    }
}

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
