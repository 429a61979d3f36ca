//! Whose the next `+` is.
//!
//! `+` carries no tag (RFC 9051 section 7.6): its owner follows from what was written last, never
//! from who asked first. Only a complete `+` line grants; the owner's own tagged NO or BAD, BYE and the end of the
//! connection revoke.

use super::command::CommandHandle;

/// The owner of the next command continuation request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Continuation {
    /// A `+` now releases nothing.
    #[default]
    Nobody,
    /// The octets of a synchronizing literal wait for it.
    Literal(CommandHandle),
    /// It is the server's part of a SASL exchange.
    Authenticate(CommandHandle),
    /// It says that the server idles.
    Idle(CommandHandle),
}

impl Continuation {
    pub(crate) const fn owner(self) -> Option<CommandHandle> {
        match self {
            Self::Nobody => None,
            Self::Literal(handle) | Self::Authenticate(handle) | Self::Idle(handle) => Some(handle),
        }
    }

    /// The command is over: it waits for nothing.
    pub(crate) fn revoke(&mut self, handle: CommandHandle) {
        if self.owner() == Some(handle) {
            *self = Self::Nobody;
        }
    }
}
