//! Time by tokio's clock.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use imap_machine::Instant;
use tokio::time::{self, Sleep};

// A moment so far away that no clock shows it: waking up then does no harm.
const FAR: Duration = Duration::from_secs(86_400 * 365);

/// Time since a connection began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    origin: time::Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let origin = time::Instant::now();
        Self { origin }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_duration(self.origin.elapsed())
    }

    /// The same moment by tokio's clock.
    pub(crate) fn at(&self, instant: Instant) -> time::Instant {
        self.origin + (instant - Instant::ORIGIN).min(FAR)
    }
}

/// Wakes a task at a moment. Deadlines are put off with every octet that arrives, so it rings at the earliest that it was set to since
/// it rang last, and is set anew then.
#[derive(Debug, Default)]
pub(crate) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready at `deadline`, or earlier.
    pub(crate) fn poll_until(
        &mut self,
        clock: &Clock,
        deadline: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<()> {
        let at = clock.at(deadline);
        let sleep = self.0.get_or_insert_with(|| Box::pin(time::sleep_until(at)));
        if sleep.is_elapsed() || at < sleep.deadline() {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(cx)
    }
}
