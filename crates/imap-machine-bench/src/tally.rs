//! What a contender has read: the proof that it did the work, and did it right.

/// The sum of all rows. It does not depend on their order, since some libraries return a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub rows: u64,
    /// Their contents.
    pub sum: u64,
}

/// The plain items of one FETCH response; zero where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct FlagRow {
    /// `UID`
    pub uid: u32,
    /// The sum of [`flag`] over `FLAGS`.
    pub flags: u64,
    /// `MODSEQ`
    pub modseq: u64,
    /// `RFC822.SIZE`
    pub size: u64,
    /// How many `INTERNALDATE`s.
    pub dates: u64,
}

impl Tally {
    /// This number of rows without contents: commands.
    #[must_use]
    pub fn rows(rows: u32) -> Self {
        Self {
            rows: u64::from(rows),
            sum: 0,
        }
    }

    /// Adds the numbers of a SEARCH.
    pub fn numbers(&mut self, numbers: impl IntoIterator<Item = u32>) {
        for number in numbers {
            self.add(u64::from(number));
        }
    }

    /// Adds a row.
    #[inline]
    pub const fn row(&mut self, row: FlagRow) {
        let sum = (row.uid as u64)
            .wrapping_add(row.flags.wrapping_mul(3))
            .wrapping_add(row.modseq.wrapping_mul(5))
            .wrapping_add(row.size.wrapping_mul(7))
            .wrapping_add(row.dates.wrapping_mul(11));
        self.add(sum);
    }

    /// Adds a row by its contents.
    #[inline]
    pub const fn add(&mut self, contents: u64) {
        self.rows += 1;
        self.sum = self.sum.wrapping_add(contents);
    }
}

/// Reads a little of a flag: its length and its last octet.
#[inline]
#[must_use]
pub fn flag(token: &[u8]) -> u64 {
    let last = token.last().copied().unwrap_or_default();
    ((token.len() as u64) << 8) | u64::from(last)
}

/// Reads every 4,096th octet of a body. `octets` begin at `offset` of it.
#[must_use]
pub fn samples(octets: &[u8], offset: u64) -> u64 {
    const APART: usize = 4_096;
    let first = offset.wrapping_neg() % APART as u64;
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    octets
        .iter()
        .skip(first)
        .step_by(APART)
        .map(|octet| u64::from(*octet))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_do_not_depend_on_the_pieces() {
        let body: Vec<u8> = (0..20_000_u32).map(|n| (n % 251) as u8).collect();
        let whole = samples(&body, 0);
        for size in [1, 7, 1_460, 4_096, 9_999] {
            let mut offset = 0;
            let mut sum = 0;
            for piece in body.chunks(size) {
                sum += samples(piece, offset);
                offset += piece.len() as u64;
            }
            assert_eq!(sum, whole, "{size}");
        }
    }
}
