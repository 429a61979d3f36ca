//! The FLAGS item: a view on the flag list.

use core::fmt;
use core::iter::FusedIterator;

use super::system_flags::SystemFlags;
use crate::codec::flag::Flag;
use crate::lexer::octet_set::{first_of, set_of};
use crate::lexer::quoted;

/// The flags of a message, as received (RFC 9051 section 7.5.2).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Flags<'a> {
    /// The octets between the parentheses.
    list: &'a [u8],
    system: SystemFlags,
}

impl<'a> Flags<'a> {
    /// Reads the octets between the parentheses, in one pass. `None` if anything among them is not a flag.
    pub(super) fn new(list: &'a [u8]) -> Option<Self> {
        let system = FlagTokens { rest: list }.try_fold(SystemFlags::NONE, |system, token| {
            is_flag(token).then(|| system | SystemFlags::of(token))
        })?;
        Some(Self { list, system })
    }

    /// The same for a list that [`new`](Self::new) has read before.
    pub(super) const fn known(list: &'a [u8], system: SystemFlags) -> Self {
        Self { list, system }
    }

    /// The octets between the parentheses.
    pub(crate) const fn raw(&self) -> &'a [u8] {
        self.list
    }

    /// The flags in the order received: `\Seen`, `$Forwarded`, and also what the grammar does not allow as a flag, such as
    /// `[Gmail]`, `"two words"` (quotes included) or 8-bit names.
    #[must_use]
    pub fn iter(&self) -> FlagTokens<'a> {
        FlagTokens { rest: self.list }
    }

    /// The same as values of their own. Octets that are not UTF-8 are replaced.
    pub fn flags(&self) -> impl Iterator<Item = Flag<'a>> + use<'a> {
        self.iter().map(Flag::from_wire)
    }

    /// Whether `flag` is among them. Flags are case-insensitive (RFC 9051 section 2.3.2).
    #[must_use]
    pub fn contains(&self, flag: &[u8]) -> bool {
        self.iter().any(|token| token.eq_ignore_ascii_case(flag))
    }

    /// The system flags among them.
    #[must_use]
    pub const fn system(&self) -> SystemFlags {
        self.system
    }

    /// Whether the message has no flag at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.system.is_empty()
    }
}

impl<'a> IntoIterator for Flags<'a> {
    type Item = &'a [u8];
    type IntoIter = FlagTokens<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &Flags<'a> {
    type Item = &'a [u8];
    type IntoIter = FlagTokens<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Flags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.iter(), f)
    }
}

/// The flags of [`Flags`], one by one.
#[derive(Clone)]
pub struct FlagTokens<'a> {
    rest: &'a [u8],
}

impl<'a> FlagTokens<'a> {
    /// The words of `list`.
    pub(crate) const fn over(list: &'a [u8]) -> Self {
        Self { rest: list }
    }
}

impl<'a> Iterator for FlagTokens<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let mut rest = self.rest;
        while let [b' ', after @ ..] = rest {
            rest = after;
        }
        let (token, rest) = rest.split_at_checked(token_len(rest))?;
        self.rest = rest;
        (!token.is_empty()).then_some(token)
    }
}

impl FusedIterator for FlagTokens<'_> {}

impl fmt::Debug for FlagTokens<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tokens = self.clone().map(|token| token.escape_ascii());
        f.debug_list()
            .entries(tokens.map(|token| alloc::format!("{token}")))
            .finish()
    }
}

/// The octets up to the first space outside quotes.
#[inline]
fn token_len(octets: &[u8]) -> usize {
    match first_of(&ENDS_TOKEN, octets) {
        None => octets.len(),
        Some(at) if octets.get(at) == Some(&b' ') => at,
        Some(_) => quoted::find_outside(b' ', octets).unwrap_or(octets.len()),
    }
}

const ENDS_TOKEN: [bool; 256] = set_of(b" \"");

/// Lists and literals (whose header contains a line end) are not flags.
fn is_flag(token: &[u8]) -> bool {
    let is_quoted = token.starts_with(b"\"");
    token.iter().all(|octet| match octet {
        b'\r' | b'\n' => false,
        b'(' | b')' => is_quoted,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec::Vec;

    use super::*;

    fn tokens(list: &[u8]) -> Vec<&[u8]> {
        Flags::new(list).unwrap().iter().collect()
    }

    #[test]
    fn spaces_separate() {
        assert_eq!(tokens(b""), [b""; 0]);
        assert_eq!(tokens(b"  "), [b""; 0]);
        assert_eq!(tokens(b" \\Seen  $A "), [&b"\\Seen"[..], b"$A"]);
    }

    #[test]
    fn odd_flags_stay_whole() {
        let list = b"[Gmail] a[b] \\* \"two (words) \\\" x\" caf\xe9";
        let expected: [&[u8]; 5] = [
            b"[Gmail]",
            b"a[b]",
            b"\\*",
            b"\"two (words) \\\" x\"",
            b"caf\xe9",
        ];
        assert_eq!(tokens(list), expected);
    }

    #[test]
    fn lists_and_literals_are_no_flags() {
        assert_eq!(Flags::new(b"\\Seen (a)"), None);
        assert_eq!(Flags::new(b"{3}\r\nabc"), None);
    }

    #[test]
    fn system_flags_are_read_on_the_way() {
        let flags = Flags::new(b"\\SEEN \\Recent $Junk").unwrap();
        let expected = SystemFlags::SEEN | SystemFlags::RECENT | SystemFlags::KEYWORDS;
        assert_eq!(flags.system(), expected);
        assert!(flags.contains(b"\\seen"));
        assert!(flags.contains(b"$junk"));
        assert!(!flags.contains(b"\\Draft"));
        assert!(flags.flags().eq([Flag::SEEN, Flag::RECENT, Flag::JUNK]));
        assert!(!flags.is_empty());
    }

    #[test]
    fn debug_is_readable() {
        let flags = Flags::new(b"$A caf\xe9").unwrap();
        assert_eq!(std::format!("{flags:?}"), r#"["$A", "caf\\xe9"]"#);
    }
}
