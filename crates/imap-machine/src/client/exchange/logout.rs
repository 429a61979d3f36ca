//! LOGOUT (RFC 9051 section 6.1.3): it ends the connection, within bounds that no octet moves.
//!
//! The first bound is the command's own: from the call, [`Timeouts::completion`](crate::client::Timeouts::completion) or the
//! deadline that the application gives it. LOGOUT waits for open commands that long (see `issue`). The second is
//! [`Timeouts::logout`](crate::client::Timeouts::logout), from when LOGOUT is written until the server has closed.

use super::step::{Cue, Step};
use crate::client::command::{Completion, Evidence, Outcome};
use crate::client::timeouts::Timeouts;
use crate::codec::ResponseText;
use crate::error::CloseReason;
use crate::instant::Instant;
use crate::timer::{Deadline, Timer};

/// One LOGOUT command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Logout {
    #[default]
    Queued,
    Written {
        since: Instant,
    },
}

impl Logout {
    pub(super) fn advance(&mut self, cue: Cue<'_>, now: Instant) -> Step {
        match (*self, cue) {
            (Self::Queued, Cue::Written) => {
                *self = Self::Written { since: now };
                Step::Wait
            }
            (Self::Written { .. }, Cue::Left) => Step::Wait,
            _ => Step::Misplaced,
        }
    }

    pub(super) fn bound(self, timeouts: &Timeouts) -> Option<Deadline> {
        match self {
            Self::Queued => None,
            Self::Written { since } => Some(Deadline {
                at: since + timeouts.logout,
                timer: Timer::Logout,
            }),
        }
    }

    /// The server ends the connection: it has done what LOGOUT asks for (RFC 9051 section 6.1.3).
    pub(super) const fn ended_by_server() -> CloseReason {
        CloseReason::LoggedOut
    }

    /// The outcome, if the connection ends for this reason without a tagged response and that is what LOGOUT asks for.
    pub(super) fn outcome(reason: &CloseReason) -> Option<Outcome<'static>> {
        let wanted = matches!(
            reason,
            CloseReason::LoggedOut
                | CloseReason::Eof
                | CloseReason::Bye(_)
                | CloseReason::Transport
                | CloseReason::TimedOut(Timer::Logout)
        );
        wanted.then(|| {
            Outcome::Ok(Completion {
                text: ResponseText::default(),
                evidence: Evidence::ConnectionEnded,
            })
        })
    }
}
