//! The extensions that are turned on.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use crate::codec::NameEncoding;

/// What is enabled on a connection, as the server has confirmed it with `ENABLED` (RFC 5161 section 3.2).
///
/// It decides how mailbox names and other text are written, in both directions: see [`name_form`](Self::name_form). A command
/// that is queued after an ENABLE is written when that one has ended, so it is written as the ENABLE has decided.
///
/// UNAUTHENTICATE turns everything off (RFC 8437 section 3), and so does a new layer below a session that has not logged in.
///
/// CONDSTORE is also turned on by commands that use it (RFC 7162 section 3.1). Nothing that this client writes or reads depends on
/// it, so it is here only if the server has said so, or QRESYNC, which includes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions(Option<Box<Confirmed>>);

// Boxed, since most connections have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Confirmed {
    /// Upper case, with spaces between them, in the order of the server.
    names: Box<str>,
    /// The extensions among them, and what they include.
    known: u8,
}

/// An extension that changes what client and server may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KnownExtension {
    /// RFC 9051: names and strings are UTF-8.
    Imap4Rev2,
    /// RFC 9755 (before: RFC 6855): names and strings are UTF-8.
    Utf8Accept,
    /// RFC 7162: mod-sequences.
    CondStore,
    /// RFC 7162: VANISHED instead of EXPUNGE.
    QResync,
    /// RFC 9586: no message sequence numbers any more.
    UidOnly,
}

impl KnownExtension {
    const ALL: [Self; 5] = [
        Self::Imap4Rev2,
        Self::Utf8Accept,
        Self::CondStore,
        Self::QResync,
        Self::UidOnly,
    ];

    /// Its name in ENABLE.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Imap4Rev2 => "IMAP4rev2",
            Self::Utf8Accept => "UTF8=ACCEPT",
            Self::CondStore => "CONDSTORE",
            Self::QResync => "QRESYNC",
            Self::UidOnly => "UIDONLY",
        }
    }

    /// The extension with this name; case does not matter.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|known| known.name().eq_ignore_ascii_case(name))
    }

    /// Whether ENABLE may name this: a client that understands nothing of it can still read and write what is said (the IANA
    /// registry "IMAP Capabilities").
    pub(crate) fn may_enable(name: &str) -> bool {
        // RFC 5464 section 1: with these the server may send METADATA unasked, which is data like any other.
        const HARMLESS: [&str; 2] = ["METADATA", "METADATA-SERVER"];
        let harmless = HARMLESS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name));
        harmless || Self::named(name).is_some()
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Its name in ENABLE.
impl AsRef<str> for KnownExtension {
    fn as_ref(&self) -> &str {
        self.name()
    }
}

impl fmt::Display for KnownExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Extensions {
    /// Whether it is on.
    #[must_use]
    pub const fn has(&self, extension: KnownExtension) -> bool {
        match &self.0 {
            Some(confirmed) => confirmed.known & extension.bit() != 0,
            None => false,
        }
    }

    /// All names that the server has confirmed, in upper case.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.0.as_ref().map_or("", |confirmed| &confirmed.names);
        names.split(' ').filter(|name| !name.is_empty())
    }

    /// How mailbox names are written: as UTF-8 with IMAP4rev2 or UTF8=ACCEPT (RFC 9051 section 5.1, RFC 9755 section 3),
    /// otherwise in modified UTF-7 (RFC 3501 section 5.1.3).
    #[must_use]
    pub const fn name_form(&self) -> NameEncoding {
        match self.has(KnownExtension::Imap4Rev2) || self.has(KnownExtension::Utf8Accept) {
            true => NameEncoding::Utf8,
            false => NameEncoding::ModifiedUtf7,
        }
    }

    /// Learns from the names of `* ENABLED ...`. One that does not end within the first `limit` octets of all names is not kept.
    pub(super) fn learn<'a>(&mut self, names: impl IntoIterator<Item = &'a [u8]>, limit: usize) {
        // A name is an atom. What stands in quotes and has a space in it is none.
        for name in names.into_iter().filter(|name| !name.contains(&b' ')) {
            self.add(&String::from_utf8_lossy(name).to_ascii_uppercase(), limit);
        }
    }

    fn add(&mut self, name: &str, limit: usize) {
        if self.names().any(|known| known == name) {
            return;
        }
        let confirmed = self.0.get_or_insert_default();
        if let Some(extension) = KnownExtension::named(name) {
            confirmed.known |= extension.bit();
            // RFC 7162 section 3.2.3.
            if extension == KnownExtension::QResync {
                confirmed.known |= KnownExtension::CondStore.bit();
            }
        }
        let names = &confirmed.names;
        if names.len() + 1 + name.len() <= limit {
            let space = if names.is_empty() { "" } else { " " };
            confirmed.names = alloc::format!("{names}{space}{name}").into();
        }
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn learn(extensions: &mut Extensions, names: &str, limit: usize) {
        extensions.learn(names.split(' ').map(str::as_bytes), limit);
    }

    fn names(extensions: &Extensions) -> Vec<&str> {
        extensions.names().collect()
    }

    #[test]
    fn what_has_a_space_in_it_is_no_name() {
        let mut extensions = Extensions::default();
        extensions.learn([&b"\"A B\""[..], b"C"], 1000);
        assert_eq!(names(&extensions), ["C"]);
    }

    #[test]
    fn what_is_enabled_adds_up() {
        let mut extensions = Extensions::default();
        assert_eq!(extensions.name_form(), NameEncoding::ModifiedUtf7);
        extensions.learn([], 1000);
        assert_eq!(extensions, Extensions::default());
        learn(&mut extensions, "qresync x-odd", 1000);
        learn(&mut extensions, "imap4REV2 QRESYNC", 1000);
        assert_eq!(names(&extensions), ["QRESYNC", "X-ODD", "IMAP4REV2"]);
        assert!(
            extensions.has(KnownExtension::CondStore),
            "QRESYNC includes it"
        );
        assert!(!extensions.has(KnownExtension::Utf8Accept));
        assert_eq!(extensions.name_form(), NameEncoding::Utf8);
        extensions.forget();
        assert_eq!(extensions, Extensions::default());
    }

    #[test]
    fn names_are_bounded_and_what_decides_is_not_lost() {
        let mut extensions = Extensions::default();
        learn(&mut extensions, "AAAA BBBB UTF8=ACCEPT", 6);
        assert_eq!(names(&extensions), ["AAAA"]);
        assert!(extensions.has(KnownExtension::Utf8Accept));
    }

    #[test]
    fn what_may_be_enabled() {
        for name in [
            "imap4rev2",
            "UTF8=ACCEPT",
            "condstore",
            "QResync",
            "UIDONLY",
            "metadata",
        ] {
            assert!(KnownExtension::may_enable(name), "{name}");
        }
        // "never ENABLE UTF8=ONLY" (RFC 9755 section 6).
        for name in ["UTF8=ONLY", "X-UNKNOWN", "IMAP4rev3", ""] {
            assert!(!KnownExtension::may_enable(name), "{name}");
        }
    }
}
