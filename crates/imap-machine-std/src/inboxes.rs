//! Events that have not been taken yet: one inbox for each open command, and one for all other events.

use std::collections::BTreeMap;

use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::session::{Inbox, Overflow, held_octets};
use imap_machine::client::{Cause, CommandHandle, Completion, Event};
use imap_machine::error::Closed;

use crate::driver::Application;
use crate::error::CommandError;

// Octets of unsolicited events that are held.
const UPDATES: usize = 1 << 20;

/// The events that have not been taken yet.
pub(crate) struct Inboxes {
    hold: usize,
    commands: BTreeMap<CommandHandle, Waiting>,
    updates: Inbox,
    missed: u64,
    closed: Option<Closed>,
}

/// The events of one command that its consumer has not taken yet.
struct Waiting {
    inbox: Inbox,
    overflow: Option<Overflow>,
    end: Option<Result<Completion<'static>, CommandError>>,
}

/// The next item of a command for its consumer.
pub(crate) enum Item {
    Event(Event<'static>),
    End(Completion<'static>),
}

/// An event that belongs to no command with a waiting caller: new messages, expunged messages, changed flags, warnings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// Something happened.
    Event(Event<'static>),
    /// How many events before the next were dropped because they were not taken.
    Missed(u64),
}

/// The consumer of an event.
enum Owner {
    Command(CommandHandle),
    Session,
    Nobody,
}

impl Inboxes {
    /// Holds up to `hold` octets for each command.
    pub(crate) const fn new(hold: usize) -> Self {
        Self {
            hold,
            commands: BTreeMap::new(),
            updates: Inbox::new(UPDATES),
            missed: 0,
            closed: None,
        }
    }

    /// A command was sent, and its answer is wanted.
    pub(crate) fn open(&mut self, handle: CommandHandle) {
        let waiting = Waiting {
            inbox: Inbox::new(self.hold),
            overflow: None,
            end: None,
        };
        self.commands.insert(handle, waiting);
    }

    /// The answer is not wanted any more. Returns whether the command was open here.
    pub(crate) fn forget(&mut self, handle: CommandHandle) -> bool {
        self.commands.remove(&handle).is_some()
    }

    /// Whether the answer of this command is wanted.
    pub(crate) fn knows(&self, handle: CommandHandle) -> bool {
        self.commands.contains_key(&handle)
    }

    /// The next event of the command, or its end; then the command is forgotten here.
    pub(crate) fn take(&mut self, handle: CommandHandle) -> Option<Result<Item, CommandError>> {
        let waiting = self.commands.get_mut(&handle)?;
        if let Some(event) = waiting.inbox.pop() {
            return Some(Ok(Item::Event(event)));
        }
        let end = waiting.end.take()?;
        self.commands.remove(&handle);
        Some(end.map(Item::End))
    }

    /// The oldest event of the session.
    pub(crate) fn take_update(&mut self) -> Option<Update> {
        match std::mem::take(&mut self.missed) {
            0 => self.updates.pop().map(Update::Event),
            missed => Some(Update::Missed(missed)),
        }
    }

    /// The oldest event of the session that is still there.
    pub(crate) fn take_news(&mut self) -> Option<Event<'static>> {
        self.updates.pop()
    }

    pub(crate) const fn closed(&self) -> Option<&Closed> {
        self.closed.as_ref()
    }

    fn deliver_to(&mut self, handle: CommandHandle, event: Event<'_>) -> Option<CommandHandle> {
        let waiting = self.commands.get_mut(&handle)?;
        if waiting.overflow.is_some() {
            return None;
        }
        waiting.overflow = waiting.inbox.push(event).err();
        waiting.overflow.map(|_| handle)
    }

    /// If the news are not taken, the oldest are dropped.
    fn update(&mut self, event: Event<'_>) {
        let octets = held_octets(&event);
        while self.updates.held().saturating_add(octets) > UPDATES {
            if self.updates.pop().is_none() {
                break;
            }
            self.missed += 1;
        }
        // There is room now, or the event is the only one, which always fits.
        if self.updates.push(event).is_err() {
            self.missed += 1;
        }
    }
}

impl Application for Inboxes {
    /// Keeps it.
    fn event(&mut self, event: Event<'_>) -> Option<CommandHandle> {
        match event {
            Event::Outcome { handle, outcome } => {
                if let Some(waiting) = self.commands.get_mut(&handle) {
                    waiting.end = Some(match waiting.overflow {
                        Some(overflow) => Err(overflow.into()),
                        None => CommandError::of(outcome.into_static()),
                    });
                }
            }
            Event::Closed(closed) => self.closed = Some(closed),
            // An upgrade is for the driver. The greeting matters only while the session is opened.
            Event::Upgrade { .. } | Event::Greeting { .. } => {}
            event => match owner(&event) {
                Owner::Command(handle) => return self.deliver_to(handle, event),
                Owner::Session => self.update(event),
                Owner::Nobody => {}
            },
        }
        None
    }
}

fn owner(event: &Event<'_>) -> Owner {
    let cause = match event {
        Event::Untagged { cause, .. }
        | Event::Status { cause, .. }
        | Event::Unrecognized { cause, .. } => *cause,
        Event::Literal(piece) => piece.cause,
        Event::Proceed { handle, .. }
        | Event::Challenge { handle, .. }
        | Event::Idling { handle, .. } => Cause::Solicited(*handle),
        _ => Cause::Unsolicited,
    };
    match cause {
        Cause::Solicited(handle) => Owner::Command(handle),
        Cause::Unsolicited => Owner::Session,
        Cause::Abandoned(_) if event.is_news() => Owner::Session,
        Cause::Abandoned(_) => Owner::Nobody,
    }
}
