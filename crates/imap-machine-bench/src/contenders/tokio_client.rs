//! imap-machine-tokio, on a runtime of one thread. The connection is a task of its own, as its documentation says.

use imap_machine_tokio::answers::Fetched;
use imap_machine_tokio::{Client, CommandOptions, Connector, TypedCommand};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};

use super::imap_machine::{fetch_body, fetch_flags};
use super::link::{AsyncLink, Way};
use super::{EventReader, Run, message_row};
use crate::server::Script;
use crate::tally::Tally;

/// A runtime that the calling thread drives.
#[must_use]
pub fn runtime() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

/// A session with a mailbox selected, and the runtime that its connection is spawned on.
pub struct Session {
    runtime: Runtime,
    client: Client,
}

impl Session {
    /// Logs in and selects.
    #[must_use]
    pub fn open(way: Way, script: Script) -> Self {
        let runtime = runtime();
        let client = runtime.block_on(async { open(AsyncLink::open(way, script)).await });
        Self { runtime, client }
    }

    /// `count` NOOPs, each when the one before has ended.
    pub fn noops(&self, count: u32) -> Tally {
        self.runtime.block_on(async {
            for _ in 0..count {
                self.client.noop().await.expect("OK");
            }
        });
        Tally::rows(count)
    }

    /// Sends a FETCH and reads its answer event by event.
    pub fn stream(&self, fetch: TypedCommand<Fetched>) -> Tally {
        self.runtime.block_on(async {
            let mut reader = EventReader::default();
            let options = CommandOptions::default();
            let mut rows = self.client.stream(fetch, options);
            while let Some(event) = rows.next().await {
                reader.event(&event.expect("OK"));
            }
            reader.tally
        })
    }

    /// Fetches the flags of all messages as one value.
    pub fn typed(&self) -> Tally {
        let rows = self.client.send(fetch_flags(), CommandOptions::default());
        let rows = self.runtime.block_on(rows).expect("OK");
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.row(message_row(row)));
        tally
    }
}

/// Logs in and selects, and spawns the connection.
pub async fn open<T>(transport: T) -> Client
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let connector = Connector::new("imap://user@localhost").expect("a URL");
    let connector = connector.password("password");
    let connected = imap_machine_tokio::over(&connector, transport).await;
    let (client, connection) = connected.expect("a session");
    tokio::spawn(connection);
    client.select("INBOX").await.expect("a mailbox");
    client
}

/// NOOPs one by one.
#[must_use]
pub fn noops(way: Way, script: Script, count: u32) -> Run {
    let session = Session::open(way, script);
    Box::new(move || session.noops(count))
}

/// A FETCH of flags, event by event.
#[must_use]
pub fn stream(way: Way, script: Script) -> Run {
    let session = Session::open(way, script);
    Box::new(move || session.stream(fetch_flags()))
}

/// A FETCH of one body, piece by piece.
#[must_use]
pub fn body(way: Way, script: Script) -> Run {
    let session = Session::open(way, script);
    Box::new(move || session.stream(fetch_body()))
}

/// A FETCH as one value.
#[must_use]
pub fn typed(way: Way, script: Script) -> Run {
    let session = Session::open(way, script);
    Box::new(move || session.typed())
}
