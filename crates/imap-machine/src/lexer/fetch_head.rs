//! The head of a FETCH (RFC 9051 section 7.5.2) or UIDFETCH response (RFC 9586 section 3.3).

use super::number::{self, split_digits};
use super::word::{self, skip_spaces};

/// `* number FETCH (` or `* number UIDFETCH (`, up to the parenthesis that opens the list of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FetchHead {
    pub(crate) word: FetchWord,
    /// `None` if it does not fit into 32 bits.
    pub(crate) number: Option<u32>,
    /// The offset of the parenthesis.
    pub(crate) list: usize,
    /// Whether there is one space between the parts, as the grammar requires. Readers of items accept more, and none before the list.
    pub(crate) by_the_grammar: bool,
}

/// What the number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FetchWord {
    Fetch,
    UidFetch,
}

impl FetchHead {
    /// Reads the head that `line` begins with.
    #[inline(always)]
    pub(crate) fn of(line: &[u8]) -> Option<Self> {
        Self::usual(line).or_else(|| Self::any(line))
    }

    /// Reads a head as nearly every server writes it.
    #[inline(always)]
    fn usual(line: &[u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"* ")?;
        let (number, rest) = number::short(rest)?;
        let items = word::strip(rest, b" fetch (")?;
        Some(Self {
            word: FetchWord::Fetch,
            number: u32::try_from(number).ok(),
            list: line.len().checked_sub(items.len() + 1)?,
            by_the_grammar: true,
        })
    }

    #[cold]
    fn any(line: &[u8]) -> Option<Self> {
        let rest = spaces(line.strip_prefix(b"*")?)?;
        let (digits, rest) = split_digits(rest)?;
        let rest = spaces(rest)?;
        let name_end = rest.iter().position(|octet| matches!(octet, b' ' | b'('))?;
        let (name, gap) = rest.split_at(name_end);
        let rest = skip_spaces(gap);
        let word = match name {
            name if name.eq_ignore_ascii_case(b"FETCH") => FetchWord::Fetch,
            name if name.eq_ignore_ascii_case(b"UIDFETCH") => FetchWord::UidFetch,
            _ => return None,
        };
        if !rest.starts_with(b"(") {
            return None;
        }
        let list = line.len().checked_sub(rest.len())?;
        Some(Self {
            word,
            number: number::whole(digits).and_then(|number| u32::try_from(number).ok()),
            list,
            // The star and three spaces.
            by_the_grammar: list == 4 + digits.len() + name.len() && gap.starts_with(b" "),
        })
    }
}

/// Skips spaces. `None` if there is none.
fn spaces(octets: &[u8]) -> Option<&[u8]> {
    octets.starts_with(b" ").then(|| skip_spaces(octets))
}

#[cfg(test)]
mod tests {
    use super::{FetchHead, FetchWord};

    #[test]
    fn a_head_has_its_list_opened() {
        use FetchWord::{Fetch, UidFetch};
        for (line, word, number, list, by_the_grammar) in [
            (&b"* 1 FETCH ("[..], Fetch, Some(1), 10, true),
            (b"* 1 FETCH (FLAGS ())", Fetch, Some(1), 10, true),
            (b"* 0012 fetch (UID 7", Fetch, Some(12), 13, true),
            (b"* 0 FETCH (UID 7)", Fetch, Some(0), 10, true),
            (b"* 7 UIDFETCH (FLAGS", UidFetch, Some(7), 13, true),
            (b"* 4294967296 FETCH (UID", Fetch, None, 19, true),
            (
                b"* 99999999999999999999 UidFetch (",
                UidFetch,
                None,
                32,
                true,
            ),
            (b"*  1 FETCH (FLAGS ()", Fetch, Some(1), 11, false),
            (b"* 1  FETCH (FLAGS ()", Fetch, Some(1), 11, false),
            (b"* 1 FETCH  (", Fetch, Some(1), 11, false),
            (b"* 1 FETCH(UID 7)", Fetch, Some(1), 9, false),
            (b"*  1 UidFetch(", UidFetch, Some(1), 13, false),
        ] {
            let head = FetchHead {
                word,
                number,
                list,
                by_the_grammar,
            };
            assert_eq!(FetchHead::of(line), Some(head), "{}", line.escape_ascii());
            assert_eq!(line[list], b'(');
        }
        for line in [
            &b"* FETCH ("[..],
            b"*  FETCH (",
            b"* 1 FETCH",
            b"* 1 FETCH ",
            b"* 1FETCH(",
            b"* 1 FETCH UID (",
            b"* 1a FETCH (",
            b"* 1 FETCHES (",
            b"*1 FETCH (",
            b"1 FETCH (",
            b"* ",
            b"",
        ] {
            assert_eq!(FetchHead::of(line), None, "{}", line.escape_ascii());
        }
    }
}
