//! The state that a connection shares with its clients.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, Event, NotSent};
use imap_machine::error::ApiMisuse;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::error::{Closed, CommandError};
use crate::request::Request;
use crate::updates::Feed;

pub(crate) struct Shared {
    /// How many octets of an answer are held for a reader.
    pub(crate) hold: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    life: Life,
    feeds: Vec<Weak<Feed>>,
}

#[derive(Default)]
enum Life {
    #[default]
    Open,
    Closed(Closed),
    /// It ended without an outcome: it panicked.
    Gone,
}

impl Shared {
    pub(crate) fn new(hold: usize) -> Arc<Self> {
        Arc::new(Self {
            hold,
            state: Mutex::default(),
        })
    }

    /// Hands a request to the connection. If there is none any more, the request is answered all the same.
    pub(crate) fn submit(&self, connection: &UnboundedSender<Request>, request: Request) {
        // Under the lock, so that no request can come after the last one that a closing connection takes.
        let state = self.lock();
        let refused = match &state.life {
            Life::Open => connection.send(request).err().map(|unsent| unsent.0),
            Life::Closed(_) | Life::Gone => Some(request),
        };
        let error = state.life.not_sent();
        drop(state);
        if let Some(request) = refused {
            request.refuse(error);
        }
    }

    /// Has the connection make a call at once, and waits for the result. The call is made even if the result is not awaited.
    pub(crate) fn call<R, C>(
        self: &Arc<Self>,
        connection: &UnboundedSender<Request>,
        call: C,
    ) -> impl Future<Output = Result<R, CommandError>> + Send + use<R, C>
    where
        R: Send + 'static,
        C: FnOnce(&mut ClientConnection, Instant) -> R + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let call = Box::new(move |core: &mut ClientConnection, now| {
            // The caller may be gone.
            let _ = answer.send(call(core, now));
        });
        self.submit(connection, Request::Call(call));
        let shared = Arc::clone(self);
        async move { answered.await.map_err(|_| shared.gone()) }
    }

    fn gone(&self) -> CommandError {
        match &self.lock().life {
            Life::Closed(closed) => CommandError::Closed(closed.clone()),
            Life::Open | Life::Gone => ApiMisuse::Closed.into(),
        }
    }

    /// The connection is over, and takes no requests from now on. `None` when it cannot say why. The first reason stays.
    pub(crate) fn close(&self, closed: Option<&Closed>) {
        let mut state = self.lock();
        if let Life::Open = state.life {
            state.life = closed.map_or(Life::Gone, |closed| Life::Closed(closed.clone()));
        }
        let feeds = std::mem::take(&mut state.feeds);
        drop(state);
        for feed in feeds.iter().filter_map(Weak::upgrade) {
            feed.end();
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        !matches!(self.lock().life, Life::Open)
    }

    /// How a command ends that comes too late.
    pub(crate) fn not_sent(&self) -> CommandError {
        self.lock().life.not_sent()
    }

    pub(crate) fn subscribe(&self) -> Arc<Feed> {
        let feed = Feed::new(self.hold);
        let mut state = self.lock();
        match state.life {
            Life::Open => state.feeds.push(Arc::downgrade(&feed)),
            Life::Closed(_) | Life::Gone => feed.end(),
        }
        feed
    }

    pub(crate) fn publish(&self, event: &Event<'_>) {
        self.lock().feeds.retain(|feed| match feed.upgrade() {
            Some(feed) => {
                feed.push(event);
                true
            }
            None => false,
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Life {
    fn not_sent(&self) -> CommandError {
        match self {
            Self::Closed(closed) => CommandError::NotSent(NotSent::Closed(closed.end.clone())),
            Self::Open | Self::Gone => ApiMisuse::Closed.into(),
        }
    }
}
