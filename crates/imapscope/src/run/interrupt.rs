//! Ctrl-C: the first asks to stop, the second stops at once.

use std::fmt;
use std::process;

use tokio::signal::ctrl_c;
use tokio::sync::watch;

/// After Ctrl-C, as shells have it: 128 and the number of the signal.
pub const INTERRUPTED: u8 = 130;

/// Whether Ctrl-C was pressed.
#[derive(Clone)]
pub struct Interrupt(watch::Receiver<bool>);

/// Ctrl-C was pressed before it was done.
#[derive(Debug)]
pub struct Interrupted;

impl Interrupt {
    /// Takes care of Ctrl-C from now on. On a thread of its own: whoever is stuck in writing to a pipe that nobody reads can
    /// still be stopped.
    pub fn watch() -> Self {
        let (pressed, watched) = watch::channel(false);
        tokio::spawn(async move {
            // Where there are no signals nobody presses anything.
            if ctrl_c().await.is_ok() {
                pressed.send_replace(true);
                if ctrl_c().await.is_ok() {
                    process::exit(INTERRUPTED.into());
                }
            }
            pressed.closed().await;
        });
        Self(watched)
    }

    /// Waits for Ctrl-C.
    pub async fn pressed(&self) {
        // It is closed only when the program ends.
        let _ = self.0.clone().wait_for(|pressed| *pressed).await;
    }

    /// Works until it is done or Ctrl-C is pressed.
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
