//! The bounds of `docs/time.md` that can be seen from outside.
//!
//! A moment is taken too late rather than too early: what happens between two calls of [`Time::at`] counts as having happened at
//! the second. So there is no false alarm, and the more often `at` is called, the more is found.

use std::collections::BTreeMap;
use std::time::Duration;

use imap_machine::client::{
    self, ClientConnection, CommandHandle, Event, Evidence, Outcome, Timeouts, Waiting,
};
use imap_machine::{Instant, State, Timer};

use super::session::verb;
use super::wire::Wire;
use crate::rule::{Checked, rule};

/// The bounds of one connection.
#[derive(Clone, Debug)]
pub struct Time {
    timeouts: Timeouts,
    /// Commands that are open, or that were given up.
    commands: BTreeMap<CommandHandle, Command>,
    /// When the last octet of the server arrived.
    heard: Moment,
    /// When the client last wrote a line of a conversation, or the last new layer was in place.
    said: Moment,
    /// Lines of conversations written so far.
    lines: usize,
    /// Waits with a bound, and when each began.
    waits: Vec<(Waiting, Instant)>,
    /// Whether a new layer was being set up when it was looked at last.
    upgrading: bool,
    reading: Reading,
}

/// Whether octets of the server are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    On,
    Paused,
}

#[derive(Clone, Debug)]
struct Command {
    verb: String,
    deadline: Option<Duration>,
    issued: Moment,
    left: Moment,
    /// When the application wanted IDLE to end.
    wish: Moment,
    granted: bool,
    given: bool,
}

/// A moment that is known only at the next [`Time::at`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Moment {
    #[default]
    Never,
    /// After the last call of [`Time::at`].
    Now,
    At(Instant),
}

impl Moment {
    const fn tell(&mut self, now: Instant) {
        if let Self::Now = self {
            *self = Self::At(now);
        }
    }

    const fn at(self) -> Option<Instant> {
        match self {
            Self::At(at) => Some(at),
            Self::Never | Self::Now => None,
        }
    }
}

impl Time {
    /// A connection that begins now.
    #[must_use]
    pub const fn new(timeouts: Timeouts) -> Self {
        Self {
            timeouts,
            commands: BTreeMap::new(),
            heard: Moment::Now,
            said: Moment::Never,
            lines: 0,
            waits: Vec::new(),
            upgrading: false,
            reading: Reading::On,
        }
    }

    /// The connection's timeouts.
    #[must_use]
    pub const fn timeouts(&self) -> &Timeouts {
        &self.timeouts
    }

    /// The time is now `now`.
    pub fn at(&mut self, now: Instant) {
        self.heard.tell(now);
        self.said.tell(now);
        for command in self.commands.values_mut() {
            command.issued.tell(now);
            command.left.tell(now);
            command.wish.tell(now);
        }
    }

    /// A command was sent.
    pub fn issued(&mut self, handle: CommandHandle, command: &client::Command) {
        let command = Command {
            verb: verb(command),
            deadline: None,
            issued: Moment::Now,
            left: Moment::Never,
            wish: Moment::Never,
            granted: false,
            given: false,
        };
        self.commands.insert(handle, command);
    }

    /// It has a deadline of its own.
    pub fn deadline(&mut self, handle: CommandHandle, span: Duration) {
        if let Some(command) = self.commands.get_mut(&handle) {
            command.deadline = Some(span);
        }
    }

    /// The application wants this IDLE to end.
    pub fn wished(&mut self, handle: CommandHandle) {
        if let Some(command) = self.commands.get_mut(&handle) {
            if command.wish == Moment::Never {
                command.wish = Moment::Now;
            }
        }
    }

    /// Octets of the server have arrived.
    pub const fn read(&mut self) {
        self.heard = Moment::Now;
    }

    /// Nothing is read from now on.
    pub const fn paused(&mut self) {
        self.reading = Reading::Paused;
    }

    /// Octets are read again. The server's silence is counted from now on.
    pub fn resumed(&mut self) {
        if self.is_paused() {
            self.reading = Reading::On;
            self.heard = Moment::Now;
        }
    }

    /// Whether nothing is read.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.reading == Reading::Paused
    }

    /// Octets were written: this is what has left.
    pub fn wrote(&mut self, wire: &Wire) {
        if wire.conversation() > self.lines {
            self.lines = wire.conversation();
            self.said = Moment::Now;
        }
        for (handle, command) in &mut self.commands {
            if command.left == Moment::Never && wire.has_left(&handle.to_string()) {
                command.left = Moment::Now;
            }
        }
    }

    /// An event came.
    pub fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Idling { handle, .. } => {
                self.begins_anew(*handle);
                if let Some(command) = self.commands.get_mut(handle) {
                    command.granted = true;
                }
            }
            Event::Challenge { handle, .. } => self.begins_anew(*handle),
            Event::Upgrade { .. } => {
                self.waits
                    .retain(|(it, _)| !matches!(it, Waiting::Upgrade(_)));
            }
            Event::Late { handle, .. } => {
                self.begins_anew(*handle);
                self.commands.remove(handle);
            }
            Event::Outcome { handle, outcome } => {
                self.begins_anew(*handle);
                match outcome {
                    // The server may still answer it.
                    Outcome::Unknown(_) => {
                        if let Some(command) = self.commands.get_mut(handle) {
                            command.given = true;
                        }
                    }
                    Outcome::Ok(_) | Outcome::Refused { .. } | Outcome::NotSent(_) => {
                        self.commands.remove(handle);
                    }
                }
            }
            Event::Closed(_) => {
                self.commands.clear();
                self.waits.clear();
            }
            _ => {}
        }
    }

    fn begins_anew(&mut self, handle: CommandHandle) {
        self.waits
            .retain(|(waiting, _)| waiting.command() != Some(handle));
    }

    /// What the model of time knows, with moments counted back from now.
    pub(crate) fn fingerprint(&self, now: Instant) -> String {
        let ago = |moment: Moment| moment.at().map(|at| now.saturating_since(at));
        let commands = self.commands.iter().map(|(handle, it)| {
            let moments = [it.issued, it.left, it.wish].map(ago);
            format!(
                "{handle} {} {:?} {} {moments:?}",
                it.verb, it.deadline, it.given
            )
        });
        let commands: Vec<_> = commands.collect();
        let waits = self.waits.iter();
        let waits: Vec<_> = waits
            .map(|(waiting, since)| (waiting, now.saturating_since(*since)))
            .collect();
        let (heard, said) = (ago(self.heard), ago(self.said));
        format!(
            "{heard:?} {said:?} {commands:?} {waits:?} {} {:?}",
            self.upgrading, self.reading
        )
    }

    /// The connection is at rest, and the time is `now`.
    ///
    /// # Errors
    ///
    /// A command that is still open after its bound, or a wait that was prolonged.
    pub fn agrees(&mut self, connection: &ClientConnection, now: Instant) -> Checked {
        let waiting = connection.waiting();
        let upgrading = matches!(waiting, Waiting::Upgrade(_));
        if std::mem::replace(&mut self.upgrading, upgrading) && !upgrading {
            self.said = Moment::Now;
        }
        self.at(now);
        for (handle, command) in &self.commands {
            self.in_time(*handle, command, now)?;
        }
        if connection.transmit().is_empty() {
            self.silence(connection, waiting)?;
        }
        self.pause(connection, waiting)?;
        self.fixed(connection, waiting, now)
    }

    /// Every command ends within its bound, whatever the server says meanwhile.
    fn in_time(&self, handle: CommandHandle, command: &Command, now: Instant) -> Checked {
        if command.given {
            return Ok(());
        }
        let spans = &self.timeouts;
        let own = match command.verb.as_str() {
            "IDLE" if command.granted => command.deadline,
            "LOGOUT" => Some(command.deadline.unwrap_or(spans.completion)),
            _ => Some(command.deadline.unwrap_or(spans.command)),
        };
        let bounds = [
            command.issued.at().zip(own),
            command.wish.at().map(|wish| (wish, spans.done)),
        ];
        for (since, span) in bounds.into_iter().flatten() {
            rule(
                "a command ends within its bound",
                now <= since + span,
                || {
                    format!(
                        "{handle} {}: {span:?} since {since}, now {now}",
                        command.verb
                    )
                },
            )?;
        }
        Ok(())
    }

    /// Patience with a command that has left is renewed by the server's octets and by its own conversation, and by nothing
    /// else.
    fn silence(&self, connection: &ClientConnection, waiting: Waiting) -> Checked {
        let Waiting::Completion(handle) = waiting else {
            return Ok(());
        };
        let (Some(command), Some(deadline)) =
            (self.commands.get(&handle), connection.poll_timeout())
        else {
            return Ok(());
        };
        let own = match command.given {
            true => command.issued,
            false => command.left,
        };
        let Some(own) = own.at() else {
            return Ok(());
        };
        let said = match command.given {
            true => None,
            false => self.said.at(),
        };
        let signs = [Some(own), self.heard.at(), said];
        let last = signs.into_iter().flatten().max().unwrap_or(own);
        rule(
            "what the client sends is no sign of the server's life",
            deadline.at <= last + self.timeouts.completion,
            || format!("{deadline:?} for {handle}, and nothing since {last}"),
        )
    }

    /// While nothing is read, silence has no deadline.
    fn pause(&self, connection: &ClientConnection, waiting: Waiting) -> Checked {
        let wanted = connection.wants_read();
        rule(
            "while reading is paused nothing is wanted",
            !(self.is_paused() && wanted),
            || format!("{connection:?}"),
        )?;
        let deadline = connection.poll_timeout();
        let Some(deadline) = deadline.filter(|_| waiting == Waiting::Reader) else {
            return Ok(());
        };
        let some = |verb| self.commands.values().any(|it| it.verb == verb);
        let silence = match deadline.timer {
            Timer::Completion | Timer::Literal => true,
            // The same span is the bound of a stage of these.
            Timer::Continuation => !some("IDLE"),
            Timer::Application => !some("AUTHENTICATE"),
            _ => false,
        };
        rule(
            "while reading is paused silence has no deadline",
            self.is_paused() && !silence,
            || format!("{deadline:?}"),
        )
    }

    /// Whether the event tells of something that was read.
    #[must_use]
    pub fn is_read(&self, event: &Event<'_>) -> bool {
        match event {
            Event::Closed(_) => false,
            Event::Outcome { handle, outcome } => match outcome {
                // The answer to a command for a new layer was read before the layer was set up.
                Outcome::Ok(completion) => {
                    let command = self.commands.get(handle);
                    let verb = command.map_or("", |command| command.verb.as_str());
                    completion.evidence == Evidence::Tagged
                        && !matches!(verb, "STARTTLS" | "COMPRESS")
                }
                Outcome::Refused { .. } => true,
                Outcome::NotSent(_) | Outcome::Unknown(_) => false,
            },
            _ => true,
        }
    }

    /// A wait with a bound ends at its bound.
    fn fixed(&mut self, connection: &ClientConnection, waiting: Waiting, now: Instant) -> Checked {
        let is_fixed = self.span(waiting).is_some();
        if is_fixed && !self.waits.iter().any(|(known, _)| *known == waiting) {
            self.waits.push((waiting, now));
        }
        let Some(deadline) = connection.poll_timeout() else {
            return Ok(());
        };
        for (known, since) in &self.waits {
            if *known != waiting && !self.is_hidden(*known, connection) {
                continue;
            }
            let mut span = self.span(*known).unwrap_or_default();
            // Its end was asked for meanwhile.
            if matches!(known, Waiting::Idle(_)) && deadline.timer == Timer::Done {
                span += self.timeouts.done;
            }
            rule(
                "nothing prolongs a wait that has a bound",
                deadline.at <= *since + span,
                || format!("{deadline:?} for {known:?} since {since}"),
            )?;
        }
        Ok(())
    }

    /// Whether something else that is waited for hides this wait, and prolongs nothing: a literal that comes while the server
    /// idles, or a pause.
    fn is_hidden(&self, known: Waiting, connection: &ClientConnection) -> bool {
        match (connection.waiting(), known) {
            (Waiting::Literal { .. } | Waiting::Reader, Waiting::Idle(_)) => !self.is_ending(known),
            (Waiting::Reader, Waiting::Done(_) | Waiting::Logout(_)) => true,
            (Waiting::Reader, Waiting::Greeting) => connection.state() == State::Greeting,
            _ => false,
        }
    }

    fn is_ending(&self, idle: Waiting) -> bool {
        let mut waits = self.waits.iter();
        waits.any(|(it, _)| matches!(it, Waiting::Done(_)) && it.command() == idle.command())
    }

    const fn span(&self, waiting: Waiting) -> Option<Duration> {
        let spans = &self.timeouts;
        Some(match waiting {
            Waiting::Greeting => spans.greeting,
            Waiting::Answer(_) => spans.application,
            Waiting::Idle(_) => spans.idle,
            Waiting::Done(_) => spans.done,
            Waiting::Logout(_) | Waiting::Bye => spans.logout,
            Waiting::Upgrade(_) => spans.upgrade,
            _ => return None,
        })
    }
}
