//! What a connection and its clients share: the desk, under one lock.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use imap_machine::Instant;
use imap_machine::client::desk::{Delivered, Desk, SourceError};
use imap_machine::client::{CommandHandle, Event};
use tokio::io::{AsyncRead, ReadBuf};

use crate::clock::Clock;
use crate::observer::Observers;

// How many events are delivered at a time, so that a flood does not hold up the wire. They are few, since memory that is used
// again soon is cheaper: with 256 a row of FETCH cost 150 instructions more, most of them malloc's.
const EVENTS: usize = 64;

#[derive(Debug)]
pub(crate) struct Shared(Mutex<State>);

pub(crate) struct State {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) observers: Observers,
    /// Whether there is a client.
    pub(crate) has_client: bool,
    /// Whether the connection has been polled.
    pub(crate) is_driven: bool,
    /// Whether TLS has to be set up now.
    pub(crate) wants_tls: bool,
    /// Messages that are read while they are sent.
    pub(crate) sources: Vec<(CommandHandle, Source)>,
}

/// The message of an APPEND.
pub(crate) type Source = Pin<Box<dyn AsyncRead + Send>>;

impl Shared {
    pub(crate) fn new(state: State) -> Arc<Self> {
        Arc::new(Self(Mutex::new(state)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // An observer of the caller's may panic. The desk is whole even so.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A call to the desk, at the present time.
    pub(crate) fn call<R>(&self, call: impl FnOnce(&mut Desk, Instant) -> R) -> R {
        let state = &mut *self.lock();
        let now = state.clock.now();
        call(&mut state.desk, now)
    }
}

impl State {
    pub(crate) const fn new(desk: Desk, clock: Clock, observers: Observers) -> Self {
        Self {
            desk,
            clock,
            observers,
            has_client: true,
            is_driven: false,
            wants_tls: false,
            sources: Vec::new(),
        }
    }

    /// Gives events to their readers. Returns whether there may be more.
    pub(crate) fn deliver(&mut self, now: Instant) -> bool {
        let observers = &mut self.observers;
        let mut observe = |event: &Event<'_>| observers.event(event, now);
        let mut delivered = 0;
        while delivered < EVENTS {
            let rows = self.desk.poll_rows(now, &mut observe);
            delivered += rows.max(1);
            if rows > 0 {
                continue;
            }
            match self.desk.poll(now, &mut observe) {
                // The desk refuses commands that ask for another layer.
                Some(Delivered::Upgrade(_)) => self.wants_tls = true,
                Some(Delivered::Event | Delivered::Closed) => {}
                None => return false,
            }
        }
        true
    }

    /// Acts on deadlines that have passed, for a client whose connection is not polled.
    pub(crate) fn expire(&mut self) {
        let now = self.clock.now();
        self.desk.handle_timeout(now);
        while self.deliver(now) {}
    }

    /// Reads more of the message that the connection wants to send. Returns whether anything came of it.
    pub(crate) fn poll_supply(&mut self, now: Instant, cx: &mut Context<'_>) -> bool {
        let mut sources = self.sources.iter_mut();
        self.desk.supply(now, |handle, space| {
            let source = sources.find(|(of, _)| *of == handle);
            let (_, source) = source.ok_or(SourceError::Absent)?;
            let mut space = ReadBuf::new(space);
            let read = ready!(source.as_mut().poll_read(cx, &mut space));
            let read = read.map_err(|error| SourceError::Read(Arc::new(error)));
            Poll::Ready(read.map(|()| space.filled().len()))
        })
    }

    /// A command that has ended needs no message any more.
    pub(crate) fn forget_source(&mut self, handle: CommandHandle) {
        self.sources.retain(|(of, _)| *of != handle);
    }

    /// Without clients and commands there is nothing left to do. Returns whether the connection ends for that reason now.
    pub(crate) fn close_if_unused(&mut self, now: Instant) -> bool {
        let is_unused = !self.has_client && self.desk.connection().open_commands() == 0;
        let closes = is_unused && self.desk.closed().is_none();
        if closes {
            self.desk.close(now);
        }
        closes
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.desk.fmt(f)
    }
}
