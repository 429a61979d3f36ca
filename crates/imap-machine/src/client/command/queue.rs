//! All open commands, in the order of `send`.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet, VecDeque};
use core::ops::Bound;

use super::{CommandHandle, Entry, Tag};
use crate::Instant;

// For commands on the wire, when there are none: a window may have been full once.
const KEPT_PLACES: usize = 8;

/// The commands of a connection: those in the queue, those on the wire, and tombstones.
///
/// Nothing overtakes, so every command on the wire is older than every one in the queue, and both are in the order of
/// their handles.
pub(crate) struct Commands {
    // Tombstones included, one of which may stay for as long as the connection lives. Never more than
    // `Limits::in_flight` and a LOGOUT.
    // An entry is large. Boxed it is not moved about, and a connection without commands holds no room for any.
    in_flight: VecDeque<Box<Entry>>,
    // How many of those are UID STOREs.
    uid_stores: usize,
    // Anybody in it may be cancelled.
    queued: BTreeMap<CommandHandle, Box<Entry>>,
    next: CommandHandle,
    deadlines: BTreeSet<(Instant, CommandHandle)>,
    open: usize,
    changes: u64,
}

impl Commands {
    pub(crate) const fn new() -> Self {
        Self {
            in_flight: VecDeque::new(),
            uid_stores: 0,
            queued: BTreeMap::new(),
            next: CommandHandle(1),
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
        self.queued.insert(handle, Box::new(entry));
        self.next = CommandHandle(handle.0.saturating_add(1));
    }

    /// How many are to have an outcome yet.
    pub(crate) const fn open(&self) -> usize {
        self.open
    }

    pub(crate) fn get(&self, handle: CommandHandle) -> Option<&Entry> {
        match self.place(handle) {
            Some(place) => self.in_flight.get(place),
            None => self.queued.get(&handle),
        }
        .map(|entry| &**entry)
    }

    pub(crate) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Entry> {
        match self.place(handle) {
            Some(place) => self.in_flight.get_mut(place),
            None => self.queued.get_mut(&handle),
        }
        .map(|entry| &mut **entry)
    }

    pub(crate) fn by_tag(&self, tag: &[u8]) -> Option<&Entry> {
        let tag = Tag::parse(tag)?;
        self.get(tag.handle).filter(|entry| entry.tag == tag)
    }

    /// The command whose turn is next.
    pub(crate) fn head(&self) -> Option<&Entry> {
        self.queued().next()
    }

    /// Commands that wait for their turn, in order.
    pub(crate) fn queued(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.queued.values().map(|entry| &**entry)
    }

    /// Commands on the wire, tombstones included, in the order in which they went out.
    pub(crate) fn in_flight(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.in_flight.iter().map(|entry| &**entry)
    }

    pub(crate) fn in_flight_count(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether all commands on the wire are UID STOREs. Programs send them by the hundred, and they never keep each other
    /// waiting.
    pub(crate) fn only_uid_stores(&self) -> bool {
        self.uid_stores == self.in_flight.len()
    }

    /// Counts what happens to commands on the wire: what these allow others stays as it is until this moves.
    pub(crate) const fn changes(&self) -> u64 {
        self.changes
    }

    /// The head of the queue goes out.
    pub(crate) fn start(&mut self) -> Option<&mut Entry> {
        let (_, entry) = self.queued.pop_first()?;
        self.changes = self.changes.wrapping_add(1);
        self.uid_stores += usize::from(entry.profile.is_uid_store());
        self.in_flight.push_back(entry);
        self.in_flight.back_mut().map(|entry| &mut **entry)
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
    pub(crate) fn remove(&mut self, handle: CommandHandle) -> Option<Box<Entry>> {
        self.changes = self.changes.wrapping_add(1);
        let Some(place) = self.place(handle) else {
            return self.queued.remove(&handle);
        };
        let entry = self.in_flight.remove(place)?;
        self.uid_stores -= usize::from(entry.profile.is_uid_store());
        if self.in_flight.is_empty() {
            self.in_flight.shrink_to(KEPT_PLACES);
        }
        Some(entry)
    }

    /// Takes the oldest command out: the connection is over.
    pub(crate) fn pop(&mut self) -> Option<Box<Entry>> {
        self.deadlines.clear();
        let oldest = self.in_flight.pop_front();
        let store = oldest.as_ref().map(|entry| entry.profile.is_uid_store());
        self.uid_stores -= usize::from(store.unwrap_or_default());
        let entry = oldest.or_else(|| self.queued.pop_first().map(|(_, entry)| entry))?;
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
        self.in_flight().chain(self.queued())
    }

    /// Those that were sent after `handle`, in order.
    pub(crate) fn behind_mut(&mut self, handle: CommandHandle) -> impl Iterator<Item = &mut Entry> {
        let in_flight = &self.in_flight;
        let place = in_flight.partition_point(|entry| entry.handle() <= handle);
        let behind = (Bound::Excluded(handle), Bound::Unbounded);
        let queued = self.queued.range_mut(behind).map(|(_, entry)| entry);
        let behind = self.in_flight.range_mut(place..).chain(queued);
        behind.map(|entry| &mut **entry)
    }

    fn place(&self, handle: CommandHandle) -> Option<usize> {
        let found = self
            .in_flight
            .binary_search_by_key(&handle, |entry| entry.handle());
        found.ok()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::client::command::{Interest, Numbering, Phase, Profile, encode};
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
            fragments: encode(noop, tag),
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
        commands.start();
        for _ in 0..1000 {
            let handle = send(&mut commands);
            assert!(commands.remove(handle).is_some());
            commands.settled(None);
        }
        assert_eq!(commands.iter().count(), 1);
        assert_eq!(commands.next_handle(), CommandHandle(1002));
        assert_eq!(commands.pop().map(|entry| entry.handle()), Some(tombstone));
    }

    #[test]
    fn the_head_of_the_queue_is_the_oldest_that_has_not_started() {
        let mut commands = Commands::new();
        let handles: Vec<_> = (0..4).map(|_| send(&mut commands)).collect();
        let start = |commands: &mut Commands| commands.start().map(|entry| entry.handle());
        assert_eq!(start(&mut commands), Some(handles[0]));
        commands.remove(handles[1]);
        assert_eq!(commands.head().map(Entry::handle), Some(handles[2]));
        assert_eq!(start(&mut commands), Some(handles[2]));
        assert_eq!(commands.head().map(Entry::handle), Some(handles[3]));
        commands.remove(handles[3]);
        assert!(commands.head().is_none());
        let next = send(&mut commands);
        assert_eq!(commands.head().map(Entry::handle), Some(next));
    }

    #[test]
    fn all_are_found_wherever_they_are() {
        let mut commands = Commands::new();
        let handles: Vec<_> = (0..6).map(|_| send(&mut commands)).collect();
        for _ in 0..3 {
            commands.start();
        }
        commands.remove(handles[1]);
        commands.remove(handles[4]);
        let left = [handles[0], handles[2], handles[3], handles[5]];
        assert!(commands.iter().map(Entry::handle).eq(left));
        for handle in handles.iter().copied() {
            let found = commands.get(handle).map(Entry::handle);
            assert_eq!(found, left.contains(&handle).then_some(handle));
        }
        let behind = |commands: &mut Commands, handle| {
            let behind = commands.behind_mut(handle);
            behind.map(|entry| entry.handle()).collect::<Vec<_>>()
        };
        assert_eq!(behind(&mut commands, handles[0]), left[1..]);
        assert_eq!(behind(&mut commands, handles[1]), left[1..]);
        assert_eq!(behind(&mut commands, handles[3]), left[3..]);
    }
}
