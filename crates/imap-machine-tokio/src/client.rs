//! The client: what applications hold.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use imap_machine::client::answers::Answer;
use imap_machine::client::desk::CommandError;
use imap_machine::client::{
    ClientConnection, Closed, Command, CommandOptions, Diagnosis, Extensions, InvalidArgument,
    MailboxView, TypedCommand,
};
use imap_machine::{Capabilities, Layer, State};
use tokio::io::AsyncRead;

use crate::idle::Idle;
use crate::response::Response;
use crate::responses::Responses;
use crate::state::{Shared, Source};
use crate::updates::Updates;

/// A handle to a connection. Clone it, and use it from any number of tasks. Their commands are pipelined on the one connection,
/// in the order in which they are sent.
///
/// Dropping the future of a command cancels the command; the connection goes on. So `tokio::time::timeout(span, client.noop())`
/// works as it should. [`with_deadline`](Self::with_deadline) does the same with a better error.
pub struct Client {
    shared: Arc<Shared>,
    options: CommandOptions,
}

impl Client {
    pub(crate) fn new(shared: Arc<Shared>, options: CommandOptions) -> Self {
        shared.lock().clients += 1;
        Self { shared, options }
    }

    /// The same client with a bound on how long each command of its typed methods may take, from sending to outcome. When the time
    /// is up the command ends with [`NotSent`](CommandError::NotSent) or [`Unknown`](CommandError::Unknown), and the connection
    /// goes on. The bound holds even when nobody polls the [`Connection`](crate::Connection).
    #[must_use]
    pub fn with_deadline(&self, span: Duration) -> Self {
        let mut options = self.options;
        options.deadline = Some(span);
        Self::new(Arc::clone(&self.shared), options)
    }

    /// The same client, whose typed methods send their commands [early](CommandOptions::early): right after a SELECT in progress
    /// instead of after its OK. That saves a round trip for commands that name no sequence numbers, where no mailbox is selected yet; all
    /// others wait as usual.
    ///
    /// ```no_run
    /// # use imap_machine_tokio::imap_types::fetch::MessageDataItemName::Flags;
    /// # async fn run(client: imap_machine_tokio::Client) -> Result<(), imap_machine_tokio::CommandError> {
    /// let inbox = client.select("INBOX");
    /// let flags = client.early().uid_fetch("1:*", vec![Flags]);
    /// let (inbox, flags) = tokio::try_join!(inbox, flags)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn early(&self) -> Self {
        Self::new(Arc::clone(&self.shared), self.options.early())
    }

    /// Sends any command, and never waits. The answer becomes a value: `client.send(Command::select("INBOX")?, options).await`.
    pub fn send<A: Answer>(
        &self,
        command: TypedCommand<A>,
        options: CommandOptions,
    ) -> Response<A> {
        self.begin(command, options, None)
    }

    /// Sends a command, and the message that it reads while it is sent.
    fn begin<A: Answer>(
        &self,
        command: TypedCommand<A>,
        options: CommandOptions,
        source: Option<Source>,
    ) -> Response<A> {
        let state = &mut *self.shared.lock();
        let now = state.clock.now();
        let sent = supported(command.into()).and_then(|command| {
            let command = TypedCommand::new(command);
            state.desk.send(command, options, now)
        });
        let ticket = match sent {
            Ok(ticket) => ticket,
            Err(error) => return Response::failed(error),
        };
        // Under the same lock: the connection may ask for the message as soon as it can look.
        if let Some(source) = source {
            state.supply_from(ticket.handle(), source);
        }
        Response::open(Arc::clone(&self.shared), ticket, options, state)
    }

    /// Sends any command, also a raw one, and never waits. The answer is read event by event.
    pub fn stream(&self, command: impl Into<Command>, options: CommandOptions) -> Responses {
        let sent = supported(command.into()).and_then(|command| {
            let state = &mut *self.shared.lock();
            let now = state.clock.now();
            state.desk.stream(command, options, now)
        });
        Responses::new(Arc::clone(&self.shared), sent)
    }

    /// `IDLE` (RFC 2177).
    pub fn idle(&self, options: CommandOptions) -> Idle {
        let state = &mut *self.shared.lock();
        let now = state.clock.now();
        let sent = state.desk.idle(options, now);
        Idle::new(Arc::clone(&self.shared), sent)
    }

    /// Everything the server says from now on that answers no command which is still being read.
    pub fn updates(&self) -> Updates {
        let listener = self.shared.lock().desk.listen();
        Updates::new(Arc::clone(&self.shared), listener)
    }

    /// Shows the connection to `look`. Do not call this client in it.
    pub fn inspect<R>(&self, look: impl FnOnce(&ClientConnection) -> R) -> R {
        look(self.shared.lock().desk.connection())
    }

    /// What the connection waits for, in a line for people.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        let state = self.shared.lock();
        state.desk.connection().diagnosis(state.clock.now())
    }

    /// What the server can do, as far as it has said. Sends nothing.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.inspect(|connection| connection.capabilities().clone())
    }

    /// Whether the server has this extension: announced, or as a part of IMAP4rev2. Sends nothing.
    #[must_use]
    pub fn supports(&self, extension: &str) -> bool {
        self.inspect(|connection| connection.supports(extension))
    }

    /// What is enabled (RFC 5161).
    #[must_use]
    pub fn enabled(&self) -> Extensions {
        self.inspect(|connection| connection.enabled().clone())
    }

    /// The protocol state.
    #[must_use]
    pub fn state(&self) -> State {
        self.inspect(ClientConnection::state)
    }

    /// The selected mailbox as it is now.
    #[must_use]
    pub fn mailbox(&self) -> Option<MailboxView> {
        self.inspect(|connection| connection.mailbox().cloned())
    }

    /// Ends the connection now, without LOGOUT and without waiting. All open commands get their outcomes. (The IMAP command CLOSE is
    /// [`close_mailbox`](Self::close_mailbox).)
    pub fn close(&self) {
        let state = &mut *self.shared.lock();
        state.desk.close(state.clock.now());
    }

    /// Why the connection ended, once it has.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.shared.lock().desk.closed().cloned()
    }

    /// Sends a command with this client's options.
    pub(crate) fn ask<A: Answer>(
        &self,
        command: Result<TypedCommand<A>, InvalidArgument>,
    ) -> Response<A> {
        match command {
            Ok(command) => self.send(command, self.options),
            Err(invalid) => Response::failed(invalid.into()),
        }
    }

    /// The same, for an answer that is read event by event.
    pub(crate) fn ask_stream<A>(
        &self,
        command: Result<TypedCommand<A>, InvalidArgument>,
    ) -> Result<Responses, CommandError> {
        Ok(self.stream(command?, self.options))
    }

    /// Sends an APPEND whose message is read from `reader`.
    pub(crate) fn supply<A: Answer>(
        &self,
        command: Result<TypedCommand<A>, InvalidArgument>,
        size: u64,
        reader: Pin<Box<dyn AsyncRead + Send>>,
    ) -> Response<A> {
        let missing = size;
        match command {
            Ok(command) => self.begin(command, self.options, Some(Source { reader, missing })),
            Err(invalid) => Response::failed(invalid.into()),
        }
    }
}

/// COMPRESS needs a layer that this client cannot set up.
fn supported(command: Command) -> Result<Command, CommandError> {
    match command == Command::compress().into() {
        true => Err(CommandError::Unsupported(Layer::Deflate)),
        false => Ok(command),
    }
}

impl Clone for Client {
    fn clone(&self) -> Self {
        Self::new(Arc::clone(&self.shared), self.options)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let state = &mut *self.shared.lock();
        state.clients -= 1;
        if state.clients == 0 {
            state.desk.wake_driver();
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("closed", &self.closed())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
