//! When memory that a burst needed is given back: one rule for every collection that grows.
//!
//! Each of them asks when something is taken out of it: `if let Some(capacity) = smaller(..) { list.shrink_to(capacity) }`.

/// Places that are never given back: as many as a vector allocates for its first element. So a connection that does one thing
/// after another neither allocates nor frees for its lists, and one that waits keeps hardly anything.
pub(crate) const KEPT: usize = 4;

/// The capacity that a collection should shrink to which uses `used` places of `capacity`: twice what it uses, if that is less
/// than a quarter. Otherwise `None`.
///
/// So use has to double or to halve before anything moves again, and moving an element is paid for by those that came or
/// went in between.
#[inline]
pub(crate) const fn smaller(capacity: usize, used: usize) -> Option<usize> {
    if capacity <= KEPT || used >= capacity / 4 {
        return None;
    }
    // Less than a quarter, doubled, does not overflow.
    match 2 * used {
        twice if twice > KEPT => Some(twice),
        _ => Some(KEPT),
    }
}

#[cfg(test)]
mod tests {
    use alloc::collections::VecDeque;
    use alloc::vec::Vec;

    use super::*;

    /// Takes elements out until `len` are left, as every collection does.
    fn drain(list: &mut VecDeque<u64>, len: usize) {
        while list.len() > len {
            list.pop_front();
            if let Some(capacity) = smaller(list.capacity(), list.len()) {
                list.shrink_to(capacity);
            }
        }
    }

    #[test]
    fn what_is_kept_is_in_proportion_to_what_is_used() {
        assert_eq!(smaller(1_000, 1_000), None);
        assert_eq!(smaller(1_000, 250), None);
        assert_eq!(smaller(1_000, 249), Some(498));
        assert_eq!(smaller(1_000, 3), Some(6));
        assert_eq!(smaller(1_000, 0), Some(KEPT));
        assert_eq!(smaller(usize::MAX, usize::MAX / 4), None);
        let mut list: VecDeque<u64> = (0..100_000).collect();
        for len in [30_000, 5_000, 3, 1, 0] {
            drain(&mut list, len);
            let capacity = list.capacity();
            assert!(capacity <= KEPT.max(4 * (len + 1)), "{capacity} for {len}");
        }
    }

    #[test]
    fn a_first_element_is_kept_room_for_and_no_more() {
        let (mut list, mut large) = (Vec::new(), Vec::new());
        list.push(0_u32);
        large.push([0_u64; 16]);
        assert_eq!((list.capacity(), large.capacity()), (KEPT, KEPT));
        for capacity in 0..=KEPT {
            assert_eq!(smaller(capacity, 0), None);
        }
    }

    /// Whatever was before, use that goes up and down by a factor of two, or within what is kept, soon moves nothing.
    #[test]
    fn nothing_flaps() {
        for burst in [0, 5, 8, 9, 17, 64, 100, 1_000] {
            for low in 0..70 {
                let high = KEPT.max(2 * low);
                let mut list: VecDeque<u64> = (0..burst).collect();
                list.resize(high, 0);
                drain(&mut list, low);
                let mut seen = Vec::new();
                for _ in 0..10 {
                    list.resize(high, 0);
                    seen.push(list.capacity());
                    drain(&mut list, low);
                    seen.push(list.capacity());
                }
                let settled = seen.iter().all(|it| Some(it) == seen.first());
                assert!(settled, "{low} to {high} after {burst}: {seen:?}");
            }
        }
    }

    /// The worst use there is: it turns as soon as the list has moved.
    #[test]
    fn elements_are_moved_no_more_often_than_they_come_and_go() {
        let mut list: VecDeque<u64> = VecDeque::new();
        let (mut steps, mut moved, mut grows) = (0_usize, 0, true);
        for turn in 0..2_000 {
            // Now and then it goes on in the same direction, to another size.
            let moves = 1 + turn % 7 % 3;
            for _ in 0..moves {
                let before = list.capacity();
                while list.capacity() == before && (grows || !list.is_empty()) {
                    let one_less = list.len().saturating_sub(1);
                    match grows {
                        true => list.push_back(0),
                        false => drain(&mut list, one_less),
                    }
                    steps += 1;
                }
                moved += usize::from(list.capacity() != before) * list.len();
            }
            grows = !grows;
        }
        assert!(moved <= 2 * steps, "{moved} in {steps}");
    }
}
