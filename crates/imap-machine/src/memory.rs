//! When memory that a burst needed is given back: one rule for all that grows.

use alloc::vec::Vec;

/// Octets that a collection may keep while it uses none of them. Less is not worth a move.
pub(crate) const KEPT: usize = 1 << 10;

/// Whether a collection that uses `used` of `capacity` octets gives the rest back: when it uses less than a quarter. It keeps
/// twice of what it uses, so that it has to grow or shrink by half before anything moves again.
pub(crate) const fn is_spare(capacity: usize, used: usize) -> bool {
    capacity > KEPT && used < capacity / 4
}

/// Gives back what `list` does not need.
pub(crate) fn give_back<T>(list: &mut Vec<T>) {
    let size = size_of::<T>();
    if is_spare(list.capacity() * size, list.len() * size) {
        list.shrink_to(list.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_in_proportion_to_what_is_used() {
        let mut list = Vec::with_capacity(100_000);
        list.resize(30_000, 0_u64);
        give_back(&mut list);
        assert!(list.capacity() >= 100_000);
        list.truncate(20_000);
        give_back(&mut list);
        assert_eq!(list.capacity(), 40_000);
        list.clear();
        give_back(&mut list);
        assert_eq!(list.capacity(), 0);
        list.reserve_exact(KEPT / 8);
        give_back(&mut list);
        assert_eq!(list.capacity(), KEPT / 8);
    }
}
