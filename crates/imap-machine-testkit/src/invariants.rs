//! The invariants of a connection that can be seen from outside. They are checked after every step.

use std::time::Duration;

use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::{
    Cause, ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, Evidence,
    NotSent, Outcome, Unknown, Waiting,
};
use imap_machine::error::ApiMisuse;
use imap_machine::{Instant, Limits};

use crate::model::{Moment, Session, Time};
use crate::rule::{Checked, rule};

pub use crate::rule::Broken;

/// Watches one connection. Tell it everything that happens.
///
/// After each event that [`poll_event`](ClientConnection::poll_event) gives, make two calls: [`event`](Self::event) with the
/// event, and [`after_event`](Self::after_event) with the connection. When there are no more events, call
/// [`at_rest`](Self::at_rest).
#[derive(Clone, Debug)]
pub struct Watch {
    limits: Limits,
    secrets: Vec<String>,
    model: Session,
    time: Time,
    /// The event that the model has not seen yet. The event is lent, and the model observes the connection first.
    news: Option<Event<'static>>,
    open: Vec<CommandHandle>,
    end: End,
    idlings: usize,
    largest_read: usize,
    received: usize,
    events: usize,
    steps: usize,
}

/// How much of the end of the connection has been reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    NotYet,
    /// A command has ended because the connection did.
    Begun,
    /// The last event has been seen.
    Told,
}

impl Watch {
    /// Watches a connection with these limits. None of the secrets may appear in its `Debug` output.
    #[must_use]
    pub fn new(limits: Limits, secrets: Vec<String>) -> Self {
        let mut config = Config::default();
        config.limits = limits;
        Self::for_config(&config, secrets)
    }

    /// Watches a connection with these settings. None of the secrets may appear in its `Debug` output.
    #[must_use]
    pub fn for_config(config: &Config, secrets: Vec<String>) -> Self {
        Self {
            limits: config.limits,
            // A shorter secret could be found in any text.
            secrets: secrets.into_iter().filter(|s| s.len() >= 4).collect(),
            model: Session::new(config),
            time: Time::new(config.timeouts),
            news: None,
            open: Vec::new(),
            end: End::NotYet,
            idlings: 0,
            largest_read: 0,
            received: 0,
            events: 0,
            steps: 0,
        }
    }

    /// A command was sent.
    pub fn issued(&mut self, handle: CommandHandle, command: &Command) {
        self.model.issued(handle, command);
        self.time.issued(handle, command);
        self.open.push(handle);
    }

    /// The command has a deadline of its own.
    pub fn deadline(&mut self, handle: CommandHandle, span: Duration) {
        self.time.deadline(handle, span);
    }

    /// The application has said `done` to this IDLE.
    pub fn wished(&mut self, handle: CommandHandle) {
        self.time.wished(handle);
    }

    /// The application has paused reading.
    pub fn paused(&mut self) {
        self.time.paused();
    }

    /// Reading goes on.
    pub fn resumed(&mut self) {
        self.time.resumed();
    }

    /// Whether reading is paused.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.time.is_paused()
    }

    /// The time is now `now`. With a call after every step, a wait that is too long is found within one step.
    pub fn at(&mut self, now: Instant) {
        self.time.at(now);
    }

    /// Commands without an outcome.
    #[must_use]
    pub fn open(&self) -> &[CommandHandle] {
        &self.open
    }

    /// Whether the last event has been seen.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        matches!(self.end, End::Told)
    }

    /// Octets were read.
    pub fn read(&mut self, octets: &[u8]) {
        self.largest_read = self.largest_read.max(octets.len());
        self.received += octets.len();
        if !octets.is_empty() {
            self.time.read();
        }
    }

    /// The application or the clock did something.
    pub fn step(&mut self) {
        self.steps += 1;
    }

    /// Octets were written.
    ///
    /// # Errors
    ///
    /// More DONE than IDLEs that the server granted, a literal without permission, commands out of order, or octets after the
    /// end.
    pub fn wrote(&mut self, octets: &[u8]) -> Checked {
        rule("no output after Closed", !self.is_closed(), || {
            format!("{octets:?}")
        })?;
        self.model.wrote(octets)?;
        self.time.wrote(self.model.wire());
        let (dones, idlings) = (self.model.dones(), self.idlings);
        rule("one DONE for each granted IDLE", dones <= idlings, || {
            format!("{dones} DONE, {idlings} IDLE granted")
        })
    }

    /// An event came.
    ///
    /// # Errors
    ///
    /// A second outcome, an event after the end, more events than there is reason for, a secret.
    pub fn event(&mut self, event: &Event<'_>) -> Checked {
        rule("nothing after Closed", !self.is_closed(), || {
            format!("{event:?}")
        })?;
        rule(
            "after_event follows each event",
            self.news.is_none(),
            || format!("{:?} and at once {event:?}", self.news),
        )?;
        self.events += 1;
        // Each octet, call and command gives rise to one event or two.
        let most = 4 + 2 * (self.received + self.steps);
        rule(
            "events are bounded by octets and calls",
            self.events <= most,
            || format!("{} events", self.events),
        )?;
        // The application can still cancel a command whose outcome has not been polled.
        let ends = matches!(event, Event::Outcome { .. } | Event::Closed(_));
        let in_order = self.end == End::NotYet || ends;
        rule("the end is outcomes, then Closed", in_order, || {
            format!("{event:?}")
        })?;
        if !matches!(event, Event::Status { .. }) {
            self.cause(event)?;
        }
        let read = self.time.is_paused() && self.time.is_read(event);
        rule("while reading is paused nothing is read", !read, || {
            format!("{event:?}")
        })?;
        self.time.event(event);
        match event {
            Event::Outcome { handle, .. } => self.outcome(*handle, event)?,
            Event::Idling { .. } => self.idlings += 1,
            Event::Closed(_) => {
                self.end = End::Told;
                let open = &self.open;
                rule("Closed comes after all outcomes", open.is_empty(), || {
                    format!("still open: {open:?}")
                })?;
            }
            _ => {}
        }
        // The model does not look at the octets of messages.
        if !matches!(event, Event::Literal(_)) {
            self.news = Some(event.to_static());
        }
        self.no_secret(|| format!("{event:?}"))
    }

    /// Solicited data names a command that is open, and abandoned data one that was given up.
    fn cause(&self, event: &Event<'_>) -> Checked {
        let open = |handle| self.open.binary_search(&handle).is_ok();
        let fits = match cause(event) {
            Some(Cause::Solicited(handle)) => open(handle),
            Some(Cause::Abandoned(handle)) => !open(handle),
            Some(Cause::Unsolicited) | None => true,
        };
        rule(
            "solicited data names an open command, abandoned data one that was given up",
            fits,
            || format!("{event:?} with {:?} open", self.open),
        )
    }

    fn outcome(&mut self, handle: CommandHandle, event: &Event<'_>) -> Checked {
        let at = self.open.iter().position(|open| *open == handle);
        let at = at.ok_or_else(|| Broken {
            rule: "one outcome for each command",
            seen: format!("another: {event:?}"),
        })?;
        self.open.remove(at);
        if is_end(event) {
            self.end = End::Begun;
            rule("at the end commands end in order of issue", at == 0, || {
                format!("{event:?} before {:?}", self.open.first())
            })?;
        }
        Ok(())
    }

    /// The event has been seen, and this is the connection that gave it.
    ///
    /// # Errors
    ///
    /// State, mailbox or capabilities are not what the event makes them (see [`Session`]).
    pub fn after_event(&mut self, connection: &ClientConnection) -> Checked {
        self.model.observe(connection)?;
        if let Some(event) = self.news.take() {
            self.cause(&event)?;
            if let Event::UnexpectedTag { tag, .. } = &event {
                let mut open = self.open.iter();
                let waits = open.any(|handle| handle.to_string().as_bytes() == &tag[..]);
                // An early tagged OK is reported like this as well, and ends the connection.
                let over = connection.waiting() == Waiting::Closed;
                rule(
                    "a tagged response ends its command",
                    over || !(waits && self.model.awaits(tag)),
                    || format!("{event:?}"),
                )?;
            }
            self.model.event(&event)?;
        }
        self.model.agrees(connection, Moment::BetweenEvents)
    }

    /// Everything was polled and written: the connection is at rest.
    ///
    /// # Errors
    ///
    /// See the rules in the source.
    pub fn at_rest(&mut self, connection: &mut ClientConnection, now: Instant) -> Checked {
        rule(
            "after_event follows each event",
            self.news.is_none(),
            || format!("{:?}", self.news),
        )?;
        let again = connection.poll_event().map(|event| format!("{event:?}"));
        rule("draining twice yields nothing new", again.is_none(), || {
            again.clone().unwrap_or_default()
        })?;
        rule(
            "at the end all outcomes come in one drain",
            self.end != End::Begun,
            || format!("still open: {:?}", self.open),
        )?;
        self.commands(connection)?;
        self.patience(connection, now)?;
        self.diagnosis(connection, now)?;
        self.memory(connection)?;
        self.model.observe(connection)?;
        self.time.agrees(connection, now)?;
        let elsewhere = matches!(
            connection.waiting(),
            Waiting::Greeting
                | Waiting::Reader
                | Waiting::Upgrade(_)
                | Waiting::Bye
                | Waiting::Closed
        );
        rule(
            "a queued command waits for another command",
            self.open.is_empty() || self.model.is_busy() || elsewhere,
            || connection.diagnosis(now).to_string(),
        )?;
        self.model.agrees(connection, Moment::AtRest)?;
        self.no_secret(|| {
            let diagnosis = connection.diagnosis(now);
            format!("{connection:?} {diagnosis:?} {diagnosis}")
        })?;
        match self.is_closed() {
            true => Self::over(connection, now),
            false => Ok(()),
        }
    }

    /// What the model knows, with moments counted back from now. Two states with different fingerprints differ.
    pub(crate) fn fingerprint(&self, now: Instant) -> String {
        let (dones, idlings) = (self.model.dones(), self.idlings);
        let session = self.model.fingerprint();
        let time = self.time.fingerprint(now);
        format!("{} {session} {time}", idlings - dones)
    }

    fn commands(&self, connection: &ClientConnection) -> Checked {
        let listed = connection.commands().map(|it| it.command.handle);
        let listed: Vec<_> = listed.collect();
        rule(
            "commands() is commands without outcome, in order of issue",
            listed == self.open && connection.open_commands() == listed.len(),
            || {
                let open = connection.open_commands();
                format!("{open}: {listed:?} instead of {:?}", self.open)
            },
        )
    }

    fn patience(&self, connection: &mut ClientConnection, now: Instant) -> Checked {
        let deadline = connection.poll_timeout();
        rule(
            "a connection with an open command has a deadline",
            self.open.is_empty() || deadline.is_some(),
            || format!("{}", connection.diagnosis(now)),
        )?;
        let span = self.span(connection.waiting());
        let enough = span
            .zip(deadline)
            .is_none_or(|(span, deadline)| deadline.at <= now + span);
        rule(
            "a deadline is no later than the bound of what is waited for",
            enough && (span.is_none() || deadline.is_some()),
            || format!("{deadline:?} while {:?}", connection.waiting()),
        )?;
        let late = deadline.is_some_and(|deadline| deadline.at <= now);
        rule("a deadline that has passed is acted upon", !late, || {
            format!("{deadline:?}")
        })?;
        connection.handle_timeout(Instant::ORIGIN);
        let unmoved = connection.poll_timeout();
        rule("time never runs backwards", unmoved == deadline, || {
            format!("{unmoved:?} instead of {deadline:?}")
        })
    }

    /// The longest patience there is for this.
    const fn span(&self, waiting: Waiting) -> Option<Duration> {
        let timeouts = self.time.timeouts();
        Some(match waiting {
            Waiting::Greeting => timeouts.greeting,
            Waiting::Completion(_) => timeouts.completion,
            Waiting::Continuation(_) => timeouts.continuation,
            Waiting::Literal { .. } => timeouts.literal,
            Waiting::Answer(_) | Waiting::Supply(_) => timeouts.application,
            Waiting::Idle(_) => timeouts.idle,
            Waiting::Done(_) => timeouts.done,
            Waiting::Logout(_) | Waiting::Bye => timeouts.logout,
            Waiting::Upgrade(_) => timeouts.upgrade,
            _ => return None,
        })
    }

    /// The diagnosis says what the connection waits for, and counts all open commands.
    fn diagnosis(&self, connection: &ClientConnection, now: Instant) -> Checked {
        let diagnosis = connection.diagnosis(now);
        let idle = matches!(diagnosis.waiting, Waiting::Nothing | Waiting::Closed);
        rule(
            "the diagnosis says what is waited for",
            self.open.is_empty() || !idle,
            || format!("{diagnosis} with {:?} open", self.open),
        )?;
        let about = diagnosis.command.as_ref().map(|named| named.handle);
        let about = about.is_some_and(|handle| self.open.contains(&handle));
        let named = usize::from(about) + diagnosis.behind.len() + diagnosis.more;
        rule(
            "the diagnosis counts every open command",
            self.is_closed() || named == self.open.len(),
            || format!("{diagnosis}: {named} of {:?}", self.open),
        )?;
        let left = diagnosis.deadline.map(|(left, timer)| (now + left, timer));
        let deadline = connection.poll_timeout();
        rule(
            "the diagnosis says when patience ends",
            left == deadline.map(|deadline| (deadline.at, deadline.timer)),
            || format!("{left:?} instead of {deadline:?}"),
        )
    }

    fn memory(&self, connection: &ClientConnection) -> Checked {
        let (held, capacity) = connection.received_octets();
        let most = self.limits.message.saturating_add(self.largest_read);
        rule(
            "held octets are within the limits",
            held <= most && held <= self.received,
            || format!("{held} octets held"),
        )?;
        // The buffer grows by doubling, and is never smaller than about one page.
        let most = most.min(self.received.saturating_mul(4)).saturating_mul(2);
        rule(
            "memory follows octets received",
            capacity <= most.saturating_add(64 << 10),
            || format!("{capacity} octets allocated, {} received", self.received),
        )
    }

    /// After the end no call makes the connection do anything.
    fn over(connection: &mut ClientConnection, now: Instant) -> Checked {
        connection.handle_input(b"* OK too late\r\n", now);
        connection.handle_timeout(now);
        connection.handle_eof(now);
        let event = connection.poll_event().map(|event| format!("{event:?}"));
        rule("no event after Closed", event.is_none(), || {
            event.unwrap_or_default()
        })?;
        let quiet = connection.transmit().is_empty() && connection.poll_timeout().is_none();
        rule("no output and no deadline after Closed", quiet, || {
            format!("{connection:?}")
        })?;
        rule(
            "no use for input after Closed",
            !connection.wants_read(),
            || format!("{connection:?}"),
        )?;
        let sent = connection.send(Command::noop(), CommandOptions::default(), now);
        rule(
            "no command after Closed",
            sent == Err(ApiMisuse::Closed),
            || format!("{sent:?}"),
        )
    }

    fn no_secret(&self, text: impl FnOnce() -> String) -> Checked {
        if self.secrets.is_empty() {
            return Ok(());
        }
        let text = text();
        let told = self.secrets.iter().any(|secret| text.contains(secret));
        rule("no secret in Debug output", !told, || text)
    }
}

/// The cause that the event names, if it names one.
pub(crate) const fn cause(event: &Event<'_>) -> Option<Cause> {
    match event {
        Event::Untagged { cause, .. }
        | Event::Status { cause, .. }
        | Event::Unrecognized { cause, .. } => Some(*cause),
        Event::Literal(piece) => Some(piece.cause),
        _ => None,
    }
}

/// Whether this says that the connection is over.
const fn is_end(event: &Event<'_>) -> bool {
    match event {
        Event::Closed(_) => true,
        Event::Outcome { outcome, .. } => match outcome {
            Outcome::Ok(completion) => matches!(completion.evidence, Evidence::ConnectionEnded),
            Outcome::NotSent(reason) => matches!(reason, NotSent::Closed(_)),
            Outcome::Unknown(reason) => matches!(reason, Unknown::Closed(_)),
            Outcome::Refused { .. } => false,
        },
        _ => false,
    }
}
