//! Time as the connection knows it.

use crate::instant::Instant;

/// The present, and the times from which silence is counted.
pub(crate) struct Clock {
    now: Instant,
    /// When an octet last moved in either direction, or the present wait began.
    progress: Instant,
    /// When the peer last sent an octet.
    heard: Instant,
    /// No deadline passes before this, if nothing happens but octets arriving.
    quiet_until: Instant,
    /// The application reads nothing now, so silence is not the peer's.
    paused: bool,
}

impl Clock {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            now,
            progress: now,
            heard: now,
            quiet_until: Instant::ORIGIN,
            paused: false,
        }
    }

    pub(crate) const fn now(&self) -> Instant {
        self.now
    }

    pub(crate) const fn progress(&self) -> Instant {
        self.progress
    }

    pub(crate) const fn heard(&self) -> Instant {
        self.heard
    }

    /// Time never runs backwards for the connection, whatever the adapter's clock does.
    pub(crate) fn advance(&mut self, now: Instant) {
        self.now = self.now.max(now);
    }

    /// Something moved, or a new wait begins.
    pub(crate) const fn progressed(&mut self) {
        self.progress = self.now;
    }

    /// Octets of the peer have arrived.
    pub(crate) const fn octets_arrived(&mut self) {
        self.progress = self.now;
        self.heard = self.now;
    }

    pub(crate) const fn is_paused(&self) -> bool {
        self.paused
    }

    pub(crate) const fn pause(&mut self) {
        self.paused = true;
    }

    /// Silence is counted from now on.
    pub(crate) const fn resume(&mut self) {
        if self.paused {
            self.paused = false;
            self.octets_arrived();
        }
    }

    /// What is waited for may have changed, so the deadlines have to be computed again.
    pub(crate) const fn disturb(&mut self) {
        self.quiet_until = Instant::ORIGIN;
    }

    /// Whether no deadline can have passed.
    pub(crate) fn is_quiet(&self) -> bool {
        self.now < self.quiet_until
    }

    pub(crate) const fn rest_until(&mut self, moment: Instant) {
        self.quiet_until = moment;
    }
}
