//! IDLE.

use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::{Command, CommandHandle, CommandOptions, Event};

use crate::client::Client;
use crate::error::CommandError;
use crate::inboxes::Item;

/// An IDLE (RFC 2177), made by [`Client::idle`].
///
/// As an iterator it gives [`Event::Idling`] when the server idles, then everything the server says on its own account (a new
/// message is an EXISTS). It ends when its time is over, or when the server ends the IDLE; a refusal is the last item. When
/// its time is over the server has [`Timeouts::done`](imap_machine::client::Timeouts::done) to end it. A
/// [deadline](Client::set_deadline) bounds all of this. News that [`Client::updates`] still held when it began come first.
///
/// Dropping it ends the IDLE without waiting, like [`Client::cancel`].
#[derive(Debug)]
#[must_use = "dropping it ends the IDLE"]
pub struct Idle<'c> {
    client: &'c mut Client,
    handle: CommandHandle,
    limit: Instant,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Idling,
    /// The server has been asked to end it.
    Stopping,
    Ended,
}

impl<'c> Idle<'c> {
    pub(crate) fn new(client: &'c mut Client, span: Duration) -> Result<Self, CommandError> {
        let mut options = CommandOptions::refreshing();
        let bound = span.saturating_add(client.done);
        options.deadline = client.options.deadline.into_iter().chain([bound]).min();
        let handle = client.send(Command::idle(), options)?;
        let limit = client.driver.clock.now() + span;
        Ok(Self {
            client,
            handle,
            limit,
            stage: Stage::Idling,
        })
    }

    /// Ends the IDLE and waits until the server has ended it. News that have not been taken by then stay in [`Client::updates`].
    ///
    /// # Errors
    ///
    /// How the IDLE ended, if not with OK.
    pub fn done(mut self) -> Result<(), CommandError> {
        self.stop();
        while self.stage != Stage::Ended {
            let item = self.client.next(self.handle);
            if !matches!(item, Ok(Item::Event(_))) {
                self.stage = Stage::Ended;
            }
            item?;
        }
        Ok(())
    }

    fn stop(&mut self) {
        if self.stage == Stage::Idling {
            self.stage = Stage::Stopping;
            let handle = self.handle;
            // If it is not open any more, its end is on the way to us.
            let _ = self
                .client
                .tell(|connection, now| connection.done(handle, now));
            self.client.catch_up();
        }
    }
}

impl Iterator for Idle<'_> {
    type Item = Result<Event<'static>, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.client.take(self.handle) {
                Some(Ok(Item::Event(event))) => return Some(Ok(event)),
                Some(Ok(Item::End(_))) => self.stage = Stage::Ended,
                Some(Err(error)) => {
                    self.stage = Stage::Ended;
                    return Some(Err(error));
                }
                None => {}
            }
            if let Some(event) = self.client.inboxes.take_news() {
                return Some(Ok(event));
            }
            if self.stage == Stage::Ended {
                return None;
            }
            if self.client.driver.clock.now() >= self.limit {
                self.stop();
            }
            let limit = (self.stage == Stage::Idling).then_some(self.limit);
            self.client.turn(limit);
        }
    }
}

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        if self.stage != Stage::Ended {
            // The machine sends DONE when that is allowed. If the IDLE is not open any more, there is nothing to end.
            let _ = self.client.cancel(self.handle);
        }
    }
}
