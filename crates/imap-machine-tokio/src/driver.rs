//! The loop of the core's first page, polled: events first, then output, then input, then the timer.
//!
//! Every turn tries both to write and to read, so that neither waits for the other and two full socket buffers cannot lock each
//! other. The work of one poll is bounded, so that a busy connection does not starve other tasks.

use std::io;
use std::mem::MaybeUninit;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use imap_machine::Instant;
use imap_machine::client::{Closed, Failure};
use tokio::io::ReadBuf;
use tokio::task::yield_now;

use crate::clock::Alarm;
use crate::state::State;
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

    /// Drives the connection, until it is closed.
    pub(crate) fn poll(&mut self, state: &mut State, cx: &mut Context<'_>) -> Poll<Closed> {
        self.reader_waits = false;
        for _ in 0..TURNS {
            state.desk.driven_by(cx.waker());
            ready!(self.turn(state, cx));
            if let Some(closed) = state.desk.closed() {
                // Sends close_notify if that needs no waiting.
                let _ = self.transport.poll_shutdown(cx);
                return Poll::Ready(closed.clone());
            }
        }
        // A task that wakes itself is polled again before the future of `block_on`, up to 61 times, and its reader takes nothing
        // meanwhile. To yield lets all others have their turn.
        if pin!(yield_now()).poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// Pending when there is nothing to do.
    fn turn(&mut self, state: &mut State, cx: &mut Context<'_>) -> Poll<()> {
        let now = state.clock.now();
        let is_busy = state.deliver(now) | state.close_if_unused(now);
        if state.desk.closed().is_some() {
            return Poll::Ready(());
        }
        if std::mem::take(&mut state.wants_tls) {
            if let Err(error) = self.transport.upgrade() {
                self.fail(state, error, now);
            }
        }
        let supplied = state.poll_supply(now, cx);
        let wrote = self.poll_upgrade(state, now, cx) | self.poll_write(state, now, cx);
        state.observers.drained(state.desk.connection(), now);
        // What has been read is given to its readers before more is read.
        let read = !is_busy && self.poll_read(state, now, cx);
        // Whoever moves acts on deadlines with the next event. Who waits is woken for them.
        match is_busy || supplied || wrote || read {
            true => Poll::Ready(()),
            false => self.poll_alarm(state, cx),
        }
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
        if self.failure.is_some() {
            return false;
        }
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

    fn poll_alarm(&mut self, state: &mut State, cx: &mut Context<'_>) -> Poll<()> {
        let Some(deadline) = state.desk.poll_timeout() else {
            return Poll::Pending;
        };
        ready!(self.alarm.poll_until(&state.clock, deadline, cx));
        state.desk.handle_timeout(state.clock.now());
        Poll::Ready(())
    }

    fn fail(&mut self, state: &mut State, error: io::Error, now: Instant) {
        let failure = self.failure.take().unwrap_or_else(|| Arc::new(error));
        state.desk.handle_transport_error(failure, now);
    }
}
