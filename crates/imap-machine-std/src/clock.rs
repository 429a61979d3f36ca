//! Time as the connection is told it.
//!
//! Octets that have arrived count before deadlines, even if no method has run for an hour. So time stands still for the
//! connection while there is something to read. It moves on when the socket has been read dry.

use std::time::{Duration, Instant as System};

use imap_machine::Instant;

// How much may be read while time stands still: more than sockets hold, but not without end.
const BACKLOG: usize = 16 << 20;

type Elapsed = Box<dyn Fn() -> Duration + Send + Sync>;

pub(crate) struct Clock {
    /// The time since the beginning.
    elapsed: Elapsed,
    told: Instant,
    /// Octets read since the connection was told the time.
    backlog: usize,
}

impl Clock {
    /// Begins now.
    pub(crate) fn start() -> Self {
        let start = System::now();
        Self::by(Box::new(move || start.elapsed()))
    }

    /// A clock that shows the time of `elapsed`.
    pub(crate) fn by(elapsed: Elapsed) -> Self {
        Self {
            elapsed,
            told: Instant::ORIGIN,
            backlog: 0,
        }
    }

    /// The time.
    pub(crate) fn now(&self) -> Instant {
        Instant::from_duration((self.elapsed)())
    }

    /// The time that the connection has been told.
    pub(crate) const fn told(&self) -> Instant {
        self.told
    }

    /// Lets time pass for the connection, up to now.
    pub(crate) fn advance(&mut self) -> Instant {
        self.backlog = 0;
        self.told = self.now();
        self.told
    }

    /// The time for octets that have been read.
    pub(crate) fn read(&mut self, octets: usize, dry: bool) -> Instant {
        self.backlog = self.backlog.saturating_add(octets);
        match dry || self.backlog >= BACKLOG {
            true => self.advance(),
            false => self.told,
        }
    }

    /// Whether the connection has been told the present time.
    pub(crate) const fn is_up_to_date(&self) -> bool {
        self.backlog == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    #[test]
    fn time_stands_still_while_there_is_something_to_read_but_not_for_ever() {
        let millis = Arc::new(AtomicU64::new(2));
        let shown = Arc::clone(&millis);
        let read = move || Duration::from_millis(shown.load(Ordering::Relaxed));
        let mut clock = Clock::by(Box::new(read));
        assert_eq!(clock.read(100, false), Instant::ORIGIN);
        assert!(!clock.is_up_to_date());
        let dry = clock.read(1, true);
        assert!(dry > Instant::ORIGIN && clock.is_up_to_date());
        millis.store(4, Ordering::Relaxed);
        assert_eq!(clock.read(BACKLOG - 1, false), dry);
        assert!(clock.read(1, false) > dry);
    }
}
