//! Parameters in the forms of RFC 2231: pieces (section 3), a charset and percent encoding (section 4), or both (section 4.1).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::charset::Charset;
use super::defect::{Text, TextDefect};
use super::words;
use crate::codec::{Parameters, Value};

impl<'a> Parameters<'a> {
    /// The value of this parameter as people read it: from the forms of RFC 2231, else from the plain one, in which many put encoded words
    /// (RFC 2047), though they should not. `None` if there is none of them.
    ///
    /// The name is given in its plain form: `filename`.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<Text<'a>> {
        match Extended::find(self, name) {
            Some(extended) => Some(extended.text()),
            None => self.get(name)?.header_text(),
        }
    }
}

impl<'a> Value<'a> {
    /// The value of a header field as people read it: encoded words are decoded (RFC 2047), and it is one line. `None` for NIL and for
    /// streamed literals.
    #[must_use]
    pub fn header_text(&self) -> Option<Text<'a>> {
        Some(match self.octets()? {
            Cow::Borrowed(octets) => words::text(octets),
            Cow::Owned(octets) => words::text(&octets).into_owned(),
        })
    }
}

/// A value in pieces, or the one piece that it is.
struct Extended<'a> {
    pieces: Vec<Segment<'a>>,
    /// Whether a piece is missing between them.
    has_gap: bool,
}

struct Segment<'a> {
    number: u32,
    is_encoded: bool,
    octets: Cow<'a, [u8]>,
}

impl<'a> Extended<'a> {
    /// `None` if no parameter has this name with an asterisk.
    fn find(parameters: &Parameters<'a>, name: &str) -> Option<Self> {
        let pieces = parameters.iter().filter_map(|parameter| {
            let its = parameter.name.octets()?;
            let (start, form) = its.split_at_checked(name.len())?;
            let is_it = start.eq_ignore_ascii_case(name.as_bytes());
            let (number, is_encoded) = piece(form).filter(|_| is_it)?;
            let octets = parameter.value?.octets()?;
            Some(Segment {
                number,
                is_encoded,
                octets,
            })
        });
        let mut pieces: Vec<_> = pieces.collect();
        // Stable: of two pieces with the same number the first one counts.
        pieces.sort_by_key(|piece| piece.number);
        pieces.dedup_by_key(|piece| piece.number);
        if pieces.is_empty() {
            return None;
        }
        let numbers = pieces.iter().map(|piece| piece.number);
        let has_gap = !numbers.eq(0..pieces.len() as u32);
        Some(Self { pieces, has_gap })
    }

    fn text(&self) -> Text<'static> {
        let mut defects = Vec::new();
        if self.has_gap {
            TextDefect::Damaged.note(&mut defects);
        }
        let mut charset = None;
        let mut octets = Vec::new();
        for (index, piece) in self.pieces.iter().enumerate() {
            let mut its = &*piece.octets;
            if !piece.is_encoded {
                octets.extend_from_slice(its);
                continue;
            }
            if index == 0 {
                if let Some((name, value)) = charset_and_value(its) {
                    charset = Some(Charset::named(name));
                    its = value;
                }
            }
            if percent_decode(its, &mut octets) {
                TextDefect::Damaged.note(&mut defects);
            }
        }
        let mut text = match charset {
            Some(charset) => {
                let text = words::one_line(charset.decode(&octets, &mut defects));
                return Text { text, defects }.into_owned();
            }
            None => words::text(&octets).into_owned(),
        };
        for defect in defects {
            defect.note(&mut text.defects);
        }
        text
    }
}

/// `charset'language'value`
fn charset_and_value(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = octets.splitn(3, |octet| *octet == b'\'');
    let (charset, _language, value) = (parts.next()?, parts.next()?, parts.next()?);
    Some((charset, value))
}

/// Adds the octets. Whether they are damaged: a `%` without two digits stays what it is.
fn percent_decode(encoded: &[u8], octets: &mut Vec<u8>) -> bool {
    let before = octets.len();
    octets.extend(percent_encoding::percent_decode(encoded));
    // Each `%` that was decoded made one octet of three.
    let decoded = (encoded.len() + before).saturating_sub(octets.len()) / 2;
    decoded != memchr::memchr_iter(b'%', encoded).count()
}

/// What stands after the name: `*`, `*0`, `*0*`. The number, and whether the value is percent-encoded.
fn piece(form: &[u8]) -> Option<(u32, bool)> {
    let form = form.strip_prefix(b"*")?;
    if form.is_empty() {
        return Some((0, true));
    }
    let number = form.strip_suffix(b"*").unwrap_or(form);
    let digits = core::str::from_utf8(number).ok()?;
    let is_number = digits.bytes().all(|digit| digit.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number)?;
    Some((number, form.ends_with(b"*")))
}
