//! When commands time out.

use alloc::collections::BinaryHeap;
use core::cmp::Reverse;

use super::CommandHandle;
use crate::Instant;

// For commands that have ended and are still in here, and as what is kept when there are none.
const KEPT: usize = 2;

/// The deadlines of open commands, the earliest first.
///
/// Most commands end long before theirs, so what is left of those is not looked for: it goes when it is first, or when
/// there is more of it than of open commands.
#[derive(Default)]
pub(super) struct Deadlines {
    // The first is that of an open command.
    heap: BinaryHeap<Reverse<(Instant, CommandHandle)>>,
}

impl Deadlines {
    pub(super) fn push(&mut self, at: Instant, handle: CommandHandle) {
        self.heap.push(Reverse((at, handle)));
    }

    pub(super) fn first(&self) -> Option<(Instant, CommandHandle)> {
        self.heap.peek().map(|first| first.0)
    }

    /// A command has ended; of `open` others this says whether they are open.
    pub(super) fn ended(&mut self, open: usize, is_open: impl Fn(CommandHandle) -> bool) {
        while self.first().is_some_and(|(_, handle)| !is_open(handle)) {
            self.heap.pop();
        }
        if self.heap.len() > 2 * open + KEPT {
            self.heap.retain(|deadline| is_open(deadline.0.1));
        }
        if self.heap.is_empty() {
            self.heap.shrink_to(KEPT);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_is_never_first_and_never_much() {
        let mut deadlines = Deadlines::default();
        let at = Instant::from_micros;
        // Two commands that stay, one due at first and one at last, and very many that come and go.
        deadlines.push(at(5), CommandHandle(1));
        deadlines.push(at(u64::MAX), CommandHandle(2));
        for handle in (3..10_000).map(CommandHandle) {
            deadlines.push(at(handle.0 % 10), handle);
            deadlines.ended(2, |handle| handle.0 <= 2);
            assert_eq!(deadlines.first(), Some((at(5), CommandHandle(1))));
            assert!(deadlines.heap.len() <= 2 * 2 + KEPT);
        }
        deadlines.ended(1, |handle| handle.0 == 2);
        assert_eq!(deadlines.first(), Some((at(u64::MAX), CommandHandle(2))));
        deadlines.ended(0, |_| false);
        assert_eq!(deadlines.first(), None);
    }
}
