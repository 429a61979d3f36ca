//! The commands of which this client has its own form. `imap_machine::verbs` has the others.

use imap_machine::Capabilities;
use imap_machine::client::answers::{Appended, Done};
use imap_machine::client::desk::CommandError;
use imap_machine::client::{Command, MailboxArgument, MessageContent};
use imap_machine::imap_types::datetime::DateTime;
use imap_machine::imap_types::fetch::MacroOrMessageDataItemNames;
use imap_machine::imap_types::flag::Flag;
use tokio::io::AsyncRead;

use crate::client::Client;
use crate::response::Response;
use crate::responses::Responses;

imap_machine::verbs!(Client, &Self, Response);

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
        let content = MessageContent::default();
        self.append_stream_with(name, flags, date, (size, content), message)
    }

    /// [`append_stream`](Self::append_stream) of a message that holds NUL: the size, and what it holds.
    pub fn append_stream_with(
        &self,
        name: impl Into<MailboxArgument>,
        flags: Vec<Flag<'static>>,
        date: Option<DateTime>,
        (size, content): (u64, MessageContent),
        message: impl AsyncRead + Send + 'static,
    ) -> Response<Appended> {
        let command = Command::append_streamed_with(name, flags, date, size, content);
        self.begin(command, self.options, Some(Box::pin(message)))
    }

    /// `FETCH`, row by row as it arrives. Literals above [`Limits::inline_literal`](imap_machine::Limits::inline_literal) come in
    /// pieces, as [`Event::Literal`](imap_machine::client::Event::Literal).
    pub fn fetch_stream(
        &self,
        numbers: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Result<Responses, CommandError> {
        Ok(self.stream(Command::fetch(numbers, items)?, self.options))
    }

    /// `UID FETCH`, row by row as it arrives; see [`fetch_stream`](Self::fetch_stream).
    pub fn uid_fetch_stream(
        &self,
        uids: &str,
        items: impl Into<MacroOrMessageDataItemNames<'static>>,
    ) -> Result<Responses, CommandError> {
        Ok(self.stream(Command::uid_fetch(uids, items)?, self.options))
    }
}
