//! The place in which the answer to one command waits for its reader.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use imap_machine::client::session::{Inbox, Overflow};
use imap_machine::client::{CommandHandle, Completion, Event};

use crate::error::CommandError;

/// `C` is the way to the connection.
pub(crate) struct Slot<C>(Mutex<State<C>>);

struct State<C> {
    handle: Option<CommandHandle>,
    inbox: Inbox,
    stage: Stage<C>,
    reader: Option<Waker>,
}

enum Stage<C> {
    /// The outcome has not come. An open command keeps its connection open; this is the way to cancel it.
    Open(C),
    Ended(Result<Completion<'static>, CommandError>),
    /// The outcome has been taken, or is not wanted any more.
    Over,
}

/// The next item for a reader.
pub(crate) enum Step {
    Event(Event<'static>),
    End(Result<Completion<'static>, CommandError>),
    Over,
}

impl<C: Clone> Slot<C> {
    pub(crate) fn new(hold: usize, connection: C) -> Arc<Self> {
        Arc::new(Self(Mutex::new(State {
            handle: None,
            inbox: Inbox::new(hold),
            stage: Stage::Open(connection),
            reader: None,
        })))
    }

    /// The connection has accepted the command.
    pub(crate) fn accepted(&self, handle: CommandHandle) {
        self.lock().handle = Some(handle);
    }

    pub(crate) fn handle(&self) -> Option<CommandHandle> {
        self.lock().handle
    }

    /// The way to the connection, while the command is open.
    pub(crate) fn connection(&self) -> Option<C> {
        match &self.lock().stage {
            Stage::Open(connection) => Some(connection.clone()),
            Stage::Ended(_) | Stage::Over => None,
        }
    }

    /// Whether no outcome is wanted any more.
    pub(crate) fn is_over(&self) -> bool {
        !matches!(self.lock().stage, Stage::Open(_))
    }

    /// Holds a copy of the event until it is read.
    pub(crate) fn push(&self, event: &Event<'_>) -> Result<(), Overflow> {
        let mut state = self.lock();
        if let Stage::Open(_) = state.stage {
            state.inbox.push(event.clone())?;
        }
        wake(state);
        Ok(())
    }

    /// Gives the outcome, unless there is one.
    pub(crate) fn end(&self, result: Result<Completion<'static>, CommandError>) {
        let mut state = self.lock();
        if let Stage::Open(_) = state.stage {
            state.stage = Stage::Ended(result);
        }
        wake(state);
    }

    pub(crate) fn poll_step(&self, cx: &mut Context<'_>) -> Poll<Step> {
        let mut state = self.lock();
        if let Some(event) = state.inbox.pop() {
            return Poll::Ready(Step::Event(event));
        }
        match mem::replace(&mut state.stage, Stage::Over) {
            Stage::Ended(result) => Poll::Ready(Step::End(result)),
            Stage::Over => Poll::Ready(Step::Over),
            open @ Stage::Open(_) => {
                state.stage = open;
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// The reader is gone: events that are held are dropped. Returns the way to the connection if the command is open, to cancel it.
    pub(crate) fn abandon(&self) -> Option<C> {
        let mut state = self.lock();
        let stage = mem::replace(&mut state.stage, Stage::Over);
        let inbox = mem::replace(&mut state.inbox, Inbox::new(0));
        drop(state);
        drop(inbox);
        match stage {
            Stage::Open(connection) => Some(connection),
            Stage::Ended(_) | Stage::Over => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes the reader, when the lock is free.
fn wake<C>(mut state: MutexGuard<'_, State<C>>) {
    let reader = state.reader.take();
    drop(state);
    if let Some(reader) = reader {
        reader.wake();
    }
}
