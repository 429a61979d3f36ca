//! What the server tells of the selected mailbox without being asked (RFC 5465).

/// Which news of the selected mailbox come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MailboxNews {
    /// All, and EXPUNGE only during a command (RFC 9051 section 7.5.1): without NOTIFY, or with `SELECTED-DELAYED`.
    #[default]
    Delayed,
    /// All, and EXPUNGE at any time: `SELECTED` (RFC 5465 section 6.1).
    AtOnce,
    /// None, so there may be more messages than have been told: `NOTIFY NONE`, `NOTIFY SET` without the selected mailbox, and after
    /// NOTIFICATIONOVERFLOW, which is like NONE (section 5.8).
    Untold,
}
