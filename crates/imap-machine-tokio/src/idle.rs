//! IDLE.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use imap_machine::client::Event;

use crate::error::CommandError;
use crate::responses::Responses;

/// An IDLE (RFC 2177), made by [`Client::idle`](crate::Client::idle).
///
/// As a stream it gives [`Event::Idling`] when the server idles, then everything the server says on its own account (a new
/// message is an EXISTS), then the outcome. It ends with [`done`](Self::done), when any clone of the client sends another
/// command, when its time is up (see [`refreshing`](imap_machine::client::CommandOptions::refreshing)), or when the server ends
/// it. Dropping it ends the IDLE as well.
#[derive(Debug)]
#[must_use = "dropping it ends the IDLE"]
pub struct Idle(Responses);

impl Idle {
    pub(crate) const fn new(responses: Responses) -> Self {
        Self(responses)
    }

    /// The next event; `None` when the IDLE is over. Cancel safe.
    pub async fn next(&mut self) -> Option<Result<Event<'static>, CommandError>> {
        self.0.next().await
    }

    /// Ends the IDLE and waits until the server has ended it. Events that have not been taken by then are discarded.
    ///
    /// # Errors
    ///
    /// How the IDLE ended, if not with OK.
    pub async fn done(self) -> Result<(), CommandError> {
        self.stop();
        self.0.outcome().await.map(drop)
    }

    /// Asks for the end of the IDLE. Events that arrive until then are still in the stream.
    pub fn stop(&self) {
        self.0.stop_idling();
    }
}

impl Stream for Idle {
    type Item = Result<Event<'static>, CommandError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(cx)
    }
}
