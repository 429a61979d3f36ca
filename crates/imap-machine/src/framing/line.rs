//! What the first tokens of a line say about the rest of it.

/// The kind of a message, by its first token alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// `+`: a command continuation request (RFC 9051 section 7.6).
    Continuation,
    /// `* OK`, `* NO`, `* BAD`, `* BYE` or `* PREAUTH`: an untagged status response or the greeting (section 7.1).
    Status,
    /// `*` and anything else: server data (sections 7.2 to 7.5).
    Data,
    /// Anything else, the empty line included. A tagged status response, if the peer keeps to the grammar.
    Tagged,
}

impl LineKind {
    /// The kind of `line`, given without its line end. A first token counts only when SP or nothing follows it.
    pub fn of(line: &[u8]) -> Self {
        match line {
            [b'*', b' ', b'0'..=b'9', ..] => Self::Data,
            b"+" | [b'+', b' ', ..] => Self::Continuation,
            [b'*', b' ', rest @ ..] if is_status(rest) => Self::Status,
            b"*" | [b'*', b' ', ..] => Self::Data,
            _ => Self::Tagged,
        }
    }

    /// Whether a line of this kind can carry literals. The others are human-readable text to their end, whatever it
    /// looks like (RFC 9051 section 9, `resp-text`).
    pub const fn carries_literals(self) -> bool {
        matches!(self, Self::Data)
    }
}

/// Whether a condition of RFC 9051 section 7.1 follows the `* `. Servers that send a second SP mean the same.
fn is_status(rest: &[u8]) -> bool {
    const CONDITIONS: [&[u8]; 5] = [b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"];
    let word = rest.split(|&o| o == b' ').find(|word| !word.is_empty());
    word.is_some_and(|word| CONDITIONS.iter().any(|c| c.eq_ignore_ascii_case(word)))
}

/// Whether `line` begins a FETCH response (RFC 9051 section 7.5.2) or a UIDFETCH response (RFC 9586), its list of items
/// opened.
pub(super) fn begins_fetch(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"* ") else {
        return false;
    };
    let mut tokens = rest.splitn(3, |&o| o == b' ');
    let number = tokens.next().unwrap_or_default();
    let name = tokens.next().unwrap_or_default();
    let items = tokens.next().unwrap_or_default();
    !number.is_empty()
        && number.iter().all(u8::is_ascii_digit)
        && (name.eq_ignore_ascii_case(b"FETCH") || name.eq_ignore_ascii_case(b"UIDFETCH"))
        && items.starts_with(b"(")
}

/// `line` without its LF and the CR before it. A bare LF is tolerated as a line end.
pub(super) fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{LineKind, begins_fetch, without_line_end};

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

    #[test]
    fn fetch_is_recognised_by_its_opened_list() {
        for line in [
            &b"* 1 FETCH ("[..],
            b"* 0012 fetch (UID 7",
            b"* 99999999999999999999 UidFetch (BODY[]",
        ] {
            assert!(begins_fetch(line), "{}", line.escape_ascii());
        }
        for line in [
            &b"* FETCH ("[..],
            b"*  FETCH (",
            b"* 1 FETCH",
            b"* 1 FETCH  (",
            b"* 1 FETCH UID (",
            b"* 1a FETCH (",
            b"* 1 FETCHES (",
            b"*1 FETCH (",
            b"1 FETCH (",
            b"* ",
            b"",
        ] {
            assert!(!begins_fetch(line), "{}", line.escape_ascii());
        }
    }

    #[test]
    fn line_end_is_lf_with_at_most_one_cr() {
        assert_eq!(without_line_end(b"a\r\n"), b"a");
        assert_eq!(without_line_end(b"a\n"), b"a");
        assert_eq!(without_line_end(b"a\r\r\n"), b"a\r");
        assert_eq!(without_line_end(b"\n"), b"");
    }
}
