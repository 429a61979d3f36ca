//! Events that are held until they are taken, and how much memory they take.

use alloc::collections::VecDeque;
use alloc::vec::Vec;

use crate::client::command::{Completion, Outcome};
use crate::client::event::{Cause, Event};
use crate::codec::{Fetch, ResponseText, Untagged};
use crate::memory::smaller;

/// How many rows are added at a time.
pub(super) const BATCH: usize = 64;

/// A queue of events that knows how much it holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Inbox {
    events: VecDeque<Event<'static>>,
    held: usize,
}

impl Inbox {
    #[inline]
    pub(super) fn push(&mut self, event: Event<'static>) {
        self.held = self.held.saturating_add(held_octets(&event));
        self.events.push_back(event);
    }

    /// Adds a row of FETCH. Rows come by the hundred thousand: this moves them as seldom as possible.
    #[inline]
    pub(super) fn push_row(&mut self, row: &Fetch<'_>, cause: Cause) {
        let held = row.len().saturating_add(size_of::<Event<'_>>());
        self.held = self.held.saturating_add(held);
        self.events.push_back(Event::Untagged {
            data: Untagged::Fetch(row.kept()),
            cause,
            violation: None,
        });
    }

    /// The event that was added last.
    pub(super) fn newest(&self) -> Option<&Event<'static>> {
        self.events.back()
    }

    /// The oldest event.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Event<'static>> {
        let held = self.events.front().map_or(0, held_octets);
        self.held = self.held.saturating_sub(held);
        // Rows come and go a batch at a time.
        if self.events.capacity() > BATCH {
            self.shrink();
        }
        // Last, so that the event is moved once.
        self.events.pop_front()
    }

    /// Gives its room back if it is empty.
    pub(super) fn rest(&mut self) {
        if self.events.is_empty() {
            self.events = VecDeque::new();
        }
    }

    #[inline(never)] // It is seldom necessary.
    fn shrink(&mut self) {
        if let Some(capacity) = smaller(self.events.capacity(), self.events.len()) {
            self.events.shrink_to(capacity.max(BATCH));
        }
    }

    /// All events, the oldest first.
    pub(super) fn into_events(self) -> Vec<Event<'static>> {
        self.events.into()
    }

    /// Octets held.
    pub(super) const fn held(&self) -> usize {
        self.held
    }
}

/// About how many octets an event takes when it is kept. Everything that a server can make long is counted.
#[must_use]
#[inline]
pub fn held_octets(event: &Event<'_>) -> usize {
    let content = match event {
        Event::Literal(piece) => piece.data.len() + piece.section.len(),
        Event::Unrecognized { line, .. } => line.len(),
        Event::Untagged {
            data, violation, ..
        } => {
            let broken = violation.as_deref().map_or(0, size_of_val);
            broken
                + match data {
                    Untagged::Fetch(fetch) => fetch.len(),
                    data => data.held(),
                }
        }
        Event::Greeting { text, .. }
        | Event::Status { text, .. }
        | Event::Bye { text }
        | Event::Late { text, .. } => said(text),
        Event::UnexpectedTag { tag, text, .. } => tag.len() + said(text),
        Event::Proceed { text, .. }
        | Event::Idling { text, .. }
        | Event::UnexpectedContinuation { text } => text.len(),
        Event::Challenge { challenge, .. } => challenge.raw().len(),
        Event::Upgrade { surplus, .. } => surplus.len(),
        Event::Outcome { outcome, .. } => match outcome {
            Outcome::Ok(Completion { text, .. }) | Outcome::Refused { text, .. } => said(text),
            Outcome::NotSent(_) | Outcome::Unknown(_) => 0,
        },
        // Shared by all holders.
        Event::Closed(_) => 0,
    };
    content.saturating_add(size_of::<Event<'_>>())
}

fn said(text: &ResponseText<'_>) -> usize {
    text.raw_text().len() + text.raw_code().map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instant;
    use crate::client::{ClientConnection, Config};
    use alloc::borrow::ToOwned;

    #[test]
    fn all_that_a_server_can_make_long_is_counted() {
        const LONG: usize = 100_000;
        let x = Vec::from([b'x'; LONG]);
        let mut connection = ClientConnection::new(Config::default(), Instant::ORIGIN);
        let mut counted = 0;
        for (before, after) in [
            ("* PREAUTH ", "\r\n"),
            ("* OK ", "\r\n"),
            ("* OK [", "] x\r\n"),
            ("* LIST () NIL \"", "\"\r\n"),
            ("* LIST (\\", ") NIL a\r\n"),
            ("* STATUS \"", "\" (MESSAGES 1)\r\n"),
            ("* CAPABILITY ", "\r\n"),
            ("* FLAGS (", ")\r\n"),
            ("* ID (\"a\" \"", "\")\r\n"),
            ("* METADATA a (/private/x {100000}\r\n", ")\r\n"),
            ("* QUOTA \"", "\" (STORAGE 1 2)\r\n"),
            ("* XYZZY ", "\r\n"),
            ("+ ", "\r\n"),
            ("", " OK\r\n"),
            ("B1 OK ", "\r\n"),
        ] {
            let line = [before.as_bytes(), &x, after.as_bytes()].concat();
            connection.handle_input(&line, Instant::ORIGIN);
            while let Some(event) = connection.poll_event() {
                counted += 1;
                assert!(held_octets(&event) >= LONG, "{before}");
            }
        }
        let vanished = "* VANISHED 1".to_owned() + &",3".repeat(LONG / 2) + "\r\n";
        connection.handle_input(vanished.as_bytes(), Instant::ORIGIN);
        let event = connection.poll_event().expect("a line");
        assert!(held_octets(&event) >= LONG);
        assert_eq!(counted, 15);
    }
}
