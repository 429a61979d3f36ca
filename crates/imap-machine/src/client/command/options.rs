//! Options for running a command.

use core::time::Duration;

/// Options for running a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOptions {
    /// How long the command may take from `send` to its outcome. When the time is up the command ends, and the connection goes
    /// on unless a part of the command has left and a part has not. `None`: [`Timeouts::command`](crate::client::Timeouts::command).
    pub deadline: Option<Duration>,
    /// IDLE only: when one round is over ([`Timeouts::idle`](crate::client::Timeouts::idle)), begin a new one instead of ending.
    pub refresh_idle: bool,
    /// Send it as soon as the LOGIN, SELECT or EXAMINE before it has been written, without waiting for that one's OK: UID FETCH
    /// with the SELECT of its mailbox, CAPABILITY with LOGIN. That saves a round trip. If the other is refused, a
    /// command that needs its session is refused too.
    ///
    /// It waits as usual if it names messages by sequence number, and if a mailbox is selected already: should the SELECT
    /// fail, the command must not be about that mailbox.
    pub early: bool,
}

impl CommandOptions {
    /// With a deadline.
    #[must_use]
    pub const fn deadline(span: Duration) -> Self {
        Self {
            deadline: Some(span),
            refresh_idle: false,
            early: false,
        }
    }

    /// With rounds of IDLE until it is ended.
    #[must_use]
    pub const fn refreshing() -> Self {
        Self {
            deadline: None,
            refresh_idle: true,
            early: false,
        }
    }

    /// The same, [early](Self::early).
    #[must_use]
    pub const fn early(self) -> Self {
        Self {
            early: true,
            ..self
        }
    }
}
