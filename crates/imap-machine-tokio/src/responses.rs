//! The answer to one command, event by event.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use imap_machine::client::session::answers;
use imap_machine::client::{CommandHandle, Completion, Event, Outcome, SaslAnswer};
use imap_machine::error::ApiMisuse;

use crate::error::CommandError;
use crate::request::{Request, Slot};
use crate::shared::Shared;
use crate::slot::Step;

/// The events of one command, as a stream.
///
/// Its items are the events that answer the command, in order. The last one is [`Event::Outcome`] with OK, or the error that
/// says how the command ended; then the stream ends.
///
/// Reading slowly, or not at all, delays no other command. Events that are not taken are held, up to
/// [`Connector::hold`](crate::Connector::hold) octets. Beyond that the answer ends with [`CommandError::Overflow`]. Dropping it
/// cancels the command, without waiting, and the connection goes on. (The exception is an APPEND in the middle of its message:
/// cancelling it ends the connection.)
#[must_use = "dropping the responses cancels the command"]
pub struct Responses {
    slot: Arc<Slot>,
    shared: Arc<Shared>,
}

impl Responses {
    pub(crate) const fn new(slot: Arc<Slot>, shared: Arc<Shared>) -> Self {
        Self { slot, shared }
    }

    /// The command's name in the events that an [`Observer`](crate::Observer) sees. `None` until the connection has accepted the
    /// command.
    #[must_use]
    pub fn handle(&self) -> Option<CommandHandle> {
        self.slot.handle()
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
    pub async fn outcome(self) -> Result<Completion<'static>, CommandError> {
        loop {
            match self.step().await {
                Step::Event(_) => {}
                Step::End(result) => return result,
                Step::Over => return Err(ApiMisuse::NotOpen.into()),
            }
        }
    }

    /// Reads the whole answer into a value.
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub async fn read<A: answers::Answer>(self) -> Result<A::Value, CommandError> {
        let mut answer = A::default();
        loop {
            match self.step().await {
                Step::Event(event) => answer.event(&event),
                Step::End(result) => return Ok(answer.finish(&result?)),
                Step::Over => return Err(ApiMisuse::NotOpen.into()),
            }
        }
    }

    /// Answers an [`Event::Challenge`] of this command, an AUTHENTICATE.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when the server does not wait for an answer of this command, or [`CommandError::Closed`].
    pub async fn answer(&self, answer: SaslAnswer) -> Result<(), CommandError> {
        let connection = self.slot.connection().ok_or(ApiMisuse::NotOpen)?;
        let slot = Arc::clone(&self.slot);
        let call = self.shared.call(&connection, move |core, now| {
            let handle = slot.handle().ok_or(ApiMisuse::NotOpen)?;
            core.answer(handle, &answer, now)
        });
        drop(connection);
        Ok(call.await??)
    }

    /// Asks the connection to end this IDLE.
    pub(crate) fn stop_idling(&self) {
        let slot = Arc::clone(&self.slot);
        if let Some(connection) = self.slot.connection() {
            let stop = self.shared.call(&connection, move |core, now| {
                // If the IDLE has ended already, there is nothing to do.
                slot.handle().map(|handle| core.done(handle, now))
            });
            // The request has been made; the outcome will tell.
            drop(stop);
        }
    }

    async fn step(&self) -> Step {
        poll_fn(|cx| self.slot.poll_step(cx)).await
    }

    fn poll_event(
        &self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Event<'static>, CommandError>>> {
        Poll::Ready(match ready!(self.slot.poll_step(cx)) {
            Step::Event(event) => Some(Ok(event)),
            Step::End(Ok(completion)) => self.handle().map(|handle| {
                let outcome = Outcome::Ok(completion);
                Ok(Event::Outcome { handle, outcome })
            }),
            Step::End(Err(error)) => Some(Err(error)),
            Step::Over => None,
        })
    }
}

impl Stream for Responses {
    type Item = Result<Event<'static>, CommandError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_event(cx)
    }
}

impl Drop for Responses {
    fn drop(&mut self) {
        if let Some(connection) = self.slot.abandon() {
            // If the connection is gone, there is nothing to cancel.
            let _ = connection.send(Request::Cancel(Arc::clone(&self.slot)));
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
