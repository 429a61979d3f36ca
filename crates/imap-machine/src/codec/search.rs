//! The answer to SEARCH: the longest line that servers write, since a million numbers are one line.
//!
//! The contract: the same numbers as imap-codec reads, or `None`. Then imap-codec is asked: for `(MODSEQ 7)` at the end, an
//! extra space, and everything else.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use crate::lexer::number;

/// The numbers of `* SEARCH 2 84 882`, at least one.
pub(super) fn numbers(message: &[u8]) -> Option<Vec<NonZeroU32>> {
    const START: &[u8] = b"* SEARCH";
    let (start, mut rest) = message.split_at_checked(START.len())?;
    if !start.eq_ignore_ascii_case(START) {
        return None;
    }
    let mut numbers = Vec::new();
    while let [b' ', digits @ ..] = rest {
        let (number, after) = number::short(digits).or_else(|| last(digits))?;
        numbers.push(NonZeroU32::new(u32::try_from(number).ok()?)?);
        rest = after;
    }
    let ends = matches!(rest, b"\r\n" | b"\n");
    (ends && !numbers.is_empty()).then_some(numbers)
}

/// A number so near to the end of the line that `short` cannot read it.
fn last(digits: &[u8]) -> Option<(u64, &[u8])> {
    let (number, len) = number::leading(digits)?;
    Some((number, digits.get(len..)?))
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use imap_codec::ResponseCodec;
    use imap_codec::decode::Decoder;
    use imap_types::response::{Data, Response};
    use proptest::prelude::*;

    use super::numbers;

    fn theirs(message: &[u8]) -> Option<Vec<core::num::NonZeroU32>> {
        match ResponseCodec::default().decode(message) {
            Ok(([], Response::Data(Data::Search(numbers, None)))) => Some(numbers),
            _ => None,
        }
    }

    fn agree(message: &[u8]) -> bool {
        numbers(message).is_none_or(|ours| Some(ours) == theirs(message))
    }

    proptest! {
        #[test]
        fn they_are_those_of_imap_codec(
            list in prop::collection::vec(1..=u32::MAX, 1..20),
            word in "SEARCH|search|SeArCh",
        ) {
            let list: String = list.iter().map(|number| format!(" {number}")).collect();
            let message = format!("* {word}{list}\r\n");
            prop_assert!(numbers(message.as_bytes()).is_some());
            prop_assert!(agree(message.as_bytes()), "{message}");
        }

        #[test]
        fn whatever_else_is_there(message in "\\* (SEARCH|SORT|SEARCHES)(( |  )(0|00?7|[1-9][0-9]{0,9}|4294967296|\\(MODSEQ 7\\)|x|-1|)){0,5}( |)\r?\n") {
            // imap-codec requires CRLF; here a bare LF will do.
            let crlf = message.trim_end_matches(['\r', '\n']).to_string() + "\r\n";
            prop_assert_eq!(numbers(message.as_bytes()), numbers(crlf.as_bytes()));
            prop_assert!(agree(crlf.as_bytes()), "{message}");
        }
    }

    #[test]
    fn what_is_left_to_imap_codec() {
        for message in [
            "* SEARCH\r\n",
            "* SEARCH \r\n",
            "* SEARCH 2 (MODSEQ 7)\r\n",
            "* SEARCH 2 0\r\n",
            "*  SEARCH 2\r\n",
        ] {
            assert_eq!(numbers(message.as_bytes()), None, "{message}");
        }
    }
}
