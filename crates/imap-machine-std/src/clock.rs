//! Time, as the connection is told it.
//!
//! What has arrived counts before what is late, also when nobody has looked for an hour. So time stands still for the
//! connection while there is something to read: it moves on when the socket has been read dry.

use std::time::Instant as System;

use imap_machine::Instant;

// How much may be read meanwhile: more than sockets hold, and not for ever.
const BACKLOG: usize = 16 << 20;

pub(crate) struct Clock {
    start: System,
    told: Instant,
    /// Octets read since the connection was told the time.
    backlog: usize,
}

impl Clock {
    /// Begins now.
    pub(crate) fn start() -> Self {
        Self {
            start: System::now(),
            told: Instant::ORIGIN,
            backlog: 0,
        }
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Instant {
        Instant::from_duration(self.start.elapsed())
    }

    /// The same instant, as the system has it.
    pub(crate) fn system(&self, instant: Instant) -> System {
        self.start + (instant - Instant::ORIGIN)
    }

    /// The instant of the system, as the connection has it.
    pub(crate) fn instant(&self, system: System) -> Instant {
        Instant::from_duration(system.saturating_duration_since(self.start))
    }

    /// What time it is for the connection.
    pub(crate) const fn told(&self) -> Instant {
        self.told
    }

    /// Lets time pass for the connection, up to now.
    pub(crate) fn advance(&mut self) -> Instant {
        self.backlog = 0;
        self.told = self.now();
        self.told
    }

    /// What time it is for octets that have been read.
    pub(crate) fn read(&mut self, octets: usize, dry: bool) -> Instant {
        self.backlog = self.backlog.saturating_add(octets);
        match dry || self.backlog >= BACKLOG {
            true => self.advance(),
            false => self.told,
        }
    }

    /// Whether the connection knows what time it is.
    pub(crate) const fn is_up_to_date(&self) -> bool {
        self.backlog == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;
    use std::time::Duration;

    #[test]
    fn time_stands_still_while_there_is_something_to_read_but_not_for_ever() {
        let mut clock = Clock::start();
        thread::sleep(Duration::from_millis(2));
        assert_eq!(clock.read(100, false), Instant::ORIGIN);
        assert!(!clock.is_up_to_date());
        let dry = clock.read(1, true);
        assert!(dry > Instant::ORIGIN && clock.is_up_to_date());
        thread::sleep(Duration::from_millis(2));
        assert_eq!(clock.read(BACKLOG - 1, false), dry);
        assert!(clock.read(1, false) > dry);
    }
}
