//! Words and the spaces between them.
//!
//! Words of the protocol are compared without regard to case and without a loop: their length is known to the compiler, which
//! compares them in a register or two.

/// What follows `word`, which is given in small letters.
#[inline(always)]
pub(crate) fn strip<'a, const N: usize>(octets: &'a [u8], word: &[u8; N]) -> Option<&'a [u8]> {
    let (head, rest) = octets.split_first_chunk::<N>()?;
    same(head, word).then_some(rest)
}

/// Whether `octets` is `word`, which is given in small letters.
#[inline(always)]
pub(crate) fn is<const N: usize>(octets: &[u8], word: &[u8; N]) -> bool {
    octets
        .first_chunk::<N>()
        .filter(|_| octets.len() == N)
        .is_some_and(|octets| same(octets, word))
}

/// What follows the spaces that `octets` begins with, if there are any.
pub(crate) fn skip_spaces(octets: &[u8]) -> &[u8] {
    let start = octets.iter().position(|octet| *octet != b' ');
    start.and_then(|at| octets.get(at..)).unwrap_or_default()
}

/// The octets up to the first space, and what follows the spaces.
pub(crate) fn split_word(octets: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', octets) {
        Some(end) => {
            let (word, rest) = octets.split_at(end);
            (word, skip_spaces(rest))
        }
        None => (octets, &[]),
    }
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
    use super::{is, skip_spaces, split_word, strip};

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
    #[test]
    fn words_end_at_spaces() {
        assert_eq!(skip_spaces(b"  a b"), b"a b");
        assert_eq!(skip_spaces(b"   "), b"");
        assert_eq!(split_word(b"a  b c"), (&b"a"[..], &b"b c"[..]));
        assert_eq!(split_word(b" a"), (&b""[..], &b"a"[..]));
        assert_eq!(split_word(b"a"), (&b"a"[..], &b""[..]));
    }
}
