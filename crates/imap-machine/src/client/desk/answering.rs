//! Typed answers: folded into a value while the events arrive.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;
use core::marker::PhantomData;
use core::mem;

use bounded_static::ToBoundedStatic;

use super::error::CommandError;
use super::inbox::Inbox;
use crate::client::answers::{Answer, Uptake, as_event, own_code};
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
    Open {
        answer: A,
        /// Events for which the answer has no place.
        unread: Inbox,
    },
    Ended(Result<A::Value, CommandError>),
}

/// An [`Answering`] whose type only its ticket knows.
pub(super) trait Fold: Send {
    fn event(&mut self, event: &Event<'_>);

    /// One of several commands has succeeded.
    fn part(&mut self, completion: &Completion<'_>);

    fn octets(&self) -> usize;

    /// The command has ended. The first end stays.
    fn end(&mut self, end: Result<&Completion<'_>, CommandError>);

    fn has_ended(&self) -> bool;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<A: Answer> Answering<A> {
    pub(super) fn begin() -> Box<dyn Fold> {
        Box::new(Self::Open {
            answer: A::default(),
            unread: Inbox::default(),
        })
    }
}

impl<A: Answer> Fold for Answering<A> {
    fn event(&mut self, event: &Event<'_>) {
        if let Self::Open { answer, unread } = self {
            if answer.event(event) == Uptake::Left {
                unread.push(event.to_static());
            }
        }
    }

    fn part(&mut self, completion: &Completion<'_>) {
        if own_code(&completion.text).is_some() {
            self.event(&as_event(completion));
        }
    }

    fn octets(&self) -> usize {
        match self {
            Self::Open { answer, unread } => answer.octets().saturating_add(unread.held()),
            Self::Ended(_) => 0,
        }
    }

    fn end(&mut self, end: Result<&Completion<'_>, CommandError>) {
        if let Self::Open { answer, unread } = self {
            let (answer, unread) = (mem::take(answer), mem::take(unread));
            *self = Self::Ended(end.and_then(|completion| {
                let value = answer.finish(completion, unread.into_events());
                value.map_err(CommandError::from)
            }));
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self, Self::Ended(_))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
