//! The blocking client.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::Duration;

use imap_machine::client::answers::{Answer, Appended};
use imap_machine::client::desk::{CommandError, Ticket, Update};
use imap_machine::client::{
    AppendMessage, ClientConnection, Closed, Command, CommandHandle, CommandOptions, Event,
    TypedCommand,
};
use imap_machine::text::TransferEncoding;
use imap_machine_std::{ConnectError, Connector};

use crate::client::{Client, News};

pub struct Std(imap_machine_std::Client);

impl Client for Std {
    type Sent<A: Answer> = Result<Ticket<A>, CommandError>;
    /// `None` when it has ended.
    type Stream = Option<Result<CommandHandle, CommandError>>;

    fn connect(connector: &Connector) -> Result<Self, ConnectError> {
        imap_machine_std::connect(connector).map(Self)
    }

    fn over(connector: &Connector, socket: TcpStream) -> Result<Self, ConnectError> {
        imap_machine_std::over(connector, socket).map(Self)
    }

    fn send<A: Answer>(
        &mut self,
        command: TypedCommand<A>,
        options: CommandOptions,
    ) -> Self::Sent<A> {
        self.0.send(command, options)
    }

    fn wait<A: Answer>(&mut self, sent: Self::Sent<A>) -> Result<A::Value, CommandError> {
        self.0.wait(sent?)
    }

    fn begin(&mut self, command: impl Into<Command>, options: CommandOptions) -> Self::Stream {
        Some(self.0.begin(command, options))
    }

    fn next(&mut self, stream: &mut Self::Stream) -> Option<Result<Event<'static>, CommandError>> {
        let next = stream.take()?.and_then(|handle| {
            let event = self.0.next_event(handle)?;
            *stream = event.is_some().then_some(Ok(handle));
            Ok(event)
        });
        next.transpose()
    }

    fn abandon(&mut self, stream: Self::Stream) {
        if let Some(Ok(handle)) = stream {
            self.0.cancel(handle).expect("it is open");
        }
    }

    fn append_stream(
        &mut self,
        mailbox: &str,
        size: u64,
        message: Vec<u8>,
    ) -> Result<Appended, CommandError> {
        self.0
            .append_stream(mailbox, AppendMessage::supplied(size), &message[..])
    }

    fn download(&mut self, uid: u32, section: &str) -> (Vec<u8>, io::Result<()>) {
        let mut octets = Vec::new();
        let mut reader = self.0.download(uid, section).expect("it is sent");
        let end = reader.read_to_end(&mut octets);
        (octets, end.map(drop))
    }

    fn download_decoded(
        &mut self,
        uid: u32,
        section: &str,
        encoding: TransferEncoding,
    ) -> (Vec<u8>, io::Result<()>) {
        let mut octets = Vec::new();
        let reader = self.0.download(uid, section).expect("it is sent");
        let end = reader.decoded(encoding).read_to_end(&mut octets);
        (octets, end.map(drop))
    }

    fn idle<R>(
        &mut self,
        span: Duration,
        hear: impl FnOnce(&mut News<'_>) -> R,
    ) -> (R, Result<(), CommandError>) {
        let mut idle = self.0.idle(span).expect("it is sent");
        (hear(&mut idle), idle.done())
    }

    fn logout(&mut self) -> Result<(), CommandError> {
        self.0.logout()
    }

    fn look<R>(&self, look: impl FnOnce(&ClientConnection) -> R) -> R {
        look(self.0.connection())
    }

    fn closed(&self) -> Option<Closed> {
        self.0.closed().cloned()
    }

    fn catch_up(&mut self) {
        self.0.updates().for_each(drop);
    }

    fn updates(&mut self) -> Vec<Update> {
        self.0.updates().collect()
    }
}
