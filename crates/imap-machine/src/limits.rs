//! Upper bounds on everything whose amount the peer decides.

/// Upper bounds on what a connection holds, in octets unless said otherwise.
///
/// Passing one of the wire limits (`line`, `literal`, `message`) ends the connection. No octet after that point is
/// interpreted, since it is not known any more where the next message begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Text of one response or command: all octets outside its literals. A `SEARCH` answer with a million numbers is one line
    /// of 8 MiB. Default 16 MiB.
    pub line: usize,
    /// Any literal, streamed or not. Default 2^63 - 1, the largest that RFC 9051 section 9 (`number64`) can announce, since a
    /// streamed literal costs no memory.
    pub literal: u64,
    /// The largest value of a FETCH item that is held whole. A larger literal is handed out in pieces. Default 64 KiB.
    pub inline_literal: usize,
    /// One buffered response or command, including the literals that are held whole. Default 32 MiB.
    pub message: usize,
    /// How deep parentheses may nest in a response. A FETCH row that nests deeper ends there with `FetchItem::Malformed`; what
    /// nests deeper in other data is not read, which is a [`Defect`](crate::codec::Defect). BODYSTRUCTURE of real mail stays below a hundred. Default 1,000.
    pub nesting: usize,
    /// Commands accepted and not yet ended. Default 2^20.
    pub commands: usize,
    /// Commands on the wire at a time. Default 256.
    pub in_flight: usize,
    /// Octets of a supplied literal (see [`AppendMessage::supplied`]) that may wait to be written. Default 64 KiB.
    ///
    /// [`AppendMessage::supplied`]: crate::client::AppendMessage::supplied
    pub supply: usize,
    /// The largest literal that is sent without waiting when the server has LITERAL+ (RFC 7888). A larger one waits for the
    /// server's permission, so that a refusal costs a round trip rather than the whole transfer. Default 4,096, which is the bound of
    /// LITERAL-: Cyrus 3.6 takes no more although it announces LITERAL+.
    pub non_synchronizing: u64,
    /// The longest line of a command that names messages, in octets. A [`Desk`] sends several commands instead of a longer one
    /// ([`Command::split`]), since servers bound their lines (RFC 7162 section 4: "8192 octets"). Default 8,000.
    ///
    /// [`Desk`]: crate::client::desk::Desk
    /// [`Command::split`]: crate::client::Command::split
    pub command_line: usize,
    /// Blocks of the [`MailboxView`]'s map of messages; each holds up to some hundred messages. When they are used up the map
    /// learns nothing new; the counts go on. Default 8,192.
    ///
    /// [`MailboxView`]: crate::client::MailboxView
    pub mailbox_blocks: usize,
    /// The server's list of capabilities, in octets. A name that does not end within it counts as not announced. Default
    /// 64 KiB.
    pub capabilities: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 16 << 20,
            literal: i64::MAX as u64,
            inline_literal: 64 << 10,
            message: 32 << 20,
            nesting: 1_000,
            commands: 1 << 20,
            in_flight: 256,
            supply: 64 << 10,
            non_synchronizing: 4_096,
            command_line: 8_000,
            mailbox_blocks: 8_192,
            capabilities: 64 << 10,
        }
    }
}
