//! The messages that a command is about.

use super::sequence_set::MessageRanges;

/// A set of messages, by number or by UID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    by_uid: bool,
    messages: MessageRanges,
}

/// A message that a response is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessageNumbers {
    /// 0 when the response has only the UID.
    pub(crate) number: u32,
    pub(crate) uid: Option<u32>,
    /// How many messages the mailbox has.
    pub(crate) exists: u32,
}

impl MessageNumbers {
    /// The number that names it in scopes by UID or by sequence number, if it is known.
    pub(super) const fn name(&self, by_uid: bool) -> Option<u32> {
        match by_uid {
            true => self.uid,
            false => Some(self.number),
        }
    }
}

impl Scope {
    pub(crate) const fn new(messages: MessageRanges, by_uid: bool) -> Self {
        Self { by_uid, messages }
    }

    /// Whether it names messages by UID.
    pub(crate) const fn is_by_uid(&self) -> bool {
        self.by_uid
    }

    /// Whether the set has a `*`, which names the last message, whichever that is.
    pub(crate) const fn has_star(&self) -> bool {
        self.messages.has_star()
    }

    /// First and last of each range, ascending and not touching. `*` is the largest number possible.
    pub(crate) fn ranges(&self) -> &[(u32, u32)] {
        self.messages.ranges()
    }

    /// Whether the set contains the message. `None` when that depends on a UID that is not known.
    pub(crate) fn contains(&self, message: &MessageNumbers) -> Option<bool> {
        if self.has_star() && message.number >= message.exists {
            return Some(true);
        }
        let name = message.name(self.by_uid)?;
        let ranges = self.ranges();
        let at = ranges.partition_point(|(_, last)| *last < name);
        Some(ranges.get(at).is_some_and(|(first, _)| *first <= name))
    }

    /// The names around `name` that are all in the ranges, or all outside them.
    pub(crate) fn stretch_around(&self, name: u32) -> (u32, u32) {
        let ranges = self.ranges();
        let at = ranges.partition_point(|(_, last)| *last < name);
        let before = at.checked_sub(1).and_then(|before| ranges.get(before));
        match ranges.get(at) {
            Some((first, last)) if *first <= name => (*first, *last),
            // What follows the end of one range, up to what the next one begins with.
            next => (
                before.map_or(0, |(_, last)| last.saturating_add(1)),
                next.map_or(u32::MAX, |(first, _)| first.saturating_sub(1)),
            ),
        }
    }

    /// Whether both may name the same message.
    pub(crate) fn may_overlap(&self, other: &Self) -> bool {
        if self.by_uid != other.by_uid || self.has_star() || other.has_star() {
            return true;
        }
        let mut ours = self.ranges().iter();
        let mut theirs = other.ranges().iter();
        let (mut a, mut b) = (ours.next(), theirs.next());
        while let (Some(one), Some(two)) = (a, b) {
            if one.1 < two.0 {
                a = ours.next();
            } else if two.1 < one.0 {
                b = theirs.next();
            } else {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::client::SequenceSet;

    fn scope(set: &str, by_uid: bool) -> Scope {
        Scope::new(SequenceSet::from(set).into_ranges().unwrap(), by_uid)
    }

    #[test]
    fn membership() {
        let contains = |scope: &Scope, number, uid, exists| {
            let message = MessageNumbers {
                number,
                uid,
                exists,
            };
            scope.contains(&message)
        };
        let numbers = scope("7:5,9", false);
        assert_eq!(contains(&numbers, 6, None, 100), Some(true));
        assert_eq!(contains(&numbers, 9, Some(1), 100), Some(true));
        assert_eq!(contains(&numbers, 8, Some(6), 100), Some(false));
        let uids = scope("5000:*", true);
        assert_eq!(contains(&uids, 3, Some(5001), 10), Some(true));
        assert_eq!(contains(&uids, 3, Some(17), 10), Some(false));
        // `n:*` always includes the last message (RFC 9051 section 9).
        assert_eq!(contains(&uids, 10, Some(17), 10), Some(true));
        assert_eq!(contains(&uids, 11, None, 10), Some(true));
        assert_eq!(contains(&uids, 3, None, 10), None);
    }

    #[test]
    fn stretches_are_as_long_as_nothing_changes() {
        let set = scope("3:5,9,4294967295", true);
        for (name, stretch) in [
            (0, (0, 2)),
            (2, (0, 2)),
            (3, (3, 5)),
            (5, (3, 5)),
            (6, (6, 8)),
            (9, (9, 9)),
            (10, (10, u32::MAX - 1)),
            (u32::MAX, (u32::MAX, u32::MAX)),
        ] {
            assert_eq!(set.stretch_around(name), stretch, "{name}");
        }
        assert_eq!(scope("1:4", true).stretch_around(7), (5, u32::MAX));
    }

    #[test]
    fn overlap_errs_on_the_side_of_waiting() {
        assert!(!scope("1:4", true).may_overlap(&scope("5:9", true)));
        assert!(scope("1:5", true).may_overlap(&scope("9,5", true)));
        assert!(scope("1:4", true).may_overlap(&scope("5:9", false)));
        assert!(scope("*", true).may_overlap(&scope("1", true)));
    }

    /// For a set of fifty thousand separate UIDs, a row takes a binary search, not a walk.
    #[test]
    fn sets_in_any_order_are_the_same_set() {
        let odd: Vec<_> = (0..50_000)
            .map(|n| alloc::format!("{}", 2 * n + 1))
            .collect();
        let even: Vec<_> = (1..50_000)
            .rev()
            .map(|n| alloc::format!("{}", 2 * n))
            .collect();
        let (odd, even) = (scope(&odd.join(","), true), scope(&even.join(","), true));
        assert!(!odd.may_overlap(&even) && odd.may_overlap(&scope("777:778", true)));
        for uid in 1..50_000 {
            let message = MessageNumbers {
                number: 1,
                uid: Some(uid),
                exists: 1,
            };
            assert_eq!(odd.contains(&message), Some(uid % 2 == 1));
        }
        let joined = scope("5:9,1:3,2:6,20,9", false);
        assert_eq!(joined.ranges(), [(1, 9), (20, 20)]);
    }
}
