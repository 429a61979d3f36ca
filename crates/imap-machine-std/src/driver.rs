//! The loop of the core's first page, around a transport that does not block.
//!
//! Events come first, then output. Then it reads, if the transport has said that there is something to read. If nothing moves, it
//! sleeps until the transport is ready in one direction, or until the deadline of [`Desk::poll_timeout`]. So neither direction waits
//! for the other, and two full socket buffers cannot lock each other. A TLS handshake runs in the same loop.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::task::{Poll, Waker};

use imap_machine::Instant;
use imap_machine::client::desk::{Delivered, Desk, Item};
use imap_machine::client::{CommandHandle, Event, Failure};

use crate::clock::Clock;
use crate::layers::{Layers, is_for_later};
use crate::transport::Ready;

// What is read at a time while little comes, and while much comes.
const READ: usize = 2 << 10;
const READ_MUCH: usize = 64 << 10;

pub(crate) struct Driver {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    transport: Box<dyn Layers>,
    /// How writing failed. Octets that the server sent before it went away are still read: they may say more (BYE).
    failure: Option<Failure>,
    /// Whether there may be something to read.
    readable: bool,
    /// Whether the last read filled its space.
    much: bool,
}

/// For the application.
impl Driver {
    pub(crate) fn new(desk: Desk, clock: Clock, transport: Box<dyn Layers>) -> Self {
        Self {
            desk,
            clock,
            transport,
            failure: None,
            // TLS may hold octets that came with the end of its handshake.
            readable: true,
            much: false,
        }
    }

    /// The next item of a command.
    #[inline]
    pub(crate) fn poll_next(&mut self, handle: CommandHandle) -> Poll<Item> {
        let now = || self.clock.now();
        self.desk.poll_next(handle, now, Waker::noop())
    }

    /// One turn of the loop: takes an event, or moves octets, or waits for that, at the longest until `limit`.
    pub(crate) fn turn(&mut self, limit: Option<Instant>, observe: impl FnMut(&Event<'_>)) {
        if !self.deliver(observe) && !self.write() && !self.read() {
            self.wait(limit);
        }
    }

    /// A call to the desk at the present time. Then what can be written is written.
    pub(crate) fn call<R>(&mut self, call: impl FnOnce(&mut Desk, Instant) -> R) -> R {
        let now = self.present();
        let result = call(&mut self.desk, now);
        self.flush();
        result
    }

    /// The present time, for calls to the desk. Octets that have arrived count before deadlines that have passed.
    pub(crate) fn present(&mut self) -> Instant {
        let now = self.clock.now();
        if self.desk.poll_timeout().is_some_and(|at| at <= now) {
            self.catch_up();
        }
        self.clock.advance()
    }

    /// Reads and writes as much as is possible without waiting.
    pub(crate) fn catch_up(&mut self) {
        loop {
            self.flush();
            if !self.readable {
                self.wait(Some(Instant::ORIGIN));
            }
            if !self.read() || self.clock.is_up_to_date() {
                break;
            }
        }
        self.flush();
    }

    /// Takes all events, and writes as much as is possible without waiting.
    pub(crate) fn flush(&mut self) {
        while self.deliver(|_| ()) || self.write() {}
    }

    /// Takes the next rows, or the next event, and does what it asks of the driver. Returns whether there was one.
    pub(crate) fn deliver(&mut self, mut observe: impl FnMut(&Event<'_>)) -> bool {
        let now = self.clock.told();
        if self.desk.poll_rows(now, &mut observe) > 0 {
            return true;
        }
        match self.desk.poll(now, observe) {
            None => return false,
            Some(Delivered::Event) => {}
            // To TLS: the desk refuses commands that ask for another layer.
            Some(Delivered::Upgrade(_)) => {
                // The client begins the handshake.
                self.readable = true;
                if let Err(error) = self.transport.upgrade() {
                    self.fail(error);
                }
            }
            Some(Delivered::Closed) => self.transport.close(),
        }
        true
    }
}

/// For the connection.
impl Driver {
    /// Sleeps until something can be read or written, or until a deadline or `limit`.
    fn wait(&mut self, limit: Option<Instant>) {
        let deadline = self.desk.poll_timeout();
        // Without a deadline there is nothing to wait for.
        let Some(end) = deadline.into_iter().chain(limit).min() else {
            return;
        };
        let has_output = !self.desk.transmit().is_empty() || self.transport.wants_flush();
        let wanted = Ready {
            read: self.desk.connection().wants_read(),
            write: has_output && self.failure.is_none(),
        };
        let span = end - self.clock.now();
        match self.transport.wait(wanted, span) {
            Ok(Ready { read: true, .. }) => self.readable = true,
            Ok(_) => self.desk.handle_timeout(self.clock.advance()),
            Err(error) => self.fail(error),
        }
    }

    /// Reads once, if there is something to read. Returns whether that changed anything.
    fn read(&mut self) -> bool {
        if !self.readable {
            return false;
        }
        match self.transport.upgraded() {
            // The connection has asked for it: this answers `Event::Upgrade`.
            Ok(()) => drop(self.desk.handle_upgraded(self.clock.advance())),
            Err(error) if !is_for_later(&error) => self.fail(error),
            Err(_) if self.desk.connection().wants_read() => return self.receive(),
            Err(_) => {
                self.readable = false;
                return false;
            }
        }
        true
    }

    fn receive(&mut self) -> bool {
        // A connection that waits for news holds no space for them. It is small, since it has to be zeroed.
        let mut stack = [0; READ];
        let much = self.much;
        let space = match much {
            true => self.desk.receive_space(READ_MUCH),
            false => &mut stack[..],
        };
        let room = space.len();
        match self.transport.read(space) {
            Ok(0) => self.desk.handle_eof(self.clock.advance()),
            Ok(octets) => {
                self.much = octets == room;
                self.readable = self.much;
                let now = self.clock.read(!self.readable);
                match much {
                    true => self.desk.handle_received(octets, now),
                    false => self.desk.handle_input(&stack[..octets], now),
                }
            }
            Err(error) if self.failure.is_some() || !is_for_later(&error) => self.fail(error),
            Err(_) => {
                self.much = false;
                self.readable = false;
                return false;
            }
        }
        true
    }

    /// Writes once. Returns whether that changed anything.
    fn write(&mut self) -> bool {
        if self.failure.is_some() {
            return false;
        }
        match self.transport.write(self.desk.transmit()) {
            Ok(0) => false,
            Ok(octets) => {
                let now = self.clock.told();
                self.desk.handle_transmitted(octets, now);
                true
            }
            Err(error) if is_for_later(&error) => false,
            Err(error) => {
                self.failure = Some(Arc::new(error));
                self.readable = true;
                true
            }
        }
    }

    /// The first failure is told.
    fn fail(&mut self, error: io::Error) {
        let failure = self.failure.take().unwrap_or_else(|| Arc::new(error));
        let now = self.clock.advance();
        self.desk.handle_transport_error(failure, now);
    }
}

impl fmt::Debug for Driver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.desk.fmt(f)
    }
}
