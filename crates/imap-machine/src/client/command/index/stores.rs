//! STOREs in flight, by the messages that they are about.

use super::super::entries::Entries;
use super::super::handle::CommandHandle;
use super::super::in_order::InOrder;
use super::super::scope::{MessageNumbers, Scope};
use super::ascending::AscendingSet;

/// Unlike FETCHes, STOREs may overlap.
#[derive(Default)]
pub(super) struct Stores {
    by_number: NamedAlike,
    by_uid: NamedAlike,
}

/// Those that name messages by number, or those that name them by UID.
#[derive(Default)]
struct NamedAlike {
    commands: usize,
    blocks: AlignedBlocks,
    /// Those with `*`, each of which may be about any message.
    stars: InOrder<()>,
}

impl Stores {
    pub(super) fn add(&mut self, handle: CommandHandle, scope: &Scope) {
        let numbering = self.numbering(scope);
        numbering.commands += 1;
        match scope.has_star() {
            true => numbering.stars.push(handle, ()),
            false => numbering.blocks.add(handle, scope.ranges()),
        }
    }

    pub(super) fn remove(&mut self, handle: CommandHandle, scope: &Scope) {
        let numbering = self.numbering(scope);
        numbering.commands -= 1;
        match scope.has_star() {
            true => _ = numbering.stars.remove(handle),
            false => numbering.blocks.remove(handle, scope.ranges()),
        }
    }

    const fn numbering(&mut self, scope: &Scope) -> &mut NamedAlike {
        match scope.is_by_uid() {
            true => &mut self.by_uid,
            false => &mut self.by_number,
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.by_number.commands == 0 && self.by_uid.commands == 0
    }

    /// Whether all of them name messages by UID.
    pub(super) const fn are_by_uid(&self) -> bool {
        self.by_number.commands == 0
    }

    /// All that name messages by UID and may be about the message with this UID.
    pub(super) fn with_uid(&self, uid: u32) -> impl Iterator<Item = CommandHandle> {
        let named = self.by_uid.blocks.all(uid);
        named.chain(self.by_uid.stars.handles())
    }

    /// Whether any of them may be about one of these messages.
    pub(super) fn overlap(&self, scope: &Scope) -> bool {
        if self.is_empty() {
            return false;
        }
        let (ours, others) = match scope.is_by_uid() {
            true => (&self.by_uid, &self.by_number),
            false => (&self.by_number, &self.by_uid),
        };
        let anywhere = scope.has_star() || others.commands > 0 || ours.stars.len() > 0;
        anywhere || ours.blocks.overlap(scope.ranges())
    }

    /// The oldest ones that may be about the message: by number and by UID, with `*` and without.
    pub(super) fn asked_about(
        &self,
        message: MessageNumbers,
        entries: &Entries,
    ) -> impl Iterator<Item = CommandHandle> {
        let is_about = move |handle: &CommandHandle| {
            let entry = entries.get(*handle);
            let scope = entry.and_then(|entry| entry.profile.scope());
            scope.is_some_and(|scope| scope.contains(&message) == Some(true))
        };
        let numberings = [(false, &self.by_number), (true, &self.by_uid)].into_iter();
        let numberings = numberings.filter(|(_, numbering)| numbering.commands > 0);
        numberings.flat_map(move |(by_uid, numbering)| {
            let name = message.name(by_uid);
            let named = name.and_then(|name| numbering.blocks.oldest(name));
            let star = numbering.stars.handles().find(is_about);
            [named, star].into_iter().flatten()
        })
    }
}

/// Levels of blocks. A block on level `n` has 2^n messages, and begins at a multiple of 2^n.
const LEVELS: usize = 33;

/// Ranges, cut into the largest aligned blocks that fit: at most two of each level.
///
/// A block contains a message or it does not. Of two blocks, one contains the other, or they have no message in common. So both
/// questions take one look-up for each level, however the ranges overlap.
struct AlignedBlocks {
    by_place: AscendingSet<BlockPlace>,
    /// How many blocks there are on each level.
    levels: [usize; LEVELS],
    /// The levels that have blocks, as bits.
    used: u64,
}

type BlockPlace = (AlignedBlock, CommandHandle);

/// A block: its level and its index in one number, so that a look-up compares one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct AlignedBlock(u64);

impl AlignedBlock {
    const fn new(level: u8, index: u32) -> Self {
        Self((level as u64) << 32 | index as u64)
    }

    const fn level(self) -> u8 {
        (self.0 >> 32) as u8
    }

    const fn index(self) -> u32 {
        self.0 as u32
    }
}

impl Default for AlignedBlocks {
    fn default() -> Self {
        Self {
            by_place: AscendingSet::default(),
            levels: [0; LEVELS],
            used: 0,
        }
    }
}

impl AlignedBlocks {
    fn add(&mut self, handle: CommandHandle, ranges: &[(u32, u32)]) {
        for range in ranges {
            for block in cut(*range) {
                if self.by_place.insert((block, handle)) {
                    self.levels[usize::from(block.level())] += 1;
                    self.used |= 1 << block.level();
                }
            }
        }
    }

    fn remove(&mut self, handle: CommandHandle, ranges: &[(u32, u32)]) {
        for range in ranges {
            for block in cut(*range) {
                if self.by_place.remove((block, handle)) {
                    self.emptied(block.level());
                }
            }
        }
    }

    /// One block of this level has gone.
    fn emptied(&mut self, level: u8) {
        let left = &mut self.levels[usize::from(level)];
        *left -= 1;
        if *left == 0 {
            self.used &= !(1 << level);
        }
    }

    fn used_levels(&self) -> impl Iterator<Item = u8> {
        let mut left = self.used;
        core::iter::from_fn(move || {
            let level = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            Some(level as u8)
        })
    }

    /// The oldest STORE whose ranges contain this message.
    fn oldest(&self, message: u32) -> Option<CommandHandle> {
        let single = AlignedBlock::new(0, message);
        let levels = self.used_levels();
        levels
            .filter_map(|level| self.first_within(single, level))
            .map(|(_, handle)| handle)
            .min()
    }

    /// All STOREs whose ranges contain this message.
    fn all(&self, message: u32) -> impl Iterator<Item = CommandHandle> {
        let single = AlignedBlock::new(0, message);
        let levels = self.used_levels();
        let entries = levels.flat_map(move |level| {
            let (from, to) = within(single, level);
            self.by_place.all(from, to)
        });
        entries.map(|(_, handle)| handle)
    }

    fn overlap(&self, ranges: &[(u32, u32)]) -> bool {
        let mut blocks = ranges.iter().copied().flat_map(cut);
        blocks.any(|block| {
            let mut levels = self.used_levels();
            levels.any(|level| self.first_within(block, level).is_some())
        })
    }

    /// The first block on this level that contains `block` or lies within it.
    fn first_within(&self, block: AlignedBlock, level: u8) -> Option<BlockPlace> {
        let (from, to) = within(block, level);
        self.by_place.first(from, to)
    }
}

/// The first place and the last one of the blocks on this level that contain `block` or lie within it.
fn within(block: AlignedBlock, level: u8) -> (BlockPlace, BlockPlace) {
    let (first, last) = match level.checked_sub(block.level()) {
        Some(up) => {
            let index = shifted_right(block.index(), up);
            (index, index)
        }
        None => {
            let down = block.level() - level;
            let first = u64::from(block.index()) << down;
            let last = first + (1 << down) - 1;
            (first as u32, last as u32)
        }
    };
    let from = (AlignedBlock::new(level, first), CommandHandle::FIRST);
    let to = (AlignedBlock::new(level, last), CommandHandle::LAST);
    (from, to)
}

const fn shifted_right(index: u32, by: u8) -> u32 {
    ((index as u64) >> by) as u32
}

/// Cuts a range into blocks, each as large as fits.
fn cut((first, last): (u32, u32)) -> impl Iterator<Item = AlignedBlock> {
    let end = u64::from(last) + 1;
    let mut at = u64::from(first);
    core::iter::from_fn(move || {
        let left = end.checked_sub(at).filter(|left| *left > 0)?;
        let level = at.trailing_zeros().min(left.ilog2());
        let index = at >> level;
        at += 1 << level;
        Some(AlignedBlock::new(level as u8, index as u32))
    })
}

/// Whether the ranges consist of at most `most` blocks. Ranges with `*` are not cut.
pub(super) fn are_few_blocks(scope: &Scope, most: usize) -> bool {
    let ranges = scope.ranges();
    // A single range has at most two blocks of each level.
    if scope.has_star() || (ranges.len() == 1 && most >= 2 * LEVELS) {
        return true;
    }
    let blocks = ranges.iter().copied().flat_map(cut);
    blocks.take(most + 1).count() <= most
}
