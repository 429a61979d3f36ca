//! Octets on their way out.
//!
//! This queue has only octets that may leave now. What has to wait for the other end's permission stays in the
//! [fragments](super::fragments) of its message, so no gate can be forgotten between this queue and the socket. Positions count
//! octets since the connection began; they tell for each message whether its first or its last octet has left.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::ops::Range;
use core::{fmt, mem};

use crate::memory::smaller;

// Below this, pieces are joined into one write; above, copying costs more than another write.
pub(crate) const JOIN: usize = 16 << 10;

// The longest piece of copied octets. A piece is held as a whole until all of it has left.
pub(crate) const SEGMENT: usize = 64 << 10;

/// The output queue.
#[derive(Default)]
pub(crate) struct Transmit {
    segments: VecDeque<Vec<u8>>,
    /// Octets of the first segment that have left.
    head: usize,
    queued: u64,
    sent: u64,
    /// How far a write may have come that was in progress when octets were taken back.
    offered: u64,
}

impl Transmit {
    pub(crate) fn push(&mut self, octets: &[u8]) {
        self.queued += octets.len() as u64;
        match self.segments.back_mut() {
            Some(last) if last.len() + octets.len() <= JOIN => last.extend_from_slice(octets),
            _ => {
                let pieces = octets.chunks(SEGMENT).map(<[u8]>::to_vec);
                self.segments.extend(pieces);
            }
        }
    }

    /// Like `push`, but takes the buffer over instead of copying it, unless it is small and joins another.
    pub(crate) fn push_owned(&mut self, octets: Vec<u8>) {
        let joins = |last: &Vec<u8>| last.len() + octets.len() <= JOIN;
        if octets.is_empty() || self.segments.back().is_some_and(joins) {
            return self.push(&octets);
        }
        self.queued += octets.len() as u64;
        self.segments.push_back(octets);
    }

    /// The next octets to write; empty when there are none.
    pub(crate) fn next(&self) -> &[u8] {
        match self.segments.front() {
            Some(first) => first.get(self.head..).unwrap_or_default(),
            None => &[],
        }
    }

    /// `octets` octets of the queue have left; a number beyond the queue's length counts as all of it. Returns the last buffer that
    /// is not needed any more.
    pub(crate) fn advance(&mut self, octets: usize) -> Option<Vec<u8>> {
        let reached = self.sent.saturating_add(octets as u64);
        self.sent = reached.min(self.offered.max(self.queued));
        self.queued = self.queued.max(self.sent);
        let mut left = octets;
        let mut done = None;
        while let Some(first) = self.segments.front() {
            let rest = first.len() - self.head;
            if left < rest {
                self.head += left;
                break;
            }
            left -= rest;
            self.head = 0;
            done = self.segments.pop_front();
        }
        self.give_back();
        done
    }

    /// Gives back the places of a burst; the octets themselves have gone with their segments.
    fn give_back(&mut self) {
        if let Some(capacity) = smaller(self.segments.capacity(), self.segments.len()) {
            self.segments.shrink_to(capacity);
        }
    }

    pub(crate) const fn queued(&self) -> u64 {
        self.queued
    }

    pub(crate) const fn sent(&self) -> u64 {
        self.sent
    }

    pub(crate) const fn pending(&self) -> u64 {
        self.queued - self.sent
    }

    /// Nothing more will be written. Positions stay, so that outcomes can still be told.
    pub(crate) fn close(&mut self) {
        self.truncate(self.sent);
    }

    /// Takes back what is after this position and has not left. If a write in progress has taken it all the same, it counts as
    /// left.
    pub(crate) fn truncate(&mut self, position: u64) {
        let position = position.max(self.sent);
        if position >= self.queued {
            return;
        }
        self.offered = self.offered.max(self.queued);
        self.queued = position;
        let mut left = position - self.sent;
        let mut head = self.head;
        self.segments.retain_mut(|segment| {
            let rest = (segment.len() - head) as u64;
            let kept = rest.min(left);
            // Not longer than the segment.
            segment.truncate(head + kept as usize);
            left -= kept;
            head = 0;
            kept > 0
        });
        self.give_back();
        if self.segments.is_empty() {
            self.head = 0;
        }
    }
}

impl Transmit {
    /// Removes octets in the middle that have not left. Positions after them go down by their number.
    ///
    /// No write may be under way: it would have taken them.
    pub(crate) fn cut(&mut self, range: Range<u64>) {
        let start = range.start.max(self.sent);
        let end = range.end.min(self.queued);
        if start >= end {
            return;
        }
        // Octets of the first segment that have left are removed first, which saves a special case.
        if let Some(first) = self.segments.front_mut() {
            first.drain(..mem::take(&mut self.head));
        }
        let mut position = self.sent;
        self.segments.retain_mut(|segment| {
            let first = position;
            position += segment.len() as u64;
            // Both are offsets into this segment.
            let from = (start.clamp(first, position) - first) as usize;
            let to = (end.clamp(first, position) - first) as usize;
            segment.drain(from..to);
            !segment.is_empty()
        });
        self.give_back();
        self.queued -= end - start;
    }
}

impl fmt::Debug for Transmit {
    // The octets may hold credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transmit")
            .field("queued", &self.queued)
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn small_pieces_are_one_write_and_large_ones_are_not_copied() {
        let mut transmit = Transmit::default();
        transmit.push_owned(Vec::new());
        let first = b"A1 NOOP\r\n".to_vec();
        let address = first.as_ptr();
        transmit.push_owned(first);
        assert_eq!(transmit.next().as_ptr(), address);
        transmit.push(b"A2 NOOP\r\n");
        assert_eq!(transmit.next(), b"A1 NOOP\r\nA2 NOOP\r\n");
        let large = vec![7; JOIN];
        let address = large.as_ptr();
        transmit.push_owned(large);
        transmit.advance(18);
        assert_eq!(transmit.next().as_ptr(), address);
        transmit.advance(usize::MAX);
        assert_eq!(transmit.sent(), 18 + JOIN as u64);
        assert_eq!(transmit.pending(), 0);
        assert!(transmit.next().is_empty());
    }

    #[test]
    fn what_leaves_at_the_end_still_counts() {
        let mut transmit = Transmit::default();
        transmit.push(b"abc");
        transmit.close();
        assert_eq!((transmit.sent(), transmit.pending()), (0, 0));
        transmit.advance(2);
        assert_eq!((transmit.sent(), transmit.pending()), (2, 0));
        transmit.advance(usize::MAX);
        assert_eq!(transmit.sent(), 3, "no more than was offered");
        assert!(transmit.next().is_empty());
    }

    #[test]
    fn the_end_of_the_queue_can_be_taken_back() {
        let mut transmit = Transmit::default();
        transmit.push(b"abcd");
        transmit.push_owned(vec![7; JOIN]);
        transmit.advance(1);
        transmit.truncate(u64::MAX);
        assert_eq!(transmit.pending(), 3 + JOIN as u64);
        transmit.truncate(6);
        assert_eq!((transmit.next(), transmit.pending()), (&b"bcd"[..], 5));
        transmit.advance(3);
        assert_eq!((transmit.next(), transmit.pending()), (&[7, 7][..], 2));
        transmit.truncate(0);
        assert_eq!((transmit.sent(), transmit.pending()), (4, 0));
        assert!(transmit.next().is_empty());
    }

    #[test]
    fn octets_can_be_cut_out_of_the_middle() {
        let whole = |transmit: &Transmit| {
            let mut segments = transmit.segments.iter();
            let first = segments.next().map(|first| &first[transmit.head..]);
            let rest = segments.flatten();
            let all = first.unwrap_or_default().iter().chain(rest);
            all.map(|octet| char::from(*octet))
                .collect::<alloc::string::String>()
        };
        // Two segments of 4 and of `JOIN` octets. The first octet has left.
        let queue = || {
            let mut transmit = Transmit::default();
            transmit.push(b"abcd");
            transmit.push_owned(vec![b'x'; JOIN]);
            transmit.advance(1);
            transmit
        };
        for (range, left, kept) in [
            (1..3, "d", JOIN),
            (0..4, "", JOIN),
            (2..6, "b", JOIN - 2),
            (3..4 + JOIN as u64, "bc", 0),
            (9..9, "bcd", JOIN),
            (1..u64::MAX, "", 0),
        ] {
            let mut transmit = queue();
            transmit.cut(range.clone());
            let expected = alloc::format!("{left}{}", "x".repeat(kept));
            assert!(whole(&transmit) == expected, "{range:?}");
            assert_eq!(transmit.pending() as usize, expected.len());
            transmit.push(b"y");
            transmit.advance(usize::MAX);
            assert_eq!(transmit.sent(), 1 + expected.len() as u64 + 1);
        }
    }

    #[test]
    fn partial_writes_keep_their_place() {
        let mut transmit = Transmit::default();
        transmit.push(b"abc");
        transmit.advance(1);
        transmit.push(b"de");
        assert_eq!(transmit.next(), b"bcde");
        transmit.advance(2);
        assert_eq!((transmit.next(), transmit.sent()), (b"de".as_slice(), 3));
    }
}
