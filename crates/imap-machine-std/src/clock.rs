//! Time as the connection is told it.
//!
//! Octets that have arrived count before deadlines, even if no method has run for an hour. So time stands still for the
//! connection while there is something to read. It moves on when the socket has been read dry, or when it has stood still for a
//! second: a server that never stops talking cannot hold up deadlines.

use std::time::{Duration, Instant as System};

use imap_machine::Instant;

// Much less than a deadline, and enough to read what sockets hold.
const STILL: Duration = Duration::from_secs(1);

type Elapsed = Box<dyn Fn() -> Duration + Send + Sync>;

pub(crate) struct Clock {
    /// The time since the beginning.
    elapsed: Elapsed,
    told: Instant,
    /// Since when there has been something to read.
    still_since: Option<Instant>,
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
            still_since: None,
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
        self.still_since = None;
        self.told = self.now();
        self.told
    }

    /// The time for octets that have been read.
    pub(crate) fn read(&mut self, dry: bool) -> Instant {
        if !dry {
            let now = self.now();
            let since = *self.still_since.get_or_insert(now);
            if now - since < STILL {
                return self.told;
            }
        }
        self.advance()
    }

    /// Whether the connection has been told the present time.
    pub(crate) const fn is_up_to_date(&self) -> bool {
        self.still_since.is_none()
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
        assert_eq!(clock.read(false), Instant::ORIGIN);
        assert!(!clock.is_up_to_date());
        let dry = clock.read(true);
        assert!(dry > Instant::ORIGIN && clock.is_up_to_date());
        // However long no one has looked, there is time to read.
        for now in [3_600_000, 3_600_999] {
            millis.store(now, Ordering::Relaxed);
            assert_eq!(clock.read(false), dry);
        }
        millis.store(3_601_000, Ordering::Relaxed);
        assert!(clock.read(false) > dry && clock.is_up_to_date());
    }
}
