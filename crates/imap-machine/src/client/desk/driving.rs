//! What the adapter does: it moves octets and time, and lets the desk give events to their readers.

use core::task::{Poll, Waker};

use super::Desk;
use super::addressee;
use super::entrance::Entrance;
use super::error::SourceError;
use super::readers::Reader;
use crate::client::closed::Failure;
use crate::client::command::CommandHandle;
use crate::client::event::{Cause, Event};
use crate::error::ApiMisuse;
use crate::instant::Instant;
use crate::upgrade::Layer;

/// What [`Desk::poll`] has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// An event has reached its readers.
    Event,
    /// The transport has to change now. Then call [`handle_upgraded`](Desk::handle_upgraded).
    Upgrade(Layer),
    /// The connection is over: [`Desk::closed`] says why.
    Closed,
}

impl Desk {
    /// This task is woken when the connection has something to do.
    pub fn driven_by(&mut self, waker: &Waker) {
        match &mut self.driver {
            Some(driver) => driver.clone_from(waker),
            None => self.driver = Some(waker.clone()),
        }
    }

    /// Gives the next event to its readers. `observe` is shown each event.
    pub fn poll(&mut self, now: Instant, observe: impl FnOnce(&Event<'_>)) -> Option<Delivered> {
        self.keep_pace(now);
        let Some(event) = self.connection.poll_event() else {
            // What it sends goes out.
            return match self.go_on_opening(now) {
                true => self.poll(now, observe),
                false => None,
            };
        };
        let mut delivered = Delivered::Event;
        let mut lost = None;
        let mut send = None;
        match &event {
            Event::Outcome { handle, outcome } => {
                self.listening.alert(*handle, outcome);
                let first = self.readers.first_of(*handle);
                match self.readers.end(*handle, outcome) {
                    Some(parts) => send = Some((first, parts)),
                    None => _ = self.flow.forget(first),
                }
            }
            Event::Upgrade { layer, .. } => delivered = Delivered::Upgrade(*layer),
            Event::Closed(closed) => {
                self.closed = Some(closed.clone());
                self.listening.tell(&event);
                self.listening.end();
                self.readers.wake_all();
                delivered = Delivered::Closed;
            }
            event => {
                let addressee = addressee::of(event);
                if addressee.hears_news {
                    self.listening.tell(event);
                }
                if addressee
                    .reader
                    .is_some_and(|handle| self.readers.brings_news(handle))
                {
                    self.listening.tell(event);
                } else if let Some(handle) = addressee.reader {
                    let handle = self.readers.first_of(handle);
                    if let Some(Reader::Idle(idle)) = self.readers.get_mut(handle) {
                        self.listening.tell_one(&idle.listener, event);
                    }
                    lost = self.readers.hand_over(handle, event, &mut self.flow, now);
                }
            }
        }
        if let Some(Entrance::Opening(opening)) = self.entrance.as_deref_mut() {
            opening.observe(&event);
        }
        // The readers have theirs already, in case it panics.
        observe(&event);
        if delivered == Delivered::Closed {
            self.go_on_opening(now);
        }
        if let Some((handle, overflow)) = lost {
            self.lose(handle, overflow.into(), now);
        }
        if let Some((first, parts)) = send {
            self.send_parts(first, parts, now);
        }
        Some(delivered)
    }

    /// Gives rows of FETCH to the reader of their command, many with one call
    /// ([`ClientConnection::poll_rows`](crate::client::ClientConnection::poll_rows)). Returns how many; if there are none, call
    /// [`poll`](Self::poll). `observe` is shown each.
    ///
    /// Who calls this before each [`poll`](Self::poll) gives the same events to the same readers in the same order.
    pub fn poll_rows(&mut self, now: Instant, observe: impl FnMut(&Event<'_>)) -> usize {
        if self.entrance.is_some() || !self.connection.may_have_rows() {
            return 0;
        }
        self.keep_pace(now);
        let Some(rows) = self.connection.poll_rows() else {
            return 0;
        };
        // News have many readers, and come one by one.
        let Cause::Solicited(handle) = rows.cause() else {
            return 0;
        };
        if self.readers.brings_news(handle) {
            return 0;
        }
        let handle = self.readers.first_of(handle);
        let flow = &mut self.flow;
        let given = self
            .readers
            .hand_over_rows(handle, rows, flow, now, observe);
        if let Some(overflow) = given.overflow {
            self.lose(handle, overflow.into(), now);
        }
        given.rows
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) and [`poll`](Self::poll) at the latest.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let connection = self.connection.poll_timeout().map(|deadline| deadline.at);
        match (connection, self.flow.deadline()) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// [`ClientConnection::handle_transport_error`](crate::client::ClientConnection::handle_transport_error)
    pub fn handle_transport_error(&mut self, error: Failure, now: Instant) {
        self.connection.handle_transport_error(error, now);
    }

    /// [`ClientConnection::handle_input`](crate::client::ClientConnection::handle_input)
    pub fn handle_input(&mut self, octets: &[u8], now: Instant) {
        self.connection.handle_input(octets, now);
    }

    /// [`ClientConnection::receive_space`](crate::client::ClientConnection::receive_space)
    pub fn receive_space(&mut self, min: usize) -> &mut [u8] {
        self.connection.receive_space(min)
    }

    /// [`ClientConnection::handle_received`](crate::client::ClientConnection::handle_received)
    pub fn handle_received(&mut self, octets: usize, now: Instant) {
        self.connection.handle_received(octets, now);
    }

    /// [`ClientConnection::handle_eof`](crate::client::ClientConnection::handle_eof)
    pub fn handle_eof(&mut self, now: Instant) {
        self.connection.handle_eof(now);
    }

    /// [`ClientConnection::handle_timeout`](crate::client::ClientConnection::handle_timeout)
    pub fn handle_timeout(&mut self, now: Instant) {
        self.connection.handle_timeout(now);
    }

    /// [`ClientConnection::handle_transmitted`](crate::client::ClientConnection::handle_transmitted)
    pub fn handle_transmitted(&mut self, octets: usize, now: Instant) {
        self.connection.handle_transmitted(octets, now);
    }

    /// [`ClientConnection::handle_upgraded`](crate::client::ClientConnection::handle_upgraded)
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NoUpgrade`].
    pub fn handle_upgraded(&mut self, now: Instant) -> Result<(), ApiMisuse> {
        self.connection.handle_upgraded(now)
    }

    /// Reads more of the message of an APPEND, if the connection wants octets of it now. `read` puts them into the space and says
    /// how many there are; none are the end of the source. A source that ends early or fails ends its command. Returns whether
    /// anything has changed.
    pub fn supply(
        &mut self,
        now: Instant,
        read: impl FnOnce(CommandHandle, &mut [u8]) -> Poll<Result<usize, SourceError>>,
    ) -> bool {
        let handle = match self.connection.wants_supply() {
            Some((handle, room)) if room > 0 && self.has_reader(handle) => handle,
            _ => return false,
        };
        let Ok(space) = self.connection.supply_space(handle) else {
            return false;
        };
        let error = match read(handle, space) {
            Poll::Pending => return false,
            Poll::Ready(Ok(0)) => SourceError::Short {
                missing: self.connection.missing_octets(),
            },
            Poll::Ready(Ok(octets)) => {
                // The connection asked for these octets, so it takes them.
                let _ = self.connection.supplied(handle, octets, now);
                return true;
            }
            Poll::Ready(Err(error)) => error,
        };
        self.lose(handle, error.into(), now);
        true
    }

    /// [`ClientConnection::transmit`](crate::client::ClientConnection::transmit)
    #[must_use]
    pub fn transmit(&self) -> &[u8] {
        self.connection.transmit()
    }
}
