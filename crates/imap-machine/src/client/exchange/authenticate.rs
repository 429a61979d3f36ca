//! AUTHENTICATE (RFC 9051 section 6.2.2): whose turn it is. The application provides the mechanism.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::{fmt, mem};

use super::answer::{encode_base64, initial_argument};
use super::step::{Cue, Step};
use crate::capabilities::Capabilities;
use crate::client::command::CommandHandle;
use crate::client::timeouts::Timeouts;
use crate::client::waiting::Waiting;
use crate::instant::Instant;
use crate::lexer::without_line_end;
use crate::outgoing::fragments::Fragment;
use crate::timer::{Deadline, Timer};

const CANCEL: Step = Step::Ask(Cow::Borrowed(b"*\r\n"));

/// The response that a mechanism begins with. Not shown: it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct InitialResponse(pub(crate) Vec<u8>);

impl fmt::Debug for InitialResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InitialResponse")
    }
}

/// Whose turn it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Authenticate {
    /// Not sent yet, with an initial response.
    Unsent { initial: Vec<u8> },
    /// The server's turn. Its first challenge is empty, and is answered with `initial`.
    Holding { initial: Vec<u8> },
    /// The server's turn.
    AwaitingChallenge,
    /// The application's turn, since this time.
    Challenged { since: Instant },
    /// The command was given up. Any further challenge is answered with `*`.
    Cancelled,
}

impl Authenticate {
    pub(crate) fn new(initial: Option<Vec<u8>>) -> Self {
        match initial {
            Some(initial) => Self::Unsent { initial },
            None => Self::AwaitingChallenge,
        }
    }

    /// The line is about to be written. The initial response goes with it if the server allows that (RFC 4959), otherwise it
    /// waits for the first challenge.
    pub(super) fn begin(&mut self, line: Option<&mut Fragment>, capabilities: &Capabilities) {
        let Self::Unsent { initial } = self else {
            return;
        };
        match line {
            Some(Fragment::Text(line)) if capabilities.has("SASL-IR") => {
                let mut whole: Vec<u8> = without_line_end(line).to_vec();
                whole.extend(initial_argument(initial));
                *line = whole;
                *self = Self::AwaitingChallenge;
            }
            _ => {
                let initial = mem::take(initial);
                *self = Self::Holding { initial };
            }
        }
    }

    pub(super) fn advance(&mut self, cue: Cue<'_>, now: Instant) -> Step {
        match (&mut *self, cue) {
            (_, Cue::Written | Cue::Left) => Step::Wait,
            (Self::Holding { initial }, Cue::Plus { bare: true }) => {
                let line = encode_base64(initial);
                *self = Self::AwaitingChallenge;
                Step::Ask(Cow::Owned(line))
            }
            (Self::Cancelled, Cue::Plus { .. }) => CANCEL,
            (_, Cue::Plus { .. }) => {
                *self = Self::Challenged { since: now };
                Step::Challenge
            }
            (Self::Challenged { .. }, Cue::Answer(answer)) => {
                *self = Self::AwaitingChallenge;
                Step::Ask(Cow::Owned(answer.line()))
            }
            // On our turn `*` goes out now, otherwise when the server asks (RFC 9051 section 6.2.2).
            (Self::Challenged { .. }, Cue::GivenUp) => {
                *self = Self::Cancelled;
                CANCEL
            }
            (_, Cue::GivenUp) => {
                *self = Self::Cancelled;
                Step::Wait
            }
            (_, Cue::Answer(_) | Cue::Done | Cue::TimeIsUp | Cue::Completed) => Step::Misplaced,
        }
    }

    /// Octets of the server do not prolong the application's turn.
    pub(super) fn bound(&self, timeouts: &Timeouts) -> Option<Deadline> {
        match self {
            Self::Challenged { since } => Some(Deadline {
                at: *since + timeouts.application,
                timer: Timer::Application,
            }),
            _ => None,
        }
    }

    pub(super) const fn waiting(&self, handle: CommandHandle) -> Option<Waiting> {
        match self {
            Self::Challenged { .. } => Some(Waiting::Answer(handle)),
            _ => None,
        }
    }
}
