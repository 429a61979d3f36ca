//! What a connection and its clients share: the desk, under one lock.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use imap_machine::client::desk::{Delivered, Desk, SourceError};
use imap_machine::client::session::Opening;
use imap_machine::client::{CommandHandle, Event};
use imap_machine::{Instant, Layer};
use tokio::io::{AsyncRead, ReadBuf};

use crate::clock::Clock;
use crate::observer::Observers;

// How many events are delivered at a time, so that a flood does not hold up the wire.
const EVENTS: usize = 256;

pub(crate) struct Shared(Mutex<State>);

pub(crate) struct State {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) observers: Observers,
    /// How many clients there are.
    pub(crate) clients: usize,
    /// Whether the connection has been polled.
    pub(crate) is_driven: bool,
    /// The layer that the connection has asked for.
    upgrade: Option<Layer>,
    /// Messages that are read while they are sent.
    sources: BTreeMap<CommandHandle, Source>,
}

/// The message of an APPEND.
pub(crate) struct Source {
    pub(crate) reader: Pin<Box<dyn AsyncRead + Send>>,
    /// Octets that are still to be read.
    pub(crate) missing: u64,
}

/// How many events there were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Events {
    None,
    All,
    /// There may be more.
    Many,
}

impl Shared {
    pub(crate) fn new(state: State) -> Arc<Self> {
        Arc::new(Self(Mutex::new(state)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // An observer of the caller's may panic. The desk is whole even so.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    pub(crate) const fn new(desk: Desk, clock: Clock, observers: Observers) -> Self {
        Self {
            desk,
            clock,
            observers,
            clients: 0,
            is_driven: false,
            upgrade: None,
            sources: BTreeMap::new(),
        }
    }

    /// Gives events to their readers, and shows them to `opening`.
    pub(crate) fn deliver(&mut self, mut opening: Option<&mut Opening>, now: Instant) -> Events {
        let observers = &mut self.observers;
        let mut observe = |event: &Event<'_>| {
            observers.event(event, now);
            if let Some(opening) = &mut opening {
                opening.observe(event);
            }
        };
        let mut delivered = 0;
        while delivered < EVENTS {
            let rows = self.desk.poll_rows(now, &mut observe);
            delivered += rows;
            if rows > 0 {
                continue;
            }
            match self.desk.poll(now, &mut observe) {
                Some(Delivered::Upgrade(layer)) => self.upgrade = Some(layer),
                Some(Delivered::Event | Delivered::Closed) => {}
                None if delivered == 0 => return Events::None,
                None => return Events::All,
            }
            delivered += 1;
        }
        Events::Many
    }

    /// Acts on deadlines that have passed, for a client whose connection is not polled.
    pub(crate) fn expire(&mut self) {
        let now = self.clock.now();
        self.desk.handle_timeout(now);
        while self.deliver(None, now) == Events::Many {}
    }

    /// The layer that has to be set up now.
    pub(crate) fn take_upgrade(&mut self) -> Option<Layer> {
        self.upgrade.take()
    }

    /// The message of this command is read from `source`.
    pub(crate) fn supply_from(&mut self, handle: CommandHandle, source: Source) {
        self.sources.insert(handle, source);
    }

    /// Reads more of the message that the connection wants to send. Returns whether anything came of it.
    pub(crate) fn poll_supply(&mut self, now: Instant, cx: &mut Context<'_>) -> bool {
        let handle = match self.desk.connection().wants_supply() {
            Some((handle, room)) if room > 0 && self.desk.has_reader(handle) => handle,
            _ => return false,
        };
        let error = match self.poll_source(handle, now, cx) {
            Poll::Pending => return false,
            Poll::Ready(Ok(0)) => {
                self.sources.remove(&handle);
                return true;
            }
            Poll::Ready(Ok(_)) => return true,
            Poll::Ready(Err(error)) => error,
        };
        self.sources.remove(&handle);
        self.desk.source_failed(handle, error, now);
        true
    }

    /// Returns how many octets of the message are missing.
    fn poll_source(
        &mut self,
        handle: CommandHandle,
        now: Instant,
        cx: &mut Context<'_>,
    ) -> Poll<Result<u64, SourceError>> {
        let Some(source) = self.sources.get_mut(&handle) else {
            return Poll::Ready(Err(SourceError::Absent));
        };
        let Ok(space) = self.desk.supply_space(handle) else {
            return Poll::Pending;
        };
        let mut space = ReadBuf::new(space);
        let read = source.reader.as_mut().poll_read(cx, &mut space);
        let octets = space.filled().len();
        Poll::Ready(match read {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Err(error)) => Err(SourceError::Read(Arc::new(error))),
            Poll::Ready(Ok(())) if octets == 0 => {
                let missing = source.missing;
                Err(SourceError::Short { missing })
            }
            Poll::Ready(Ok(())) => {
                source.missing = source.missing.saturating_sub(octets as u64);
                // The connection asked for these octets, so it takes them.
                let _ = self.desk.supplied(handle, octets, now);
                Ok(source.missing)
            }
        })
    }

    /// Without clients and commands there is nothing left to do. Returns whether the connection ends for that reason now.
    pub(crate) fn close_if_unused(&mut self, now: Instant) -> bool {
        let is_unused = self.clients == 0 && self.desk.connection().open_commands() == 0;
        let closes = is_unused && self.desk.closed().is_none();
        if closes {
            self.desk.close(now);
        }
        closes
    }

    /// The reader of this command has gone.
    pub(crate) fn abandon(&mut self, handle: CommandHandle) {
        self.forget(handle);
        let now = self.clock.now();
        // Its end may have been taken.
        let _ = self.desk.abandon(handle, now);
    }

    /// A command that has ended needs no message any more.
    pub(crate) fn forget(&mut self, handle: CommandHandle) {
        self.sources.remove(&handle);
    }
}
