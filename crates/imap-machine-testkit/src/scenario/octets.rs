//! Octets as text: escapes, quoting, and the short form of what is long.

use std::fmt::Write;

use crate::fnv1a::Fnv1a;

/// The most octets that a few characters of a scenario can stand for.
pub(super) const LARGEST: usize = 1 << 20;

/// Octets longer than this are shown by size and digest.
const SHOWN: usize = 120;

/// Reads text with escapes: `\r`, `\n`, `\t`, `\0`, `\\`, `\"`, `\xNN`, and `\(300*text)` for 300 times `text`. A backslash before
/// a capital letter or `*` is itself, since that is how IMAP writes flags.
///
/// `None` when there is a backslash before anything else, or a repetition is not closed or longer than 1 MiB.
#[must_use]
pub fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        octets.extend_from_slice(&rest.as_bytes()[..at]);
        rest = escaped(&rest[at + 1..], &mut octets)?;
    }
    octets.extend_from_slice(rest.as_bytes());
    Some(octets)
}

/// Reads one escape, without its backslash. Returns what follows it.
fn escaped<'t>(text: &'t str, octets: &mut Vec<u8>) -> Option<&'t str> {
    let mut characters = text.chars();
    octets.push(match characters.next()? {
        'r' => b'\r',
        'n' => b'\n',
        't' => b'\t',
        '0' => 0,
        '\\' => b'\\',
        '"' => b'"',
        'x' => {
            let value = u8::from_str_radix(text.get(1..3)?, 16).ok()?;
            octets.push(value);
            return text.get(3..);
        }
        '(' => return repeated(characters.as_str(), octets),
        flag if begins_flag(flag) => {
            octets.push(b'\\');
            return Some(text);
        }
        _ => return None,
    });
    Some(characters.as_str())
}

/// Whether a flag such as `\Seen` or `\*` begins like this after its backslash.
const fn begins_flag(character: char) -> bool {
    character.is_ascii_uppercase() || character == '*'
}

fn repeated<'t>(text: &'t str, octets: &mut Vec<u8>) -> Option<&'t str> {
    let (inner, rest) = text.split_once(')')?;
    let (times, unit) = inner.split_once('*')?;
    let (unit, times) = (unescape(unit)?, times.parse::<usize>().ok()?);
    unit.len()
        .checked_mul(times)
        .filter(|size| *size <= LARGEST)?;
    octets.extend(unit.repeat(times));
    Some(rest)
}

/// The octets as text that [`unescape`] reads: printable ASCII as it is, everything else escaped.
#[must_use]
pub fn escape(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len());
    for (at, octet) in octets.iter().enumerate() {
        match octet {
            b'\\'
                if octets
                    .get(at + 1)
                    .is_some_and(|next| begins_flag(char::from(*next))) =>
            {
                text.push('\\');
            }
            b'\r' => text.push_str("\\r"),
            b'\n' => text.push_str("\\n"),
            b'\\' => text.push_str("\\\\"),
            0x20..=0x7e => text.push(char::from(*octet)),
            // Writing to a String cannot fail.
            _ => _ = write!(text, "\\x{octet:02x}"),
        }
    }
    text
}

/// The octets as lines of a scenario that begin with this.
pub(crate) fn block(sigil: &str, octets: &[u8]) -> String {
    let mut text = String::new();
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        // Writing to a String cannot fail.
        _ = match line.strip_suffix(b"\r\n") {
            Some(line) => writeln!(text, "{sigil}{}", closed(line)),
            None => writeln!(text, "{sigil}{}\\", escape(line)),
        };
    }
    text
}

/// Escapes a backslash at the end of a line. Unescaped, it would mean that no CRLF follows.
fn closed(line: &[u8]) -> String {
    match escape(line) {
        text if text.ends_with('\\') => format!("{}\\x5c", text.trim_end_matches('\\')),
        text => text,
    }
}

/// The octets in quotes, or their number and digest when there are many.
pub(super) fn quoted(octets: &[u8]) -> String {
    match octets.len() {
        ..=SHOWN => format!("\"{}\"", escape(octets).replace('"', "\\\"")),
        len => format!("{{{len}}} fnv:{:016x}", Fnv1a::of(octets)),
    }
}

/// The octets without quotes, or their number and digest when there are many.
pub(super) fn shown(octets: &[u8]) -> String {
    match octets.len() {
        ..=SHOWN => escape(octets),
        len => format!("{{{len}}} fnv:{:016x}", Fnv1a::of(octets)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(unescape(&escape(&all)), Some(all));
        assert_eq!(
            unescape(r"a\r\n\0\x80\(3*ab)\(2*\x00)\\").as_deref(),
            Some(&b"a\r\n\0\x80ababab\0\0\\"[..])
        );
        assert_eq!(unescape(r"\Seen \*").as_deref(), Some(&br"\Seen \*"[..]));
        assert_eq!(escape(br"(\Seen \* \n)"), r"(\Seen \* \\n)");
        for bad in [r"\q", r"\", r"\x", r"\xz0", r"\(3*a", r"\(a*b)", r"\(3a)"] {
            assert_eq!(unescape(bad), None, "{bad}");
        }
        // A repetition must not use up the memory, and its size must not overflow.
        for bad in [r"\(1048577*x)", r"\(18446744073709551615*xy)"] {
            assert_eq!(unescape(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_long_is_told_apart_by_its_digest() {
        assert_eq!(quoted(b"say \"hi\""), r#""say \"hi\"""#);
        assert_ne!(quoted(&[b'x'; 500]), quoted(&[b'y'; 500]));
        assert!(quoted(&[b'x'; 500]).starts_with("{500} fnv:"));
    }
}
