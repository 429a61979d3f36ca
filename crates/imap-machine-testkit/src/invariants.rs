//! What holds for every connection after every step, as far as it can be seen from outside.

use imap_machine::client::{ClientConnection, Command, CommandHandle, CommandOptions, Event};
use imap_machine::error::ApiMisuse;
use imap_machine::{Instant, Limits};

/// What a rule asks for, and what was seen instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The rule.
    pub rule: &'static str,
    /// What was seen.
    pub seen: String,
}

/// Watches one connection. Tell it everything that happens.
#[derive(Clone, Debug)]
pub struct Watch {
    limits: Limits,
    secrets: Vec<String>,
    open: Vec<CommandHandle>,
    closed: bool,
    idlings: usize,
    dones: usize,
    /// The end of the output so far: enough to find a line in.
    tail: Vec<u8>,
    largest_read: usize,
    received: usize,
    events: usize,
    steps: usize,
}

type Checked = Result<(), Broken>;

fn rule(rule: &'static str, holds: bool, seen: impl FnOnce() -> String) -> Checked {
    match holds {
        true => Ok(()),
        false => Err(Broken { rule, seen: seen() }),
    }
}

impl Watch {
    /// A connection with these limits, in whose `Debug` output none of these secrets may stand.
    #[must_use]
    pub fn new(limits: Limits, secrets: Vec<String>) -> Self {
        Self {
            limits,
            // What is too short stands everywhere.
            secrets: secrets.into_iter().filter(|s| s.len() >= 4).collect(),
            open: Vec::new(),
            closed: false,
            idlings: 0,
            dones: 0,
            tail: Vec::new(),
            largest_read: 0,
            received: 0,
            events: 0,
            steps: 0,
        }
    }

    /// A command was sent.
    pub fn issued(&mut self, handle: CommandHandle, _command: &Command) {
        self.open.push(handle);
    }

    /// Commands without an outcome.
    #[must_use]
    pub fn open(&self) -> &[CommandHandle] {
        &self.open
    }

    /// Whether the last event has been seen.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Octets were read.
    pub fn read(&mut self, octets: &[u8]) {
        self.largest_read = self.largest_read.max(octets.len());
        self.received += octets.len();
    }

    /// The application or the clock did something.
    pub fn step(&mut self) {
        self.steps += 1;
    }

    /// Octets were written.
    ///
    /// # Errors
    ///
    /// More DONE than IDLEs that the server granted, or octets after the end.
    pub fn wrote(&mut self, octets: &[u8]) -> Checked {
        rule("no output after Closed", !self.closed, || {
            format!("{octets:?}")
        })?;
        const DONE: &[u8] = b"\nDONE\r\n";
        if self.tail.is_empty() {
            self.tail.push(b'\n');
        }
        for octet in octets {
            self.tail.push(*octet);
            if self.tail.ends_with(DONE) {
                self.dones += 1;
            }
            if self.tail.len() > 4 * DONE.len() {
                self.tail.drain(..3 * DONE.len());
            }
        }
        let (dones, idlings) = (self.dones, self.idlings);
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
        rule("nothing after Closed", !self.closed, || {
            format!("{event:?}")
        })?;
        self.events += 1;
        // Each octet, call and command gives rise to one event or two.
        let most = 4 + 2 * (self.received + self.steps);
        rule(
            "events are bounded by octets and calls",
            self.events <= most,
            || format!("{} events", self.events),
        )?;
        match event {
            Event::Outcome { handle, .. } => {
                let at = self.open.iter().position(|open| open == handle);
                let at = at.ok_or_else(|| Broken {
                    rule: "one outcome for each command",
                    seen: format!("another: {event:?}"),
                })?;
                self.open.remove(at);
            }
            Event::Idling { .. } => self.idlings += 1,
            Event::Closed(_) => {
                self.closed = true;
                let open = &self.open;
                rule("Closed comes after all outcomes", open.is_empty(), || {
                    format!("still open: {open:?}")
                })?;
            }
            _ => {}
        }
        self.no_secret(|| format!("{event:?}"))
    }

    /// Everything was polled and written: the connection is at rest.
    ///
    /// # Errors
    ///
    /// See the rules in the source.
    pub fn at_rest(&self, connection: &mut ClientConnection, now: Instant) -> Checked {
        let again = connection.poll_event().map(|event| format!("{event:?}"));
        rule("draining twice yields nothing new", again.is_none(), || {
            again.clone().unwrap_or_default()
        })?;
        let open = self.open.len();
        rule(
            "open_commands() is commands without outcome",
            connection.open_commands() == open,
            || format!("{} instead of {open}", connection.open_commands()),
        )?;
        let deadline = connection.poll_timeout();
        rule(
            "who waits has a deadline",
            open == 0 || deadline.is_some(),
            || format!("{}", connection.diagnosis(now)),
        )?;
        let late = deadline.is_some_and(|deadline| deadline.at <= now);
        rule("a deadline that has passed is acted upon", !late, || {
            format!("{deadline:?}")
        })?;
        self.memory(connection)?;
        self.no_secret(|| format!("{connection:?} {:?}", connection.diagnosis(now)))?;
        match self.closed {
            true => Self::over(connection, now),
            false => Ok(()),
        }
    }

    fn memory(&self, connection: &ClientConnection) -> Checked {
        let (held, capacity) = connection.received_octets();
        let most = self.limits.message.saturating_add(self.largest_read);
        rule(
            "held octets are within the limits",
            held <= most && held <= self.received,
            || format!("{held} octets held"),
        )?;
        // A buffer that grows by doubling, and never below one page or so.
        let most = most.min(self.received.saturating_mul(4)).saturating_mul(2);
        rule(
            "memory follows octets received",
            capacity <= most.saturating_add(64 << 10),
            || format!("{capacity} octets allocated, {} received", self.received),
        )
    }

    /// Nothing moves any more, whatever is done.
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
