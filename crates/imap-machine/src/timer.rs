//! The classes of deadline. Every wait has a deadline, and its class says what for.

use core::fmt;

use crate::instant::Instant;

/// Why a deadline exists: the class of what is being waited for.
///
/// Classes that octets *renew* measure silence: they find a dead peer. All others are bounds that no octet moves. Every
/// command is within one of these bounds: [`Command`](Self::Command), or for each round of IDLE [`Idle`](Self::Idle).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, bounded_static::ToStatic)]
pub enum Timer {
    /// The server's greeting (RFC 9051 section 7.1), from the beginning of the connection.
    Greeting,
    /// The tagged response of a command; renewed by octets.
    Completion,
    /// The `+` of a synchronizing literal or AUTHENTICATE, renewed by octets. For the `+` of IDLE the time runs from when IDLE
    /// is put into the output, and begins anew when IDLE has left.
    Continuation,
    /// The rest of a literal that the server announced; renewed by octets.
    Literal,
    /// The application's part. For the answer to a challenge the time runs from the challenge. For the octets of a literal
    /// that the application supplies, octets renew it.
    Application,
    /// The end of one IDLE round (RFC 2177: before 29 minutes), from its `+`.
    Idle,
    /// The end of an IDLE, from the call that asks for it.
    Done,
    /// The end of the connection, from when LOGOUT is written or BYE arrives. Before LOGOUT is written, its wait is bounded by
    /// [`Timeouts::completion`](crate::client::Timeouts::completion) from the call.
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

/// When [`handle_timeout`] is due, and why.
///
/// [`handle_timeout`]: crate::client::ClientConnection::handle_timeout
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// The moment.
    pub at: Instant,
    /// The class.
    pub timer: Timer,
}
