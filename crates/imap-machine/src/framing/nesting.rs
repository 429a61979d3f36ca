//! Quotes, parentheses and section brackets of a response, before a literal header.

use crate::lexer::FetchHead;
use crate::lexer::quoted;

/// The place in the structure of a message that its text has reached.
///
/// Only text before a literal header is fed to it. So the many messages without a literal cost nothing, and those with many
/// literals are read once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nesting {
    /// Open parentheses. A closing one without an opening one is ignored.
    depth: usize,
    brackets: Brackets,
}

/// What `[` and `]` mean. They are ordinary characters of an atom, such as a flag, except around the section of a FETCH item
/// (RFC 9051 section 6.4.5). Parentheses inside a section do not nest items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Brackets {
    /// Not a FETCH response.
    Ordinary,
    OutsideSection,
    InsideSection,
}

/// Whether a text ends inside a quoted string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    Closed,
    Open,
}

impl Nesting {
    /// The start of the message whose first line is `first_line`.
    pub(super) fn at_start_of(first_line: &[u8]) -> Self {
        let fetch = FetchHead::of(first_line).filter(|head| head.by_the_grammar);
        let brackets = match fetch {
            Some(_) => Brackets::OutsideSection,
            None => Brackets::Ordinary,
        };
        Self { depth: 0, brackets }
    }

    /// Reads on over `text`, which begins outside of quotes, since a quoted string contains neither a line end nor a literal
    /// (RFC 9051 section 4.3).
    pub(super) fn advance(&mut self, text: &[u8]) -> Quotes {
        let mut rest = text;
        while let [octet, after @ ..] = rest {
            rest = after;
            if *octet == b'"' {
                let Some(end) = quoted::end(rest) else {
                    return Quotes::Open;
                };
                rest = rest.get(end + 1..).unwrap_or_default();
            } else {
                self.advance_unquoted(*octet);
            }
        }
        Quotes::Closed
    }

    fn advance_unquoted(&mut self, octet: u8) {
        match (octet, self.brackets) {
            (b']', Brackets::InsideSection) => self.brackets = Brackets::OutsideSection,
            (_, Brackets::InsideSection) => {}
            // A section belongs to the name of a top-level item. Further inside, `[` may be part of a flag.
            (b'[', Brackets::OutsideSection) if self.depth == 1 => {
                self.brackets = Brackets::InsideSection;
            }
            (b'(', _) => self.depth = self.depth.saturating_add(1),
            (b')', _) => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }

    /// Whether a parenthesis is open, so that the message cannot end here.
    pub(super) const fn is_open(&self) -> bool {
        self.depth > 0
    }

    /// Whether a literal here is the value of a top-level item of a FETCH response, rather than a part of a structure.
    pub(super) const fn is_fetch_item_value(&self) -> bool {
        self.depth == 1 && matches!(self.brackets, Brackets::OutsideSection)
    }
}

#[cfg(test)]
mod tests {
    use super::{Nesting, Quotes};

    fn after(text: &[u8]) -> (Nesting, Quotes) {
        let mut nesting = Nesting::at_start_of(text);
        let quotes = nesting.advance(text);
        (nesting, quotes)
    }

    #[test]
    fn item_values_of_a_fetch() {
        for text in [
            &b"* 1 FETCH (BODY[] "[..],
            b"* 1 FETCH (UID 7 BODY[1.MIME]<0> ",
            b"* 1 FETCH (BODY[HEADER.FIELDS (A B)] ",
            b"* 1 FETCH (BODY[HEADER.FIELDS (\"])(\" B)] ",
            b"* 1 FETCH (FLAGS (\\Seen $a[b) BODY[] ",
            b"* 1 FETCH (ENVELOPE (\"a)\\\")(\" ((NIL))) RFC822 ",
        ] {
            assert_eq!(after(text).1, Quotes::Closed);
            assert!(
                after(text).0.is_fetch_item_value(),
                "{}",
                text.escape_ascii()
            );
        }
        for text in [
            &b"* 1 FETCH ("[..],
            b"* 1 FETCH (ENVELOPE (",
            b"* 1 FETCH (BODY[HEADER.FIELDS (",
            b"* 1 FETCH (UID 7) ",
            b"* LIST (",
        ] {
            let expected = text.ends_with(b"FETCH (");
            assert_eq!(
                after(text).0.is_fetch_item_value(),
                expected,
                "{}",
                text.escape_ascii()
            );
        }
    }

    #[test]
    fn goes_on_behind_a_literal() {
        let mut nesting = Nesting::at_start_of(b"* 1 FETCH (ENVELOPE (NIL ");
        nesting.advance(b"* 1 FETCH (ENVELOPE (NIL ");
        assert!(nesting.is_open() && !nesting.is_fetch_item_value());
        nesting.advance(b" NIL) BODY[HEADER.FIELDS (");
        assert!(!nesting.is_fetch_item_value());
        nesting.advance(b")] ");
        assert!(nesting.is_fetch_item_value());
        nesting.advance(b")");
        assert!(!nesting.is_open());
    }

    #[test]
    fn brackets_are_ordinary_outside_of_fetch() {
        let (nesting, _) = after(b"* LIST (\\a[b) \"/\" ");
        assert!(!nesting.is_open());
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(after(b"\"a").1, Quotes::Open);
        assert_eq!(after(b"\"a\"").1, Quotes::Closed);
        assert_eq!(after(b"\"a\\\"").1, Quotes::Open);
        assert_eq!(after(b"\"a\\\\\"").1, Quotes::Closed);
        assert_eq!(after(b"\"a\\").1, Quotes::Open);
        assert_eq!(after(b"a\\\"").1, Quotes::Open);
    }

    #[test]
    fn closing_too_many_is_ignored() {
        let (nesting, _) = after(b")))(");
        assert!(nesting.is_open());
    }
}
