//! FETCHes in flight, by the messages that they ask about.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::ops::Bound;

use super::super::answers::Answers;
use super::super::behaviors::Behaviors;
use super::super::handle::CommandHandle;
use super::super::in_order::InOrder;
use super::super::profile::Profile;
use super::super::scope::{MessageNumbers, Scope};

/// One column for each set of items that is asked for. Programs use few such sets.
#[derive(Default)]
pub(super) struct Fetches(Vec<Column>);

impl Fetches {
    pub(super) fn add(&mut self, handle: CommandHandle, scope: &Scope, profile: &Profile) {
        let at = self.find(profile).unwrap_or_else(|| {
            self.0.push(Column::new(profile));
            self.0.len() - 1
        });
        self.0[at].add(handle, scope);
    }

    pub(super) fn remove(&mut self, handle: CommandHandle, scope: &Scope, profile: &Profile) {
        if let Some(at) = self.find(profile) {
            self.0[at].remove(handle, scope);
            if self.0[at].by_age.len() == 0 {
                self.0.swap_remove(at);
            }
        }
    }

    fn find(&self, profile: &Profile) -> Option<usize> {
        let (items, sets_seen) = (profile.asks_for(), sets_seen(profile));
        let mut columns = self.0.iter();
        columns.position(|column| (column.items, column.sets_seen) == (items, sets_seen))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any of them asks for one of these items of one of these messages.
    pub(super) fn overlap(&self, scope: &Scope, items: Answers) -> bool {
        let mut columns = self.0.iter().filter(|column| column.items.has(items));
        columns.any(|column| column.overlaps(scope))
    }

    /// Whether any of them sets `\Seen` of one of these messages.
    pub(super) fn sets_seen_in(&self, scope: &Scope) -> bool {
        let mut columns = self.0.iter().filter(|column| column.sets_seen);
        columns.any(|column| column.overlaps(scope))
    }

    /// For each set of items, the one FETCH that may ask for this message.
    pub(super) fn asked_about(
        &self,
        message: MessageNumbers,
    ) -> impl Iterator<Item = CommandHandle> {
        let columns = self.0.iter();
        columns.filter_map(move |column| column.asked_about(&message))
    }
}

fn sets_seen(profile: &Profile) -> bool {
    profile.exhibits.has(Behaviors::CHANGES_FLAGS)
}

/// The FETCHes that ask for one set of items. No two of them may be about the same message. So all of them name messages by
/// number, or all by UID, and one with `*` is alone.
struct Column {
    items: Answers,
    sets_seen: bool,
    by_uid: bool,
    star: bool,
    /// By the first message of each range.
    ranges: BTreeMap<u32, End>,
    by_age: InOrder<()>,
}

struct End {
    last: u32,
    handle: CommandHandle,
}

impl Column {
    fn new(profile: &Profile) -> Self {
        Self {
            items: profile.asks_for(),
            sets_seen: sets_seen(profile),
            by_uid: false,
            star: false,
            ranges: BTreeMap::new(),
            by_age: InOrder::new(),
        }
    }

    fn add(&mut self, handle: CommandHandle, scope: &Scope) {
        debug_assert!(self.by_age.len() == 0 || !self.overlaps(scope));
        self.by_uid = scope.is_by_uid();
        self.star = scope.has_star();
        let ranges = scope.ranges().iter();
        let ranges = ranges.map(|(first, last)| {
            let last = *last;
            (*first, End { last, handle })
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
        if self.star || scope.has_star() || self.by_uid != scope.is_by_uid() {
            return true;
        }
        let mut ranges = scope.ranges().iter();
        ranges.any(|(first, last)| {
            let before = self.before(*last);
            before.is_some_and(|range| range.last >= *first)
        })
    }

    fn asked_about(&self, message: &MessageNumbers) -> Option<CommandHandle> {
        match message.name(self.by_uid) {
            Some(name) if !self.star => {
                let range = self.before(name)?;
                (range.last >= name).then_some(range.handle)
            }
            // The only one, or the oldest if it is not known which one is meant.
            _ => self.by_age.first().map(|(handle, ())| handle),
        }
    }

    /// The last range that begins at or before this message.
    fn before(&self, message: u32) -> Option<&End> {
        let to = (Bound::Unbounded, Bound::Included(message));
        let range = self.ranges.range(to).next_back();
        range.map(|(_, range)| range)
    }
}
