//! imap-machine-tokio, on a runtime of one thread. The connection is a task of its own, as its documentation says.

use std::net::SocketAddr;

use imap_machine_tokio::answers::{Fetched, FetchedMessage};
use imap_machine_tokio::{Client, CommandOptions, Connector, Event, Idle, TypedCommand, Update};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};

use super::Run;
use super::imap_machine::{fetch_body, fetch_flags};
use super::link::{self, AsyncLink, Way};
use super::rows::{EventReader, message_row};
use crate::loopback::{self, Identity};
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

    /// Fetches the flags of all messages as values.
    #[must_use]
    pub fn values(&self) -> Vec<FetchedMessage> {
        let rows = self.client.send(fetch_flags(), CommandOptions::default());
        self.runtime.block_on(rows).expect("OK").messages
    }

    /// The same, and reads them.
    pub fn typed(&self) -> Tally {
        let rows = self.values();
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
    open_with(&connector.password("password"), transport).await
}

async fn open_with<T>(connector: &Connector, transport: T) -> Client
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let connected = imap_machine_tokio::over(connector, transport).await;
    let (client, connection) = connected.expect("a session");
    tokio::spawn(connection);
    client.select("INBOX").await.expect("a mailbox");
    client
}

/// Connections that idle, on one runtime.
pub struct Idlers {
    runtime: Runtime,
    connector: Connector,
}

impl Idlers {
    /// They trust this certificate, or use no TLS.
    #[must_use]
    pub fn new(identity: Option<&Identity>) -> Self {
        let connector = match identity {
            None => Connector::new("imap://user@localhost"),
            Some(_) => Connector::new("imaps://user@localhost"),
        };
        let roots = identity.map(|identity| vec![identity.certificate.clone()]);
        let connector = connector.expect("a URL").password("password");
        Self {
            runtime: runtime(),
            connector: match roots {
                None => connector,
                Some(roots) => connector.roots(roots),
            },
        }
    }

    /// `count` more of them.
    #[must_use]
    pub fn idle(&self, address: SocketAddr, count: usize) -> Vec<(Client, Idle)> {
        self.runtime.block_on(async {
            let mut idling = Vec::with_capacity(count);
            for _ in 0..count {
                let socket = link::asynchronous(loopback::socket(address));
                let client = open_with(&self.connector, socket).await;
                let mut idle = client.idle(CommandOptions::refreshing());
                let first = idle.next().await.expect("it is open").expect("it idles");
                assert!(matches!(first, Update::Event(Event::Idling { .. })));
                idling.push((client, idle));
            }
            idling
        })
    }
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
