//! Commands in the order of `send`, of which any may leave at any time.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

use super::{CommandHandle, Entry};

// Places that are kept when all have left: there may have been many once.
const KEPT_PLACES: usize = 2;

// So many more than four for each that is taken are not worth giving back while there are any.
const FEW_PLACES: usize = 16;

/// Places in a row, of which those that were left are skipped and now and then removed.
///
/// An entry is large: boxed it is not moved about. Finding one is a look where it must be if nobody in front of it has
/// left, else a search by halves; adding and removing cost the same however many there are.
#[derive(Default)]
pub(super) struct InOrder {
    // Neither the first nor the last is empty, and no more are empty than taken, but for a few.
    places: VecDeque<Place>,
    taken: usize,
}

struct Place {
    handle: CommandHandle,
    entry: Option<Box<Entry>>,
}

impl Place {
    fn entry(&self) -> Option<&Entry> {
        self.entry.as_deref()
    }
}

impl InOrder {
    pub(super) const fn new() -> Self {
        Self {
            places: VecDeque::new(),
            taken: 0,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.taken
    }

    /// Places for which there is room, those that were left included.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.places.capacity()
    }

    /// Adds one that was sent after all others.
    pub(super) fn push(&mut self, entry: Box<Entry>) -> &mut Entry {
        self.taken += 1;
        let handle = entry.handle();
        let place = Place {
            handle,
            entry: None,
        };
        self.places.push_back(place);
        let last = self.places.len() - 1;
        self.places[last].entry.insert(entry)
    }

    pub(super) fn first(&self) -> Option<&Entry> {
        self.places.front()?.entry()
    }

    pub(super) fn pop_first(&mut self) -> Option<Box<Entry>> {
        let first = self.places.front_mut()?.entry.take();
        self.left();
        first
    }

    pub(super) fn get(&self, handle: CommandHandle) -> Option<&Entry> {
        self.places.get(self.find(handle)?)?.entry()
    }

    pub(super) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Entry> {
        let index = self.find(handle)?;
        self.places.get_mut(index)?.entry.as_deref_mut()
    }

    pub(super) fn remove(&mut self, handle: CommandHandle) -> Option<Box<Entry>> {
        let index = self.find(handle)?;
        let entry = self.places.get_mut(index)?.entry.take()?;
        self.left();
        Some(entry)
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.places.iter().filter_map(Place::entry)
    }

    /// Those that were sent after `handle`.
    pub(super) fn behind_mut(&mut self, handle: CommandHandle) -> impl Iterator<Item = &mut Entry> {
        let from = self.places.partition_point(|place| place.handle <= handle);
        let behind = self.places.range_mut(from..);
        behind.filter_map(|place| place.entry.as_deref_mut())
    }

    /// Where the command is, if it is here.
    fn find(&self, handle: CommandHandle) -> Option<usize> {
        let first = self.places.front()?.handle;
        if handle > self.places.back()?.handle {
            return None;
        }
        let expected = usize::try_from(handle.0.checked_sub(first.0)?).ok()?;
        match self.places.get(expected) {
            Some(place) if place.handle == handle => Some(expected),
            _ => {
                let found = self
                    .places
                    .binary_search_by_key(&handle, |place| place.handle);
                found.ok()
            }
        }
    }

    /// One has left: the rules about empty places are restored.
    fn left(&mut self) {
        self.taken -= 1;
        let is_empty = |place: Option<&Place>| place.is_some_and(|place| place.entry.is_none());
        while is_empty(self.places.front()) {
            self.places.pop_front();
        }
        while is_empty(self.places.back()) {
            self.places.pop_back();
        }
        if self.places.len() > 2 * self.taken + KEPT_PLACES {
            self.places.retain(|place| place.entry.is_some());
        }
        let (places, capacity) = (self.places.len(), self.places.capacity());
        if places == 0 || capacity > 4 * places + FEW_PLACES {
            self.places.shrink_to(2 * places + KEPT_PLACES);
        }
    }
}
