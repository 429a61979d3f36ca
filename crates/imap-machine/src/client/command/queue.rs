//! All open commands, in the order of `send`.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use core::mem;

use super::answers::Answers;
use super::behaviors::Behaviors;
use super::deadlines::Deadlines;
use super::entries::Entries;
use super::entry::{Entry, Interest};
use super::handle::{CommandHandle, Tag};
use super::index::Index;
use super::pipeline::{Blocked, conflict};
use super::profile::{Effect, Profile};
use super::scope::MessageNumbers;
use crate::instant::Instant;

// Up to this many commands in flight are looked at one by one: that is quicker than an index, and an idle connection needs
// no memory for one.
const FEW: usize = 8;

/// The commands of a connection: those in the queue, those on the wire, and tombstones.
///
/// No command overtakes another. So every command on the wire is older than every one in the queue, and both are in the order
/// of their handles.
pub(crate) struct Commands {
    // Those on the wire with tombstones; one may stay as long as the connection lives. Never more of them than `Limits::in_flight` and
    // a LOGOUT.
    entries: Entries,
    // Present while more than a few are in flight, and for a while after.
    index: Option<Box<Index>>,
    oldest_open: Option<CommandHandle>,
    // How many in flight change flags without a response that tells the new ones.
    silent: usize,
    next: CommandHandle,
    // SELECT and EXAMINE, in the queue or on the wire.
    selecting: BTreeSet<CommandHandle>,
    deadlines: Deadlines,
    open: usize,
    changes: u64,
}

impl Commands {
    pub(crate) fn new() -> Self {
        Self {
            entries: Entries::default(),
            index: None,
            oldest_open: None,
            silent: 0,
            next: CommandHandle::FIRST,
            selecting: BTreeSet::new(),
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
            self.selecting.insert(handle);
        }
        self.open += 1;
        self.entries.push(entry);
        self.next = handle.next();
    }

    /// How many have no outcome yet.
    pub(crate) const fn open(&self) -> usize {
        self.open
    }

    pub(crate) fn get(&self, handle: CommandHandle) -> Option<&Entry> {
        self.entries.get(handle)
    }

    pub(crate) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Entry> {
        self.entries.get_mut(handle)
    }

    pub(crate) fn by_tag(&self, tag: &[u8]) -> Option<&Entry> {
        let tag = Tag::parse(tag)?;
        self.get(tag.handle).filter(|entry| entry.tag == tag)
    }

    /// The command whose turn is next.
    pub(crate) fn head(&self) -> Option<&Entry> {
        self.entries.head()
    }

    /// Commands that wait for their turn, in order.
    pub(crate) fn queued(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.queued()
    }

    /// Commands on the wire, tombstones included, in the order in which they went out.
    pub(crate) fn in_flight(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.in_flight()
    }

    /// The command on the wire, or tombstone, that was sent last.
    pub(crate) fn youngest(&self) -> Option<&Entry> {
        self.entries.youngest()
    }

    pub(crate) const fn in_flight_count(&self) -> usize {
        self.entries.in_flight_count()
    }

    /// The oldest command on the wire without an outcome.
    pub(crate) fn oldest_open(&self) -> Option<&Entry> {
        self.entries.get(self.oldest_open?)
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
        self.forget_deadlines(handle);
    }

    /// The last SELECT or EXAMINE that has not ended.
    pub(crate) fn last_select(&self) -> Option<CommandHandle> {
        self.selecting.last().copied()
    }

    /// LOGOUTs on the wire. Only another LOGOUT can be sent after one.
    pub(crate) fn logouts(&self) -> impl Iterator<Item = &Entry> {
        let youngest = self.in_flight().rev();
        youngest.take_while(|entry| entry.profile.effect == Effect::Logout)
    }

    /// Whether the server may send EXPUNGE. It may not while no command is in progress, or only FETCH, STORE or SEARCH by number
    /// (RFC 9051 section 7.5.1).
    pub(crate) fn may_be_renumbered(&self) -> bool {
        match &self.index {
            Some(index) => index.exhibits(Behaviors::MAY_RENUMBER),
            None => self.in_flight().any(|entry| {
                let exhibited = entry.profile.exhibits(entry.interest);
                exhibited.has(Behaviors::MAY_RENUMBER)
            }),
        }
    }

    /// Whether any command on the wire changes flags without a response that tells the new ones.
    pub(crate) const fn has_silent(&self) -> bool {
        self.silent > 0
    }

    /// These commands, in order. Costs nothing when there are none.
    pub(crate) fn silent(&self) -> impl Iterator<Item = &Entry> {
        let all = self.in_flight();
        let some = all.filter(|entry| entry.profile.is_silent());
        some.take(self.silent)
    }

    /// Those of them that may be about this message, in no order, and some that are not.
    pub(crate) fn silent_about(&self, message: MessageNumbers) -> impl Iterator<Item = &Entry> {
        let index = self.index.as_ref();
        let about = index.and_then(|index| index.stores_about(message));
        let all = match about {
            Some(_) => None,
            None => Some(self.silent()),
        };
        let about = about.into_iter().flatten();
        let about = about.filter_map(|handle| self.get(handle));
        let all = all.into_iter().flatten();
        all.chain(about.filter(|entry| entry.profile.is_silent()))
    }

    /// Counts changes on the wire. While it stays the same, the same commands may start.
    pub(crate) const fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether the rules allow another command next to those on the wire.
    pub(crate) fn may_start(&self, candidate: &Profile) -> bool {
        match &self.index {
            Some(index) => index.may_start(candidate, &self.entries),
            None => self.blocked(candidate).is_none(),
        }
    }

    /// The oldest command that another has to wait for, and why. It looks at every command in flight, so it is for the diagnosis
    /// only.
    pub(crate) fn blocked(&self, candidate: &Profile) -> Option<Blocked> {
        self.in_flight().find_map(|entry| {
            let why = conflict(candidate, &entry.profile, entry.interest)?;
            let by = entry.handle();
            Some(Blocked { by, why })
        })
    }

    /// The oldest command that is answered with this kind of data, which names no message.
    pub(crate) fn answered_with(&self, kind: Answers) -> Option<&Entry> {
        match &self.index {
            Some(index) => self.get(index.answered_with(kind)?),
            None => {
                let mut in_flight = self.in_flight();
                in_flight.find(|entry| entry.profile.answers.has(kind))
            }
        }
    }

    /// The command that asks for this kind of data about this mailbox. Servers may spell the name differently, so if only one
    /// asks for it, it is that one.
    pub(crate) fn asking_about(&self, kind: Answers, mailbox: &[u8]) -> Option<&Entry> {
        if let Some(index) = &self.index {
            return self.get(index.asking_about(kind, mailbox, &self.entries)?);
        }
        let asks = |entry: &&Entry| entry.profile.answers.has(kind);
        let mut asking = self.in_flight().filter(asks);
        let named = asking.find(|entry| entry.profile.may_be_about(mailbox));
        named.or_else(|| {
            let mut all = self.in_flight().filter(asks);
            all.next().filter(|_| all.next().is_none())
        })
    }

    /// Whether few enough are in flight to look at each.
    pub(crate) const fn are_few(&self) -> bool {
        self.index.is_none()
    }

    /// The commands that a row about this message may answer, in no order, and some that it does not.
    pub(crate) fn asked_about(&self, message: MessageNumbers) -> impl Iterator<Item = &Entry> {
        let index = self.index.iter();
        let looked_up = index.flat_map(move |index| index.asked_about(message, &self.entries));
        let few = match &self.index {
            Some(_) => None,
            None => Some(self.in_flight()),
        };
        let few = few.into_iter().flatten();
        few.chain(looked_up.filter_map(|handle| self.get(handle)))
    }

    /// The next one to send.
    pub(crate) fn head_mut(&mut self) -> Option<&mut Entry> {
        self.entries.head_mut()
    }

    /// Moves the head of the queue to the wire.
    pub(crate) fn start(&mut self) -> Option<&mut Entry> {
        if self.index.is_none() && self.entries.in_flight_count() >= FEW {
            self.index = Some(self.indexed_so_far());
        }
        let entry = self.entries.start()?;
        let handle = entry.handle();
        self.changes = self.changes.wrapping_add(1);
        self.oldest_open = self.oldest_open.or(Some(handle));
        if let Some(index) = &mut self.index {
            index.add(handle, &entry.profile, entry.interest);
        }
        self.silent += usize::from(entry.profile.is_silent());
        Some(entry)
    }

    fn indexed_so_far(&self) -> Box<Index> {
        let mut index = Box::<Index>::default();
        for entry in self.in_flight() {
            index.add(entry.handle(), &entry.profile, entry.interest);
        }
        index
    }

    /// The outcome of a command has been given: it is a tombstone until it is removed. `false` if it was one already.
    pub(crate) fn settle(&mut self, handle: CommandHandle) -> bool {
        let Some(place) = self.entries.find(handle) else {
            return false;
        };
        let is_on_wire = self.entries.is_on_wire(place);
        let entry = self.entries.at_mut(place);
        let Some(entry) = entry.filter(|entry| entry.is_open()) else {
            return false;
        };
        entry.interest = Interest::Given;
        if let Some(index) = &mut self.index {
            if is_on_wire {
                index.abandon(&entry.profile);
            }
        }
        self.ended(handle);
        true
    }

    /// Removes a command: it is done, or was never sent. Returns what its OK would change.
    pub(crate) fn remove(&mut self, handle: CommandHandle) -> Option<Effect> {
        let place = self.entries.find(handle)?;
        let is_on_wire = self.entries.is_on_wire(place);
        let entry = self.entries.at_mut(place)?;
        let (is_open, selects) = (entry.is_open(), entry.profile.selects());
        if is_on_wire {
            self.silent -= usize::from(entry.profile.is_silent());
            if let Some(index) = &mut self.index {
                index.remove(handle, &entry.profile, entry.interest);
            }
        }
        let effect = mem::replace(&mut entry.profile.effect, Effect::None);
        self.entries.remove(place);
        if self.entries.in_flight_count() == 0 {
            self.index = None;
        }
        if selects {
            self.selecting.remove(&handle);
            // An empty tree may keep a node.
            if self.selecting.is_empty() {
                self.selecting = BTreeSet::new();
            }
        }
        match is_open {
            true => self.ended(handle),
            false => self.changes = self.changes.wrapping_add(1),
        }
        Some(effect)
    }

    /// A command is not open any more.
    fn ended(&mut self, handle: CommandHandle) {
        self.open = self.open.saturating_sub(1);
        self.changes = self.changes.wrapping_add(1);
        if self.oldest_open == Some(handle) {
            let mut younger = self.entries.in_flight_after(handle);
            let open = younger.find(|entry| entry.is_open());
            self.oldest_open = open.map(|entry| entry.handle());
        }
        self.forget_deadlines(handle);
    }

    /// Drops deadlines of commands that have ended.
    fn forget_deadlines(&mut self, handle: CommandHandle) {
        let entries = &self.entries;
        self.deadlines.ended(handle, self.open, |(at, handle)| {
            let entry = entries.get(handle);
            entry.is_some_and(|entry| entry.is_open() && entry.deadline == Some(at))
        });
    }

    /// The oldest command.
    pub(crate) fn oldest(&self) -> Option<&Entry> {
        self.entries.first()
    }

    pub(crate) fn next_deadline(&self) -> Option<(Instant, CommandHandle)> {
        self.deadlines.first()
    }

    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.in_flight().chain(self.queued())
    }

    /// The commands that were sent after `handle`, in order.
    pub(crate) fn after_mut(&mut self, handle: CommandHandle) -> impl Iterator<Item = &mut Entry> {
        self.entries.after_mut(handle)
    }

    /// Those of them that are on the wire.
    pub(crate) fn in_flight_after_mut(
        &mut self,
        handle: CommandHandle,
    ) -> impl Iterator<Item = &mut Entry> {
        self.entries.in_flight_after_mut(handle)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::client::{Command, CommandHandle};

    fn send(commands: &mut Commands) -> CommandHandle {
        let handle = commands.next_handle();
        commands.push(Entry::of(handle, Command::noop()));
        handle
    }

    #[test]
    fn finished_commands_leave_nothing_behind_a_tombstone() {
        let mut commands = Commands::new();
        let tombstone = send(&mut commands);
        commands.start();
        for _ in 0..1000 {
            let handle = send(&mut commands);
            assert!(commands.settle(handle) && !commands.settle(handle));
            assert!(commands.remove(handle).is_some());
        }
        assert_eq!(commands.iter().count(), 1);
        assert_eq!(commands.next_handle().number(), 1002);
        assert_eq!(commands.oldest().map(Entry::handle), Some(tombstone));
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
        let after = |commands: &mut Commands, handle| {
            let after = commands.after_mut(handle);
            after.map(|entry| entry.handle()).collect::<Vec<_>>()
        };
        assert_eq!(after(&mut commands, handles[0]), left[1..]);
        assert_eq!(after(&mut commands, handles[1]), left[1..]);
        assert_eq!(after(&mut commands, handles[3]), left[3..]);
    }

    #[test]
    fn commands_that_come_and_go_after_others_leave_no_room() {
        let mut commands = Commands::new();
        let (head, mut last) = (send(&mut commands), send(&mut commands));
        for _ in 0..10_000 {
            let next = send(&mut commands);
            assert!(commands.remove(last).is_some());
            last = next;
            let slots = commands.entries.slots();
            assert!(slots < 32, "{slots} for two");
        }
        assert!(commands.iter().map(Entry::handle).eq([head, last]));
        assert_eq!(commands.get(last).map(Entry::handle), Some(last));
        assert!(commands.remove(head).is_some() && commands.remove(last).is_some());
        assert_eq!(commands.entries.slots(), 0);
    }
}
