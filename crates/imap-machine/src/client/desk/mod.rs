//! The desk: what stands between a connection and the calls of an application, without I/O.
//!
//! A [`Desk`] owns a [`ClientConnection`] and gives each event to its reader. There are three kinds of readers:
//!
//! * a *typed answer* ([`send`](Desk::send)) is folded into its value as the events arrive, and no event is held;
//! * a *stream* ([`stream`](Desk::stream)) holds events until its reader takes them. While one is full the connection does not
//!   read ([`Pace`]);
//! * a *listener* ([`listen`](Desk::listen)) gets the news: what the server says on its own account. A listener that is full loses
//!   its oldest events and is told how many. An IDLE ([`idle`](Desk::idle)) has a listener of its own.
//!
//! A typed answer may take a *course* of several commands, which have one value and one end: the parts of a set that is too long for one
//! line, the rest that a server with MESSAGELIMIT has left out (RFC 9738), the COPY, STORE and UID EXPUNGE that stand for a UID MOVE
//! (RFC 6851 section 3.3), or the same search in another charset after BADCHARSET. A deadline holds for the whole course. A stream is of one
//! command.
//!
//! [`Desk::opening`] also opens the session, before there are readers.
//!
//! An adapter moves octets and calls [`poll`](Desk::poll) until it returns `None`. It may call [`poll_rows`](Desk::poll_rows) before
//! each: rows reach their reader many at a time then. Readers that have to wait leave a
//! [`Waker`]; a blocking adapter passes [`Waker::noop`].

mod addressee;
mod answering;
mod calls;
mod course;
mod download;
mod driving;
mod entrance;
mod error;
mod inbox;
#[cfg(feature = "std")]
mod io_error;
mod listening;
mod opening;
mod pace;
mod readers;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use core::fmt;
use core::task::Waker;

use crate::client::closed::Closed;
use crate::client::command::CommandHandle;
use crate::client::connection::ClientConnection;
use crate::instant::Instant;
use crate::upgrade::Layer;

use entrance::Entrance;
use listening::Listening;
use pace::{Flow, Turn};
use readers::Readers;

pub use answering::Ticket;
pub use calls::{IdleItem, Item};
pub use download::{DownloadError, DownloadFailure, SectionOctets};
pub use driving::Delivered;
pub use error::{CommandError, Overflow, Reason, Refused, SourceError};
// For tests of memory.
#[doc(hidden)]
pub use inbox::held_octets;
pub use listening::{Listener, Update};
pub use pace::Pace;

/// A connection and its readers.
///
/// Methods that take `now` may give the connection work: they wake the task that drives it
/// ([`driven_by`](Self::driven_by)).
pub struct Desk {
    connection: ClientConnection,
    readers: Readers,
    listening: Listening,
    flow: Flow,
    driver: Option<Waker>,
    closed: Option<Closed>,
    entrance: Option<Box<Entrance>>,
    /// A layer that the adapter cannot set up.
    missing: Option<Layer>,
}

impl Desk {
    /// A desk for this connection.
    #[must_use]
    pub fn new(connection: ClientConnection, pace: Pace) -> Self {
        Self {
            connection,
            readers: Readers::default(),
            listening: Listening::new(pace.news),
            flow: Flow::new(pace),
            driver: None,
            closed: None,
            entrance: None,
            missing: None,
        }
    }

    /// The same for an adapter that cannot set up this layer: a command that asks for it is not sent, and ends with
    /// [`CommandError::Unsupported`].
    #[must_use]
    pub const fn without(mut self, layer: Layer) -> Self {
        self.missing = Some(layer);
        self
    }

    /// The connection, for calls that the desk does not have. Take its events with [`poll`](Self::poll), never with
    /// [`ClientConnection::poll_event`]: what that returns is lost for its readers.
    pub const fn connection_mut(&mut self) -> &mut ClientConnection {
        &mut self.connection
    }

    /// The connection, to look at.
    #[must_use]
    pub const fn connection(&self) -> &ClientConnection {
        &self.connection
    }

    /// Why the connection ended, once it has.
    #[must_use]
    pub const fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    /// Whether the answer of this command is read here.
    #[must_use]
    pub fn has_reader(&self, handle: CommandHandle) -> bool {
        self.readers.has(handle)
    }

    /// Octets of events that are held for readers and listeners.
    #[must_use]
    pub fn held(&self) -> usize {
        self.readers.held() + self.listening.held()
    }

    /// Whether outcomes wait for the end of the connection: who hears that it has ended finds it closed.
    fn is_ending(&self) -> bool {
        self.closed.is_none() && self.connection.is_ending()
    }

    /// Wakes the task that drives the connection.
    pub fn wake_driver(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    /// Ends the answer of a command with this error, and cancels the command.
    fn lose(&mut self, handle: CommandHandle, error: CommandError, now: Instant) {
        self.cancel(handle, now);
        self.readers.fail(handle, error);
        self.flow.forget(handle);
    }

    /// Cancels the commands of an answer.
    fn cancel(&mut self, handle: CommandHandle, now: Instant) {
        for open in self.readers.open_commands(handle) {
            // A command that has ended in between needs no cancelling.
            let _ = self.connection.cancel(open, now);
        }
    }

    /// Lets the connection read if there is room for what it reads. Ends streams whose readers others have waited for long enough.
    #[inline]
    fn keep_pace(&mut self, now: Instant) {
        // Mostly all readers have room.
        if !self.flow.is_even() {
            self.change_pace(now);
        }
    }

    fn change_pace(&mut self, now: Instant) {
        self.flow.contend(self.connection.open_commands() > 1, now);
        while let Some((handle, overflow)) = self.flow.late(now) {
            self.lose(handle, overflow.into(), now);
        }
        match self.flow.turn() {
            Some(Turn::Stop) => self.connection.pause_reading(now),
            Some(Turn::Go) => self.connection.resume_reading(now),
            None => {}
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("connection", &self.connection)
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}
