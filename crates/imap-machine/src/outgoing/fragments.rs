//! The parts of a command or a response, in the order in which they are sent.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use super::transmit::{JOIN, SEGMENT};

/// A part of a message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Fragment {
    /// Octets that need no permission.
    Text(Vec<u8>),
    /// The charset of the text in search criteria, which is UTF-8. Whether it is said is decided when its turn comes.
    Utf8Charset(SaysCharset),
    /// `RETURN (ALL)`, for a server that answers a SEARCH with its tag then. Which it is is decided when its turn comes.
    ReturnAll,
    /// The name of a mailbox as people write it. Its form is decided when its turn comes.
    Name(Box<str>),
    /// A string that can be quoted where quotes may hold UTF-8, and is a literal elsewhere.
    Utf8(Vec<u8>),
    /// A literal. Its header is written when its turn comes.
    Literal(Holds, Vec<u8>),
    /// A literal of this size whose octets the application supplies; not announced yet.
    Supplied(Holds, u64),
    /// The same, announced.
    Missing(Box<Missing>),
}

/// When a command says the charset of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaysCharset {
    /// SEARCH: where strings are not UTF-8 by themselves.
    WithoutUtf8,
    /// SORT and THREAD, which need one.
    Always,
}

/// What a literal holds, which decides between `{7}` and the literal8 `~{7}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// No NUL.
    Text,
    /// The same, of a command that the server may not know. It always waits for permission: such a server would take its octets for
    /// commands of their own.
    Guarded,
    /// No NUL; the second or a later message of an APPEND. It waits for permission unless the server has announced MULTIAPPEND
    /// (RFC 3502): another server would take it for a command.
    Further,
    /// A message with NUL: always a literal8, and only to servers that take it.
    BinaryMessage,
    /// A literal8, because the caller says so.
    Octets,
}

/// A literal whose octets are being supplied.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// How many are still to come.
    pub(crate) octets: u64,
    /// Where the application puts the next octets. All of it is initialised.
    space: Vec<u8>,
    /// How much of it is lent to the application.
    lent: usize,
}

impl Missing {
    pub(crate) const fn new(octets: u64) -> Self {
        Self {
            octets,
            space: Vec::new(),
            lent: 0,
        }
    }

    /// Space for some of them, at most `room` octets.
    pub(crate) fn space(&mut self, room: usize) -> &mut [u8] {
        self.lent = room.min(SEGMENT);
        if self.space.len() < self.lent {
            // The old one is freed first, so that both are never held.
            self.space = Vec::new();
            self.space = vec![0; self.lent];
        }
        &mut self.space[..self.lent]
    }

    /// The application has put `octets` octets into the space, and at most `room` of them are taken. A space that is full and large
    /// is sent as it is; any other is kept for the next octets.
    pub(crate) fn fill(&mut self, octets: usize, room: usize) -> Filled<'_> {
        let octets = octets.min(mem::take(&mut self.lent)).min(room);
        self.octets = self.octets.saturating_sub(octets as u64);
        if octets == self.space.len() && octets >= JOIN {
            return Filled::Whole(mem::take(&mut self.space));
        }
        Filled::Part(&self.space[..octets])
    }

    /// Makes a written buffer the next space, unless there is one already. None of it is lent.
    pub(crate) fn reuse(&mut self, buffer: Vec<u8>) {
        if self.space.is_empty() {
            self.space = buffer;
        }
    }
}

/// Octets of a literal that are to go out.
pub(crate) enum Filled<'a> {
    Whole(Vec<u8>),
    Part(&'a [u8]),
}

impl Filled<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Whole(octets) => octets.len(),
            Self::Part(octets) => octets.len(),
        }
    }
}

/// The part of a message that has not been handed to the output queue yet.
#[derive(Default)]
#[expect(clippy::box_collection, reason = "most messages have no rest")]
pub(crate) struct Fragments {
    // Most messages are one text, for which a queue would be another allocation. `None`: nothing is left, here or in the queue.
    front: Option<Fragment>,
    rest: Option<Box<VecDeque<Fragment>>>,
}

impl Fragments {
    pub(crate) const fn is_empty(&self) -> bool {
        self.front.is_none()
    }

    /// Whether it is one text.
    pub(crate) const fn is_text(&self) -> bool {
        matches!(self.front, Some(Fragment::Text(_))) && self.rest.is_none()
    }

    pub(crate) const fn front(&self) -> Option<&Fragment> {
        self.front.as_ref()
    }

    pub(crate) const fn front_mut(&mut self) -> Option<&mut Fragment> {
        self.front.as_mut()
    }

    pub(crate) fn pop_front(&mut self) -> Option<Fragment> {
        let front = self.front.take();
        self.front = self.rest.as_mut().and_then(|rest| rest.pop_front());
        front
    }

    pub(crate) fn push_front(&mut self, fragment: Fragment) {
        if let Some(second) = self.front.replace(fragment) {
            self.rest.get_or_insert_default().push_front(second);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Fragment> {
        let rest = self.rest.iter().flat_map(|rest| rest.iter());
        self.front.iter().chain(rest)
    }
}

impl From<Fragment> for Fragments {
    fn from(fragment: Fragment) -> Self {
        Self {
            front: Some(fragment),
            rest: None,
        }
    }
}

impl From<Box<VecDeque<Fragment>>> for Fragments {
    fn from(mut all: Box<VecDeque<Fragment>>) -> Self {
        Self {
            front: all.pop_front(),
            rest: Some(all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(octets: u64) -> Fragment {
        Fragment::Missing(Box::new(Missing::new(octets)))
    }

    #[test]
    fn what_comes_first_goes_first() {
        let mut fragments = Fragments::from(Box::new(VecDeque::from([missing(1), missing(2)])));
        fragments.push_front(missing(0));
        for octets in 0..3 {
            assert!(fragments.pop_front() == Some(missing(octets)));
        }
        assert!(fragments.is_empty() && fragments.front().is_none());
        fragments.push_front(missing(4));
        assert!(fragments.front() == Some(&missing(4)));
    }

    #[test]
    fn a_space_is_used_again_and_never_mixed_up() {
        let mut missing = Missing::new(100_000);
        missing.space(JOIN).fill(b'1');
        // Octets put into the space must not be lost when another buffer comes back.
        missing.reuse(vec![0; 9]);
        let address = missing.space.as_ptr();
        let Filled::Whole(first) = missing.fill(JOIN, usize::MAX) else {
            unreachable!("it was full");
        };
        assert!(first.iter().all(|octet| *octet == b'1'));
        missing.reuse(first);
        // Octets of the old buffer must not be sent.
        assert_eq!(missing.fill(JOIN, usize::MAX).len(), 0);
        missing.space(3)[0] = b'5';
        assert!(matches!(missing.fill(1, usize::MAX), Filled::Part(b"5")));
        assert_eq!(missing.fill(1, usize::MAX).len(), 0, "nor twice");
        assert_eq!(missing.space(JOIN).as_ptr(), address);
        assert_eq!(
            missing.fill(99, 7).len(),
            7,
            "no more than there is room for"
        );
        assert_eq!(missing.octets, 100_000 - JOIN as u64 - 1 - 7);
    }

    #[test]
    fn a_space_is_no_larger_than_what_goes_out_at_once() {
        let mut missing = Missing::new(u64::MAX);
        assert_eq!(missing.space(usize::MAX).len(), SEGMENT);
        assert_eq!(missing.fill(usize::MAX, usize::MAX).len(), SEGMENT);
    }
}
