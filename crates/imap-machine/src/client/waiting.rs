//! What a connection waits for.

use super::command::CommandHandle;
use crate::upgrade::Layer;

/// What has to happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Waiting {
    /// Nothing: no command is open, and the server owes no answer.
    Nothing,
    /// The server's greeting.
    Greeting,
    /// The tagged response of this command. If no open command is on the wire, it is one that was given up.
    Completion(CommandHandle),
    /// The `+` that this command needs.
    Continuation(CommandHandle),
    /// The rest of a literal.
    Literal {
        /// Octets that are still to come.
        missing: u64,
        /// The literal's size in octets.
        size: u64,
    },
    /// The application's answer to a challenge.
    Answer(CommandHandle),
    /// Octets of a literal that the application supplies.
    Supply(CommandHandle),
    /// News: the server idles.
    Idle(CommandHandle),
    /// The tagged response after DONE.
    Done(CommandHandle),
    /// The answer to LOGOUT.
    Logout(CommandHandle),
    /// The application, which has paused reading
    /// ([`pause_reading`](super::ClientConnection::pause_reading)).
    Reader,
    /// The server, which has to close after its BYE.
    Bye,
    /// The adapter, which has to put this layer under the connection.
    Upgrade(Layer),
    /// Nothing: the connection is closed.
    Closed,
}

impl Waiting {
    /// The command that this is about. `None` for the other variants: they hold no handle.
    #[must_use]
    pub const fn command(self) -> Option<CommandHandle> {
        match self {
            Self::Completion(handle)
            | Self::Continuation(handle)
            | Self::Answer(handle)
            | Self::Supply(handle)
            | Self::Idle(handle)
            | Self::Done(handle)
            | Self::Logout(handle) => Some(handle),
            Self::Nothing
            | Self::Greeting
            | Self::Literal { .. }
            | Self::Reader
            | Self::Bye
            | Self::Upgrade(_)
            | Self::Closed => None,
        }
    }
}
