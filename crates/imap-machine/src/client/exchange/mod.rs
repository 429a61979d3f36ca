//! Commands that are a conversation.
//!
//! Each is a small machine in a file of its own. The connection tells it what happened (a [`Cue`]) and does what it says (a
//! [`Step`]). None of them touches the output, the queue or another command. `literal` and `upgrade` are about the wire rather
//! than about the answers to one command, so they have cues of their own.

pub(crate) mod answer;
pub(crate) mod authenticate;
pub(crate) mod idle;
pub(crate) mod literal;
pub(crate) mod logout;
pub(crate) mod step;
pub(crate) mod upgrade;

use alloc::boxed::Box;

use authenticate::Authenticate;
use idle::Idle;
use logout::Logout;
use step::{Cue, Step};

use super::command::{CommandHandle, Outcome};
use super::continuation::Continuation;
use super::waiting::Waiting;
use crate::capabilities::Capabilities;
use crate::client::timeouts::Timeouts;
use crate::error::CloseReason;
use crate::instant::Instant;
use crate::outgoing::fragments::Fragment;
use crate::timer::{Deadline, Timer};

/// The conversation that a command carries on.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// None: the command is sent, then answered.
    Plain,
    // Boxed, since hardly any command is one of these.
    Authenticate(Box<Authenticate>),
    Idle(Box<Idle>),
    Logout(Logout),
}

impl Exchange {
    /// Whether the command is a conversation, so that it has to be told what happens.
    pub(crate) const fn talks(&self) -> bool {
        !matches!(self, Self::Plain)
    }

    /// The command, which begins with this line, is about to be written.
    pub(crate) fn begin(&mut self, line: Option<&mut Fragment>, capabilities: &Capabilities) {
        if let Self::Authenticate(authenticate) = self {
            authenticate.begin(line, capabilities);
        }
    }

    pub(crate) fn advance(&mut self, cue: Cue<'_>, now: Instant) -> Step {
        match self {
            Self::Plain => Step::Misplaced,
            Self::Authenticate(authenticate) => authenticate.advance(cue, now),
            Self::Idle(idle) => idle.advance(cue, now),
            Self::Logout(logout) => logout.advance(cue, now),
        }
    }

    /// The deadline of its present stage on the wire. Octets do not move it.
    pub(crate) fn bound(&self, timeouts: &Timeouts) -> Option<Deadline> {
        match self {
            Self::Plain => None,
            Self::Authenticate(authenticate) => authenticate.bound(timeouts),
            Self::Idle(idle) => Some(idle.bound(timeouts)),
            Self::Logout(logout) => logout.bound(timeouts),
        }
    }

    /// The class of the command's own deadline.
    pub(crate) const fn own_timer(&self) -> Timer {
        match self {
            Self::Plain | Self::Authenticate(_) => Timer::Command,
            Self::Idle(idle) => idle.own_timer(),
            Self::Logout(_) => Timer::Logout,
        }
    }

    /// Why the connection ends, if the server ends it while this is the last command that has left. `None`: for its own reason.
    pub(crate) const fn ended_by_server(&self) -> Option<CloseReason> {
        match self {
            Self::Plain | Self::Authenticate(_) | Self::Idle(_) => None,
            Self::Logout(_) => Some(Logout::ended_by_server()),
        }
    }

    /// The outcome of the command, if the end of the connection for this reason brings it.
    pub(crate) fn outcome(&self, reason: &CloseReason) -> Option<Outcome<'static>> {
        match self {
            Self::Plain | Self::Authenticate(_) | Self::Idle(_) => None,
            Self::Logout(_) => Logout::outcome(reason),
        }
    }

    /// What the command waits for once it is written, unless that is its completion.
    pub(crate) const fn waiting(&self, handle: CommandHandle) -> Option<Waiting> {
        match self {
            Self::Plain => None,
            Self::Authenticate(authenticate) => authenticate.waiting(handle),
            Self::Idle(idle) => Some(idle.waiting(handle)),
            Self::Logout(_) => Some(Waiting::Logout(handle)),
        }
    }

    /// The owner of the `+` that answers the whole command.
    pub(crate) const fn continuation(&self, handle: CommandHandle) -> Option<Continuation> {
        match self {
            Self::Plain | Self::Logout(_) => None,
            Self::Authenticate(_) => Some(Continuation::Authenticate(handle)),
            Self::Idle(_) => Some(Continuation::Idle(handle)),
        }
    }
}
