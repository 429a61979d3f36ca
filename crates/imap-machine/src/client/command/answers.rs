//! Kinds of answers.

use core::ops::{BitAnd, BitOr};

/// Kinds of untagged data, as a set: what a command may be answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Answers(u64);

impl Answers {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const CAPABILITY: Self = Self(1);
    pub(crate) const LIST: Self = Self(1 << 1);
    pub(crate) const LSUB: Self = Self(1 << 2);
    pub(crate) const STATUS: Self = Self(1 << 3);
    pub(crate) const SEARCH: Self = Self(1 << 4);
    pub(crate) const SORT: Self = Self(1 << 5);
    pub(crate) const THREAD: Self = Self(1 << 6);
    pub(crate) const ENABLED: Self = Self(1 << 7);
    pub(crate) const QUOTA: Self = Self(1 << 8);
    pub(crate) const ID: Self = Self(1 << 9);
    pub(crate) const METADATA: Self = Self(1 << 10);
    pub(crate) const NAMESPACE: Self = Self(1 << 11);
    pub(crate) const EXPUNGE: Self = Self(1 << 12);
    /// FLAGS, EXISTS, RECENT and the response codes of SELECT.
    pub(crate) const MAILBOX: Self = Self(1 << 13);
    /// A line that cannot be read.
    pub(crate) const UNRECOGNIZED: Self = Self(1 << 14);
    /// `VANISHED (EARLIER)` (RFC 7162 section 3.2.10.1).
    pub(crate) const EARLIER: Self = Self(1 << 15);
    pub(crate) const ACL: Self = Self(1 << 16);
    pub(crate) const LIST_RIGHTS: Self = Self(1 << 17);
    pub(crate) const MY_RIGHTS: Self = Self(1 << 18);
    pub(crate) const LANGUAGE: Self = Self(1 << 19);
    pub(crate) const COMPARATOR: Self = Self(1 << 20);
    /// GENURLAUTH and URLFETCH (RFC 4467).
    pub(crate) const URLS: Self = Self(1 << 21);
    /// An ESEARCH that names its command (RFC 9051 section 7.3.4).
    pub(crate) const ESEARCH: Self = Self(1 << 22);
    pub(crate) const UID_BATCHES: Self = Self(1 << 23);
    // From here on, items of FETCH.
    pub(crate) const UID: Self = Self(1 << 32);
    pub(crate) const FLAGS: Self = Self(1 << 33);
    pub(crate) const MODSEQ: Self = Self(1 << 34);
    pub(crate) const SIZE: Self = Self(1 << 35);
    pub(crate) const DATE: Self = Self(1 << 36);
    pub(crate) const ENVELOPE: Self = Self(1 << 37);
    pub(crate) const STRUCTURE: Self = Self(1 << 38);
    pub(crate) const SECTION: Self = Self(1 << 39);
    pub(crate) const OTHER_ITEM: Self = Self(1 << 40);

    const FIRST_ITEM: u32 = 32;
    const ITEMS: Self = Self(0x1ff << Self::FIRST_ITEM);
    /// The items of a row that answers STORE.
    pub(super) const STORED: Self = Self(Self::FLAGS.0 | Self::MODSEQ.0 | Self::UID.0);
    pub(crate) const ALL: Self = Self(u64::MAX);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether data that answers both does not say which of the two it is for.
    pub(crate) const fn is_shared(self, other: Self) -> bool {
        self.0 & other.0 & !Self::ESEARCH.0 != 0
    }

    pub(crate) const fn is_fetch(self) -> bool {
        self.has(Self::ITEMS)
    }

    /// The items by which one FETCH is told from another. Not UID, which every row has.
    pub(crate) fn telling(self) -> Self {
        let items = self & Self::ITEMS;
        match Self(items.0 & !Self::UID.0) {
            Self::NONE => items,
            telling => telling,
        }
    }

    /// A single kind of data that is not about a message.
    #[cfg(test)]
    pub(super) fn kind(bit: u32) -> Self {
        assert!(bit < Self::FIRST_ITEM);
        Self(1 << bit)
    }

    pub(crate) const fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl BitOr for Answers {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Answers {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
