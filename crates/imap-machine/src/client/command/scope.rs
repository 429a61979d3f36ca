//! Which messages a command is about.

use alloc::vec::Vec;

use imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};

// Past this many comparisons two sets are taken to overlap: a wait too many costs a round trip, a wait too few
// an ambiguity.
const COMPARISONS: usize = 4096;

/// A set of messages, by number or by UID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    by_uid: bool,
    // The smaller end first. `*` is the largest number there is.
    ranges: Vec<(u32, u32)>,
    // `*` names the last message, wherever it stands (RFC 9051 section 9, seq-range).
    star: bool,
}

impl Scope {
    pub(crate) fn new(set: &SequenceSet, by_uid: bool) -> Self {
        let mut star = false;
        let mut end = |value: &SeqOrUid| {
            star |= *value == SeqOrUid::Asterisk;
            value.to_non_zero_u32().get()
        };
        let ranges = set
            .0
            .as_ref()
            .iter()
            .map(|sequence| {
                let (a, b) = match sequence {
                    Sequence::Single(one) => (end(one), end(one)),
                    Sequence::Range(a, b) => (end(a), end(b)),
                };
                (a.min(b), a.max(b))
            })
            .collect();
        Self {
            by_uid,
            ranges,
            star,
        }
    }

    /// Whether the message with this number, and this UID if it is known, is meant; `None` when that
    /// takes a UID that is not known.
    pub(crate) fn contains(&self, number: u32, uid: Option<u32>, exists: u32) -> Option<bool> {
        if self.star && number >= exists {
            return Some(true);
        }
        let name = match self.by_uid {
            true => uid?,
            false => number,
        };
        let mut ranges = self.ranges.iter();
        Some(ranges.any(|(first, last)| (*first..=*last).contains(&name)))
    }

    /// Whether both may name the same message.
    pub(crate) fn may_overlap(&self, other: &Self) -> bool {
        if self.by_uid != other.by_uid || self.star || other.star {
            return true;
        }
        if self.ranges.len().saturating_mul(other.ranges.len()) > COMPARISONS {
            return self.hull_overlaps(other);
        }
        self.ranges
            .iter()
            .any(|a| other.ranges.iter().any(|b| a.0 <= b.1 && b.0 <= a.1))
    }

    fn hull_overlaps(&self, other: &Self) -> bool {
        let hull = |ranges: &[(u32, u32)]| {
            let first = ranges.iter().map(|range| range.0).min();
            first.zip(ranges.iter().map(|range| range.1).max())
        };
        match (hull(&self.ranges), hull(&other.ranges)) {
            (Some(a), Some(b)) => a.0 <= b.1 && b.0 <= a.1,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(set: &str, by_uid: bool) -> Scope {
        Scope::new(&SequenceSet::try_from(set).unwrap(), by_uid)
    }

    #[test]
    fn membership() {
        let numbers = scope("7:5,9", false);
        assert_eq!(numbers.contains(6, None, 100), Some(true));
        assert_eq!(numbers.contains(9, Some(1), 100), Some(true));
        assert_eq!(numbers.contains(8, Some(6), 100), Some(false));
        let uids = scope("5000:*", true);
        assert_eq!(uids.contains(3, Some(5001), 10), Some(true));
        assert_eq!(uids.contains(3, Some(17), 10), Some(false));
        // `n:*` always includes the last message (RFC 9051 section 9).
        assert_eq!(uids.contains(10, Some(17), 10), Some(true));
        assert_eq!(uids.contains(11, None, 10), Some(true));
        assert_eq!(uids.contains(3, None, 10), None);
    }

    #[test]
    fn overlap_errs_on_the_side_of_waiting() {
        assert!(!scope("1:4", true).may_overlap(&scope("5:9", true)));
        assert!(scope("1:5", true).may_overlap(&scope("9,5", true)));
        assert!(scope("1:4", true).may_overlap(&scope("5:9", false)));
        assert!(scope("*", true).may_overlap(&scope("1", true)));
    }
}
