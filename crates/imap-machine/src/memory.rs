//! When memory that a burst needed is given back: one rule for every collection that grows.

use alloc::vec::Vec;

/// Octets that an unused collection may keep: less is not worth an allocation.
pub(crate) const KEPT: usize = 1 << 10;

/// Whether a collection that uses `used` of `capacity` octets should shrink: when it uses less than a quarter. It then keeps
/// twice what it uses, so that use has to double or halve before anything moves again.
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
