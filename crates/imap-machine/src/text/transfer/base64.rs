//! Base64 (RFC 2045 section 6.8).
//!
//! The crate base64 decodes runs of its letters. What else stands among them in mail is sorted out here: line ends, `=` where one encoder
//! was done and the next began, and octets that do not belong there, which a decoder has to ignore.

use alloc::vec::Vec;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Many encoders leave bits in the last letter that mean nothing.
const LETTERS: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// How many octets are sorted before they are decoded.
const BLOCK: usize = 4096;

/// See [`TransferDecoder`](super::TransferDecoder).
#[derive(Debug, Default)]
pub(in crate::text) struct Base64 {
    /// Letters not yet decoded: fewer than four between two calls.
    letters: Vec<u8>,
    is_damaged: bool,
}

impl Base64 {
    pub(in crate::text) fn push(&mut self, octets: &[u8], decoded: &mut Vec<u8>) {
        for block in octets.chunks(BLOCK) {
            for octet in block {
                match octet {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                        self.letters.push(*octet);
                    }
                    b'=' => self.end_run(decoded),
                    b' ' | b'\t' | b'\r' | b'\n' => {}
                    _ => self.is_damaged = true,
                }
            }
            let whole = self.letters.len() / 4 * 4;
            self.decode(whole, decoded);
        }
    }

    pub(in crate::text) fn finish(&mut self, decoded: &mut Vec<u8>) {
        // The `=` that should stand here is missing, and maybe more.
        self.is_damaged |= !self.letters.is_empty();
        self.end_run(decoded);
    }

    pub(in crate::text) const fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Two or three letters at the end are one or two octets; one letter is none.
    fn end_run(&mut self, decoded: &mut Vec<u8>) {
        if self.letters.len() % 4 == 1 {
            self.is_damaged = true;
            self.letters.pop();
        }
        self.decode(self.letters.len(), decoded);
    }

    fn decode(&mut self, len: usize, decoded: &mut Vec<u8>) {
        let letters = self.letters.get(..len).unwrap_or_default();
        // It is given its letters only, and as many as there may be.
        self.is_damaged |= LETTERS.decode_vec(letters, decoded).is_err();
        self.letters.drain(..len.min(self.letters.len()));
    }
}
