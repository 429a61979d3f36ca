//! Events that answer no command.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use imap_machine::client::desk::{Listener, Update};

use crate::state::Shared;

/// A stream of events that belong to no command which is still being read: new messages, expunged messages, changed flags,
/// warnings, the end; and every ALERT. Made by [`Client::updates`](crate::Client::updates).
///
/// An [`Idle`](crate::Idle) takes nothing away from it: the same EXISTS comes here and there.
///
/// Events that are not taken are held, up to [`Pace::news`](imap_machine::client::desk::Pace::news) octets. Beyond that the
/// oldest are dropped, and an item says how many. The stream ends with the connection.
#[derive(Debug)]
pub struct Updates {
    pub(crate) shared: Arc<Shared>,
    pub(crate) listener: Listener,
}

impl Updates {
    /// The next item; `None` when the connection is closed.
    pub async fn next(&mut self) -> Option<Update> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Updates {
    type Item = Update;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Update>> {
        let desk = &mut self.shared.lock().desk;
        desk.poll_news(&self.listener, cx.waker())
    }
}

impl Drop for Updates {
    fn drop(&mut self) {
        self.shared.lock().desk.dismiss_listener(&self.listener);
    }
}
