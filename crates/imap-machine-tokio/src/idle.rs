//! IDLE.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use imap_machine::client::desk::{CommandError, IdleItem, Update};

use crate::reading::Reading;

/// An IDLE (RFC 2177), made by [`Client::idle`](crate::Client::idle).
///
/// As a stream it gives everything that the server says on its own account (a new message is an EXISTS), from the moment of
/// [`idle`](crate::Client::idle) on: also what comes before the server idles. [`Event::Idling`](imap_machine::client::Event::Idling) says
/// that it does. Each [`Updates`](crate::Updates) gets the same news besides, so a program that listens to both hears each EXISTS twice.
///
/// News that are not taken are held up to
/// [`Pace::news`](imap_machine::client::desk::Pace::news) octets; beyond that the oldest are dropped, and an item says how many.
///
/// It ends with [`done`](Self::done), when any clone of the client sends another command, when its time is up (see
/// [`refreshing`](imap_machine::client::CommandOptions::refreshing)), or when the server ends it. If it does not end with OK, the
/// last item is the error. Dropping it ends the IDLE as well.
#[derive(Debug)]
#[must_use = "dropping it ends the IDLE"]
pub struct Idle(pub(crate) Reading);

impl Idle {
    /// The next news; `None` when the IDLE has ended with OK, or its error has been taken. Cancel safe.
    pub async fn next(&mut self) -> Option<Result<Update, CommandError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Ends the IDLE and waits until the server has ended it. News that have not been taken by then are discarded.
    ///
    /// # Errors
    ///
    /// How the IDLE ended, if not with OK.
    pub async fn done(mut self) -> Result<(), CommandError> {
        self.stop();
        while let Some(update) = self.next().await {
            update?;
        }
        Ok(())
    }

    /// Asks for the end of the IDLE. News that arrive until then are still in the stream.
    pub fn stop(&self) {
        if let Some(handle) = self.0.handle() {
            // If the IDLE has ended already, there is nothing to do.
            let _ = self.0.shared.call(|desk, now| desk.done(handle, now));
        }
    }
}

impl Stream for Idle {
    type Item = Result<Update, CommandError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(handle) = self.0.handle() else {
            return Poll::Ready(self.0.end().map(Err));
        };
        let heard = self.0.shared.lock().desk.poll_idle(handle, cx.waker());
        Poll::Ready(match ready!(heard) {
            IdleItem::Update(update) => Some(Ok(update)),
            IdleItem::End(end) => {
                self.0.end();
                end.err().map(Err)
            }
        })
    }
}
