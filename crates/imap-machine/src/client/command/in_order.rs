//! A map from handles that is filled in the order of `send`, and from which any may be removed at any time.

use alloc::collections::VecDeque;

use super::CommandHandle;

// Places that an empty map keeps the memory of.
const KEPT_PLACES: usize = 2;

// Memory of four times the places in use and this many more is not given back.
const SPARE_PLACES: usize = 16;

/// A queue of places. A place stays where it is when its command leaves; empty places are removed when they are as many as
/// the others.
///
/// Adding and removing cost the same however many there are. A command is found at once while none before it has left, else
/// by binary search.
pub(super) struct InOrder<T> {
    // The first and the last are not empty.
    places: VecDeque<Place<T>>,
    taken: usize,
}

struct Place<T> {
    handle: CommandHandle,
    value: Option<T>,
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> InOrder<T> {
    pub(super) const fn new() -> Self {
        Self {
            places: VecDeque::new(),
            taken: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.taken
    }

    /// How many places there is memory for.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.places.capacity()
    }

    /// Adds one that was sent after all others.
    pub(super) fn push(&mut self, handle: CommandHandle, value: T) {
        debug_assert!(self.places.back().is_none_or(|last| last.handle < handle));
        self.taken += 1;
        let value = Some(value);
        self.places.push_back(Place { handle, value });
    }

    pub(super) fn first(&self) -> Option<(CommandHandle, &T)> {
        let first = self.places.front()?;
        Some((first.handle, first.value.as_ref()?))
    }

    pub(super) fn pop_first(&mut self) -> Option<T> {
        let first = self.places.front_mut()?.value.take();
        self.left();
        first
    }

    pub(super) fn get(&self, handle: CommandHandle) -> Option<&T> {
        self.places.get(self.find(handle)?)?.value.as_ref()
    }

    pub(super) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut T> {
        let index = self.find(handle)?;
        self.places.get_mut(index)?.value.as_mut()
    }

    pub(super) fn remove(&mut self, handle: CommandHandle) -> Option<T> {
        let index = self.find(handle)?;
        let value = self.places.get_mut(index)?.value.take()?;
        self.left();
        Some(value)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.places.iter().filter_map(|place| place.value.as_ref())
    }

    pub(super) fn handles(&self) -> impl Iterator<Item = CommandHandle> {
        let taken = self.places.iter().filter(|place| place.value.is_some());
        taken.map(|place| place.handle)
    }

    /// Those that were sent after `handle`.
    pub(super) fn after(&self, handle: CommandHandle) -> impl Iterator<Item = &T> {
        let after = self.places.range(self.end_of(handle)..);
        after.filter_map(|place| place.value.as_ref())
    }

    /// The same, to be changed.
    pub(super) fn after_mut(&mut self, handle: CommandHandle) -> impl Iterator<Item = &mut T> {
        let from = self.end_of(handle);
        let after = self.places.range_mut(from..);
        after.filter_map(|place| place.value.as_mut())
    }

    fn end_of(&self, handle: CommandHandle) -> usize {
        self.places.partition_point(|place| place.handle <= handle)
    }

    /// Where the command is, if it is here.
    #[inline]
    fn find(&self, handle: CommandHandle) -> Option<usize> {
        let first = self.places.front()?.handle;
        let expected = usize::try_from(handle.0.checked_sub(first.0)?).ok()?;
        match self.places.get(expected) {
            Some(place) if place.handle == handle => Some(expected),
            _ => self.search(handle),
        }
    }

    fn search(&self, handle: CommandHandle) -> Option<usize> {
        if handle > self.places.back()?.handle {
            return None;
        }
        let found = self
            .places
            .binary_search_by_key(&handle, |place| place.handle);
        found.ok()
    }

    /// One has left: empty places at both ends go, and those between when they are too many.
    fn left(&mut self) {
        self.taken -= 1;
        let is_empty = |place: Option<&Place<T>>| place.is_some_and(|place| place.value.is_none());
        while is_empty(self.places.front()) {
            self.places.pop_front();
        }
        while is_empty(self.places.back()) {
            self.places.pop_back();
        }
        if self.places.len() > 2 * self.taken + KEPT_PLACES {
            self.places.retain(|place| place.value.is_some());
        }
        let (places, capacity) = (self.places.len(), self.places.capacity());
        if places == 0 || capacity > 4 * places + SPARE_PLACES {
            self.places.shrink_to(2 * places + KEPT_PLACES);
        }
    }
}
