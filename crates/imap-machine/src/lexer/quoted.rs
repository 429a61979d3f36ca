//! Quoted strings (RFC 9051 section 4.3).
//!
//! Eight octets are searched at a time for the end: most strings are too short for a faster method to pay.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::word::skip_spaces;

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// The offset of the closing quote in the octets that follow the opening one. `None` if the octets or the line end before it.
/// An octet after a backslash closes nothing.
#[inline(always)]
pub(crate) fn end(octets: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += first_special(octets.get(at..)?)?;
        match octets.get(at)? {
            b'"' => return Some(at),
            b'\\' => at += 2,
            b'\n' => return None,
            _ => at += 1,
        }
    }
}

/// Like [`end`], but a quote or a backslash that should have been escaped does not end the string early.
///
/// A closing quote is followed by what can follow a string. If the first one is not, the string ends at the first quote that is
/// most likely the closing one, escaped or not: servers send `"PDF NAME="a.pdf""` (MailCore/mailcore2#1473) and `"\"`
/// (jstedfast/MailKit#943).
///
/// `searched` says how many of the first octets are known to have no such quote, so that a line is not searched again for each
/// of its strings.
pub(crate) fn likely_end(octets: &[u8], searched: &mut usize) -> Option<usize> {
    sound_end(octets)
        .or_else(|| unescaped_end(octets, searched))
        .or_else(|| end(octets))
}

/// The octets of the string, and what follows its closing quote, if it is as plain as most are: without backslashes and control
/// characters, before a space or a parenthesis.
#[inline(always)]
pub(crate) fn split_plain(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (inside, quote) = octets.split_at_checked(first_special(octets)?)?;
    match quote {
        [b'"'] | [b'"', b' ' | b')', ..] => Some((inside, quote.get(1..)?)),
        _ => None,
    }
}

/// Like [`end`], if what follows the quote is what can follow a string.
fn sound_end(octets: &[u8]) -> Option<usize> {
    let at = end(octets)?;
    match octets.get(at + 1) {
        None | Some(b' ' | b')' | b'(' | b']' | b'\r' | b'\n') => Some(at),
        // Lists are written with commas as well.
        Some(b',') if octets.get(at + 2) == Some(&b' ') => Some(at),
        Some(b'A'..=b'Z') if octets.get(at + 1..).is_some_and(a_name_begins) => Some(at),
        Some(_) => None,
    }
}

/// Only the space before the next item is missing.
fn a_name_begins(octets: &[u8]) -> bool {
    let is_name =
        |octet: &u8| octet.is_ascii_uppercase() || b".-".contains(octet) || octet.is_ascii_digit();
    let end = octets.iter().position(|octet| !is_name(octet));
    end.is_some_and(|end| end >= 3 && matches!(octets.get(end), Some(b' ' | b'[')))
}

/// The first quote of the line that is followed by the end of the line or of a list, or by a space and the beginning of another
/// value. Words in small letters are text: all that the protocol has after a string is NIL, a number, or the name of an item.
#[cold]
fn unescaped_end(octets: &[u8], searched: &mut usize) -> Option<usize> {
    if *searched > 0 {
        return None;
    }
    let line_end = memchr::memchr(b'\n', octets).unwrap_or(octets.len());
    let line = octets.get(..line_end).unwrap_or_default();
    let closes = |at: &usize| line.get(at + 1..).is_some_and(another_value_begins);
    let found = memchr::memchr_iter(b'"', line).find(closes);
    if found.is_none() {
        *searched = line_end;
    }
    found
}

fn another_value_begins(octets: &[u8]) -> bool {
    match octets {
        [] | [b')' | b']' | b'\r', ..] => true,
        [b' ', next @ ..] => match skip_spaces(next) {
            [] | [b'"' | b'(' | b')' | b'{' | b'~' | b'\r', ..] => true,
            word => {
                let end = word
                    .iter()
                    .position(|octet| matches!(octet, b' ' | b'(' | b')' | b'[' | b'"' | b'\r'));
                let (word, after) = word.split_at(end.unwrap_or(word.len()));
                !word.iter().any(u8::is_ascii_lowercase) && !after.starts_with(b"\"")
            }
        },
        _ => false,
    }
}

/// Whether the octets between two quotes are what the grammar has there: each quote and each backslash is escaped, and nothing
/// else is.
pub(crate) fn is_sound(inside: &[u8]) -> bool {
    let mut rest = inside;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        rest = match rest.get(at..) {
            Some([b'\\', b'"' | b'\\', rest @ ..]) => rest,
            _ => return false,
        };
    }
    true
}

/// Whether a quoted string is open at the end of `text`, which begins outside of quotes.
pub(crate) fn is_open_after(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(quote) = memchr::memchr(b'"', rest) {
        let inside = rest.get(quote + 1..).unwrap_or_default();
        let Some(end) = end(inside) else {
            return true;
        };
        rest = inside.get(end + 1..).unwrap_or_default();
    }
    false
}

/// The first `wanted` outside of quoted strings. `None` if there is none before a string that is never closed.
pub(crate) fn find_outside(wanted: u8, octets: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr::memchr2(wanted, b'"', octets.get(at..)?)?;
        if octets.get(at) == Some(&wanted) {
            return Some(at);
        }
        at += end(octets.get(at + 1..)?)? + 2;
    }
}

/// The longest string that is sent in quotes, in octets. A longer one is a literal, since servers bound their lines.
pub(crate) const LONGEST: usize = 1000;

/// The string in quotes. It holds no CR, LF or NUL.
pub(crate) fn quote(string: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(string.len() + 2);
    quoted.push(b'"');
    for octet in string {
        if matches!(octet, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*octet);
    }
    quoted.push(b'"');
    quoted
}

/// Removes the backslash before `"` and `\`.
///
/// No other octet may be escaped (RFC 9051 section 9, `quoted`). Before other octets a backslash is kept: a server that sends
/// `C:\temp` means it.
#[inline]
pub(crate) fn unescape(quoted: &[u8]) -> Cow<'_, [u8]> {
    match has_backslash(quoted) {
        true => Cow::Owned(unescaped(quoted)),
        false => Cow::Borrowed(quoted),
    }
}

/// Most strings are too short for `memchr` to pay.
#[inline]
fn has_backslash(octets: &[u8]) -> bool {
    let is_in = |eight: [u8; 8]| {
        let backslashes = zeros(u64::from_le_bytes(eight) ^ (ONES * b'\\' as u64));
        backslashes & HIGHEST != 0
    };
    let mut rest = octets;
    while let Some((eight, after)) = rest.split_first_chunk() {
        if is_in(*eight) {
            return true;
        }
        rest = after;
    }
    match octets.last_chunk() {
        // Some are looked at twice.
        Some(last) => is_in(*last),
        None => rest.contains(&b'\\'),
    }
}

#[cold]
fn unescaped(quoted: &[u8]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        octets.extend_from_slice(before);
        rest = match escape {
            [b'\\', special @ (b'"' | b'\\'), rest @ ..] => {
                octets.push(*special);
                rest
            }
            [other, rest @ ..] => {
                octets.push(*other);
                rest
            }
            [] => escape,
        };
    }
    octets.extend_from_slice(rest);
    octets
}

/// The offset of the first octet that is a quote, a backslash or a control character (below 0x20), if there is one.
#[inline(always)]
fn first_special(octets: &[u8]) -> Option<usize> {
    let mut rest = octets;
    let mut at = 0;
    while let Some((eight, after)) = rest.split_first_chunk() {
        let found = specials(u64::from_le_bytes(*eight));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
        rest = after;
    }
    // The last eight once more, without those that were searched.
    let Some(last) = octets.last_chunk() else {
        let is_special = |octet: &u8| matches!(octet, b'"' | b'\\' | 0..0x20);
        return octets.iter().position(is_special);
    };
    let searched = 8 - rest.len();
    let found = specials(u64::from_le_bytes(*last)).checked_shr(8 * searched as u32)?;
    (found != 0).then(|| at + found.trailing_zeros() as usize / 8)
}

/// The highest bit of every special octet. After the first one it may be set for others too, where a subtraction borrows.
#[inline]
const fn specials(eight: u64) -> u64 {
    // With this bit turned over, the quote is next to the control characters, and they stay among themselves.
    let quotes_and_controls = (eight ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
    let backslashes = (eight ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    (quotes_and_controls | backslashes) & !eight & HIGHEST
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
    fn the_end_is_the_first_quote_that_is_not_escaped() {
        assert_eq!(end(br#"ab" "c""#), Some(2));
        assert_eq!(end(br#"a\"b" x"#), Some(4));
        assert_eq!(end(br#"a\\" x"#), Some(3));
        for open in [&b""[..], b"a", b"a\\", br#"a\""#, b"a\nb\""] {
            assert_eq!(end(open), None, "{}", open.escape_ascii());
        }
    }

    fn likely(octets: &[u8]) -> Option<&[u8]> {
        octets.get(..likely_end(octets, &mut 0)?)
    }

    #[test]
    fn what_should_have_been_escaped_does_not_end_a_string() {
        for (octets, inside) in [
            (&b"a\" x"[..], Some(&b"a"[..])),
            (b"PDF NAME=\"a.pdf\"\" NIL)", Some(b"PDF NAME=\"a.pdf\"")),
            (b"\"\"\" \"base64\" 1)", Some(b"\"\"")),
            (b"ab\"cd\"", Some(b"ab\"cd")),
            (b"He said \"hi\" to\" NIL", Some(b"He said \"hi\" to")),
            (b"\\\")) ((\"Other\" \"/\"))", Some(b"\\")),
            (b"\\\")) NIL", Some(b"\\")),
            (b"a\"NIL b\" c", Some(b"a")),
            (b"x\" FLAGS (\"a\"b\")", Some(b"x")),
            (b"x\"y\" BODY[1] \"z\"", Some(b"x\"y")),
            (b"-0700\"INTERNALDATE \"x\")", Some(b"-0700")),
            (b"a\"BCD\" NIL", Some(b"a\"BCD")),
            (b"a\", \"b\")", Some(b"a")),
            (b"open", None),
            (b"a\nb\")", None),
        ] {
            assert_eq!(likely(octets), inside, "{}", octets.escape_ascii());
        }
    }

    #[test]
    fn octets_are_not_searched_twice() {
        let mut searched = 0;
        assert_eq!(likely_end(b"a\"x\"y\"z\n\")", &mut searched), Some(1));
        assert_eq!(searched, 7);
        assert_eq!(likely_end(b"a\"x\")", &mut searched), Some(1));
        assert_eq!(likely_end(b"a\"x\")", &mut 0), Some(3));
    }

    #[test]
    fn sound_strings_escape_what_they_must() {
        for sound in [&b""[..], b"a b", br#"\"\\"#] {
            assert!(is_sound(sound), "{}", sound.escape_ascii());
        }
        for odd in [&b"\""[..], b"\\", br"C:\temp", br#"\\""#] {
            assert!(!is_sound(odd), "{}", odd.escape_ascii());
        }
    }

    #[test]
    fn every_quote_opens_or_closes() {
        for closed in ["", "a", r#""a""#, r#"x "a" "b\\" y"#, r#""a\\""#] {
            assert!(!is_open_after(closed.as_bytes()), "{closed}");
        }
        for open in ["\"", r#"a "b" "c"#, r#""a\""#, r#"a\""#] {
            assert!(is_open_after(open.as_bytes()), "{open}");
        }
    }

    #[test]
    fn unescape_copies_only_when_it_must() {
        assert!(matches!(unescape(b"plain"), Cow::Borrowed(b"plain")));
        assert!(matches!(unescape(b""), Cow::Borrowed(b"")));
        assert_eq!(*unescape(br#"a\"b\\c"#), *br#"a"b\c"#);
        assert_eq!(*unescape(br#"\\\\""#), *br#"\\""#);
    }

    #[test]
    fn unescape_keeps_backslashes_that_escape_nothing() {
        assert_eq!(*unescape(br"C:\temp"), *br"C:\temp");
        assert_eq!(*unescape(br"end\"), *br"end\");
    }

    #[test]
    fn what_stands_in_quotes_is_not_found() {
        assert_eq!(find_outside(b' ', br#"a"b c"d e"#), Some(7));
        assert_eq!(find_outside(b']', br#"X "a\"]" 1] x"#), Some(10));
        assert_eq!(find_outside(b']', b"a"), None);
        assert_eq!(find_outside(b']', br#"a "b] c"#), None);
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
