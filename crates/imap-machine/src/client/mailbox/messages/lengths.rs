//! How many messages each block holds, summed so that a sequence number finds its block fast.

use alloc::vec::Vec;
use core::iter;
use core::ops::Range;

use crate::memory::smaller;

/// Blocks per partial sum. This is near the square root of the default number of blocks, so that the two scans of
/// [`Lengths::find`] are about equally long.
const GROUP: usize = 64;

/// The lengths of consecutive blocks, flat, with one partial sum per [`GROUP`] of them.
///
/// Scanning two short arrays of `u32` costs less than walking a tree of the same size, and needs no balancing. When a block
/// comes or goes, the sums after it are computed again.
#[derive(Clone, Default)]
pub(super) struct Lengths {
    lengths: Vec<u32>,
    sums: Vec<u32>,
    total: u32,
}

impl Lengths {
    /// Sets one block's length. Wraps: while messages move from one block to another, the total may pass the largest number for
    /// a moment.
    pub(super) fn set(&mut self, index: usize, length: u32) {
        if let (Some(old), Some(sum)) = (
            self.lengths.get_mut(index),
            self.sums.get_mut(index / GROUP),
        ) {
            let by = length.wrapping_sub(*old);
            *old = length;
            *sum = sum.wrapping_add(by);
            self.total = self.total.wrapping_add(by);
        }
    }

    pub(super) fn truncate(&mut self, blocks: usize) {
        self.splice(blocks..self.lengths.len(), iter::empty());
    }

    /// Replaces the blocks in `range` (which must lie within the array) by others. O(1) for each block replaced, and
    /// O(blocks) when their number changes.
    pub(super) fn splice(
        &mut self,
        range: Range<usize>,
        lengths: impl ExactSizeIterator<Item = u32>,
    ) {
        if lengths.len() == range.len() {
            for (index, length) in range.zip(lengths) {
                self.set(index, length);
            }
            return;
        }
        let group = range.start / GROUP;
        self.lengths.splice(range, lengths);
        if let Some(capacity) = smaller(self.lengths.capacity(), self.lengths.len()) {
            self.lengths.shrink_to(capacity);
        }
        self.sums.truncate(group);
        let after = self.lengths.chunks(GROUP).skip(group);
        self.sums
            .extend(after.map(|group| group.iter().sum::<u32>()));
        if let Some(capacity) = smaller(self.sums.capacity(), self.sums.len()) {
            self.sums.shrink_to(capacity);
        }
        self.total = self.sums.iter().sum();
    }

    /// How many messages there are in all blocks.
    pub(super) fn total(&self) -> u32 {
        self.total
    }

    /// The block that holds the message at `position` (from 0), and the message's position in that block.
    pub(super) fn find(&self, position: u32) -> Option<(usize, u32)> {
        let (group, rest) = descend(&self.sums, position)?;
        let first = group * GROUP;
        let (index, offset) = descend(self.lengths.get(first..)?, rest)?;
        Some((first + index, offset))
    }

    /// How many messages precede block `index`.
    pub(super) fn before(&self, index: usize) -> u32 {
        let group = index / GROUP;
        let groups = self.sums.iter().take(group).sum::<u32>();
        let blocks = self.lengths.iter().take(index).skip(group * GROUP);
        groups + blocks.sum::<u32>()
    }

    pub(super) fn heap_octets(&self) -> usize {
        (self.lengths.capacity() + self.sums.capacity()) * size_of::<u32>()
    }
}

fn descend(lengths: &[u32], mut position: u32) -> Option<(usize, u32)> {
    for (index, &length) in lengths.iter().enumerate() {
        match position.checked_sub(length) {
            None => return Some((index, position)),
            Some(rest) => position = rest,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[u32]) -> Lengths {
        let mut built = Lengths::default();
        built.splice(0..0, lengths.iter().copied());
        built
    }

    #[test]
    fn finds_every_position_and_nothing_behind_the_last() {
        let plain: Vec<u32> = (0..1000).map(|block| block % 4).collect();
        let lengths = of(&plain);
        let mut position = 0;
        for (index, &length) in plain.iter().enumerate() {
            assert_eq!(lengths.before(index), position);
            for offset in 0..length {
                assert_eq!(lengths.find(position), Some((index, offset)));
                position += 1;
            }
        }
        assert_eq!(lengths.total(), position);
        assert_eq!(lengths.find(position), None);
        assert_eq!(Lengths::default().find(0), None);
    }

    #[test]
    fn sums_follow_set_and_splice() {
        let mut lengths = of(&[1; 300]);
        lengths.set(130, 7);
        assert_eq!(lengths.find(135), Some((130, 5)));
        lengths.splice(60..200, [5, 0].into_iter());
        assert_eq!(lengths.total(), 60 + 5 + 100);
        assert_eq!(lengths.find(65), Some((62, 0)));
        assert_eq!(lengths.before(62), 65);
        lengths.truncate(0);
        assert_eq!((lengths.total(), lengths.find(0)), (0, None));
    }

    #[test]
    fn holds_the_largest_total() {
        let lengths = of(&[u32::MAX - 1, 1]);
        assert_eq!(lengths.total(), u32::MAX);
        assert_eq!(lengths.find(u32::MAX - 1), Some((1, 0)));
    }
}
