//! The charsets that search criteria can be written in.

use alloc::vec::Vec;

use super::argument::InvalidArgument;

/// A charset of search criteria (RFC 9051 section 6.4.4). Every server has US-ASCII and UTF-8; Exchange refuses UTF-8 with BADCHARSET
/// all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SearchCharset {
    UsAscii,
    Latin1,
    Utf8,
}

impl SearchCharset {
    /// The charset of this name in the IANA registry of character sets.
    pub(super) fn named(name: &str) -> Result<Self, InvalidArgument> {
        const NAMES: [(&str, SearchCharset); 7] = [
            ("US-ASCII", SearchCharset::UsAscii),
            ("ASCII", SearchCharset::UsAscii),
            ("ISO-8859-1", SearchCharset::Latin1),
            ("ISO_8859-1", SearchCharset::Latin1),
            ("LATIN1", SearchCharset::Latin1),
            ("UTF-8", SearchCharset::Utf8),
            ("UTF8", SearchCharset::Utf8),
        ];
        let mut names = NAMES.iter();
        let known = names.find(|(known, _)| known.eq_ignore_ascii_case(name));
        known
            .map(|(_, charset)| *charset)
            .ok_or(InvalidArgument::UnknownCharset)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::UsAscii => "US-ASCII",
            Self::Latin1 => "ISO-8859-1",
            Self::Utf8 => "UTF-8",
        }
    }

    /// Text in this charset, if it has all letters.
    pub(super) fn encode(self, text: &str) -> Result<Vec<u8>, InvalidArgument> {
        let letters = text.chars().map(|letter| match self {
            Self::UsAscii if !letter.is_ascii() => None,
            _ => u8::try_from(u32::from(letter)).ok(),
        });
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            _ => letters
                .collect::<Option<_>>()
                .ok_or(InvalidArgument::NotInCharset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_in_the_charset_or_refused() {
        for (name, text, octets) in [
            ("us-ascii", "jorg", Ok(&b"jorg"[..])),
            ("US-ASCII", "j\u{f6}rg", Err(InvalidArgument::NotInCharset)),
            ("iso-8859-1", "j\u{f6}rg", Ok(b"j\xf6rg")),
            ("ISO-8859-1", "\u{ff}", Ok(b"\xff")),
            ("ISO-8859-1", "\u{100}", Err(InvalidArgument::NotInCharset)),
            ("UTF-8", "\u{100}", Ok("\u{100}".as_bytes())),
            ("KOI8-R", "a", Err(InvalidArgument::UnknownCharset)),
            ("", "a", Err(InvalidArgument::UnknownCharset)),
        ] {
            let encoded = SearchCharset::named(name).and_then(|charset| charset.encode(text));
            assert_eq!(
                encoded.as_deref().map_err(|error| *error),
                octets,
                "{name} {text}"
            );
        }
    }
}
