//! Typed answers: folded into a value while the events arrive.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;
use core::marker::PhantomData;
use core::mem;

use super::error::CommandError;
use crate::client::answers::Answer;
use crate::client::command::{CommandHandle, Completion};
use crate::client::event::Event;

/// Entitles to the answer of one command: [`Desk::poll_answer`](super::Desk::poll_answer).
pub struct Ticket<A> {
    handle: CommandHandle,
    answer: PhantomData<fn() -> A>,
}

impl<A> Ticket<A> {
    pub(super) const fn new(handle: CommandHandle) -> Self {
        Self {
            handle,
            answer: PhantomData,
        }
    }

    /// The command.
    #[must_use]
    pub const fn handle(&self) -> CommandHandle {
        self.handle
    }
}

impl<A> fmt::Debug for Ticket<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.handle).finish()
    }
}

/// An answer that is being read.
pub(super) enum Answering<A: Answer> {
    Open(A),
    Ended(Result<A::Value, CommandError>),
}

/// An [`Answering`] whose type only its ticket knows.
pub(super) trait Fold: Send {
    fn event(&mut self, event: &Event<'_>);

    fn octets(&self) -> usize;

    /// The command has ended. The first end stays.
    fn end(&mut self, end: Result<&Completion<'_>, CommandError>);

    fn has_ended(&self) -> bool;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<A: Answer> Answering<A> {
    pub(super) fn begin() -> Box<dyn Fold> {
        Box::new(Self::Open(A::default()))
    }
}

impl<A: Answer> Fold for Answering<A> {
    fn event(&mut self, event: &Event<'_>) {
        if let Self::Open(answer) = self {
            answer.event(event);
        }
    }

    fn octets(&self) -> usize {
        match self {
            Self::Open(answer) => answer.octets(),
            Self::Ended(_) => 0,
        }
    }

    fn end(&mut self, end: Result<&Completion<'_>, CommandError>) {
        if let Self::Open(answer) = self {
            let answer = mem::take(answer);
            *self = Self::Ended(end.map(|completion| answer.finish(completion)));
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
