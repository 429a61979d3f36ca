//! What a command demands of others, and what it does that others may not bear: the words of the rules in `pipeline`.

use core::ops::{BitAnd, BitOr};

/// What a command demands of those in progress when it goes out, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Requirements(u8);

impl Requirements {
    /// The server is not in the middle of something that the command would be taken for a part of.
    pub(crate) const FREE_WIRE: Self = Self(1);
    /// The session will stay what it is: nothing given up may still log in, select or close.
    pub(crate) const SETTLED_SESSION: Self = Self(1 << 1);
    /// No other command is in progress.
    pub(crate) const SILENCE: Self = Self(1 << 2);
    /// Not even one that was given up is unanswered.
    pub(crate) const ALL_ANSWERED: Self = Self(1 << 3);
    /// Message sequence numbers mean what they meant.
    pub(crate) const STABLE_NUMBERS: Self = Self(1 << 4);
    /// Flags of its messages stay as they are.
    pub(crate) const NO_FLAG_CHANGES: Self = Self(1 << 5);
    /// Flags of its messages are not being read.
    pub(crate) const NO_FLAG_READS: Self = Self(1 << 6);
    /// No other command is answered in the same way.
    pub(crate) const OWN_ANSWER: Self = Self(1 << 7);

    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Requirements {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What a command does while it is in progress, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Behaviors(u8);

impl Behaviors {
    /// The server takes whatever comes next for a part of it, or must not get anything before it is done.
    pub(crate) const HOLDS_WIRE: Self = Self(1);
    /// It was given up, and may still log in, select, close or log out.
    pub(crate) const MAY_CHANGE_SESSION: Self = Self(1 << 1);
    /// Its outcome is still to come.
    pub(crate) const IN_PROGRESS: Self = Self(1 << 2);
    /// It was given up, and is not answered.
    pub(crate) const UNANSWERED: Self = Self(1 << 3);
    /// The server may send EXPUNGE meanwhile.
    pub(crate) const MAY_RENUMBER: Self = Self(1 << 4);
    /// Changes flags of its messages.
    pub(crate) const CHANGES_FLAGS: Self = Self(1 << 5);
    /// Its answer depends on flags, of its messages or of any.
    pub(crate) const READS_FLAGS: Self = Self(1 << 6);
    /// It is answered with untagged data, which do not say for whom they are.
    pub(crate) const IS_ANSWERED: Self = Self(1 << 7);

    pub(crate) const NONE: Self = Self(0);
    /// How many there are.
    pub(super) const COUNT: usize = 8;

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Which of all behaviors are in the set, as numbers below [`COUNT`](Self::COUNT).
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        core::iter::from_fn(move || {
            let number = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            Some(number as usize)
        })
    }

    /// The set without the behavior of this number.
    pub(super) const fn without(self, number: usize) -> Self {
        Self(self.0 & !(1 << number))
    }
}

impl BitOr for Behaviors {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Behaviors {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
