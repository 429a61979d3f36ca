use std::collections::BTreeMap;
use std::time::Duration;

use imap_machine::client::{
    ClientConnection, CommandHandle, CommandOptions, Config, Event, SaslAnswer, TlsPolicy, Tracking,
};
use imap_machine::{Instant, Limits};
use imap_machine_testkit::invariants::{Broken, Watch};
use imap_machine_testkit::scenario::LONGEST_SILENCE;

use super::Op;
use super::commands::{COMMANDS, SECRET};
use super::lines::LINES;

/// A connection to which operations are done.
pub struct Run {
    /// The connection.
    pub connection: ClientConnection,
    /// What watches it.
    pub watch: Watch,
    /// What the clock shows.
    pub now: Instant,
    /// How many times each call succeeded.
    pub done: BTreeMap<&'static str, usize>,
    handles: Vec<CommandHandle>,
    on_the_way: Vec<u8>,
    on_event: Box<dyn FnMut(&Event<'_>)>,
}

impl Run {
    /// A new connection with these settings.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self {
            connection: ClientConnection::new(config, Instant::ORIGIN),
            watch: Watch::for_config(&config, vec![SECRET.to_owned()]),
            now: Instant::ORIGIN,
            done: BTreeMap::new(),
            handles: Vec::new(),
            on_the_way: Vec::new(),
            on_event: Box::new(|_| {}),
        }
    }

    /// The same, and `on_event` sees every event.
    #[must_use]
    pub fn with_look(self, on_event: impl FnMut(&Event<'_>) + 'static) -> Self {
        Self {
            on_event: Box::new(on_event),
            ..self
        }
    }

    /// The command of this number, if it was sent.
    fn handle(&self, number: u64) -> Option<CommandHandle> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.handles.get(index).copied()
    }

    /// The number of a command: mostly that of an open one, the oldest first, and otherwise of any.
    #[must_use]
    pub fn mostly_open(&self, pick: u64) -> u64 {
        let open = usize::try_from(pick / 2).ok();
        let open = open.and_then(|index| self.watch.open().get(index));
        let position = open.and_then(|open| self.handles.iter().position(|known| known == open));
        position.map_or(pick, |index| index as u64 + 1)
    }

    /// Does one thing.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn step(&mut self, op: &Op) -> Result<(), Broken> {
        self.watch.step();
        let now = self.now;
        match op {
            Op::Say(line, tag, percent) => {
                let line = LINES.get(*line).copied().unwrap_or_default();
                self.say(line.as_bytes(), *tag, *percent);
            }
            Op::Octets(octets, tag, percent) => self.say(octets, *tag, *percent),
            Op::Send(which, deadline) => self.send(*which, *deadline),
            Op::Cancel(_) | Op::Done(_) | Op::Answer(..) | Op::Supply(..) => self.talk(op),
            Op::Upgraded => {
                let upgraded = self.connection.handle_upgraded(now);
                self.count("upgraded", upgraded.is_ok());
            }
            Op::Pass(span) => {
                self.now = self.now + Duration::from_millis(*span);
                self.connection.handle_timeout(self.now);
            }
            Op::Write(most) => self.write(*most)?,
            Op::PollOne => self.poll()?,
            Op::Drain => self.drain()?,
            Op::Eof => self.connection.handle_eof(now),
            Op::Fail => self.connection.handle_transport_failed(now),
            Op::Close => self.connection.close(now),
        }
        Ok(())
    }

    fn send(&mut self, which: usize, deadline: Option<u64>) {
        let mut options = CommandOptions::default();
        options.deadline = deadline.map(Duration::from_millis);
        options.refresh_idle = which % 2 == 0;
        let built = COMMANDS.get(which).map(|build| build());
        let Some(Ok(command)) = built else {
            panic!("command {which}: {built:?}");
        };
        if let Ok(handle) = self.connection.send(command.clone(), options, self.now) {
            self.watch.issued(handle, &command);
            if let Some(span) = options.deadline {
                self.watch.deadline(handle, span);
            }
            self.handles.push(handle);
        }
    }

    fn talk(&mut self, op: &Op) {
        let (Op::Cancel(number) | Op::Done(number) | Op::Answer(number, _) | Op::Supply(number, _)) =
            op
        else {
            return;
        };
        let Some(handle) = self.handle(*number) else {
            return;
        };
        // A wrong call returns an error, and must change nothing.
        let (call, done) = match op {
            Op::Cancel(_) => ("cancel", self.connection.cancel(handle, self.now)),
            Op::Done(_) => ("done", self.connection.done(handle, self.now)),
            Op::Answer(_, true) => {
                let gives_up = self
                    .connection
                    .answer(handle, &SaslAnswer::Cancel, self.now);
                ("give up", gives_up)
            }
            Op::Answer(..) => {
                let answer = SaslAnswer::Response(SECRET.into());
                let answered = self.connection.answer(handle, &answer, self.now);
                ("answer", answered)
            }
            Op::Supply(_, octets) if octets % 2 == 0 => {
                let octets = vec![b'x'; *octets];
                let supplied = self.connection.supply(handle, &octets, self.now);
                ("supply", supplied.map(|_| ()))
            }
            Op::Supply(_, octets) => {
                let space = self.connection.supply_space(handle);
                space.unwrap_or_default().fill(b'x');
                let supplied = self.connection.supplied(handle, *octets, self.now);
                ("supply in place", supplied.map(|_| ()))
            }
            _ => return,
        };
        self.count(call, done.is_ok());
    }

    fn count(&mut self, call: &'static str, done: bool) {
        *self.done.entry(call).or_default() += usize::from(done);
    }

    /// Octets join the stream, with the tag of this command for each `%`; then this percentage of what is on the way arrives.
    pub fn say(&mut self, octets: &[u8], tag: u64, percent: usize) {
        let tag = format!("A{}", self.mostly_open(tag));
        for octet in octets {
            match octet {
                b'%' => self.on_the_way.extend_from_slice(tag.as_bytes()),
                octet => self.on_the_way.push(*octet),
            }
        }
        self.arrive(percent);
    }

    fn arrive(&mut self, percent: usize) {
        let octets = (self.on_the_way.len() * percent / 100).min(self.on_the_way.len());
        let piece: Vec<u8> = self.on_the_way.drain(..octets).collect();
        self.watch.read(&piece);
        self.connection.handle_input(&piece, self.now);
    }

    fn write(&mut self, most: usize) -> Result<(), Broken> {
        let output = self.connection.transmit();
        let output = &output[..output.len().min(most)];
        if output.is_empty() {
            return Ok(());
        }
        self.watch.wrote(output)?;
        let octets = output.len();
        self.connection.handle_transmitted(octets, self.now);
        Ok(())
    }

    fn poll(&mut self) -> Result<(), Broken> {
        match self.connection.poll_event() {
            Some(event) => {
                (self.on_event)(&event);
                self.watch.event(&event)?;
            }
            None => return Ok(()),
        }
        self.watch.after_event(&self.connection)
    }

    /// The application takes all events.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn drain(&mut self) -> Result<(), Broken> {
        while let Some(event) = self.connection.poll_event() {
            (self.on_event)(&event);
            self.watch.event(&event)?;
            self.watch.after_event(&self.connection)?;
        }
        self.watch.at_rest(&mut self.connection, self.now)
    }

    /// Neither side says anything any more. Time passes deadline by deadline, and every command must end.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold.
    pub fn silence(&mut self) -> Result<(), Broken> {
        self.drain()?;
        let until = self.now + LONGEST_SILENCE;
        while !self.watch.open().is_empty() {
            let deadline = self.connection.poll_timeout();
            let at = deadline.map(|deadline| deadline.at);
            let at = at.filter(|at| *at <= until).ok_or_else(|| Broken {
                rule: "every command ends in bounded time",
                seen: self.connection.diagnosis(self.now).to_string(),
            })?;
            self.watch.step();
            self.now = self.now.max(at);
            self.connection.handle_timeout(self.now);
            self.drain()?;
        }
        Ok(())
    }

    /// The stream ends.
    ///
    /// # Errors
    ///
    /// The invariant that does not hold, or `Closed` is missing.
    pub fn finish(&mut self) -> Result<(), Broken> {
        self.watch.step();
        self.connection.handle_eof(self.now);
        self.drain()?;
        match self.watch.is_closed() {
            true => Ok(()),
            false => Err(Broken {
                rule: "Closed comes after the end of the stream",
                seen: format!("{:?}", self.connection),
            }),
        }
    }
}

/// Settings with small limits. `variant` chooses the others.
#[must_use]
pub fn config(variant: u8) -> Config {
    let mut config = Config::default();
    config.limits = Limits::default();
    config.limits.inline_literal = 16;
    config.limits.supply = 100;
    if variant & 1 == 1 {
        config.tracking = Tracking::Messages;
    }
    if variant & 2 == 2 {
        config.security = TlsPolicy::RequireStartTls;
    }
    if variant & 4 == 4 {
        config.limits.line = 60;
        config.limits.literal = 30;
        config.limits.commands = 4;
        config.limits.in_flight = 2;
    }
    if variant & 16 == 16 {
        config.limits.nesting = 2;
        config.limits.capabilities = 20;
        config.limits.mailbox_blocks = 1;
        config.limits.non_synchronizing = 3;
    }
    config
}
