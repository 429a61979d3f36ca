//! The clock: tokio's, so that tests can stop it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use imap_machine::Instant;
use tokio::time::{self, Sleep};

// No wait is longer. An instant that the clock cannot show is replaced by this one.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// Time since a connection began.
pub(crate) struct Clock {
    origin: time::Instant,
    timer: Pin<Box<Sleep>>,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let origin = time::Instant::now();
        let timer = Box::pin(time::sleep_until(origin));
        Self { origin, timer }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_duration(self.origin.elapsed())
    }

    /// Ready at `instant`. There is one alarm, and the last call sets it.
    pub(crate) fn poll_until(&mut self, instant: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let at = self.origin + (instant - Instant::ORIGIN).min(FAR);
        if self.timer.deadline() != at {
            self.timer.as_mut().reset(at);
        }
        self.timer.as_mut().poll(cx)
    }
}
