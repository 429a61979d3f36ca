//! The answer to one command, as a value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use imap_machine::client::answers::Answer;
use imap_machine::client::desk::{CommandError, Ticket};
use imap_machine::client::{CommandHandle, CommandOptions};
use imap_machine::error::ApiMisuse;
use tokio::time::{Sleep, sleep};

use crate::stage::Stage;
use crate::state::{Shared, State};

/// The answer to one command: a future of its value.
///
/// The answer is read into the value as it arrives, up to [`Pace::answer`](imap_machine::client::desk::Pace::answer) octets. The
/// command has been sent whether this is polled or not. Dropping it cancels the command, without waiting, and the connection goes
/// on. (The exception is an APPEND in the middle of its message: cancelling it ends the connection.)
#[must_use = "dropping it cancels the command"]
pub struct Response<A>(Stage<Open<A>>);

struct Open<A> {
    shared: Arc<Shared>,
    ticket: Ticket<A>,
    /// Rings at the command's deadline, for the case that nobody polls the connection.
    alarm: Option<Pin<Box<Sleep>>>,
}

impl<A> Response<A> {
    pub(crate) fn open(
        shared: Arc<Shared>,
        ticket: Ticket<A>,
        options: CommandOptions,
        state: &State,
    ) -> Self {
        let bound = match state.is_driven {
            true => options.deadline,
            false => Some(
                options
                    .deadline
                    .unwrap_or(state.desk.connection().config().timeouts.command),
            ),
        };
        let alarm = bound.map(|span| Box::pin(sleep(span)));
        Self(Stage::Open(Open {
            shared,
            ticket,
            alarm,
        }))
    }

    pub(crate) const fn failed(error: CommandError) -> Self {
        Self(Stage::Failed(error))
    }

    /// The command's name in the events that an [`Observer`](crate::Observer) sees. `None` when it was not sent, and when the answer
    /// has been taken.
    #[must_use]
    pub fn handle(&self) -> Option<CommandHandle> {
        self.0.opened().map(|open| open.ticket.handle())
    }
}

impl<A: Answer> Future for Response<A> {
    type Output = Result<A::Value, CommandError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Stage::Open(open) = &mut self.0 else {
            let failure = self.0.take_failure();
            return Poll::Ready(Err(failure.unwrap_or(ApiMisuse::NotOpen.into())));
        };
        let answer = ready!(open.poll(cx));
        self.0 = Stage::Over;
        Poll::Ready(answer)
    }
}

impl<A: Answer> Open<A> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<A::Value, CommandError>> {
        let state = &mut *self.shared.lock();
        let mut answer = state.desk.poll_answer(&self.ticket, cx.waker());
        let is_late = |sleep: &mut Pin<Box<Sleep>>| sleep.as_mut().poll(cx).is_ready();
        if answer.is_pending() && self.alarm.as_mut().is_some_and(is_late) {
            self.alarm = None;
            state.expire();
            answer = state.desk.poll_answer(&self.ticket, cx.waker());
        }
        if answer.is_ready() {
            state.forget(self.ticket.handle());
        }
        answer
    }
}

impl<A> Drop for Response<A> {
    fn drop(&mut self) {
        if let Stage::Open(open) = &self.0 {
            open.shared.lock().abandon(open.ticket.handle());
        }
    }
}

impl<A> fmt::Debug for Response<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("handle", &self.handle())
            .finish_non_exhaustive()
    }
}
