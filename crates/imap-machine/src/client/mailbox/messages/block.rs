//! A run of consecutive messages: either nothing is known of them, or each has its place.

use alloc::vec;
use alloc::vec::Vec;
use core::mem;
use core::num::NonZeroU32;
use core::ops::Range;

/// The most messages in one dense block. This bounds what an EXPUNGE has to shift (5 KiB), and keeps a block's header near
/// one percent of its contents.
pub(super) const MAX_LEN: u32 = 1024;

/// Neighbouring blocks are joined up to this size: half of the maximum, so that a joined block can grow again.
pub(super) const JOIN_LEN: u32 = MAX_LEN / 2;

/// Set in the flags of a message whose flags are known.
const FLAGS_KNOWN: u8 = 0x80;

/// What is known of one message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) uid: Option<NonZeroU32>,
    pub(crate) flags: Option<u8>,
}

/// Consecutive messages.
#[derive(Clone)]
pub(super) enum Block {
    /// Messages about which nothing is known; takes no heap, however many there are.
    Unknown(u32),
    /// A place for each message.
    Dense(Dense),
}

impl Block {
    pub(super) fn len(&self) -> u32 {
        match self {
            Block::Unknown(run) => *run,
            Block::Dense(dense) => dense.len(),
        }
    }

    pub(super) fn dense(&self) -> Option<&Dense> {
        match self {
            Block::Unknown(_) => None,
            Block::Dense(dense) => Some(dense),
        }
    }

    /// Removes one message, which must be in the block, and returns what was known about it.
    pub(super) fn remove(&mut self, offset: u32) -> Facts {
        match self {
            Block::Unknown(run) => {
                *run = run.saturating_sub(1);
                Facts::default()
            }
            Block::Dense(dense) => dense.remove(offset),
        }
    }

    pub(super) fn truncate(&mut self, len: u32) {
        match self {
            Block::Unknown(run) => *run = len.min(*run),
            Block::Dense(dense) => dense.truncate(len),
        }
    }

    /// Turns into a run when nothing is known about any of its messages.
    pub(super) fn simplify(&mut self) {
        if self.dense().is_some_and(Dense::is_blank) {
            *self = Block::Unknown(self.len());
        }
    }

    /// Takes over the messages of the next block, which is empty then, if the two fit into one block.
    pub(super) fn absorb(&mut self, next: &mut Block) -> bool {
        if self.len() == 0 {
            mem::swap(self, next);
            return true;
        }
        match (self, next) {
            (_, next) if next.len() == 0 => true,
            (Block::Unknown(run), Block::Unknown(more)) => {
                *run += mem::take(more);
                true
            }
            (Block::Dense(dense), Block::Dense(more)) => dense.absorb(more),
            _ => false,
        }
    }
}

/// Up to [`MAX_LEN`] messages: their UIDs and their flags, two parallel lists.
#[derive(Clone)]
pub(super) struct Dense {
    /// 0 if not known. The known ones ascend.
    uids: Vec<u32>,
    /// [`FLAGS_KNOWN`] and the flags; 0 if not known.
    flags: Vec<u8>,
    /// How many UIDs are known.
    known: u16,
}

impl Dense {
    /// One message about which nothing is known yet.
    pub(super) fn one() -> Self {
        Self {
            uids: vec![0],
            flags: vec![0],
            known: 0,
        }
    }

    /// Notes what has been learned of one message.
    pub(super) fn learn(&mut self, offset: u32, facts: Facts) {
        let at = offset as usize;
        if let (Some(uid), Some(place)) = (facts.uid, self.uids.get_mut(at)) {
            self.known += u16::from(*place == 0);
            *place = uid.get();
        }
        if let (Some(flags), Some(place)) = (facts.flags, self.flags.get_mut(at)) {
            *place = flags | FLAGS_KNOWN;
        }
    }

    /// Replaces the known flags of the messages in `range` by what `change` makes of the UID and the flags; forgets them if it
    /// returns `None`. Returns whether any were forgotten.
    pub(super) fn change_flags(
        &mut self,
        range: Range<u32>,
        change: &impl Fn(Facts) -> Option<u8>,
    ) -> bool {
        let mut forgotten = false;
        for at in range {
            let facts = self.facts(at);
            let Some(place) = self.flags.get_mut(at as usize) else {
                break;
            };
            if facts.flags.is_none() {
                continue;
            }
            *place = match change(facts) {
                Some(flags) => flags | FLAGS_KNOWN,
                None => 0,
            };
            forgotten |= *place == 0;
        }
        forgotten
    }

    /// Whether there is room for `more` messages.
    pub(super) fn has_room(&self, more: u32) -> bool {
        more <= MAX_LEN.saturating_sub(self.len())
    }

    pub(super) fn pad_back(&mut self, by: u32) {
        self.reserve(by as usize);
        let len = self.uids.len() + by as usize;
        self.uids.resize(len, 0);
        self.flags.resize(len, 0);
    }

    pub(super) fn pad_front(&mut self, by: u32) {
        self.pad_back(by);
        self.uids.rotate_right(by as usize);
        self.flags.rotate_right(by as usize);
    }

    fn remove(&mut self, offset: u32) -> Facts {
        let facts = self.facts(offset);
        if offset < self.len() {
            self.flags.remove(offset as usize);
            let uid = self.uids.remove(offset as usize);
            self.known -= u16::from(uid != 0);
            self.release();
        }
        facts
    }

    /// Removes the messages with a known UID between the two, and returns their number.
    pub(super) fn vanish(&mut self, low: NonZeroU32, high: NonZeroU32) -> u32 {
        let before = self.len();
        let (low, high) = (low.get(), high.get());
        if self.known() == before {
            let start = self.uids.partition_point(|uid| *uid < low);
            let end = self.uids.partition_point(|uid| *uid <= high);
            self.drain(start..end);
        } else {
            let mut stays = self.uids.iter().map(|uid| !(low..=high).contains(uid));
            self.flags.retain(|_| stays.next().unwrap_or(true));
            self.uids.retain(|uid| !(low..=high).contains(uid));
            self.known -= (before - self.len()) as u16;
            self.release();
        }
        before - self.len()
    }

    pub(super) fn truncate(&mut self, len: u32) {
        let len = len.min(self.len()) as usize;
        self.drain(len..self.uids.len());
    }

    fn drain(&mut self, range: Range<usize>) {
        self.flags.drain(range.clone());
        let gone = self.uids.drain(range).filter(|uid| *uid != 0).count();
        self.known -= gone as u16;
        self.release();
    }

    fn absorb(&mut self, next: &mut Self) -> bool {
        if self.len() + next.len() > JOIN_LEN {
            return false;
        }
        self.known += mem::take(&mut next.known);
        self.uids.reserve_exact(next.uids.len());
        self.uids.append(&mut next.uids);
        self.flags.reserve_exact(next.flags.len());
        self.flags.append(&mut next.flags);
        true
    }

    pub(super) fn len(&self) -> u32 {
        self.uids.len() as u32
    }

    /// How many messages have a known UID.
    pub(super) fn known(&self) -> u32 {
        u32::from(self.known)
    }

    pub(super) fn uid(&self, offset: u32) -> Option<NonZeroU32> {
        NonZeroU32::new(*self.uids.get(offset as usize)?)
    }

    pub(super) fn flags(&self, offset: u32) -> Option<u8> {
        let flags = self.flags.get(offset as usize)?;
        (flags & FLAGS_KNOWN != 0).then_some(flags & !FLAGS_KNOWN)
    }

    fn facts(&self, offset: u32) -> Facts {
        Facts {
            uid: self.uid(offset),
            flags: self.flags(offset),
        }
    }

    pub(super) fn first_uid(&self) -> Option<NonZeroU32> {
        Some(self.next_known(0)?.1)
    }

    /// The first message from `offset` on with a known UID, and that UID.
    pub(super) fn next_known(&self, offset: u32) -> Option<(u32, NonZeroU32)> {
        if self.known == 0 {
            return None;
        }
        let rest = self.uids.get(offset as usize..)?;
        let found = rest.iter().position(|uid| *uid != 0)?;
        let offset = offset + found as u32;
        Some((offset, self.uid(offset)?))
    }

    /// The last message before `offset` with a known UID, and that UID.
    pub(super) fn last_known(&self, offset: u32) -> Option<(u32, NonZeroU32)> {
        if self.known == 0 {
            return None;
        }
        let front = self.uids.get(..offset as usize)?;
        let offset = front.iter().rposition(|uid| *uid != 0)? as u32;
        Some((offset, self.uid(offset)?))
    }

    /// The last message with a known UID up to this one, and that UID.
    pub(super) fn up_to(&self, uid: NonZeroU32) -> Option<(u32, NonZeroU32)> {
        let is_past = |known: &u32| *known > uid.get();
        let end = match self.known() == self.len() {
            true => self.uids.partition_point(|known| !is_past(known)),
            false => self
                .uids
                .iter()
                .position(is_past)
                .unwrap_or(self.uids.len()),
        };
        self.last_known(end as u32)
    }

    pub(super) fn heap_octets(&self) -> usize {
        self.uids.capacity() * size_of::<u32>() + self.flags.capacity()
    }

    fn is_blank(&self) -> bool {
        self.known == 0 && self.flags.iter().all(|flags| *flags == 0)
    }

    /// Room to spare: an eighth. So neither growing nor shrinking moves the messages each time, and a million messages do not
    /// hold the half-empty capacity that doubling leaves.
    fn slack(&self) -> usize {
        self.uids.len() / 8 + 8
    }

    fn reserve(&mut self, more: usize) {
        let len = self.uids.len();
        if self.uids.capacity() - len < more || self.flags.capacity() - len < more {
            let room = (MAX_LEN as usize).saturating_sub(len);
            let wanted = (more + self.slack()).min(room).max(more);
            self.uids.reserve_exact(wanted);
            self.flags.reserve_exact(wanted);
        }
    }

    fn release(&mut self) {
        if self.uids.capacity() - self.uids.len() > self.slack() {
            self.uids.shrink_to_fit();
            self.flags.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Memory moves when an eighth of the block has gone, not with each message.
    #[test]
    fn a_few_removals_release_nothing() {
        let mut dense = Dense::one();
        dense.pad_back(999);
        let before = dense.uids.capacity();
        for _ in 0..100 {
            dense.remove(0);
        }
        assert_eq!(dense.uids.capacity(), before);
        for _ in 0..dense.uids.len() / 2 {
            dense.remove(0);
        }
        assert!(dense.uids.capacity() < before * 2 / 3);
    }
}
