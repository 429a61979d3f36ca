//! The header that announces a literal at the end of a line.

use super::number;

/// A literal header: `{n}` (RFC 9051 section 4.3), `{n+}` (RFC 7888), or either after the `~` of RFC 3516.
///
/// It does not matter what is before the `{`: no atom contains one (RFC 9051 section 9, `atom-specials`), and an overlooked
/// header would let the content of a mail be read as protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LiteralHeader {
    /// The announced octets; `None` if they do not fit into the 63 bits of `number64`.
    pub(crate) size: Option<u64>,
    /// Whether a client that writes this waits for a command continuation request: the header has no `+`.
    pub(crate) synchronizing: bool,
}

impl LiteralHeader {
    /// The header that `octets` begin with, and what follows its `}`.
    pub(crate) fn at_start_of(octets: &[u8]) -> Option<(Self, &[u8])> {
        let inside = octets.strip_prefix(b"{")?;
        let (size, rest) = match number::leading(inside) {
            Some((size, digits)) => (Some(size), inside.get(digits..)?),
            // There are no digits, or more than fit into 64 bits.
            None => (None, number::split_digits(inside)?.1),
        };
        let (synchronizing, rest) = match rest {
            [b'+', rest @ ..] => (false, rest),
            rest => (true, rest),
        };
        let header = Self {
            size: size.filter(|size| i64::try_from(*size).is_ok()),
            synchronizing,
        };
        Some((header, rest.strip_prefix(b"}")?))
    }

    /// The header that ends `line`, which is given without its line end, and the offset of its `{`. It may be inside a quoted
    /// string: that is not checked here.
    pub(crate) fn at_end_of(line: &[u8]) -> Option<(Self, usize)> {
        let inner = line.strip_suffix(b"}")?;
        let inner = inner.strip_suffix(b"+").unwrap_or(inner);
        let brace = inner.iter().rposition(|octet| !octet.is_ascii_digit())?;
        let (header, rest) = Self::at_start_of(line.get(brace..)?)?;
        rest.is_empty().then_some((header, brace))
    }
}

/// A literal that was handed out in pieces, and is not in its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamedLiteral {
    /// Where it belongs: the offset in the message of the octet after the line end of its header.
    pub at: usize,
    /// Its size in octets; at least one.
    pub size: u64,
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::LiteralHeader;

    fn header(line: &[u8]) -> Option<(usize, Option<u64>)> {
        LiteralHeader::at_end_of(line).map(|(header, brace)| (brace, header.size))
    }

    #[test]
    fn a_plus_says_that_nothing_is_waited_for() {
        let waits = |line| LiteralHeader::at_end_of(line).map(|(header, _)| header.synchronizing);
        assert_eq!(waits(b"A1 LOGIN {5}"), Some(true));
        assert_eq!(waits(b"~{5}"), Some(true));
        assert_eq!(waits(b"A1 LOGIN {5+}"), Some(false));
        assert_eq!(waits(b"~{5+}"), Some(false));
    }

    #[test]
    fn a_header_ends_at_its_brace() {
        let start =
            |octets| LiteralHeader::at_start_of(octets).map(|(header, rest)| (header.size, rest));
        assert_eq!(start(b"{12+}\r\nab"), Some((Some(12), &b"\r\nab"[..])));
        assert_eq!(start(b"{1}{2}"), Some((Some(1), &b"{2}"[..])));
        for octets in [&b"{1"[..], b"{}", b"{+}", b"x{1}", b"{1 }", b""] {
            assert_eq!(start(octets), None);
        }
    }

    #[test]
    fn headers() {
        assert_eq!(header(b"{5}"), Some((0, Some(5))));
        assert_eq!(header(b"* LIST () NIL {0}"), Some((14, Some(0))));
        assert_eq!(header(b"~{5}"), Some((1, Some(5))));
        assert_eq!(header(b"x{5+}"), Some((1, Some(5))));
        assert_eq!(header(b"~{5+}"), Some((1, Some(5))));
        assert_eq!(header(b"{{5}"), Some((1, Some(5))));
        assert_eq!(header(b"{1} {2}"), Some((4, Some(2))));
        assert_eq!(header(b"{007}"), Some((0, Some(7))));
    }

    #[test]
    fn not_headers() {
        for line in [
            &b""[..],
            b"}",
            b"{}",
            b"{+}",
            b"{-1}",
            b"{5 }",
            b"{ 5}",
            b"{5++}",
            b"{+5}",
            b"{5-}",
            b"{5",
            b"5}",
            b"{5} ",
            b"{5}x",
            b"{0x5}",
            b"{5.0}",
            b"(5}",
            b"55",
            b"{5}}",
        ] {
            assert_eq!(header(line), None, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn size_has_63_bits() {
        assert_eq!(
            header(b"{9223372036854775807}"),
            Some((0, Some(i64::MAX as u64)))
        );
        assert_eq!(header(b"{9223372036854775808}"), Some((0, None)));
        assert_eq!(header(b"{18446744073709551615}"), Some((0, None)));
        assert_eq!(header(b"{18446744073709551616}"), Some((0, None)));
        assert_eq!(header(b"{99999999999999999999999999}"), Some((0, None)));
    }

    #[test]
    fn any_run_of_zeros_leads() {
        let mut line = vec![b'0'; 100_000];
        line[0] = b'{';
        line.extend_from_slice(b"12}");
        assert_eq!(header(&line), Some((0, Some(12))));
    }
}
