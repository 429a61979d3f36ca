//! LIST commands in flight, by what the names that they find begin with.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound::{Included, Unbounded};

use super::super::handle::CommandHandle;
use super::super::in_order::InOrder;

/// No beginning is the beginning of another one, since these commands would not be in flight together.
#[derive(Default)]
pub(super) struct Lists {
    by_beginning: BTreeMap<Box<[u8]>, CommandHandle>,
    by_age: InOrder<()>,
}

impl Lists {
    pub(super) fn add(&mut self, handle: CommandHandle, beginning: &[u8]) {
        self.by_beginning.insert(beginning.into(), handle);
        self.by_age.push(handle, ());
    }

    pub(super) fn remove(&mut self, handle: CommandHandle, beginning: &[u8]) {
        self.by_beginning.remove(beginning);
        self.by_age.remove(handle);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.by_age.len() == 0
    }

    /// Whether a name that begins like this may answer one of them as well.
    pub(super) fn overlap(&self, beginning: &[u8]) -> bool {
        let mut after = self
            .by_beginning
            .range::<[u8], _>((Included(beginning), Unbounded));
        let longer = after.next();
        longer.is_some_and(|(longer, _)| longer.starts_with(beginning))
            || self.beginning_of(beginning).is_some()
    }

    /// The command that finds a mailbox of this name.
    pub(super) fn of(&self, name: &[u8]) -> Option<CommandHandle> {
        let mut whole: Vec<u8> = name.to_ascii_lowercase();
        whole.push(0);
        self.beginning_of(&whole)
    }

    /// All that lies between a beginning and what begins with it begins with it as well: so it is the last one before it, if any is.
    fn beginning_of(&self, name: &[u8]) -> Option<CommandHandle> {
        let mut before = self
            .by_beginning
            .range::<[u8], _>((Unbounded, Included(name)));
        let (beginning, handle) = before.next_back()?;
        name.starts_with(beginning).then_some(*handle)
    }

    pub(super) fn oldest(&self) -> Option<CommandHandle> {
        self.by_age.first().map(|(handle, ())| handle)
    }

    /// The LIST, if there is exactly one.
    pub(super) fn only(&self) -> Option<CommandHandle> {
        self.oldest().filter(|_| self.by_age.len() == 1)
    }
}
