//! The loop of the core's first page, around a socket that does not block.
//!
//! Events first; then one read and one write, whatever goes at once; and only when neither goes, a sleep until the socket is
//! ready for either or the deadline of [`poll_timeout`](ClientConnection::poll_timeout) is there. So neither direction waits
//! for the other, and two full socket buffers cannot lock each other.

use std::io;
use std::sync::Arc;

use imap_machine::client::ClientConnection;
use imap_machine::{Instant, Layer};

use crate::clock::Clock;
use crate::tls::Tls;
use crate::transport::{Transport, is_for_later};

const READ: usize = 16 << 10;

pub(crate) struct Driver {
    pub(crate) connection: ClientConnection,
    pub(crate) clock: Clock,
    pub(crate) transport: Transport,
    /// How the transport failed.
    pub(crate) failure: Option<Arc<io::Error>>,
    tls: Tls,
}

impl Driver {
    pub(crate) const fn new(
        connection: ClientConnection,
        clock: Clock,
        transport: Transport,
        tls: Tls,
    ) -> Self {
        Self {
            connection,
            clock,
            transport,
            failure: None,
            tls,
        }
    }

    /// Reads once and writes once, without waiting. Whether any octet moved.
    pub(crate) fn exchange(&mut self) -> bool {
        let read = self.read();
        let wrote = self.write();
        read || wrote
    }

    /// Sleeps until something can be read or written, or until a deadline or `limit`.
    pub(crate) fn wait(&mut self, limit: Option<Instant>) {
        // Without a deadline there is nothing to wait for.
        let Some(end) = self.end(limit) else {
            return;
        };
        let span = end - self.clock.now();
        let write = !self.connection.transmit().is_empty() || self.transport.wants_flush();
        if let Err(error) = self.transport.wait(write, span) {
            self.fail(error);
        }
    }

    /// Puts a layer under the connection, until `limit` at the latest.
    pub(crate) fn upgrade(&mut self, layer: Layer, limit: Option<Instant>) {
        let end = self.end(limit).unwrap_or(self.clock.told());
        let end = self.clock.system(end);
        let upgraded = match layer {
            Layer::Tls => match self.tls.begin() {
                Ok(tls) => self.transport.secure(tls, end),
                Err(error) => Err(error.into()),
            },
            Layer::Deflate => Err(io::ErrorKind::Unsupported.into()),
        };
        let now = self.clock.advance();
        match upgraded {
            // That it was asked for is known: this answers `Event::Upgrade`.
            Ok(()) => drop(self.connection.handle_upgraded(now)),
            Err(error) => self.fail(error),
        }
    }

    fn end(&self, limit: Option<Instant>) -> Option<Instant> {
        let deadline = self.connection.poll_timeout().map(|deadline| deadline.at);
        deadline.into_iter().chain(limit).min()
    }

    fn read(&mut self) -> bool {
        if !self.connection.wants_read() {
            return false;
        }
        let space = self.connection.receive_space(READ);
        let room = space.len();
        match self.transport.read(space) {
            Ok(0) => self.connection.handle_eof(self.clock.advance()),
            Ok(octets) => {
                let now = self.clock.read(octets, octets < room);
                self.connection.handle_received(octets, now);
            }
            Err(error) if !is_for_later(&error) => self.fail(error),
            Err(_) if self.failure.is_some() => {
                let now = self.clock.advance();
                self.connection.handle_transport_failed(now);
            }
            Err(_) => {
                self.connection.handle_timeout(self.clock.advance());
                return false;
            }
        }
        true
    }

    fn write(&mut self) -> bool {
        if self.failure.is_some() {
            return false;
        }
        let octets = self.connection.transmit();
        let written = match octets.is_empty() {
            true => self.transport.flush().map(|()| 0),
            false => self.transport.write(octets),
        };
        match written {
            Ok(octets) => {
                self.connection
                    .handle_transmitted(octets, self.clock.told());
                octets > 0
            }
            Err(error) if is_for_later(&error) => false,
            Err(error) => {
                // What the server said before it went away is still read: it says more (BYE).
                self.failure = Some(Arc::new(error));
                true
            }
        }
    }

    fn fail(&mut self, error: io::Error) {
        self.failure.get_or_insert_with(|| Arc::new(error));
        let now = self.clock.advance();
        self.connection.handle_transport_failed(now);
    }
}
