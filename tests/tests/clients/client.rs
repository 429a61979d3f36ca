//! What the cases ask of a client: calls that block.

use std::net::TcpStream;
use std::time::Duration;

use imap_machine::client::answers::{Answer, Appended};
use imap_machine::client::desk::{CommandError, Update};
use imap_machine::client::{
    ClientConnection, Closed, Command, CommandOptions, Event, InvalidArgument, TypedCommand,
};
use imap_machine::text::TransferEncoding;
use imap_machine_std::{ConnectError, Connector};

/// Less than the time in which a case has to end.
pub const OPTIONS: CommandOptions = CommandOptions::deadline(Duration::from_secs(60));

/// What happens in an IDLE.
pub type News<'n> = dyn Iterator<Item = Result<Update, CommandError>> + 'n;

pub trait Client: Sized {
    /// A command whose answer becomes a value.
    type Sent<A: Answer>;
    /// A command whose answer is read event by event.
    type Stream;

    fn connect(connector: &Connector) -> Result<Self, ConnectError>;

    fn over(connector: &Connector, socket: TcpStream) -> Result<Self, ConnectError>;

    /// Never waits, as [`begin`](Self::begin).
    fn send<A: Answer>(
        &mut self,
        command: TypedCommand<A>,
        options: CommandOptions,
    ) -> Self::Sent<A>;

    fn wait<A: Answer>(&mut self, sent: Self::Sent<A>) -> Result<A::Value, CommandError>;

    fn begin(&mut self, command: impl Into<Command>, options: CommandOptions) -> Self::Stream;

    /// The next event of the answer. An error is the last item.
    fn next(&mut self, stream: &mut Self::Stream) -> Option<Result<Event<'static>, CommandError>>;

    /// Loses interest in an answer.
    fn abandon(&mut self, stream: Self::Stream);

    fn append_stream(
        &mut self,
        mailbox: &str,
        size: u64,
        message: Vec<u8>,
    ) -> Result<Appended, CommandError>;

    /// Reads a section of a message to its end.
    fn download(&mut self, uid: u32, section: &str) -> (Vec<u8>, std::io::Result<()>);

    /// The same, without this transfer encoding.
    fn download_decoded(
        &mut self,
        uid: u32,
        section: &str,
        encoding: TransferEncoding,
    ) -> (Vec<u8>, std::io::Result<()>);

    /// Idles until `hear` returns, and hears nothing after `span`.
    fn idle<R>(
        &mut self,
        span: Duration,
        hear: impl FnOnce(&mut News<'_>) -> R,
    ) -> (R, Result<(), CommandError>);

    /// Sends LOGOUT and waits for the end of the connection.
    fn logout(&mut self) -> Result<(), CommandError>;

    fn look<R>(&self, look: impl FnOnce(&ClientConnection) -> R) -> R;

    fn closed(&self) -> Option<Closed>;

    /// Lets the connection read and write what it can without waiting.
    fn catch_up(&mut self);

    /// The news since the last call. The first call begins to listen.
    fn updates(&mut self) -> Vec<Update>;

    /// Sends a command and waits for its answer.
    fn run<A: Answer>(
        &mut self,
        command: Result<TypedCommand<A>, InvalidArgument>,
    ) -> Result<A::Value, CommandError> {
        let sent = self.send(command?, OPTIONS);
        self.wait(sent)
    }

    fn noop(&mut self) -> Result<(), CommandError> {
        self.run(Ok(Command::noop())).map(drop)
    }
}
