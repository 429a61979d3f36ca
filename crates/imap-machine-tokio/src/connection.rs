//! The connection: the future that does the work.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use imap_machine::client::Closed;
use tracing::Span;

use crate::driver::Driver;
use crate::observer::Observer;
use crate::state::Shared;

/// One connection to a server. **Nothing happens unless it is polled**: spawn it, or poll it beside your own work.
/// ([`connect_spawned`](crate::connect_spawned) does that.)
///
/// It ends, and says why, when the server or the transport ends, after LOGOUT or [`Client::close`](crate::Client::close), when a
/// deadline of the connection passes, and when the last [`Client`](crate::Client) is dropped and no command is open. (It sends
/// nothing on its own account, so no LOGOUT either: call [`logout`](crate::Client::logout) to end the session properly.)
///
/// Dropping it ends the connection at once. Every open command then gets its outcome.
#[must_use = "nothing is sent or received unless the connection is polled; spawn it"]
pub struct Connection {
    pub(crate) driver: Driver,
    pub(crate) shared: Arc<Shared>,
    pub(crate) span: Span,
}

impl Connection {
    /// Lets the observer watch from now on. It replaces an earlier one. See also [`Dial::observe`](crate::Dial::observe).
    pub fn observe(self, observer: Box<dyn Observer + Send>) -> Self {
        self.shared.lock().observers.0 = Some(observer);
        self
    }
}

impl Future for Connection {
    type Output = Closed;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Closed> {
        let this = &mut *self;
        let _span = this.span.clone().entered();
        let state = &mut *this.shared.lock();
        state.is_driven = true;
        this.driver.poll(state, cx)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let state = &mut *self.shared.lock();
        let now = state.clock.now();
        // An observer that has panicked is not asked again.
        state.observers.0 = None;
        state.desk.close(now);
        while state.deliver(now) {}
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("desk", &self.shared.lock().desk)
            .finish_non_exhaustive()
    }
}
