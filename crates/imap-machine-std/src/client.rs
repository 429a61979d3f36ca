//! The client: what applications hold.

use std::task::{Poll, Waker};
use std::time::Duration;

use imap_machine::client::desk::{CommandError, Desk, Item, Listener, SourceError, Ticket, Update};
use imap_machine::client::{
    ClientConnection, Closed, Command, CommandHandle, CommandOptions, Diagnosis, Event, Extensions,
    InvalidArgument, MailboxView, SaslAnswer, TypedCommand,
};
use imap_machine::{Capabilities, Instant, State};

use crate::answers::Answer;
use crate::driver::Driver;

/// A session with a server, for one thread at a time.
///
/// Typed methods such as [`select`](Self::select) send a command and wait for its end. Several commands can be in progress:
/// [`send`](Self::send) them first, then [`wait`](Self::wait) for each, in any order.
///
/// The connection is served while a method runs that waits or sends; there is no background thread. Octets that arrive while no
/// method runs are not late for that reason: they count before any deadline that has passed in the meantime.
///
/// Dropping it ends the connection without a LOGOUT, since nothing is sent that you did not ask for.
#[derive(Debug)]
pub struct Client {
    pub(crate) driver: Driver,
    pub(crate) news: Listener,
    pub(crate) options: CommandOptions,
}

/// Commands of your own.
impl Client {
    /// Sends a command, and never waits: octets that the transport does not take now are written while other methods wait. The
    /// answer is taken by [`wait`](Self::wait) or given up by [`cancel`](Self::cancel).
    ///
    /// A message in pieces needs [`append_stream`](Self::append_stream).
    ///
    #[doc = example!(server)]
    /// # C: A1 STATUS INBOX (UNSEEN)
    /// # C: A2 STATUS Archive (UNSEEN)
    /// # S: * STATUS INBOX (UNSEEN 2)
    /// # S: A1 OK done
    /// # S: * STATUS Archive (UNSEEN 4)
    /// # S: A2 OK done
    #[doc = example!(client)]
    /// let options = CommandOptions::default();
    /// let inbox = client.send(Command::status("INBOX", ["UNSEEN"])?, options)?;
    /// let archive = client.send(Command::status("Archive", ["UNSEEN"])?, options)?;
    /// // Both are on their way.
    /// assert_eq!(client.wait(archive)?.number("UNSEEN"), Some(4));
    /// assert_eq!(client.wait(inbox)?.number("UNSEEN"), Some(2));
    #[doc = example!(end)]
    ///
    /// # Errors
    ///
    /// [`CommandError::NotSent`] when the connection is closed, [`CommandError::Misuse`] when far too many commands are
    /// open, and [`CommandError::Unsupported`] for COMPRESS.
    pub fn send<A: Answer>(
        &mut self,
        command: TypedCommand<A>,
        options: CommandOptions,
    ) -> Result<Ticket<A>, CommandError> {
        self.call(|desk, now| desk.send(command, options, now))
    }

    /// Waits for the answer to a command.
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub fn wait<A: Answer>(&mut self, ticket: Ticket<A>) -> Result<A::Value, CommandError> {
        self.until(|driver| driver.desk.poll_answer(&ticket, Waker::noop()))
    }

    /// Sends a command with this client's [deadline](Self::set_deadline) and waits for its answer.
    ///
    #[doc = example!(server)]
    /// # C: A1 RESETKEY
    /// # S: A1 OK done
    #[doc = example!(client)]
    /// let code = client.run(Command::resetkey_all())?;
    /// assert_eq!(code, None);
    #[doc = example!(end)]
    ///
    /// # Errors
    ///
    /// How the command ended, if not with OK.
    pub fn run<A: Answer>(&mut self, command: TypedCommand<A>) -> Result<A::Value, CommandError> {
        let ticket = self.send(command, self.options)?;
        self.wait(ticket)
    }

    /// Sends any command, and never waits. The answer is held as events until they are taken by [`responses`](Self::responses) or
    /// [`next_event`](Self::next_event), or given up by [`cancel`](Self::cancel). [`Pace`](crate::Pace) says how much is held.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn begin(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
    ) -> Result<CommandHandle, CommandError> {
        self.call(|desk, now| desk.stream(command, options, now))
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
        match self.until(|driver| driver.poll_next(handle)) {
            Item::Event(event) => Ok(Some(event)),
            Item::End(end) => end.map(|_| None),
        }
    }

    /// Gives a command up. Never waits. If the command has been sent it may still be executed; its answer is discarded, and the
    /// connection goes on. The exception is an [`append`](Self::append) that is half sent: giving it up ends the connection.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when the command is not open.
    pub fn cancel(&mut self, handle: CommandHandle) -> Result<(), CommandError> {
        Ok(self.call(|desk, now| desk.abandon(handle, now))?)
    }

    /// Answers a [challenge](Event::Challenge) of an AUTHENTICATE.
    ///
    /// # Errors
    ///
    /// [`CommandError::Misuse`] when there is none.
    pub fn answer(
        &mut self,
        handle: CommandHandle,
        answer: &SaslAnswer,
    ) -> Result<(), CommandError> {
        Ok(self.call(|desk, now| desk.answer(handle, answer, now))?)
    }
}

/// The session as a whole.
impl Client {
    /// Sets how long each command of a typed method (`select`, `fetch`, [`run`](Self::run), ...) may take, from sending to outcome. It
    /// bounds [`fetch_stream`](Self::fetch_stream), [`uid_fetch_stream`](Self::uid_fetch_stream), [`download`](Self::download) and
    /// [`idle`](Self::idle) as well, however slowly they are read.
    /// [`send`](Self::send), [`begin`](Self::begin) and [`stream`](Self::stream) have options of their own. When the time is up the command ends with
    /// [`NotSent`](CommandError::NotSent) or [`Unknown`](CommandError::Unknown), and the connection goes on. `None`:
    /// [`Timeouts::command`](imap_machine::client::Timeouts::command).
    ///
    #[doc = example!(server)]
    /// # C: A1 NOOP
    #[doc = example!(client)]
    /// // This server is silent.
    /// client.set_deadline(Some(Duration::from_millis(20)));
    /// let late = client.noop();
    /// assert!(matches!(late, Err(CommandError::Unknown(Unknown::TimedOut))));
    #[doc = example!(end)]
    pub fn set_deadline(&mut self, span: Option<Duration>) {
        self.options.deadline = span;
    }

    /// Takes the news that have arrived: what the server said on its own account. Does not wait; [`idle`](Self::idle) does, and takes
    /// from the same store, so each EXISTS comes once, from one of them.
    ///
    /// [`Pace::news`](crate::Pace::news) octets are held. Beyond that the oldest are dropped, and an item says how many.
    ///
    #[doc = example!(server selected)]
    /// # C: A2 NOOP
    /// # S: * 19 EXISTS
    /// # S: A2 OK done
    #[doc = example!(client selected)]
    /// client.noop()?;
    /// let update = client.updates().next();
    /// let Some(Update::Event(Event::Untagged { data, .. })) = update else { panic!() };
    /// assert_eq!(data, Untagged::Exists(19));
    #[doc = example!(end)]
    pub fn updates(&mut self) -> impl Iterator<Item = Update> {
        self.driver.catch_up();
        std::iter::from_fn(|| self.take_update())
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

    /// Whether the server has this extension: announced, or as a part of IMAP4rev2. Sends nothing.
    #[must_use]
    pub fn supports(&self, extension: &str) -> bool {
        self.connection().supports(extension)
    }

    /// What is enabled (RFC 5161).
    #[must_use]
    pub fn enabled(&self) -> &Extensions {
        self.connection().enabled()
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
        self.driver.desk.connection()
    }

    /// Why the connection ended, once it has.
    #[must_use]
    pub const fn closed(&self) -> Option<&Closed> {
        self.driver.desk.closed()
    }

    /// Ends the connection now: no LOGOUT, no waiting. (The IMAP command CLOSE is [`close_mailbox`](Self::close_mailbox).)
    pub fn close(&mut self) {
        self.call(Desk::close);
    }
}

impl Client {
    pub(crate) fn new(mut driver: Driver) -> Self {
        Self {
            news: driver.desk.listen(),
            driver,
            options: CommandOptions::default(),
        }
    }

    /// Runs a command if it could be made.
    pub(crate) fn ask<A: Answer>(
        &mut self,
        command: Result<TypedCommand<A>, InvalidArgument>,
    ) -> Result<A::Value, CommandError> {
        self.run(command?)
    }

    pub(crate) fn call<R>(&mut self, call: impl FnOnce(&mut Desk, Instant) -> R) -> R {
        self.driver.call(call)
    }

    /// Serves the connection until this is ready.
    #[inline]
    pub(crate) fn until<T>(&mut self, mut poll: impl FnMut(&mut Driver) -> Poll<T>) -> T {
        loop {
            if let Poll::Ready(ready) = poll(&mut self.driver) {
                return ready;
            }
            self.turn(None);
        }
    }

    /// The oldest news that were not taken.
    pub(crate) fn take_update(&mut self) -> Option<Update> {
        match self.driver.desk.poll_news(&self.news, Waker::noop()) {
            Poll::Ready(update) => update,
            Poll::Pending => None,
        }
    }

    /// One turn of the loop: takes an event, or moves octets, or waits, at the longest until `limit`.
    pub(crate) fn turn(&mut self, limit: Option<Instant>) {
        // `append_stream` does not wait here.
        let absent = |_, _: &mut [u8]| Poll::Ready(Err(SourceError::Absent));
        self.driver.desk.supply(self.driver.clock.told(), absent);
        self.driver.turn(limit, |_| ());
    }
}
