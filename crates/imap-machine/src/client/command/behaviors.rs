//! What a command requires of others in progress, and how it affects others: the terms of the rules in `pipeline`.

use core::ops::{BitAnd, BitOr};

/// What a command requires of those in progress when it is sent, as a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Requirements(u16);

impl Requirements {
    /// The server must not take the command for a part of another.
    pub(crate) const FREE_WIRE: Self = Self(1);
    /// State and mailbox are known: no LOGIN, SELECT or EXAMINE is in progress.
    pub(crate) const KNOWN_SESSION: Self = Self(1 << 8);
    /// The session stays as it is: no command that was given up may still log in, select or close.
    pub(crate) const SETTLED_SESSION: Self = Self(1 << 1);
    /// No other command is in progress.
    pub(crate) const SILENCE: Self = Self(1 << 2);
    /// Every command that was given up has been answered.
    pub(crate) const ALL_ANSWERED: Self = Self(1 << 3);
    /// Message sequence numbers keep their meaning.
    pub(crate) const STABLE_NUMBERS: Self = Self(1 << 4);
    /// No other command changes flags of its messages.
    pub(crate) const NO_FLAG_CHANGES: Self = Self(1 << 5);
    /// No other command reads flags of its messages.
    pub(crate) const NO_FLAG_READS: Self = Self(1 << 6);
    /// No other command has the same kind of answer.
    pub(crate) const OWN_ANSWER: Self = Self(1 << 7);

    pub(crate) const NONE: Self = Self(0);

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Requirements {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

/// How a command affects others while it is in progress, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Behaviors(u16);

impl Behaviors {
    /// The server takes the next octets for a part of it, or must not get any before it is done.
    pub(crate) const HOLDS_WIRE: Self = Self(1);
    /// It logs in or selects a mailbox.
    pub(crate) const MAKES_SESSION: Self = Self(1 << 8);
    /// It was given up, and may still log in, select, close or log out.
    pub(crate) const MAY_CHANGE_SESSION: Self = Self(1 << 1);
    /// It has no outcome yet.
    pub(crate) const IN_PROGRESS: Self = Self(1 << 2);
    /// It was given up, and has not been answered.
    pub(crate) const UNANSWERED: Self = Self(1 << 3);
    /// The server may send EXPUNGE while it is in progress.
    pub(crate) const MAY_RENUMBER: Self = Self(1 << 4);
    /// It changes flags of its messages.
    pub(crate) const CHANGES_FLAGS: Self = Self(1 << 5);
    /// Its answer depends on flags, of its messages or of any.
    pub(crate) const READS_FLAGS: Self = Self(1 << 6);
    /// It is answered with untagged data that does not say which command it answers.
    pub(crate) const IS_ANSWERED: Self = Self(1 << 7);

    pub(crate) const NONE: Self = Self(0);
    /// How many behaviors there are.
    pub(super) const COUNT: usize = 9;

    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The behaviors in the set, as numbers below [`COUNT`](Self::COUNT).
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
        self.with(other)
    }
}

impl BitAnd for Behaviors {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
