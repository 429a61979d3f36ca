//! Decimal numbers (RFC 9051 section 9, `number` and `number64`), bounded by `u64` alone.

use alloc::vec::Vec;

/// The number at the start of `octets` and how many digits it has; `None` without a digit or on overflow.
pub(crate) fn leading(octets: &[u8]) -> Option<(u64, usize)> {
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

/// Like [`leading`], for at most 19 digits, which always fit. Returns the number and what follows it.
#[inline(always)]
pub(crate) fn short(octets: &[u8]) -> Option<(u64, &[u8])> {
    let Some(chunk) = octets.first_chunk() else {
        return short_at_end(octets);
    };
    let (number, count) = up_to_eight(*chunk);
    match count {
        0 => None,
        8 => longer(number, octets.get(8..)?),
        count => Some((number, octets.get(count..)?)),
    }
}

/// The same when fewer than eight octets are left.
#[cold]
fn short_at_end(octets: &[u8]) -> Option<(u64, &[u8])> {
    let (number, count) = leading(octets)?;
    Some((number, octets.get(count..)?))
}

/// Reads on after the first eight digits.
fn longer(mut number: u64, octets: &[u8]) -> Option<(u64, &[u8])> {
    let mut rest = octets;
    if let Some(chunk) = rest.first_chunk() {
        let (value, count) = up_to_eight(*chunk);
        let scale = TENS.get(count).copied().unwrap_or(1);
        number = number.wrapping_mul(scale).wrapping_add(value);
        rest = rest.get(count..)?;
        if count < 8 {
            return Some((number, rest));
        }
    }
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        number = number
            .wrapping_mul(10)
            .wrapping_add(u64::from(digit - b'0'));
        rest = after;
    }
    // 19 digits: nothing has wrapped.
    (octets.len() - rest.len() <= 11).then_some((number, rest))
}

const TENS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The number made of the digits at the start of eight octets, and how many there are. It reads eight at a time because
/// mod-sequences have seventeen.
#[inline(always)]
fn up_to_eight(octets: [u8; 8]) -> (u64, usize) {
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let values = u64::from_le_bytes(octets) ^ 0x3030_3030_3030_3030;
    // A high bit for each octet above 9. A carry can only reach octets after the first of them.
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & HIGH_BITS;
    let count = others.trailing_zeros() / 8;
    // Shifts the digits to the end, and zeros before them. Without digits nothing is left.
    let values = values.checked_shl(64 - 8 * count).unwrap_or(0);
    let pairs = (values.wrapping_mul(10) + (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100) + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let eight = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    (eight, usize::try_from(count).unwrap_or(0))
}

/// The number that is all of `octets`.
pub(crate) fn whole(octets: &[u8]) -> Option<u64> {
    let (number, digits) = leading(octets)?;
    (digits == octets.len()).then_some(number)
}

/// The digits at the start of `octets`, at least one, and what follows them.
pub(crate) fn split_digits(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let other = octets.iter().position(|octet| !octet.is_ascii_digit());
    let split = octets.split_at(other.unwrap_or(octets.len()));
    (!split.0.is_empty()).then_some(split)
}

/// Appends a number in decimal.
pub(crate) fn push(line: &mut Vec<u8>, mut number: u64) {
    // The largest number has 20 digits.
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    line.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{leading, push, short, split_digits, whole};

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

    /// What `short` has to return, according to `leading`.
    fn expected(octets: &[u8]) -> Option<(u64, &[u8])> {
        let (number, digits) = leading(octets)?;
        (digits < 20).then(|| (number, &octets[digits..]))
    }

    #[test]
    fn short_numbers_are_read_as_others_are() {
        for octets in [
            &b"0       "[..],
            b"007)))))",
            b"9999999999999999999 ",
            b"99999999",
            b"12",
            b"-1234567",
        ] {
            assert_eq!(short(octets), expected(octets), "{}", octets.escape_ascii());
        }
        assert_eq!(short(b"10000000000000000000"), None, "twenty digits");
    }

    proptest! {
        #[test]
        fn any_short_number(number in any::<u64>(), shift in 0_u32..64, zeros in 0_usize..3, after in "[^0-9][0-9x]{0,9}|") {
            let text = [&"00"[..zeros.min(2)], &(number >> shift).to_string(), &after].concat();
            prop_assert_eq!(short(text.as_bytes()), expected(text.as_bytes()));
        }

        #[test]
        fn any_octets(octets in prop::collection::vec(any::<u8>(), 0..30)) {
            prop_assert_eq!(short(&octets), expected(&octets));
        }
    }

    #[test]
    fn whole_numbers_have_nothing_behind_them() {
        assert_eq!(whole(b"12"), Some(12));
        assert_eq!(whole(b"12 "), None);
        assert_eq!(whole(b"+12"), None);
        assert_eq!(whole(b""), None);
        assert_eq!(whole(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(whole(b"18446744073709551616"), None);
    }

    #[test]
    fn digits_end_at_the_first_other_octet() {
        assert_eq!(split_digits(b"007)"), Some((&b"007"[..], &b")"[..])));
        assert_eq!(split_digits(b"7"), Some((&b"7"[..], &b""[..])));
        assert_eq!(split_digits(b"x7"), None);
        assert_eq!(split_digits(b""), None);
    }

    #[test]
    fn numbers_are_written_as_they_are_read() {
        for value in [0, 9, 10, 4_294_967_295, u64::MAX] {
            let mut written = Vec::new();
            push(&mut written, value);
            assert_eq!(whole(&written), Some(value));
            assert_eq!(written, value.to_string().as_bytes());
        }
    }
}
