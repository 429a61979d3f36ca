//! Listeners: what the server says on its own account, for any number of readers.

use alloc::vec::Vec;
use core::mem;
use core::task::Waker;

use bounded_static::ToBoundedStatic;

use super::inbox::{Inbox, held_octets};
use crate::client::command::{CommandHandle, Outcome, Refusal};
use crate::client::event::{Cause, Event};
use crate::codec::{ResponseText, StatusKind};
use crate::memory::smaller;

/// Names one listener. It belongs to the desk that gave it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener(u64);

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// Something happened.
    Event(Event<'static>),
    /// How many events before the next were dropped because they were not taken.
    Missed(u64),
}

pub(super) struct Listening {
    /// Octets that are held for one listener.
    hold: usize,
    /// In the order in which they began. Mostly there is one, or none.
    listeners: Vec<(u64, News)>,
    next: u64,
}

/// What one listener has not taken yet.
#[derive(Default)]
struct News {
    inbox: Inbox,
    missed: u64,
    waker: Option<Waker>,
}

impl Listening {
    pub(super) const fn new(hold: usize) -> Self {
        Self {
            hold,
            listeners: Vec::new(),
            next: 0,
        }
    }

    pub(super) fn listen(&mut self) -> Listener {
        let listener = Listener(self.next);
        self.next += 1;
        if self.listeners.is_empty() {
            self.listeners.reserve_exact(1);
        }
        self.listeners.push((listener.0, News::default()));
        listener
    }

    pub(super) fn dismiss(&mut self, listener: &Listener) {
        self.listeners.retain(|(id, _)| *id != listener.0);
        let (capacity, used) = (self.listeners.capacity(), self.listeners.len());
        if let Some(capacity) = smaller(capacity, used) {
            self.listeners.shrink_to(capacity);
        }
    }

    pub(super) fn tell(&mut self, event: &Event<'_>) {
        for (_, news) in &mut self.listeners {
            news.push(event, self.hold);
        }
    }

    pub(super) fn tell_one(&mut self, listener: &Listener, event: &Event<'_>) {
        let hold = self.hold;
        if let Some(news) = self.of(listener) {
            news.push(event, hold);
        }
    }

    /// Tells an ALERT that came with the outcome of a command (RFC 9051 section 7.1: it must reach the user).
    pub(super) fn alert(&mut self, handle: CommandHandle, outcome: &Outcome<'_>) {
        let (status, text) = match outcome {
            Outcome::Ok(completion) => (StatusKind::Ok, &completion.text),
            Outcome::Refused { refusal, text } => match refusal {
                Refusal::No => (StatusKind::No, text),
                Refusal::Bad => (StatusKind::Bad, text),
            },
            Outcome::NotSent(_) | Outcome::Unknown(_) => return,
        };
        if text.has_code("ALERT") && !self.listeners.is_empty() {
            let text: ResponseText<'static> = text.to_static();
            let cause = Cause::Solicited(handle);
            self.tell(&Event::Status {
                status,
                text,
                cause,
            });
        }
    }

    pub(super) fn take(&mut self, listener: &Listener) -> Option<Update> {
        let news = self.of(listener)?;
        match mem::take(&mut news.missed) {
            0 => {
                let event = news.inbox.pop();
                // The next news may come in an hour.
                news.inbox.rest();
                event.map(Update::Event)
            }
            missed => Some(Update::Missed(missed)),
        }
    }

    pub(super) fn wait(&mut self, listener: &Listener, waker: &Waker) {
        if let Some(news) = self.of(listener) {
            news.waker = Some(waker.clone());
        }
    }

    pub(super) fn held(&self) -> usize {
        let held = self.listeners.iter().map(|(_, news)| news.inbox.held());
        held.sum()
    }

    /// Wakes all: nothing comes any more.
    pub(super) fn end(&mut self) {
        self.listeners.iter_mut().for_each(|(_, news)| news.wake());
    }

    fn of(&mut self, listener: &Listener) -> Option<&mut News> {
        let at = self
            .listeners
            .binary_search_by_key(&listener.0, |(id, _)| *id);
        Some(&mut self.listeners.get_mut(at.ok()?)?.1)
    }
}

impl News {
    /// If there is no room, the oldest are dropped.
    fn push(&mut self, event: &Event<'_>, hold: usize) {
        let room = hold.saturating_sub(held_octets(event));
        while self.inbox.held() > room && self.inbox.pop().is_some() {
            self.missed += 1;
        }
        self.inbox.push(event.to_static());
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
