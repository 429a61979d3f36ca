//! A flag of a message, read or to be set.

use alloc::borrow::Cow;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};

use bounded_static::ToStatic;

/// A flag of a message (RFC 9051 section 2.3.2): a system flag such as `\Seen`, or a keyword such as `$Forwarded`.
///
/// Text converts into one, whatever it is: servers tell flags that the grammar does not allow. A command that is built of such a flag
/// is refused. Two flags are the same if they differ only in upper and lower case.
///
/// ```
/// use imap_machine::client::Flag;
///
/// assert_eq!(Flag::SEEN, Flag::from("\\SEEN"));
/// assert_eq!(Flag::FORWARDED, "$forwarded");
/// assert!(Flag::SEEN.is_system() && !Flag::FORWARDED.is_system());
/// ```
#[derive(Clone, ToStatic)]
pub struct Flag<'a>(Cow<'a, str>);

impl Flag<'static> {
    /// `\Seen`: the message has been read.
    pub const SEEN: Self = Self(Cow::Borrowed("\\Seen"));
    /// `\Answered`: the message has been answered.
    pub const ANSWERED: Self = Self(Cow::Borrowed("\\Answered"));
    /// `\Flagged`: the message is marked for attention.
    pub const FLAGGED: Self = Self(Cow::Borrowed("\\Flagged"));
    /// `\Deleted`: EXPUNGE will remove the message.
    pub const DELETED: Self = Self(Cow::Borrowed("\\Deleted"));
    /// `\Draft`: the message is not finished.
    pub const DRAFT: Self = Self(Cow::Borrowed("\\Draft"));
    /// `\Recent`: this session is the first one told of the message (RFC 3501 section 2.3.2; gone in RFC 9051). Only the server
    /// changes it.
    pub const RECENT: Self = Self(Cow::Borrowed("\\Recent"));
    /// `$Forwarded` (RFC 5550 section 5.9).
    pub const FORWARDED: Self = Self(Cow::Borrowed("$Forwarded"));
    /// `$MDNSent`: a disposition notification has been sent (RFC 3503).
    pub const MDN_SENT: Self = Self(Cow::Borrowed("$MDNSent"));
    /// `$Junk` (RFC 9051 section 2.3.2).
    pub const JUNK: Self = Self(Cow::Borrowed("$Junk"));
    /// `$NotJunk` (RFC 9051 section 2.3.2).
    pub const NOT_JUNK: Self = Self(Cow::Borrowed("$NotJunk"));
    /// `$Phishing` (RFC 9051 section 2.3.2).
    pub const PHISHING: Self = Self(Cow::Borrowed("$Phishing"));
    /// `$Important` (RFC 8457).
    pub const IMPORTANT: Self = Self(Cow::Borrowed("$Important"));
    /// `$SubmitPending`: the message is being submitted (RFC 5550 section 5.10).
    pub const SUBMIT_PENDING: Self = Self(Cow::Borrowed("$SubmitPending"));
    /// `$Submitted` (RFC 5550 section 5.10).
    pub const SUBMITTED: Self = Self(Cow::Borrowed("$Submitted"));
}

impl<'a> Flag<'a> {
    /// A flag as received. Octets that are not UTF-8 are replaced.
    pub(crate) fn from_wire(octets: &'a [u8]) -> Self {
        Self(String::from_utf8_lossy(octets))
    }

    /// As received, or as given: `\Seen`, `$Forwarded`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it begins with `\`: a flag of the protocol or of an extension, not a keyword.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.0.starts_with('\\')
    }

    fn in_lower_case(&self) -> impl Iterator<Item = u8> {
        self.0.bytes().map(|octet| octet.to_ascii_lowercase())
    }
}

impl<'a> From<&'a str> for Flag<'a> {
    fn from(flag: &'a str) -> Self {
        Self(Cow::Borrowed(flag))
    }
}

impl<'a> From<&&'a str> for Flag<'a> {
    fn from(flag: &&'a str) -> Self {
        Self::from(*flag)
    }
}

impl From<String> for Flag<'_> {
    fn from(flag: String) -> Self {
        Self(Cow::Owned(flag))
    }
}

impl<'a> From<&'a String> for Flag<'a> {
    fn from(flag: &'a String) -> Self {
        Self::from(flag.as_str())
    }
}

impl<'a> From<&'a Flag<'_>> for Flag<'a> {
    fn from(flag: &'a Flag<'_>) -> Self {
        Self::from(flag.as_str())
    }
}

impl AsRef<str> for Flag<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<Flag<'_>> for Flag<'_> {
    fn eq(&self, other: &Flag<'_>) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Flag<'_> {}

impl PartialEq<str> for Flag<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl PartialEq<&str> for Flag<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0.eq_ignore_ascii_case(other)
    }
}

impl Hash for Flag<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.in_lower_case().for_each(|octet| state.write_u8(octet));
        // No flag is the beginning of another one, as `str` has it.
        state.write_u8(0xff);
    }
}

impl PartialOrd for Flag<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Flag<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.in_lower_case().cmp(other.in_lower_case())
    }
}

impl fmt::Display for Flag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Flag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::collections::{BTreeSet, HashSet};

    use super::*;

    #[test]
    fn upper_and_lower_case_are_the_same_flag() {
        let spelled = ["\\Seen", "\\SEEN", "\\seen", "$Junk", "$JUNK", "$Junk2"];
        let hashed: HashSet<_> = spelled.map(Flag::from).into_iter().collect();
        let sorted: BTreeSet<_> = spelled.map(Flag::from).into_iter().collect();
        assert_eq!((hashed.len(), sorted.len()), (3, 3));
        assert!(hashed.contains(&Flag::JUNK) && sorted.contains(&Flag::SEEN));
        // Only ASCII letters have two cases here.
        assert_ne!(Flag::from("\u{e4}"), Flag::from("\u{c4}"));
    }

    #[test]
    fn a_flag_is_shown_as_it_is() {
        let flag = Flag::from_wire(b"caf\xe9");
        assert_eq!(
            std::format!("{flag} {flag:?}"),
            "caf\u{fffd} \"caf\u{fffd}\""
        );
        assert_eq!(std::format!("{:>6}|", Flag::SEEN), " \\Seen|");
        assert_eq!(Flag::from(&flag), flag);
    }
}
