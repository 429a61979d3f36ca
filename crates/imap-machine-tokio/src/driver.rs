//! The loop of the core's first page, polled: events first, then output, then input, then the timer.
//!
//! Every turn tries both to write and to read, so that neither waits for the other and two full socket buffers cannot lock each
//! other. The work of one poll is bounded, so that a busy connection does not starve other tasks.

use std::io;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::task::{Context, Poll};

use imap_machine::client::{ClientConnection, Event};
use imap_machine::error::Closed;
use tokio::io::ReadBuf;

use crate::application::{Acted, Application, Exit};
use crate::clock::Clock;
use crate::observer::Observers;
use crate::transport::Transport;

// Few, so that readers get their turn before much has gathered for them.
const TURNS: usize = 4;
const EVENTS: usize = 256;
const READ: usize = 16 << 10;

pub(crate) struct Driver {
    pub(crate) core: ClientConnection,
    pub(crate) transport: Transport,
    pub(crate) clock: Clock,
    pub(crate) observers: Observers,
    /// How the transport failed.
    pub(crate) failure: Option<Arc<io::Error>>,
}

/// How many events there were.
pub(crate) enum Delivered {
    None,
    All,
    Many,
    Last(Closed),
}

impl Driver {
    pub(crate) fn poll(&mut self, app: &mut impl Application, cx: &mut Context<'_>) -> Poll<Exit> {
        for _ in 0..TURNS {
            let acted = app.act(&mut self.core, self.clock.now(), cx);
            if acted == Acted::Finished {
                return Poll::Ready(Exit::Finished);
            }
            let delivered = match self.deliver(app) {
                Delivered::Last(closed) => {
                    // Sends close_notify if that needs no waiting.
                    let _ = self.transport.poll_shutdown(cx);
                    return Poll::Ready(Exit::Closed(closed));
                }
                Delivered::Many => continue,
                Delivered::All => true,
                Delivered::None => acted == Acted::Something,
            };
            let wrote = self.poll_upgrade(cx) | self.poll_write(cx);
            self.observers.drained(&self.core, self.clock.now());
            let read = self.poll_read(cx) | self.poll_timer(cx);
            if !(delivered | wrote | read) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    pub(crate) fn deliver(&mut self, app: &mut impl Application) -> Delivered {
        let (mut delivered, now) = (Delivered::None, self.clock.now());
        for _ in 0..EVENTS {
            let Some(event) = self.core.poll_event() else {
                return delivered;
            };
            delivered = Delivered::All;
            self.observers.event(&event, now);
            let unwanted = app.event(&event);
            let layer = match event {
                Event::Closed(closed) => return Delivered::Last(closed),
                Event::Upgrade { layer, .. } => Some(layer),
                _ => None,
            };
            if let Some(Err(error)) = layer.map(|layer| self.transport.upgrade(layer)) {
                self.fail(error);
            }
            if let Some(handle) = unwanted {
                // A command that has ended in between needs no cancelling.
                let _ = self.core.cancel(handle, now);
            }
        }
        Delivered::Many
    }

    fn poll_upgrade(&mut self, cx: &mut Context<'_>) -> bool {
        match self.transport.poll_upgrade(cx) {
            Poll::Pending => return false,
            Poll::Ready(Err(error)) => self.fail(error),
            Poll::Ready(Ok(())) => drop(self.core.handle_upgraded(self.clock.now())),
        }
        true
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> bool {
        match self.transport.poll_write(cx, self.core.transmit()) {
            Poll::Pending => return false,
            Poll::Ready(Ok(octets)) => self.core.handle_transmitted(octets, self.clock.now()),
            // Octets that the server sent before it went away are still read.
            Poll::Ready(Err(error)) => self.failure = Some(Arc::new(error)),
        }
        true
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.core.wants_read() {
            return false;
        }
        // On the stack: a connection that waits for news should not hold this space.
        let mut space = [MaybeUninit::uninit(); READ];
        let mut space = ReadBuf::uninit(&mut space);
        let result = self.transport.poll_read(cx, &mut space);
        let (octets, now) = (space.filled(), self.clock.now());
        match result {
            Poll::Pending if self.failure.is_none() => return false,
            Poll::Pending => self.core.handle_transport_failed(now),
            Poll::Ready(Ok(())) if !octets.is_empty() => self.core.handle_input(octets, now),
            Poll::Ready(Ok(())) => self.core.handle_eof(now),
            // The end of TLS without close_notify. IMAP itself says what is complete.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.core.handle_eof(now);
            }
            Poll::Ready(Err(error)) => self.fail(error),
        }
        true
    }

    fn poll_timer(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.core.poll_timeout() else {
            return false;
        };
        let passed = self.clock.poll_until(deadline.at, cx).is_ready();
        if passed {
            self.core.handle_timeout(self.clock.now());
        }
        passed
    }

    fn fail(&mut self, error: io::Error) {
        self.failure.get_or_insert_with(|| Arc::new(error));
        self.core.handle_transport_failed(self.clock.now());
    }
}
