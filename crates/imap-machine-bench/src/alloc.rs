//! The counting allocator: what a piece of work asks of the heap.
//!
//! Each thread has its own counts, so that tests that run at the same time do not disturb each other. While nothing is being
//! counted, an allocation costs one branch more.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// What was asked of the heap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heap {
    /// Blocks asked for; growing one counts as well.
    pub allocations: u64,
    /// Octets asked for; a block that grows counts what it grows by.
    pub octets: u64,
    /// Octets held at the end that were not held at the beginning; negative when some were given back.
    pub kept: i64,
    /// The most octets held at any time, above those held at the beginning.
    pub peak: i64,
}

thread_local! {
    // Without a destructor, so that it may be used by an allocator at any time.
    static COUNTED: Cell<Option<Heap>> = const { Cell::new(None) };
}

/// Runs `work` and counts what this thread asks of the heap meanwhile. Calls must not be nested.
pub fn count<T>(work: impl FnOnce() -> T) -> (T, Heap) {
    COUNTED.set(Some(Heap::default()));
    let result = work();
    let heap = COUNTED.take().unwrap_or_default();
    (result, heap)
}

fn note(grown: usize, shrunk: usize, allocations: u64) {
    // A thread that is being torn down counts nothing.
    let _ = COUNTED.try_with(|counted| {
        if let Some(mut heap) = counted.get() {
            heap.allocations += allocations;
            heap.octets += grown as u64;
            heap.kept += grown as i64 - shrunk as i64;
            heap.peak = heap.peak.max(heap.kept);
            counted.set(Some(heap));
        }
    });
}

struct Counting;

#[global_allocator]
static GLOBAL: Counting = Counting;

// SAFETY: every call goes to the system's allocator with the arguments it came with, and its result goes back unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0, 1);
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note(layout.size(), 0, 1);
        // SAFETY: the caller keeps the contract.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        note(0, layout.size(), 0);
        // SAFETY: the caller keeps the contract.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let grown = size.saturating_sub(layout.size());
        note(
            grown,
            layout.size().saturating_sub(size),
            u64::from(grown > 0),
        );
        // SAFETY: the caller keeps the contract.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use super::*;

    #[test]
    fn blocks_octets_and_peak_are_counted() {
        let (kept, heap) = count(|| {
            drop(black_box(vec![0_u8; 1_000]));
            let mut kept = black_box(Vec::<u8>::with_capacity(100));
            kept.reserve_exact(300);
            kept
        });
        assert_eq!(kept.capacity(), 300);
        let expected = Heap {
            allocations: 3,
            octets: 1_300,
            kept: 300,
            peak: 1_000,
        };
        assert_eq!(heap, expected);
    }

    #[test]
    fn nothing_is_nothing() {
        let (_, heap) = count(|| black_box(1) + 1);
        assert_eq!(heap, Heap::default());
    }
}
