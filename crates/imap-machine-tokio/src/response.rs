//! The answer to one command, as a value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use imap_machine::client::answers::Answer;
use imap_machine::client::desk::{CommandError, Ticket};
use imap_machine::client::{CommandHandle, UploadProgress};
use imap_machine::error::ApiMisuse;
use tokio::time::{Sleep, sleep};

use crate::reading::Reading;
use crate::state::Shared;

/// The answer to one command: a future of its value.
///
/// The answer is read into the value as it arrives, up to [`Pace::answer`](imap_machine::client::desk::Pace::answer) octets. The
/// command has been sent whether this is polled or not. Dropping it cancels the command, without waiting, and the connection goes
/// on. (The exception is an APPEND in the middle of its message: cancelling it ends the connection.)
#[must_use = "dropping it cancels the command"]
pub struct Response<A> {
    reading: Reading,
    /// `None` when it was not sent.
    ticket: Option<Ticket<A>>,
    /// Rings at the command's deadline, for the case that nobody polls the connection.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<A> Response<A> {
    pub(crate) fn new(
        shared: &Arc<Shared>,
        sent: Result<Ticket<A>, CommandError>,
        bound: Option<Duration>,
    ) -> Self {
        let (sent, ticket) = match sent {
            Ok(ticket) => (Ok(ticket.handle()), Some(ticket)),
            Err(error) => (Err(error), None),
        };
        let bound = bound.filter(|_| ticket.is_some());
        Self {
            reading: Reading::new(shared, sent),
            ticket,
            alarm: bound.map(|span| Box::pin(sleep(span))),
        }
    }

    /// The command's name in the events that an [`Observer`](crate::Observer) sees. `None` when it was not sent, and when the answer
    /// has been taken.
    #[must_use]
    pub const fn handle(&self) -> Option<CommandHandle> {
        self.reading.handle()
    }

    /// How far the command has been written: for a long message, how much of it. `None` when it has ended.
    #[must_use]
    pub fn upload(&self) -> Option<UploadProgress> {
        let handle = self.handle()?;
        let state = &*self.reading.shared.lock();
        state.desk.connection().upload(handle)
    }
}

impl<A: Answer> Future for Response<A> {
    type Output = Result<A::Value, CommandError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let (Some(handle), Some(ticket)) = (this.handle(), &this.ticket) else {
            let failure = this.reading.end();
            return Poll::Ready(Err(failure.unwrap_or(ApiMisuse::NotOpen.into())));
        };
        let answer = {
            let state = &mut *this.reading.shared.lock();
            let mut answer = state.desk.poll_answer(ticket, cx.waker());
            let is_late = |sleep: &mut Pin<Box<Sleep>>| sleep.as_mut().poll(cx).is_ready();
            if answer.is_pending() && this.alarm.as_mut().is_some_and(is_late) {
                this.alarm = None;
                state.expire();
                answer = state.desk.poll_answer(ticket, cx.waker());
            }
            let answer = ready!(answer);
            state.forget_source(handle);
            answer
        };
        this.reading.end();
        Poll::Ready(answer)
    }
}

impl<A> fmt::Debug for Response<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Response").field(&self.reading).finish()
    }
}
