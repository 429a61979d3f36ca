//! The end of a list, 64 octets at a time.
//!
//! Lists in an ENVELOPE or a BODYSTRUCTURE are long, and have a string every ten octets: to go from string to string costs several
//! times what it costs to look at all octets at once. What is not plain is left to the [cursor](super::Cursor): a backslash, a brace,
//! a line end, and a quote that closes a string although neither a space nor a parenthesis follows.
//!
//! The loops over a block have no branches, so that the compiler writes them with vectors. Their results are sets of octets, one bit
//! for each: octet `8 * i + j` of the block is bit `i` of byte `j`. So a shift by a byte moves all octets by one, within their eight.

/// Octets that are looked at together.
const BLOCK: usize = 64;

const ONES: u64 = 0x0101_0101_0101_0101;

/// How far a list is plain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// It ends before this offset.
    Ended(usize),
    /// All is plain up to `at`, which is in no string, where `open` parentheses are open. What is not plain is before `until`.
    UpTo {
        at: usize,
        open: usize,
        until: usize,
    },
}

/// Goes on at `at`, which is in no string, where `depth` parentheses are open in the list. No more than `most` may be.
pub(super) fn skip(octets: &[u8], at: usize, depth: usize, most: usize) -> Plain {
    let (mut at, mut depth) = (at, depth);
    let mut sure = (at, depth);
    let mut in_string = false;
    // Only the last block needs it.
    let mut padded = [0; BLOCK + 1];
    loop {
        if !in_string {
            sure = (at, depth);
        }
        let rest = octets.get(at..).unwrap_or_default();
        let block = ListBlock::at_start_of(rest, &mut padded);
        let parentheses = block.and_then(|block| block.outside(&mut in_string));
        let (Some(block), Some((open, close))) = (block, parentheses) else {
            let (sure_at, open) = sure;
            return Plain::UpTo {
                at: sure_at,
                open,
                until: at.saturating_add(BLOCK),
            };
        };
        let (opened, closed) = (open.count_ones() as usize, close.count_ones() as usize);
        if closed > depth || opened > most - depth {
            // The end may be here.
            let mut left = in_order(open | close);
            while left != 0 {
                let place = left.trailing_zeros() as usize;
                left &= left - 1;
                let closes = block.closes(place);
                if closes && depth == 0 {
                    return Plain::Ended(at + place + 1);
                }
                if !closes && depth == most {
                    return Plain::UpTo {
                        at: at + place,
                        open: depth,
                        until: at + BLOCK,
                    };
                }
                depth = if closes { depth - 1 } else { depth + 1 };
            }
        } else {
            depth = depth + opened - closed;
        }
        at += BLOCK;
    }
}

/// A block, and the octet after it. Where the octets end before it, it is filled with zeros.
#[derive(Clone, Copy)]
struct ListBlock<'a>(&'a [u8; BLOCK + 1]);

impl<'a> ListBlock<'a> {
    /// `padded` is all zeros, and may be written to.
    #[inline]
    fn at_start_of(octets: &'a [u8], padded: &'a mut [u8; BLOCK + 1]) -> Option<Self> {
        if let Some(block) = octets.first_chunk() {
            return Some(Self(block));
        }
        padded.get_mut(..octets.len())?.copy_from_slice(octets);
        (!octets.is_empty()).then_some(Self(padded))
    }

    /// The opening and the closing parentheses that are in no string. `None` if the block is not plain.
    #[inline]
    fn outside(self, in_string: &mut bool) -> Option<(u64, u64)> {
        let octets: &[u8; BLOCK] = self.0.first_chunk()?;
        let is_odd = |octet: &u8| matches!(octet, b'\\' | b'{' | b'\n');
        if octets.iter().fold(false, |odd, octet| odd | is_odd(octet)) {
            return None;
        }
        let strings = strings(self.set_of(|octet, _| octet == b'"'), in_string);
        // Quotes that nothing follows which may follow a string: none of them closes one.
        let unfollowed =
            self.set_of(|octet, next| (octet == b'"') & (next != b' ') & (next != b')'));
        if unfollowed & !strings != 0 {
            return None;
        }
        let open = self.set_of(|octet, _| octet == b'(');
        let close = self.set_of(|octet, _| octet == b')');
        Some((open & !strings, close & !strings))
    }

    /// The octets for which this holds, given the octet and the next one.
    #[inline(always)]
    fn set_of(self, is_in: impl Fn(u8, u8) -> bool) -> u64 {
        let mut block = [0; BLOCK];
        let pairs = self.0.iter().zip(self.0.iter().skip(1));
        for (to, (octet, next)) in block.iter_mut().zip(pairs) {
            *to = all_if(is_in(*octet, *next));
        }
        set(&block)
    }

    /// Whether the parenthesis at this place is a closing one.
    #[inline]
    fn closes(self, place: usize) -> bool {
        self.0.get(place) == Some(&b')')
    }
}

#[inline]
const fn all_if(is_in: bool) -> u8 {
    if is_in { 0xff } else { 0 }
}

/// The set of the octets that are not 0.
#[inline]
fn set(block: &[u8; BLOCK]) -> u64 {
    let mut set = 0;
    for (row, eight) in block.chunks_exact(8).enumerate() {
        let eight = eight.first_chunk().map_or(0, |it| u64::from_le_bytes(*it));
        set |= eight & (ONES << row);
    }
    set
}

/// The octets of strings, with the quotes that open them and without those that close them. A string may be open before the block,
/// and after it.
#[inline]
const fn strings(quotes: u64, in_string: &mut bool) -> u64 {
    // How many quotes there are up to each octet of its eight: odd or even.
    let mut odd = quotes ^ (quotes << 8);
    odd ^= odd << 16;
    odd ^= odd << 32;
    // The same for each eight with those before it.
    let mut eights = (odd >> 56) as u8;
    eights ^= eights << 1;
    eights ^= eights << 2;
    eights ^= eights << 4;
    let open_before = all_if(*in_string);
    *in_string ^= eights >> 7 == 1;
    odd ^ (((eights << 1) ^ open_before) as u64 * ONES)
}

/// The same set, in which bit `n` is octet `n`: the transposed matrix of bits.
#[inline]
const fn in_order(set: u64) -> u64 {
    let swapped = (set ^ (set >> 7)) & 0x00aa_00aa_00aa_00aa;
    let set = set ^ swapped ^ (swapped << 7);
    let swapped = (set ^ (set >> 14)) & 0x0000_cccc_0000_cccc;
    let set = set ^ swapped ^ (swapped << 14);
    let swapped = (set ^ (set >> 28)) & 0x0000_0000_f0f0_f0f0;
    set ^ swapped ^ (swapped << 28)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    /// The same, octet by octet.
    fn by_octet(octets: &[u8]) -> Option<usize> {
        let (mut depth, mut in_string) = (0, false);
        for (at, octet) in octets.iter().enumerate() {
            match octet {
                b'"' => in_string = !in_string,
                b'(' if !in_string => depth += 1,
                b')' if !in_string && depth == 0 => return Some(at + 1),
                b')' if !in_string => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// Lists with strings of every length, so that quotes and parentheses come at every place of a block.
    fn plain() -> impl Strategy<Value = Vec<u8>> {
        let string = "[a-z()\u{e9} ]{0,90}".prop_map(|inside| alloc::format!("\"{inside}\""));
        let piece = prop_oneof![
            4 => string,
            2 => Just("NIL".into()),
            3 => Just("(".into()),
            2 => Just(")".into()),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| (pieces.join(" ") + " ").into_bytes())
    }

    proptest! {
        #[test]
        fn plain_lists_end_where_a_loop_finds_it(list in plain()) {
            let found = match skip(&list, 0, 0, usize::MAX) {
                Plain::Ended(at) => Some(at),
                Plain::UpTo { .. } => None,
            };
            prop_assert_eq!(found, by_octet(&list));
        }
    }

    #[test]
    fn what_is_not_plain_is_left() {
        let filler = [b'x'; 60];
        for odd in ["\\", "{", "\n", "\"a\"b ", "\"a\"\"b\" "] {
            for place in 0..56 {
                let list = [
                    &b"(\"a\" "[..],
                    &filler[..place],
                    odd.as_bytes(),
                    &[b' '; 70],
                    b"))",
                ]
                .concat();
                let Plain::UpTo {
                    at: 0,
                    open: 0,
                    until: BLOCK,
                } = skip(&list, 0, 0, 9)
                else {
                    panic!("{}", list.escape_ascii());
                };
            }
        }
    }

    #[test]
    fn it_stops_outside_of_strings() {
        let list = [&b"((\""[..], &[b'('; 200], b"\"x"].concat();
        let stopped = Plain::UpTo {
            at: 0,
            open: 0,
            until: 256,
        };
        assert_eq!(skip(&list, 0, 0, 9), stopped);
        let stopped = Plain::UpTo {
            at: 1,
            open: 1,
            until: BLOCK,
        };
        assert_eq!(skip(&list, 0, 0, 1), stopped);
    }

    #[test]
    fn bits_are_put_in_order() {
        for place in 0..BLOCK {
            let mut block = [0; BLOCK];
            block[place] = 0xff;
            assert_eq!(in_order(set(&block)), 1 << place);
        }
    }
}
