//! How octets are cut on their way.

use crate::random::Random;

/// How a conversation's octets are cut, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunking {
    /// What the server sends.
    pub input: Input,
    /// What the client writes.
    pub output: Output,
}

/// How each `S:` block arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// In one read.
    Whole,
    /// One octet a read.
    Octets,
    /// In one read, but for the one that is cut before this octet of the server's stream.
    CutAt(usize),
    /// At places that follow from this seed.
    Seeded(u64),
}

/// How much the transport takes at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Everything that is offered.
    Whole,
    /// One octet.
    Octets,
}

// A longer stream is cut at about this number of places, not at every octet.
const CUTS: usize = 2048;
const SEEDS: u64 = 8;

impl Chunking {
    /// Everything in one piece.
    pub const WHOLE: Self = Self {
        input: Input::Whole,
        output: Output::Whole,
    };

    /// All chunkings for a stream of `octets` octets: whole, octet by octet, cut once at every place, and at random.
    pub fn all(octets: usize) -> impl Iterator<Item = Self> {
        let cuts = places(octets).map(|at| Self {
            input: Input::CutAt(at),
            output: Output::Whole,
        });
        Self::uncut().chain(cuts).chain(Self::seeded())
    }

    /// Whole and octet by octet, in both directions; [`WHOLE`](Self::WHOLE) is the first.
    pub(super) fn uncut() -> impl Iterator<Item = Self> {
        let ways = [
            (Input::Whole, Output::Whole),
            (Input::Whole, Output::Octets),
            (Input::Octets, Output::Whole),
            (Input::Octets, Output::Octets),
        ];
        let ways = ways.into_iter();
        ways.map(|(input, output)| Self { input, output })
    }

    /// Cut at random.
    pub(super) fn seeded() -> impl Iterator<Item = Self> {
        (1..=SEEDS).map(|seed| Self {
            input: Input::Seeded(seed),
            output: Output::Octets,
        })
    }
}

/// The places inside a stream, or evenly spread ones when there are too many.
pub(super) fn places(octets: usize) -> impl Iterator<Item = usize> {
    (1..octets).step_by(octets / CUTS + 1)
}

/// Cuts one stream, block after block.
pub(super) struct Cutter {
    input: Input,
    /// Octets of the blocks that have been played.
    position: usize,
    random: Random,
}

impl Cutter {
    pub(super) const fn new(input: Input) -> Self {
        let seed = match input {
            Input::Seeded(seed) => seed,
            _ => 0,
        };
        Self {
            input,
            position: 0,
            random: Random::new(seed),
        }
    }

    /// The length of the next piece of what is left of a block.
    pub(super) fn next(&mut self, left: usize) -> usize {
        let len = match self.input {
            Input::Whole => left,
            Input::Octets => 1,
            Input::CutAt(at) => match at.checked_sub(self.position) {
                None | Some(0) => left,
                Some(before) => before.min(left),
            },
            // Mostly small pieces, since those find the faults.
            Input::Seeded(_) => match self.random.below(4) {
                0 => self.random.below(left) + 1,
                _ => self.random.below(left.min(8)) + 1,
            },
        };
        self.position += len;
        len
    }
}

impl std::fmt::Display for Chunking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.input {
            Input::Whole => f.write_str("blocks whole")?,
            Input::Octets => f.write_str("octet by octet")?,
            Input::CutAt(at) => write!(f, "cut before octet {at}")?,
            Input::Seeded(seed) => write!(f, "cut by seed {seed}")?,
        }
        match self.output {
            Output::Whole => Ok(()),
            Output::Octets => f.write_str(", written octet by octet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(input: Input, blocks: &[usize]) -> Vec<usize> {
        let mut cutter = Cutter::new(input);
        let mut pieces = Vec::new();
        for block in blocks {
            let mut left = *block;
            while left > 0 {
                let len = cutter.next(left);
                pieces.push(len);
                left -= len;
            }
        }
        pieces
    }

    #[test]
    fn blocks_are_cut_where_it_says() {
        assert_eq!(pieces(Input::Whole, &[3, 4]), [3, 4]);
        assert_eq!(pieces(Input::Octets, &[2, 1]), [1, 1, 1]);
        assert_eq!(pieces(Input::CutAt(2), &[3, 4]), [2, 1, 4]);
        assert_eq!(pieces(Input::CutAt(3), &[3, 4]), [3, 4]);
        assert_eq!(pieces(Input::CutAt(5), &[3, 4]), [3, 2, 2]);
        let seeded = pieces(Input::Seeded(7), &[300]);
        assert_eq!(seeded.iter().sum::<usize>(), 300);
        assert_eq!(seeded, pieces(Input::Seeded(7), &[300]));
        assert_ne!(seeded, pieces(Input::Seeded(8), &[300]));
    }
}
