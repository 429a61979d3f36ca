//! How commands end without an answer, and how the connection ends.
//!
//! There is one way out: [`Machine::fail`]. After it every open command gets its outcome, in the order of issue, then comes
//! the end itself, then nothing.

use super::closed::{Closed, Failure};
use super::command::{CommandHandle, Entry, NotSent, Outcome, Unknown};
use super::event::Event;
use super::exchange::step::Cue;
use super::machine::{Life, Machine};
use crate::error::CloseReason;
use crate::state::Transition;
use crate::timer::Timer;

/// Why a command is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lost {
    Cancelled,
    TimedOut,
}

impl Machine {
    /// Ends the connection, for this reason. If called again, the first reason stays.
    pub(crate) fn fail(&mut self, reason: CloseReason) {
        self.end(reason, None);
    }

    fn end(&mut self, reason: CloseReason, failure: Option<Failure>) {
        if self.is_over() {
            return;
        }
        self.standing.apply(Transition::Bye);
        self.output.close();
        let mailbox = self.standing.selection.close();
        let seldom = self.standing.seldom_mut();
        let warning = seldom.and_then(|seldom| seldom.last_warning.take());
        let capabilities = self.standing.capabilities.clone();
        self.life = Life::Ending(Closed::new(reason, warning, failure, mailbox, capabilities));
    }

    /// Why the connection ends, if it is the server that ends it. The last command that has left, given up or not, may have
    /// asked for that.
    pub(crate) fn ended_by_server(&self, reason: CloseReason) -> CloseReason {
        let sent = self.sent();
        let mut youngest = self.commands.in_flight().rev();
        let last = youngest.find(|entry| entry.has_left(sent));
        let asked_for = last.and_then(|entry| entry.exchange.ended_by_server());
        asked_for.unwrap_or(reason)
    }

    /// The transport has ended for this reason: there is nothing more to read.
    pub(crate) fn end_of_input(&mut self, reason: CloseReason, failure: Option<Failure>) {
        let reason = match &self.life {
            Life::Leaving { reason, .. } => CloseReason::clone(reason),
            Life::Upgrading(upgrade) => upgrade.failed(),
            _ => self.ended_by_server(reason),
        };
        self.end(reason, failure);
    }

    /// The application closes the connection.
    pub(crate) fn end_locally(&mut self) {
        let reason = match &self.life {
            Life::Leaving { reason, .. } => CloseReason::clone(reason),
            _ => CloseReason::ClosedLocally,
        };
        self.fail(reason);
    }

    /// A deadline of the connection has passed.
    pub(crate) fn give_up(&mut self, timer: Timer) {
        let reason = match &self.life {
            Life::Leaving { reason, .. } => CloseReason::clone(reason),
            Life::Upgrading(upgrade) => upgrade.failed(),
            _ => CloseReason::TimedOut(timer),
        };
        self.fail(reason);
    }

    /// The application gives a command up. `None` when the command is not open.
    pub(crate) fn cancel(&mut self, handle: CommandHandle) -> Option<()> {
        self.lose(handle, Lost::Cancelled)
    }

    /// A command's own deadline has passed.
    pub(crate) fn time_out(&mut self, handle: CommandHandle) {
        // The first deadline is always that of an open command.
        let _ = self.lose(handle, Lost::TimedOut);
    }

    fn lose(&mut self, handle: CommandHandle, lost: Lost) -> Option<()> {
        let entry = self.commands.get(handle).filter(|entry| entry.is_open())?;
        if !entry.has_begun(self.sent()) {
            self.withdraw(handle);
            self.settle(handle, Outcome::NotSent(lost.before_sending()));
            self.commands.remove(handle);
            return Some(());
        }
        let tag = entry.tag;
        // DONE and `*` end a conversation properly; an announced literal cannot be taken back.
        let half_sent = self.output.writer == Some(handle);
        self.advance(handle, Cue::GivenUp);
        self.settle(handle, Outcome::Unknown(lost.after_sending()));
        // After BYE nothing more is sent that the server could take for the rest of it.
        if half_sent && self.is_open() {
            let tag = alloc::format!("{tag}");
            self.fail(CloseReason::HalfSent { tag });
        }
        Some(())
    }

    /// Gives a command its outcome. If a part of it is on the wire, it becomes a tombstone.
    pub(crate) fn settle(&mut self, handle: CommandHandle, outcome: Outcome<'static>) {
        if self.commands.settle(handle) {
            self.verdicts.push(handle, outcome);
        }
    }

    /// The next outcome that does not come from a line of the server.
    pub(crate) fn next_verdict(&mut self) -> Option<Event<'static>> {
        let (handle, outcome) = self.verdicts.pop()?;
        Some(Event::Outcome { handle, outcome })
    }

    /// The next of the last events: an outcome for each open command, then the end.
    pub(crate) fn next_ending(&mut self) -> Option<Event<'static>> {
        let Life::Ending(closed) = &self.life else {
            return None;
        };
        let closed = closed.clone();
        while let Some(entry) = self.commands.oldest() {
            let handle = entry.handle();
            let is_open = entry.is_open();
            let outcome = is_open.then(|| last_outcome(entry, self.sent(), &closed));
            self.commands.remove(handle);
            if let Some(outcome) = outcome {
                return Some(Event::Outcome { handle, outcome });
            }
        }
        self.life = Life::Over;
        Some(Event::Closed(closed))
    }
}

/// What the end of the connection means for a command.
fn last_outcome(entry: &Entry, sent: u64, closed: &Closed) -> Outcome<'static> {
    if !entry.has_begun(sent) {
        return Outcome::NotSent(NotSent::Closed(closed.clone()));
    }
    let brought = entry.exchange.outcome(closed.reason());
    brought.unwrap_or_else(|| Outcome::Unknown(Unknown::Closed(closed.clone())))
}

impl Lost {
    const fn before_sending(self) -> NotSent {
        match self {
            Self::Cancelled => NotSent::Cancelled,
            Self::TimedOut => NotSent::TimedOut,
        }
    }

    const fn after_sending(self) -> Unknown {
        match self {
            Self::Cancelled => Unknown::Cancelled,
            Self::TimedOut => Unknown::TimedOut,
        }
    }
}

#[cfg(test)]
mod tests {
    use bounded_static::ToBoundedStatic;

    use crate::Instant;
    use crate::client::{ClientConnection, Command, CommandOptions, Config, Event, Outcome};

    /// How a NOOP ends if `octets` octets of it left in a write during which the connection was closed.
    fn outcome_of_a_write_under_way(octets: usize) -> Option<Outcome<'static>> {
        let now = Instant::ORIGIN;
        let mut connection = ClientConnection::new(Config::default(), now);
        connection.handle_input(b"* PREAUTH hello\r\n", now);
        while connection.poll_event().is_some() {}
        connection
            .send(Command::noop(), CommandOptions::default(), now)
            .ok()?;
        while connection.poll_event().is_some() {}
        assert_eq!(connection.transmit(), b"A1 NOOP\r\n");
        connection.close(now);
        connection.handle_transmitted(octets, now);
        assert_eq!(connection.transmit(), b"");
        match connection.poll_event() {
            Some(Event::Outcome { outcome, .. }) => Some(outcome.to_static()),
            _ => None,
        }
    }

    #[test]
    fn octets_that_leave_while_it_closes_make_the_outcome_unknown() {
        let unsent = outcome_of_a_write_under_way(0);
        assert!(matches!(unsent, Some(Outcome::NotSent(_))), "{unsent:?}");
        let begun = outcome_of_a_write_under_way(1);
        assert!(matches!(begun, Some(Outcome::Unknown(_))), "{begun:?}");
    }
}
