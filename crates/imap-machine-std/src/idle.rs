//! IDLE.

use std::task::Poll;
use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::desk::{CommandError, Item, Update};
use imap_machine::client::{Command, CommandOptions};

use crate::client::Client;
use crate::responses::Responses;

/// An IDLE (RFC 2177), made by [`Client::idle`].
///
/// As an iterator it gives everything that the server says on its own account (a new message is an EXISTS), and
/// [`Event::Idling`](crate::Event::Idling) when the server idles. News that [`Client::updates`] still held when the IDLE began come first,
/// and others may come before `Idling` too. Both take from one store: what is given here does not come from `updates` again, and what is
/// not taken here stays there.
///
/// It ends when its time is over, or when the server ends the IDLE; if it does not end with OK, the error is the last item. When its
/// time is over the server has [`Timeouts::done`](imap_machine::client::Timeouts::done) to end it. A
/// [deadline](Client::set_deadline) bounds all of this. If the server never stops talking, each of these bounds may be a second late.
///
/// Dropping it ends the IDLE without waiting, like [`Client::cancel`].
#[derive(Debug)]
#[must_use = "dropping it ends the IDLE"]
pub struct Idle<'c> {
    responses: Responses<'c>,
    /// Until the server is asked to end it.
    limit: Option<Instant>,
    /// News come before the error, if there is one.
    error: Option<CommandError>,
}

impl<'c> Idle<'c> {
    pub(crate) fn new(client: &'c mut Client, span: Duration) -> Result<Self, CommandError> {
        let mut options = CommandOptions::refreshing();
        options.deadline = client.options.deadline;
        let responses = client.stream(Command::idle(), options)?;
        Ok(Self {
            limit: Some(responses.client.driver.clock.told() + span),
            responses,
            error: None,
        })
    }

    /// Ends the IDLE and waits until the server has ended it. News that have not been taken by then stay in [`Client::updates`].
    ///
    /// # Errors
    ///
    /// How the IDLE ended, if not with OK.
    pub fn done(mut self) -> Result<(), CommandError> {
        self.stop();
        match self.responses.ended {
            true => self.error.map_or(Ok(()), Err),
            false => self.responses.outcome().map(drop),
        }
    }

    fn stop(&mut self) {
        if self.limit.take().is_some() {
            let handle = self.responses.handle();
            let client = &mut *self.responses.client;
            // If it is not open any more, its end is on the way to us.
            let _ = client.call(|desk, now| desk.done(handle, now));
        }
    }
}

impl Iterator for Idle<'_> {
    type Item = Result<Update, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if !self.responses.ended {
                match self.responses.poll() {
                    Poll::Ready(Item::Event(event)) => return Some(Ok(Update::Event(event))),
                    Poll::Ready(Item::End(end)) => self.error = end.err(),
                    Poll::Pending => {}
                }
            }
            let client = &mut *self.responses.client;
            if let Some(update) = client.take_update() {
                return Some(Ok(update));
            }
            if self.responses.ended {
                return self.error.take().map(Err);
            }
            let now = client.driver.clock.now();
            if self.limit.is_some_and(|limit| now >= limit) {
                self.stop();
            }
            self.responses.client.turn(self.limit);
        }
    }
}
