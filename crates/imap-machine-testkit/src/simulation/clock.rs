//! A clock that moves only when it is told to.

use std::time::Duration;

use imap_machine::Instant;

/// A clock in virtual time.
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

    /// Moves the clock to this moment, unless it shows a later one already.
    pub fn advance(&mut self, to: Instant) {
        self.now = self.now.max(to);
    }

    /// Moves the clock by this span.
    pub fn pass(&mut self, span: Duration) {
        self.now = self.now + span;
    }
}
