//! The readers of commands, and what is held for them.

use alloc::boxed::Box;
use core::task::{Poll, Waker};

use bounded_static::ToBoundedStatic;

use super::answering::{Answering, Fold};
use super::error::{CommandError, Overflow};
use super::inbox::{BATCH, Inbox};
use super::listening::Listener;
use super::pace::Flow;
use crate::client::answers::Answer;
use crate::client::command::in_order::InOrder;
use crate::client::command::{CommandHandle, Completion, Outcome};
use crate::client::event::{Cause, Event};
use crate::client::respond::Rows;
use crate::codec::{Fetch, Untagged};
use crate::instant::Instant;

/// By command.
#[derive(Default)]
pub(super) struct Readers(InOrder<ReaderSlot>);

struct ReaderSlot {
    reader: Reader,
    waker: Option<Waker>,
}

/// What became of some rows.
#[derive(Default)]
pub(super) struct Given {
    /// How many the reader has got.
    pub(super) rows: usize,
    /// Its answer has become too large.
    pub(super) overflow: Option<Overflow>,
}

/// How the answer to one command is read.
pub(super) enum Reader {
    Answer(Box<dyn Fold>),
    Stream(Box<Stream>),
    Idle(Box<Idling>),
}

type CommandEnd = Result<Completion<'static>, CommandError>;

pub(super) struct Stream {
    pub(super) inbox: Inbox,
    pub(super) end: Option<CommandEnd>,
}

pub(super) struct Idling {
    pub(super) listener: Listener,
    pub(super) end: Option<CommandEnd>,
}

impl Reader {
    pub(super) fn stream() -> Self {
        Self::Stream(Box::new(Stream {
            inbox: Inbox::default(),
            end: None,
        }))
    }

    pub(super) fn idle(listener: Listener) -> Self {
        Self::Idle(Box::new(Idling {
            listener,
            end: None,
        }))
    }

    /// The value of an answer that has ended.
    pub(super) fn into_value<A: Answer>(self) -> Option<Result<A::Value, CommandError>> {
        let Self::Answer(answering) = self else {
            return None;
        };
        match *answering.into_any().downcast::<Answering<A>>().ok()? {
            Answering::Ended(value) => Some(value),
            Answering::Open { .. } => None,
        }
    }

    /// The first end stays.
    fn end(&mut self, end: Result<&Completion<'_>, CommandError>) {
        match self {
            Self::Answer(answering) => answering.end(end),
            Self::Stream(stream) => keep_first(&mut stream.end, end),
            Self::Idle(idle) => keep_first(&mut idle.end, end),
        }
    }
}

fn keep_first(slot: &mut Option<CommandEnd>, end: Result<&Completion<'_>, CommandError>) {
    slot.get_or_insert_with(|| end.map(ToBoundedStatic::to_static));
}

impl Readers {
    /// The command was sent after all others.
    pub(super) fn insert(&mut self, handle: CommandHandle, reader: Reader) {
        let waker = None;
        self.0.push(handle, ReaderSlot { reader, waker });
    }

    pub(super) fn has(&self, handle: CommandHandle) -> bool {
        self.0.get(handle).is_some()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Reader> {
        Some(&mut self.0.get_mut(handle)?.reader)
    }

    pub(super) fn remove(&mut self, handle: CommandHandle) -> Option<Reader> {
        Some(self.0.remove(handle)?.reader)
    }

    /// The reader has to wait.
    pub(super) fn wait<T>(&mut self, handle: CommandHandle, waker: &Waker) -> Poll<T> {
        if let Some(place) = self.0.get_mut(handle) {
            match &mut place.waker {
                Some(held) => held.clone_from(waker),
                none => *none = Some(waker.clone()),
            }
        }
        Poll::Pending
    }

    /// Gives the event to the reader of this command. Returns an error if it has become too large.
    pub(super) fn hand_over(
        &mut self,
        handle: CommandHandle,
        event: &Event<'_>,
        flow: &mut Flow,
        now: Instant,
    ) -> Option<(CommandHandle, Overflow)> {
        let place = self.0.get_mut(handle)?;
        let mut overflow = None;
        match &mut place.reader {
            Reader::Answer(answering) => {
                answering.event(event);
                overflow = flow.pace().answer_overflow(answering.octets());
                // Its reader waits for the end.
                return overflow.map(|overflow| (handle, overflow));
            }
            Reader::Stream(stream) if stream.end.is_some() => return None,
            Reader::Stream(stream) => {
                stream.inbox.push(event.to_static());
                flow.held(handle, stream.inbox.held(), now);
            }
            Reader::Idle(_) => {}
        }
        wake(place);
        overflow.map(|overflow| (handle, overflow))
    }

    /// Gives rows to the reader of this command, until there is no room for more.
    pub(super) fn hand_over_rows(
        &mut self,
        handle: CommandHandle,
        rows: Rows<'_>,
        flow: &mut Flow,
        now: Instant,
        mut observe: impl FnMut(&Event<'_>),
    ) -> Given {
        let mut given = Given::default();
        let mut place = self.0.get_mut(handle);
        let cause = rows.cause();
        for row in rows.take(BATCH) {
            given.rows += 1;
            match place.as_deref_mut().map(|place| &mut place.reader) {
                Some(Reader::Stream(stream)) if stream.end.is_none() => {
                    stream.inbox.push_row(&row, cause);
                    flow.held(handle, stream.inbox.held(), now);
                    stream.inbox.newest().into_iter().for_each(&mut observe);
                }
                Some(Reader::Answer(answering)) => {
                    let event = event(row, cause);
                    answering.event(&event);
                    given.overflow = flow.pace().answer_overflow(answering.octets());
                    observe(&event);
                }
                _ => observe(&event(row, cause)),
            }
            if flow.is_full() || given.overflow.is_some() {
                break;
            }
        }
        if let Some(place) = place.filter(|place| matches!(place.reader, Reader::Stream(_))) {
            wake(place);
        }
        given
    }

    /// The command has had its outcome.
    pub(super) fn end(&mut self, handle: CommandHandle, outcome: &Outcome<'_>) {
        if let Some(place) = self.0.get_mut(handle) {
            place.reader.end(CommandError::of(outcome));
            wake(place);
        }
    }

    pub(super) fn fail(&mut self, handle: CommandHandle, error: CommandError) {
        if let Some(place) = self.0.get_mut(handle) {
            place.reader.end(Err(error));
            wake(place);
        }
    }

    pub(super) fn held(&self) -> usize {
        let held = self.0.iter().map(|place| match &place.reader {
            Reader::Stream(stream) => stream.inbox.held(),
            Reader::Answer(_) | Reader::Idle(_) => 0,
        });
        held.sum()
    }

    pub(super) fn wake_all(&mut self) {
        self.0.iter_mut().for_each(wake);
    }
}

fn event(row: Fetch<'_>, cause: Cause) -> Event<'_> {
    Event::Untagged {
        data: Untagged::Fetch(row),
        cause,
        violation: None,
    }
}

fn wake(place: &mut ReaderSlot) {
    if let Some(waker) = place.waker.take() {
        waker.wake();
    }
}
