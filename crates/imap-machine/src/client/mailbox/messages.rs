//! The UIDs and system flags that the server has told, by sequence number, and how EXPUNGE, VANISHED and EXISTS shift the
//! numbers (RFC 9051 section 2.3.1, RFC 7162 section 3.2.10).
//!
//! A mailbox is a row of *blocks*. A block is a run of messages about which nothing is known, which costs the same for one
//! message as for four thousand million; or it holds up to 1024 messages with an entry each. So memory follows the octets
//! that were received, never a number that the server wrote: `* 4294967295 EXISTS` is one run, and
//! `* VANISHED 1:4294967295` visits blocks, not UIDs.
//!
//! The count is never wrong. Everything else may be missing. UIDs ascend with sequence numbers (RFC 9051 section 2.3.1.1), and
//! searches by UID rely on that, so a UID that breaks the rule is not kept.

use core::fmt;
use core::num::NonZeroU32;
use core::ops::Range;

use block::{Block, Dense};
use blocks::Blocks;

pub(crate) use block::Facts;

mod block;
mod blocks;
mod lengths;
#[cfg(test)]
mod tests;

/// Gaps up to this length are filled with blank places. At about this length that costs as much as a split, which takes
/// two block headers.
const MAX_GAP: u32 = 32;

/// The messages of the selected mailbox, by sequence number.
///
/// Sequence numbers count from 1. What is not known is `None`.
#[derive(Clone)]
pub struct Messages {
    blocks: Blocks,
    max_blocks: usize,
    overflowed: bool,
}

/// Something the server said that cannot be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contradiction {
    /// No message has this sequence number: it is zero, or above `len`.
    OutOfRange { seq: u32, len: u32 },
    /// The UID does not ascend.
    NotAscending { seq: u32, uid: NonZeroU32 },
}

impl Messages {
    /// How many blocks [`Messages::default`] may use.
    ///
    /// This is enough for some eight million messages fetched in order. It also bounds the work that one response can cause: it
    /// shifts a few hundred kilobytes at most.
    pub const DEFAULT_MAX_BLOCKS: usize = 8192;

    /// An empty mailbox that will use at most `max_blocks` blocks (and at least one).
    pub(crate) fn new(max_blocks: usize) -> Self {
        Self {
            blocks: Blocks::default(),
            max_blocks: max_blocks.max(1),
            overflowed: false,
        }
    }

    /// The bound it was made with.
    pub(crate) const fn max_blocks(&self) -> usize {
        self.max_blocks
    }

    /// The server says how many messages there are (`EXISTS`, RFC 9051 section 7.4.1).
    ///
    /// New messages come last and are unknown. If the number is smaller than before, the last messages are dropped: the server
    /// must not say so, but the count is all it has told.
    pub(crate) fn resize(&mut self, exists: u32) {
        match exists.checked_sub(self.len()) {
            Some(0) => {}
            Some(new) => self.blocks.append(new),
            None => self.blocks.truncate(exists),
        }
    }

    /// Removes one message and returns what was known about it. All later messages move down by one (`EXPUNGE`, RFC 9051
    /// section 7.5.1).
    ///
    /// # Errors
    ///
    /// No message has that number. Nothing is changed.
    pub(crate) fn expunge(&mut self, seq: u32) -> Result<Facts, Contradiction> {
        let position = seq.checked_sub(1);
        let removed = position.and_then(|it| self.blocks.remove(it));
        removed.ok_or_else(|| self.out_of_range(seq))
    }

    /// Notes what the server says about a message (`FETCH`, RFC 9051 section 7.5.2). A part that is `None` stays as it was.
    ///
    /// `flags` are the caller's own seven bits; the highest bit is ignored.
    ///
    /// If that would take one block too many, the UID and the flags are not kept. They read as unknown, and
    /// [`overflowed`](Self::overflowed) becomes true.
    ///
    /// # Errors
    ///
    /// If no message has that number, nothing is changed. If the UID does not ascend, only the flags are kept.
    pub(crate) fn record(
        &mut self,
        seq: u32,
        uid: Option<NonZeroU32>,
        flags: Option<u8>,
    ) -> Result<(), Contradiction> {
        let Some((index, offset)) = self.locate(seq) else {
            return Err(self.out_of_range(seq));
        };
        let wrong = uid.filter(|uid| !self.blocks.ascends(index, offset, *uid));
        let uid = uid.filter(|_| wrong.is_none());
        if uid.is_some() || flags.is_some() {
            self.learn(index, offset, Facts { uid, flags });
        }
        match wrong {
            Some(uid) => Err(Contradiction::NotAscending { seq, uid }),
            None => Ok(()),
        }
    }

    /// Whether this message can have this UID: UIDs ascend (RFC 9051 section 2.3.1.1).
    pub(crate) fn admits(&self, seq: u32, uid: NonZeroU32) -> bool {
        self.locate(seq)
            .is_some_and(|(index, offset)| self.blocks.ascends(index, offset, uid))
    }

    fn learn(&mut self, index: usize, offset: u32, facts: Facts) {
        match self.blocks.get_mut(index) {
            Some(Block::Dense(dense)) => dense.learn(offset, facts),
            Some(Block::Unknown(run)) => {
                let (before, after) = (offset, *run - offset - 1);
                let kept =
                    self.grow_before(index, before, facts) || self.grow_after(index, after, facts);
                if !kept {
                    self.carve(index, (before, after), facts);
                }
            }
            None => {}
        }
    }

    /// Replaces the known flags of these messages by what `change` returns, or forgets them if it returns `None`.
    pub(crate) fn change_flags(
        &mut self,
        first: u32,
        last: u32,
        change: &impl Fn(Facts) -> Option<u8>,
    ) {
        let end = last.min(self.len());
        self.blocks
            .change_flags(first.saturating_sub(1)..end, change);
    }

    /// The same for the messages with UIDs from the one to the other. A message whose UID is not known is included if the UIDs
    /// of its neighbours allow it to lie between them.
    pub(crate) fn change_flags_by_uid(
        &mut self,
        first: NonZeroU32,
        last: NonZeroU32,
        change: &impl Fn(Facts) -> Option<u8>,
    ) {
        let Range { start, end } = self.blocks.between(first, last);
        self.blocks.change_flags(start..end, change);
    }

    /// Removes every message with a known UID between the two, in either order, and returns their number (`VANISHED`, RFC 7162
    /// section 3.2.10).
    pub(crate) fn vanish(&mut self, first: NonZeroU32, last: NonZeroU32) -> u32 {
        self.blocks.vanish(first.min(last), first.max(last))
    }

    /// Forgets everything: there is no mailbox, or another one.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.max_blocks);
    }

    /// Keeps only that there are `len` messages. Whether something was dropped for want of a block stays known, since that may
    /// be why this is necessary.
    pub(crate) fn forget(&mut self, len: u32) {
        let overflowed = self.overflowed;
        self.clear();
        self.resize(len);
        self.overflowed = overflowed;
    }

    /// How many messages there are.
    pub fn len(&self) -> u32 {
        self.blocks.total()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The UID of a message, if it is known.
    pub fn uid(&self, seq: u32) -> Option<NonZeroU32> {
        let (index, offset) = self.locate(seq)?;
        self.blocks.get(index)?.dense()?.uid(offset)
    }

    /// The system flags of a message, if they are known.
    pub fn flags(&self, seq: u32) -> Option<u8> {
        let (index, offset) = self.locate(seq)?;
        self.blocks.get(index)?.dense()?.flags(offset)
    }

    /// The sequence number of the message with this UID, if it is known.
    pub fn seq(&self, uid: NonZeroU32) -> Option<u32> {
        Some(self.blocks.position(uid)? + 1)
    }

    /// All messages in order: sequence number and UID.
    pub fn uids(&self) -> impl Iterator<Item = (u32, Option<NonZeroU32>)> + '_ {
        let uids = self.blocks.iter().flat_map(|block| {
            let dense = block.dense();
            (0..block.len()).map(move |offset| dense.and_then(|dense| dense.uid(offset)))
        });
        (1..=u32::MAX).zip(uids)
    }

    /// How many messages have no known UID. Takes one step for each block.
    pub fn unknown(&self) -> u32 {
        let dense = self.blocks.iter().filter_map(Block::dense);
        self.len() - dense.map(Dense::known).sum::<u32>()
    }

    /// Whether anything was dropped for want of a block since the mailbox was selected.
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// The memory held, in octets.
    pub fn heap_octets(&self) -> usize {
        self.blocks.heap_octets()
    }

    fn locate(&self, seq: u32) -> Option<(usize, u32)> {
        self.blocks.locate(seq.checked_sub(1)?)
    }

    fn out_of_range(&self, seq: u32) -> Contradiction {
        let len = self.len();
        Contradiction::OutOfRange { seq, len }
    }
}

/// Placing a message about which nothing was known.
impl Messages {
    /// Moves a message of the run at `index` into the dense block before that run, if that is near and has room.
    fn grow_before(&mut self, index: usize, gap: u32, facts: Facts) -> bool {
        let before = index.checked_sub(1).and_then(|it| self.blocks.get_mut(it));
        let Some(Block::Dense(dense)) = before else {
            return false;
        };
        if gap > MAX_GAP || !dense.has_room(gap + 1) {
            return false;
        }
        dense.pad_back(gap + 1);
        dense.learn(dense.len() - 1, facts);
        self.shorten_run(index, gap + 1);
        true
    }

    /// Moves a message of the run at `index` into the dense block after that run, if that is near and has room.
    fn grow_after(&mut self, index: usize, gap: u32, facts: Facts) -> bool {
        let Some(Block::Dense(dense)) = self.blocks.get_mut(index + 1) else {
            return false;
        };
        if gap > MAX_GAP || !dense.has_room(gap + 1) {
            return false;
        }
        dense.pad_front(gap + 1);
        dense.learn(0, facts);
        self.shorten_run(index, gap + 1);
        true
    }

    fn shorten_run(&mut self, index: usize, by: u32) {
        if let Some(Block::Unknown(run)) = self.blocks.get_mut(index) {
            *run -= by;
        }
        self.blocks.coalesce(index..index + 1);
    }

    /// Cuts a message out of the run at `index`. The run keeps `before` messages before it and `after` messages after it.
    fn carve(&mut self, index: usize, (before, after): (u32, u32), facts: Facts) {
        if self.may_split() {
            let mut one = Dense::one();
            one.learn(0, facts);
            let parts = [
                Block::Unknown(before),
                Block::Dense(one),
                Block::Unknown(after),
            ];
            self.blocks.split(index, parts);
        }
    }

    /// Whether two more blocks may be made. One is held back for [`Blocks::append`], which must not fail.
    fn may_split(&mut self) -> bool {
        let fits = self.blocks.count() + 2 < self.max_blocks;
        self.overflowed |= !fits;
        fits
    }
}

impl Default for Messages {
    fn default() -> Self {
        Self::new(Self::DEFAULT_MAX_BLOCKS)
    }
}

/// Sizes only: a list of a million UIDs is of no use.
impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("len", &self.len())
            .field("unknown", &self.unknown())
            .field("blocks", &self.blocks.count())
            .field("overflowed", &self.overflowed)
            .finish()
    }
}
