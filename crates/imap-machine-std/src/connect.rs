//! Connecting: TCP, TLS, greeting, STARTTLS, login.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use imap_machine::Layer;
use imap_machine_connect::{Attempt, Attempts, ConnectError, Connecting, Connector, Step};

use crate::client::Client;
use crate::clock::Clock;
use crate::driver::Driver;
use crate::layers::{Layers, Stack, is_for_later};
use crate::transport::{Ready, Transport};

/// Connects: TCP, TLS, greeting, STARTTLS, login. When it returns, the session can be used.
///
/// The name is looked up in a thread, which ends when the system has answered. If the host has several addresses, and one does not
/// answer within 250 ms, the next one is tried beside it (RFC 8305), in a thread that ends with the attempt.
///
/// # Errors
///
/// [`ConnectError`].
pub fn connect(connector: &Connector) -> Result<Client, ConnectError> {
    let clock = Clock::start();
    let mut connecting = Connecting::new(connector, clock.now())?;
    let attempts = resolve(&connecting, &clock)?;
    connecting.done();
    let socket = reach(attempts, &connecting, &clock)?;
    connecting.done();
    open(connecting, Box::new(socket), clock)
}

/// The same over a transport that is connected already: through a proxy, or with socket options of your own. The URL still says
/// whether TLS is used, and for which name.
///
/// # Errors
///
/// [`ConnectError`].
pub fn over(
    connector: &Connector,
    transport: impl Transport + 'static,
) -> Result<Client, ConnectError> {
    let clock = Clock::start();
    let connecting = Connecting::over(connector, clock.now())?;
    open(connecting, Box::new(transport), clock)
}

/// Attempts with the host's addresses.
fn resolve(connecting: &Connecting<'_>, clock: &Clock) -> Result<Attempts, ConnectError> {
    let (host, port) = connecting.host();
    let host = host.to_owned();
    let (results, resolved) = mpsc::channel();
    beside(&results, move || (host, port).to_socket_addrs());
    match resolved.recv_timeout(connecting.until() - clock.now()) {
        Ok(Ok(addresses)) => Ok(Attempts::new(addresses)),
        Ok(Err(error)) => Err(connecting.failed(error)),
        Err(_) => Err(connecting.late(None, clock.now())),
    }
}

/// The first connection to one of the host's addresses that stands.
fn reach(
    mut attempts: Attempts,
    connecting: &Connecting<'_>,
    clock: &Clock,
) -> Result<TcpStream, ConnectError> {
    let (results, ended) = mpsc::channel();
    loop {
        let now = clock.now();
        let left = connecting.left(None, now)?;
        let until = match attempts.next(now) {
            Attempt::Start(address) => {
                // It ends after `left` has passed here, so that it is known which of the two it was.
                let span = left.saturating_add(Duration::from_secs(1));
                let attempt = move || TcpStream::connect_timeout(&address, span);
                beside(&results, attempt);
                continue;
            }
            Attempt::WaitUntil(until) => until.unwrap_or(connecting.until()),
            Attempt::Failed(error) => return Err(connecting.failed(error)),
        };
        match ended.recv_timeout(left.min(until - now)) {
            Ok(Ok(socket)) => return Ok(socket),
            Ok(Err(error)) => attempts.failed(error),
            // It is time for the next.
            Err(_) => {}
        }
    }
}

/// Does something that blocks in a thread of its own.
fn beside<T: Send + 'static>(
    results: &Sender<io::Result<T>>,
    what: impl FnOnce() -> io::Result<T> + Send + 'static,
) {
    let result = results.clone();
    // When it is too late, the receiver is gone.
    let run = move || drop(result.send(what()));
    let thread = thread::Builder::new().name("imap connect".to_owned());
    if let Err(error) = thread.spawn(run) {
        drop(results.send(Err(error)));
    }
}

/// From a transport to a session.
fn open(
    mut connecting: Connecting<'_>,
    transport: Box<dyn Transport>,
    mut clock: Clock,
) -> Result<Client, ConnectError> {
    let stack = Stack::new(transport, connecting.tls());
    let mut stack = stack.map_err(|error| connecting.failed(error))?;
    if connecting.step() == Step::Handshake {
        shake_hands(&mut stack, &connecting, &clock)?;
        connecting.done();
    }
    let desk = connecting.session(clock.advance()).without(Layer::Deflate);
    // It hears news from the greeting on: an ALERT may come with the login.
    let mut client = Client::new(Driver::new(desk, clock, Box::new(stack)));
    let driver = &mut client.driver;
    loop {
        while driver.deliver(|_| ()) {}
        if let Some(opened) = driver.desk.take_opened() {
            opened?;
            return Ok(client);
        }
        connecting.left(Some(&driver.desk), driver.clock.now())?;
        driver.turn(Some(connecting.until()), |_| ());
    }
}

fn shake_hands(
    stack: &mut Stack,
    connecting: &Connecting<'_>,
    clock: &Clock,
) -> Result<(), ConnectError> {
    let mut begun = stack.upgrade();
    loop {
        begun = match begun.and_then(|()| stack.upgraded()) {
            Err(error) if is_for_later(&error) => {
                let left = connecting.left(None, clock.now())?;
                let write = stack.wants_flush();
                stack.wait(Ready { read: true, write }, left).map(drop)
            }
            shaken => return shaken.map_err(|error| connecting.failed(error)),
        }
    }
}
