//! What the connection waits for, and until when: one place decides, for every state.

use super::command::{CommandHandle, Entry, Phase};
use super::exchange::idle::Stage;
use super::exchange::{Authenticate, Exchange, Idle};
use super::machine::{Life, Machine};
use crate::Instant;
use crate::framing::Need;
use crate::state::State;
use crate::timer::{Deadline, Timer};
use crate::upgrade::Layer;

/// What has to happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Waiting {
    /// Nothing: no command is open.
    Nothing,
    /// The server's greeting.
    Greeting,
    /// The tagged response of this command.
    Completion(CommandHandle),
    /// The `+` that this command needs.
    Continuation(CommandHandle),
    /// The rest of a literal.
    Literal {
        /// Octets that are still to come.
        missing: u64,
        /// The literal's size in octets.
        size: u64,
    },
    /// The application's answer to a challenge.
    Answer(CommandHandle),
    /// Octets of a literal that the application supplies.
    Supply(CommandHandle),
    /// News: the server idles.
    Idle(CommandHandle),
    /// The tagged response after DONE.
    Done(CommandHandle),
    /// The answer to LOGOUT.
    Logout(CommandHandle),
    /// The server, to close after its BYE.
    Bye,
    /// The adapter, to put this layer under the connection.
    Upgrade(Layer),
    /// Nothing any more: the connection is closed.
    Closed,
}

impl Machine {
    /// `need`: what the message that is being received still needs.
    pub(crate) fn waiting(&self, need: Need) -> Waiting {
        match &self.life {
            Life::Ending(_) | Life::Over => return Waiting::Closed,
            Life::Upgrading { layer, .. } => return Waiting::Upgrade(*layer),
            Life::Leaving { .. } => return Waiting::Bye,
            Life::Open { .. } if self.state == State::Greeting => return Waiting::Greeting,
            Life::Open { .. } if self.commands.open() == 0 => return Waiting::Nothing,
            Life::Open { .. } => {}
        }
        let open = self.commands.in_flight().find(|entry| entry.is_open());
        // A tombstone matters when it keeps others waiting.
        let oldest = open.or_else(|| self.commands.in_flight().next());
        let waiting = match oldest.or_else(|| self.commands.queued().next()) {
            Some(entry) => self.waiting_for(entry),
            None => Waiting::Nothing,
        };
        match need {
            Need::Literal { missing, size } if !self.is_absolute(waiting) => {
                Waiting::Literal { missing, size }
            }
            _ => waiting,
        }
    }

    /// Whether this wait ends at its time whatever else the server sends meanwhile.
    fn is_absolute(&self, waiting: Waiting) -> bool {
        match waiting {
            Waiting::Done(_) | Waiting::Logout(_) => true,
            Waiting::Continuation(handle) => self.idle_requested(handle).is_some(),
            _ => false,
        }
    }

    fn waiting_for(&self, entry: &Entry) -> Waiting {
        let handle = entry.handle();
        match (entry.phase, &entry.exchange) {
            (Phase::AwaitingContinuation { .. }, _) => Waiting::Continuation(handle),
            (Phase::Sending { .. }, _) if self.wants_supply().is_some() => Waiting::Supply(handle),
            (_, Exchange::Idle(idle)) => match idle.stage {
                Stage::Requested { .. } => Waiting::Continuation(handle),
                Stage::Idling { .. } => Waiting::Idle(handle),
                Stage::Ending { .. } => Waiting::Done(handle),
            },
            (_, Exchange::Authenticate(Authenticate::Challenged)) => Waiting::Answer(handle),
            (_, Exchange::Logout { .. }) => Waiting::Logout(handle),
            _ => Waiting::Completion(handle),
        }
    }

    /// The end of the present wait.
    fn patience(&self, waiting: Waiting) -> Option<Deadline> {
        let (since, timer) = match waiting {
            Waiting::Nothing | Waiting::Closed => return None,
            Waiting::Greeting | Waiting::Bye | Waiting::Upgrade(_) => match &self.life {
                Life::Leaving { since, .. } => (*since, Timer::Logout),
                Life::Upgrading { since, .. } => (*since, Timer::Upgrade),
                Life::Open { since } => (*since, Timer::Greeting),
                Life::Ending(_) | Life::Over => return None,
            },
            Waiting::Completion(_) => (self.progress, Timer::Completion),
            // Other traffic is no answer to IDLE, which has no deadline of its own.
            Waiting::Continuation(handle) => {
                let since = self.idle_requested(handle);
                (since.unwrap_or(self.progress), Timer::Continuation)
            }
            Waiting::Literal { .. } => (self.progress, Timer::Literal),
            Waiting::Answer(_) | Waiting::Supply(_) => (self.progress, Timer::Application),
            Waiting::Idle(handle) => (self.idle_since(handle), Timer::Idle),
            // Other traffic is no answer to DONE (ruby/net-imap#14).
            Waiting::Done(handle) => (self.idle_since(handle), Timer::Done),
            Waiting::Logout(handle) => (self.logout_since(handle), Timer::Logout),
        };
        let at = since + self.config.timeouts.span(timer);
        Some(Deadline { at, timer })
    }

    fn idle_since(&self, handle: CommandHandle) -> Instant {
        match self.commands.get(handle).map(|entry| &entry.exchange) {
            Some(Exchange::Idle(idle)) => match idle.stage {
                Stage::Requested { since, .. }
                | Stage::Idling { since }
                | Stage::Ending { since, .. } => since,
            },
            _ => self.progress,
        }
    }

    /// Since when an IDLE that has left waits for its `+`.
    fn idle_requested(&self, handle: CommandHandle) -> Option<Instant> {
        let entry = self.commands.get(handle)?;
        if !entry.is_sent(self.transmit.sent()) {
            return None;
        }
        match entry.exchange {
            Exchange::Idle(Idle {
                stage: Stage::Requested { since, .. },
                ..
            }) if entry.phase != Phase::Queued => Some(since),
            _ => None,
        }
    }

    fn logout_since(&self, handle: CommandHandle) -> Instant {
        match self.commands.get(handle).map(|entry| &entry.exchange) {
            Some(Exchange::Logout { since }) => *since,
            _ => self.progress,
        }
    }

    /// The next deadline, of whatever kind.
    pub(crate) fn next_deadline(&self, need: Need) -> Option<Deadline> {
        if self.is_over() {
            return None;
        }
        let waits = self.patience(self.waiting(need));
        let command = self.commands.next_deadline().map(|(at, _)| Deadline {
            at,
            timer: Timer::Command,
        });
        waits.into_iter().chain(command).min()
    }

    /// Acts on every deadline that has passed.
    #[inline]
    pub(crate) fn expire(&mut self, need: Need) {
        // Octets that arrive can only put deadlines off, so between two of them there is nothing to look at.
        if self.now >= self.rests_until {
            self.expire_those_passed(need);
            self.rests_until = self.rest();
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
        while let Some((at, handle)) = self.commands.next_deadline() {
            if at > self.now || self.is_over() || self.time_out(handle).is_none() {
                break;
            }
        }
        let waiting = self.waiting(need);
        match self.patience(waiting) {
            Some(deadline) if deadline.at <= self.now => match waiting {
                Waiting::Idle(handle) => self.lapse_idle(handle),
                _ => self.give_up(deadline.timer),
            },
            _ => {}
        }
    }
}
