//! From a URL to a session.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use imap_machine::client::CommandOptions;
use imap_machine::client::session::OpenError;
use imap_machine_connect::{Attempt, Attempts, ConnectError, Connecting, Connector, Step};
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
use crate::tls::{handshake, upgrade};
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
        let clock = Clock::start();
        let connecting = Connecting::new(self.connector, clock.now())?;
        self.go(connecting, clock, None).await
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
        let clock = Clock::start();
        let connecting = Connecting::over(self.connector, clock.now())?;
        self.go(connecting, clock, Some(Box::new(transport))).await
    }

    async fn go(
        self,
        mut connecting: Connecting<'_>,
        clock: Clock,
        connected: Option<Box<dyn Io>>,
    ) -> Result<(Client, Connection), ConnectError> {
        let span = {
            let (host, port) = connecting.host();
            tracing::debug_span!("imap", host, port)
        };
        let until = clock.at(connecting.until());
        let transport = timeout_at(until, prepared(&mut connecting, connected)).await;
        let transport = transport.map_err(|_| connecting.late(None, clock.now()))??;

        let (desk, mut opening) = connecting.session(clock.now());
        let shared = Shared::new(State::new(desk, clock, self.observers));
        // First, so that the connection is not closed for want of a client.
        let client = Client::new(Arc::clone(&shared), CommandOptions::default());
        let mut driver = Driver::new(transport);
        let opened = poll_fn(|cx| driver.poll(&mut shared.lock(), Some(&mut opening), cx));
        match timeout_at(until, opened.instrument(span.clone())).await {
            Ok(Exit::Ready) => {}
            Ok(Exit::Failed(error)) => return Err(error.into()),
            Ok(Exit::Closed(closed)) => return Err(OpenError::Closed(closed).into()),
            Err(_) => return Err(connecting.late(Some(&shared.lock().desk), clock.now())),
        }
        Ok((client, Connection::new(driver, shared, span)))
    }
}

/// The transport on which the session is opened.
async fn prepared(
    connecting: &mut Connecting<'_>,
    connected: Option<Box<dyn Io>>,
) -> Result<Transport, ConnectError> {
    let mut stream = match connected {
        Some(stream) => stream,
        None => reach(connecting).await?,
    };
    if connecting.step() == Step::Handshake {
        let secured = handshake(&connecting.tls(), stream)?.await;
        stream = secured.map_err(|error| connecting.failed(error))?;
        connecting.done();
    }
    Ok(Transport::new(stream, upgrade(connecting.tls())))
}

/// The first connection to one of the host's addresses that stands. [`Attempts`] decides which is tried when.
async fn reach(connecting: &mut Connecting<'_>) -> Result<Box<dyn Io>, ConnectError> {
    let addresses = lookup_host(connecting.host()).await;
    let addresses = addresses.map_err(|error| connecting.failed(error))?;
    connecting.done();
    let stream = race(Attempts::new(addresses), TcpStream::connect).await;
    let stream = stream.map_err(|error| connecting.failed(error))?;
    connecting.done();
    // Commands are small, and each is waited for. If the option cannot be set, the transport is only slower.
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

async fn race<C, A>(mut attempts: Attempts, connect: impl Fn(SocketAddr) -> A) -> io::Result<C>
where
    A: Future<Output = io::Result<C>>,
{
    let clock = Clock::start();
    let mut running: Vec<Pin<Box<A>>> = Vec::new();
    loop {
        let until = match attempts.next(clock.now()) {
            Attempt::Start(address) => {
                running.push(Box::pin(connect(address)));
                continue;
            }
            Attempt::WaitUntil(until) => until,
            Attempt::Failed(error) => return Err(error),
        };
        let ended = match until {
            Some(until) => timeout_at(clock.at(until), any_of(&mut running)).await.ok(),
            None => Some(any_of(&mut running).await),
        };
        match ended {
            Some(Ok(connection)) => return Ok(connection),
            Some(Err(error)) => attempts.failed(error),
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
