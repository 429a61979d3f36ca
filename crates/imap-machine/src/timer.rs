//! Deadlines: every state that waits has one, and it says why.

use core::fmt;

use crate::instant::Instant;

/// Why a deadline exists: the class of what is being waited for.
///
/// Classes that octets *renew* are about silence: they find a dead peer. All others are bounds that no octet moves. Every command
/// is within one of these: [`Command`](Self::Command), or [`Idle`](Self::Idle) for each round of IDLE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, bounded_static::ToStatic)]
pub enum Timer {
    /// The server's greeting (RFC 9051 section 7.1), from the beginning of the connection.
    Greeting,
    /// The tagged response of a command; renewed by octets.
    Completion,
    /// The `+` of a synchronizing literal or AUTHENTICATE, renewed by octets. The `+` of IDLE: from the moment at which IDLE
    /// is written, and once more from that at which it has left.
    Continuation,
    /// The rest of a literal that the server announced; renewed by octets.
    Literal,
    /// The application's part: the answer to a challenge, from the challenge; octets of a literal that it supplies, renewed
    /// by octets.
    Application,
    /// The end of one IDLE round (RFC 2177: before 29 minutes), from its `+`.
    Idle,
    /// The end of an IDLE, from the wish to end it.
    Done,
    /// The end of the connection: from LOGOUT's being written or from BYE; and from the call of LOGOUT, see
    /// [`Timeouts::completion`](crate::client::Timeouts::completion).
    Logout,
    /// The adapter's switch to TLS or compression, from the tagged OK.
    Upgrade,
    /// A command's own deadline, from `send`.
    Command,
}

impl fmt::Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::Completion => "completion",
            Self::Continuation => "continuation",
            Self::Literal => "literal",
            Self::Application => "application",
            Self::Idle => "idle",
            Self::Done => "done",
            Self::Logout => "logout",
            Self::Upgrade => "upgrade",
            Self::Command => "command",
        })
    }
}

/// When [`handle_timeout`] is due, and what for.
///
/// [`handle_timeout`]: crate::client::ClientConnection::handle_timeout
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// The moment.
    pub at: Instant,
    /// The class.
    pub timer: Timer,
}
