//! From a URL to a session.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::task::Poll;

use imap_machine::Layer;
use imap_machine_connect::{Attempt, Attempts, ConnectError, Connecting, Connector, Step, Tls};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::timeout_at;
use tokio_rustls::TlsConnector;
use tracing::Instrument;

use crate::client::Client;
use crate::clock::Clock;
use crate::connection::Connection;
use crate::driver::Driver;
use crate::observer::{Observer, Observers};
use crate::state::{Shared, State};
use crate::transport::{Handshake, Io, Transport};

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
    Dial::new(connector).over(transport).connect().await
}

/// Connecting with an observer, or over a transport, or both.
#[must_use]
pub struct Dial<'c> {
    connector: &'c Connector,
    transport: Option<Box<dyn Io>>,
    observers: Observers,
}

impl<'c> Dial<'c> {
    /// To be connected as `connector` says.
    pub fn new(connector: &'c Connector) -> Self {
        Self {
            connector,
            transport: None,
            observers: Observers::default(),
        }
    }

    /// Lets the observer watch, from the greeting on.
    pub fn observe(mut self, observer: Box<dyn Observer + Send>) -> Self {
        self.observers = Observers(Some(observer));
        self
    }

    /// Over this transport, which is connected: see [`over`].
    pub fn over<T>(mut self, transport: T) -> Self
    where
        T: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        self.transport = Some(Box::new(transport));
        self
    }

    /// [`connect`]
    ///
    /// # Errors
    ///
    /// [`ConnectError`].
    pub async fn connect(self) -> Result<(Client, Connection), ConnectError> {
        let clock = Clock::start();
        let mut connecting = match self.transport {
            Some(_) => Connecting::over(self.connector, clock.now()),
            None => Connecting::new(self.connector, clock.now()),
        }?;
        let (host, port) = connecting.host();
        let span = tracing::debug_span!("imap", host, port);
        let until = clock.at(connecting.until());
        let transport = timeout_at(until, prepared(&mut connecting, self.transport)).await;
        let transport = transport.map_err(|_| connecting.late(None, clock.now()))?;
        let transport = transport.map_err(|error| connecting.failed(error))?;

        let desk = connecting.session(clock.now()).without(Layer::Deflate);
        let shared = Shared::new(State::new(desk, clock, self.observers));
        let client = Client::new(Arc::clone(&shared));
        let mut driver = Driver::new(transport);
        let opened = poll_fn(|cx| {
            let state = &mut *shared.lock();
            // If the connection ends, opening has failed.
            let _ = driver.poll(state, cx);
            state.desk.take_opened().map_or(Poll::Pending, Poll::Ready)
        });
        match timeout_at(until, opened.instrument(span.clone())).await {
            Ok(opened) => opened?,
            Err(_) => return Err(connecting.late(Some(&shared.lock().desk), clock.now())),
        }
        let connection = Connection {
            driver,
            shared,
            span,
        };
        Ok((client, connection))
    }
}

/// The transport on which the session is opened.
async fn prepared(
    connecting: &mut Connecting<'_>,
    connected: Option<Box<dyn Io>>,
) -> io::Result<Transport> {
    let mut stream = match connected {
        Some(stream) => stream,
        None => reach(connecting).await?,
    };
    if connecting.step() == Step::Handshake {
        stream = handshake(connecting.tls(), stream).await?;
        connecting.done();
    }
    let tls = connecting.tls();
    let upgrade = Box::new(|below| -> Handshake { Box::pin(handshake(tls, below)) });
    Ok(Transport::new(stream, upgrade))
}

async fn handshake(tls: Tls, below: Box<dyn Io>) -> io::Result<Box<dyn Io>> {
    let connector = TlsConnector::from(tls.config()?);
    let stream = connector.connect(tls.name()?, below).await?;
    tls.shaken(stream.get_ref().1);
    Ok(Box::new(stream))
}

/// The first connection to one of the host's addresses that stands. [`Attempts`] decides which is tried when.
async fn reach(connecting: &mut Connecting<'_>) -> io::Result<Box<dyn Io>> {
    let addresses = lookup_host(connecting.host()).await?;
    connecting.done();
    let stream = race(Attempts::new(addresses)).await?;
    connecting.done();
    // Commands are small, and each is waited for. If the option cannot be set, the transport is only slower.
    let _ = stream.set_nodelay(true);
    Ok(Box::new(stream))
}

async fn race(mut attempts: Attempts) -> io::Result<TcpStream> {
    let clock = Clock::start();
    let mut running = JoinSet::new();
    loop {
        let until = match attempts.next(clock.now()) {
            Attempt::Start(address) => {
                running.spawn(TcpStream::connect(address));
                continue;
            }
            Attempt::WaitUntil(until) => until,
            Attempt::Failed(error) => return Err(error),
        };
        let ended = match until {
            Some(until) => timeout_at(clock.at(until), running.join_next()).await,
            None => Ok(running.join_next().await),
        };
        match ended {
            Ok(Some(Ok(Ok(stream)))) => return Ok(stream),
            Ok(Some(Ok(Err(error)))) => attempts.failed(error),
            Ok(Some(Err(error))) => attempts.failed(error.into()),
            // It is time for the next.
            Ok(None) | Err(_) => {}
        }
    }
}
