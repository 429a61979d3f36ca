//! A run of consecutive messages: either nothing is known of them, or each has an entry.

use alloc::vec;
use alloc::vec::Vec;
use core::mem;
use core::num::NonZeroU32;

use super::entry::{Entry, page_and_place};

/// Most entries in one block. Bounds what an EXPUNGE has to shift (4 KiB) and keeps a block's header below one percent
/// of its contents.
pub(super) const MAX_ENTRIES: u32 = 1024;

/// Neighbours are joined up to this size: half of the maximum, so that a joined block has room to grow again.
pub(super) const JOIN_ENTRIES: u32 = MAX_ENTRIES / 2;

/// What is known of one message.
#[derive(Clone, Copy, Default)]
pub(super) struct Facts {
    pub(super) uid: Option<NonZeroU32>,
    pub(super) flags: Option<u8>,
}

/// Consecutive messages.
#[derive(Clone)]
pub(super) enum Block {
    /// So many messages of which nothing is known: no heap, however many.
    Unknown(u32),
    /// One entry for each message.
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

    /// Removes one message, which must be in the block, and says what was known of it.
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

    /// Becomes a run when no entry says anything any more.
    pub(super) fn simplify(&mut self) {
        if self.dense().is_some_and(Dense::is_blank) {
            *self = Block::Unknown(self.len());
        }
    }

    /// Takes over the messages of the block behind, if the two make one sensible block. Leaves it empty then.
    pub(super) fn absorb(&mut self, behind: &mut Block) -> bool {
        if self.len() == 0 {
            mem::swap(self, behind);
            return true;
        }
        match (self, behind) {
            (_, behind) if behind.len() == 0 => true,
            (Block::Unknown(run), Block::Unknown(more)) => {
                *run += mem::take(more);
                true
            }
            (Block::Dense(dense), Block::Dense(more)) => dense.absorb(more),
            _ => false,
        }
    }
}

/// Up to [`MAX_ENTRIES`] messages, all of whose known UIDs lie in one page.
///
/// Ascending UIDs cross a page at most 256 times, so pages cost an orderly mailbox next to nothing and save a fifth
/// of its memory.
#[derive(Clone)]
pub(super) struct Dense {
    entries: Vec<Entry>,
    page: u16,
    /// How many entries have a UID.
    known: u16,
}

impl Dense {
    /// A single message of which nothing is known yet.
    pub(super) fn one() -> Self {
        Self {
            entries: vec![Entry::BLANK],
            page: 0,
            known: 0,
        }
    }

    /// Notes what has been learned of one message. `false`, and nothing noted, when the UID belongs to another page.
    pub(super) fn learn(&mut self, offset: u32, facts: Facts) -> bool {
        let Some(entry) = self.entries.get_mut(offset as usize) else {
            return false;
        };
        if let Some(uid) = facts.uid {
            let (page, place) = page_and_place(uid);
            let had_uid = entry.place() != 0;
            let others = self.known - u16::from(had_uid);
            if others > 0 && page != self.page {
                return false;
            }
            self.page = page;
            self.known = others + 1;
            entry.set_place(place);
        }
        if let Some(flags) = facts.flags {
            entry.set_flags(flags);
        }
        true
    }

    /// Whether [`pad_back`](Self::pad_back) or [`pad_front`](Self::pad_front) by so many may be followed by learning
    /// these facts.
    pub(super) fn can_grow(&self, by: u32, facts: Facts) -> bool {
        let page = facts.uid.map(|uid| page_and_place(uid).0);
        let page_fits = self.known == 0 || page.is_none_or(|page| page == self.page);
        page_fits && by <= MAX_ENTRIES.saturating_sub(self.len())
    }

    pub(super) fn pad_back(&mut self, by: u32) {
        self.reserve(by as usize);
        let len = self.entries.len() + by as usize;
        self.entries.resize(len, Entry::BLANK);
    }

    pub(super) fn pad_front(&mut self, by: u32) {
        self.pad_back(by);
        self.entries.rotate_right(by as usize);
    }

    pub(super) fn forget_uid(&mut self, offset: u32) {
        if let Some(entry) = self.entries.get_mut(offset as usize) {
            self.known -= u16::from(entry.place() != 0);
            entry.set_place(0);
        }
    }

    fn remove(&mut self, offset: u32) -> Facts {
        if offset >= self.len() {
            return Facts::default();
        }
        let entry = self.entries.remove(offset as usize);
        self.known -= u16::from(entry.place() != 0);
        self.release();
        Facts {
            uid: entry.uid(self.page),
            flags: entry.flags(),
        }
    }

    /// Removes the messages whose UID is known and between the two, and says how many.
    pub(super) fn vanish(&mut self, low: NonZeroU32, high: NonZeroU32) -> u32 {
        let (page, before) = (self.page, self.len());
        let vanishes = |entry: &Entry| {
            let uid = entry.uid(page);
            uid.is_some_and(|uid| (low..=high).contains(&uid))
        };
        if self.known() == before {
            let is_below = |entry: &Entry| entry.uid(page) < Some(low);
            let start = self.entries.partition_point(is_below);
            let behind = self.entries.iter().skip(start);
            let end = start + behind.take_while(|entry| vanishes(entry)).count();
            self.entries.drain(start..end);
        } else {
            self.entries.retain(|entry| !vanishes(entry));
        }
        let removed = before - self.len();
        self.known -= removed as u16;
        self.release();
        removed
    }

    pub(super) fn truncate(&mut self, len: u32) {
        drop(self.split_off(len));
    }

    /// Keeps the first `at` messages and returns the others.
    pub(super) fn split_off(&mut self, at: u32) -> Self {
        let at = at.min(self.len()) as usize;
        let entries = self.entries.split_off(at);
        let known = entries.iter().filter(|entry| entry.place() != 0).count() as u16;
        self.known -= known;
        self.release();
        Self {
            entries,
            page: self.page,
            known,
        }
    }

    fn absorb(&mut self, behind: &mut Self) -> bool {
        let pages_fit = self.known == 0 || behind.known == 0 || self.page == behind.page;
        if !pages_fit || self.len() + behind.len() > JOIN_ENTRIES {
            return false;
        }
        if self.known == 0 {
            self.page = behind.page;
        }
        self.known += mem::take(&mut behind.known);
        self.entries.reserve_exact(behind.entries.len());
        self.entries.append(&mut behind.entries);
        true
    }

    pub(super) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// How many messages have a known UID.
    pub(super) fn known(&self) -> u32 {
        u32::from(self.known)
    }

    pub(super) fn uid(&self, offset: u32) -> Option<NonZeroU32> {
        self.entries.get(offset as usize)?.uid(self.page)
    }

    pub(super) fn flags(&self, offset: u32) -> Option<u8> {
        self.entries.get(offset as usize)?.flags()
    }

    pub(super) fn first_uid(&self) -> Option<NonZeroU32> {
        if self.known == 0 {
            return None;
        }
        self.entries.iter().find_map(|entry| entry.uid(self.page))
    }

    /// Where the message with this UID is.
    pub(super) fn position(&self, uid: NonZeroU32) -> Option<u32> {
        let (page, place) = page_and_place(uid);
        if page != self.page {
            return None;
        }
        let found = if self.known() == self.len() {
            self.entries
                .binary_search_by_key(&place, |entry| entry.place())
                .ok()
        } else {
            self.entries.iter().position(|entry| entry.place() == place)
        };
        found.map(|offset| offset as u32)
    }

    pub(super) fn heap_octets(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
    }

    fn is_blank(&self) -> bool {
        self.known == 0 && self.entries.iter().all(|entry| *entry == Entry::BLANK)
    }

    /// Room to spare: an eighth, so that neither growing nor shrinking moves the entries each time, and a million
    /// messages never hold the half-empty capacity that doubling leaves.
    fn slack(&self) -> usize {
        self.entries.len() / 8 + 8
    }

    fn reserve(&mut self, more: usize) {
        if self.entries.capacity() - self.entries.len() < more {
            let room = MAX_ENTRIES as usize - self.entries.len().min(MAX_ENTRIES as usize);
            let wanted = (more + self.slack()).min(room);
            self.entries.reserve_exact(wanted.max(more));
        }
    }

    fn release(&mut self) {
        if self.entries.capacity() - self.entries.len() > self.slack() {
            self.entries.shrink_to_fit();
        }
    }
}
