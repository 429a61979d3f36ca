//! Quoted-printable (RFC 2045 section 6.7), and the Q encoding of encoded words (RFC 2047 section 4.2).
//!
//! The crate quoted_printable decodes lines. It drops octets that quoted-printable does not have, and does not say what it had to guess, so
//! it is given lines that are well formed.

use alloc::format;
use alloc::vec::Vec;

use quoted_printable::{ParseMode, decode};

/// A longer line is decoded before its end has come. Most lines have up to 76 octets.
const LINE: usize = 64 << 10;

/// See [`TransferDecoder`](super::TransferDecoder).
#[derive(Debug, Default)]
pub(in crate::text) struct QuotedPrintable {
    /// What there is of the line that has begun.
    line: Vec<u8>,
    is_damaged: bool,
}

impl QuotedPrintable {
    pub(in crate::text) fn push(&mut self, octets: &[u8], decoded: &mut Vec<u8>) {
        let mut rest = octets;
        while !rest.is_empty() {
            let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let (its, after) = rest.split_at(end.min(LINE.saturating_sub(self.line.len())));
            self.line.extend_from_slice(its);
            rest = after;
            if self.line.ends_with(b"\n") {
                self.finish(decoded);
            } else if self.line.len() >= LINE {
                self.cut(decoded);
            }
        }
    }

    pub(in crate::text) fn finish(&mut self, decoded: &mut Vec<u8>) {
        self.is_damaged |= add_line(&self.line, decoded);
        self.line.clear();
    }

    pub(in crate::text) const fn is_damaged(&self) -> bool {
        self.is_damaged
    }

    /// Decodes what there is of a line, but for octets that belong to those that follow.
    fn cut(&mut self, decoded: &mut Vec<u8>) {
        let keep = match *self.line {
            [.., b'=' | b'\r'] => 1,
            [.., b'=', _] => 2,
            _ => 0,
        };
        let kept = self.line.split_off(self.line.len().saturating_sub(keep));
        // A soft line break: space before it stays.
        self.line.push(b'=');
        self.finish(decoded);
        self.line = kept;
    }
}

/// Adds the octets of a word. Whether they are damaged.
pub(in crate::text) fn word(text: &[u8], octets: &mut Vec<u8>) -> bool {
    add(text, Form::Word, octets)
}

/// Adds the octets of a line with its end. Whether they are damaged.
fn add_line(line: &[u8], octets: &mut Vec<u8>) -> bool {
    add(line, Form::Line, octets)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Line,
    Word,
}

fn add(encoded: &[u8], form: Form, octets: &mut Vec<u8>) -> bool {
    let (line, is_damaged) = well_formed(encoded, form);
    match decode(line, ParseMode::Robust) {
        Ok(its) => octets.extend_from_slice(&its),
        Err(_) => return true,
    }
    is_damaged
}

/// The same with `=FF` for each octet that should not stand for itself, and whether there was a `=` among them. White space in a word is
/// not that of a line, where it may be left out at the end.
fn well_formed(encoded: &[u8], form: Form) -> (Vec<u8>, bool) {
    let mut line = Vec::with_capacity(encoded.len());
    let mut is_damaged = false;
    let mut rest = encoded;
    while let Some((octet, after)) = rest.split_first() {
        rest = after;
        match octet {
            b'=' if begins_code(after) => line.push(b'='),
            b'=' if form == Form::Line && after.trim_ascii_start().is_empty() => line.push(b'='),
            b'=' => {
                is_damaged = true;
                line.extend_from_slice(b"=3D");
            }
            b'_' if form == Form::Word => line.extend_from_slice(b"=20"),
            b'!'..=b'~' => line.push(*octet),
            b' ' | b'\t' | b'\r' | b'\n' if form == Form::Line => line.push(*octet),
            octet => line.extend(format!("={octet:02X}").bytes()),
        }
    }
    (line, is_damaged)
}

/// Whether these octets begin with two hexadecimal digits. Many encoders write small letters.
fn begins_code(octets: &[u8]) -> bool {
    matches!(octets, [one, other, ..] if one.is_ascii_hexdigit() && other.is_ascii_hexdigit())
}
