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
/// Typed methods such as [`select`](Self::select) send a command and wait for its end. Several commands can be under way:
/// [`send`](Self::send) them first, then [`wait`](Self::wait) for each, in any order.
///
/// The connection is served while a method runs that waits or sends; there is no thread behind it. What arrives while no
/// method runs is not late for that: it counts before any deadline that has passed in the meantime.
///
/// Dropping it ends the connection without a LOGOUT, since nothing is sent unasked.
pub struct Client {
    pub(crate) driver: Driver,
    pub(crate) inboxes: Inboxes,
    pub(crate) options: CommandOptions,
    /// [`Timeouts::done`](imap_machine::Timeouts::done).
    pub(crate) done: Duration,
}

/// Commands of one's own.
impl Client {
    /// Sends any command, and never waits: what the socket does not take now is written while other methods wait. The
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
    /// How the command ended, if it was not done.
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
    /// How the command ended, if it was not done.
    pub fn run<A: Answer>(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
    ) -> Result<A::Value, CommandError> {
        let handle = self.send(command, options)?;
        self.wait::<A>(handle)
    }

    /// Waits for the next event of a command; `None` when it has been done.
    ///
    /// # Errors
    ///
    /// How the command ended, if it was not done.
    pub fn next_event(
        &mut self,
        handle: CommandHandle,
    ) -> Result<Option<Event<'static>>, CommandError> {
        match self.next(handle)? {
            Item::Event(event) => Ok(Some(event)),
            Item::End(_) => Ok(None),
        }
    }

    /// Loses interest in a command. Never waits. If it is on its way it may still be executed; its answer is discarded, and
    /// the connection goes on. Only an [`append`](Self::append) of which a part has left takes the connection with it.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when the command is not open.
    pub fn cancel(&mut self, handle: CommandHandle) -> Result<(), CommandError> {
        if !self.inboxes.forget(handle) {
            return Err(CommandError::Misuse(ApiMisuse::NotOpen));
        }
        // It may have had its outcome, which nobody has taken.
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
        answer: &client::Answer,
    ) -> Result<(), CommandError> {
        let answered = self.tell(|connection, now| connection.answer(handle, answer, now));
        answered.map_err(|misuse| self.misused(misuse))?;
        self.catch_up();
        Ok(())
    }
}

/// The session as a whole.
impl Client {
    /// Gives each command that a typed method sends so much time, from sending to outcome. When it is up the command ends
    /// with [`NotSent`](CommandError::NotSent) or [`Unknown`](CommandError::Unknown), and the connection goes on. `None`:
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

    /// The machine itself, to look at.
    #[must_use]
    pub const fn connection(&self) -> &ClientConnection {
        &self.driver.connection
    }

    /// The end of the connection, once it has come.
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

    /// What a command has next; waits for it.
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

    /// What a command has next, if it is there. A command that ended with the connection says so when the connection is closed
    /// for its user as well.
    pub(crate) fn take(&mut self, handle: CommandHandle) -> Option<Result<Item, CommandError>> {
        let item = self.inboxes.take(handle)?;
        if !matches!(item, Ok(Item::Event(_))) && self.connection().waiting() == Waiting::Closed {
            self.drain();
        }
        Some(item)
    }

    /// One turn of the loop: one event, or else octets, or else a wait no longer than to `limit`.
    pub(crate) fn turn(&mut self, limit: Option<Instant>) {
        self.driver.turn(&mut self.inboxes, limit);
    }

    /// Says something to the connection, when it knows what has arrived and what time it is.
    pub(crate) fn tell<T>(&mut self, what: impl FnOnce(&mut ClientConnection, Instant) -> T) -> T {
        self.driver.tell(&mut self.inboxes, what)
    }

    /// Reads what is there and writes what goes, without waiting.
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
