//! The parts of a command, in the order in which they go out.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

/// A part of a command.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Fragment {
    /// Octets that need no permission.
    Text(Vec<u8>),
    /// A literal; its header is written when its turn comes.
    Literal(Vec<u8>),
    /// A literal of this size whose octets the application supplies; not announced yet.
    Supplied(u64),
    /// The same, announced: this many octets are missing.
    Missing(u64),
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

    #[test]
    fn what_comes_first_goes_first() {
        let mut fragments =
            Fragments::from(Vec::from([Fragment::Missing(1), Fragment::Missing(2)]));
        fragments.push_back(Fragment::Missing(3));
        fragments.push_front(Fragment::Missing(0));
        let order = core::iter::from_fn(|| fragments.pop_front());
        let sizes = order.map(|fragment| match fragment {
            Fragment::Missing(size) => size,
            _ => u64::MAX,
        });
        assert!(sizes.eq(0..4));
        assert!(fragments.is_empty() && fragments.back_mut().is_none());
        fragments.push_back(Fragment::Missing(4));
        assert!(matches!(fragments.front(), Some(Fragment::Missing(4))));
        assert!(matches!(fragments.back_mut(), Some(Fragment::Missing(4))));
    }
}
