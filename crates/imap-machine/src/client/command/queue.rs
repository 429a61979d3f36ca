//! All open commands, in the order of `send`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::Bound;

use super::{CommandHandle, Entry, Phase, Tag};
use crate::Instant;

/// The commands of a connection: those in the queue, those on the wire, and tombstones.
pub(crate) struct Commands {
    // A tombstone may stay for as long as the connection lives: it must not cost more than itself.
    entries: BTreeMap<CommandHandle, Entry>,
    next: CommandHandle,
    // No command before this one is in the queue.
    next_queued: CommandHandle,
    // In the order in which they went out. Never more than `Limits::in_flight`.
    in_flight: Vec<CommandHandle>,
    deadlines: BTreeSet<(Instant, CommandHandle)>,
    open: usize,
    changes: u64,
}

impl Commands {
    pub(crate) const fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            next: CommandHandle(1),
            next_queued: CommandHandle(1),
            in_flight: Vec::new(),
            deadlines: BTreeSet::new(),
            open: 0,
            changes: 0,
        }
    }

    /// The handle that the next command gets.
    pub(crate) const fn next_handle(&self) -> CommandHandle {
        self.next
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        let handle = entry.handle();
        debug_assert_eq!(handle, self.next);
        if let Some(deadline) = entry.deadline {
            self.deadlines.insert((deadline, handle));
        }
        self.open += 1;
        self.entries.insert(handle, entry);
        self.next = CommandHandle(handle.0.saturating_add(1));
    }

    /// How many are to have an outcome yet.
    pub(crate) const fn open(&self) -> usize {
        self.open
    }

    pub(crate) fn get(&self, handle: CommandHandle) -> Option<&Entry> {
        self.entries.get(&handle)
    }

    pub(crate) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Entry> {
        self.entries.get_mut(&handle)
    }

    pub(crate) fn by_tag(&self, tag: &[u8]) -> Option<&Entry> {
        let tag = Tag::parse(tag)?;
        self.get(tag.handle).filter(|entry| entry.tag == tag)
    }

    /// The command whose turn is next.
    pub(crate) fn head(&mut self) -> Option<&Entry> {
        if self.next_queued == self.next {
            return None;
        }
        let head = self.queued().next().map(Entry::handle);
        self.next_queued = head.unwrap_or(self.next);
        self.get(head?)
    }

    /// Commands that wait for their turn, in order.
    pub(crate) fn queued(&self) -> impl Iterator<Item = &Entry> {
        self.entries
            .range(self.next_queued..)
            .map(|(_, entry)| entry)
            .filter(|entry| entry.phase == Phase::Queued)
    }

    /// Commands on the wire, tombstones included, in the order in which they went out.
    pub(crate) fn in_flight(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.in_flight.iter().filter_map(|handle| self.get(*handle))
    }

    pub(crate) fn in_flight_count(&self) -> usize {
        self.in_flight.len()
    }

    /// Counts what happens to commands on the wire: what these allow others stays as it is until this moves.
    pub(crate) const fn changes(&self) -> u64 {
        self.changes
    }

    pub(crate) fn started(&mut self, handle: CommandHandle) {
        self.in_flight.push(handle);
        self.changes = self.changes.wrapping_add(1);
    }

    /// The outcome of a command has been given.
    pub(crate) fn settled(&mut self, deadline: Option<(Instant, CommandHandle)>) {
        self.open = self.open.saturating_sub(1);
        self.changes = self.changes.wrapping_add(1);
        if let Some(deadline) = deadline {
            self.deadlines.remove(&deadline);
        }
    }

    /// Forgets a command: it is done, or never went out.
    pub(crate) fn remove(&mut self, handle: CommandHandle) -> Option<Entry> {
        let entry = self.entries.remove(&handle)?;
        self.changes = self.changes.wrapping_add(1);
        if let Some(at) = self.in_flight.iter().position(|other| *other == handle) {
            self.in_flight.remove(at);
        }
        Some(entry)
    }

    /// Takes the oldest command out: the connection is over.
    pub(crate) fn pop(&mut self) -> Option<Entry> {
        self.in_flight.clear();
        self.deadlines.clear();
        let (_, entry) = self.entries.pop_first()?;
        self.open = self.open.saturating_sub(usize::from(entry.is_open()));
        Some(entry)
    }

    pub(crate) fn pop_deadline(&mut self) {
        self.deadlines.pop_first();
    }

    pub(crate) fn next_deadline(&self) -> Option<(Instant, CommandHandle)> {
        self.deadlines.first().copied()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// Those that were sent after `handle`, in order.
    pub(crate) fn behind_mut(&mut self, handle: CommandHandle) -> impl Iterator<Item = &mut Entry> {
        let behind = (Bound::Excluded(handle), Bound::Unbounded);
        self.entries.range_mut(behind).map(|(_, entry)| entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::command::{Interest, Numbering, Profile, encode};
    use crate::client::exchange::Exchange;
    use crate::client::{Command, CommandHandle};

    fn send(commands: &mut Commands) -> CommandHandle {
        let handle = commands.next_handle();
        let tag = Tag { handle, round: 0 };
        let noop = Command::noop();
        commands.push(Entry {
            tag,
            profile: Profile::new(&noop),
            phase: Phase::Queued,
            interest: Interest::Open,
            exchange: Exchange::Plain,
            fragments: encode(&noop, tag),
            numbering: Numbering::Unused,
            issued: Instant::ORIGIN,
            deadline: None,
        });
        handle
    }

    #[test]
    fn finished_commands_leave_nothing_behind_a_tombstone() {
        let mut commands = Commands::new();
        let tombstone = send(&mut commands);
        commands.started(tombstone);
        for _ in 0..1000 {
            let handle = send(&mut commands);
            assert!(commands.remove(handle).is_some());
            commands.settled(None);
        }
        assert_eq!(commands.entries.len(), 1);
        assert_eq!(commands.next_handle(), CommandHandle(1002));
        assert_eq!(commands.pop().map(|entry| entry.handle()), Some(tombstone));
    }

    #[test]
    fn the_head_of_the_queue_is_the_oldest_that_has_not_started() {
        let mut commands = Commands::new();
        let handles: Vec<_> = (0..4).map(|_| send(&mut commands)).collect();
        let start = |commands: &mut Commands, handle| {
            let phase = Phase::Sending { start: 0 };
            commands.get_mut(handle).unwrap().phase = phase;
            commands.started(handle);
        };
        start(&mut commands, handles[0]);
        commands.remove(handles[1]);
        assert_eq!(commands.head().map(Entry::handle), Some(handles[2]));
        start(&mut commands, handles[2]);
        assert_eq!(commands.head().map(Entry::handle), Some(handles[3]));
        commands.remove(handles[3]);
        assert!(commands.head().is_none());
        let next = send(&mut commands);
        assert_eq!(commands.head().map(Entry::handle), Some(next));
    }
}
