//! The client: what applications hold.

use std::fmt;
use std::time::Duration;

use imap_machine::client::session::answers::Answer;
use imap_machine::client::{
    self, ClientConnection, Command, CommandHandle, CommandOptions, Diagnosis, Event,
    InvalidArgument, MailboxView, NotSent, Waiting,
};
use imap_machine::error::ApiMisuse;
use imap_machine::{Capabilities, Instant, Layer, State};

use crate::driver::Driver;
use crate::error::{Closed, CommandError, SourceError};
use crate::inboxes::{Inboxes, Item};

/// A session with a server, for one thread at a time.
///
/// Typed methods such as [`select`](Self::select) send a command and wait for its end. Several commands can be in progress:
/// [`send`](Self::send) them first, then [`wait`](Self::wait) for each, in any order.
///
/// The connection is served while a method runs that waits or sends; there is no background thread. Octets that arrive while no
/// method runs are not late for that reason: they count before any deadline that has passed in the meantime.
///
/// Dropping it ends the connection without a LOGOUT, since nothing is sent that you did not ask for.
pub struct Client {
    pub(crate) driver: Driver,
    pub(crate) inboxes: Inboxes,
    pub(crate) options: CommandOptions,
    /// [`Timeouts::done`](imap_machine::client::Timeouts::done).
    pub(crate) done: Duration,
}

/// Commands of your own.
impl Client {
    /// Sends any command, and never waits: octets that the socket does not take now are written while other methods wait. The
    /// answer is held, up to [`Connector::hold`](crate::Connector::hold), until it is taken by [`wait`](Self::wait),
    /// [`responses`](Self::responses) or [`next_event`](Self::next_event), or given up by [`cancel`](Self::cancel).
    ///
    /// A message in pieces needs [`append_stream`](Self::append_stream).
    ///
    /// # Errors
    ///
    /// [`CommandError::NotSent`] when the connection is closed, [`CommandError::Misuse`] when far too many commands are
    /// open, and [`CommandError::Unsupported`] for COMPRESS.
    pub fn send(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
    ) -> Result<CommandHandle, CommandError> {
        let command = command.into();
        if command == Command::compress() {
            return Err(CommandError::Unsupported(Layer::Deflate));
        }
        let sent = self.tell(|connection, now| connection.send(command, options, now));
        let handle = sent.map_err(|misuse| self.misused(misuse))?;
        self.inboxes.open(handle);
        self.catch_up();
        Ok(handle)
    }

    /// Waits for the end of a command and reads its answer into a value; see
    /// [`answers`](imap_machine::client::session::answers).
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub fn wait<A: Answer>(&mut self, handle: CommandHandle) -> Result<A::Value, CommandError> {
        let mut answer = A::default();
        loop {
            match self.next(handle)? {
                Item::Event(event) => answer.event(&event),
                Item::End(completion) => return Ok(answer.finish(&completion)),
            }
        }
    }

    /// Sends any command and waits for its answer.
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub fn run<A: Answer>(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
    ) -> Result<A::Value, CommandError> {
        let handle = self.send(command, options)?;
        self.wait::<A>(handle)
    }

    /// Waits for the next event of a command. `None` when it has ended with OK.
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub fn next_event(
        &mut self,
        handle: CommandHandle,
    ) -> Result<Option<Event<'static>>, CommandError> {
        match self.next(handle)? {
            Item::Event(event) => Ok(Some(event)),
            Item::End(_) => Ok(None),
        }
    }

    /// Gives a command up. Never waits. If the command has been sent it may still be executed; its answer is discarded, and the
    /// connection goes on. The exception is an [`append`](Self::append) that is half sent: giving it up ends the connection.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when the command is not open.
    pub fn cancel(&mut self, handle: CommandHandle) -> Result<(), CommandError> {
        if !self.inboxes.forget(handle) {
            return Err(CommandError::Misuse(ApiMisuse::NotOpen));
        }
        // It may have had its outcome, which has not been taken yet.
        let _ = self.tell(|connection, now| connection.cancel(handle, now));
        self.catch_up();
        Ok(())
    }

    /// Answers a [challenge](Event::Challenge) of an AUTHENTICATE.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when there is none.
    pub fn answer(
        &mut self,
        handle: CommandHandle,
        answer: &client::SaslAnswer,
    ) -> Result<(), CommandError> {
        let answered = self.tell(|connection, now| connection.answer(handle, answer, now));
        answered.map_err(|misuse| self.misused(misuse))?;
        self.catch_up();
        Ok(())
    }
}

/// The session as a whole.
impl Client {
    /// Sets how long each command of a typed method may take, from sending to outcome. When the time is up the command ends with
    /// [`NotSent`](CommandError::NotSent) or [`Unknown`](CommandError::Unknown), and the connection goes on. `None`:
    /// [`Timeouts::command`](imap_machine::client::Timeouts::command).
    pub fn set_deadline(&mut self, span: Option<Duration>) {
        self.options.deadline = span;
    }

    /// What the connection waits for, in a line for people.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        self.connection().diagnosis(self.driver.clock.now())
    }

    /// What the server can do, as far as it has said. Sends nothing.
    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        self.connection().capabilities()
    }

    /// The protocol state.
    #[must_use]
    pub fn state(&self) -> State {
        self.connection().state()
    }

    /// The selected mailbox, as far as the server has told.
    #[must_use]
    pub fn mailbox(&self) -> Option<&MailboxView> {
        self.connection().mailbox()
    }

    /// The machine itself, read-only.
    #[must_use]
    pub const fn connection(&self) -> &ClientConnection {
        &self.driver.connection
    }

    /// Why the connection ended, once it has.
    #[must_use]
    pub fn closed(&self) -> Option<Closed> {
        self.inboxes.closed().map(|end| Closed {
            end: end.clone(),
            failure: self.driver.failure.clone(),
        })
    }

    /// Ends the connection now: no LOGOUT, no waiting. (The IMAP command CLOSE is [`close_mailbox`](Self::close_mailbox).)
    pub fn close(&mut self) {
        self.tell(ClientConnection::close);
        self.drain();
    }
}

impl Client {
    pub(crate) fn new(driver: Driver, inboxes: Inboxes, done: Duration) -> Self {
        Self {
            driver,
            inboxes,
            options: CommandOptions::default(),
            done,
        }
    }

    /// Runs a command with this client's options.
    pub(crate) fn ask<A: Answer>(
        &mut self,
        command: Result<Command, InvalidArgument>,
    ) -> Result<A::Value, CommandError> {
        self.run::<A>(command?, self.options)
    }

    /// Waits for the next item of a command.
    pub(crate) fn next(&mut self, handle: CommandHandle) -> Result<Item, CommandError> {
        while self.inboxes.knows(handle) {
            if let Some(item) = self.take(handle) {
                return item;
            }
            if self.wants_supply(handle) {
                self.cancel(handle)?;
                return Err(SourceError::Absent.into());
            }
            self.turn(None);
        }
        Err(CommandError::Misuse(ApiMisuse::NotOpen))
    }

    /// The next item of a command, if there is one. If the command ended with the connection, it is given only when the connection
    /// is closed for the caller as well.
    pub(crate) fn take(&mut self, handle: CommandHandle) -> Option<Result<Item, CommandError>> {
        let item = self.inboxes.take(handle)?;
        if !matches!(item, Ok(Item::Event(_))) && self.connection().waiting() == Waiting::Closed {
            self.drain();
        }
        Some(item)
    }

    /// One turn of the loop: takes an event, or moves octets, or waits, at the longest until `limit`.
    pub(crate) fn turn(&mut self, limit: Option<Instant>) {
        self.driver.turn(&mut self.inboxes, limit);
    }

    /// Makes a call to the connection, after telling it what has arrived and what time it is.
    pub(crate) fn tell<T>(&mut self, what: impl FnOnce(&mut ClientConnection, Instant) -> T) -> T {
        self.driver.tell(&mut self.inboxes, what)
    }

    /// Reads and writes as much as is possible without waiting.
    pub(crate) fn catch_up(&mut self) {
        self.driver.catch_up(&mut self.inboxes);
    }

    /// Takes all events.
    fn drain(&mut self) {
        self.driver.drain(&mut self.inboxes);
    }

    pub(crate) fn misused(&self, misuse: ApiMisuse) -> CommandError {
        match self.inboxes.closed() {
            Some(closed) if misuse == ApiMisuse::Closed => {
                CommandError::NotSent(NotSent::Closed(closed.clone()))
            }
            _ => CommandError::Misuse(misuse),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("connection", self.connection())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
