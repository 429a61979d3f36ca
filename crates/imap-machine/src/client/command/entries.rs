//! The open commands in one ring: those on the wire, then those that wait for their turn.

use alloc::collections::VecDeque;

use super::entry::Entry;
use super::handle::CommandHandle;
use crate::memory::smaller;

/// A queue of slots, in the order of `send`. A command stays in its slot when it starts and when others leave; only the end of those
/// on the wire and the beginning of the queue move. Between the two there may be empty slots, which are used again.
///
/// Adding, starting and removing take the same time at any size. While no command before it has left, the place of a command is
/// known; otherwise it is found by binary search.
#[derive(Default)]
pub(crate) struct Entries {
    // The first slot and the last one are never empty.
    slots: VecDeque<EntrySlot>,
    /// Where those on the wire end. The slot before it is not empty.
    wire_end: usize,
    /// Where the queue begins. This slot is not empty, unless the queue is.
    head: usize,
    in_flight: usize,
    queued: usize,
}

struct EntrySlot {
    handle: CommandHandle,
    /// `None`: the command has left.
    entry: Option<Entry>,
}

impl EntrySlot {
    const fn is_empty(&self) -> bool {
        self.entry.is_none()
    }
}

impl Entries {
    pub(super) const fn in_flight_count(&self) -> usize {
        self.in_flight
    }

    /// How many slots there is memory for.
    #[cfg(test)]
    pub(super) fn slots(&self) -> usize {
        self.slots.capacity()
    }

    /// Adds a command that was sent after all others.
    pub(super) fn push(&mut self, entry: Entry) {
        let handle = entry.handle();
        debug_assert!(self.slots.back().is_none_or(|last| last.handle < handle));
        if self.slots.capacity() == 0 {
            // Slots are large, and many connections have one command at a time.
            self.slots = VecDeque::with_capacity(1);
        }
        self.queued += 1;
        let entry = Some(entry);
        self.slots.push_back(EntrySlot { handle, entry });
    }

    /// The head of the queue is on the wire from now on.
    pub(super) fn start(&mut self) -> Option<&mut Entry> {
        let started = self.wire_end;
        if self.queued == 0 {
            return None;
        }
        if started != self.head {
            self.slots.swap(started, self.head);
        }
        self.wire_end += 1;
        self.head += 1;
        self.queued -= 1;
        self.in_flight += 1;
        self.trim_queue();
        self.slots.get_mut(started)?.entry.as_mut()
    }

    /// Removes the command in this place.
    pub(super) fn remove(&mut self, place: usize) {
        if let Some(slot) = self.slots.get_mut(place).filter(|slot| !slot.is_empty()) {
            slot.entry = None;
            self.left(place);
        }
    }

    /// The command in this slot has left.
    fn left(&mut self, place: usize) {
        match self.is_on_wire(place) {
            true => self.in_flight -= 1,
            false => self.queued -= 1,
        }
        if self.in_flight + self.queued == 0 {
            // A connection that waits keeps no memory.
            *self = Self::default();
            return;
        }
        self.trim_wire();
        self.trim_queue();
        self.give_back();
    }

    /// The oldest command.
    pub(super) fn first(&self) -> Option<&Entry> {
        self.slots.front()?.entry.as_ref()
    }

    #[inline]
    pub(super) fn get(&self, handle: CommandHandle) -> Option<&Entry> {
        match self.slots.get(self.expected(handle)) {
            Some(slot) if slot.handle == handle => slot.entry.as_ref(),
            _ => self.slots.get(self.find_moved(handle)?)?.entry.as_ref(),
        }
    }

    #[inline]
    pub(super) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Entry> {
        self.at_mut(self.find(handle)?)
    }

    #[inline]
    pub(super) fn at_mut(&mut self, place: usize) -> Option<&mut Entry> {
        self.slots.get_mut(place)?.entry.as_mut()
    }

    /// Whether the command in this place is on the wire.
    pub(super) const fn is_on_wire(&self, place: usize) -> bool {
        place < self.wire_end
    }

    /// The command whose turn is next.
    #[inline]
    pub(super) fn head(&self) -> Option<&Entry> {
        self.slots.get(self.head)?.entry.as_ref()
    }

    #[inline]
    pub(super) fn head_mut(&mut self) -> Option<&mut Entry> {
        self.slots.get_mut(self.head)?.entry.as_mut()
    }

    /// The command on the wire that was sent last.
    #[inline]
    pub(super) fn youngest(&self) -> Option<&Entry> {
        let place = self.wire_end.checked_sub(1)?;
        self.slots.get(place)?.entry.as_ref()
    }

    pub(super) fn in_flight(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        let slots = self.slots.range(..self.wire_end);
        slots.filter_map(|slot| slot.entry.as_ref())
    }

    pub(super) fn queued(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        let slots = self.slots.range(self.head..);
        slots.filter_map(|slot| slot.entry.as_ref())
    }

    /// The commands on the wire that were sent after `handle`.
    pub(super) fn in_flight_after(&self, handle: CommandHandle) -> impl Iterator<Item = &Entry> {
        // The oldest leaves most often.
        let from = match self.slots.front() {
            Some(first) if first.handle > handle => 0,
            _ => self.search(handle.next(), 0, self.wire_end),
        };
        let slots = self.slots.range(from..self.wire_end);
        slots.filter_map(|slot| slot.entry.as_ref())
    }

    /// The same, mutably.
    pub(super) fn in_flight_after_mut(
        &mut self,
        handle: CommandHandle,
    ) -> impl Iterator<Item = &mut Entry> {
        let from = self.search(handle.next(), 0, self.wire_end);
        let slots = self.slots.range_mut(from..self.wire_end);
        slots.filter_map(|slot| slot.entry.as_mut())
    }

    /// All commands that were sent after `handle`, in order.
    pub(super) fn after_mut(&mut self, handle: CommandHandle) -> impl Iterator<Item = &mut Entry> {
        let from = match self.waits(handle) {
            true => self.search(handle.next(), self.head, self.slots.len()),
            false => self.search(handle.next(), 0, self.wire_end),
        };
        let slots = self.slots.range_mut(from..);
        slots.filter_map(|slot| slot.entry.as_mut())
    }

    /// Whether a command with this handle would be in the queue.
    #[inline]
    fn waits(&self, handle: CommandHandle) -> bool {
        let head = self.slots.get(self.head);
        head.is_some_and(|head| head.handle <= handle)
    }

    /// Where a command is if none has left.
    #[inline]
    fn expected(&self, handle: CommandHandle) -> usize {
        let first = self.slots.front().map_or(0, |first| first.handle.number());
        let distance = handle.number().wrapping_sub(first);
        usize::try_from(distance).unwrap_or(usize::MAX)
    }

    /// The place of a command, or of an empty slot that it has left. A handle is in one slot at most.
    #[inline]
    pub(super) fn find(&self, handle: CommandHandle) -> Option<usize> {
        let expected = self.expected(handle);
        match self.slots.get(expected) {
            Some(slot) if slot.handle == handle => Some(expected),
            _ => self.find_moved(handle),
        }
    }

    /// The same when commands before it have left.
    #[cold]
    fn find_moved(&self, handle: CommandHandle) -> Option<usize> {
        if handle < self.slots.front()?.handle {
            return None;
        }
        let (from, to) = match self.waits(handle) {
            true => (self.head, self.slots.len()),
            false => (0, self.wire_end),
        };
        let place = self.search(handle, from, to);
        let slot = self.slots.get(place).filter(|_| place < to)?;
        (slot.handle == handle).then_some(place)
    }

    /// The first of these slots whose handle is not lower.
    fn search(&self, handle: CommandHandle, mut from: usize, mut to: usize) -> usize {
        while from < to {
            let middle = from.midpoint(to);
            match self.slots.get(middle) {
                Some(slot) if slot.handle < handle => from = middle + 1,
                _ => to = middle,
            }
        }
        from
    }

    /// Removes empty slots at the front, and leaves none at the end of those on the wire.
    fn trim_wire(&mut self) {
        let is_empty = |slot: Option<&EntrySlot>| slot.is_some_and(EntrySlot::is_empty);
        while self.wire_end > 0 && is_empty(self.slots.get(self.wire_end - 1)) {
            self.wire_end -= 1;
        }
        while is_empty(self.slots.front()) {
            self.slots.pop_front();
            self.wire_end = self.wire_end.saturating_sub(1);
            self.head = self.head.saturating_sub(1);
        }
    }

    /// Removes empty slots before the queue and after it.
    fn trim_queue(&mut self) {
        let is_empty = |slot: Option<&EntrySlot>| slot.is_some_and(EntrySlot::is_empty);
        while is_empty(self.slots.get(self.head)) {
            self.head += 1;
        }
        while is_empty(self.slots.back()) {
            self.slots.pop_back();
        }
        self.head = self.head.min(self.slots.len());
    }

    /// Removes the other empty slots when there are more of them than full ones, and gives memory back.
    fn give_back(&mut self) {
        if self.slots.len() > 2 * (self.in_flight + self.queued) {
            self.slots.retain(|slot| !slot.is_empty());
            (self.wire_end, self.head) = (self.in_flight, self.in_flight);
        }
        if let Some(capacity) = smaller(self.slots.capacity(), self.slots.len()) {
            self.slots.shrink_to(capacity);
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::client::Command;

    #[derive(Clone, Debug)]
    enum Step {
        Push(usize),
        Start(usize),
        Remove(Index),
        RemoveOldest(usize),
        RemoveYoungest(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1..20_usize).prop_map(Step::Push),
            (1..20_usize).prop_map(Step::Start),
            any::<Index>().prop_map(Step::Remove),
            (1..20_usize).prop_map(Step::RemoveOldest),
            (1..20_usize).prop_map(Step::RemoveYoungest),
        ]
    }

    /// The same in two plain lists.
    #[derive(Default)]
    struct Plain {
        wire: Vec<CommandHandle>,
        queue: Vec<CommandHandle>,
        last: Option<CommandHandle>,
    }

    impl Plain {
        fn all(&self) -> Vec<CommandHandle> {
            [&self.wire[..], &self.queue].concat()
        }

        fn remove(&mut self, entries: &mut Entries, handle: CommandHandle) {
            self.wire.retain(|other| *other != handle);
            self.queue.retain(|other| *other != handle);
            let place = entries.find(handle).unwrap();
            entries.remove(place);
        }

        fn step(&mut self, entries: &mut Entries, step: &Step) {
            match step {
                Step::Push(times) => (0..*times).for_each(|_| {
                    let handle = self.last.map_or(CommandHandle::FIRST, CommandHandle::next);
                    self.last = Some(handle);
                    self.queue.push(handle);
                    entries.push(Entry::of(handle, Command::noop()));
                }),
                Step::Start(times) => (0..*times).for_each(|_| {
                    let started = entries.start().map(|entry| entry.handle());
                    assert_eq!(started, self.queue.first().copied());
                    if started.is_some() {
                        self.wire.push(self.queue.remove(0));
                    }
                }),
                Step::Remove(at) => {
                    let all = self.all();
                    if !all.is_empty() {
                        self.remove(entries, *at.get(&all));
                    }
                }
                Step::RemoveOldest(times) => (0..*times).for_each(|_| {
                    let first = self.all().first().copied();
                    first.into_iter().for_each(|it| self.remove(entries, it));
                }),
                Step::RemoveYoungest(times) => (0..*times).for_each(|_| {
                    let last = self.wire.last().copied();
                    last.into_iter().for_each(|it| self.remove(entries, it));
                }),
            }
        }

        fn compare(&self, entries: &mut Entries) {
            assert!(
                entries
                    .in_flight()
                    .map(Entry::handle)
                    .eq(self.wire.iter().copied())
            );
            assert!(
                entries
                    .queued()
                    .map(Entry::handle)
                    .eq(self.queue.iter().copied())
            );
            assert_eq!(entries.in_flight_count(), self.wire.len());
            let handle = |entry: Option<&Entry>| entry.map(Entry::handle);
            let all = self.all();
            assert_eq!(handle(entries.head()), self.queue.first().copied());
            assert_eq!(handle(entries.youngest()), self.wire.last().copied());
            assert_eq!(handle(entries.first()), all.first().copied());
            let last = self.last.map_or(0, CommandHandle::number);
            for number in 1..=last + 1 {
                let asked = CommandHandle::new(number).unwrap();
                let there = all.contains(&asked).then_some(asked);
                assert_eq!(handle(entries.get(asked)), there);
                let is_on_wire = entries.find(asked).is_some_and(|it| entries.is_on_wire(it));
                assert!(there.is_none() || is_on_wire == self.wire.contains(&asked));
                let after = |list: &[CommandHandle]| {
                    let after = list.iter().copied().filter(|it| *it > asked);
                    after.collect::<Vec<_>>()
                };
                let on_wire = entries.in_flight_after(asked).map(Entry::handle);
                assert!(on_wire.eq(after(&self.wire)));
                let after_it: Vec<_> = entries.after_mut(asked).map(|it| it.handle()).collect();
                assert_eq!(after_it, after(&all));
            }
            // No more than twice as many slots as commands, and room for no more than four times as many.
            let room = 4 * 2 * all.len().max(1) + crate::memory::KEPT;
            assert!(
                entries.slots() <= room,
                "{} for {}",
                entries.slots(),
                all.len()
            );
            assert!(!all.is_empty() || entries.slots() == 0);
        }
    }

    #[test]
    fn commands_are_small() {
        // Moving up to 128 octets needs no call.
        assert!(size_of::<Command>() <= 128);
        assert!(size_of::<Entry>() <= 240);
    }

    proptest! {
        #[test]
        fn the_ring_is_two_lists(steps in prop::collection::vec(step(), 0..40)) {
            let (mut plain, mut entries) = (Plain::default(), Entries::default());
            for step in steps {
                plain.step(&mut entries, &step);
                plain.compare(&mut entries);
            }
        }
    }
}
