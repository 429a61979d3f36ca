//! All open commands, in the order of `send`.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;

use super::{CommandHandle, Entry, Phase, Tag};
use crate::Instant;

/// The commands of a connection: those in the queue, those on the wire, and tombstones.
#[derive(Default)]
pub(crate) struct Commands {
    // Slot i is the command with number `first + i`; finished ones in the middle leave a hole.
    slots: VecDeque<Option<Entry>>,
    first: u64,
    // Number of the oldest command that may still be queued.
    next_queued: u64,
    // In the order in which they went out. Never more than `Limits::in_flight`.
    in_flight: Vec<CommandHandle>,
    deadlines: BTreeSet<(Instant, CommandHandle)>,
    open: usize,
}

impl Commands {
    pub(crate) const fn new() -> Self {
        Self {
            slots: VecDeque::new(),
            first: 1,
            next_queued: 1,
            in_flight: Vec::new(),
            deadlines: BTreeSet::new(),
            open: 0,
        }
    }

    /// The handle that the next command gets.
    pub(crate) fn next_handle(&self) -> CommandHandle {
        CommandHandle(self.first + self.slots.len() as u64)
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        debug_assert_eq!(entry.handle(), self.next_handle());
        if let Some(deadline) = entry.deadline {
            self.deadlines.insert((deadline, entry.handle()));
        }
        self.open += 1;
        self.slots.push_back(Some(entry));
    }

    /// How many are to have an outcome yet.
    pub(crate) const fn open(&self) -> usize {
        self.open
    }

    pub(crate) fn get(&self, handle: CommandHandle) -> Option<&Entry> {
        self.slots.get(self.index(handle)?)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Entry> {
        let index = self.index(handle)?;
        self.slots.get_mut(index)?.as_mut()
    }

    pub(crate) fn by_tag(&self, tag: &[u8]) -> Option<&Entry> {
        let tag = Tag::parse(tag)?;
        self.get(tag.handle).filter(|entry| entry.tag == tag)
    }

    /// The command whose turn is next.
    pub(crate) fn head(&mut self) -> Option<&Entry> {
        while let Some(handle) = self.queued_slot() {
            if self
                .get(handle)
                .is_some_and(|entry| entry.phase == Phase::Queued)
            {
                return self.get(handle);
            }
            self.next_queued += 1;
        }
        None
    }

    fn queued_slot(&self) -> Option<CommandHandle> {
        (self.next_queued < self.next_handle().0).then_some(CommandHandle(self.next_queued))
    }

    /// Commands that wait for their turn, in order.
    pub(crate) fn queued(&self) -> impl Iterator<Item = &Entry> {
        let skip = self.next_queued.saturating_sub(self.first);
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        self.slots
            .iter()
            .skip(skip)
            .flatten()
            .filter(|entry| entry.phase == Phase::Queued)
    }

    /// Commands on the wire, tombstones included, in the order in which they went out.
    pub(crate) fn in_flight(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.in_flight.iter().filter_map(|handle| self.get(*handle))
    }

    pub(crate) fn in_flight_count(&self) -> usize {
        self.in_flight.len()
    }

    pub(crate) fn started(&mut self, handle: CommandHandle) {
        self.in_flight.push(handle);
    }

    /// The outcome of a command has been given.
    pub(crate) fn settled(&mut self, deadline: Option<(Instant, CommandHandle)>) {
        self.open = self.open.saturating_sub(1);
        if let Some(deadline) = deadline {
            self.deadlines.remove(&deadline);
        }
    }

    /// Forgets a command: it is done, or never went out.
    pub(crate) fn remove(&mut self, handle: CommandHandle) -> Option<Entry> {
        let index = self.index(handle)?;
        let entry = self.slots.get_mut(index)?.take()?;
        if let Some(at) = self.in_flight.iter().position(|other| *other == handle) {
            self.in_flight.remove(at);
        }
        while let Some(None) = self.slots.front() {
            self.slots.pop_front();
            self.first += 1;
        }
        self.next_queued = self.next_queued.max(self.first);
        if self.slots.is_empty() && self.slots.capacity() > 64 {
            self.slots = VecDeque::new();
        }
        Some(entry)
    }

    /// Takes the oldest command out: the connection is over.
    pub(crate) fn pop(&mut self) -> Option<Entry> {
        self.in_flight.clear();
        self.deadlines.clear();
        while let Some(slot) = self.slots.pop_front() {
            self.first += 1;
            if let Some(entry) = slot {
                self.open -= usize::from(entry.is_open());
                return Some(entry);
            }
        }
        None
    }

    pub(crate) fn pop_deadline(&mut self) {
        self.deadlines.pop_first();
    }

    pub(crate) fn next_deadline(&self) -> Option<(Instant, CommandHandle)> {
        self.deadlines.first().copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.slots.iter().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.slots.iter_mut().flatten()
    }

    fn index(&self, handle: CommandHandle) -> Option<usize> {
        usize::try_from(handle.0.checked_sub(self.first)?).ok()
    }
}
