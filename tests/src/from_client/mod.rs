//! What a client says, as a server reads it: the naive framer, and a reader that checks the framer's contract.

mod naive;
mod reader;

pub use naive::commands;
pub use reader::{Reader, read};

use imap_machine::framing::{Announced, FramingError, StreamedLiteral};

/// What the reader makes of an announced literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Its octets belong to the command.
    Buffer,
    /// Its octets are handed out as they arrive.
    Stream,
    /// Its octets are not wanted.
    Refuse,
}

/// What the reader does: the same for every cut of a stream. Both lists begin again at their end.
#[derive(Clone, Debug)]
pub struct Script {
    /// One for each announced literal.
    pub decisions: Vec<Decision>,
    /// For each message, whether a line that is no command is expected.
    pub lines: Vec<bool>,
}

impl Script {
    /// These decisions, and commands only.
    #[must_use]
    pub fn of(decisions: &[Decision]) -> Self {
        Self {
            decisions: decisions.to_vec(),
            lines: vec![false],
        }
    }

    fn decision(&self, literal: usize) -> Decision {
        self.decisions[literal % self.decisions.len()]
    }

    fn is_line(&self, message: usize) -> bool {
        self.lines[message % self.lines.len()]
    }
}

/// All that comes out of a stream of octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands {
    /// The complete ones, in order.
    pub complete: Vec<Command>,
    /// The literals that the reader was asked about, and why it could not accept one that it wanted to.
    pub announced: Vec<(Announced, Option<FramingError>)>,
    /// Streamed literals of the command that was not completed, with the octets that came.
    pub unfinished: Vec<(StreamedLiteral, Vec<u8>)>,
    /// The octets of refused literals.
    pub skipped: Vec<u8>,
    /// The limit that was passed. Nothing comes after it.
    pub error: Option<FramingError>,
}

/// A complete command or line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its octets, without those of streamed and of refused literals.
    pub octets: Vec<u8>,
    /// Whether one of its literals was refused.
    pub refused: bool,
    /// Its streamed literals, with their octets.
    pub streamed: Vec<(StreamedLiteral, Vec<u8>)>,
}
