//! A sorted set for what mostly comes in ascending order and leaves in the same order.

use alloc::collections::{BTreeSet, VecDeque};

use crate::memory::smaller;

/// What comes after all others is put at the end of a queue; what does not is in a tree. When something leaves the middle of the
/// queue, what is before it moves to the tree. That happens to each element once at most, so nothing costs more than in a tree.
pub(super) struct AscendingSet<T> {
    /// Sorted.
    ascending: VecDeque<T>,
    others: BTreeSet<T>,
}

impl<T> Default for AscendingSet<T> {
    fn default() -> Self {
        Self {
            ascending: VecDeque::new(),
            others: BTreeSet::new(),
        }
    }
}

impl<T: Copy + Ord> AscendingSet<T> {
    /// Returns whether it was not there.
    pub(super) fn insert(&mut self, element: T) -> bool {
        if self.first(element, element).is_some() {
            return false;
        }
        match self.ascending.back() {
            Some(last) if *last > element => _ = self.others.insert(element),
            _ => self.ascending.push_back(element),
        }
        true
    }

    /// Returns whether it was there.
    pub(super) fn remove(&mut self, element: T) -> bool {
        let at = self.ascending_from(element);
        if self.ascending.get(at) != Some(&element) {
            return self.others.remove(&element);
        }
        if at > 0 {
            self.others.extend(self.ascending.drain(..at));
        }
        self.ascending.pop_front();
        if let Some(capacity) = smaller(self.ascending.capacity(), self.ascending.len()) {
            self.ascending.shrink_to(capacity);
        }
        true
    }

    /// The first of those from `from` to `to`.
    pub(super) fn first(&self, from: T, to: T) -> Option<T> {
        let one = self.ascending.get(self.ascending_from(from)).copied();
        let one = one.filter(|element| *element <= to);
        let other = self.others.range(from..=to).next().copied();
        one.into_iter().chain(other).min()
    }

    /// All of those from `from` to `to`, in no order.
    pub(super) fn all(&self, from: T, to: T) -> impl Iterator<Item = T> {
        let ascending = self.ascending.range(self.ascending_from(from)..);
        let ascending = ascending.take_while(move |element| **element <= to);
        ascending.chain(self.others.range(from..=to)).copied()
    }

    /// Where those of the queue begin that are not less than this one: mostly at one of its ends.
    #[inline]
    fn ascending_from(&self, from: T) -> usize {
        match (self.ascending.front(), self.ascending.back()) {
            (Some(first), _) if *first >= from => 0,
            (_, Some(last)) if *last < from => self.ascending.len(),
            _ => self.ascending.partition_point(|element| *element < from),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_sorted_set(ops in prop::collection::vec((0..4, 0..20_u8, 0..20_u8), 0..80)) {
            let (mut set, mut model) = (AscendingSet::default(), BTreeSet::new());
            let mut next = 0;
            for (op, one, other) in ops {
                match op {
                    0 => prop_assert_eq!(set.insert(one), model.insert(one)),
                    1 => prop_assert_eq!(set.remove(one), model.remove(&one)),
                    2 => {
                        prop_assert_eq!(set.insert(next), model.insert(next));
                        next += 1;
                    }
                    _ => {
                        let oldest = model.first().copied().unwrap_or_default();
                        prop_assert_eq!(set.remove(oldest), model.remove(&oldest));
                    }
                }
                let (from, to) = (one.min(other), one.max(other));
                prop_assert_eq!(set.first(from, to), model.range(from..=to).next().copied());
                let mut all: Vec<_> = set.all(from, to).collect();
                all.sort_unstable();
                prop_assert!(all.iter().eq(model.range(from..=to)));
            }
        }
    }

    #[test]
    fn what_ascends_is_in_no_tree_and_nothing_moves_twice() {
        let mut set = AscendingSet::default();
        for element in 0..100 {
            assert!(set.insert(element));
        }
        assert!(set.remove(0) && set.others.is_empty());
        assert!(set.remove(50));
        assert_eq!((set.others.len(), set.ascending.len()), (49, 49));
        for element in (1..50).chain(51..100) {
            assert!(set.remove(element));
        }
        assert!(set.others.is_empty() && set.ascending.capacity() <= crate::memory::KEPT);
    }
}
