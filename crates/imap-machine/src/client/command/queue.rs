//! All open commands, in the order of `send`.

use alloc::boxed::Box;

use super::deadlines::Deadlines;
use super::in_order::InOrder;
use super::{CommandHandle, Entry, Tag};
use crate::Instant;

/// The commands of a connection: those in the queue, those on the wire, and tombstones.
///
/// Nothing overtakes, so every command on the wire is older than every one in the queue, and both are in the order of
/// their handles.
pub(crate) struct Commands {
    // Tombstones included, one of which may stay for as long as the connection lives. Never more than
    // `Limits::in_flight` and a LOGOUT.
    in_flight: InOrder,
    // How many of those are UID STOREs.
    uid_stores: usize,
    // How many of those change flags without a word of the server.
    silent: usize,
    queued: InOrder,
    // The SELECT or EXAMINE that was sent last, if it is here still.
    last_select: Option<CommandHandle>,
    next: CommandHandle,
    deadlines: Deadlines,
    open: usize,
    changes: u64,
}

impl Commands {
    pub(crate) fn new() -> Self {
        Self {
            in_flight: InOrder::new(),
            uid_stores: 0,
            silent: 0,
            queued: InOrder::new(),
            last_select: None,
            next: CommandHandle(1),
            deadlines: Deadlines::default(),
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
            self.deadlines.push(deadline, handle);
        }
        if entry.profile.selects() {
            self.last_select = Some(handle);
        }
        self.open += 1;
        self.queued.push(Box::new(entry));
        self.next = CommandHandle(handle.0.saturating_add(1));
    }

    /// The SELECT or EXAMINE that was sent last, if it is not done.
    pub(crate) const fn last_select(&self) -> Option<CommandHandle> {
        self.last_select
    }

    /// Gives a command another deadline, or none.
    pub(crate) fn set_deadline(&mut self, handle: CommandHandle, deadline: Option<Instant>) {
        let Some(entry) = self.get_mut(handle) else {
            return;
        };
        entry.deadline = deadline;
        if let Some(deadline) = deadline {
            self.deadlines.push(deadline, handle);
        }
        self.forget_deadlines();
    }

    /// How many are to have an outcome yet.
    pub(crate) const fn open(&self) -> usize {
        self.open
    }

    pub(crate) fn get(&self, handle: CommandHandle) -> Option<&Entry> {
        let in_flight = self.in_flight.get(handle);
        in_flight.or_else(|| self.queued.get(handle))
    }

    pub(crate) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Entry> {
        let in_flight = self.in_flight.get_mut(handle);
        in_flight.or_else(|| self.queued.get_mut(handle))
    }

    pub(crate) fn by_tag(&self, tag: &[u8]) -> Option<&Entry> {
        let tag = Tag::parse(tag)?;
        self.get(tag.handle).filter(|entry| entry.tag == tag)
    }

    /// The command whose turn is next.
    pub(crate) fn head(&self) -> Option<&Entry> {
        self.queued.first()
    }

    /// Commands that wait for their turn, in order.
    pub(crate) fn queued(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.queued.iter()
    }

    /// Commands on the wire, tombstones included, in the order in which they went out.
    pub(crate) fn in_flight(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.in_flight.iter()
    }

    pub(crate) const fn in_flight_count(&self) -> usize {
        self.in_flight.len()
    }

    /// Whether all commands on the wire are UID STOREs. Programs send them by the hundred, and they never keep each other
    /// waiting.
    pub(crate) const fn only_uid_stores(&self) -> bool {
        self.uid_stores == self.in_flight.len()
    }

    /// Whether any command on the wire changes flags without a word of the server.
    pub(crate) const fn has_silent(&self) -> bool {
        self.silent > 0
    }

    /// Those commands, in order. Costs nothing when there are none.
    pub(crate) fn silent(&self) -> impl Iterator<Item = &Entry> {
        let all = self.in_flight();
        let some = all.filter(|entry| entry.profile.is_silent());
        some.take(self.silent)
    }

    /// Counts what happens to commands on the wire: what these allow others stays as it is until this moves.
    pub(crate) const fn changes(&self) -> u64 {
        self.changes
    }

    /// The head of the queue goes out.
    pub(crate) fn start(&mut self) -> Option<&mut Entry> {
        let entry = self.queued.pop_first()?;
        self.changes = self.changes.wrapping_add(1);
        self.uid_stores += usize::from(entry.profile.is_uid_store());
        self.silent += usize::from(entry.profile.is_silent());
        Some(self.in_flight.push(entry))
    }

    /// The outcome of a command has been given.
    pub(crate) fn settled(&mut self) {
        self.open = self.open.saturating_sub(1);
        self.changes = self.changes.wrapping_add(1);
        self.forget_deadlines();
    }

    /// Drops deadlines that hold no more.
    fn forget_deadlines(&mut self) {
        let (in_flight, queued) = (&self.in_flight, &self.queued);
        self.deadlines.ended(self.open, |(at, handle)| {
            let entry = in_flight.get(handle).or_else(|| queued.get(handle));
            entry.is_some_and(|entry| entry.is_open() && entry.deadline == Some(at))
        });
    }

    /// Forgets a command: it is done, or never went out.
    pub(crate) fn remove(&mut self, handle: CommandHandle) -> Option<Box<Entry>> {
        self.changes = self.changes.wrapping_add(1);
        let entry = match self.in_flight.remove(handle) {
            Some(entry) => {
                self.uid_stores -= usize::from(entry.profile.is_uid_store());
                self.silent -= usize::from(entry.profile.is_silent());
                entry
            }
            None => self.queued.remove(handle)?,
        };
        if self.last_select == Some(handle) {
            let select = self.iter().rev().find(|it| it.profile.selects());
            let select = select.map(Entry::handle);
            self.last_select = select;
        }
        Some(entry)
    }

    /// Takes the oldest command out: the connection is over.
    pub(crate) fn pop(&mut self) -> Option<Box<Entry>> {
        self.deadlines.clear();
        let oldest = self.in_flight.pop_first();
        if let Some(entry) = &oldest {
            self.uid_stores -= usize::from(entry.profile.is_uid_store());
            self.silent -= usize::from(entry.profile.is_silent());
        }
        let entry = oldest.or_else(|| self.queued.pop_first())?;
        self.open = self.open.saturating_sub(usize::from(entry.is_open()));
        Some(entry)
    }

    pub(crate) fn next_deadline(&self) -> Option<(Instant, CommandHandle)> {
        self.deadlines.first()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.in_flight().chain(self.queued())
    }

    /// Those that were sent after `handle`, in order.
    pub(crate) fn behind_mut(&mut self, handle: CommandHandle) -> impl Iterator<Item = &mut Entry> {
        let in_flight = self.in_flight.behind_mut(handle);
        in_flight.chain(self.queued.behind_mut(handle))
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
            commands.settled();
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

    #[test]
    fn commands_that_come_and_go_behind_others_leave_no_room_behind() {
        let mut commands = Commands::new();
        let (head, mut last) = (send(&mut commands), send(&mut commands));
        for _ in 0..10_000 {
            let next = send(&mut commands);
            assert!(commands.remove(last).is_some());
            commands.settled();
            last = next;
            let places = commands.queued.places();
            assert!(places < 32, "{places} for two");
        }
        assert!(commands.iter().map(Entry::handle).eq([head, last]));
        assert_eq!(commands.get(last).map(Entry::handle), Some(last));
        assert!(commands.remove(head).is_some() && commands.remove(last).is_some());
        assert!(commands.queued.places() <= 2);
    }
}
