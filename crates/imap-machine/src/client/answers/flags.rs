//! Flags of a message, kept in little space.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::codec::{Flags, Words};

/// The flags of a message, as received: `\\Seen`, `$Forwarded`, ... Octets that are not UTF-8 are replaced.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FetchedFlags(pub(super) Box<str>);

impl FetchedFlags {
    /// One after the other, in the order of the server.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        // No flag has a space in it (RFC 9051 section 9, `flag`).
        self.0.split(' ').filter(|flag| !flag.is_empty())
    }

    /// Whether this flag is set, in upper or lower case (RFC 9051 section 2.3.2).
    #[must_use]
    pub fn contains(&self, flag: &str) -> bool {
        self.iter().any(|set| set.eq_ignore_ascii_case(flag))
    }

    /// Whether no flag is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl From<Flags<'_>> for FetchedFlags {
    fn from(flags: Flags<'_>) -> Self {
        // One block of memory, and no look at each octet: flags come by the hundred thousand.
        Self(match core::str::from_utf8(flags.raw()) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(flags.raw()).into(),
        })
    }
}

impl From<&Words<'_>> for FetchedFlags {
    fn from(words: &Words<'_>) -> Self {
        Self(String::from_utf8_lossy(words.raw()).into())
    }
}

impl fmt::Debug for FetchedFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
