//! The deadlines of commands.

use alloc::collections::{BinaryHeap, VecDeque};
use core::cmp::Reverse;

use super::handle::CommandHandle;
use crate::instant::Instant;
use crate::memory::smaller;

type Expiry = (Instant, CommandHandle);

/// The deadlines of open commands, the earliest first.
///
/// Most commands end long before their deadlines. The deadline of an ended command is not searched for: it is removed when it
/// comes first, or when such deadlines outnumber the open commands.
#[derive(Default)]
pub(super) struct Deadlines {
    // Most commands have equally long deadlines, which so come in order. The first is always that of an open command.
    ascending: VecDeque<Expiry>,
    // Deadlines that are earlier than one that was there before. The first is always that of an open command.
    others: BinaryHeap<Reverse<Expiry>>,
}

impl Deadlines {
    pub(super) fn push(&mut self, at: Instant, handle: CommandHandle) {
        let deadline = (at, handle);
        match self.ascending.back() {
            Some(last) if *last > deadline => self.others.push(Reverse(deadline)),
            _ => self.ascending.push_back(deadline),
        }
    }

    pub(super) fn first(&self) -> Option<Expiry> {
        let ascending = self.ascending.front().copied();
        match (ascending, self.others.peek()) {
            (Some(first), Some(Reverse(other))) => Some(first.min(*other)),
            (first, other) => first.or(other.map(|other| other.0)),
        }
    }

    /// This command has ended or has another deadline now. `open` is the number of open commands, and `holds` says whether a deadline
    /// still holds.
    pub(super) fn ended(
        &mut self,
        handle: CommandHandle,
        open: usize,
        holds: impl Fn(Expiry) -> bool,
    ) {
        let has_ended = |deadline: &Expiry| !holds(*deadline);
        // Of any other command the first deadline holds still.
        if self.ascending.front().is_some_and(|it| it.1 == handle) {
            while self.ascending.front().is_some_and(has_ended) {
                self.ascending.pop_front();
            }
        }
        if self.others.peek().is_some_and(|it| it.0.1 == handle) {
            while self.others.peek().is_some_and(|it| has_ended(&it.0)) {
                self.others.pop();
            }
        }
        if self.ascending.len() > 2 * open {
            self.ascending.retain(|deadline| !has_ended(deadline));
        }
        if self.others.len() > 2 * open {
            self.others.retain(|deadline| !has_ended(&deadline.0));
        }
        if let Some(capacity) = smaller(self.ascending.capacity(), self.ascending.len()) {
            self.ascending.shrink_to(capacity);
        }
        if let Some(capacity) = smaller(self.others.capacity(), self.others.len()) {
            self.others.shrink_to(capacity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(micros: u64) -> Instant {
        Instant::from_micros(micros)
    }

    fn numbered(number: u64) -> CommandHandle {
        CommandHandle::new(number).expect("it is not zero")
    }

    #[test]
    fn what_has_ended_is_never_first_and_never_much() {
        let mut deadlines = Deadlines::default();
        // Two commands stay, one due first and one due last, while very many come and go.
        deadlines.push(at(5), numbered(1));
        deadlines.push(at(u64::MAX), numbered(2));
        for handle in (3..10_000).map(numbered) {
            deadlines.push(at(handle.number() % 10), handle);
            deadlines.ended(handle, 2, |(_, handle)| handle.number() <= 2);
            assert_eq!(deadlines.first(), Some((at(5), numbered(1))));
            let kept = deadlines.ascending.len() + deadlines.others.len();
            assert!(kept <= 2 * 2 * 2);
        }
        deadlines.ended(numbered(1), 1, |(_, handle)| handle.number() == 2);
        assert_eq!(deadlines.first(), Some((at(u64::MAX), numbered(2))));
        deadlines.ended(numbered(2), 0, |_| false);
        assert_eq!(deadlines.first(), None);
    }

    #[test]
    fn the_earliest_is_first_in_whatever_order_they_come() {
        let mut deadlines = Deadlines::default();
        let micros = [7, 9, 3, 9, 8, 1, 10];
        for (handle, micros) in (1..).zip(micros) {
            deadlines.push(at(micros), numbered(handle));
        }
        let mut ended = alloc::vec::Vec::new();
        let mut order = alloc::vec::Vec::new();
        while let Some((at, handle)) = deadlines.first() {
            order.push((at.as_micros(), handle.number()));
            ended.push(handle);
            let open = micros.len() - ended.len();
            deadlines.ended(handle, open, |(_, handle)| !ended.contains(&handle));
        }
        let expected = [(1, 6), (3, 3), (7, 1), (8, 5), (9, 2), (9, 4), (10, 7)];
        assert_eq!(order, expected);
    }
}
