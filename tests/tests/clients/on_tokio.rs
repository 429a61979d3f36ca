//! The client for tokio. The connection runs on a thread of its own.

use std::io::{self, Cursor};
use std::net::TcpStream;
use std::time::Duration;

use imap_machine::client::answers::{Answer, Appended};
use imap_machine::client::desk::{CommandError, Update};
use imap_machine::client::{
    AppendMessage, ClientConnection, Closed, Command, CommandOptions, Event, TypedCommand,
};
use imap_machine::text::TransferEncoding;
use imap_machine_tokio::{ConnectError, Connection, Connector, Response, Responses, Updates};
use tokio::io::AsyncReadExt;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::client::{Client, News};

pub struct Tokio {
    client: imap_machine_tokio::Client,
    /// Until its end has been waited for.
    connection: Option<JoinHandle<Closed>>,
    /// Once news have been asked for.
    updates: Option<Updates>,
    runtime: Runtime,
}

impl Tokio {
    fn start<F>(connecting: impl FnOnce() -> F) -> Result<Self, ConnectError>
    where
        F: Future<Output = Result<(imap_machine_tokio::Client, Connection), ConnectError>>,
    {
        let mut runtime = Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let (client, connection) = runtime.block_on(async { connecting().await })?;
        Ok(Self {
            client,
            connection: Some(runtime.spawn(connection)),
            updates: None,
            runtime,
        })
    }
}

impl Client for Tokio {
    type Sent<A: Answer> = Response<A>;
    type Stream = Responses;

    fn connect(connector: &Connector) -> Result<Self, ConnectError> {
        Self::start(|| imap_machine_tokio::connect(connector))
    }

    fn over(connector: &Connector, socket: TcpStream) -> Result<Self, ConnectError> {
        socket.set_nonblocking(true).expect("a socket");
        Self::start(|| {
            let socket = tokio::net::TcpStream::from_std(socket).expect("a socket");
            imap_machine_tokio::over(connector, socket)
        })
    }

    fn send<A: Answer>(
        &mut self,
        command: TypedCommand<A>,
        options: CommandOptions,
    ) -> Self::Sent<A> {
        let _timers = self.runtime.enter();
        self.client.send(command, options)
    }

    fn wait<A: Answer>(&mut self, sent: Self::Sent<A>) -> Result<A::Value, CommandError> {
        self.runtime.block_on(sent)
    }

    fn begin(&mut self, command: impl Into<Command>, options: CommandOptions) -> Self::Stream {
        self.client.stream(command, options)
    }

    fn next(&mut self, stream: &mut Self::Stream) -> Option<Result<Event<'static>, CommandError>> {
        self.runtime.block_on(stream.next())
    }

    fn abandon(&mut self, stream: Self::Stream) {
        drop(stream);
    }

    fn append_stream(
        &mut self,
        mailbox: &str,
        size: u64,
        message: Vec<u8>,
    ) -> Result<Appended, CommandError> {
        let message = Cursor::new(message);
        let append = async {
            let appended =
                self.client
                    .append_stream(mailbox, AppendMessage::supplied(size), message);
            appended.await
        };
        self.runtime.block_on(append)
    }

    fn download(&mut self, uid: u32, section: &str) -> (Vec<u8>, io::Result<()>) {
        let mut octets = Vec::new();
        let mut reader = self.client.download(uid, section).expect("it is sent");
        let end = self.runtime.block_on(reader.read_to_end(&mut octets));
        (octets, end.map(drop))
    }

    fn download_decoded(
        &mut self,
        uid: u32,
        section: &str,
        encoding: TransferEncoding,
    ) -> (Vec<u8>, io::Result<()>) {
        let mut octets = Vec::new();
        let reader = self.client.download(uid, section).expect("it is sent");
        let mut reader = reader.decoded(encoding);
        let end = self.runtime.block_on(reader.read_to_end(&mut octets));
        (octets, end.map(drop))
    }

    fn idle<R>(
        &mut self,
        span: Duration,
        hear: impl FnOnce(&mut News<'_>) -> R,
    ) -> (R, Result<(), CommandError>) {
        let until = Instant::now() + span;
        let mut idle = self.client.idle(CommandOptions::refreshing());
        let mut news = std::iter::from_fn(|| {
            let next = async { timeout_at(until, idle.next()).await };
            self.runtime.block_on(next).ok().flatten()
        });
        let heard = hear(&mut news);
        (heard, self.runtime.block_on(idle.done()))
    }

    fn logout(&mut self) -> Result<(), CommandError> {
        let logout = async { self.client.logout().await };
        self.runtime.block_on(logout)?;
        let connection = self.connection.take().expect("the first LOGOUT");
        self.runtime.block_on(connection).expect("no panic");
        Ok(())
    }

    fn look<R>(&self, look: impl FnOnce(&ClientConnection) -> R) -> R {
        self.client.inspect(look)
    }

    fn closed(&self) -> Option<Closed> {
        self.client.closed()
    }

    fn catch_up(&mut self) {
        std::thread::yield_now();
    }

    fn updates(&mut self) -> Vec<Update> {
        let updates = self.updates.get_or_insert_with(|| self.client.updates());
        let mut taken = Vec::new();
        self.runtime.block_on(async {
            while let Ok(Some(update)) = timeout(Duration::ZERO, updates.next()).await {
                taken.push(update);
            }
        });
        taken
    }
}
