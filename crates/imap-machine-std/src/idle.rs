//! IDLE.

use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::desk::{CommandError, Item, Update};
use imap_machine::client::{Command, CommandHandle, CommandOptions};

use crate::client::Client;

/// An IDLE (RFC 2177), made by [`Client::idle`].
///
/// As an iterator it gives everything that the server says on its own account (a new message is an EXISTS), and
/// [`Event::Idling`](crate::Event::Idling) when the server idles. News that [`Client::updates`] still held when the IDLE began come first.
///
/// It ends when its time is over, or when the server ends the IDLE; if it does not end with OK, the error is the last item. When its
/// time is over the server has [`Timeouts::done`](imap_machine::client::Timeouts::done) to end it. A
/// [deadline](Client::set_deadline) bounds all of this. If the server never stops talking, each of these bounds may be a second late.
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

#[derive(Debug)]
enum Stage {
    Idling,
    /// The server has been asked to end it.
    Stopping,
    /// News come before the error, if there is one.
    Ended(Option<CommandError>),
}

impl<'c> Idle<'c> {
    pub(crate) fn new(client: &'c mut Client, span: Duration) -> Result<Self, CommandError> {
        let mut options = CommandOptions::refreshing();
        options.deadline = client.options.deadline;
        let handle = client.begin(Command::idle(), options)?;
        let limit = client.driver.clock.told() + span;
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
        loop {
            if let Stage::Ended(error) = &mut self.stage {
                return error.take().map_or(Ok(()), Err);
            }
            if let Item::End(end) = self.client.next(self.handle) {
                self.stage = Stage::Ended(end.err());
            }
        }
    }

    fn stop(&mut self) {
        if matches!(self.stage, Stage::Idling) {
            self.stage = Stage::Stopping;
            let driver = &mut self.client.driver;
            let now = driver.present();
            // If it is not open any more, its end is on the way to us.
            let _ = driver.desk.done(self.handle, now);
            driver.flush();
        }
    }
}

impl Iterator for Idle<'_> {
    type Item = Result<Update, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if !matches!(self.stage, Stage::Ended(_)) {
                match self.client.take(self.handle) {
                    Some(Item::Event(event)) => return Some(Ok(Update::Event(event))),
                    Some(Item::End(end)) => self.stage = Stage::Ended(end.err()),
                    None => {}
                }
            }
            if let Some(update) = self.client.take_update() {
                return Some(Ok(update));
            }
            if let Stage::Ended(error) = &mut self.stage {
                return error.take().map(Err);
            }
            if self.client.driver.clock.now() >= self.limit {
                self.stop();
            }
            let limit = matches!(self.stage, Stage::Idling).then_some(self.limit);
            self.client.turn(limit);
        }
    }
}

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        if !matches!(self.stage, Stage::Ended(_)) {
            // The machine sends DONE when that is allowed. If the IDLE is not open any more, there is nothing to end.
            let _ = self.client.cancel(self.handle);
        }
    }
}
