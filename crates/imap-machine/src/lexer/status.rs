//! The words of a status response.

use core::fmt;

use bounded_static::ToStatic;

/// The five conditions of RFC 9051 section 7.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum StatusKind {
    /// `OK`
    Ok,
    /// `NO`
    No,
    /// `BAD`
    Bad,
    /// `BYE`
    Bye,
    /// `PREAUTH`
    Preauth,
}

impl StatusKind {
    const WORDS: [(&'static str, Self); 5] = [
        ("OK", Self::Ok),
        ("NO", Self::No),
        ("BAD", Self::Bad),
        ("BYE", Self::Bye),
        ("PREAUTH", Self::Preauth),
    ];

    /// The condition that this word names, in upper or lower case.
    pub(crate) fn of(word: &[u8]) -> Option<Self> {
        Self::WORDS
            .into_iter()
            .find_map(|(name, kind)| word.eq_ignore_ascii_case(name.as_bytes()).then_some(kind))
    }
}

impl fmt::Display for StatusKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "OK",
            Self::No => "NO",
            Self::Bad => "BAD",
            Self::Bye => "BYE",
            Self::Preauth => "PREAUTH",
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::StatusKind;

    #[test]
    fn words_are_read_as_they_are_written() {
        for (name, kind) in StatusKind::WORDS {
            assert_eq!(kind.to_string(), name);
            assert_eq!(StatusKind::of(name.to_lowercase().as_bytes()), Some(kind));
        }
        assert_eq!(StatusKind::of(b"OKAY"), None);
        assert_eq!(StatusKind::of(b""), None);
    }
}
