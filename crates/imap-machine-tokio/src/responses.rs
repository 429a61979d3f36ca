//! The answer to one command, event by event.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use imap_machine::client::desk::{CommandError, Desk, Item};
use imap_machine::client::{CommandHandle, Completion, Event, Outcome, SaslAnswer};
use imap_machine::error::ApiMisuse;

use crate::reading::Reading;

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
#[derive(Debug)]
#[must_use = "dropping the responses cancels the command"]
pub struct Responses(pub(crate) Reading);

impl Responses {
    /// The command's name in the events that an [`Observer`](crate::Observer) sees. `None` when it was not sent, and when it has
    /// ended.
    #[must_use]
    pub const fn handle(&self) -> Option<CommandHandle> {
        self.0.handle()
    }

    /// The next event. Cancel safe: no event is lost when this future is dropped.
    pub async fn next(&mut self) -> Option<Result<Event<'static>, CommandError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for the end of the command. Earlier events are discarded.
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK; [`CommandError::Misuse`] when its end has been taken.
    pub async fn outcome(mut self) -> Result<Completion<'static>, CommandError> {
        while let Some(event) = self.next().await {
            if let Event::Outcome {
                outcome: Outcome::Ok(completion),
                ..
            } = event?
            {
                return Ok(completion);
            }
        }
        Err(ApiMisuse::NotOpen.into())
    }

    /// Answers an [`Event::Challenge`] of this command, an AUTHENTICATE.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when the server does not wait for an answer of this command.
    pub fn answer(&self, answer: &SaslAnswer) -> Result<(), CommandError> {
        let handle = self.handle().ok_or(ApiMisuse::NotOpen)?;
        let answered = |desk: &mut Desk, now| desk.answer(handle, answer, now);
        Ok(self.0.shared.call(answered)?)
    }
}

impl Stream for Responses {
    type Item = Result<Event<'static>, CommandError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(handle) = self.0.handle() else {
            return Poll::Ready(self.0.end().map(Err));
        };
        let end = {
            let state = &mut *self.0.shared.lock();
            let now = || state.clock.now();
            // Rows come by the hundred thousand, and each is large: this moves them as seldom as possible.
            if let Some(event) = state.desk.take_event(handle, now) {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(state.desk.poll_next(handle, now, cx.waker())) {
                Item::Event(event) => return Poll::Ready(Some(Ok(event))),
                Item::End(end) => end.map(Outcome::Ok),
            }
        };
        self.0.end();
        Poll::Ready(Some(end.map(|outcome| Event::Outcome { handle, outcome })))
    }
}
