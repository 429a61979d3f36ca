//! What is known of the items after the front, once something has walked them.
//!
//! Some servers send the UID last. The connection has to find it, past an ENVELOPE and a BODYSTRUCTURE whose ends cost more to
//! find than all else in the row. So it remembers them, and which kinds of items there are: who walks the row again goes from
//! list to list, and what the row does not have is not searched for.

use bounded_static::ToStatic;

/// What is known of the items after the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
pub(super) struct Tail {
    /// All kinds that may be there.
    kinds: Kinds,
    lists: ListLengths,
}

impl Tail {
    /// Nothing is known.
    pub(super) const UNKNOWN: Self = Self {
        kinds: Kinds::ALL,
        lists: ListLengths::UNKNOWN,
    };

    /// What is known before anything has walked: that there are no items, if the front is the whole row.
    #[inline]
    pub(super) const fn unseen(is_whole: bool) -> Self {
        let kinds = match is_whole {
            true => Kinds::NONE,
            false => Kinds::ALL,
        };
        Self {
            kinds,
            ..Self::UNKNOWN
        }
    }

    pub(super) const fn new(kinds: Kinds, lists: LongLists) -> Self {
        Self {
            kinds,
            lists: lists.lengths,
        }
    }

    /// Whether it may have an item of one of these kinds.
    #[inline]
    pub(super) const fn may_have(&self, kinds: Kinds) -> bool {
        self.kinds.0 & kinds.0 != 0
    }

    /// For a walk that begins where the front ends.
    #[inline]
    pub(super) const fn lists(&self) -> LongLists {
        LongLists {
            lengths: self.lists,
            met: 0,
        }
    }
}

/// A set of kinds of items: those that accessors ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(u8::MAX);
    pub(super) const UID: Self = Self(1);
    pub(super) const FLAGS: Self = Self(1 << 1);
    pub(super) const MODSEQ: Self = Self(1 << 2);
    pub(super) const SIZE: Self = Self(1 << 3);
    pub(super) const DATE: Self = Self(1 << 4);
    pub(super) const SECTION: Self = Self(1 << 5);
    pub(super) const ENVELOPE: Self = Self(1 << 6);
    /// BODYSTRUCTURE or BODY.
    pub(super) const STRUCTURE: Self = Self(1 << 7);

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How many long lists are remembered: ENVELOPE and BODYSTRUCTURE.
const REMEMBERED: usize = 2;

/// The lengths of the first long lists after the front, parentheses included. 0 is not known, or more than 16 bits can hold: a row is
/// moved often, and pays for each octet of its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
struct ListLengths([u16; REMEMBERED]);

impl ListLengths {
    const UNKNOWN: Self = Self([0; REMEMBERED]);
}

/// The long lists that a walk meets. Whether it knows their lengths or finds them: afterwards they are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct LongLists {
    lengths: ListLengths,
    met: usize,
}

impl LongLists {
    pub(super) const UNKNOWN: Self = Tail::UNKNOWN.lists();

    /// The length of the next list, which `find` finds if it is not known. `None` if it has no end: then nothing follows.
    #[inline]
    pub(super) fn next(&mut self, find: impl FnOnce() -> Option<usize>) -> Option<usize> {
        let Some(place) = self.lengths.0.get_mut(self.met) else {
            return find();
        };
        self.met += 1;
        if *place > 0 {
            return Some(usize::from(*place));
        }
        let length = find()?;
        *place = u16::try_from(length).unwrap_or_default();
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::format;
    use std::string::String;
    use std::vec::Vec;

    use proptest::collection::vec as vec_of;
    use proptest::prelude::*;

    use super::super::Fetch;
    use super::super::agreement::{legal_item, line, odd_item};
    use super::super::front::Front;
    use super::*;
    use crate::lexer::StreamedLiteral;

    /// What accessors and the walk say.
    fn said(row: &Fetch<'_>) -> String {
        let accessors = (
            row.uid(),
            row.modseq(),
            row.rfc822_size(),
            row.internal_date(),
            row.flags().map(|flags| flags.iter().collect::<Vec<_>>()),
            row.section("BODY[]"),
            row.envelope().map(|it| it.raw()),
            row.body_structure().map(|it| it.raw()),
        );
        let items: Vec<_> = row.items().collect();
        format!("{accessors:?} {items:?} {:?}", row.defects())
    }

    fn assert_learned(line: &[u8], streamed: &[StreamedLiteral]) {
        let Some(row) = Fetch::parse(line, streamed) else {
            return;
        };
        let mut learned = row.clone();
        learned.find_uid();
        assert_eq!(said(&learned), said(&row), "{}", line.escape_ascii());
        assert_eq!(learned.with_nesting(super::super::NESTING), row);
    }

    proptest! {
        #[test]
        fn rows_say_the_same_once_their_uid_was_looked_for(
            items in vec_of(prop_oneof![legal_item(), odd_item()], 0..8),
        ) {
            assert_learned(&line(items), &[]);
        }

        #[test]
        fn so_do_broken_rows(
            garbage in "(UID 3|FLAGS \\(a\\)|ENVELOPE \\(|BODYSTRUCTURE \\(\"|BODY\\[\\] |MODSEQ \\(1\\)|\\(|\\)|\"|\\\\|\\{[0-9]{1,2}\\}\r\n| ){0,30}",
            at in 12..60_usize,
        ) {
            let line = format!("* 1 FETCH ({garbage})\r\n");
            assert_learned(line.as_bytes(), &[]);
            assert_learned(line.as_bytes(), &[StreamedLiteral { at, size: 99 }]);
        }
    }

    const HEAVY: &str = "ENVELOPE (\"a\" (b)) BODYSTRUCTURE (\"c\" {2}\r\n)))";

    fn learned(items: &str) -> Front {
        let line = format!("* 1 FETCH ({items})\r\n");
        let mut row = Fetch::parse(line.as_bytes(), &[]).unwrap();
        row.find_uid();
        row.front
    }

    #[test]
    fn a_walk_to_the_end_finds_all_kinds_and_the_ends_of_lists() {
        let heavy = Kinds::ENVELOPE.and(Kinds::STRUCTURE);
        for (items, kinds) in [
            ("UID 4", heavy.and(Kinds::UID)),
            ("PREVIEW NIL", heavy),
            ("UID 4 X 1", Kinds::ALL),
        ] {
            let front = learned(&format!("FLAGS () {HEAVY} {items}"));
            let lists = ListLengths([9, 13]);
            assert_eq!(*front.tail(), Tail { kinds, lists }, "{items}");
        }
        // The UID is at the front: no one has walked.
        assert_eq!(*learned(&format!("UID 4 {HEAVY}")).tail(), Tail::UNKNOWN);
    }

    #[test]
    fn a_list_that_is_too_long_to_be_remembered_is_found_again() {
        let long = "x".repeat(0xffff);
        for heavy in [
            format!("ENVELOPE ({long}) BODYSTRUCTURE (a)"),
            format!("ENVELOPE (\"{}\" {{9}}\r\n", &long[20..]) + "123456789) BODYSTRUCTURE (a)",
        ] {
            let line = format!("* 1 FETCH ({heavy} UID 4)\r\n");
            assert_learned(line.as_bytes(), &[]);
        }
        let lists = ListLengths([0, 3]);
        let front = learned(&format!("ENVELOPE ({long}) BODYSTRUCTURE (a) UID 4"));
        assert_eq!(front.tail().lists, lists);
    }

    #[test]
    fn what_was_learned_with_one_bound_on_nesting_is_forgotten_with_another() {
        let line = b"* 1 FETCH (ENVELOPE (((a))) UID 4)\r\n";
        let mut row = Fetch::parse(line, &[]).unwrap();
        row.find_uid();
        assert!(row.uid().is_some() && row.envelope().is_some());
        let row = row.with_nesting(2);
        assert!(row.uid().is_none() && row.envelope().is_none());
    }
}
