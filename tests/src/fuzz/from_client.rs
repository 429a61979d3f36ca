//! Any octets of a client, under any bounds and any decisions: our framer says what the naive framer says, whole and cut.

use imap_machine::framing::Bounds;

use super::framing::bound;
use crate::from_client::{Commands, Decision, Reader, Script, commands};

/// How many octets of an input choose the bounds, the cuts and the decisions; the stream follows.
pub const HEAD: usize = 6;

/// Bounds that small inputs do not reach, pieces of seven octets, every literal in memory and commands only.
pub const WIDE: [u8; HEAD] = [255, 255, 255, 6, 0, 0];

/// Bounds that small inputs do reach, each decision in turn, and a line of another kind after three commands.
pub const NARROW: [u8; HEAD] = [60, 60, 120, 3, 0b00_10_01_00, 0b1000];

const LONGEST: usize = 4096;

/// Frames one stream three times.
///
/// # Panics
///
/// When the framer and the naive framer differ, or the framer breaks its contract.
pub fn run(input: &[u8]) {
    let Some((&[line, literal, message, cut, decisions, lines], stream)) =
        input.split_first_chunk()
    else {
        return;
    };
    let stream = &stream[..stream.len().min(LONGEST)];
    let bounds = Bounds {
        line: bound(line, 1 << 20) as usize,
        literal: bound(literal, 1 << 62),
        // The reader decides for each literal.
        inline_literal: 0,
        message: bound(message, 1 << 20) as usize,
    };
    let script = script(decisions, lines);
    let expected = commands(bounds, &script, stream);
    let framed = |piece| framed(bounds, &script, stream, piece);
    assert_eq!(framed(stream.len()), expected, "whole");
    assert_eq!(framed(1), expected, "octet by octet");
    let piece = 1 + usize::from(cut);
    assert_eq!(framed(piece), expected, "pieces of {piece}");
}

/// Two bits for each of four decisions, one for each of eight messages.
fn script(decisions: u8, lines: u8) -> Script {
    let decision = |literal: u8| match decisions >> (2 * literal) & 3 {
        0 => Decision::Buffer,
        1 => Decision::Stream,
        _ => Decision::Refuse,
    };
    Script {
        decisions: (0..4).map(decision).collect(),
        lines: (0..8).map(|message| lines >> message & 1 == 1).collect(),
    }
}

fn framed(bounds: Bounds, script: &Script, stream: &[u8], piece: usize) -> Commands {
    let mut reader = Reader::new(bounds, script.clone());
    for piece in stream.chunks(piece.max(1)) {
        reader.push(piece);
    }
    assert!(reader.handed_out() <= stream.len());
    reader.commands().clone()
}
