//! The loop of the core's first page, around a socket that does not block.
//!
//! Events come first. Then it reads once and writes once, as far as that is possible at once. Only if neither moves anything, it
//! sleeps until the socket is ready for one of them, or until the deadline of [`poll_timeout`](ClientConnection::poll_timeout).
//! So neither direction waits for the other, and two full socket buffers cannot lock each other. A TLS handshake runs in the
//! same loop.

use std::io;
use std::sync::Arc;

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, CommandHandle, Event};

use crate::clock::Clock;
use crate::transport::{Transport, is_for_later};

const READ: usize = 16 << 10;

/// What is above a connection.
pub(crate) trait Application {
    /// Takes an event. Returns a command whose answer is not wanted any more.
    fn event(&mut self, event: Event<'_>) -> Option<CommandHandle>;
}

pub(crate) struct Driver {
    pub(crate) connection: ClientConnection,
    pub(crate) clock: Clock,
    transport: Box<dyn Transport>,
    /// How the transport failed.
    pub(crate) failure: Option<Arc<io::Error>>,
}

/// For the application.
impl Driver {
    pub(crate) fn new(
        connection: ClientConnection,
        clock: Clock,
        transport: Box<dyn Transport>,
    ) -> Self {
        Self {
            connection,
            clock,
            transport,
            failure: None,
        }
    }

    /// One turn of the loop: takes an event, or moves octets, or waits, at the longest until `limit`.
    pub(crate) fn turn(&mut self, app: &mut impl Application, limit: Option<Instant>) {
        if !self.deliver(app) && !self.exchange() {
            self.wait(limit);
        }
    }

    /// Makes a call to the connection, after telling it what has arrived and what time it is.
    pub(crate) fn tell<T>(
        &mut self,
        app: &mut impl Application,
        what: impl FnOnce(&mut ClientConnection, Instant) -> T,
    ) -> T {
        self.catch_up(app);
        let now = self.clock.advance();
        what(&mut self.connection, now)
    }

    /// Reads and writes as much as is possible without waiting.
    pub(crate) fn catch_up(&mut self, app: &mut impl Application) {
        loop {
            self.drain(app);
            if !self.exchange() || self.clock.is_up_to_date() {
                break;
            }
        }
        self.drain(app);
    }

    /// Takes all events.
    pub(crate) fn drain(&mut self, app: &mut impl Application) {
        while self.deliver(app) {}
    }

    /// Takes the next event and does what it asks of the driver. Returns whether there was one.
    fn deliver(&mut self, app: &mut impl Application) -> bool {
        let Some(event) = self.connection.poll_event() else {
            return false;
        };
        let layer = match &event {
            Event::Upgrade { layer, .. } => Some(*layer),
            _ => None,
        };
        let closed = matches!(event, Event::Closed(_));
        let unwanted = app.event(event);
        if let Some(Err(error)) = layer.map(|layer| self.transport.upgrade(layer)) {
            self.fail(error);
        }
        if let Some(handle) = unwanted {
            // The command is open: its event has just come.
            let _ = self.connection.cancel(handle, self.clock.told());
        }
        if closed {
            self.transport.close();
        }
        true
    }
}

/// For the connection.
impl Driver {
    /// Reads once and writes once, without waiting. Returns whether anything moved.
    pub(crate) fn exchange(&mut self) -> bool {
        let upgraded = self.upgraded();
        let read = self.read();
        let wrote = self.write();
        upgraded || read || wrote
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

    fn end(&self, limit: Option<Instant>) -> Option<Instant> {
        let deadline = self.connection.poll_timeout().map(|deadline| deadline.at);
        deadline.into_iter().chain(limit).min()
    }

    fn upgraded(&mut self) -> bool {
        match self.transport.upgraded() {
            // The connection has asked for it: this answers `Event::Upgrade`.
            Ok(()) => drop(self.connection.handle_upgraded(self.clock.advance())),
            Err(error) if is_for_later(&error) => return false,
            Err(error) => self.fail(error),
        }
        true
    }

    fn read(&mut self) -> bool {
        if !self.connection.wants_read() {
            self.connection.handle_timeout(self.clock.advance());
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
                // Octets that the server sent before it went away are still read: they may say more (BYE).
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
