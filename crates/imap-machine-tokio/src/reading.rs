//! How far a reader of a command has come.

use std::sync::Arc;

use imap_machine::client::CommandHandle;
use imap_machine::client::desk::CommandError;

use crate::state::Shared;

/// A command whose answer is read. Dropping it gives the command up.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) shared: Arc<Shared>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    /// The command has been sent, and its end has not been taken.
    Open(CommandHandle),
    /// It was not sent.
    Failed(CommandError),
    /// The end has been taken.
    Over,
}

impl Reading {
    pub(crate) fn new(shared: &Arc<Shared>, sent: Result<CommandHandle, CommandError>) -> Self {
        Self {
            shared: Arc::clone(shared),
            stage: sent.map_or_else(Stage::Failed, Stage::Open),
        }
    }

    /// The command, as long as its end has not been taken.
    pub(crate) const fn handle(&self) -> Option<CommandHandle> {
        match self.stage {
            Stage::Open(handle) => Some(handle),
            Stage::Failed(_) | Stage::Over => None,
        }
    }

    /// Its end has been taken. Returns why it was not sent.
    pub(crate) fn end(&mut self) -> Option<CommandError> {
        match std::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Failed(error) => Some(error),
            Stage::Open(_) | Stage::Over => None,
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if let Stage::Open(handle) = self.stage {
            let state = &mut *self.shared.lock();
            state.forget_source(handle);
            let now = state.clock.now();
            // Its end may have been taken.
            let _ = state.desk.abandon(handle, now);
        }
    }
}
