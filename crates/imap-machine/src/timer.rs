//! Deadlines: every state that waits has one, and it says why.

use core::fmt;
use core::time::Duration;

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
    /// [`Timeouts::completion`].
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

/// How long each class may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// [`Timer::Greeting`]. Default 30 s.
    pub greeting: Duration,
    /// [`Timer::Completion`]: how long the server may be silent while a command is in progress. Also how long a LOGOUT may
    /// wait for the commands before it, from the call. Default 60 s.
    pub completion: Duration,
    /// [`Timer::Continuation`]. Default 60 s.
    pub continuation: Duration,
    /// [`Timer::Literal`]. Default 60 s.
    pub literal: Duration,
    /// [`Timer::Application`]. Default 60 s.
    pub application: Duration,
    /// [`Timer::Idle`]: the length of one IDLE. Default 28 min; RFC 2177 wants it below 29.
    pub idle: Duration,
    /// [`Timer::Done`]. Default 60 s.
    pub done: Duration,
    /// [`Timer::Logout`]. Default 5 s.
    pub logout: Duration,
    /// [`Timer::Upgrade`]. Default 30 s.
    pub upgrade: Duration,
    /// [`Timer::Command`] of a command sent without a deadline of its own: the bound that holds even
    /// against a server which sends something now and then but never the end. For IDLE it holds until the server idles.
    /// Default 24 h.
    pub command: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            greeting: minute / 2,
            completion: minute,
            continuation: minute,
            literal: minute,
            application: minute,
            idle: minute * 28,
            done: minute,
            logout: minute / 12,
            upgrade: minute / 2,
            command: minute * 60 * 24,
        }
    }
}

impl Timeouts {
    /// The span of a class.
    #[must_use]
    pub const fn span(&self, timer: Timer) -> Duration {
        match timer {
            Timer::Greeting => self.greeting,
            Timer::Completion => self.completion,
            Timer::Continuation => self.continuation,
            Timer::Literal => self.literal,
            Timer::Application => self.application,
            Timer::Idle => self.idle,
            Timer::Done => self.done,
            Timer::Logout => self.logout,
            Timer::Upgrade => self.upgrade,
            Timer::Command => self.command,
        }
    }
}
