//! IDLE (RFC 2177): at most one DONE, and only after its `+`. Each stage has a bound that no octet moves.
//!
//! ```text
//! Requested --+--> Idling --done, round over--> Ending --OK--> end
//!     |                                           |
//!     +--+, if it is to end: remembered --------->+--OK, refresh--> Requested
//! ```

use alloc::borrow::Cow;

use super::step::{Cue, Step};
use crate::client::command::CommandHandle;
use crate::client::timeouts::Timeouts;
use crate::client::waiting::Waiting;
use crate::instant::Instant;
use crate::timer::{Deadline, Timer};

const DONE: Step = Step::Say(Cow::Borrowed(b"DONE\r\n"));

/// One IDLE command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Idle {
    stage: Stage,
    /// What happens when a round has lasted long enough.
    at_length: AtLength,
    lasts: Lasts,
}

/// How far an IDLE has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The server has not said `+` yet. `since`: when IDLE was put into the output, then when it left.
    Requested { since: Instant, wish: Wish },
    /// The server idles.
    Idling { since: Instant },
    /// DONE has been written. `since`: when the end was first asked for.
    Ending { since: Instant, then: Then },
}

/// Whether the application has asked for the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Stay,
    Stop { since: Instant },
}

/// What follows the tagged OK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// The command's outcome.
    End,
    /// Another IDLE, for the same handle.
    Again,
}

/// What happens after [`Timeouts::idle`](crate::client::Timeouts::idle).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtLength {
    End,
    Refresh,
}

/// Whether the command's own deadline ends it once it is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    UntilStopped,
    UntilDeadline,
}

impl Idle {
    pub(crate) const fn new(at_length: AtLength, lasts: Lasts, now: Instant) -> Self {
        Self {
            stage: Stage::Requested {
                since: now,
                wish: Wish::Stay,
            },
            at_length,
            lasts,
        }
    }

    pub(crate) const fn lasts(&self) -> Lasts {
        self.lasts
    }

    pub(super) fn advance(&mut self, cue: Cue<'_>, now: Instant) -> Step {
        match cue {
            // The server gets the full time to say that it idles from when it can know of the IDLE.
            Cue::Written | Cue::Left => self.moves(now),
            Cue::Plus { .. } => self.granted(now),
            Cue::Done | Cue::GivenUp => self.finish(now, Then::End),
            Cue::TimeIsUp => match self.at_length {
                AtLength::End => self.finish(now, Then::End),
                AtLength::Refresh => self.finish(now, Then::Again),
            },
            Cue::Completed => self.completed(now),
            Cue::Answer(_) => Step::Misplaced,
        }
    }

    const fn moves(&mut self, now: Instant) -> Step {
        if let Stage::Requested { since, .. } = &mut self.stage {
            *since = now;
        }
        Step::Wait
    }

    const fn granted(&mut self, now: Instant) -> Step {
        match self.stage {
            Stage::Requested {
                wish: Wish::Stay, ..
            } => {
                self.stage = Stage::Idling { since: now };
                Step::Wait
            }
            Stage::Requested {
                wish: Wish::Stop { since },
                ..
            } => {
                let then = Then::End;
                self.stage = Stage::Ending { since, then };
                DONE
            }
            Stage::Idling { .. } | Stage::Ending { .. } => Step::Misplaced,
        }
    }

    const fn finish(&mut self, now: Instant, then: Then) -> Step {
        match (&mut self.stage, then) {
            (Stage::Requested { wish, .. }, _) => {
                if let Wish::Stay = wish {
                    *wish = Wish::Stop { since: now };
                }
                Step::Within(Timer::Done)
            }
            (Stage::Idling { .. }, _) => {
                self.stage = Stage::Ending { since: now, then };
                DONE
            }
            // If the application asks for the end during a refresh, the IDLE ends.
            (Stage::Ending { then, .. }, Then::End) => {
                *then = Then::End;
                Step::Wait
            }
            (Stage::Ending { .. }, Then::Again) => Step::Wait,
        }
    }

    const fn completed(&mut self, now: Instant) -> Step {
        match self.stage {
            Stage::Ending {
                then: Then::Again, ..
            } => {
                *self = Self::new(self.at_length, self.lasts, now);
                Step::Again(b"IDLE\r\n")
            }
            _ => Step::Wait,
        }
    }

    /// The deadline of the present stage.
    pub(super) fn bound(&self, timeouts: &Timeouts) -> Deadline {
        let (since, timer) = match self.stage {
            Stage::Requested { since, wish } => {
                let plus = Deadline {
                    at: since + timeouts.continuation,
                    timer: Timer::Continuation,
                };
                return match wish {
                    Wish::Stay => plus,
                    Wish::Stop { since } => plus.min(Deadline {
                        at: since + timeouts.done,
                        timer: Timer::Done,
                    }),
                };
            }
            Stage::Idling { since } => (since, Timer::Idle),
            Stage::Ending { since, .. } => (since, Timer::Done),
        };
        let at = since + timeouts.span(timer);
        Deadline { at, timer }
    }

    pub(super) const fn waiting(&self, handle: CommandHandle) -> Waiting {
        match self.stage {
            Stage::Requested { .. } => Waiting::Continuation(handle),
            Stage::Idling { .. } => Waiting::Idle(handle),
            Stage::Ending { .. } => Waiting::Done(handle),
        }
    }

    /// The class of the command's own deadline: if the end was asked for before it began, that of the end.
    pub(super) const fn own_timer(&self) -> Timer {
        match self.stage {
            Stage::Requested {
                wish: Wish::Stop { .. },
                ..
            } => Timer::Done,
            _ => Timer::Command,
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    const NOW: Instant = Instant::ORIGIN;
    const PLUS: Cue<'static> = Cue::Plus { bare: false };

    #[test]
    fn one_done_only_and_only_after_the_plus() {
        let mut idle = Idle::new(AtLength::End, Lasts::UntilStopped, NOW);
        let remembered = Step::Within(Timer::Done);
        assert_eq!(idle.advance(Cue::Done, NOW), remembered);
        assert_eq!(idle.advance(Cue::GivenUp, NOW), remembered);
        assert_eq!(idle.advance(PLUS, NOW), DONE, "now it goes out");
        assert_eq!(idle.advance(Cue::Done, NOW), Step::Wait);
        assert_eq!(idle.advance(Cue::TimeIsUp, NOW), Step::Wait);
        assert_eq!(idle.advance(PLUS, NOW), Step::Misplaced);
    }

    #[test]
    fn stopping_wins_over_refreshing() {
        let mut idle = Idle::new(AtLength::Refresh, Lasts::UntilStopped, NOW);
        assert_eq!(idle.advance(PLUS, NOW), Step::Wait);
        assert_eq!(idle.advance(Cue::TimeIsUp, NOW), DONE);
        assert_eq!(idle.advance(Cue::Done, NOW), Step::Wait, "DONE is out");
        assert_eq!(idle.advance(Cue::Completed, NOW), Step::Wait);
    }

    #[test]
    fn each_stage_has_a_bound_that_only_its_own_cues_move() {
        let timeouts = Timeouts::default();
        let at = |seconds| NOW + Duration::from_secs(seconds);
        let bound = |idle: &Idle| {
            let Deadline { at, timer } = idle.bound(&timeouts);
            (at.as_micros() / 1_000_000, timer)
        };
        let mut idle = Idle::new(AtLength::Refresh, Lasts::UntilStopped, NOW);
        idle.advance(Cue::Written, at(1));
        assert_eq!(bound(&idle), (61, Timer::Continuation));
        idle.advance(Cue::Left, at(50));
        assert_eq!(bound(&idle), (110, Timer::Continuation));
        let mut stopped = idle;
        stopped.advance(Cue::Done, at(40));
        stopped.advance(Cue::Done, at(49));
        assert_eq!(bound(&stopped), (100, Timer::Done), "from the first wish");
        stopped.advance(PLUS, at(99));
        assert_eq!(bound(&stopped), (100, Timer::Done), "DONE too");
        idle.advance(PLUS, at(60));
        assert_eq!(bound(&idle), (60 + 28 * 60, Timer::Idle));
        idle.advance(Cue::TimeIsUp, at(1740));
        idle.advance(Cue::Done, at(1750));
        assert_eq!(bound(&idle), (1800, Timer::Done));
    }
}
