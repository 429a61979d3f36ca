//! Commands that are a conversation: what a command's entry remembers of one.

pub(crate) mod authenticate;
pub(crate) mod idle;
pub(crate) mod literal;

use crate::Instant;

pub(crate) use authenticate::Authenticate;
pub(crate) use idle::Idle;

/// The conversation a command is in.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// Sent, then answered.
    Plain,
    Authenticate(Authenticate),
    Idle(Idle),
    /// LOGOUT, on the wire since then.
    Logout {
        since: Instant,
    },
}
