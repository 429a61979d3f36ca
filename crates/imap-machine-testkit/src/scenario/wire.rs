//! The transport between a connection and the server of a scenario, in memory.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::End;
use super::chunking::Output;

/// The transport of a scenario, for an [`Adapter`](super::Adapter) to read from and write to.
///
/// There are two ways to do so: [`poll_read`](Self::poll_read) and its siblings wake the waiting task, [`read`](Self::read) and
/// its siblings answer [`WouldBlock`](ErrorKind::WouldBlock). Clones are the same wire.
#[derive(Clone, Debug)]
pub struct Wire(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    output: Output,
    flow: Flow,
    /// Octets that the server has sent and that have not been read.
    arrived: Vec<u8>,
    end: Option<End>,
    layer: Layer,
    /// What the client has written and no `C:` line has claimed.
    written: Vec<u8>,
    reader: Option<Waker>,
    writer: Option<Waker>,
    upgrader: Option<Waker>,
}

/// Whether the transport takes octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Free,
    Held,
}

/// The layer that is set up, if one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Awaited,
    Stands,
}

/// What there is for the connection.
pub(super) enum News {
    Octets(Vec<u8>),
    End(End),
    Upgraded,
}

/// The side of the client.
impl Wire {
    /// Reads what has arrived; 0 is the end of the stream.
    ///
    /// # Errors
    ///
    /// The transport has failed (`S: <FAIL>`).
    pub fn poll_read(&self, cx: &mut Context<'_>, space: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        let octets = state.arrived.len().min(space.len());
        match state.end {
            _ if octets > 0 => {}
            Some(End::Eof) => {}
            Some(End::Failure) => return Poll::Ready(Err(ErrorKind::ConnectionReset.into())),
            None => {
                state.reader = Some(cx.waker().clone());
                return Poll::Pending;
            }
        }
        for (to, from) in space.iter_mut().zip(state.arrived.drain(..octets)) {
            *to = from;
        }
        Poll::Ready(Ok(octets))
    }

    /// Writes what is taken: everything, an octet, or nothing while output is held.
    ///
    /// # Errors
    ///
    /// The transport has failed.
    pub fn poll_write(&self, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let mut state = self.lock();
        if state.end == Some(End::Failure) {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        if state.flow == Flow::Held {
            state.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let taken = match state.output {
            Output::Whole => octets,
            Output::Octets => octets.get(..1).unwrap_or_default(),
        };
        state.written.extend_from_slice(taken);
        Poll::Ready(Ok(taken.len()))
    }

    /// The handshake of the layer that the connection has asked for: ready when the scenario says `upgraded`.
    ///
    /// # Errors
    ///
    /// The stream has ended, or there are octets in it that belong to no handshake.
    pub fn poll_upgraded(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        Poll::Ready(match state.end {
            Some(End::Failure) => Err(ErrorKind::ConnectionReset.into()),
            Some(End::Eof) => Err(ErrorKind::UnexpectedEof.into()),
            None if !state.arrived.is_empty() => Err(ErrorKind::InvalidData.into()),
            None if state.layer == Layer::Stands => {
                state.layer = Layer::Awaited;
                Ok(())
            }
            None => {
                state.upgrader = Some(cx.waker().clone());
                return Poll::Pending;
            }
        })
    }

    /// [`poll_read`](Self::poll_read) without a task to wake.
    ///
    /// # Errors
    ///
    /// The same, and [`WouldBlock`](ErrorKind::WouldBlock).
    pub fn read(&self, space: &mut [u8]) -> io::Result<usize> {
        at_once(|cx| self.poll_read(cx, space))
    }

    /// [`poll_write`](Self::poll_write) without a task to wake.
    ///
    /// # Errors
    ///
    /// The same, and [`WouldBlock`](ErrorKind::WouldBlock).
    pub fn write(&self, octets: &[u8]) -> io::Result<usize> {
        at_once(|cx| self.poll_write(cx, octets))
    }

    /// [`poll_upgraded`](Self::poll_upgraded) without a task to wake.
    ///
    /// # Errors
    ///
    /// The same, and [`WouldBlock`](ErrorKind::WouldBlock).
    pub fn upgraded(&self) -> io::Result<()> {
        at_once(|cx| self.poll_upgraded(cx))
    }

    /// Whether there is something to read or a layer is in place; with `write`, also whether output is taken.
    #[must_use]
    pub fn is_ready(&self, write: bool) -> bool {
        let state = self.lock();
        let layer = state.layer == Layer::Stands;
        let read = !state.arrived.is_empty() || state.end.is_some();
        layer || read || (write && state.flow == Flow::Free)
    }
}

/// The side of the scenario.
impl Wire {
    pub(super) fn new(output: Output) -> Self {
        Self(Arc::new(Mutex::new(State {
            output,
            flow: Flow::Free,
            arrived: Vec::new(),
            end: None,
            layer: Layer::Awaited,
            written: Vec::new(),
            reader: None,
            writer: None,
            upgrader: None,
        })))
    }

    pub(super) fn send(&self, octets: &[u8]) {
        let mut state = self.lock();
        state.arrived.extend_from_slice(octets);
        let wakers = [state.reader.take(), state.upgrader.take()];
        wake(state, wakers);
    }

    pub(super) fn end(&self, end: End) {
        let mut state = self.lock();
        state.end = Some(end);
        let wakers = [
            state.reader.take(),
            state.writer.take(),
            state.upgrader.take(),
        ];
        wake(state, wakers);
    }

    pub(super) fn stand(&self) {
        let mut state = self.lock();
        state.layer = Layer::Stands;
        let upgrader = state.upgrader.take();
        wake(state, [upgrader]);
    }

    pub(super) fn flow(&self, flow: Flow) {
        let mut state = self.lock();
        state.flow = flow;
        let writer = state.writer.take();
        wake(state, [writer]);
    }

    /// The next thing that has arrived, for a connection that takes all octets in one read.
    pub(super) fn take_news(&self) -> Option<News> {
        let mut state = self.lock();
        if !state.arrived.is_empty() {
            return Some(News::Octets(std::mem::take(&mut state.arrived)));
        }
        if let Some(end) = state.end.take() {
            return Some(News::End(end));
        }
        let layer = std::mem::replace(&mut state.layer, Layer::Awaited);
        (layer == Layer::Stands).then_some(News::Upgraded)
    }

    /// What was written since the last call.
    pub(super) fn take_written(&self) -> Vec<u8> {
        std::mem::take(&mut self.lock().written)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes the tasks after the lock is released.
fn wake<const N: usize>(state: MutexGuard<'_, State>, wakers: [Option<Waker>; N]) {
    drop(state);
    for waker in wakers.into_iter().flatten() {
        waker.wake();
    }
}

fn at_once<T>(poll: impl FnOnce(&mut Context<'_>) -> Poll<io::Result<T>>) -> io::Result<T> {
    match poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_what_the_scenario_says() {
        let wire = Wire::new(Output::Octets);
        let mut space = [0; 2];
        assert_eq!(
            wire.read(&mut space).unwrap_err().kind(),
            ErrorKind::WouldBlock
        );
        wire.send(b"abc");
        assert_eq!((wire.read(&mut space).unwrap(), &space), (2, b"ab"));
        assert_eq!(wire.write(b"xy").unwrap(), 1);
        wire.flow(Flow::Held);
        assert_eq!(wire.write(b"y").unwrap_err().kind(), ErrorKind::WouldBlock);
        assert_eq!(wire.take_written(), b"x");
        wire.stand();
        let refused = wire.upgraded().unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData, "octets in the way");
        assert_eq!(wire.read(&mut space).unwrap(), 1);
        assert!(wire.upgraded().is_ok());
        wire.end(End::Eof);
        assert_eq!(wire.read(&mut space).unwrap(), 0);
        wire.end(End::Failure);
        assert!(wire.read(&mut space).is_err() && wire.write(b"y").is_err());
    }

    #[test]
    fn a_waiting_task_is_woken() {
        use std::sync::atomic::{AtomicUsize, Ordering};

        struct Count(AtomicUsize);
        impl std::task::Wake for Count {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let count = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&count));
        let cx = &mut Context::from_waker(&waker);
        let wire = Wire::new(Output::Whole);
        assert!(wire.poll_read(cx, &mut [0]).is_pending());
        wire.send(b"a");
        wire.send(b"b");
        assert_eq!(
            count.0.load(Ordering::Relaxed),
            1,
            "the reader is woken once"
        );
        wire.flow(Flow::Held);
        assert!(wire.poll_write(cx, b"x").is_pending());
        wire.flow(Flow::Free);
        assert_eq!(
            count.0.load(Ordering::Relaxed),
            2,
            "the writer is woken too"
        );
    }
}
