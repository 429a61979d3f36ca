//! Reaching a host with several addresses, some of which may not answer (RFC 8305, "Happy Eyeballs").

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use imap_machine_connect::{CONNECTION_ATTEMPT_DELAY, interleaved};

/// The first connection that succeeds. `TimedOut` if there is none in time.
pub(crate) fn connect(
    addresses: impl Iterator<Item = SocketAddr>,
    until: Instant,
) -> io::Result<TcpStream> {
    race(interleaved(addresses), until, |address, span| {
        TcpStream::connect_timeout(&address, span)
    })
}

/// Starts an attempt with each address, when the attempt before it has failed or has had its head start. All go on until one
/// succeeds or all have failed.
///
/// An attempt blocks, so each has a thread. An attempt that is not needed any more ends by itself, at the latest when the time is
/// up, and closes its connection if it has one.
fn race<C: Send + 'static>(
    addresses: Vec<SocketAddr>,
    until: Instant,
    attempt: impl Fn(SocketAddr, Duration) -> io::Result<C> + Copy + Send + 'static,
) -> io::Result<C> {
    let (results, ended) = mpsc::channel();
    let mut addresses = addresses.into_iter();
    let mut running = 0;
    let mut failure = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if let Some(address) = addresses.next() {
            let results = results.clone();
            // If another attempt was first, the receiver is gone.
            let run = move || drop(results.send(attempt(address, left)));
            let thread = thread::Builder::new().name("imap connect".to_owned());
            match thread.spawn(run) {
                Ok(_) => running += 1,
                Err(error) => {
                    failure = error;
                    continue;
                }
            }
        }
        if running == 0 {
            return Err(failure);
        }
        let patience = match addresses.len() {
            0 => left,
            _ => left.min(CONNECTION_ATTEMPT_DELAY),
        };
        match ended.recv_timeout(patience) {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => {
                failure = error;
                running -= 1;
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    /// The result of the attempt with each port.
    const SILENT: u16 = 0;
    const REFUSES: u16 = 1;
    const STANDS: u16 = 2;

    fn raced(ports: &[u16], limit: Duration) -> io::Result<u16> {
        let addresses = ports
            .iter()
            .map(|port| SocketAddr::from(([127, 0, 0, 1], *port)));
        let until = Instant::now() + limit;
        race(addresses.collect(), until, |address, span| {
            match address.port() {
                // As long as the test runs.
                SILENT => {
                    thread::sleep(span);
                    Err(io::ErrorKind::TimedOut.into())
                }
                REFUSES => Err(io::ErrorKind::ConnectionRefused.into()),
                port => Ok(port),
            }
        })
    }

    #[test]
    fn silence_does_not_prevent_the_next() {
        assert_eq!(raced(&[SILENT, SILENT, STANDS], LONG).unwrap(), STANDS);
        assert_eq!(raced(&[STANDS, SILENT], LONG).unwrap(), STANDS);
    }

    #[test]
    fn refusals_are_told_when_all_have_refused() {
        assert_eq!(raced(&[REFUSES, REFUSES, STANDS], LONG).unwrap(), STANDS);
        let kind = |ports, limit| raced(ports, limit).unwrap_err().kind();
        let refused = io::ErrorKind::ConnectionRefused;
        assert_eq!(kind(&[REFUSES, REFUSES], LONG), refused);
        assert_eq!(kind(&[], LONG), io::ErrorKind::NotFound);
    }

    #[test]
    fn silence_ends_with_the_time() {
        let kind = |ports| raced(ports, Duration::from_millis(300)).unwrap_err().kind();
        assert_eq!(kind(&[SILENT]), io::ErrorKind::TimedOut);
        assert_eq!(
            kind(&[REFUSES, SILENT, SILENT, SILENT]),
            io::ErrorKind::TimedOut
        );
    }
}
