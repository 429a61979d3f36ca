//! Which message a sequence number means: the UIDs and system flags the server has told, and the shifting of sequence
//! numbers that EXPUNGE, VANISHED and EXISTS bring about (RFC 9051 section 2.3.1, RFC 7162 section 3.2.10).
//!
//! A mailbox is a row of *blocks*. A block is either a run of messages of which nothing is known, which costs the same
//! for one message and for four thousand million, or up to 1024 messages with an entry each. So memory follows the
//! octets that were received, never a number the server wrote: `* 4294967295 EXISTS` is one run, and
//! `* VANISHED 1:4294967295` visits blocks, not UIDs.
//!
//! What may never happen: a wrong count. Everything else may be missing. UIDs ascend with sequence numbers (RFC 9051
//! section 2.3.1.1), and searches by UID rely on that; so a UID that breaks the rule is not kept.

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

/// Gaps up to this length are filled with blank places. A split costs two block headers, so this is about where the
/// two cost the same.
const MAX_GAP: u32 = 32;

/// The messages of the selected mailbox, by sequence number.
///
/// Sequence numbers are counted from 1. What is not known is `None`.
#[derive(Clone)]
pub struct Messages {
    blocks: Blocks,
    max_blocks: usize,
    overflowed: bool,
}

/// What the server has said and what cannot be so.
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
    /// Enough for some eight million messages fetched in order. It bounds the work that one response can cause as well:
    /// a few hundred kilobytes to shift.
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
    /// New messages come last and are unknown. A smaller number drops the last ones: a server may not say so, but
    /// the count is the only thing it has told.
    pub(crate) fn resize(&mut self, exists: u32) {
        match exists.checked_sub(self.len()) {
            Some(0) => {}
            Some(new) => self.blocks.append(new),
            None => self.blocks.truncate(exists),
        }
    }

    /// Removes one message and says what was known of it; all that follow move down by one (`EXPUNGE`, RFC 9051 section
    /// 7.5.1).
    ///
    /// # Errors
    ///
    /// No message has that number; nothing is changed then.
    pub(crate) fn expunge(&mut self, seq: u32) -> Result<Facts, Contradiction> {
        let position = seq.checked_sub(1);
        let removed = position.and_then(|it| self.blocks.remove(it));
        removed.ok_or_else(|| self.out_of_range(seq))
    }

    /// Notes what the server says of a message (`FETCH`, RFC 9051 section 7.5.2). `None` leaves that part as it was.
    ///
    /// `flags` are the caller's own seven bits; the highest bit is ignored.
    ///
    /// When there is no block left for it the UID and the flags are not kept, and [`overflowed`](Self::overflowed)
    /// says so; they read as unknown then.
    ///
    /// # Errors
    ///
    /// No message has that number; nothing is changed then. Or the UID does not ascend: then only the flags are kept.
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

    /// Replaces the flags that are known of these messages: by what `change` makes of what is known, or by nothing.
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

    /// The same for the messages whose UID is between the two. One whose UID is not known is among them if the UIDs of its
    /// neighbours allow that.
    pub(crate) fn change_flags_by_uid(
        &mut self,
        first: NonZeroU32,
        last: NonZeroU32,
        change: &impl Fn(Facts) -> Option<u8>,
    ) {
        let Range { start, end } = self.blocks.between(first, last);
        self.blocks.change_flags(start..end, change);
    }

    /// Removes every message whose UID is known and lies between the two, whichever is the larger, and says how many
    /// those were (`VANISHED`, RFC 7162 section 3.2.10).
    pub(crate) fn vanish(&mut self, first: NonZeroU32, last: NonZeroU32) -> u32 {
        self.blocks.vanish(first.min(last), first.max(last))
    }

    /// Forgets everything: no mailbox, or another one.
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.max_blocks);
    }

    /// So many messages, and nothing is known of any. Whether there was room for all that was said stays known: what
    /// was not kept before may be what makes this necessary.
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

    /// The UID of a message, if there is such a message and its UID is known.
    pub fn uid(&self, seq: u32) -> Option<NonZeroU32> {
        let (index, offset) = self.locate(seq)?;
        self.blocks.get(index)?.dense()?.uid(offset)
    }

    /// The system flags of a message, if there is such a message and they are known.
    pub fn flags(&self, seq: u32) -> Option<u8> {
        let (index, offset) = self.locate(seq)?;
        self.blocks.get(index)?.dense()?.flags(offset)
    }

    /// The sequence number of the message with this UID, if that is known.
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

    /// How many messages have no known UID. Work: one step a block.
    pub fn unknown(&self) -> u32 {
        let dense = self.blocks.iter().filter_map(Block::dense);
        self.len() - dense.map(Dense::known).sum::<u32>()
    }

    /// Whether something could not be kept for want of a block since the mailbox was selected.
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

/// Where a message of which nothing was known finds its place.
impl Messages {
    /// Keeps a message of the run at `index` in the dense block before that run, if that is near and has room.
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

    /// Keeps a message of the run at `index` in the dense block after that run, if that is near and has room.
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

    /// Cuts a message out of the run at `index`, with `before` others in front of it and `after` others that follow.
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

/// Sizes only: a million UIDs help nobody.
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
