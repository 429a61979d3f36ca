//! The lines of a server: which of them can carry a literal, and which literals need not be buffered.

use super::line_end::{LineEnd, Literal, Passage};
use super::nesting::{Nesting, Quotes};
use crate::lexer::word::{skip_spaces, split_word};
use crate::lexer::{LiteralHeader, StatusKind};

/// The kind of a message, told by its first token alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// `+`: a command continuation request (RFC 9051 section 7.6).
    Continuation,
    /// `* OK`, `* NO`, `* BAD`, `* BYE` or `* PREAUTH`: an untagged status response or the greeting (section 7.1).
    Status,
    /// `*` and anything else: server data (sections 7.2 to 7.5).
    Data,
    /// Anything else, including the empty line. If the peer keeps to the grammar, a tagged status response.
    Tagged,
}

impl LineKind {
    /// The kind of `line`, which is given without its line end. A first token counts only if SP or nothing follows it.
    pub fn of(line: &[u8]) -> Self {
        match line {
            [b'*', b' ', b'0'..=b'9', ..] => Self::Data,
            b"+" | [b'+', b' ', ..] => Self::Continuation,
            [b'*', b' ', rest @ ..] if is_status(rest) => Self::Status,
            b"*" | [b'*', b' ', ..] => Self::Data,
            _ => Self::Tagged,
        }
    }

    /// Whether a line of this kind can carry literals. All other lines are human-readable text to their end, whatever they look
    /// like (RFC 9051 section 9, `resp-text`).
    const fn carries_literals(self) -> bool {
        matches!(self, Self::Data)
    }
}

/// Whether a condition of RFC 9051 section 7.1 follows the `* `. Some servers send a second SP, and mean the same.
fn is_status(rest: &[u8]) -> bool {
    StatusKind::of(split_word(skip_spaces(rest)).0).is_some()
}

/// A response that may have several lines, as far as it has been read.
#[derive(Clone, Copy, Debug)]
pub(super) enum ResponseSoFar {
    /// A line of a kind that carries no literals.
    Line,
    /// The place that was reached in a response that may have literals.
    Data(Nesting),
}

impl ResponseSoFar {
    /// The response that begins with this line, which is given without its line end.
    pub(super) fn begin(first_line: &[u8]) -> Self {
        match LineKind::of(first_line).carries_literals() {
            true => Self::Data(Nesting::at_start_of(first_line)),
            false => Self::Line,
        }
    }

    /// What the end of `line` means. Lines are given in order, without their line ends.
    pub(super) fn line_end(&mut self, line: &[u8]) -> LineEnd {
        let Self::Data(nesting) = self else {
            return LineEnd::Complete;
        };
        // A parenthesis is open only after a literal, so this is a blank line after one. Some servers send it
        // (python/cpython#88574), and the list goes on in the next line.
        if line.is_empty() && nesting.is_open() {
            return LineEnd::GoesOn;
        }
        match literal_header(line, nesting) {
            Some((header, brace)) => LineEnd::Literal(Literal {
                brace,
                size: header.size,
                passage: match nesting.is_fetch_item_value() {
                    true => Passage::LargeInPieces,
                    false => Passage::Whole,
                },
            }),
            None => LineEnd::Complete,
        }
    }
}

fn literal_header(line: &[u8], nesting: &mut Nesting) -> Option<(LiteralHeader, usize)> {
    let (header, brace) = LiteralHeader::at_end_of(line)?;
    match nesting.advance(line.get(..brace)?) {
        Quotes::Closed => Some((header, brace)),
        Quotes::Open => None,
    }
}

#[cfg(test)]
mod tests {
    use super::LineKind;

    #[test]
    fn kind_is_the_first_token() {
        let table: [(&[u8], LineKind); 31] = [
            (b"+", LineKind::Continuation),
            (b"+ ", LineKind::Continuation),
            (b"+ idling", LineKind::Continuation),
            (b"+1 OK", LineKind::Tagged),
            (b"++", LineKind::Tagged),
            (b" +", LineKind::Tagged),
            (b"* OK", LineKind::Status),
            (b"* OK ", LineKind::Status),
            (b"* ok hi", LineKind::Status),
            (b"* No x", LineKind::Status),
            (b"* BAD x", LineKind::Status),
            (b"* bYe x", LineKind::Status),
            (b"* PREAUTH x", LineKind::Status),
            (b"*   OK x", LineKind::Status),
            (b"* OKAY x", LineKind::Data),
            (b"* OK[ALERT] x", LineKind::Data),
            (b"* O", LineKind::Data),
            (b"*", LineKind::Data),
            (b"* ", LineKind::Data),
            (b"*    ", LineKind::Data),
            (b"* 1 EXISTS", LineKind::Data),
            (b"* SEARCH OK", LineKind::Data),
            (b"*1 EXISTS", LineKind::Tagged),
            (b"*OK", LineKind::Tagged),
            (b"**", LineKind::Tagged),
            (b" * OK", LineKind::Tagged),
            (b"", LineKind::Tagged),
            (b" ", LineKind::Tagged),
            (b"A1 OK done", LineKind::Tagged),
            (b"*\tOK", LineKind::Tagged),
            (b"\xff\x00", LineKind::Tagged),
        ];
        for (line, kind) in table {
            assert_eq!(LineKind::of(line), kind, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn only_data_carries_literals() {
        use LineKind::{Continuation, Data, Status, Tagged};
        let carrying = [Continuation, Status, Data, Tagged].map(LineKind::carries_literals);
        assert_eq!(carrying, [false, false, true, false]);
    }
}
