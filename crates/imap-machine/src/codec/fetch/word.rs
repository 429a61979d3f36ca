//! Words of the protocol, compared without regard to case and without a loop: each is as long as its letters say, so the
//! compiler compares them in a register or two.

/// What stands behind `word`, which is given in small letters.
#[inline(always)]
pub(super) fn strip<'a, const N: usize>(octets: &'a [u8], word: &[u8; N]) -> Option<&'a [u8]> {
    let (head, rest) = octets.split_first_chunk::<N>()?;
    same(head, word).then_some(rest)
}

/// Whether `octets` is `word`, which is given in small letters.
#[inline(always)]
pub(super) fn is<const N: usize>(octets: &[u8], word: &[u8; N]) -> bool {
    octets
        .first_chunk::<N>()
        .filter(|_| octets.len() == N)
        .is_some_and(|octets| same(octets, word))
}

#[inline(always)]
fn same<const N: usize>(octets: &[u8; N], word: &[u8; N]) -> bool {
    let pairs = octets.iter().zip(word);
    let differences = pairs.fold(0, |found, (octet, expected)| {
        let either_case = if expected.is_ascii_lowercase() {
            0x20
        } else {
            0
        };
        found | ((octet ^ expected) & !either_case)
    });
    differences == 0
}

#[cfg(test)]
mod tests {
    use super::{is, strip};

    #[test]
    fn letters_of_either_case_and_nothing_else() {
        assert_eq!(strip(b"UiD 5", b"uid "), Some(&b"5"[..]));
        assert_eq!(strip(b"UID", b"uid "), None);
        for wrong in [&b"UID\x00"[..], b"\x15ID ", b"uie ", b"5id "] {
            assert_eq!(strip(wrong, b"uid "), None, "{}", wrong.escape_ascii());
        }
        assert!(is(b"SEEN", b"seen") && !is(b"SEENX", b"seen") && !is(b"SEE", b"seen"));
        assert!(!is(b"\x08", b"("), "only letters have two cases");
    }
}
