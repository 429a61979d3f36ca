//! What the connection waits for, and until when: one place decides, for every state.
//!
//! There are three kinds of deadline. A *stage* of a conversation (IDLE, LOGOUT, a challenge, the greeting, BYE, a switch of
//! layers) has a bound that no octet moves. A *command* has one from `send`. *Patience* is about silence: octets renew it, and
//! it ends a connection long before those bounds when nothing comes at all. `docs/time.md` has the table.

use super::command::{CommandHandle, Entry, Phase};
use super::exchange::Exchange;
use super::exchange::step::Cue;
use super::machine::{Life, Machine};
use super::waiting::Waiting;
use crate::framing::Need;
use crate::instant::Instant;
use crate::state::State;
use crate::timer::{Deadline, Timer};

/// Whose deadline it is. What is due at the same moment is done in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// The stage of this command's conversation.
    Stage(CommandHandle),
    /// This command's own.
    Command(CommandHandle),
    /// The connection's.
    Connection,
}

impl Machine {
    /// `need`: what the message that is being received still needs.
    pub(crate) fn waiting(&self, need: Need) -> Waiting {
        match &self.life {
            Life::Ending(_) | Life::Over => return Waiting::Closed,
            Life::Upgrading(upgrade) => return Waiting::Upgrade(upgrade.layer),
            Life::Leaving { .. } => return Waiting::Bye,
            Life::Open { .. } if self.standing.state == State::Greeting => {
                return Waiting::Greeting;
            }
            Life::Open { .. } => {}
        }
        let Some(entry) = self.awaited() else {
            return Waiting::Nothing;
        };
        let waiting = self.waiting_for(entry);
        let is_stage = matches!(
            (waiting, &entry.exchange),
            (Waiting::Done(_) | Waiting::Logout(_), _)
                | (Waiting::Continuation(_), Exchange::Idle(_))
        );
        match need {
            Need::Literal { missing, size } if !is_stage => Waiting::Literal { missing, size },
            _ => waiting,
        }
    }

    /// The command whose turn it is: the oldest open one on the wire. Without any, one that was given up: it holds up
    /// those in the queue, and the server owes its answer.
    fn awaited(&self) -> Option<&Entry> {
        let given_up = || self.commands.in_flight().next();
        let oldest = self.commands.oldest_open().or_else(given_up);
        oldest.or_else(|| self.commands.queued().next())
    }

    fn waiting_for(&self, entry: &Entry) -> Waiting {
        let handle = entry.handle();
        match entry.phase {
            Phase::AwaitingContinuation { .. } => Waiting::Continuation(handle),
            Phase::Sending { .. } if self.wants_supply().is_some() => Waiting::Supply(handle),
            _ => {
                let stage = entry.exchange.waiting(handle);
                stage.unwrap_or(Waiting::Completion(handle))
            }
        }
    }

    /// The end of the connection's patience.
    fn patience(&self, need: Need) -> Option<Deadline> {
        let spans = &self.config.timeouts;
        let fixed = |since: Instant, timer| {
            let at = since + spans.span(timer);
            Some(Deadline { at, timer })
        };
        match &self.life {
            Life::Ending(_) | Life::Over => return None,
            Life::Upgrading(upgrade) => return Some(upgrade.bound(spans)),
            Life::Leaving { since, .. } => return fixed(*since, Timer::Logout),
            Life::Open { since } if self.standing.state == State::Greeting => {
                return fixed(*since, Timer::Greeting);
            }
            Life::Open { .. } => {}
        }
        let timer = match self.waiting(need) {
            Waiting::Completion(_) => Timer::Completion,
            Waiting::Continuation(_) => Timer::Continuation,
            Waiting::Literal { .. } => Timer::Literal,
            Waiting::Supply(_) => Timer::Application,
            // Their stages have bounds.
            _ => return None,
        };
        let entry = self.awaited()?;
        let is_stage = matches!(entry.exchange, Exchange::Idle(_)) && entry.phase != Phase::Queued;
        match timer {
            Timer::Continuation if is_stage => None,
            _ => fixed(self.silent_since(entry), timer),
        }
    }

    /// Since when nothing has brought this command on.
    fn silent_since(&self, awaited: &Entry) -> Instant {
        match awaited.is_open() {
            true => self.clock.progress(),
            // Only the server can still do something for it. What the application has sent since is no sign of its life.
            false => self.clock.heard().max(awaited.issued),
        }
    }

    /// The end of the present stage of a conversation. Nothing is written after one that is under way, so it is the last.
    fn stage(&self) -> Option<(Deadline, CommandHandle)> {
        let youngest = self.commands.in_flight().next_back()?;
        let bound = youngest.exchange.bound(&self.config.timeouts)?;
        Some((bound, youngest.handle()))
    }

    /// What is due next.
    fn due(&self, need: Need) -> Option<(Deadline, Due)> {
        if self.is_over() {
            return None;
        }
        let listens = self.is_open();
        let stage = self.stage().filter(|_| listens);
        let stage = stage.map(|(deadline, handle)| (deadline, Due::Stage(handle)));
        let command = self.commands.next_deadline().map(|(at, handle)| {
            let timer = self.own_timer(handle);
            (Deadline { at, timer }, Due::Command(handle))
        });
        let patience = self.patience(need);
        let patience = patience.map(|deadline| (deadline, Due::Connection));
        let all = stage.into_iter().chain(command).chain(patience);
        all.min_by_key(|(deadline, due)| (deadline.at, *due))
    }

    /// What a command's own deadline is called.
    fn own_timer(&self, handle: CommandHandle) -> Timer {
        match self.commands.get(handle).map(|entry| &entry.exchange) {
            Some(Exchange::Logout(_)) => Timer::Logout,
            Some(Exchange::Idle(idle)) if idle.is_unwanted() => Timer::Done,
            _ => Timer::Command,
        }
    }

    /// The next deadline, of whatever kind.
    pub(crate) fn next_deadline(&self, need: Need) -> Option<Deadline> {
        self.due(need).map(|(deadline, _)| deadline)
    }

    /// Acts on every deadline that has passed.
    #[inline]
    pub(crate) fn expire(&mut self, need: Need) {
        // Octets that arrive can only put deadlines off, so between two of them there is nothing to look at.
        if !self.clock.is_quiet() {
            self.expire_those_passed(need);
            let rest = self.rest();
            self.clock.rest_until(rest);
        }
    }

    /// The time up to which nothing can pass, whatever the message that is being received turns out to need.
    fn rest(&self) -> Instant {
        let needs = [
            Need::Line { buffered: 0 },
            Need::Literal {
                missing: 1,
                size: 1,
            },
        ];
        let deadlines = needs
            .into_iter()
            .filter_map(|need| self.next_deadline(need));
        let first = deadlines.map(|deadline| deadline.at).min();
        // Without a deadline there is something to look at again when something has happened.
        first.unwrap_or(Instant::from_micros(u64::MAX))
    }

    fn expire_those_passed(&mut self, need: Need) {
        while let Some((deadline, due)) = self.due(need) {
            if deadline.at > self.clock.now() {
                break;
            }
            match due {
                Due::Stage(handle) => self.end_stage(handle, deadline.timer),
                Due::Command(handle) => self.end_command(handle),
                Due::Connection => self.give_up(deadline.timer),
            }
        }
    }

    fn end_stage(&mut self, handle: CommandHandle, timer: Timer) {
        let sent = self.sent();
        let entry = self.commands.get(handle);
        let has_begun = entry.is_some_and(|entry| entry.has_begun(sent));
        match timer {
            Timer::Idle => {
                self.advance(handle, Cue::TimeIsUp);
            }
            // It can be taken back, and the connection goes on.
            Timer::Done if !has_begun => self.time_out(handle),
            _ => self.give_up(timer),
        }
    }

    /// A command's own deadline has passed.
    fn end_command(&mut self, handle: CommandHandle) {
        match self.commands.get(handle).map(|entry| &entry.exchange) {
            // The wish was that the connection ends.
            Some(Exchange::Logout(_)) => self.give_up(Timer::Logout),
            _ => self.time_out(handle),
        }
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use crate::client::{
        ClientConnection, Command, CommandOptions, Config, Event, Outcome, Unknown,
    };
    use crate::error::CloseReason;
    use crate::{Deadline, Instant, Timer};

    const fn at(seconds: u64) -> Instant {
        Instant::from_micros(1_000_000 * seconds)
    }

    fn drain(connection: &mut ClientConnection) -> Option<Event<'static>> {
        let mut last = None;
        while let Some(event) = connection.poll_event() {
            last = Some(bounded_static::IntoBoundedStatic::into_static(event));
        }
        last
    }

    /// A server that takes three octets of IDLE and then says something every second: neither the wait for `+` nor the
    /// wish to stop gets any longer.
    #[test]
    fn an_idle_that_is_half_written_is_bounded() {
        for wish in [None, Some(10)] {
            let mut connection = ClientConnection::new(Config::default(), at(0));
            connection.handle_input(b"* PREAUTH ready\r\n", at(0));
            let options = CommandOptions::default();
            let idle = connection.send(Command::idle(), options, at(0)).unwrap();
            drain(&mut connection);
            connection.handle_transmitted(3, at(1));
            let mut last = None;
            for second in 1..200 {
                if wish == Some(second) {
                    connection.done(idle, at(second)).unwrap();
                }
                connection.handle_input(b"* OK still here\r\n", at(second));
                connection.handle_timeout(at(second));
                last = drain(&mut connection);
                if connection.is_closed() {
                    assert_eq!(second, 60);
                    break;
                }
                let deadline = Deadline {
                    at: at(60),
                    timer: Timer::Continuation,
                };
                assert_eq!(connection.poll_timeout(), Some(deadline));
            }
            let Some(Event::Closed(closed)) = last else {
                unreachable!("it has ended");
            };
            let reason = CloseReason::TimedOut(Timer::Continuation);
            assert_eq!(closed.reason(), &reason);
        }
    }

    /// An IDLE without a deadline of its own is bounded until it is granted, and lasts as long as it is wanted then.
    #[test]
    fn an_idle_waits_a_day_for_its_turn_and_lasts_for_ever() {
        let day = 24 * 60 * 60;
        let mut connection = ClientConnection::new(Config::default(), at(0));
        connection.handle_input(b"* PREAUTH ready\r\n", at(0));
        let options = CommandOptions::deadline(Duration::from_secs(1));
        let select = Command::select("INBOX").unwrap();
        connection.send(select, options, at(0)).unwrap();
        let options = CommandOptions::refreshing();
        let waits = connection.send(Command::idle(), options, at(0)).unwrap();
        drain(&mut connection);
        connection.handle_transmitted(connection.transmit().len(), at(0));
        let mut ended = None;
        for second in (0..=day).step_by(30) {
            connection.handle_input(b"* OK still here\r\n", at(second));
            connection.handle_timeout(at(second));
            while let Some(event) = connection.poll_event() {
                if let Event::Outcome { handle, outcome } = event {
                    ended = (handle == waits).then_some((second, outcome.is_ok()));
                }
            }
        }
        assert_eq!(ended, Some((day, false)));
        connection.handle_input(b"A1 OK at last\r\n", at(day));
        let lasts = connection.send(Command::idle(), options, at(day)).unwrap();
        drain(&mut connection);
        connection.handle_transmitted(connection.transmit().len(), at(day));
        connection.handle_input(b"+ idling\r\n", at(day));
        drain(&mut connection);
        let timer = connection.poll_timeout().map(|deadline| deadline.timer);
        assert_eq!(timer, Some(Timer::Idle));
        let mut now = at(day);
        for _ in 0..100 {
            now = connection.poll_timeout().unwrap().at;
            connection.handle_timeout(now);
            drain(&mut connection);
            if connection.transmit().starts_with(b"DONE") {
                connection.handle_transmitted(connection.transmit().len(), now);
                let round = connection.commands().next().unwrap().command.tag;
                let line = alloc::format!("{round} OK\r\n");
                connection.handle_input(line.as_bytes(), now);
                drain(&mut connection);
                connection.handle_transmitted(connection.transmit().len(), now);
                connection.handle_input(b"+ idling\r\n", now);
                drain(&mut connection);
            }
        }
        assert!(now > at(2 * day) && connection.open_commands() == 1);
        connection.close(now);
        let ended = connection.poll_event();
        assert!(matches!(
            ended,
            Some(Event::Outcome { handle, outcome: Outcome::Unknown(Unknown::Closed(_)) }) if handle == lasts
        ));
    }
}
