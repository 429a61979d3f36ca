//! The ends of a line. The grammar requires CRLF (RFC 9051 section 9); a bare LF is accepted as well.

use super::word::skip_spaces;

/// `line` without its LF and the CR before it.
pub(crate) fn without_line_end(line: &[u8]) -> &[u8] {
    match line {
        [line @ .., b'\r', b'\n'] | [line @ .., b'\n'] => line,
        line => line,
    }
}

/// What follows the `*` of an untagged response and the spaces after it.
pub(crate) fn after_star(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"*").map(skip_spaces).unwrap_or_default()
}

/// What follows the line end that `octets` begins with.
pub(crate) const fn after_line_end(octets: &[u8]) -> Option<&[u8]> {
    match octets {
        [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_end_is_lf_with_at_most_one_cr() {
        assert_eq!(without_line_end(b"a\r\n"), b"a");
        assert_eq!(without_line_end(b"a\n"), b"a");
        assert_eq!(without_line_end(b"a\r\r\n"), b"a\r");
        assert_eq!(without_line_end(b"\n"), b"");
        assert_eq!(without_line_end(b"a\r"), b"a\r");
        assert_eq!(after_line_end(b"\r\na"), Some(&b"a"[..]));
        assert_eq!(after_line_end(b"\n\n"), Some(&b"\n"[..]));
        assert_eq!(after_line_end(b"\ra"), None);
    }
}
