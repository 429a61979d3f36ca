//! Long lines, and lines that take messages away.

use std::io::Write;
use std::sync::Arc;

use super::Rows;
use super::rng::Rng;
use crate::tally::Tally;

/// The answer to a SEARCH as one line of about `octets` octets.
#[must_use]
pub fn search(octets: usize) -> Rows {
    let mut line = Vec::with_capacity(octets + 16);
    line.extend_from_slice(b"* SEARCH");
    let mut tally = Tally::default();
    let mut number = 0;
    while line.len() < octets {
        // Most messages match, as in a search for what is not deleted.
        number += 1 + u32::from(number % 7 == 0);
        write!(line, " {number}").expect("a vector takes everything");
        tally.add(u64::from(number));
    }
    line.extend_from_slice(b"\r\n");
    Rows {
        octets: Arc::new(line),
        rows: 1,
        tally,
    }
}

/// An untagged OK in a line of `octets` octets.
#[must_use]
pub fn text(octets: usize) -> Rows {
    let start = b"* OK ";
    let mut line = start.to_vec();
    line.resize(octets - 2, b'x');
    let mut tally = Tally::default();
    tally.add((line.len() - start.len()) as u64);
    line.extend_from_slice(b"\r\n");
    Rows {
        octets: Arc::new(line),
        rows: 1,
        tally,
    }
}

/// `rows` EXPUNGEs in random order, from a mailbox of `messages`.
#[must_use]
pub fn expunges(rows: u32, messages: u32) -> Rows {
    let mut rng = Rng::new(0x5737);
    let mut octets = Vec::with_capacity(rows as usize * 20);
    let mut tally = Tally::default();
    for gone in 0..rows {
        let number = 1 + rng.below(u64::from(messages - gone));
        write!(octets, "* {number} EXPUNGE\r\n").expect("a vector takes everything");
        tally.add(number);
    }
    Rows {
        octets: Arc::new(octets),
        rows,
        tally,
    }
}
