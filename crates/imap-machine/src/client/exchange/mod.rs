//! Commands that are a conversation.
//!
//! Each is a small machine in a file of its own: the connection tells it what happened (a [`Cue`]) and does what it says (a
//! [`Step`]). None of them touches the output, the queue or another command. `literal` and `upgrade` are about the wire and not
//! about one command's answers, so they have cues of their own.

pub(crate) mod authenticate;
pub(crate) mod idle;
pub(crate) mod literal;
pub(crate) mod logout;
pub(crate) mod upgrade;

use alloc::borrow::Cow;

use authenticate::{Answer, Authenticate};
use idle::Idle;
use logout::Logout;

use super::command::CommandHandle;
use super::continuation::Continuation;
use super::waiting::Waiting;
use crate::timer::Deadline;
use crate::{Instant, Timeouts};

/// The conversation that a command is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Exchange {
    /// None: sent, then answered.
    Plain,
    Authenticate(Authenticate),
    Idle(Idle),
    Logout(Logout),
}

/// What happened.
#[derive(Clone, Copy)]
pub(crate) enum Cue<'a> {
    /// The whole command is in the output queue.
    Written,
    /// Its last octet has left.
    Left,
    /// The server said `+`; `bare`: and nothing else.
    Plus { bare: bool },
    /// The application answers.
    Answer(&'a Answer),
    /// The application, or another command, wants it to end.
    Stop,
    /// It has lasted as long as it may.
    TimeIsUp,
    /// The tagged OK.
    Completed,
}

/// What the connection does about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    Wait,
    /// This line goes out.
    Say(Cow<'static, [u8]>),
    /// This line goes out, and the next `+` answers it.
    Ask(Cow<'static, [u8]>),
    /// The application's answer is wanted.
    Challenge,
    /// The command goes out once more.
    Again,
    /// The cue does not belong here.
    Misplaced,
}

impl Exchange {
    pub(crate) fn advance(&mut self, cue: Cue<'_>, now: Instant) -> Step {
        match self {
            Self::Plain => Step::Misplaced,
            Self::Authenticate(authenticate) => authenticate.advance(cue, now),
            Self::Idle(idle) => idle.advance(cue, now),
            Self::Logout(logout) => logout.advance(cue, now),
        }
    }

    /// The end of its present stage when it is on the wire. Octets do not move it.
    pub(crate) fn bound(&self, timeouts: &Timeouts) -> Option<Deadline> {
        match self {
            Self::Plain => None,
            Self::Authenticate(authenticate) => authenticate.bound(timeouts),
            Self::Idle(idle) => Some(idle.bound(timeouts)),
            Self::Logout(logout) => logout.bound(timeouts),
        }
    }

    /// What it waits for when it is written, if that is not its completion.
    pub(crate) const fn waiting(&self, handle: CommandHandle) -> Option<Waiting> {
        match self {
            Self::Plain => None,
            Self::Authenticate(authenticate) => authenticate.waiting(handle),
            Self::Idle(idle) => Some(idle.waiting(handle)),
            Self::Logout(_) => Some(Waiting::Logout(handle)),
        }
    }

    /// The owner of the `+` that answers the command itself.
    pub(crate) const fn continuation(&self, handle: CommandHandle) -> Option<Continuation> {
        match self {
            Self::Plain | Self::Logout(_) => None,
            Self::Authenticate(_) => Some(Continuation::Authenticate(handle)),
            Self::Idle(_) => Some(Continuation::Idle(handle)),
        }
    }
}
