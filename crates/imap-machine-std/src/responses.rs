//! Answers and news as iterators.

use std::fmt;

use imap_machine::client::{CommandHandle, Completion, Event};

use crate::client::Client;
use crate::error::CommandError;
use crate::inboxes::{Inboxes, Item, Update};

impl Client {
    /// The events of a command one by one, as they arrive. Dropping the iterator cancels the command.
    pub fn responses(&mut self, handle: CommandHandle) -> Responses<'_> {
        Responses::new(self, handle)
    }

    /// Takes events that have arrived and belong to no command with a waiting caller. Does not wait; [`idle`](Self::idle) does.
    ///
    /// A mebibyte of events is held. Beyond that the oldest are dropped, and an item says how many.
    pub fn updates(&mut self) -> Updates<'_> {
        self.catch_up();
        Updates::new(&mut self.inboxes)
    }
}

/// The events of one command, as they arrive. The iterator ends when the command has ended with OK. If it ends otherwise, the
/// last item says how.
///
/// Dropping it earlier [cancels](Client::cancel) the command: nothing waits, and the connection goes on.
#[must_use = "dropping it cancels the command"]
pub struct Responses<'c> {
    client: &'c mut Client,
    handle: CommandHandle,
    completion: Option<Completion<'static>>,
    ended: bool,
}

impl<'c> Responses<'c> {
    pub(crate) const fn new(client: &'c mut Client, handle: CommandHandle) -> Self {
        Self {
            client,
            handle,
            completion: None,
            ended: false,
        }
    }

    /// The command.
    #[must_use]
    pub const fn handle(&self) -> CommandHandle {
        self.handle
    }

    /// The server's OK, after the iterator has ended with it.
    #[must_use]
    pub const fn completion(&self) -> Option<&Completion<'static>> {
        self.completion.as_ref()
    }

    /// Waits for the command's end. Events that have not been taken by then are discarded.
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub fn outcome(mut self) -> Result<Completion<'static>, CommandError> {
        loop {
            match self.advance() {
                Ok(Item::Event(_)) => {}
                Ok(Item::End(completion)) => return Ok(completion),
                Err(error) => return Err(error),
            }
        }
    }

    fn advance(&mut self) -> Result<Item, CommandError> {
        if let Some(completion) = &self.completion {
            return Ok(Item::End(completion.clone()));
        }
        let item = self.client.next(self.handle);
        self.ended = !matches!(item, Ok(Item::Event(_)));
        item
    }
}

impl Iterator for Responses<'_> {
    type Item = Result<Event<'static>, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.advance() {
            Ok(Item::Event(event)) => Some(Ok(event)),
            Ok(Item::End(completion)) => {
                self.completion = Some(completion);
                None
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl Drop for Responses<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // If it is not open, there is nothing to cancel.
            let _ = self.client.cancel(self.handle);
        }
    }
}

impl fmt::Debug for Responses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses")
            .field("handle", &self.handle)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// Events that have arrived and belong to no command with a waiting caller. Made by [`Client::updates`].
pub struct Updates<'c>(&'c mut Inboxes);

impl<'c> Updates<'c> {
    pub(crate) const fn new(inboxes: &'c mut Inboxes) -> Self {
        Self(inboxes)
    }
}

impl Iterator for Updates<'_> {
    type Item = Update;

    fn next(&mut self) -> Option<Update> {
        self.0.take_update()
    }
}

impl fmt::Debug for Updates<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").finish_non_exhaustive()
    }
}
