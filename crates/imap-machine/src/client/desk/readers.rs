//! The readers of commands, and what is held for them.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::task::{Poll, Waker};

use bounded_static::ToBoundedStatic;

use super::answering::{Answering, Fold};
use super::course::{Course, Sequel, Series};
use super::error::{CommandError, Overflow};
use super::inbox::{BATCH, Inbox};
use super::listening::Listener;
use super::pace::Flow;
use crate::client::answers::Answer;
use crate::client::command::in_order::InOrder;
use crate::client::command::{Command, CommandHandle, Completion, Outcome};
use crate::client::event::{Cause, Event};
use crate::client::respond::Rows;
use crate::codec::{Fetch, Untagged};
use crate::instant::Instant;

/// By command.
#[derive(Default)]
pub(super) struct Readers {
    slots: InOrder<ReaderSlot>,
    /// Commands after the first one of an answer, and that first one.
    parts: Vec<(CommandHandle, CommandHandle)>,
}

struct ReaderSlot {
    reader: Reader,
    waker: Option<Waker>,
    /// If its answer takes more than one command.
    course: Option<Box<Course>>,
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

    /// A command of several has succeeded. Its code may be a part of the answer: COPYUID, MODIFIED.
    fn part(&mut self, completion: &Completion<'_>) {
        if let Self::Answer(answering) = self {
            answering.part(completion);
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
        let slot = ReaderSlot {
            reader,
            waker: None,
            course: None,
        };
        self.slots.push(handle, slot);
    }

    /// The answer takes other commands too. Returns those that are sent with the first.
    pub(super) fn set_series(&mut self, handle: CommandHandle, series: Series) -> Vec<Command> {
        if let Some(slot) = self.slots.get_mut(handle) {
            slot.course = Some(Box::new(series.course));
        }
        self.add_part(handle, handle, series.kept);
        series.parts
    }

    pub(super) fn course_mut(&mut self, handle: CommandHandle) -> Option<&mut Course> {
        self.slots.get_mut(handle)?.course.as_deref_mut()
    }

    /// A command is a part of what this reader reads.
    pub(super) fn add_part(
        &mut self,
        handle: CommandHandle,
        of: CommandHandle,
        kept: Option<Command>,
    ) {
        if let Some(course) = self.course_mut(of) {
            course.sent(handle, kept);
            if handle != of {
                self.parts.push((handle, of));
            }
        }
    }

    /// The first command of the answer that this one is a part of.
    pub(super) fn first_of(&self, handle: CommandHandle) -> CommandHandle {
        let mut parts = self.parts.iter();
        let part = parts.find(|(part, _)| *part == handle);
        part.map_or(handle, |(_, first)| *first)
    }

    /// Whether what this command brings is news and no part of an answer.
    pub(super) fn brings_news(&self, handle: CommandHandle) -> bool {
        let first = self.first_of(handle);
        let course = self.slots.get(first).and_then(|slot| slot.course.as_ref());
        course.is_some_and(|course| course.brings_news())
    }

    pub(super) fn has(&self, handle: CommandHandle) -> bool {
        self.slots.get(handle).is_some()
    }

    #[inline]
    pub(super) fn get_mut(&mut self, handle: CommandHandle) -> Option<&mut Reader> {
        Some(&mut self.slots.get_mut(handle)?.reader)
    }

    pub(super) fn remove(&mut self, handle: CommandHandle) -> Option<Reader> {
        Some(self.slots.remove(handle)?.reader)
    }

    /// The commands of this answer that are open, the first one included if it may be.
    pub(super) fn open_commands(&mut self, handle: CommandHandle) -> Vec<CommandHandle> {
        let Some(course) = self.course_mut(handle) else {
            return Vec::from([handle]);
        };
        let open = course.open().collect();
        self.parts.retain(|(_, first)| *first != handle);
        open
    }

    /// The reader has to wait.
    pub(super) fn wait<T>(&mut self, handle: CommandHandle, waker: &Waker) -> Poll<T> {
        if let Some(place) = self.slots.get_mut(handle) {
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
        let place = self.slots.get_mut(handle)?;
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
        let mut place = self.slots.get_mut(handle);
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

    /// The command has had its outcome. `None` if its answer has ended with it; otherwise the commands that it takes besides.
    pub(super) fn end(
        &mut self,
        handle: CommandHandle,
        outcome: &Outcome<'_>,
    ) -> Option<Vec<Command>> {
        let first = self.first_of(handle);
        let place = self.slots.get_mut(first)?;
        let sequel = match &mut place.course {
            None => Sequel::End(CommandError::of(outcome)),
            Some(course) => course.ended(handle, outcome),
        };
        match sequel {
            Sequel::End(end) => {
                place.reader.end(end);
                wake(place);
                self.parts.retain(|(part, _)| *part != handle);
                None
            }
            Sequel::GoOn { part, send } => {
                if let Some(completion) = part {
                    place.reader.part(completion);
                }
                self.parts.retain(|(part, _)| *part != handle);
                Some(send)
            }
        }
    }

    /// A command of this answer could not be sent.
    pub(super) fn cannot_go_on(&mut self, handle: CommandHandle, error: CommandError) {
        let Some(course) = self.course_mut(handle) else {
            return;
        };
        course.fails(error);
        if let Some(error) = course.take_failed() {
            self.fail(handle, error);
        }
    }

    pub(super) fn fail(&mut self, handle: CommandHandle, error: CommandError) {
        if let Some(place) = self.slots.get_mut(handle) {
            place.reader.end(Err(error));
            wake(place);
        }
    }

    pub(super) fn held(&self) -> usize {
        let held = self.slots.iter().map(|place| match &place.reader {
            Reader::Stream(stream) => stream.inbox.held(),
            Reader::Answer(_) | Reader::Idle(_) => 0,
        });
        held.sum()
    }

    pub(super) fn wake_all(&mut self) {
        self.slots.iter_mut().for_each(wake);
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
