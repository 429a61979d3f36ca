//! IDLE (RFC 2177): at most one DONE, and only after its `+`.

use crate::Instant;

/// One IDLE command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Idle {
    pub(crate) stage: Stage,
    /// What happens when a round has lasted long enough.
    pub(crate) at_length: AtLength,
}

/// How far an IDLE is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The server has not said `+` yet. A wish to stop is remembered until it does.
    Requested { since: Instant, wish: Wish },
    /// The server idles.
    Idling { since: Instant },
    /// DONE is out.
    Ending { since: Instant, then: Then },
}

/// Whether the application wants out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    Stay,
    Stop,
}

/// What follows the tagged OK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// The command's outcome.
    End,
    /// Another IDLE, for the same handle.
    Again,
}

/// What happens after [`Timeouts::idle`](crate::Timeouts::idle).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtLength {
    End,
    Refresh,
}

impl Idle {
    pub(crate) const fn new(at_length: AtLength, now: Instant) -> Self {
        Self {
            stage: Stage::Requested {
                since: now,
                wish: Wish::Stay,
            },
            at_length,
        }
    }

    /// It goes out now.
    pub(crate) fn started(&mut self, now: Instant) {
        if let Stage::Requested { since, .. } = &mut self.stage {
            *since = now;
        }
    }

    /// `+` has come. Whether DONE has to go out now.
    pub(crate) fn granted(&mut self, now: Instant) -> bool {
        match self.stage {
            Stage::Requested {
                wish: Wish::Stay, ..
            } => {
                self.stage = Stage::Idling { since: now };
                false
            }
            Stage::Requested {
                wish: Wish::Stop, ..
            } => {
                self.stage = Stage::Ending {
                    since: now,
                    then: Then::End,
                };
                true
            }
            Stage::Idling { .. } | Stage::Ending { .. } => false,
        }
    }

    /// Whether the tagged OK that comes next is followed by another IDLE.
    pub(crate) const fn begins_again(self) -> bool {
        let Stage::Ending { then, .. } = self.stage else {
            return false;
        };
        matches!(then, Then::Again)
    }

    /// The application wants out. Whether DONE has to go out now.
    pub(crate) fn stop(&mut self, now: Instant) -> bool {
        self.finish(now, Then::End)
    }

    /// The round has lasted long enough. Whether DONE has to go out now.
    pub(crate) fn lapse(&mut self, now: Instant) -> bool {
        match self.at_length {
            AtLength::End => self.finish(now, Then::End),
            AtLength::Refresh => self.finish(now, Then::Again),
        }
    }

    fn finish(&mut self, now: Instant, then: Then) -> bool {
        match (&mut self.stage, then) {
            (Stage::Requested { wish, .. }, _) => {
                *wish = Wish::Stop;
                false
            }
            (Stage::Idling { .. }, _) => {
                self.stage = Stage::Ending { since: now, then };
                true
            }
            // A wish to stop during a refresh wins over it.
            (Stage::Ending { then, .. }, Then::End) => {
                *then = Then::End;
                false
            }
            (Stage::Ending { .. }, Then::Again) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::ORIGIN;

    #[test]
    fn one_done_only_and_only_after_the_plus() {
        let mut idle = Idle::new(AtLength::End, NOW);
        assert!(!idle.stop(NOW), "remembered");
        assert!(!idle.stop(NOW));
        assert!(idle.granted(NOW), "now it goes out");
        assert!(!idle.stop(NOW) && !idle.lapse(NOW) && !idle.granted(NOW));
    }

    #[test]
    fn stopping_wins_over_refreshing() {
        let mut idle = Idle::new(AtLength::Refresh, NOW);
        assert!(!idle.granted(NOW));
        assert!(idle.lapse(NOW));
        assert!(!idle.stop(NOW), "DONE is out already");
        assert_eq!(
            idle.stage,
            Stage::Ending {
                since: NOW,
                then: Then::End
            }
        );
    }
}
