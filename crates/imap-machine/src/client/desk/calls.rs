//! What readers want: sending, taking what has come, listening, giving up.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::task::{Poll, Waker};

use super::Desk;
use super::answering::{Answering, Ticket};
use super::course::{Course, Series};
use super::error::CommandError;
use super::listening::{Listener, Update};
use super::readers::Reader;
use crate::client::answers::Answer;
use crate::client::command::{
    Command, CommandHandle, CommandOptions, Completion, NotSent, TypedCommand,
};
use crate::client::event::Event;
use crate::client::exchange::answer::SaslAnswer;
use crate::error::ApiMisuse;
use crate::instant::Instant;

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
pub enum IdleItem {
    /// The server idles, or has said something.
    Update(Update),
    /// How the IDLE ended. Nothing comes after it.
    End(Result<Completion<'static>, CommandError>),
}

impl Desk {
    /// Sends a command whose answer becomes a value: [`poll_answer`](Self::poll_answer).
    ///
    /// # Errors
    ///
    /// [`CommandError::NotSent`] when the connection is closed, [`CommandError::Misuse`] when too many commands are open, and
    /// [`CommandError::Unsupported`] for a layer that the adapter cannot set up.
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
        mut command: Command,
        reader: Reader,
        options: CommandOptions,
        now: Instant,
    ) -> Result<CommandHandle, CommandError> {
        if let Some(layer) = self.missing.filter(|layer| command.layer() == Some(*layer)) {
            return Err(CommandError::Unsupported(layer));
        }
        let series = match self.series(&mut command, &reader, options, now) {
            Ok(series) => series,
            Err(error) => {
                self.dismiss(reader);
                return Err(error);
            }
        };
        match self.connection.send(command, options, now) {
            Ok(handle) => {
                self.readers.insert(handle, reader);
                if let Some(series) = series {
                    let parts = self.readers.set_series(handle, *series);
                    self.send_parts(handle, parts, now);
                }
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

    /// What is sent besides a command, if its answer may take more than one. It becomes the first of them.
    fn series(
        &self,
        command: &mut Command,
        reader: &Reader,
        options: CommandOptions,
        now: Instant,
    ) -> Result<Option<Box<Series>>, CommandError> {
        // A stream is of one command.
        if !matches!(reader, Reader::Answer(_)) {
            return Ok(None);
        }
        let mut parts = Vec::new();
        let course = if command.moves() && self.lacks("MOVE") {
            let as_copy = command.as_copy().filter(|_| !self.lacks("UIDPLUS"));
            let [copy, rest @ ..] = as_copy.ok_or(CommandError::NotSent(NotSent::NoMove))?;
            *command = copy;
            Course::new(rest.into(), options, now)
        } else if command.searches_text() {
            Course::searching(command.clone(), options, now)
        } else {
            let most = self.connection.config().limits.command_line;
            if command.is_longer(most) {
                let mut all = command.clone().split(most).into_iter();
                if let Some(first) = all.next() {
                    *command = first;
                }
                parts = all.collect();
            }
            if parts.is_empty() && !self.may_leave_out(command) {
                return Ok(None);
            }
            Course::new(Vec::new(), options, now)
        };
        let kept = self.kept(command);
        Ok(Some(Box::new(Series {
            course,
            parts,
            kept,
        })))
    }

    /// Whether the server has said what it can do, and this is not among it.
    fn lacks(&self, extension: &str) -> bool {
        self.connection.capabilities().is_known() && !self.connection.supports(extension)
    }

    /// Whether the server may leave out some messages of this command (RFC 9738).
    fn may_leave_out(&self, command: &Command) -> bool {
        let mut names = self.connection.capabilities().iter();
        command.is_about_messages() && names.any(|name| name.starts_with("MESSAGELIMIT="))
    }

    /// The command, if the server may leave out some of its messages.
    fn kept(&self, command: &Command) -> Option<Command> {
        self.may_leave_out(command).then(|| command.clone())
    }

    /// Sends other commands of an answer.
    pub(super) fn send_parts(&mut self, first: CommandHandle, parts: Vec<Command>, now: Instant) {
        for command in parts {
            let Some(course) = self.readers.course_mut(first) else {
                return;
            };
            let options = course.options(now);
            let kept = self.kept(&command);
            match self.connection.send(command, options, now) {
                Ok(handle) => self.readers.add_part(handle, first, kept),
                Err(misuse) => {
                    let error = self.misused(misuse);
                    self.readers.cannot_go_on(first, error);
                }
            }
        }
        self.wake_driver();
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

    /// The next event of a stream, if one is held. For more, ask [`poll_next`](Self::poll_next), and see there for `now`.
    #[inline]
    pub fn take_event(
        &mut self,
        handle: CommandHandle,
        now: impl FnOnce() -> Instant,
    ) -> Option<Event<'static>> {
        let Some(Reader::Stream(stream)) = self.readers.get_mut(handle) else {
            return None;
        };
        let event = stream.inbox.pop();
        if self.flow.taken(handle, stream.inbox.held()) {
            self.keep_pace(now());
            self.wake_driver();
        }
        event
    }

    /// The next item of a stream. After [`Item::End`] it is an end with [`ApiMisuse::NotOpen`]. `now` is asked only when a stream
    /// that was full has room again: rows come by the hundred thousand, and a look at the clock takes a good part of the time of one.
    pub fn poll_next(
        &mut self,
        handle: CommandHandle,
        now: impl FnOnce() -> Instant,
        waker: &Waker,
    ) -> Poll<Item> {
        if let Some(event) = self.take_event(handle, now) {
            return Poll::Ready(Item::Event(event));
        }
        let is_ending = self.is_ending();
        let Some(Reader::Stream(stream)) = self.readers.get_mut(handle) else {
            return Poll::Ready(Item::End(Err(ApiMisuse::NotOpen.into())));
        };
        match stream.end.take_if(|_| !is_ending) {
            Some(end) => {
                self.readers.remove(handle);
                Poll::Ready(Item::End(end))
            }
            None => self.readers.wait(handle, waker),
        }
    }

    /// The next item of an IDLE. After [`IdleItem::End`] it is an end with [`ApiMisuse::NotOpen`].
    pub fn poll_idle(&mut self, handle: CommandHandle, waker: &Waker) -> Poll<IdleItem> {
        let is_ending = self.is_ending();
        let Some(Reader::Idle(idle)) = self.readers.get_mut(handle) else {
            return Poll::Ready(IdleItem::End(Err(ApiMisuse::NotOpen.into())));
        };
        if let Some(update) = self.listening.take(&idle.listener) {
            return Poll::Ready(IdleItem::Update(update));
        }
        match idle.end.take_if(|_| !is_ending) {
            Some(end) => {
                let ended = self.readers.remove(handle);
                ended.into_iter().for_each(|idle| self.dismiss(idle));
                Poll::Ready(IdleItem::End(end))
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
        if !self.readers.has(handle) {
            return Err(ApiMisuse::NotOpen);
        }
        self.cancel(handle, now);
        let reader = self.readers.remove(handle).ok_or(ApiMisuse::NotOpen)?;
        self.dismiss(reader);
        self.flow.forget(handle);
        self.keep_pace(now);
        self.wake_driver();
        Ok(())
    }

    /// Asks for the end of an IDLE: [`ClientConnection::done`](crate::client::ClientConnection::done).
    ///
    /// # Errors
    ///
    /// [`ApiMisuse::NotOpen`] and [`ApiMisuse::NotIdle`].
    pub fn done(&mut self, handle: CommandHandle, now: Instant) -> Result<(), ApiMisuse> {
        self.wake_driver();
        self.connection.done(handle, now)
    }

    /// Answers a challenge: [`ClientConnection::answer`](crate::client::ClientConnection::answer).
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

    /// Ends the connection now, without LOGOUT: [`ClientConnection::close`](crate::client::ClientConnection::close).
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

    fn dismiss(&mut self, reader: Reader) {
        if let Reader::Idle(idle) = reader {
            self.listening.dismiss(&idle.listener);
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
