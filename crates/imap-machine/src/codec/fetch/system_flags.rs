//! The system flags as a set of bits.

use core::fmt;
use core::ops::BitOr;

use bounded_static::ToStatic;

use crate::lexer::word;

/// The system flags of a message (RFC 9051 section 2.3.2), and whether it has any flag besides.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, ToStatic)]
pub struct SystemFlags(u8);

impl SystemFlags {
    /// No flag.
    pub const NONE: Self = Self(0);
    /// `\Seen`
    pub const SEEN: Self = Self(1);
    /// `\Answered`
    pub const ANSWERED: Self = Self(1 << 1);
    /// `\Flagged`
    pub const FLAGGED: Self = Self(1 << 2);
    /// `\Deleted`
    pub const DELETED: Self = Self(1 << 3);
    /// `\Draft`
    pub const DRAFT: Self = Self(1 << 4);
    /// `\Recent` (RFC 3501 section 2.3.2; gone in RFC 9051)
    pub const RECENT: Self = Self(1 << 5);
    /// At least one flag other than these six: a keyword, or a system flag of an extension.
    pub const KEYWORDS: Self = Self(1 << 6);

    const NAMED: [(Self, &'static str); 7] = [
        (Self::SEEN, "\\Seen"),
        (Self::ANSWERED, "\\Answered"),
        (Self::FLAGGED, "\\Flagged"),
        (Self::DELETED, "\\Deleted"),
        (Self::DRAFT, "\\Draft"),
        (Self::RECENT, "\\Recent"),
        (Self::KEYWORDS, "keywords"),
    ];

    /// The set for one flag, in upper or lower case; never empty.
    #[must_use]
    #[inline]
    pub fn of(flag: &[u8]) -> Self {
        let [b'\\', name @ ..] = flag else {
            return Self::KEYWORDS;
        };
        match name.len() {
            4 if word::is(name, b"seen") => Self::SEEN,
            5 if word::is(name, b"draft") => Self::DRAFT,
            6 if word::is(name, b"recent") => Self::RECENT,
            7 if word::is(name, b"flagged") => Self::FLAGGED,
            7 if word::is(name, b"deleted") => Self::DELETED,
            8 if word::is(name, b"answered") => Self::ANSWERED,
            _ => Self::KEYWORDS,
        }
    }

    /// One bit for each flag, in the order of the constants.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits & 0x7f)
    }

    /// Whether every flag of `other` is in this set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is no flag.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The flags of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOr for SystemFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.union(other)
    }
}

impl fmt::Debug for SystemFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Self::NAMED
            .iter()
            .filter(|(flag, _)| self.contains(*flag))
            .map(|(_, name)| name);
        f.debug_set().entries(names).finish()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;

    #[test]
    fn each_flag_has_its_own_bit() {
        let all = SystemFlags::NAMED
            .iter()
            .fold(SystemFlags::NONE, |all, (flag, _)| {
                assert_eq!(all.bits() & flag.bits(), 0);
                all | *flag
            });
        assert_eq!(all.bits(), 0b0111_1111);
    }

    #[test]
    fn names_are_read_back() {
        for (flag, name) in SystemFlags::NAMED {
            assert_eq!(SystemFlags::of(name.as_bytes()), flag);
            assert_eq!(SystemFlags::of(name.to_ascii_uppercase().as_bytes()), flag);
        }
        assert_eq!(SystemFlags::of(b"Seen"), SystemFlags::KEYWORDS);
        assert_eq!(SystemFlags::of(b"\\SeenX"), SystemFlags::KEYWORDS);
    }

    #[test]
    fn debug_lists_names() {
        let flags = SystemFlags::SEEN | SystemFlags::DRAFT;
        assert_eq!(std::format!("{flags:?}"), r#"{"\\Seen", "\\Draft"}"#);
    }
}
