//! Ctrl-C: asks to stop, and stops a second later whatever happens.

use std::fmt;
use std::process;
use std::thread;
use std::time::Duration;

use tokio::signal::ctrl_c;
use tokio::sync::watch;

/// After Ctrl-C, as shells have it: 128 and the number of the signal.
pub const INTERRUPTED: u8 = 130;

/// How long the program goes on after Ctrl-C, to part from the server.
const GRACE: Duration = Duration::from_millis(900);

/// Whether Ctrl-C was pressed.
#[derive(Clone)]
pub struct Interrupt(watch::Receiver<bool>);

/// Ctrl-C was pressed before the work was done.
#[derive(Debug)]
pub struct Interrupted;

impl Interrupt {
    /// Handles Ctrl-C from now on.
    pub fn watch() -> Self {
        let (pressed, watched) = watch::channel(false);
        tokio::spawn(async move {
            // An error means that this system has no signals, and so no Ctrl-C.
            if ctrl_c().await.is_ok() {
                // Not a task: nothing holds a thread of its own up, such as a write to a pipe that no one reads.
                thread::spawn(|| {
                    thread::sleep(GRACE);
                    process::exit(INTERRUPTED.into());
                });
                pressed.send_replace(true);
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

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}
