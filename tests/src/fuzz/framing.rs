//! Any octets of a server under any bounds: our framer agrees with the naive framer, whole and cut.

use imap_machine::framing::Bounds;
use imap_machine_testkit::model::framing::{Frames, Reader, frames};

/// How many octets of an input choose the bounds and the cuts; the stream follows.
pub const HEAD: usize = 5;

/// Bounds that small inputs do not reach, and pieces of seven octets.
pub const WIDE: [u8; HEAD] = [255, 255, 255, 255, 6];

/// The same with bounds that small inputs do reach.
pub const NARROW: [u8; HEAD] = [60, 60, 4, 120, 3];

// The naive framer takes quadratic time.
const LONGEST: usize = 4096;

/// Frames one stream three times.
///
/// # Panics
///
/// When the framer and the naive framer differ, or the framer breaks its contract.
pub fn run(input: &[u8]) {
    let Some((&[line, literal, inline_literal, message, cut], stream)) = input.split_first_chunk()
    else {
        return;
    };
    let stream = &stream[..stream.len().min(LONGEST)];
    let bounds = Bounds {
        line: bound(line, 1 << 20) as usize,
        literal: bound(literal, 1 << 62),
        inline_literal: bound(inline_literal, 1 << 10) as usize,
        message: bound(message, 1 << 20) as usize,
    };
    let expected = frames(bounds, stream);
    assert_eq!(framed(bounds, stream, stream.len()), expected, "whole");
    assert_eq!(framed(bounds, stream, 1), expected, "octet by octet");
    let piece = 1 + usize::from(cut);
    assert_eq!(framed(bounds, stream, piece), expected, "pieces of {piece}");
}

/// The octet 255 stands for the wide bound, any other for a narrow one.
pub(super) fn bound(octet: u8, wide: u64) -> u64 {
    match octet {
        u8::MAX => wide,
        narrow => u64::from(narrow),
    }
}

/// Frames the stream in pieces of this size. They are copied and read in place in turn.
fn framed(bounds: Bounds, stream: &[u8], piece: usize) -> Frames {
    let mut reader = Reader::new(bounds);
    for (turn, piece) in stream.chunks(piece.max(1)).enumerate() {
        match turn % 2 {
            0 => reader.push(piece),
            _ => reader.read(piece),
        }
    }
    assert!(reader.handed_out() <= stream.len());
    reader.frames().clone()
}
