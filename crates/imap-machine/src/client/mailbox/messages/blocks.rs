//! The row of blocks of a mailbox, and the rules that it keeps.

use alloc::vec::Vec;
use core::iter;
use core::num::NonZeroU32;
use core::ops::Range;

use super::block::{Block, Dense, Facts, JOIN_LEN};
use super::lengths::Lengths;
use crate::memory::smaller;

/// Consecutive blocks, found by position or by UID.
///
/// No block is empty, no dense block is blank, and two runs of unknown messages are never neighbours. `lengths` has the
/// length of each block.
#[derive(Clone, Default)]
pub(super) struct Blocks {
    blocks: Vec<Block>,
    lengths: Lengths,
}

/// Changes to the row.
impl Blocks {
    /// Adds unknown messages at the end. Takes at most one more block.
    pub(super) fn append(&mut self, new: u32) {
        let end = self.blocks.len();
        if let Some(Block::Unknown(run)) = self.blocks.last_mut() {
            *run += new;
            self.lengths.set(end - 1, *run);
        } else {
            self.blocks.push(Block::Unknown(new));
            self.lengths.splice(end..end, iter::once(new));
        }
    }

    /// Keeps the first `len` messages.
    pub(super) fn truncate(&mut self, len: u32) {
        let Some((index, offset)) = self.lengths.find(len) else {
            return;
        };
        self.blocks.truncate(index + 1);
        self.lengths.truncate(index + 1);
        if let Some(last) = self.blocks.last_mut() {
            last.truncate(offset);
        }
        self.coalesce(index..index + 1);
    }

    /// Removes the message at `position`, and returns what was known about it.
    pub(super) fn remove(&mut self, position: u32) -> Option<Facts> {
        let (index, offset) = self.lengths.find(position)?;
        let block = self.blocks.get_mut(index)?;
        let facts = block.remove(offset);
        block.simplify();
        self.lengths.set(index, block.len());
        // A long dense block is not joined to another: there is nothing to restore.
        if !matches!(block, Block::Dense(dense) if dense.len() > JOIN_LEN) {
            self.coalesce(index..index + 1);
        }
        Some(facts)
    }

    /// Removes the messages with a known UID between the two, and returns their number.
    pub(super) fn vanish(&mut self, low: NonZeroU32, high: NonZeroU32) -> u32 {
        let start = self.with_uid(low).unwrap_or(0);
        let mut end = start;
        let mut removed = 0;
        for block in self.blocks.iter_mut().skip(start) {
            if let Block::Dense(dense) = block {
                match dense.first_uid() {
                    Some(uid) if uid > high => break,
                    Some(_) => removed += dense.vanish(low, high),
                    None => {}
                }
            }
            end += 1;
        }
        if removed > 0 {
            self.coalesce(start..end);
        }
        removed
    }

    /// Replaces the known flags of the messages at these positions by what `change` makes of the UID and the flags, or forgets
    /// them if it returns `None`.
    pub(super) fn change_flags(
        &mut self,
        range: Range<u32>,
        change: &impl Fn(Facts) -> Option<u8>,
    ) {
        let Some((start, mut offset)) = self.lengths.find(range.start) else {
            return;
        };
        let mut left = range.end.saturating_sub(range.start);
        let (mut end, mut forgotten) = (start, false);
        for block in self.blocks.iter_mut().skip(start) {
            if left == 0 {
                break;
            }
            let some = left.min(block.len().saturating_sub(offset));
            if let Block::Dense(dense) = block {
                forgotten |= dense.change_flags(offset..offset + some, change);
            }
            left -= some;
            offset = 0;
            end += 1;
        }
        if forgotten {
            self.coalesce(start..end);
        }
    }

    /// Replaces one block by three with the same number of messages; some of the three may be empty.
    pub(super) fn split(&mut self, index: usize, parts: [Block; 3]) {
        if index < self.blocks.len() {
            let lengths = parts.each_ref().map(Block::len);
            self.blocks.splice(index..=index, parts);
            self.lengths.splice(index..index + 1, lengths.into_iter());
            self.coalesce(index..index + 3);
        }
    }

    /// The block at `index`, to be changed. If its length changes, call [`coalesce`](Self::coalesce).
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Block> {
        self.blocks.get_mut(index)
    }

    /// Restores the rules after the lengths of the blocks in `changed` have changed. Looks at these and at one neighbour on
    /// either side.
    pub(super) fn coalesce(&mut self, changed: Range<usize>) {
        let start = changed.start.saturating_sub(1);
        let end = self.blocks.len().min(changed.end + 1);
        let Some(blocks) = self.blocks.get_mut(start..end) else {
            return;
        };
        let mut kept = 0_usize;
        for at in 0..blocks.len() {
            let (done, rest) = blocks.split_at_mut(at);
            let Some(block) = rest.first_mut() else { break };
            block.simplify();
            let last = kept.checked_sub(1).and_then(|last| done.get_mut(last));
            if last.is_none_or(|last| !last.absorb(block)) {
                blocks.swap(kept, at);
                kept += 1;
            }
        }
        // Still empty only if there was nothing to absorb.
        if blocks.first().is_some_and(|block| block.len() == 0) {
            kept = 0;
        }
        let lengths = blocks.iter().take(kept).map(Block::len);
        self.lengths.splice(start..end, lengths);
        self.blocks.drain(start + kept..end);
        if let Some(capacity) = smaller(self.blocks.capacity(), self.blocks.len()) {
            self.blocks.shrink_to(capacity);
        }
    }
}

/// Reading the row.
impl Blocks {
    /// How many messages there are.
    pub(super) fn total(&self) -> u32 {
        self.lengths.total()
    }

    /// How many blocks there are.
    pub(super) fn count(&self) -> usize {
        self.blocks.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Block> {
        self.blocks.get(index)
    }

    /// The block that holds the message at `position` (from 0), and the message's offset in it.
    pub(super) fn locate(&self, position: u32) -> Option<(usize, u32)> {
        self.lengths.find(position)
    }

    /// The position of the message with this UID.
    pub(super) fn position(&self, uid: NonZeroU32) -> Option<u32> {
        let (position, found) = self.up_to(uid)?;
        (found == uid).then_some(position)
    }

    /// The positions of the messages whose UID is or may be between the two. An unknown UID lies between those of its
    /// neighbours.
    pub(super) fn between(&self, low: NonZeroU32, high: NonZeroU32) -> Range<u32> {
        let start = match self.up_to(low) {
            Some((position, found)) if found == low => position,
            Some((position, _)) => position + 1,
            None => 0,
        };
        let end = match self.up_to(high) {
            Some((position, found)) if found == high => position + 1,
            Some((position, _)) => self.next_known(position + 1),
            None => self.next_known(0),
        };
        start..end
    }

    /// The last message with a known UID up to this one: its position and its UID.
    fn up_to(&self, uid: NonZeroU32) -> Option<(u32, NonZeroU32)> {
        let index = self.with_uid(uid)?;
        let (offset, found) = self.blocks.get(index)?.dense()?.up_to(uid)?;
        Some((self.lengths.before(index) + offset, found))
    }

    /// The position of the first message from there on with a known UID; the end if there is none.
    fn next_known(&self, position: u32) -> u32 {
        let Some((start, mut offset)) = self.lengths.find(position) else {
            return self.total();
        };
        for (index, block) in self.blocks.iter().enumerate().skip(start) {
            if let Some((found, _)) = block.dense().and_then(|dense| dense.next_known(offset)) {
                return self.lengths.before(index) + found;
            }
            offset = 0;
        }
        self.total()
    }

    /// Whether the message at `offset` of block `index` may have this UID: the UIDs before are lower, and those after are
    /// higher.
    pub(super) fn ascends(&self, index: usize, offset: u32, uid: NonZeroU32) -> bool {
        let (Some(front), Some(back)) = (self.blocks.get(..index), self.blocks.get(index + 1..))
        else {
            return false;
        };
        let here = self.blocks.get(index).and_then(Block::dense);
        let before = here.and_then(|here| here.last_known(offset)).or_else(|| {
            let mut front = front.iter().rev().filter_map(Block::dense);
            front.find_map(|dense| dense.last_known(dense.len()))
        });
        let after = here
            .and_then(|here| here.next_known(offset + 1))
            .or_else(|| {
                let mut back = back.iter().filter_map(Block::dense);
                back.find_map(|dense| dense.next_known(0))
            });
        before.is_none_or(|(_, before)| before < uid) && after.is_none_or(|(_, after)| uid < after)
    }

    /// The last block whose first known UID is not above this one. A binary search: blocks without a known UID are stepped over,
    /// each at most once because the range halves.
    fn with_uid(&self, uid: NonZeroU32) -> Option<usize> {
        let (mut low, mut high) = (0, self.blocks.len());
        let mut found = None;
        while low < high {
            let middle = low + (high - low) / 2;
            match self.first_uid(middle..high) {
                Some((index, first)) if first <= uid => {
                    found = Some(index);
                    low = index + 1;
                }
                _ => high = middle,
            }
        }
        found
    }

    fn first_uid(&self, range: Range<usize>) -> Option<(usize, NonZeroU32)> {
        let blocks = self.blocks.get(range.clone())?;
        range
            .zip(blocks)
            .find_map(|(index, block)| Some((index, block.dense()?.first_uid()?)))
    }

    pub(super) fn heap_octets(&self) -> usize {
        let dense = self.blocks.iter().filter_map(Block::dense);
        self.blocks.capacity() * size_of::<Block>()
            + self.lengths.heap_octets()
            + dense.map(Dense::heap_octets).sum::<usize>()
    }
}
