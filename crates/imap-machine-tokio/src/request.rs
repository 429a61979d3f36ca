//! Requests of clients to the connection.

use std::pin::Pin;
use std::sync::Arc;

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, Command, CommandOptions};
use tokio::io::AsyncRead;
use tokio::sync::mpsc::UnboundedSender;

use crate::error::CommandError;
use crate::slot;

pub(crate) type Slot = slot::Slot<UnboundedSender<Request>>;

type Call = Box<dyn FnOnce(&mut ClientConnection, Instant) + Send>;

pub(crate) enum Request {
    Send(Box<Issue>),
    /// This command's answer is not read any more.
    Cancel(Arc<Slot>),
    /// A call that is made at once.
    Call(Call),
}

/// A command and its sender.
pub(crate) struct Issue {
    pub(crate) command: Command,
    pub(crate) options: CommandOptions,
    pub(crate) slot: Arc<Slot>,
    pub(crate) source: Option<Source>,
}

/// The message of an APPEND, read while it is sent.
pub(crate) struct Source {
    pub(crate) reader: Pin<Box<dyn AsyncRead + Send>>,
    /// Octets that are still to be read.
    pub(crate) missing: u64,
}

impl Request {
    /// There is no connection for the request.
    pub(crate) fn refuse(self, error: CommandError) {
        if let Self::Send(issue) = self {
            issue.slot.end(Err(error));
        }
    }
}
