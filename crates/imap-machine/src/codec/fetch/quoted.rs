//! Where a quoted string may end, found eight octets at a time: most are too short for anything cleverer to pay.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// The place of the first octet that is a quote, a backslash or a control character (below 0x20). `None`: there is none.
#[inline]
pub(super) fn first_special(octets: &[u8]) -> Option<usize> {
    let mut rest = octets;
    let mut at = 0;
    while let Some((eight, behind)) = rest.split_first_chunk() {
        let found = specials(u64::from_le_bytes(*eight));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
        rest = behind;
    }
    let is_special = |octet: &u8| matches!(octet, b'"' | b'\\' | 0..0x20);
    rest.iter().position(is_special).map(|place| at + place)
}

/// The highest bit of every special octet. Behind the first one, where a borrow may come from, of others as well.
#[inline]
const fn specials(eight: u64) -> u64 {
    let quotes = zeros(eight ^ (ONES * b'"' as u64));
    let backslashes = zeros(eight ^ (ONES * b'\\' as u64));
    let controls = eight.wrapping_sub(ONES * 0x20) & !eight;
    (quotes | backslashes | controls) & HIGHEST
}

#[inline]
const fn zeros(eight: u64) -> u64 {
    eight.wrapping_sub(ONES) & !eight
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_a_loop_finds_it(octets in prop::collection::vec(
            prop_oneof![8 => b'a'..=b'z', 2 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'\\')],
            0..40,
        )) {
            let is_special = |octet: &u8| matches!(octet, b'"' | b'\\') || *octet < 0x20;
            prop_assert_eq!(first_special(&octets), octets.iter().position(is_special));
        }
    }

    #[test]
    fn every_octet_at_every_place() {
        for octet in 0..=u8::MAX {
            for place in 0..20 {
                for around in [b'x', 0x7f, 0x80, 0xff, b'!', b'#', b'['] {
                    let mut octets = [around; 20];
                    octets[place] = octet;
                    let special = matches!(octet, b'"' | b'\\' | 0..0x20);
                    assert_eq!(first_special(&octets), special.then_some(place));
                }
            }
        }
    }
}
