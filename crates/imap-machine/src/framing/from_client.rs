//! The lines of a client: any command line may announce a literal (RFC 9051 section 4.3), and the reader accepts or refuses it.

use super::line_end::{LineEnd, Literal, Passage};
use crate::lexer::LiteralHeader;
use crate::lexer::quoted;

/// What the end of a line of a command means. `line` is given without its line end.
///
/// A quoted string contains neither a line end nor a literal, so each line can be read by itself.
pub(super) fn line_end(line: &[u8]) -> LineEnd {
    let header = LiteralHeader::at_end_of(line).filter(|(_, brace)| {
        let before = line.get(..*brace).unwrap_or_default();
        !quoted::is_open_after(before)
    });
    match header {
        Some((header, brace)) => LineEnd::Literal(Literal {
            brace,
            size: header.size,
            passage: match header.synchronizing {
                true => Passage::WhenAccepted,
                false => Passage::Announced,
            },
        }),
        None => LineEnd::Complete,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Passage::{Announced, WhenAccepted};

    #[test]
    fn any_line_may_end_in_a_header() {
        for (line, brace, size, passage) in [
            (&b"A1 LOGIN {5}"[..], 9, 5, WhenAccepted),
            (b"A1 LOGIN {5+}", 9, 5, Announced),
            (b" {0}", 1, 0, WhenAccepted),
            (b"A1 APPEND x ~{7}", 13, 7, WhenAccepted),
            (b"A1 APPEND x ~{7+}", 13, 7, Announced),
            (b"A1 APPEND \"a\\\"b\" {7}", 17, 7, WhenAccepted),
        ] {
            let literal = Literal {
                brace,
                size: Some(size),
                passage,
            };
            let shown = line.escape_ascii();
            assert_eq!(line_end(line), LineEnd::Literal(literal), "{shown}");
        }
        for line in [
            &b"A1 NOOP"[..],
            b"A1 LOGIN \"a {5}",
            b"A1 LOGIN {5",
            b"A1 LOGIN {}",
            b"",
        ] {
            assert_eq!(line_end(line), LineEnd::Complete, "{}", line.escape_ascii());
        }
    }
}
