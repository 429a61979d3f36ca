//! The loop of the core's first page, polled: events first, then output, then input, then the timer.
//!
//! Every turn tries both to write and to read, so that neither waits for the other and two full socket buffers cannot lock each
//! other. The work of one poll is bounded, so that a busy connection does not starve other tasks.

use std::io;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::task::{Context, Poll};

use imap_machine::Instant;
use imap_machine::client::session::{OpenError, Opening, Readiness};
use imap_machine::client::{Closed, Failure};
use tokio::io::ReadBuf;

use crate::clock::Alarm;
use crate::state::{Events, State};
use crate::transport::Transport;

// Few, so that readers get their turn before much has gathered for them.
const TURNS: usize = 4;
// What is read at a time while little comes, and while much comes.
const READ: usize = 16 << 10;
const READ_MUCH: usize = 64 << 10;

pub(crate) struct Driver {
    transport: Transport,
    alarm: Alarm,
    /// How writing failed. Octets that the server sent before it went away are still read.
    failure: Option<Failure>,
    /// Whether the last read filled its space.
    much: bool,
    /// Whether this task is woken when there is something to read.
    reader_waits: bool,
}

/// Why a driver stopped.
pub(crate) enum Exit {
    Ready,
    Failed(OpenError),
    Closed(Closed),
}

impl Driver {
    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport,
            alarm: Alarm::default(),
            failure: None,
            much: false,
            reader_waits: false,
        }
    }

    /// Drives the connection, and `opening` until the session can be used.
    pub(crate) fn poll(
        &mut self,
        state: &mut State,
        mut opening: Option<&mut Opening>,
        cx: &mut Context<'_>,
    ) -> Poll<Exit> {
        self.reader_waits = false;
        for _ in 0..TURNS {
            let now = state.clock.now();
            state.desk.driven_by(cx.waker());
            match self.turn(state, opening.as_deref_mut(), now, cx) {
                Turn::Moved => {}
                Turn::Waits => return Poll::Pending,
                Turn::Exit(exit) => return Poll::Ready(exit),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn turn(
        &mut self,
        state: &mut State,
        opening: Option<&mut Opening>,
        now: Instant,
        cx: &mut Context<'_>,
    ) -> Turn {
        let delivered = match opening {
            Some(opening) => match self.open(state, opening, now) {
                Ok(Readiness::Ready) => return Turn::Exit(Exit::Ready),
                Ok(Readiness::Pending) => Events::None,
                Err(error) => return Turn::Exit(Exit::Failed(error)),
            },
            None => {
                let delivered = state.deliver(None, now);
                match state.close_if_unused(now) {
                    true => Events::Many,
                    false => delivered,
                }
            }
        };
        if let Some(closed) = state.desk.closed() {
            // Sends close_notify if that needs no waiting.
            let _ = self.transport.poll_shutdown(cx);
            return Turn::Exit(Exit::Closed(closed.clone()));
        }
        if let Some(Err(error)) = state
            .take_upgrade()
            .map(|layer| self.transport.upgrade(layer))
        {
            self.fail(state, error, now);
        }
        let supplied = state.poll_supply(now, cx);
        let wrote = self.poll_upgrade(state, now, cx) | self.poll_write(state, now, cx);
        state.observers.drained(state.desk.connection(), now);
        let read = self.poll_read(state, now, cx);
        let late = self.poll_alarm(state, cx);
        match supplied | wrote | read | late || delivered == Events::Many {
            true => Turn::Moved,
            false => Turn::Waits,
        }
    }

    fn open(
        &mut self,
        state: &mut State,
        opening: &mut Opening,
        now: Instant,
    ) -> Result<Readiness, OpenError> {
        while state.deliver(Some(opening), now) == Events::Many {}
        let readiness = opening.advance(state.desk.connection_mut(), now)?;
        // What it has sent goes out.
        while state.deliver(Some(opening), now) == Events::Many {}
        Ok(readiness)
    }

    fn poll_upgrade(&mut self, state: &mut State, now: Instant, cx: &mut Context<'_>) -> bool {
        match self.transport.poll_upgrade(cx) {
            Poll::Pending => return false,
            Poll::Ready(Err(error)) => self.fail(state, error, now),
            Poll::Ready(Ok(())) => drop(state.desk.handle_upgraded(now)),
        }
        self.reader_waits = false;
        true
    }

    fn poll_write(&mut self, state: &mut State, now: Instant, cx: &mut Context<'_>) -> bool {
        match self.transport.poll_write(cx, state.desk.transmit()) {
            Poll::Pending => return false,
            Poll::Ready(Ok(octets)) => state.desk.handle_transmitted(octets, now),
            Poll::Ready(Err(error)) => self.failure = Some(Arc::new(error)),
        }
        true
    }

    fn poll_read(&mut self, state: &mut State, now: Instant, cx: &mut Context<'_>) -> bool {
        let waits = self.reader_waits && self.failure.is_none();
        if waits || !state.desk.connection().wants_read() {
            return false;
        }
        let (result, octets) = match self.much {
            true => {
                let mut space = ReadBuf::new(state.desk.receive_space(READ_MUCH));
                let result = self.transport.poll_read(cx, &mut space);
                let octets = space.filled().len();
                self.much = space.remaining() == 0;
                state.desk.handle_received(octets, now);
                (result, octets)
            }
            false => {
                // On the stack: a connection that waits for news should not hold this space.
                let mut space = [MaybeUninit::uninit(); READ];
                let mut space = ReadBuf::uninit(&mut space);
                let result = self.transport.poll_read(cx, &mut space);
                self.much = space.remaining() == 0;
                state.desk.handle_input(space.filled(), now);
                (result, space.filled().len())
            }
        };
        match result {
            Poll::Ready(Ok(())) if octets > 0 => {}
            Poll::Ready(Ok(())) => state.desk.handle_eof(now),
            // The end of TLS without close_notify. IMAP itself says what is complete.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                state.desk.handle_eof(now);
            }
            Poll::Ready(Err(error)) => self.fail(state, error, now),
            Poll::Pending => match self.failure.take() {
                Some(failure) => state.desk.handle_transport_error(failure, now),
                None => {
                    self.reader_waits = true;
                    return false;
                }
            },
        }
        true
    }

    fn poll_alarm(&mut self, state: &mut State, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = state.desk.poll_timeout() else {
            return false;
        };
        let passed = self.alarm.poll_until(&state.clock, deadline, cx).is_ready();
        if passed {
            state.desk.handle_timeout(state.clock.now());
        }
        passed
    }

    fn fail(&mut self, state: &mut State, error: io::Error, now: Instant) {
        let failure = self.failure.take().unwrap_or_else(|| Arc::new(error));
        state.desk.handle_transport_error(failure, now);
    }
}

/// What a turn did.
enum Turn {
    Moved,
    Waits,
    Exit(Exit),
}
