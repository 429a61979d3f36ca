//! The commands of which this client has its own form. `imap_machine::verbs` has the others.

use imap_machine::Capabilities;
use imap_machine::client::answers::{Appended, Done};
use imap_machine::client::desk::CommandError;
use imap_machine::client::{Command, MailboxArgument, TypedCommand};
use imap_machine::imap_types::datetime::DateTime;
use imap_machine::imap_types::flag::Flag;
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

    /// `APPEND` of a message of `size` octets, which is read while it is sent. Reading begins when the server has agreed to take
    /// it. Octets beyond `size` are not read.
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. The same
    /// happens when the future is dropped in the middle of the message.
    pub fn append_stream(
        &self,
        name: impl Into<MailboxArgument>,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        size: u64,
        message: impl AsyncRead + Send + 'static,
    ) -> Response<Appended> {
        let command = Command::append_streamed(name, flags, date, size);
        self.begin(command, self.options, Some(Box::pin(message)))
    }

    /// The same for an APPEND of your own, such as [`Command::append_streamed_with`].
    pub fn supply(
        &self,
        command: TypedCommand<Appended>,
        message: impl AsyncRead + Send + 'static,
    ) -> Response<Appended> {
        self.begin(Ok(command), self.options, Some(Box::pin(message)))
    }
}
