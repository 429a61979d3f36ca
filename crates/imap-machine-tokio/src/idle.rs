//! IDLE.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use imap_machine::client::CommandHandle;
use imap_machine::client::desk::{CommandError, IdleItem, Update};

use crate::stage::Stage;
use crate::state::Shared;

/// An IDLE (RFC 2177), made by [`Client::idle`](crate::Client::idle).
///
/// As a stream it gives [`Event::Idling`](imap_machine::client::Event::Idling) when the server idles, then everything the server
/// says on its own account (a new message is an EXISTS). News that are not taken are held up to
/// [`Pace::news`](imap_machine::client::desk::Pace::news) octets; beyond that the oldest are dropped, and an item says how many.
///
/// It ends with [`done`](Self::done), when any clone of the client sends another command, when its time is up (see
/// [`refreshing`](imap_machine::client::CommandOptions::refreshing)), or when the server ends it. If it does not end with OK, the
/// last item is the error. Dropping it ends the IDLE as well.
#[must_use = "dropping it ends the IDLE"]
pub struct Idle {
    shared: Arc<Shared>,
    stage: Stage<CommandHandle>,
}

impl Idle {
    pub(crate) fn new(shared: Arc<Shared>, sent: Result<CommandHandle, CommandError>) -> Self {
        let stage = Stage::new(sent);
        Self { shared, stage }
    }

    /// The next news; `None` when the IDLE has ended with OK, or its error has been taken. Cancel safe.
    pub async fn next(&mut self) -> Option<Result<Update, CommandError>> {
        poll_fn(|cx| self.poll_update(cx)).await
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
        if let Stage::Open(handle) = self.stage {
            let state = &mut *self.shared.lock();
            let now = state.clock.now();
            // If the IDLE has ended already, there is nothing to do.
            let _ = state.desk.done(handle, now);
        }
    }

    fn poll_update(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Update, CommandError>>> {
        let Stage::Open(handle) = self.stage else {
            return Poll::Ready(self.stage.take_failure().map(Err));
        };
        let heard = self.shared.lock().desk.poll_idle(handle, cx.waker());
        heard.map(|heard| match heard {
            IdleItem::Update(update) => Some(Ok(update)),
            IdleItem::End(end) => {
                self.stage = Stage::Over;
                end.err().map(Err)
            }
        })
    }
}

impl Stream for Idle {
    type Item = Result<Update, CommandError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_update(cx)
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        if let Stage::Open(handle) = self.stage {
            self.shared.lock().abandon(handle);
        }
    }
}

impl fmt::Debug for Idle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idle").finish_non_exhaustive()
    }
}
