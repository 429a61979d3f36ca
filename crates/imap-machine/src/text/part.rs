//! File names and contents of parts.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use super::charset::Charset;
use super::defect::{Text, TextDefect};
use super::transfer::{TransferDecoder, TransferEncoding};
use crate::codec::{Parameters, Part};

/// The octets of a part without their transfer encoding. `Debug` shows how many.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decoded<'o> {
    /// The octets.
    pub octets: Cow<'o, [u8]>,
    /// What is not known to be right in them, each once.
    pub defects: Vec<TextDefect>,
}

impl fmt::Debug for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Decoded({} octets, {:?})",
            self.octets.len(),
            self.defects
        )
    }
}

impl<'a> Part<'a> {
    /// The file name as people read it: `FILENAME` of the disposition, else `NAME` of the media type, each in the forms of RFC 2231 or RFC 2047
    /// if it is in one. `None` if there is none.
    ///
    /// The sender chose it, so it is no path to write to: it may be `../../x`.
    #[must_use]
    pub fn file_name_text(&self) -> Option<Text<'a>> {
        let disposition = self.disposition.and_then(|it| it.parameters);
        let of = |parameters: Option<Parameters<'a>>, name| parameters?.text(name);
        of(disposition, "filename").or_else(|| of(self.parameters, "name"))
    }

    /// Takes the transfer encoding off octets of this part, which FETCH or a download of its [section](crate::codec::BodyParts::section) has
    /// brought. [`TransferDecoder`] does it in pieces.
    #[must_use]
    pub fn decode<'o>(&self, octets: &'o [u8]) -> Decoded<'o> {
        let mut defects = Vec::new();
        let encoding = self.content.transfer_encoding();
        if encoding.is_none() {
            TextDefect::UnknownEncoding.note(&mut defects);
        }
        let octets = match encoding {
            None | Some(TransferEncoding::Identity) => Cow::Borrowed(octets),
            Some(encoding) => {
                let mut decoder = TransferDecoder::new(encoding);
                let mut decoded = Vec::new();
                decoder.push(octets, &mut decoded);
                decoder.finish(&mut decoded);
                if decoder.is_damaged() {
                    TextDefect::Damaged.note(&mut defects);
                }
                Cow::Owned(decoded)
            }
        };
        Decoded { octets, defects }
    }

    /// The text of this part: its octets without their transfer encoding, as characters of its charset. What HTML says of a charset in itself is
    /// not looked at.
    ///
    /// Lines end as they do in the message, with CR LF.
    #[must_use]
    pub fn decode_text<'o>(&self, octets: &'o [u8]) -> Text<'o> {
        let Decoded {
            octets,
            mut defects,
        } = self.decode(octets);
        let charset = self.parameters.and_then(|it| it.text("charset"));
        let charset = charset.map_or(Charset::Ascii, |it| Charset::named(it.text.as_bytes()));
        let text = match octets {
            Cow::Borrowed(octets) => charset.decode_content(octets, &mut defects),
            Cow::Owned(octets) => charset
                .decode_content(&octets, &mut defects)
                .into_owned()
                .into(),
        };
        Text { text, defects }
    }
}
