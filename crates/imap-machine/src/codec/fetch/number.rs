//! Decimal numbers (RFC 9051 section 9, `number` and `number64`), bounded by `u64` alone.

/// The number at the start of `octets` and how many digits it has; `None` without a digit or on overflow.
pub(super) fn leading(octets: &[u8]) -> Option<(u64, usize)> {
    let mut number: u64 = 0;
    let mut digits = 0;
    for octet in octets.iter().take_while(|octet| octet.is_ascii_digit()) {
        number = number
            .checked_mul(10)?
            .checked_add(u64::from(octet - b'0'))?;
        digits += 1;
    }
    (digits > 0).then_some((number, digits))
}

/// The number that is all of `octets`.
pub(super) fn whole(octets: &[u8]) -> Option<u64> {
    let (number, digits) = leading(octets)?;
    (digits == octets.len()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{leading, whole};

    #[test]
    fn reads_digits_up_to_the_first_other_octet() {
        assert_eq!(leading(b"0"), Some((0, 1)));
        assert_eq!(leading(b"007)"), Some((7, 3)));
        assert_eq!(leading(b"18446744073709551615 "), Some((u64::MAX, 20)));
        assert_eq!(leading(b""), None);
        assert_eq!(leading(b"-1"), None);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert_eq!(leading(b"18446744073709551616"), None);
        assert_eq!(leading(b"99999999999999999999999999999999"), None);
    }

    #[test]
    fn whole_numbers_have_nothing_behind_them() {
        assert_eq!(whole(b"12"), Some(12));
        assert_eq!(whole(b"12 "), None);
        assert_eq!(whole(b"+12"), None);
    }
}
