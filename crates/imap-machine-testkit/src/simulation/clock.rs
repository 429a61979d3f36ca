//! A clock that moves only when it is told to.

use std::time::Duration;

use imap_machine::Instant;

/// A clock of a world of its own.
///
/// ```
/// use std::time::Duration;
/// use imap_machine_testkit::simulation::Clock;
///
/// let mut clock = Clock::default();
/// let start = clock.now();
/// clock.pass(Duration::from_secs(2));
/// clock.advance(start);
/// assert_eq!(clock.now() - start, Duration::from_secs(2));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    now: Instant,
}

impl Clock {
    /// What it shows.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// It shows this moment now, unless it is past that already.
    pub fn advance(&mut self, to: Instant) {
        self.now = self.now.max(to);
    }

    /// Time goes by.
    pub fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
    }
}
