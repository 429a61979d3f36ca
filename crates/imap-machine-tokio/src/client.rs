//! The client: what applications hold.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use imap_machine::client::session::answers::Answer;
use imap_machine::client::{
    ClientConnection, Command, CommandOptions, Diagnosis, InvalidArgument, MailboxView,
};
use imap_machine::{Capabilities, Layer, State};
use tokio::io::AsyncRead;
use tokio::sync::mpsc::UnboundedSender;

use crate::error::CommandError;
use crate::request::{Issue, Request, Slot, Source};
use crate::responses::Responses;
use crate::shared::Shared;
use crate::updates::Updates;

/// A handle to a connection. Clone it, and use it from any number of tasks. Their commands are pipelined on the one connection,
/// in the order in which they are sent.
///
/// Dropping the future of a command cancels the command; the connection goes on. So `tokio::time::timeout(span, client.noop())`
/// works as it should. [`with_deadline`](Self::with_deadline) does the same with a better error.
#[derive(Clone)]
pub struct Client {
    connection: UnboundedSender<Request>,
    shared: Arc<Shared>,
    options: CommandOptions,
}

impl Client {
    pub(crate) fn new(connection: UnboundedSender<Request>, shared: Arc<Shared>) -> Self {
        let options = CommandOptions::default();
        Self {
            connection,
            shared,
            options,
        }
    }

    /// The same client with a bound on how long each command of its typed methods may take, from sending to outcome. When the time
    /// is up the command ends with [`NotSent`](CommandError::NotSent) or [`Unknown`](CommandError::Unknown), and the connection
    /// goes on.
    #[must_use]
    pub fn with_deadline(&self, span: Duration) -> Self {
        Self {
            options: CommandOptions::deadline(span),
            ..self.clone()
        }
    }

    /// Sends any command, and never waits. The command is sent whether its answer is read or not.
    ///
    /// A message in pieces needs [`append_stream`](Self::append_stream).
    pub fn send(&self, command: impl Into<Command>, options: CommandOptions) -> Responses {
        self.issue(command.into(), options, None)
    }

    /// Sends any command and reads its answer into a value; see [`answers`](imap_machine::client::session::answers).
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub async fn run<A: Answer>(
        &self,
        command: impl Into<Command>,
        options: CommandOptions,
    ) -> Result<A::Value, CommandError> {
        self.send(command, options).read::<A>().await
    }

    /// Everything the server says from now on that answers no command which is still being read.
    pub fn updates(&self) -> Updates {
        Updates::new(self.shared.subscribe())
    }

    /// Shows the connection to `look`, between two events.
    ///
    /// # Errors
    ///
    /// [`CommandError::Closed`].
    pub async fn inspect<R, F>(&self, look: F) -> Result<R, CommandError>
    where
        R: Send + 'static,
        F: FnOnce(&ClientConnection) -> R + Send + 'static,
    {
        let call = self.shared.call(&self.connection, |core, _| look(core));
        call.await
    }

    /// What the connection waits for, in a line for people.
    ///
    /// # Errors
    ///
    /// [`CommandError::Closed`].
    pub async fn diagnosis(&self) -> Result<Diagnosis, CommandError> {
        let call = self
            .shared
            .call(&self.connection, |core, now| core.diagnosis(now));
        call.await
    }

    /// What the server can do, as far as it has said. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`CommandError::Closed`].
    pub async fn capabilities(&self) -> Result<Capabilities, CommandError> {
        self.inspect(|core| core.capabilities().clone()).await
    }

    /// The protocol state.
    ///
    /// # Errors
    ///
    /// [`CommandError::Closed`].
    pub async fn state(&self) -> Result<State, CommandError> {
        self.inspect(ClientConnection::state).await
    }

    /// The selected mailbox as it is now.
    ///
    /// # Errors
    ///
    /// [`CommandError::Closed`].
    pub async fn mailbox(&self) -> Result<Option<MailboxView>, CommandError> {
        self.inspect(|core| core.mailbox().cloned()).await
    }

    /// Ends the connection now, without LOGOUT and without waiting. All open commands get their outcomes. (The IMAP command CLOSE is
    /// [`close_mailbox`](Self::close_mailbox).)
    pub fn close(&self) {
        let asked = self.shared.call(&self.connection, ClientConnection::close);
        // The request has been made; the end of the connection will answer it.
        drop(asked);
    }

    /// Whether the connection is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.is_closed()
    }

    /// Runs a command with this client's options.
    pub(crate) async fn ask<A: Answer>(
        &self,
        command: Result<Command, InvalidArgument>,
    ) -> Result<A::Value, CommandError> {
        self.run::<A>(command?, self.options).await
    }

    /// Sends a command with this client's options.
    pub(crate) fn stream(
        &self,
        command: Result<Command, InvalidArgument>,
    ) -> Result<Responses, CommandError> {
        Ok(self.send(command?, self.options))
    }

    /// Sends an APPEND with the message's source.
    pub(crate) fn supply(
        &self,
        command: Result<Command, InvalidArgument>,
        size: u64,
        reader: Pin<Box<dyn AsyncRead + Send>>,
    ) -> Result<Responses, CommandError> {
        let missing = size;
        let source = Source { reader, missing };
        Ok(self.issue(command?, self.options, Some(source)))
    }

    fn issue(
        &self,
        command: Command,
        options: CommandOptions,
        source: Option<Source>,
    ) -> Responses {
        let slot = Slot::new(self.shared.hold, self.connection.clone());
        let responses = Responses::new(Arc::clone(&slot), Arc::clone(&self.shared));
        if command == Command::compress() {
            slot.end(Err(CommandError::Unsupported(Layer::Deflate)));
            return responses;
        }
        let issue = Issue {
            command,
            options,
            slot,
            source,
        };
        let request = Request::Send(Box::new(issue));
        self.shared.submit(&self.connection, request);
        responses
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("closed", &self.is_closed())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
