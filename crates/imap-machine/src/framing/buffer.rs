//! The octets that were received and not yet consumed, in one contiguous buffer.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::memory::smaller;

/// An empty buffer that is larger than this, in octets, is given back. Its places are octets, so it cannot go by the places that
/// lists keep: this is room for a tagged response or a piece of news, and costs little where thousands of connections wait.
const KEPT_CAPACITY: usize = 512;

/// While octets are held, a buffer up to this size, in octets, is not given back. It has room for the largest reads: to give back
/// the rest of every read would cost more than it saves. But if a server ends a burst in the middle of a line, the memory of the
/// burst must not stay.
const READS: usize = 256 * 1024;

/// A contiguous first-in first-out buffer of octets.
///
/// It has no bound of its own: the caller stops filling it when the [`Framer`](super::Framer) has nothing to hand out and its
/// limits say so. The capacity is at most twice the most octets ever held, plus the octets asked for at once.
///
/// [`as_slice`](Self::as_slice), [`consume`](Self::consume) and [`advance`](Self::advance) cost O(1). Adding octets is
/// linear in the octets added, amortised over any order of calls.
#[derive(Clone, Default)]
pub struct ReceiveBuffer {
    /// All octets here are initialised. Those in `start..end` are not consumed; always `start <= end <= octets.len()`.
    octets: Vec<u8>,
    start: usize,
    end: usize,
}

impl ReceiveBuffer {
    /// An empty buffer; allocates nothing.
    pub const fn new() -> Self {
        Self {
            octets: Vec::new(),
            start: 0,
            end: 0,
        }
    }

    /// The number of unconsumed octets.
    pub const fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether all octets are consumed.
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The unconsumed octets, oldest first.
    pub fn as_slice(&self) -> &[u8] {
        &self.octets[self.start..self.end]
    }

    /// The octets that can be held without another allocation, consumed ones included.
    pub fn capacity(&self) -> usize {
        self.octets.capacity()
    }

    /// Appends a copy of `octets`.
    pub fn push(&mut self, octets: &[u8]) {
        self.make_room(octets.len());
        let initialised = &mut self.octets[self.end..];
        let (over, beyond) = octets.split_at(octets.len().min(initialised.len()));
        initialised[..over.len()].copy_from_slice(over);
        self.octets.extend_from_slice(beyond);
        self.end += octets.len();
    }

    /// At least `min` writable octets after the data, for reading straight into the buffer. Say with [`advance`](Self::advance) how
    /// many of them were filled.
    ///
    /// They are initialised, and are zero unless they were written before.
    ///
    /// # Panics
    ///
    /// Like any vector, if `min` more octets cannot be addressed.
    pub fn spare(&mut self, min: usize) -> &mut [u8] {
        self.make_room(min);
        let wanted = self.end.saturating_add(min);
        if self.octets.len() < wanted {
            self.octets.resize(wanted, 0);
        }
        &mut self.octets[self.end..]
    }

    /// Adds the first `n` octets of the last [`spare`](Self::spare) to the data; at most as many as it offered.
    pub fn advance(&mut self, n: usize) {
        self.end = self.end.saturating_add(n).min(self.octets.len());
    }

    /// Drops `n` octets from the front; at most as many as there are.
    #[inline]
    pub fn consume(&mut self, n: usize) {
        self.start = self.start.saturating_add(n).min(self.end);
        self.rewind_when_empty();
    }

    /// Removes the octets at `range` (offsets into [`as_slice`](Self::as_slice), clamped) by moving the shorter side. A piece of a
    /// streamed literal has a short head before it or nothing after it, so this is cheap where it is used.
    #[inline]
    pub fn cut(&mut self, range: Range<usize>) {
        match range.start {
            0 => self.consume(range.end),
            _ => self.cut_inside(range),
        }
    }

    fn cut_inside(&mut self, range: Range<usize>) {
        let len = self.len();
        let to = range.end.min(len);
        let from = range.start.min(to);
        let removed = to - from;
        if from < len - to {
            let head = self.start..self.start + from;
            self.octets.copy_within(head, self.start + removed);
            self.start += removed;
        } else {
            let tail = self.start + to..self.end;
            self.octets.copy_within(tail, self.start + from);
            self.end -= removed;
        }
        self.rewind_when_empty();
    }

    /// Gives the memory of a burst back, if little or nothing of it is held. Moving what is held is paid for by the octets consumed
    /// since the last move.
    #[inline]
    pub fn shrink(&mut self) {
        // The usual case: this is asked for each event.
        if self.is_empty() || self.octets.capacity() > READS {
            self.give_back();
        }
    }

    #[inline(never)]
    fn give_back(&mut self) {
        let capacity = self.octets.capacity();
        if self.is_empty() {
            if capacity > KEPT_CAPACITY {
                *self = Self::new();
            }
            return;
        }
        if let Some(kept) = smaller(capacity, self.len()) {
            let kept = kept.max(KEPT_CAPACITY);
            self.octets.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            self.octets.truncate(kept);
            self.octets.shrink_to(kept);
        }
    }

    #[inline]
    fn rewind_when_empty(&mut self) {
        if self.is_empty() {
            self.start = 0;
            self.end = 0;
        }
    }

    /// Makes the capacity after the data at least `additional`.
    ///
    /// Moving the data costs its length. It makes room for `additional` octets and for as many again as were moved, so the octets
    /// that come in between pay for the next move.
    fn make_room(&mut self, additional: usize) {
        if self.octets.capacity() - self.end >= additional {
            return;
        }
        if self.start > 0 {
            self.octets.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let target = self.end.saturating_mul(2).saturating_add(additional);
        let missing = target.saturating_sub(self.octets.len());
        self.octets.reserve_exact(missing);
    }
}

/// Lengths only: the octets may be mail, or credentials of an answer.
impl fmt::Debug for ReceiveBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiveBuffer")
            .field("len", &self.len())
            .field("capacity", &self.capacity())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use alloc::{format, vec, vec::Vec};

    use proptest::prelude::*;

    use super::{KEPT_CAPACITY, ReceiveBuffer};

    #[derive(Clone, Debug)]
    enum Op {
        Push(Vec<u8>),
        Read { min: usize, filled: Vec<u8> },
        Consume(usize),
        Cut(usize, usize),
        Shrink,
    }

    fn op() -> impl Strategy<Value = Op> {
        let octets = || prop::collection::vec(any::<u8>(), 0..40);
        prop_oneof![
            octets().prop_map(Op::Push),
            (0usize..50, octets()).prop_map(|(min, filled)| Op::Read { min, filled }),
            (0usize..60).prop_map(Op::Consume),
            (0usize..60, 0usize..60).prop_map(|(from, to)| Op::Cut(from, to)),
            Just(Op::Shrink),
        ]
    }

    proptest! {
        #[test]
        fn behaves_like_a_plain_vector(ops in prop::collection::vec(op(), 0..60)) {
            let (mut buffer, mut model) = (ReceiveBuffer::new(), Vec::new());
            for op in ops {
                match op {
                    Op::Push(octets) => {
                        buffer.push(&octets);
                        model.extend_from_slice(&octets);
                    }
                    Op::Read { min, filled } => {
                        let spare = buffer.spare(min);
                        prop_assert!(spare.len() >= min);
                        let n = filled.len().min(spare.len());
                        spare[..n].copy_from_slice(&filled[..n]);
                        buffer.advance(n);
                        model.extend_from_slice(&filled[..n]);
                    }
                    Op::Consume(n) => {
                        buffer.consume(n);
                        model.drain(..n.min(model.len()));
                    }
                    Op::Cut(from, to) => {
                        buffer.cut(from..to);
                        let to = to.min(model.len());
                        model.drain(from.min(to)..to);
                    }
                    Op::Shrink => buffer.shrink(),
                }
                prop_assert_eq!(buffer.as_slice(), &model[..]);
                prop_assert_eq!(buffer.len(), model.len());
                prop_assert_eq!(buffer.is_empty(), model.is_empty());
            }
        }
    }

    #[test]
    fn arguments_are_clamped() {
        let mut buffer = ReceiveBuffer::new();
        buffer.advance(7);
        assert!(buffer.is_empty());
        buffer.push(b"abcdef");
        buffer.cut(usize::MAX..usize::MAX);
        buffer.cut(5..5);
        assert_eq!(buffer.as_slice(), b"abcdef");
        buffer.cut(4..usize::MAX);
        assert_eq!(buffer.as_slice(), b"abcd");
        buffer.consume(usize::MAX);
        assert!(buffer.is_empty());
        assert_eq!(buffer.spare(3), [b'a', b'b', b'c', b'd', b'e', b'f']);
        buffer.advance(usize::MAX);
        assert_eq!(buffer.len(), 6);
    }

    #[test]
    fn new_spare_octets_are_zero() {
        assert!(ReceiveBuffer::new().spare(100).iter().all(|&o| o == 0));
    }

    /// How often the data was moved. Otherwise the address of the front goes up by what was consumed.
    fn moves(
        buffer: &mut ReceiveBuffer,
        steps: usize,
        mut add: impl FnMut(&mut ReceiveBuffer),
    ) -> usize {
        let mut moves = 0;
        for _ in 0..steps {
            let front = buffer.as_slice().as_ptr() as usize;
            buffer.consume(1);
            add(buffer);
            moves += usize::from(buffer.as_slice().as_ptr() as usize != front + 1);
        }
        moves
    }

    #[test]
    fn moves_are_amortised_with_a_large_backlog() {
        let backlog = vec![b'x'; 1 << 16];
        let mut pushed = ReceiveBuffer::new();
        pushed.push(&backlog);
        assert!(moves(&mut pushed, 1 << 18, |b| b.push(b"y")) <= 6);

        let mut read = ReceiveBuffer::new();
        read.push(&backlog);
        let add = |b: &mut ReceiveBuffer| {
            b.spare(1 << 14);
            b.advance(1);
        };
        assert!(moves(&mut read, 1 << 18, add) <= 6);
    }

    #[test]
    fn capacity_follows_what_is_held_and_asked_for() {
        let mut buffer = ReceiveBuffer::new();
        for _ in 0..100_000 {
            buffer.push(b"0123456789");
            buffer.consume(9);
        }
        assert_eq!(buffer.len(), 100_000);
        assert!(
            buffer.capacity() <= 2 * 100_009 + 10,
            "{}",
            buffer.capacity()
        );
        let mut buffer = ReceiveBuffer::new();
        for _ in 0..1000 {
            buffer.spare(4096);
            buffer.advance(4096);
            buffer.consume(4096);
        }
        assert_eq!(buffer.capacity(), 4096);
    }

    #[test]
    fn cut_moves_the_shorter_side() {
        let mut buffer = ReceiveBuffer::new();
        buffer.push(b"head....tail and much more");
        let tail = buffer.as_slice()[8..].as_ptr();
        buffer.cut(4..8);
        assert_eq!(buffer.as_slice(), b"headtail and much more");
        assert_eq!(buffer.as_slice()[4..].as_ptr(), tail);

        let head = buffer.as_slice().as_ptr();
        buffer.cut(4..21);
        assert_eq!(buffer.as_slice(), b"heade");
        assert_eq!(buffer.as_slice().as_ptr(), head);
    }

    #[test]
    fn a_burst_is_given_back_when_little_is_left_of_it() {
        let mut buffer = ReceiveBuffer::new();
        buffer.push(&vec![0; 1 << 20]);
        buffer.push(b"a line, half of i");
        buffer.consume(1 << 19);
        buffer.shrink();
        assert!(buffer.capacity() >= 1 << 20);
        buffer.consume(1 << 19);
        buffer.shrink();
        assert!(buffer.capacity() <= KEPT_CAPACITY);
        assert_eq!(buffer.as_slice(), b"a line, half of i");
        buffer.push(&vec![0; 1 << 20]);
        buffer.consume(usize::MAX);
        buffer.shrink();
        assert!(buffer.capacity() <= KEPT_CAPACITY);
        buffer.push(b"still usable");
        assert_eq!(buffer.as_slice(), b"still usable");
    }

    #[test]
    fn debug_shows_lengths_only() {
        let mut buffer = ReceiveBuffer::new();
        buffer.push(b"secret");
        let shown = format!("{buffer:?}");
        assert!(shown.contains("len: 6"), "{shown}");
        assert!(
            !shown.contains("secret") && !shown.contains("115"),
            "{shown}"
        );
    }
}
