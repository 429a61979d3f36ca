//! From a URL to a session.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use imap_machine::client::desk::Desk;
use imap_machine::client::session::Opening;
use imap_machine::client::{ClientConnection, CommandOptions};
use imap_machine::{Instant, Layer};
use imap_machine_connect::{Attempt, Attempts, ConnectError, Connector};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout_at;
use tracing::Instrument;

use crate::client::Client;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::driver::{Driver, Exit};
use crate::observer::{Observer, Observers};
use crate::state::{Shared, State};
use crate::tls::Tls;
use crate::transport::{Io, Transport};

/// Connects: TCP, TLS, greeting, STARTTLS, login. When it returns, the session can be used, as soon as the [`Connection`] is polled.
///
/// If the host has several addresses, and one does not answer within 250 ms, the next one is tried beside it (RFC 8305).
///
/// # Errors
///
/// [`ConnectError`].
pub async fn connect(connector: &Connector) -> Result<(Client, Connection), ConnectError> {
    Dial::new(connector).connect().await
}

/// The same, and spawns the [`Connection`] on the current runtime. [`Client::closed`] says why it ended.
///
/// # Errors
///
/// [`ConnectError`].
///
/// # Panics
///
/// Outside of a runtime of tokio, as [`tokio::spawn`] does.
pub async fn connect_spawned(connector: &Connector) -> Result<Client, ConnectError> {
    let (client, connection) = connect(connector).await?;
    // Dropping the handle of a task leaves the task running.
    drop(tokio::spawn(connection));
    Ok(client)
}

/// The same over a connected transport: a Unix socket, a tunnel, a test's pipe. The URL still says whether TLS is used, and for
/// which name.
///
/// # Errors
///
/// [`ConnectError`].
pub async fn over<T>(
    connector: &Connector,
    transport: T,
) -> Result<(Client, Connection), ConnectError>
where
    T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    Dial::new(connector).over(transport).await
}

/// Connecting with an observer.
#[must_use]
pub struct Dial<'c> {
    connector: &'c Connector,
    observers: Observers,
}

impl<'c> Dial<'c> {
    /// To be connected as `connector` says.
    pub fn new(connector: &'c Connector) -> Self {
        let observers = Observers::default();
        Self {
            connector,
            observers,
        }
    }

    /// Lets the observer watch, from the greeting on.
    pub fn observe(mut self, observer: Box<dyn Observer + Send>) -> Self {
        self.observers = Observers(Some(observer));
        self
    }

    /// [`connect`]
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub async fn connect(self) -> Result<(Client, Connection), ConnectError> {
        let limit = Limit::new(self.connector);
        let address = self.connector.address();
        let reaching = reach(&address.host, address.port);
        let reached = limit.keep(reaching, || format!("connecting to {}", address.authority()));
        let stream = reached.await?.map_err(|error| ConnectError::Unreachable {
            address: address.authority(),
            error,
        })?;
        // Commands are small, and each is waited for. If the option cannot be set, the transport is only slower.
        let _ = stream.set_nodelay(true);
        self.open(Box::new(stream), limit).await
    }

    /// [`over`]
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub async fn over<T>(self, transport: T) -> Result<(Client, Connection), ConnectError>
    where
        T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let limit = Limit::new(self.connector);
        self.open(Box::new(transport), limit).await
    }

    async fn open(
        self,
        transport: Box<dyn Io>,
        limit: Limit,
    ) -> Result<(Client, Connection), ConnectError> {
        let connector = self.connector;
        let opening = Opening::new(connector.plan()?);
        let address = connector.address();
        let span = tracing::debug_span!("imap", host = address.host, port = address.port);
        let tls = Tls::new(connector.trust().clone(), address.host.clone());
        let upgrade = Box::new(move |layer, below| tls.begin(layer, below));
        let mut transport = Transport::new(transport, upgrade);
        if connector.begins_with_tls() {
            let handshake = limit.keep(handshake(&mut transport), || "TLS handshake".to_owned());
            handshake.await??;
        }
        let config = connector.machine_config();
        let (clock, bound) = (Clock::start(), config.timeouts.command);
        let core = ClientConnection::new(config, clock.now());
        let desk = Desk::new(core, connector.pace_of_readers());
        let shared = Shared::new(State::new(desk, clock, self.observers, bound));
        // Before the connection is polled by its owner, so that it is not closed for want of a client.
        let client = Client::new(Arc::clone(&shared), CommandOptions::default());
        let mut driver = Driver::new(transport);
        open(&mut driver, &shared, opening, limit)
            .instrument(span.clone())
            .await?;
        Ok((client, Connection::new(driver, shared, span)))
    }
}

async fn handshake(transport: &mut Transport) -> Result<(), ConnectError> {
    let begun = transport.upgrade(Layer::Tls);
    let done = match begun {
        Ok(()) => poll_fn(|cx| transport.poll_upgrade(cx)).await,
        Err(error) => Err(error),
    };
    done.map_err(|error| ConnectError::of_transport(error.into()))
}

/// From the greeting to a session.
async fn open(
    driver: &mut Driver,
    shared: &Shared,
    mut opening: Opening,
    limit: Limit,
) -> Result<(), ConnectError> {
    let driven = poll_fn(|cx| driver.poll(&mut shared.lock(), Some(&mut opening), cx));
    let doing = || {
        let state = shared.lock();
        let connection = state.desk.connection();
        connection.diagnosis(state.clock.now()).to_string()
    };
    match limit.keep(driven, doing).await? {
        Exit::Ready => Ok(()),
        Exit::Failed(error) => Err(error.into()),
        Exit::Closed(closed) => Err(ConnectError::of_closed(closed)),
    }
}

/// The first connection to one of the host's addresses that stands. [`Attempts`] decides which is tried when.
async fn reach(host: &str, port: u16) -> std::io::Result<TcpStream> {
    let attempts = Attempts::new(lookup_host((host, port)).await?);
    race(attempts, TcpStream::connect).await
}

async fn race<C, A>(
    mut attempts: Attempts,
    connect: impl Fn(SocketAddr) -> A,
) -> std::io::Result<C>
where
    A: Future<Output = std::io::Result<C>>,
{
    let clock = Clock::start();
    let mut running: Vec<Pin<Box<A>>> = Vec::new();
    loop {
        let until = match attempts.next(clock.now()) {
            Attempt::Start(address) => {
                running.push(Box::pin(connect(address)));
                continue;
            }
            Attempt::Wait(until) => until,
            Attempt::Failed(error) => return Err(error),
        };
        let ended = match until {
            Some(until) => timeout_at(clock.at(until), any_of(&mut running)).await.ok(),
            None => Some(any_of(&mut running).await),
        };
        match ended {
            Some(Ok(connection)) => return Ok(connection),
            Some(Err(error)) => attempts.failed(error, clock.now()),
            None => {}
        }
    }
}

/// Waits for the first that ends, and removes it.
async fn any_of<A: Future>(running: &mut Vec<Pin<Box<A>>>) -> A::Output {
    poll_fn(|cx| {
        for index in 0..running.len() {
            if let Poll::Ready(output) = running[index].as_mut().poll(cx) {
                drop(running.remove(index));
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    })
    .await
}

/// How long connecting may take.
#[derive(Clone, Copy)]
struct Limit {
    after: Duration,
    clock: Clock,
}

impl Limit {
    fn new(connector: &Connector) -> Self {
        Self {
            after: connector.connect_timeout_span(),
            clock: Clock::start(),
        }
    }

    async fn keep<F: Future>(
        self,
        future: F,
        doing: impl FnOnce() -> String,
    ) -> Result<F::Output, ConnectError> {
        let at = self.clock.at(Instant::ORIGIN + self.after);
        timeout_at(at, future)
            .await
            .map_err(|_| ConnectError::TimedOut {
                after: self.after,
                doing: doing(),
            })
    }
}
