//! Events that answer no command.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use imap_machine::client::Event;
use imap_machine::client::session::{Inbox, held_octets};

/// A stream of events that belong to no command which is still being read: new messages, expunged messages, changed flags,
/// warnings, the end. Made by [`Client::updates`](crate::Client::updates).
///
/// Events that are not taken are held, up to [`Connector::hold`](crate::Connector::hold) octets. Beyond that the oldest are
/// dropped, and an item says how many. The stream ends with the connection.
pub struct Updates(Arc<Feed>);

/// An item of [`Updates`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// Something happened.
    Event(Event<'static>),
    /// How many events before the next were dropped because they were not taken.
    Missed(u64),
}

impl Updates {
    pub(crate) const fn new(feed: Arc<Feed>) -> Self {
        Self(feed)
    }

    /// The next item; `None` when the connection is closed.
    pub async fn next(&mut self) -> Option<Update> {
        std::future::poll_fn(|cx| self.0.poll_next(cx)).await
    }
}

impl Stream for Updates {
    type Item = Update;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Update>> {
        self.0.poll_next(cx)
    }
}

impl std::fmt::Debug for Updates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Updates").finish_non_exhaustive()
    }
}

/// The connection's end of [`Updates`].
pub(crate) struct Feed {
    limit: usize,
    state: Mutex<State>,
}

struct State {
    inbox: Inbox,
    missed: u64,
    ended: bool,
    reader: Option<Waker>,
}

impl Feed {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        let state = State {
            inbox: Inbox::new(limit),
            missed: 0,
            ended: false,
            reader: None,
        };
        let state = Mutex::new(state);
        Arc::new(Self { limit, state })
    }

    pub(crate) fn push(&self, event: &Event<'_>) {
        let mut state = self.lock();
        let room = self.limit.saturating_sub(held_octets(event));
        while state.inbox.held() > room && state.inbox.pop().is_some() {
            state.missed += 1;
        }
        if state.inbox.push(event.clone()).is_err() {
            state.missed += 1;
        }
        wake(state);
    }

    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        wake(state);
    }

    fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Update>> {
        let mut state = self.lock();
        if state.missed > 0 {
            return Poll::Ready(Some(Update::Missed(std::mem::take(&mut state.missed))));
        }
        match state.inbox.pop() {
            Some(event) => Poll::Ready(Some(Update::Event(event))),
            None if state.ended => Poll::Ready(None),
            None => {
                state.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(mut state: MutexGuard<'_, State>) {
    let reader = state.reader.take();
    drop(state);
    if let Some(reader) = reader {
        reader.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    fn event(number: u32) -> Event<'static> {
        Event::Untagged {
            data: imap_machine::codec::Untagged::Exists(number),
            cause: imap_machine::client::Cause::Unsolicited,
            violation: None,
        }
    }

    #[test]
    fn a_slow_reader_loses_the_oldest_and_is_told_how_many() {
        let feed = Feed::new(3 * held_octets(&event(0)));
        (0..5).for_each(|number| feed.push(&event(number)));
        feed.end();
        let mut cx = Context::from_waker(Waker::noop());
        let mut next = || feed.poll_next(&mut cx);
        assert_eq!(next(), Poll::Ready(Some(Update::Missed(2))));
        for number in 2..5 {
            assert_eq!(next(), Poll::Ready(Some(Update::Event(event(number)))));
        }
        assert_eq!(next(), Poll::Ready(None));
    }
}
