//! The header that announces a literal at the end of a line.

/// A literal header: `{n}` (RFC 9051 section 4.3), `{n+}` (RFC 7888), or either behind the `~` of RFC 3516.
///
/// What stands before the `{` does not matter: no atom contains one (RFC 9051 section 9, `atom-specials`), and a header
/// overlooked would let the content of a mail be read as protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LiteralHeader {
    /// The offset of the `{` in the line.
    pub(super) brace: usize,
    /// The announced octets; `None` if they do not fit into the 63 bits of `number64`.
    pub(super) size: Option<u64>,
}

impl LiteralHeader {
    /// The header that ends `line`, given without its line end. Whether it stands inside a quoted string is not
    /// looked at.
    pub(super) fn at_end_of(line: &[u8]) -> Option<Self> {
        let rest = line.strip_suffix(b"}")?;
        let rest = rest.strip_suffix(b"+").unwrap_or(rest);
        let before_digits = rest.iter().rposition(|o| !o.is_ascii_digit())?;
        let (before, digits) = rest.split_at_checked(before_digits.saturating_add(1))?;
        if digits.is_empty() || before.last() != Some(&b'{') {
            return None;
        }
        Some(Self {
            brace: before_digits,
            size: number63(digits),
        })
    }
}

fn number63(digits: &[u8]) -> Option<u64> {
    let value = digits.iter().try_fold(0u64, |value, digit| {
        value
            .checked_mul(10)?
            .checked_add(u64::from(digit.saturating_sub(b'0')))
    })?;
    i64::try_from(value).is_ok().then_some(value)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::LiteralHeader;

    fn header(line: &[u8]) -> Option<(usize, Option<u64>)> {
        LiteralHeader::at_end_of(line).map(|h| (h.brace, h.size))
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
