//! The desk: what stands between a connection and the calls of an application, without I/O.
//!
//! A [`Desk`] owns a [`ClientConnection`] and gives each event to its reader. There are three kinds of readers:
//!
//! * a *typed answer* ([`send`](Desk::send)) is folded into its value as the events arrive, and no event is held;
//! * a *stream* ([`stream`](Desk::stream)) holds events until its reader takes them. While one is full the connection does not
//!   read ([`Pace`]);
//! * a *listener* ([`listen`](Desk::listen)) gets the news: what the server says on its own account. A listener that is full loses
//!   its oldest events and is told how many. An IDLE ([`idle`](Desk::idle)) has a listener of its own.
//!
//! An adapter moves octets and calls [`poll`](Desk::poll) until it returns `None`. Readers that have to wait leave a
//! [`Waker`]; a blocking adapter passes [`Waker::noop`].

mod addressee;
mod answering;
mod error;
mod inbox;
mod listening;
mod pace;
mod readers;
#[cfg(test)]
mod tests;

use core::fmt;
use core::task::{Poll, Waker};

use crate::client::answers::Answer;
use crate::client::closed::{Closed, Failure};
use crate::client::command::{
    Command, CommandHandle, CommandOptions, Completion, NotSent, TypedCommand,
};
use crate::client::connection::ClientConnection;
use crate::client::event::Event;
use crate::client::exchange::answer::SaslAnswer;
use crate::error::ApiMisuse;
use crate::instant::Instant;
use crate::upgrade::Layer;

use answering::Answering;
use listening::Listening;
use pace::{Flow, Turn};
use readers::{Reader, Readers};

pub use answering::Ticket;
pub use error::{CommandError, Overflow, Reason, Refused, SourceError};
pub use inbox::held_octets;
pub use listening::{Listener, Update};
pub use pace::Pace;

/// A connection and its readers.
///
/// Methods that take `now` may give the connection work: they wake the task that drives it
/// ([`driven_by`](Self::driven_by)).
pub struct Desk {
    connection: ClientConnection,
    readers: Readers,
    listening: Listening,
    flow: Flow,
    driver: Option<Waker>,
    closed: Option<Closed>,
}

/// What [`Desk::poll`] has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// An event has reached its readers.
    Event,
    /// The transport has to change now. Then call [`handle_upgraded`](Desk::handle_upgraded).
    Upgrade(Layer),
    /// The connection is over: [`Desk::closed`] says why.
    Closed,
}

/// An item of a stream.
#[derive(Clone, Debug)]
pub enum Item {
    /// An event of the command.
    Event(Event<'static>),
    /// How the command ended. Nothing comes after it.
    End(Result<Completion<'static>, CommandError>),
}

/// An item of an IDLE.
#[derive(Clone, Debug)]
pub enum Heard {
    /// The server idles, or has said something.
    Update(Update),
    /// How the IDLE ended. Nothing comes after it.
    End(Result<Completion<'static>, CommandError>),
}

// What readers want.
impl Desk {
    /// A desk for this connection.
    #[must_use]
    pub fn new(connection: ClientConnection, pace: Pace) -> Self {
        Self {
            connection,
            readers: Readers::default(),
            listening: Listening::new(pace.news),
            flow: Flow::new(pace),
            driver: None,
            closed: None,
        }
    }

    /// Sends a command whose answer becomes a value: [`poll_answer`](Self::poll_answer).
    ///
    /// # Errors
    ///
    /// [`CommandError::NotSent`] when the connection is closed, [`CommandError::Misuse`] when too many commands are open.
    pub fn send<A: Answer>(
        &mut self,
        command: TypedCommand<A>,
        options: CommandOptions,
        now: Instant,
    ) -> Result<Ticket<A>, CommandError> {
        let reader = Reader::Answer(Answering::<A>::begin());
        let handle = self.open(command.into(), reader, options, now)?;
        Ok(Ticket::new(handle))
    }

    /// Sends a command whose answer is read as events: [`poll_next`](Self::poll_next).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn stream(
        &mut self,
        command: impl Into<Command>,
        options: CommandOptions,
        now: Instant,
    ) -> Result<CommandHandle, CommandError> {
        let reader = Reader::stream();
        self.open(command.into(), reader, options, now)
    }

    /// Sends IDLE. Its reader hears the news: [`poll_idle`](Self::poll_idle).
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn idle(
        &mut self,
        options: CommandOptions,
        now: Instant,
    ) -> Result<CommandHandle, CommandError> {
        let listener = self.listening.listen();
        let reader = Reader::idle(listener);
        self.open(Command::idle(), reader, options, now)
    }

    fn open(
        &mut self,
        command: Command,
        reader: Reader,
        options: CommandOptions,
        now: Instant,
    ) -> Result<CommandHandle, CommandError> {
        match self.connection.send(command, options, now) {
            Ok(handle) => {
                self.readers.insert(handle, reader);
                self.keep_pace(now);
                self.wake_driver();
                Ok(handle)
            }
            Err(misuse) => {
                self.dismiss(reader);
                Err(self.misused(misuse))
            }
        }
    }

    /// The value of a typed answer, when its command has ended.
    pub fn poll_answer<A: Answer>(
        &mut self,
        ticket: &Ticket<A>,
        waker: &Waker,
    ) -> Poll<Result<A::Value, CommandError>> {
        let (handle, is_ending) = (ticket.handle(), self.is_ending());
        match self.readers.get_mut(handle) {
            Some(Reader::Answer(answering)) if !answering.has_ended() || is_ending => {
                self.readers.wait(handle, waker)
            }
            Some(Reader::Answer(_)) => {
                let ended = self.readers.remove(handle);
                let value = ended.and_then(Reader::into_value::<A>);
                Poll::Ready(value.unwrap_or(Err(ApiMisuse::NotOpen.into())))
            }
            _ => Poll::Ready(Err(ApiMisuse::NotOpen.into())),
        }
    }

    /// The next item of a stream. After [`Item::End`] it is an end with [`ApiMisuse::NotOpen`].
    pub fn poll_next(&mut self, handle: CommandHandle, now: Instant, waker: &Waker) -> Poll<Item> {
        let is_ending = self.is_ending();
        let Some(Reader::Stream(stream)) = self.readers.get_mut(handle) else {
            return Poll::Ready(Item::End(Err(ApiMisuse::NotOpen.into())));
        };
        if let Some(event) = stream.inbox.pop() {
            if self.flow.taken(handle, stream.inbox.held()) {
                self.keep_pace(now);
                self.wake_driver();
            }
            return Poll::Ready(Item::Event(event));
        }
        match stream.end.take_if(|_| !is_ending) {
            Some(end) => {
                self.readers.remove(handle);
                Poll::Ready(Item::End(end))
            }
            None => self.readers.wait(handle, waker),
        }
    }

    /// The next item of an IDLE. After [`Heard::End`] it is an end with [`ApiMisuse::NotOpen`].
    pub fn poll_idle(&mut self, handle: CommandHandle, waker: &Waker) -> Poll<Heard> {
        let is_ending = self.is_ending();
        let Some(Reader::Idle(idle)) = self.readers.get_mut(handle) else {
            return Poll::Ready(Heard::End(Err(ApiMisuse::NotOpen.into())));
        };
        if let Some(update) = self.listening.take(&idle.listener) {
            return Poll::Ready(Heard::Update(update));
        }
        match idle.end.take_if(|_| !is_ending) {
            Some(end) => {
                let ended = self.readers.remove(handle);
                ended.into_iter().for_each(|idle| self.dismiss(idle));
                Poll::Ready(Heard::End(end))
            }
            None => {
                self.listening.wait(&idle.listener, waker);
                self.readers.wait(handle, waker)
            }
        }
    }

    /// The answer is not wanted any more: cancels the command if it is open, and drops what is held for its reader.
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotOpen`] when nobody reads this command's answer.
    pub fn abandon(&mut self, handle: CommandHandle, now: Instant) -> Result<(), ApiMisuse> {
        let reader = self.readers.remove(handle).ok_or(ApiMisuse::NotOpen)?;
        self.dismiss(reader);
        // A command that has ended needs no cancelling.
        let _ = self.connection.cancel(handle, now);
        self.flow.forget(handle);
        self.keep_pace(now);
        self.wake_driver();
        Ok(())
    }

    /// Asks for the end of an IDLE: [`ClientConnection::done`].
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotOpen`] and [`ApiMisuse::NotIdle`].
    pub fn done(&mut self, handle: CommandHandle, now: Instant) -> Result<(), ApiMisuse> {
        self.wake_driver();
        self.connection.done(handle, now)
    }

    /// Answers a challenge: [`ClientConnection::answer`].
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NoChallenge`].
    pub fn answer(
        &mut self,
        handle: CommandHandle,
        answer: &SaslAnswer,
        now: Instant,
    ) -> Result<(), ApiMisuse> {
        self.wake_driver();
        self.connection.answer(handle, answer, now)
    }

    /// The message of this APPEND ends here: the command gets this error, and is cancelled.
    pub fn source_failed(&mut self, handle: CommandHandle, error: SourceError, now: Instant) {
        self.lose(handle, error.into(), now);
    }

    /// Ends the connection now, without LOGOUT: [`ClientConnection::close`].
    pub fn close(&mut self, now: Instant) {
        self.connection.close(now);
        self.wake_driver();
    }

    /// Hears the news from now on: [`poll_news`](Self::poll_news).
    pub fn listen(&mut self) -> Listener {
        self.listening.listen()
    }

    /// The next news; `None` when the connection is closed and all has been taken.
    pub fn poll_news(&mut self, listener: &Listener, waker: &Waker) -> Poll<Option<Update>> {
        match self.listening.take(listener) {
            Some(update) => Poll::Ready(Some(update)),
            None if self.closed.is_some() => Poll::Ready(None),
            None => {
                self.listening.wait(listener, waker);
                Poll::Pending
            }
        }
    }

    /// Ends listening.
    pub fn dismiss_listener(&mut self, listener: &Listener) {
        self.listening.dismiss(listener);
    }
}

// What the adapter does.
impl Desk {
    /// This task is woken when the connection has something to do.
    pub fn driven_by(&mut self, waker: &Waker) {
        match &mut self.driver {
            Some(driver) => driver.clone_from(waker),
            None => self.driver = Some(waker.clone()),
        }
    }

    /// Gives the next event to its readers. `observe` is shown each event.
    pub fn poll(&mut self, now: Instant, observe: impl FnOnce(&Event<'_>)) -> Option<Delivered> {
        self.keep_pace(now);
        let event = self.connection.poll_event()?;
        let mut delivered = Delivered::Event;
        let mut lost = None;
        match &event {
            Event::Outcome { handle, outcome } => {
                self.listening.alert(*handle, outcome);
                self.readers.end(*handle, outcome);
                self.flow.forget(*handle);
            }
            Event::Upgrade { layer, .. } => delivered = Delivered::Upgrade(*layer),
            Event::Closed(closed) => {
                self.closed = Some(closed.clone());
                self.listening.tell(&event);
                self.listening.end();
                self.readers.wake_all();
                delivered = Delivered::Closed;
            }
            event => {
                let addressee = addressee::of(event);
                if addressee.hears_news {
                    self.listening.tell(event);
                }
                if let Some(handle) = addressee.reader {
                    if let Some(Reader::Idle(idle)) = self.readers.get_mut(handle) {
                        self.listening.tell_one(&idle.listener, event);
                    }
                    lost = self.readers.hand_over(handle, event, &mut self.flow, now);
                }
            }
        }
        // The readers have theirs already, in case it panics.
        observe(&event);
        if let Some((handle, overflow)) = lost {
            self.lose(handle, overflow.into(), now);
        }
        Some(delivered)
    }

    /// Ends the answer of a command with this error, and cancels the command.
    fn lose(&mut self, handle: CommandHandle, error: CommandError, now: Instant) {
        self.readers.fail(handle, error);
        // A command that has ended in between needs no cancelling.
        let _ = self.connection.cancel(handle, now);
        self.flow.forget(handle);
    }

    /// Lets the connection read if there is room for what it reads. Ends streams whose readers others have waited for long enough.
    fn keep_pace(&mut self, now: Instant) {
        self.flow.contend(self.connection.open_commands() > 1, now);
        while let Some((handle, overflow)) = self.flow.late(now) {
            self.lose(handle, overflow.into(), now);
        }
        match self.flow.turn() {
            Some(Turn::Stop) => self.connection.pause_reading(now),
            Some(Turn::Go) => self.connection.resume_reading(now),
            None => {}
        }
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) and [`poll`](Self::poll) at the latest.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let connection = self.connection.poll_timeout().map(|deadline| deadline.at);
        connection.into_iter().chain(self.flow.deadline()).min()
    }

    /// [`ClientConnection::handle_transport_error`]
    pub fn handle_transport_error(&mut self, error: Failure, now: Instant) {
        self.connection.handle_transport_error(error, now);
    }

    /// [`ClientConnection::handle_input`]
    pub fn handle_input(&mut self, octets: &[u8], now: Instant) {
        self.connection.handle_input(octets, now);
    }

    /// [`ClientConnection::receive_space`]
    pub fn receive_space(&mut self, min: usize) -> &mut [u8] {
        self.connection.receive_space(min)
    }

    /// [`ClientConnection::handle_received`]
    pub fn handle_received(&mut self, octets: usize, now: Instant) {
        self.connection.handle_received(octets, now);
    }

    /// [`ClientConnection::handle_eof`]
    pub fn handle_eof(&mut self, now: Instant) {
        self.connection.handle_eof(now);
    }

    /// [`ClientConnection::handle_timeout`]
    pub fn handle_timeout(&mut self, now: Instant) {
        self.connection.handle_timeout(now);
    }

    /// [`ClientConnection::handle_transmitted`]
    pub fn handle_transmitted(&mut self, octets: usize, now: Instant) {
        self.connection.handle_transmitted(octets, now);
    }

    /// [`ClientConnection::handle_upgraded`]
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NoUpgrade`].
    pub fn handle_upgraded(&mut self, now: Instant) -> Result<(), ApiMisuse> {
        self.connection.handle_upgraded(now)
    }

    /// [`ClientConnection::supply_space`]
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotSupplying`].
    pub fn supply_space(&mut self, handle: CommandHandle) -> Result<&mut [u8], ApiMisuse> {
        self.connection.supply_space(handle)
    }

    /// [`ClientConnection::supplied`]
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotSupplying`].
    pub fn supplied(
        &mut self,
        handle: CommandHandle,
        octets: usize,
        now: Instant,
    ) -> Result<usize, ApiMisuse> {
        self.connection.supplied(handle, octets, now)
    }

    /// The connection, for calls that the desk does not have. Take its events with [`poll`](Self::poll), never with
    /// [`ClientConnection::poll_event`]: what that returns is lost for its readers.
    pub const fn connection_mut(&mut self) -> &mut ClientConnection {
        &mut self.connection
    }

    /// The connection, to look at.
    #[must_use]
    pub const fn connection(&self) -> &ClientConnection {
        &self.connection
    }

    /// Why the connection ended, once it has.
    #[must_use]
    pub const fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    /// Octets of events that are held for readers and listeners.
    #[must_use]
    pub fn held(&self) -> usize {
        self.readers.held() + self.listening.held()
    }

    /// [`ClientConnection::transmit`]
    #[must_use]
    pub fn transmit(&self) -> &[u8] {
        self.connection.transmit()
    }

    /// Whether outcomes wait for the end of the connection: who hears that it has ended finds it closed.
    fn is_ending(&self) -> bool {
        self.closed.is_none() && self.connection.is_ending()
    }

    fn dismiss(&mut self, reader: Reader) {
        if let Reader::Idle(idle) = reader {
            self.listening.dismiss(&idle.listener);
        }
    }

    /// Wakes the task that drives the connection.
    pub fn wake_driver(&mut self) {
        if let Some(driver) = self.driver.take() {
            driver.wake();
        }
    }

    fn misused(&self, misuse: ApiMisuse) -> CommandError {
        match &self.closed {
            Some(closed) if misuse == ApiMisuse::Closed => {
                CommandError::NotSent(NotSent::Closed(closed.clone()))
            }
            _ => CommandError::Misuse(misuse),
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("connection", &self.connection)
            .field("closed", &self.closed)
            .finish_non_exhaustive()
    }
}
