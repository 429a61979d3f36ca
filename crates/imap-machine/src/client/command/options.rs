//! How a command is run.

use core::time::Duration;

/// How a command is to be run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOptions {
    /// How long it may take from `send` to its outcome; when the time is up the command ends and the
    /// connection goes on. `None`: [`Timeouts::command`](crate::client::Timeouts::command).
    pub deadline: Option<Duration>,
    /// IDLE only: begin a new IDLE when one round is over ([`Timeouts::idle`](crate::client::Timeouts::idle)),
    /// instead of ending.
    pub refresh_idle: bool,
}

impl CommandOptions {
    /// With a deadline.
    #[must_use]
    pub const fn deadline(span: Duration) -> Self {
        Self {
            deadline: Some(span),
            refresh_idle: false,
        }
    }

    /// With IDLE refreshed for as long as it lasts.
    #[must_use]
    pub const fn refreshing() -> Self {
        Self {
            deadline: None,
            refresh_idle: true,
        }
    }
}
