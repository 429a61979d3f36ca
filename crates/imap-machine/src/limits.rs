//! What a peer may cost: every amount that it decides has an upper bound here.

/// Upper bounds on what a connection holds, in octets unless said otherwise.
///
/// Passing one of the wire limits (`line`, `literal`, `message`) is terminal: no octet behind it is
/// interpreted any more, since the position in the stream is no longer trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Text of one response or command: all its octets but those of its literals. A `SEARCH` answer with a
    /// million numbers is one line of 8 MiB. Default 16 MiB.
    pub line: usize,
    /// Any literal, streamed or not. Default 2^63 - 1, the largest RFC 9051 section 9 (`number64`)
    /// can announce: a streamed literal costs no memory.
    pub literal: u64,
    /// A literal that is the value of a FETCH item is handed out in pieces when it is larger than
    /// this. Default 64 KiB.
    pub inline_literal: usize,
    /// One response or command as it is buffered, its inline literals included. Default 32 MiB.
    pub message: usize,
    /// Words and lists in one response that is decoded into a value, counted by the spaces and opening parentheses before
    /// them: each may become a hundred times as large as it is on the wire. A response with more comes as it was received, as
    /// `Event::Unrecognized`. FETCH, VANISHED and status responses are never decoded as a whole, and the numbers of SEARCH and
    /// SORT take little, so these are bounded by `line` alone. Default 2^18.
    pub items: usize,
    /// How deep parentheses may nest in an item of a FETCH response; the rest of a row that nests deeper is
    /// `FetchItem::Malformed`. BODYSTRUCTURE of mail from the wild stays below a hundred. Default 1,000.
    pub nesting: usize,
    /// Commands accepted and not yet ended. Default 2^20.
    pub commands: usize,
    /// Commands on the wire at a time. Default 256.
    pub in_flight: usize,
    /// Octets of a supplied literal (see [`Command::append_streamed`]) that wait to be written. Default
    /// 64 KiB.
    ///
    /// [`Command::append_streamed`]: crate::client::Command::append_streamed
    pub supply: usize,
    /// Largest literal sent without waiting when the server has LITERAL+ (RFC 7888); larger ones
    /// wait for the server's permission, so that a refusal costs one round trip instead of the
    /// whole transfer. (With LITERAL- the RFC says 4,096.) Default 64 KiB.
    pub non_synchronizing: u64,
    /// Fragments of the [`MailboxView`]'s map of messages (each holds up to some hundred
    /// messages); past it the map stops learning, the counts go on. Default 8,192.
    ///
    /// [`MailboxView`]: crate::client::MailboxView
    pub mailbox_blocks: usize,
    /// The server's list of capabilities, in octets; names that do not end within it count as not announced.
    /// Default 64 KiB.
    pub capabilities: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 16 << 20,
            literal: i64::MAX as u64,
            inline_literal: 64 << 10,
            message: 32 << 20,
            items: 1 << 18,
            nesting: 1_000,
            commands: 1 << 20,
            in_flight: 256,
            supply: 64 << 10,
            non_synchronizing: 64 << 10,
            mailbox_blocks: 8_192,
            capabilities: 64 << 10,
        }
    }
}
