//! The answer to one command, event by event.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use imap_machine::client::desk::{CommandError, Item};
use imap_machine::client::{CommandHandle, Completion, Event, Outcome, SaslAnswer};
use imap_machine::error::ApiMisuse;

use crate::stage::Stage;
use crate::state::Shared;

/// The events of one command, as a stream.
///
/// Its items are the events that answer the command, in order. The last one is [`Event::Outcome`] with OK, or the error that
/// says how the command ended; then the stream ends.
///
/// Events that are not taken are held, up to [`Pace::hold`](imap_machine::client::desk::Pace::hold) octets. Then the connection
/// stops reading until half of them are taken. If other commands wait for that longer than
/// [`Pace::patience`](imap_machine::client::desk::Pace::patience), this answer ends with
/// [`CommandError::Overflow`], and the connection goes on. Dropping it cancels the command, without waiting, and the connection goes
/// on as well. (The exception is an APPEND in the middle of its message: cancelling it ends the connection.)
#[must_use = "dropping the responses cancels the command"]
pub struct Responses {
    shared: Arc<Shared>,
    stage: Stage<CommandHandle>,
}

impl Responses {
    pub(crate) fn new(shared: Arc<Shared>, sent: Result<CommandHandle, CommandError>) -> Self {
        let stage = Stage::new(sent);
        Self { shared, stage }
    }

    /// The command's name in the events that an [`Observer`](crate::Observer) sees. `None` when it was not sent, and when it has
    /// ended.
    #[must_use]
    pub fn handle(&self) -> Option<CommandHandle> {
        self.stage.opened().copied()
    }

    /// The next event. Cancel safe: no event is lost when this future is dropped.
    pub async fn next(&mut self) -> Option<Result<Event<'static>, CommandError>> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Waits for the end of the command. Earlier events are discarded.
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub async fn outcome(mut self) -> Result<Completion<'static>, CommandError> {
        loop {
            if let Some(Item::End(end)) = poll_fn(|cx| self.poll_item(cx)).await {
                return end;
            }
        }
    }

    /// Answers an [`Event::Challenge`] of this command, an AUTHENTICATE.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when the server does not wait for an answer of this command.
    pub fn answer(&self, answer: &SaslAnswer) -> Result<(), CommandError> {
        let handle = self.handle().ok_or(ApiMisuse::NotOpen)?;
        let state = &mut *self.shared.lock();
        let now = state.clock.now();
        Ok(state.desk.answer(handle, answer, now)?)
    }

    /// `None` when the end has been taken.
    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Item>> {
        let Stage::Open(handle) = self.stage else {
            let failure = self.stage.take_failure();
            return Poll::Ready(failure.map(|error| Item::End(Err(error))));
        };
        let state = &mut *self.shared.lock();
        let now = || state.clock.now();
        let item = state.desk.poll_next(handle, now, cx.waker());
        if let Poll::Ready(Item::End(_)) = item {
            self.stage = Stage::Over;
        }
        item.map(Some)
    }

    fn poll_event(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Event<'static>, CommandError>>> {
        // Rows come by the hundred thousand, and each is large: this moves them as seldom as possible.
        if let Stage::Open(handle) = self.stage {
            let state = &mut *self.shared.lock();
            let now = || state.clock.now();
            if let Some(event) = state.desk.take_event(handle, now) {
                return Poll::Ready(Some(Ok(event)));
            }
        }
        let handle = self.handle();
        self.poll_item(cx).map(|item| {
            Some(match (item?, handle) {
                (Item::Event(event), _) => Ok(event),
                (Item::End(Ok(completion)), Some(handle)) => {
                    let outcome = Outcome::Ok(completion);
                    Ok(Event::Outcome { handle, outcome })
                }
                (Item::End(Ok(_)), None) => return None,
                (Item::End(Err(error)), _) => Err(error),
            })
        })
    }
}

impl Stream for Responses {
    type Item = Result<Event<'static>, CommandError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl Drop for Responses {
    fn drop(&mut self) {
        if let Stage::Open(handle) = self.stage {
            self.shared.lock().abandon(handle);
        }
    }
}

impl fmt::Debug for Responses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses")
            .field("handle", &self.handle())
            .finish_non_exhaustive()
    }
}
