//! The parts of a command, in the order in which they go out.

use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::mem;

/// A part of a command.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Fragment {
    /// Octets that need no permission.
    Text(Vec<u8>),
    /// A literal; its header is written when its turn comes.
    Literal(Vec<u8>),
    /// A literal of this size whose octets the application supplies; not announced yet.
    Supplied(u64),
    /// The same, announced.
    Missing(Missing),
}

/// A literal whose octets are being supplied.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Missing {
    /// So many are still to come.
    pub(crate) octets: u64,
    /// Where the application puts the next ones. All of it is initialised.
    space: Vec<u8>,
}

impl Missing {
    pub(crate) const fn new(octets: u64) -> Self {
        Self {
            octets,
            space: Vec::new(),
        }
    }

    /// Room for `octets` of them.
    pub(crate) fn space(&mut self, octets: usize) -> &mut [u8] {
        let more = octets.saturating_sub(self.space.len());
        self.space.reserve_exact(more);
        self.space.resize(octets, 0);
        &mut self.space
    }

    /// So many have been put into the space. One that is full goes out as it is; one that is not stays for the next ones.
    pub(crate) fn fill(&mut self, octets: usize) -> Filled<'_> {
        let most = usize::try_from(self.octets).unwrap_or(usize::MAX);
        let octets = octets.min(self.space.len()).min(most);
        self.octets -= octets as u64;
        if octets == self.space.len() {
            return Filled::Whole(mem::take(&mut self.space));
        }
        Filled::Part(&self.space[..octets])
    }

    /// A buffer whose octets have left is the next space, unless there is one already.
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

/// What of a command has not been handed to the output queue yet.
#[derive(Default)]
pub(crate) struct Fragments {
    // Most commands are one text, and a queue would be one more allocation. `None`: nothing is left, behind it neither.
    front: Option<Fragment>,
    behind: VecDeque<Fragment>,
}

impl Fragments {
    pub(crate) const fn is_empty(&self) -> bool {
        self.front.is_none()
    }

    pub(crate) const fn front(&self) -> Option<&Fragment> {
        self.front.as_ref()
    }

    pub(crate) const fn front_mut(&mut self) -> Option<&mut Fragment> {
        self.front.as_mut()
    }

    pub(super) fn back_mut(&mut self) -> Option<&mut Fragment> {
        self.behind.back_mut().or(self.front.as_mut())
    }

    pub(crate) fn pop_front(&mut self) -> Option<Fragment> {
        let front = self.front.take();
        self.front = self.behind.pop_front();
        front
    }

    pub(crate) fn push_front(&mut self, fragment: Fragment) {
        if let Some(second) = self.front.replace(fragment) {
            self.behind.push_front(second);
        }
    }

    pub(super) fn push_back(&mut self, fragment: Fragment) {
        match self.front {
            None => self.front = Some(fragment),
            Some(_) => self.behind.push_back(fragment),
        }
    }

    /// The literal that comes last.
    pub(super) fn last_literal(&mut self) -> Option<&mut Fragment> {
        let fragments = self.front.iter_mut().chain(&mut self.behind);
        let mut literals = fragments.filter(|fragment| matches!(fragment, Fragment::Literal(_)));
        literals.next_back()
    }
}

impl From<Fragment> for Fragments {
    fn from(fragment: Fragment) -> Self {
        Self {
            front: Some(fragment),
            behind: VecDeque::new(),
        }
    }
}

impl From<Vec<Fragment>> for Fragments {
    fn from(fragments: Vec<Fragment>) -> Self {
        let mut behind = VecDeque::from(fragments);
        let front = behind.pop_front();
        Self { front, behind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(octets: u64) -> Fragment {
        Fragment::Missing(Missing::new(octets))
    }

    #[test]
    fn what_comes_first_goes_first() {
        let mut fragments = Fragments::from(Vec::from([missing(1), missing(2)]));
        fragments.push_back(missing(3));
        fragments.push_front(missing(0));
        for octets in 0..4 {
            assert!(fragments.pop_front() == Some(missing(octets)));
        }
        assert!(fragments.is_empty() && fragments.back_mut().is_none());
        fragments.push_back(missing(4));
        assert!(fragments.front() == Some(&missing(4)));
        assert!(fragments.back_mut() == Some(&mut missing(4)));
    }

    #[test]
    fn a_space_is_used_again_and_never_mixed_up() {
        let mut missing = Missing::new(10);
        missing.space(4).copy_from_slice(b"1234");
        // What was put there is not to be lost when another buffer comes back.
        missing.reuse(alloc::vec![0; 9]);
        let address = missing.space.as_ptr();
        let Filled::Whole(first) = missing.fill(4) else {
            panic!("it was full");
        };
        assert_eq!((&first[..], missing.octets), (&b"1234"[..], 6));
        missing.reuse(first);
        missing.space(3)[0] = b'5';
        assert!(matches!(missing.fill(1), Filled::Part(b"5")));
        assert_eq!((missing.space(3).as_ptr(), missing.octets), (address, 5));
        // More than there is room for, and more than is missing.
        assert_eq!(missing.fill(99).len(), 3);
        missing.space(9);
        assert_eq!((missing.fill(9).len(), missing.octets), (2, 0));
        assert_eq!(missing.fill(1).len(), 0);
    }
}
