//! Answers as iterators.

use std::task::Poll;

use imap_machine::client::desk::{CommandError, Item};
use imap_machine::client::{
    Command, CommandHandle, CommandOptions, Completion, Event, TypedCommand,
};
use imap_machine::error::ApiMisuse;

use crate::client::Client;

impl Client {
    /// Sends any command and reads its answer event by event, as it arrives. Dropping the iterator cancels the command.
    ///
    #[doc = example!(server)]
    /// # C: A1 X-QUOTE today
    /// # S: * X-QUOTE "Do not hang"
    /// # S: A1 OK done
    #[doc = example!(client)]
    /// let command = Command::raw("X-QUOTE")?.atom("today")?;
    /// for event in client.stream(command, CommandOptions::default())? {
    ///     match event? {
    ///         Event::Untagged { data: Untagged::Other(data), .. } => {
    ///             assert_eq!(*data.arguments, *b"\"Do not hang\"");
    ///         }
    ///         event => println!("{event:?}"),
    ///     }
    /// }
    #[doc = example!(end)]
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn stream(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
    ) -> Result<Responses<'_>, CommandError> {
        let handle = self.begin(command, options)?;
        Ok(self.responses(handle))
    }

    /// Sends a command whose answer is read event by event.
    pub(crate) fn ask_stream<A>(
        &mut self,
        command: TypedCommand<A>,
    ) -> Result<Responses<'_>, CommandError> {
        self.stream(command, self.options)
    }

    /// The events of a command one by one, as they arrive. Dropping the iterator cancels the command.
    pub fn responses(&mut self, handle: CommandHandle) -> Responses<'_> {
        Responses {
            client: self,
            handle,
            completion: None,
            ended: false,
        }
    }
}

/// The events of one command, as they arrive. The iterator ends when the command has ended with OK. If it ends otherwise, the
/// last item says how.
///
/// Dropping it earlier [cancels](Client::cancel) the command: nothing waits, and the connection goes on.
#[derive(Debug)]
#[must_use = "dropping it cancels the command"]
pub struct Responses<'c> {
    pub(crate) client: &'c mut Client,
    handle: CommandHandle,
    completion: Option<Completion<'static>>,
    pub(crate) ended: bool,
}

impl Responses<'_> {
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
        for event in self.by_ref() {
            event?;
        }
        self.completion.take().ok_or(ApiMisuse::NotOpen.into())
    }

    /// The next item, if there is one.
    pub(crate) fn poll(&mut self) -> Poll<Item> {
        let item = self.client.driver.poll_next(self.handle);
        self.ended |= matches!(item, Poll::Ready(Item::End(_)));
        item
    }
}

impl Iterator for Responses<'_> {
    type Item = Result<Event<'static>, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            // Rows come by the hundred thousand, and each is large: this moves them as seldom as possible.
            let driver = &mut self.client.driver;
            let now = || driver.clock.now();
            if let Some(event) = driver.desk.take_event(self.handle, now) {
                return Some(Ok(event));
            }
            match self.poll() {
                Poll::Ready(Item::Event(event)) => return Some(Ok(event)),
                Poll::Ready(Item::End(Ok(completion))) => self.completion = Some(completion),
                Poll::Ready(Item::End(Err(error))) => return Some(Err(error)),
                Poll::Pending => self.client.turn(None),
            }
        }
        None
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
