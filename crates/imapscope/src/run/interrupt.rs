//! Ctrl-C: the first asks to stop, the second stops at once. While the output is stuck, the first stops at once, too.

use std::fmt;
use std::process;
use std::time::Duration;

use tokio::signal::ctrl_c;
use tokio::sync::watch;
use tokio::time::sleep;

use super::output::Writes;

/// After Ctrl-C, as shells have it: 128 and the number of the signal.
pub const INTERRUPTED: u8 = 130;

/// A write that does not end in this time after Ctrl-C is stuck: no one reads the pipe.
const STUCK: Duration = Duration::from_millis(300);

/// Whether Ctrl-C was pressed.
#[derive(Clone)]
pub struct Interrupt(watch::Receiver<bool>);

/// Ctrl-C was pressed before the work was done.
#[derive(Debug)]
pub struct Interrupted;

impl Interrupt {
    /// Handles Ctrl-C from now on. It runs on a thread of its own, so that a write to a pipe that no one reads can still be
    /// stopped.
    pub fn watch(writes: Writes) -> Self {
        let (pressed, watched) = watch::channel(false);
        tokio::spawn(async move {
            // An error means that this system has no signals, and so no Ctrl-C.
            if ctrl_c().await.is_ok() {
                pressed.send_replace(true);
                tokio::select! {
                    Ok(()) = ctrl_c() => process::exit(INTERRUPTED.into()),
                    () = stuck(writes) => process::exit(INTERRUPTED.into()),
                }
            }
            pressed.closed().await;
        });
        Self(watched)
    }

    /// Waits for Ctrl-C.
    pub async fn pressed(&self) {
        // An error means that the sender is gone, which happens only when the program ends.
        let _ = self.0.clone().wait_for(|pressed| *pressed).await;
    }

    /// Works until the work is done or Ctrl-C is pressed.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T, Interrupted> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.pressed() => Err(Interrupted),
        }
    }
}

/// Waits until one write takes too long.
async fn stuck(writes: Writes) {
    loop {
        let before = writes.unended();
        sleep(STUCK).await;
        if before.is_some() && writes.unended() == before {
            return;
        }
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}
