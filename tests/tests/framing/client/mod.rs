//! Framing in the other direction: a server reads what a client says.

mod naive;
mod properties;
mod reader;
mod rules;
mod work;

use imap_machine::framing::{Announced, FramingError, StreamedLiteral};

/// What the reader does with an announced literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Buffer,
    Stream,
    Refuse,
}

/// The decisions of the reader, which are the same for every cut of a stream. Both lists begin again at their end.
#[derive(Clone, Debug)]
struct Script {
    /// One for each announced literal.
    decisions: Vec<Decision>,
    /// For each message, whether a line that is no command is expected.
    lines: Vec<bool>,
}

impl Script {
    fn of(decisions: &[Decision]) -> Self {
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

/// What framing makes of a stream of octets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Commands {
    /// The complete ones, in order.
    complete: Vec<Command>,
    /// The literals that the reader was asked about, and why it could not accept one that it wanted to.
    announced: Vec<(Announced, Option<FramingError>)>,
    /// Streamed literals of the command that was not completed, with the octets that came.
    unfinished: Vec<(StreamedLiteral, Vec<u8>)>,
    /// The octets of refused literals.
    skipped: Vec<u8>,
    /// The limit that was passed. Nothing is framed after that.
    error: Option<FramingError>,
}

/// A complete command or line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Command {
    /// Its octets, without those of streamed and of refused literals.
    octets: Vec<u8>,
    refused: bool,
    streamed: Vec<(StreamedLiteral, Vec<u8>)>,
}
