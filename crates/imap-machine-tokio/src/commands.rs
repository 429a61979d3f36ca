//! The commands of which this client has its own form. `imap_machine::verbs` has the others.

use imap_machine::Capabilities;
use imap_machine::client::answers::{Answer, Appended, Done};
use imap_machine::client::desk::CommandError;
use imap_machine::client::{AppendMessage, Command, MailboxArgument, TypedCommand};
use tokio::io::AsyncRead;

use crate::client::Client;
use crate::response::Response;
use crate::responses::Responses;

imap_machine::verbs!(Client, &Self, Response, Result<Responses, CommandError>);

/// The commands that need more than a value.
impl Client {
    /// `CAPABILITY`: asks the server what it can do. [`capabilities`](Self::capabilities) returns what it has said already.
    pub async fn capability(&self) -> Result<Capabilities, CommandError> {
        self.ask(Ok(Command::capability())).await?;
        Ok(self.capabilities())
    }

    /// `LOGOUT`: ends the session properly. The connection ends by itself then.
    pub fn logout(&self) -> Response<Done> {
        self.ask(Ok(Command::logout()))
    }

    /// `APPEND` of a message that is [supplied](AppendMessage::supplied): it is read while it is sent. Reading begins when the server
    /// has agreed to take it. Octets beyond its size are not read.
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. The same
    /// happens when the future is dropped in the middle of the message.
    pub fn append_stream(
        &self,
        name: impl Into<MailboxArgument>,
        message: AppendMessage,
        source: impl AsyncRead + Send + 'static,
    ) -> Response<Appended> {
        let command = Command::append(name, message);
        self.begin(command, self.options, Some(Box::pin(source)))
    }

    /// The same for any command with octets that are [supplied](TypedCommand::supplied). If there are several literals of them, their
    /// octets come one after the other. [`Response::upload`] says how far it is.
    pub fn supply<A: Answer>(
        &self,
        command: TypedCommand<A>,
        source: impl AsyncRead + Send + 'static,
    ) -> Response<A> {
        self.begin(Ok(command), self.options, Some(Box::pin(source)))
    }
}
