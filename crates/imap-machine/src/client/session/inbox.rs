//! Events of one command, held for a consumer that takes its time.
//!
//! A consumer that does not drain delays nobody: what it has not taken is held up to a limit that the caller chose. Past it
//! that one command's answer ends with an error, and the connection goes on.

use alloc::collections::VecDeque;

use bounded_static::IntoBoundedStatic;
use imap_types::response::Data;
use thiserror::Error;

use crate::client::Event;
use crate::codec::Untagged;

/// The consumer left too much untaken. What was held until then can still be taken.
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

/// About how many octets an event takes when it is kept.
#[must_use]
pub fn held_octets(event: &Event<'_>) -> usize {
    let content = match event {
        Event::Literal(piece) => piece.data.len() + piece.section.len(),
        Event::Unrecognized { line, .. } => line.len(),
        Event::Untagged { data, .. } => match data {
            Untagged::Fetch(fetch) => fetch.raw().len(),
            Untagged::Data(Data::Search(numbers, _) | Data::Sort(numbers, _)) => 4 * numbers.len(),
            Untagged::Data(Data::Thread(threads)) => 64 * threads.len(),
            _ => 0,
        },
        _ => 0,
    };
    // What is left uncounted (a mailbox name, a text) is short.
    content.saturating_add(size_of::<Event<'_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Cause;
    use crate::codec::Octets;

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
}
