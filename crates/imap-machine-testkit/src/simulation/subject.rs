//! The connection of a simulated life, watched at every step.

use imap_machine::Instant;
use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::{ClientConnection, CommandHandle, Config, Event, Waiting};

use super::clock::Clock;
use super::coverage::{Coverage, Happening, Situation};
use super::responses::{self, Rest};
use super::step::{BEGIN, Step};
use crate::invariants::Watch;
use crate::rule::{Broken, Checked};
use crate::scenario::{End, Interruption, LONGEST_SILENCE, MOST_DEADLINES, Names, Verb};

/// The only credential in a simulation.
pub(crate) const SECRET: &str = "s3cr3t-s3cr3t";

/// A connection, what it has said, and everything that watches it.
pub struct Subject {
    pub(crate) connection: ClientConnection,
    pub(crate) names: Names,
    pub(crate) watch: Watch,
    pub(crate) events: Vec<Event<'static>>,
    pub(crate) coverage: Coverage,
    clock: Clock,
    config: Config,
    received: Vec<u8>,
    written: Vec<u8>,
    quiet: Quiet,
}

/// Whether the connection may have events that were not polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quiet {
    /// There were no more events, and nothing has happened since.
    AtRest,
    Unsettled,
}

impl Subject {
    pub(crate) fn new(config: &Config) -> Self {
        Self::with_secrets(config, vec![SECRET.to_owned()])
    }

    pub(crate) fn with_secrets(config: &Config, secrets: Vec<String>) -> Self {
        Self {
            connection: ClientConnection::new(*config, BEGIN),
            names: Names::default(),
            watch: Watch::for_config(config, secrets),
            events: Vec::new(),
            coverage: Coverage::default(),
            clock: Clock::default(),
            config: *config,
            received: Vec::new(),
            written: Vec::new(),
            quiet: Quiet::Unsettled,
        }
    }

    /// The time.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Everything it has said, in order.
    #[must_use]
    pub fn events(&self) -> &[Event<'static>] {
        &self.events
    }

    /// Whether all events were taken since something happened.
    pub(crate) const fn is_at_rest(&self) -> bool {
        matches!(self.quiet, Quiet::AtRest)
    }

    /// All octets that have arrived.
    pub(crate) fn received(&self) -> &[u8] {
        &self.received
    }

    /// What was written since the last call.
    pub(crate) fn take_written(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.written)
    }

    pub(crate) fn step(&mut self, step: &Step) -> Checked {
        match step {
            Step::Poll(most) => return self.poll(*most),
            Step::Take(most) => return self.take(*most),
            Step::Settle => return self.settle(),
            _ => {}
        }
        self.watch.step();
        self.quiet = Quiet::Unsettled;
        let now = self.clock.now();
        match step {
            Step::Arrive(octets) => self.read(octets),
            Step::End(End::Eof) => {
                self.happens(Happening::Eof);
                self.connection.handle_eof(now);
            }
            Step::End(End::Failure) => {
                self.happens(Happening::Failure);
                self.connection.handle_transport_failed(now);
            }
            Step::Call(call) => self.call(call)?,
            Step::Pass(span) => {
                self.clock.pass(*span);
                let now = self.clock.now();
                let due = self.connection.poll_timeout();
                if due.is_some_and(|deadline| deadline.at <= now) {
                    self.happens(Happening::Timeout);
                }
                self.connection.handle_timeout(now);
            }
            Step::Poll(_) | Step::Take(_) | Step::Settle => {}
        }
        self.watch.at(self.clock.now());
        Ok(())
    }

    fn happens(&mut self, what: Happening) {
        let situation = Situation::of(self.connection.waiting());
        self.coverage.hazard(situation, what);
    }

    fn read(&mut self, octets: &[u8]) {
        // Octets that arrive while the end is being reported make no events.
        if self.connection.waiting() != Waiting::Closed {
            self.received.extend_from_slice(octets);
        }
        self.watch.read(octets);
        // The length decides which of the two ways to read is used, so that both are tested.
        let now = self.clock.now();
        match octets.len() % 2 {
            0 => self.connection.handle_input(octets, now),
            _ => {
                let space = self.connection.receive_space(octets.len());
                space[..octets.len()].copy_from_slice(octets);
                self.connection.handle_received(octets.len(), now);
            }
        }
    }

    fn call(&mut self, text: &str) -> Checked {
        let verb = Verb::parse(text).map_err(|problem| Broken {
            rule: "a history can be read",
            seen: format!("{text}: {problem}"),
        })?;
        let about = verb.name().and_then(|name| self.names.handle(name));
        let now = self.clock.now();
        self.happens(Happening::of_call(&verb, about, self.connection.waiting()));
        // A wrong call returns an error, and must change nothing.
        match (&verb, about) {
            (
                Verb::Send {
                    name,
                    command: Ok(command),
                    options,
                    ..
                },
                None,
            ) => {
                if let Ok(handle) = self.connection.send((**command).clone(), *options, now) {
                    self.watch.issued(handle, command);
                    if let Some(span) = options.deadline {
                        self.watch.deadline(handle, span);
                    }
                    self.names.insert(name, handle);
                    self.coverage.issued(handle, command);
                }
            }
            (Verb::Cancel(_), Some(handle)) => _ = self.connection.cancel(handle, now),
            (Verb::Done(_), Some(handle)) => {
                let done = self.connection.done(handle, now);
                _ = done.map(|()| self.watch.wished(handle));
            }
            (Verb::Answer { answer, .. }, Some(handle)) => {
                _ = self.connection.answer(handle, answer, now);
            }
            (Verb::Supply { octets, .. }, Some(handle)) => {
                self.supply(handle, octets);
            }
            (Verb::Pause, _) => self.pause(),
            (Verb::Resume, _) => self.resume(),
            (Verb::Close, _) => self.connection.close(now),
            (Verb::Upgraded, _) => _ = self.connection.handle_upgraded(now),
            _ => {}
        }
        Ok(())
    }

    fn pause(&mut self) {
        // After the end it makes no difference to what is told.
        if self.connection.waiting() != Waiting::Closed {
            self.watch.paused();
        }
        self.connection.pause_reading(self.clock.now());
    }

    fn resume(&mut self) {
        if self.connection.waiting() != Waiting::Closed {
            self.watch.resumed();
        }
        self.connection.resume_reading(self.clock.now());
    }

    /// Supplies octets in one of the two ways, which must make no difference.
    fn supply(&mut self, handle: CommandHandle, octets: &[u8]) {
        let now = self.clock.now();
        if octets.len() % 2 == 0 {
            _ = self.connection.supply(handle, octets, now);
            return;
        }
        let space = self.connection.supply_space(handle).unwrap_or_default();
        let filled = space.len().min(octets.len());
        space[..filled].copy_from_slice(&octets[..filled]);
        _ = self.connection.supplied(handle, filled, now);
    }

    fn poll(&mut self, most: usize) -> Checked {
        for _ in 0..most {
            let situation = Situation::of(self.connection.waiting());
            let state = self.connection.state();
            let Some(event) = self.connection.poll_event() else {
                self.quiet = Quiet::AtRest;
                return self.watch.at_rest(&mut self.connection, self.clock.now());
            };
            self.watch.event(&event)?;
            self.coverage.event(&event, state, situation);
            self.events.push(event.into_static());
            self.watch.after_event(&self.connection)?;
        }
        Ok(())
    }

    fn take(&mut self, most: usize) -> Checked {
        let output = self.connection.transmit();
        let taken = output.len().min(most);
        if taken == 0 {
            return Ok(());
        }
        let half = taken < output.len();
        self.watch.wrote(&output[..taken])?;
        self.written.extend_from_slice(&output[..taken]);
        self.connection.handle_transmitted(taken, self.clock.now());
        self.watch.at(self.clock.now());
        self.quiet = Quiet::Unsettled;
        if half {
            self.happens(Happening::HalfAWrite);
        }
        Ok(())
    }

    /// All events and all octets, until there are neither.
    fn settle(&mut self) -> Checked {
        while !(self.is_at_rest() && self.connection.transmit().is_empty()) {
            self.poll(usize::MAX)?;
            self.take(usize::MAX)?;
        }
        Ok(())
    }

    /// Brings the connection to its end, and compares all that it has received with all its events.
    pub(crate) fn finish(&mut self, ending: Interruption) -> Checked {
        self.settle()?;
        match ending {
            Interruption::Eof => self.step(&Step::End(End::Eof))?,
            Interruption::Failure => self.step(&Step::End(End::Failure))?,
            Interruption::Close => self.step(&Step::Call("close".to_owned()))?,
            Interruption::Silence => self.silence()?,
        }
        self.settle()?;
        // If reading is paused, the end of the stream is seen when it goes on.
        if self.watch.is_paused() {
            self.step(&Step::Call("resume".to_owned()))?;
            self.settle()?;
        }
        let rest = match self.watch.is_paused() {
            true => Rest::Unread,
            false => Rest::Read,
        };
        match self.watch.is_closed() && self.watch.open().is_empty() {
            true => responses::told(&self.config.limits, &self.received, &self.events, rest),
            false => Err(Broken {
                rule: "all commands have outcomes and Closed is the last event",
                seen: format!("{:?}", self.connection),
            }),
        }
    }

    /// The server says nothing any more, and every command must end all the same.
    fn silence(&mut self) -> Checked {
        let until = self.now() + LONGEST_SILENCE;
        for _ in 0..MOST_DEADLINES {
            if self.watch.open().is_empty() {
                return self.step(&Step::End(End::Eof));
            }
            let deadline = self.connection.poll_timeout();
            let at = deadline.map(|it| it.at).filter(|at| *at <= until);
            let at = at.ok_or_else(|| Broken {
                rule: "every command ends in bounded time",
                seen: self.connection.diagnosis(self.now()).to_string(),
            })?;
            self.step(&Step::Pass(at.saturating_since(self.now())))?;
            self.settle()?;
        }
        Err(Broken {
            rule: "deadlines are finite",
            seen: format!("{MOST_DEADLINES} until {}", self.now()),
        })
    }

    /// The command of that name, if it was taken.
    pub(crate) fn handle(&self, name: &str) -> Option<CommandHandle> {
        self.names.handle(name)
    }

    /// How many commands have ended.
    pub(crate) fn outcomes(&self) -> usize {
        let ends = self.events.iter();
        ends.filter(|event| matches!(event, Event::Outcome { .. }))
            .count()
    }
}
