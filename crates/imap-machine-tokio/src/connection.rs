//! The connection: the future that does the work.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use imap_machine::error;
use tracing::Span;

use crate::application::Exit;
use crate::driver::{Delivered, Driver};
use crate::error::Closed;
use crate::observer::Observer;
use crate::session::Session;

/// One connection to a server. **Nothing happens unless it is polled**: spawn it, or poll it beside your own work.
///
/// It ends, and says why, when the server or the transport ends, after LOGOUT or [`Client::close`](crate::Client::close), when a
/// deadline of the connection passes, and when the last [`Client`](crate::Client) is dropped and no command is open. (It sends
/// nothing on its own account, so no LOGOUT either: call [`logout`](crate::Client::logout) to end the session properly.)
///
/// Dropping it ends the connection at once. Every open command then gets its outcome.
#[must_use = "nothing is sent or received unless the connection is polled; spawn it"]
pub struct Connection {
    driver: Driver,
    session: Session,
    span: Span,
    closed: Option<Closed>,
}

impl Connection {
    pub(crate) const fn new(driver: Driver, session: Session, span: Span) -> Self {
        let closed = None;
        Self {
            driver,
            session,
            span,
            closed,
        }
    }

    /// Lets the observer watch from now on. It replaces an earlier one. See also
    /// [`Connector::observe`](crate::Connector::observe).
    pub fn observe(mut self, observer: Box<dyn Observer + Send>) -> Self {
        self.driver.observers.0 = Some(observer);
        self
    }

    fn finish(&mut self, end: error::Closed) -> Closed {
        let failure = self.driver.failure.as_ref().map(Arc::clone);
        let closed = Closed { end, failure };
        self.session.finish(Some(&closed));
        self.closed.insert(closed).clone()
    }
}

impl Future for Connection {
    type Output = Closed;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Closed> {
        let this = &mut *self;
        if let Some(closed) = &this.closed {
            return Poll::Ready(closed.clone());
        }
        let _span = this.span.clone().entered();
        loop {
            // A session does not stop before its connection is closed.
            if let Exit::Closed(closed) = ready!(this.driver.poll(&mut this.session, cx)) {
                return Poll::Ready(this.finish(closed));
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.closed.is_some() {
            return;
        }
        self.driver.observers.0 = None;
        self.driver.core.close(self.driver.clock.now());
        loop {
            match self.driver.deliver(&mut self.session) {
                Delivered::Last(closed) => {
                    self.finish(closed);
                    return;
                }
                Delivered::Many => {}
                // The last event has been delivered, and an observer panicked.
                Delivered::None | Delivered::All => return self.session.finish(None),
            }
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("core", &self.driver.core)
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}
