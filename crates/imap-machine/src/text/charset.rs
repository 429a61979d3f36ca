//! Octets to characters.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::defect::TextDefect;

/// What a message names as a charset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Charset {
    Known(charset::Charset),
    /// None, or ASCII.
    Ascii,
    Unknown,
}

/// Names that are in mail, and not among the labels of the Encoding Standard.
const OTHER_NAMES: [(&str, &str); 4] = [
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
];

impl Charset {
    /// The charset of this name. RFC 2231 section 5 puts a language after it: `utf-8*en`.
    pub(super) fn named(name: &[u8]) -> Self {
        let name = name.split(|octet| *octet == b'*').next();
        let name = name.unwrap_or_default().trim_ascii();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if name.is_empty() || ["us-ascii", "ascii", "ansi_x3.4-1968"].into_iter().any(is) {
            return Self::Ascii;
        }
        let known = charset::Charset::for_label_no_replacement;
        // Many write `utf_8`.
        let with_hyphens = || {
            let hyphen = |octet: &u8| if *octet == b'_' { b'-' } else { *octet };
            known(&name.iter().map(hyphen).collect::<Vec<_>>())
        };
        let other = || {
            let (_, label) = OTHER_NAMES.into_iter().find(|(other, _)| is(other))?;
            known(label.as_bytes())
        };
        let found = known(name).or_else(with_hyphens).or_else(other);
        found.map_or(Self::Unknown, Self::Known)
    }

    /// Whether octets of several words may be joined before they are decoded. Where a word changes how the next ones are read, each one
    /// stands for itself (RFC 2047 section 3 on ISO-2022).
    pub(super) fn joins(self) -> bool {
        match self {
            Self::Known(charset) => !matches!(charset.name(), "ISO-2022-JP" | "UTF-7"),
            Self::Ascii => true,
            Self::Unknown => false,
        }
    }

    /// The characters of a value in a header field.
    pub(super) fn decode<'o>(
        self,
        octets: &'o [u8],
        defects: &mut Vec<TextDefect>,
    ) -> Cow<'o, str> {
        match self {
            Self::Known(charset) => {
                let (text, has_replaced) = charset.decode_without_bom_handling(octets);
                replaced(has_replaced, defects);
                text
            }
            Self::Ascii => {
                if !octets.is_ascii() {
                    TextDefect::Assumed.note(defects);
                }
                utf8_or_windows_1252(octets)
            }
            Self::Unknown => {
                TextDefect::UnknownCharset.note(defects);
                let text = String::from_utf8_lossy(octets);
                replaced(matches!(text, Cow::Owned(_)), defects);
                text
            }
        }
    }

    /// The characters of the content of a part. A byte order mark says more than a name.
    pub(super) fn decode_content<'o>(
        self,
        octets: &'o [u8],
        defects: &mut Vec<TextDefect>,
    ) -> Cow<'o, str> {
        match charset::Charset::for_bom(octets) {
            Some((charset, mark)) => {
                let octets = octets.get(mark..).unwrap_or_default();
                Self::Known(charset).decode(octets, defects)
            }
            None => self.decode(octets, defects),
        }
    }
}

fn replaced(has_replaced: bool, defects: &mut Vec<TextDefect>) {
    if has_replaced {
        TextDefect::Replaced.note(defects);
    }
}

/// Octets of a header field that are in no encoded word: UTF-8 (RFC 6532), or what a sender of long ago put there.
pub(super) fn plain<'o>(octets: &'o [u8], defects: &mut Vec<TextDefect>) -> Cow<'o, str> {
    if core::str::from_utf8(octets).is_err() {
        TextDefect::Assumed.note(defects);
    }
    utf8_or_windows_1252(octets)
}

fn utf8_or_windows_1252(octets: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(octets) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => match charset::Charset::for_label(b"windows-1252") {
            Some(charset) => charset.decode_without_bom_handling(octets).0,
            None => charset::decode_latin1(octets),
        },
    }
}
