//! How far a reader of a command has come.

use imap_machine::client::desk::CommandError;

pub(crate) enum Stage<T> {
    /// The command has been sent, and its end has not been taken.
    Open(T),
    /// It was not sent.
    Failed(CommandError),
    /// The end has been taken.
    Over,
}

impl<T> Stage<T> {
    pub(crate) fn new(sent: Result<T, CommandError>) -> Self {
        sent.map_or_else(Self::Failed, Self::Open)
    }

    pub(crate) const fn opened(&self) -> Option<&T> {
        match self {
            Self::Open(command) => Some(command),
            Self::Failed(_) | Self::Over => None,
        }
    }

    /// Why it was not sent, once. Then it is over.
    pub(crate) fn take_failure(&mut self) -> Option<CommandError> {
        match std::mem::replace(self, Self::Over) {
            Self::Failed(error) => Some(error),
            Self::Open(_) | Self::Over => None,
        }
    }
}
