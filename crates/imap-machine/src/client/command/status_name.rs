//! What STATUS can ask for.

/// An item of STATUS (RFC 9051 section 6.3.11). Others are asked for by name: [`Command::status`](super::form::Command::status) takes any
/// text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StatusName {
    /// How many messages there are.
    Messages,
    /// The UID that the next message gets.
    UidNext,
    /// The value that changes when UIDs mean something else.
    UidValidity,
    /// How many messages lack `\Seen`.
    Unseen,
    /// How many messages have `\Deleted` (IMAP4rev2, RFC 9208).
    Deleted,
    /// The octets that they would free (RFC 9208 section 4.1.4).
    DeletedStorage,
    /// The octets of all messages (IMAP4rev2, RFC 8438).
    Size,
    /// How many messages have `\Recent` (RFC 3501).
    Recent,
    /// The highest mod-sequence (RFC 7162 section 3.1.7).
    HighestModSeq,
    /// The largest message that APPEND takes (RFC 7889).
    AppendLimit,
    /// The identifier that stays when the mailbox is renamed (RFC 8474 section 4.3).
    MailboxId,
}

impl StatusName {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Messages => "MESSAGES",
            Self::UidNext => "UIDNEXT",
            Self::UidValidity => "UIDVALIDITY",
            Self::Unseen => "UNSEEN",
            Self::Deleted => "DELETED",
            Self::DeletedStorage => "DELETED-STORAGE",
            Self::Size => "SIZE",
            Self::Recent => "RECENT",
            Self::HighestModSeq => "HIGHESTMODSEQ",
            Self::AppendLimit => "APPENDLIMIT",
            Self::MailboxId => "MAILBOXID",
        }
    }
}

impl AsRef<str> for StatusName {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}
