//! Events of one command, held for a slow consumer.
//!
//! A consumer that does not drain delays no other. The events it has not taken are held up to a limit that the caller chose.
//! Past the limit the answer of that one command ends with an error, and the connection goes on.

use alloc::collections::VecDeque;
use core::fmt::{self, Write};

use bounded_static::IntoBoundedStatic;
use imap_types::response::Data;
use thiserror::Error;

use crate::client::command::{Completion, Outcome};
use crate::client::event::Event;
use crate::codec::{ResponseText, Untagged};
use crate::memory::smaller;

/// The consumer took events too slowly. Those held until then can still be taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("more than {limit} octets of this command's answer were not taken; the rest was discarded")]
pub struct Overflow {
    /// The limit.
    pub limit: usize,
}

/// A bounded queue of events.
#[derive(Clone, Debug)]
pub struct Inbox {
    events: VecDeque<Event<'static>>,
    held: usize,
    limit: usize,
}

impl Inbox {
    /// Holds up to `limit` octets, and always at least one event.
    #[must_use]
    pub const fn new(limit: usize) -> Self {
        Self {
            events: VecDeque::new(),
            held: 0,
            limit,
        }
    }

    /// Keeps a copy of the event.
    ///
    /// # Errors
    ///
    /// [`Overflow`]: there is no room; nothing was copied.
    pub fn push(&mut self, event: Event<'_>) -> Result<(), Overflow> {
        let octets = held_octets(&event);
        let room = self.limit.saturating_sub(self.held);
        if octets > room && !self.events.is_empty() {
            return Err(Overflow { limit: self.limit });
        }
        self.held = self.held.saturating_add(octets);
        self.events.push_back(event.into_static());
        Ok(())
    }

    /// The oldest event.
    pub fn pop(&mut self) -> Option<Event<'static>> {
        let event = self.events.pop_front()?;
        self.held = self.held.saturating_sub(held_octets(&event));
        if let Some(capacity) = smaller(self.events.capacity(), self.events.len()) {
            self.events.shrink_to(capacity);
        }
        Some(event)
    }

    /// Octets held.
    #[must_use]
    pub const fn held(&self) -> usize {
        self.held
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

/// About how many octets an event takes when it is kept. Everything that a server can make long is counted.
#[must_use]
pub fn held_octets(event: &Event<'_>) -> usize {
    let content = match event {
        Event::Literal(piece) => piece.data.len() + piece.section.len(),
        Event::Unrecognized { line, .. } => line.len(),
        Event::Untagged { data, .. } => match data {
            Untagged::Fetch(fetch) => fetch.raw().len(),
            Untagged::Data(Data::Search(numbers, _) | Data::Sort(numbers, _)) => 4 * numbers.len(),
            Untagged::Exists(_) | Untagged::Recent(_) | Untagged::Expunge(_) => 0,
            data => shown(data),
        },
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

/// Data of many kinds, and rarely much of it. Its `Debug` form is at least as long as its content.
fn shown(data: &Untagged<'_>) -> usize {
    struct Count(usize);
    impl Write for Count {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.saturating_add(text.len());
            Ok(())
        }
    }
    let mut count = Count(0);
    // Counting cannot fail.
    let _ = write!(count, "{data:?}");
    count.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Instant;
    use crate::client::{Cause, ClientConnection, Config};
    use crate::codec::Octets;
    use alloc::borrow::ToOwned;

    fn line(octets: usize) -> Event<'static> {
        let line = alloc::vec![b'x'; octets];
        let event = Event::Unrecognized {
            line: Octets::from(&line[..]),
            cause: Cause::Unsolicited,
        };
        event.into_static()
    }

    #[test]
    fn the_limit_is_a_limit_and_one_event_always_fits() {
        let one = held_octets(&line(1000));
        let mut inbox = Inbox::new(3 * one);
        for _ in 0..3 {
            inbox.push(line(1000)).unwrap();
        }
        assert_eq!(inbox.push(line(1000)), Err(Overflow { limit: 3 * one }));
        assert_eq!(inbox.held(), 3 * one);
        while inbox.pop().is_some() {}
        assert_eq!(inbox.held(), 0);
        inbox.push(line(100 * one)).unwrap();
        assert!(inbox.push(line(0)).is_err());
    }

    #[test]
    fn all_that_a_server_can_make_long_is_counted() {
        const LONG: usize = 100_000;
        let x = alloc::vec::Vec::from([b'x'; LONG]);
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
