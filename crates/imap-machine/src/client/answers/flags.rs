//! Flags, kept in little space.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::codec::{Flag, FlagTokens};

/// A list of flags, as received: `\\Seen`, `$Forwarded`, ... Octets that are not UTF-8 are replaced.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct FlagList(pub(super) Box<str>);

impl FlagList {
    /// One after the other, in the order of the server.
    pub fn iter(&self) -> impl Iterator<Item = Flag<'_>> {
        FlagTokens::over(self.0.as_bytes()).map(Flag::from_wire)
    }

    /// Whether this flag is set, in upper or lower case (RFC 9051 section 2.3.2).
    #[must_use]
    pub fn contains<'f>(&self, flag: impl Into<Flag<'f>>) -> bool {
        let flag = flag.into();
        self.iter().any(|set| set == flag)
    }

    /// Whether no flag is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Reads a list without its parentheses. An error is the list with others in place of octets that are not UTF-8.
    pub(super) fn read(list: &[u8]) -> Result<Self, Self> {
        // One block of memory, and no look at each octet: flags come by the hundred thousand.
        match core::str::from_utf8(list) {
            Ok(text) => Ok(Self(text.into())),
            Err(_) => Err(Self(String::from_utf8_lossy(list).into())),
        }
    }
}

impl<'a> FromIterator<&'a [u8]> for FlagList {
    fn from_iter<T: IntoIterator<Item = &'a [u8]>>(flags: T) -> Self {
        let flags: Vec<_> = flags.into_iter().collect();
        Self::read(&flags.join(&b' ')).unwrap_or_else(|list| list)
    }
}

impl fmt::Debug for FlagList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    #[test]
    fn flags_are_what_they_were() {
        let flags = [
            &b"\\Seen"[..],
            b"$Label",
            b"caf\xe9",
            b"\"two words\"",
            b"\\*",
        ];
        let list: FlagList = flags.into_iter().collect();
        let listed: Vec<_> = list.iter().collect();
        let expected = ["\\Seen", "$Label", "caf\u{fffd}", "\"two words\"", "\\*"];
        assert_eq!(listed, expected);
        assert!(list.contains("\\SEEN") && !list.contains("words\""));
        assert!(list.contains(Flag::SEEN) && list.contains(Flag::from("$label")));
        assert!(FlagList::default().is_empty() && !list.is_empty());
    }
}
