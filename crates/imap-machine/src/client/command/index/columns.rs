//! FETCHes in flight, by the items that they ask for.

use alloc::collections::BTreeMap;
use core::ops::Bound;

use super::super::in_order::InOrder;
use super::super::pipeline::Behaviors;
use super::super::profile::{Answers, Profile};
use super::super::scope::{Message, Scope};
use crate::client::command::CommandHandle;

/// A column for each item, and one for what sets `\Seen`.
#[derive(Default)]
pub(super) struct Columns {
    items: [Column; Answers::ITEM_COUNT],
    seen: Column,
}

impl Columns {
    pub(super) fn add(&mut self, handle: CommandHandle, scope: &Scope, profile: &Profile) {
        self.each(profile, |column| column.add(handle, scope));
    }

    pub(super) fn remove(&mut self, handle: CommandHandle, scope: &Scope, profile: &Profile) {
        self.each(profile, |column| column.remove(handle, scope));
    }

    fn each(&mut self, profile: &Profile, mut change: impl FnMut(&mut Column)) {
        for item in profile.asks_for().items() {
            change(&mut self.items[item]);
        }
        if profile.exhibits.has(Behaviors::CHANGES_FLAGS) {
            change(&mut self.seen);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.iter().all(Column::is_empty)
    }

    /// Whether any asks for one of these items of one of these messages.
    pub(super) fn overlap(&self, scope: &Scope, items: Answers) -> bool {
        let mut items = items.items();
        items.any(|item| self.items[item].overlaps(scope))
    }

    /// Whether any sets `\Seen` of one of these messages.
    pub(super) fn sets_seen_in(&self, scope: &Scope) -> bool {
        self.seen.overlaps(scope)
    }

    /// For each item the one that may ask for it.
    pub(super) fn asked_about(&self, message: Message) -> impl Iterator<Item = CommandHandle> {
        let columns = self.items.iter();
        columns.filter_map(move |column| column.asked_about(&message))
    }
}

/// The FETCHes that ask for an item. No two of them may be about the same message, so all of them name messages in the
/// same way, and one with `*` is alone.
#[derive(Default)]
struct Column {
    by_uid: bool,
    star: bool,
    /// By their first messages.
    ranges: BTreeMap<u32, Range>,
    by_age: InOrder<()>,
}

struct Range {
    last: u32,
    handle: CommandHandle,
}

impl Column {
    fn is_empty(&self) -> bool {
        self.by_age.len() == 0
    }

    fn add(&mut self, handle: CommandHandle, scope: &Scope) {
        debug_assert!(!self.overlaps(scope));
        self.by_uid = scope.is_by_uid();
        self.star = scope.has_star();
        let ranges = scope.ranges().iter();
        let ranges = ranges.map(|(first, last)| {
            let last = *last;
            (*first, Range { last, handle })
        });
        self.ranges.extend(ranges);
        self.by_age.push(handle, ());
    }

    fn remove(&mut self, handle: CommandHandle, scope: &Scope) {
        for (first, _) in scope.ranges() {
            self.ranges.remove(first);
        }
        self.by_age.remove(handle);
    }

    fn overlaps(&self, scope: &Scope) -> bool {
        if self.is_empty() {
            return false;
        }
        if self.star || scope.has_star() || self.by_uid != scope.is_by_uid() {
            return true;
        }
        let mut ranges = scope.ranges().iter();
        ranges.any(|(first, last)| {
            let before = self.before(*last);
            before.is_some_and(|range| range.last >= *first)
        })
    }

    fn asked_about(&self, message: &Message) -> Option<CommandHandle> {
        if self.is_empty() {
            return None;
        }
        match message.name(self.by_uid) {
            Some(name) if !self.star => {
                let range = self.before(name)?;
                (range.last >= name).then_some(range.handle)
            }
            // The only one there is, or, when it is not known which is meant, the oldest.
            _ => self.by_age.first().map(|(handle, ())| handle),
        }
    }

    /// The last range that does not begin after this message.
    fn before(&self, message: u32) -> Option<&Range> {
        let to = (Bound::Unbounded, Bound::Included(message));
        let range = self.ranges.range(to).next_back();
        range.map(|(_, range)| range)
    }
}
