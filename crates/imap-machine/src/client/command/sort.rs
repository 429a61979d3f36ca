//! How SORT and THREAD order messages.

use alloc::string::String;

/// What SORT compares (RFC 5256 section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortKey {
    /// `ARRIVAL`: the internal date.
    Arrival,
    /// `CC`: the mailbox of the first address in Cc.
    Cc,
    /// `DATE`: the date of the header.
    Date,
    /// `DISPLAYFROM`: the name that is shown for From (RFC 5957).
    DisplayFrom,
    /// `DISPLAYTO`: the name that is shown for To (RFC 5957).
    DisplayTo,
    /// `FROM`: the mailbox of the first address in From.
    From,
    /// `RELEVANCY`: how well it fits (RFC 6203 section 5).
    Relevancy,
    /// `SIZE`: the size in octets.
    Size,
    /// `SUBJECT`: the subject without `Re:` and the like (RFC 5256 section 2.1).
    Subject,
    /// `TO`: the mailbox of the first address in To.
    To,
}

impl SortKey {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Arrival => "ARRIVAL",
            Self::Cc => "CC",
            Self::Date => "DATE",
            Self::DisplayFrom => "DISPLAYFROM",
            Self::DisplayTo => "DISPLAYTO",
            Self::From => "FROM",
            Self::Relevancy => "RELEVANCY",
            Self::Size => "SIZE",
            Self::Subject => "SUBJECT",
            Self::To => "TO",
        }
    }
}

/// The order of SORT: by one key, then by others. What is equal by all of them is in the order of its sequence numbers (RFC 5256
/// section 3).
///
#[doc = example!(selected)]
/// let newest_first = SortBy::reverse(SortKey::Date).then(SortKey::Subject);
/// connection.send(Command::uid_sort(newest_first, Search::unseen())?, options, now)?;
/// assert_eq!(
///     connection.transmit(),
///     b"A2 UID SORT (REVERSE DATE SUBJECT) US-ASCII UNSEEN\r\n"
/// );
/// // One key is an order too.
/// let sort = Command::uid_sort(SortKey::Size, Search::all())?;
#[doc = example!(end)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortBy {
    keys: String,
}

impl SortBy {
    /// By this key, the lowest first.
    #[must_use]
    pub fn new(key: SortKey) -> Self {
        let keys = String::from(key.as_str());
        Self { keys }
    }

    /// By this key, the highest first.
    #[must_use]
    pub fn reverse(key: SortKey) -> Self {
        let keys = String::new();
        Self { keys }.with(&["REVERSE ", key.as_str()])
    }

    /// What is equal so far, by this key, the lowest first.
    #[must_use]
    pub fn then(self, key: SortKey) -> Self {
        self.with(&[" ", key.as_str()])
    }

    /// What is equal so far, by this key, the highest first.
    #[must_use]
    pub fn then_reverse(self, key: SortKey) -> Self {
        self.with(&[" REVERSE ", key.as_str()])
    }

    fn with(mut self, words: &[&str]) -> Self {
        self.keys.extend(words.iter().copied());
        self
    }

    /// As it is written, without parentheses.
    pub(super) fn as_str(&self) -> &str {
        &self.keys
    }
}

impl From<SortKey> for SortBy {
    fn from(key: SortKey) -> Self {
        Self::new(key)
    }
}

/// How THREAD finds out which message answers which. Others are named by text: [`Command::thread`](super::form::Command::thread) takes any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ThreadAlgorithm {
    /// `ORDEREDSUBJECT`: the same subject (RFC 5256 section 3).
    OrderedSubject,
    /// `REFERENCES`: the headers References and In-Reply-To, and the subject (RFC 5256 section 3).
    References,
    /// `REFS`: these headers only, the latest thread first (draft-ietf-morg-inthread, which Dovecot has).
    Refs,
}

impl ThreadAlgorithm {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrderedSubject => "ORDEREDSUBJECT",
            Self::References => "REFERENCES",
            Self::Refs => "REFS",
        }
    }
}

impl AsRef<str> for ThreadAlgorithm {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}
