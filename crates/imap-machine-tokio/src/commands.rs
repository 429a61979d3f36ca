//! The commands of which this client has its own form. `imap_machine::verbs` has the others.

use imap_machine::Capabilities;
use imap_machine::client::answers::{Answer, Appended, Done};
use imap_machine::client::desk::CommandError;
use imap_machine::client::{AppendMessage, Command, MailboxArgument, TypedCommand};
use tokio::io::AsyncRead;

use crate::client::Client;
use crate::response::Response;
use crate::responses::Responses;

imap_machine::verbs!(
    Client,
    &Self,
    Response,
    Result<Responses, CommandError>,
    example
);

/// The commands that need more than a value.
impl Client {
    /// `CAPABILITY`: asks the server what it can do. [`capabilities`](Self::capabilities) returns what it has said already.
    ///
    #[doc = example!(server)]
    /// # C: A1 CAPABILITY
    /// # S: * CAPABILITY IMAP4rev1 SORT
    /// # S: A1 OK done
    #[doc = example!(client)]
    /// let capabilities = client.capability().await?;
    /// assert!(capabilities.has("SORT"));
    /// // The client remembers them.
    /// assert!(client.supports("SORT") && !client.supports("THREAD=REFS"));
    #[doc = example!(end)]
    pub async fn capability(&self) -> Result<Capabilities, CommandError> {
        self.ask(Ok(Command::capability())).await?;
        Ok(self.capabilities())
    }

    /// `LOGOUT`: ends the session properly. The connection ends by itself then.
    ///
    #[doc = example!(server)]
    /// # C: A1 LOGOUT
    /// # S: * BYE goodbye
    /// # S: A1 OK done
    /// # S: <EOF>
    #[doc = example!(client)]
    /// client.logout().await?;
    /// assert_eq!(client.state(), State::Logout);
    #[doc = example!(end)]
    pub fn logout(&self) -> Response<Done> {
        self.ask(Ok(Command::logout()))
    }

    /// `APPEND` of a message that is [supplied](AppendMessage::supplied): it is read while it is sent. Reading begins when the server
    /// has agreed to take it. Octets beyond its size are not read. Nothing is sent if it is larger than the server takes, as far as that is
    /// known: [`NotSent::TooLarge`](crate::NotSent::TooLarge).
    ///
    /// If the source ends early or fails, the result is [`CommandError::Source`], and the connection has to be closed. The same
    /// happens when the future is dropped in the middle of the message.
    ///
    #[doc = example!(server)]
    /// # C: A1 APPEND Drafts {22}
    /// # S: + go on
    /// # C: Subject: hi\r\n\r\nhello\r\n
    /// # S: A1 OK [APPENDUID 38505 3955] stored
    #[doc = example!(client)]
    /// // A file will do as well. Its size has to be known.
    /// let source = &b"Subject: hi\r\n\r\nhello\r\n"[..];
    /// let message = AppendMessage::supplied(22);
    /// let appended = client.append_stream("Drafts", message, source).await?;
    /// assert_eq!(appended.uids().map(u32::from).collect::<Vec<_>>(), [3955]);
    #[doc = example!(end)]
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
    ///
    #[doc = example!(server)]
    /// # C: A1 APPEND Drafts {5}
    /// # S: + go on
    /// # C: a: b\n {6}
    /// # S: + go on
    /// # C: c: de\n
    /// # S: A1 OK [APPENDUID 38505 3955:3956] stored
    #[doc = example!(client)]
    /// let source = &b"a: b\nc: de\n"[..];
    /// let both = [5, 6].map(AppendMessage::supplied);
    /// let appended = client.supply(Command::append_all("Drafts", both)?, source).await?;
    /// assert_eq!(appended.uids().map(u32::from).collect::<Vec<_>>(), [3955, 3956]);
    #[doc = example!(end)]
    pub fn supply<A: Answer>(
        &self,
        command: TypedCommand<A>,
        source: impl AsyncRead + Send + 'static,
    ) -> Response<A> {
        self.begin(Ok(command), self.options, Some(Box::pin(source)))
    }
}
