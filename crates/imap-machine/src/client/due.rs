//! What the connection waits for, and until when. This file decides it for every state.
//!
//! There are three kinds of deadline. A *stage* of a conversation (IDLE, LOGOUT, a challenge, the greeting, BYE, a switch of
//! layers) has a bound that no octet moves. A *command* has a bound from `send`. *Patience* measures silence: octets renew it,
//! and if nothing comes at all, it ends the connection long before those bounds. `docs/time.md` has the table.

use super::command::{CommandHandle, Entry, Transit};
use super::exchange::Exchange;
use super::exchange::step::Cue;
use super::machine::{Life, Machine};
use super::waiting::Waiting;
use crate::framing::Need;
use crate::instant::Instant;
use crate::state::State;
use crate::timer::{Deadline, Timer};

/// Whose deadline it is. Deadlines at the same moment are acted on in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    /// A stage of this command's conversation.
    Stage(CommandHandle, Timer),
    /// This command's own deadline.
    Command(CommandHandle),
    /// The connection's.
    Connection(Timer),
}

/// How the connection's patience is measured.
enum Patience<'a> {
    /// It does not end: the connection waits for nothing.
    Endless,
    /// It ends at this deadline, whatever comes.
    Fixed(Deadline),
    /// By silence, while the connection waits for this command.
    Silence(&'a Entry),
}

impl Machine {
    /// `need`: what the message that is being received still needs.
    pub(crate) fn waiting(&self, need: Need) -> Waiting {
        match &self.life {
            Life::Ending(_) | Life::Over => return Waiting::Closed,
            Life::Upgrading(upgrade) => return Waiting::Upgrade(upgrade.layer),
            Life::Leaving { .. } => return Waiting::Bye,
            Life::Open { .. } if self.clock.is_paused() => return Waiting::Reader,
            Life::Open { .. } if self.standing.state == State::Greeting => {
                return Waiting::Greeting;
            }
            Life::Open { .. } => {}
        }
        match self.awaited() {
            Some(entry) => self.waiting_for(entry, need),
            None => Waiting::Nothing,
        }
    }

    /// The command whose turn it is: the oldest open one on the wire. If there is none, the oldest that was given up: the server
    /// owes its answer, and the queue may have to wait for it.
    fn awaited(&self) -> Option<&Entry> {
        let given_up = || self.commands.in_flight().next();
        let oldest = self.commands.oldest_open().or_else(given_up);
        oldest.or_else(|| self.commands.head())
    }

    /// Whether no deadline can come before something happens: a session without commands.
    fn is_idle(&self) -> bool {
        let has_commands = self.commands.in_flight_count() > 0 || self.commands.head().is_some();
        !has_commands && self.is_open() && self.standing.state != State::Greeting
    }

    fn waiting_for(&self, entry: &Entry, need: Need) -> Waiting {
        let handle = entry.handle();
        let waiting = match entry.transit {
            Transit::AwaitingContinuation { .. } => Waiting::Continuation(handle),
            // As long as it takes no more, it waits for the peer and not for the application.
            Transit::Sending { .. } if self.wants_supply().is_some_and(|(_, room)| room > 0) => {
                Waiting::Supply(handle)
            }
            _ => {
                let stage = entry.exchange.waiting(handle);
                stage.unwrap_or(Waiting::Completion(handle))
            }
        };
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

    /// When the connection's patience ends.
    fn patience(&self, need: Need) -> Option<Deadline> {
        match self.patient_with() {
            Patience::Endless => None,
            Patience::Fixed(deadline) => Some(deadline),
            Patience::Silence(entry) => {
                let timer = self.silence_timer(entry, need)?;
                Some(self.after(self.silent_since(entry), timer))
            }
        }
    }

    /// The time before which patience cannot end, whatever the message that is being received still needs.
    fn patience_at_least(&self) -> Option<Instant> {
        match self.patient_with() {
            Patience::Endless => None,
            Patience::Fixed(deadline) => Some(deadline.at),
            Patience::Silence(entry) => {
                let span = self.config.timeouts.shortest_silence();
                Some(self.silent_since(entry) + span)
            }
        }
    }

    fn patient_with(&self) -> Patience<'_> {
        match &self.life {
            Life::Ending(_) | Life::Over => Patience::Endless,
            Life::Upgrading(upgrade) => Patience::Fixed(upgrade.bound(&self.config.timeouts)),
            Life::Leaving { since, .. } => Patience::Fixed(self.after(*since, Timer::Logout)),
            Life::Open { since } if self.standing.state == State::Greeting => {
                Patience::Fixed(self.after(*since, Timer::Greeting))
            }
            // Nothing is read, so nothing can be heard.
            Life::Open { .. } if self.clock.is_paused() => Patience::Endless,
            Life::Open { .. } => self.awaited().map_or(Patience::Endless, Patience::Silence),
        }
    }

    fn after(&self, since: Instant, timer: Timer) -> Deadline {
        let at = since + self.config.timeouts.span(timer);
        Deadline { at, timer }
    }

    /// The class that bounds silence. `Timeouts::shortest_silence` is the shortest span of all these classes.
    fn silence_timer(&self, entry: &Entry, need: Need) -> Option<Timer> {
        let is_stage =
            matches!(entry.exchange, Exchange::Idle(_)) && entry.transit != Transit::Queued;
        match self.waiting_for(entry, need) {
            Waiting::Completion(_) => Some(Timer::Completion),
            Waiting::Continuation(_) if !is_stage => Some(Timer::Continuation),
            Waiting::Literal { .. } => Some(Timer::Literal),
            Waiting::Supply(_) => Some(Timer::Application),
            // These stages have bounds of their own.
            _ => None,
        }
    }

    /// Since when nothing has brought this command any further.
    fn silent_since(&self, awaited: &Entry) -> Instant {
        match awaited.is_open() {
            true => self.clock.progress(),
            // Only the server can do something for it. Octets that the application has sent since do not show that the server lives.
            false => self.clock.heard().max(awaited.issued),
        }
    }

    /// When the present stage of a conversation ends. Nothing is written after a conversation, so it is the youngest command.
    fn stage(&self) -> Option<(Instant, Due)> {
        let youngest = self.commands.youngest()?;
        let entry = match youngest.exchange {
            // Only another LOGOUT can follow, when the first was given up. The deadline of the first counts.
            Exchange::Logout(_) => self.commands.logouts().last()?,
            _ => youngest,
        };
        let bound = entry.exchange.bound(&self.config.timeouts)?;
        let due = Due::Stage(entry.handle(), bound.timer);
        self.is_open().then_some((bound.at, due))
    }

    /// The next deadline, without patience.
    fn bound(&self) -> Option<(Instant, Due)> {
        let command = self.commands.next_deadline();
        let command = command.map(|(at, handle)| (at, Due::Command(handle)));
        first(self.stage(), command)
    }

    /// The next deadline, and whose it is.
    fn due(&self, need: Need) -> Option<(Instant, Due)> {
        if self.is_over() || self.is_idle() {
            return None;
        }
        let patience = self.patience(need);
        let patience = patience.map(|Deadline { at, timer }| (at, Due::Connection(timer)));
        first(self.bound(), patience)
    }

    /// The next deadline, of whatever kind.
    pub(crate) fn next_deadline(&self, need: Need) -> Option<Deadline> {
        let (at, due) = self.due(need)?;
        let timer = match due {
            Due::Stage(_, timer) | Due::Connection(timer) => timer,
            Due::Command(handle) => self.own_timer(handle),
        };
        Some(Deadline { at, timer })
    }

    /// The class of a command's own deadline.
    fn own_timer(&self, handle: CommandHandle) -> Timer {
        let entry = self.commands.get(handle);
        entry.map_or(Timer::Command, |entry| entry.exchange.own_timer())
    }

    /// Acts on every deadline that has passed.
    #[inline]
    pub(crate) fn expire(&mut self, need: Need) {
        // Octets that arrive can only put deadlines off, so until the next deadline there is nothing to do.
        if !self.clock.is_quiet() {
            self.expire_those_passed(need);
        }
    }

    #[inline(never)] // The check above, done for each read, stays small.
    fn expire_those_passed(&mut self, need: Need) {
        let mut rest = self.rest();
        if rest <= self.clock.now() {
            while let Some((at, due)) = self.due(need) {
                if at > self.clock.now() {
                    break;
                }
                match due {
                    Due::Stage(handle, timer) => self.end_stage(handle, timer),
                    Due::Command(handle) => self.end_command(handle),
                    Due::Connection(timer) => self.give_up(timer),
                }
            }
            rest = self.rest();
        }
        self.clock.rest_until(rest);
    }

    /// The time before which no deadline can pass, if nothing happens but octets arriving.
    fn rest(&self) -> Instant {
        let never = Instant::from_micros(u64::MAX);
        if self.is_over() || self.is_idle() {
            return never;
        }
        let bound = self.bound().map_or(never, |(at, _)| at);
        let patience = self.patience_at_least();
        patience.map_or(bound, |patience| patience.min(bound))
    }

    fn end_stage(&mut self, handle: CommandHandle, timer: Timer) {
        let sent = self.sent();
        let entry = self.commands.get(handle);
        let has_begun = entry.is_some_and(|entry| entry.has_begun(sent));
        match timer {
            Timer::Idle => {
                self.advance(handle, Cue::TimeIsUp);
            }
            // It can be taken back, so the connection goes on.
            Timer::Done if !has_begun => self.time_out(handle),
            _ => self.give_up(timer),
        }
    }

    /// A command's own deadline has passed.
    fn end_command(&mut self, handle: CommandHandle) {
        match self.own_timer(handle) {
            // LOGOUT was to end the connection, so its deadline does.
            Timer::Logout => self.give_up(Timer::Logout),
            _ => self.time_out(handle),
        }
    }
}

/// The earlier of two deadlines; the first if both are at the same moment.
fn first<D>(one: Option<(Instant, D)>, other: Option<(Instant, D)>) -> Option<(Instant, D)> {
    match (one, other) {
        (Some(one), Some(other)) if other.0 < one.0 => Some(other),
        (one, other) => one.or(other),
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

    /// A server takes three octets of IDLE and then says something every second. That prolongs neither the wait for `+` nor the
    /// end of the IDLE.
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

    /// An IDLE without a deadline of its own is bounded until the server idles. Then it lasts as long as the application wants.
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
