//! A map with handles as keys. Entries are added in the order of `send`, and removed in any order.

use alloc::collections::VecDeque;

use super::handle::CommandHandle;
use crate::memory::smaller;

/// A queue of slots. A slot stays in its place when its command leaves. Empty slots are removed when there are more than full
/// ones.
///
/// Adding and removing take the same time at any size. While no command before it has left, the place of a command is known;
/// otherwise it is found by binary search.
pub(in crate::client) struct InOrder<T> {
    // The first slot and the last one are never empty.
    slots: VecDeque<Slot<T>>,
    taken: usize,
}

struct Slot<T> {
    handle: CommandHandle,
    value: Option<T>,
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> InOrder<T> {
    pub(in crate::client) const fn new() -> Self {
        Self {
            slots: VecDeque::new(),
            taken: 0,
        }
    }

    pub(in crate::client) const fn len(&self) -> usize {
        self.taken
    }

    /// Adds a command that was sent after all others.
    pub(in crate::client) fn push(&mut self, handle: CommandHandle, value: T) {
        debug_assert!(self.slots.back().is_none_or(|last| last.handle < handle));
        self.taken += 1;
        let value = Some(value);
        self.slots.push_back(Slot { handle, value });
    }

    pub(in crate::client) fn first(&self) -> Option<(CommandHandle, &T)> {
        let first = self.slots.front()?;
        Some((first.handle, first.value.as_ref()?))
    }

    #[inline]
    pub(in crate::client) fn get(&self, handle: CommandHandle) -> Option<&T> {
        let first = self.slots.front()?;
        if first.handle == handle {
            return first.value.as_ref();
        }
        self.slots.get(self.find(handle)?)?.value.as_ref()
    }

    #[inline]
    pub(in crate::client) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut T> {
        let index = match self.slots.front()?.handle == handle {
            true => 0,
            false => self.find(handle)?,
        };
        self.slots.get_mut(index)?.value.as_mut()
    }

    pub(in crate::client) fn remove(&mut self, handle: CommandHandle) -> Option<T> {
        let index = self.find(handle)?;
        let value = self.slots.get_mut(index)?.value.take()?;
        self.left();
        Some(value)
    }

    pub(in crate::client) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.slots.iter().filter_map(|slot| slot.value.as_ref())
    }

    pub(in crate::client) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let slots = self.slots.iter_mut();
        slots.filter_map(|slot| slot.value.as_mut())
    }

    pub(in crate::client) fn handles(&self) -> impl Iterator<Item = CommandHandle> {
        let taken = self.slots.iter().filter(|slot| slot.value.is_some());
        taken.map(|slot| slot.handle)
    }

    /// The place of a command, if it is in the map.
    #[inline]
    fn find(&self, handle: CommandHandle) -> Option<usize> {
        let first = self.slots.front()?.handle;
        let expected = usize::try_from(handle.number().checked_sub(first.number())?).ok()?;
        match self.slots.get(expected) {
            Some(slot) if slot.handle == handle => Some(expected),
            _ => self.search(handle),
        }
    }

    fn search(&self, handle: CommandHandle) -> Option<usize> {
        if handle > self.slots.back()?.handle {
            return None;
        }
        let found = self.slots.binary_search_by_key(&handle, |slot| slot.handle);
        found.ok()
    }

    /// A command has left. Removes empty slots at both ends, and those in between when there are too many.
    fn left(&mut self) {
        self.taken -= 1;
        let is_empty = |slot: Option<&Slot<T>>| slot.is_some_and(|slot| slot.value.is_none());
        while is_empty(self.slots.front()) {
            self.slots.pop_front();
        }
        while is_empty(self.slots.back()) {
            self.slots.pop_back();
        }
        if self.slots.len() > 2 * self.taken {
            self.slots.retain(|slot| slot.value.is_some());
        }
        if let Some(capacity) = smaller(self.slots.capacity(), self.slots.len()) {
            self.slots.shrink_to(capacity);
        }
    }
}
