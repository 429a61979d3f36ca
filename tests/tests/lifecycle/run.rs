//! A connection to which these things happen, and what is seen of it.

use std::collections::BTreeMap;
use std::time::Duration;

use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::{
    Answer, ClientConnection, CommandHandle, CommandOptions, Config, Event, Security, Tracking,
    Waiting,
};
use imap_machine::{Instant, Limits};
use imap_machine_testkit::invariants::{Broken, Watch};
use imap_machine_tests::operations::LINES;

use super::SECRET;
use super::ops::{Op, commands};

pub struct Run {
    pub connection: ClientConnection,
    pub watch: Watch,
    pub now: Instant,
    handles: Vec<CommandHandle>,
    pub on_the_way: Vec<u8>,
    /// Octets of a write that has begun.
    writing: usize,
    /// Calls that were not misuse.
    pub done: BTreeMap<&'static str, usize>,
    pub events: Vec<Event<'static>>,
}

impl Run {
    pub fn new(config: Config) -> Self {
        Self {
            connection: ClientConnection::new(config, Instant::ORIGIN),
            watch: Watch::for_config(&config, vec![SECRET.to_owned()]),
            now: Instant::ORIGIN,
            handles: Vec::new(),
            on_the_way: Vec::new(),
            writing: 0,
            done: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    fn count(&mut self, call: &'static str, done: bool) {
        *self.done.entry(call).or_default() += usize::from(done);
    }

    /// Mostly an open command, the oldest first; else any that was sent.
    fn handle(&self, pick: u64) -> Option<CommandHandle> {
        let pick = usize::try_from(pick).ok()?;
        let open = self.watch.open().get(pick / 2);
        open.or_else(|| self.handles.get(pick)).copied()
    }

    /// Mostly the tag of an open command, the oldest first; else any.
    fn tag(&self, pick: u64) -> u64 {
        let open = usize::try_from(pick / 2).ok();
        let open = open.and_then(|index| self.watch.open().get(index));
        let position = open.and_then(|open| self.handles.iter().position(|known| known == open));
        position.map_or(pick, |index| index as u64 + 1)
    }

    pub fn step(&mut self, op: &Op) -> Result<(), Broken> {
        self.watch.step();
        let now = self.now;
        match op {
            Op::Say(line, tag, percent) => {
                let line = LINES[*line].replace('%', &format!("A{}", self.tag(*tag)));
                self.on_the_way.extend_from_slice(line.as_bytes());
                self.arrive(*percent);
            }
            Op::Octets(octets) => {
                self.on_the_way.extend_from_slice(octets);
                self.arrive(100);
            }
            Op::Reply(line) => self.reply(line),
            Op::Oblige(octets) => self.oblige(*octets)?,
            Op::Send(which, deadline) => {
                let mut options = CommandOptions::default();
                options.deadline = deadline.map(Duration::from_millis);
                options.refresh_idle = *which % 2 == 0;
                let command = commands().swap_remove(*which);
                if let Ok(handle) = self.connection.send(command.clone(), options, now) {
                    self.watch.issued(handle, &command);
                    self.handles.push(handle);
                }
            }
            Op::Cancel(_) | Op::Done(_) | Op::Answer(..) | Op::Supply(..) => self.talk(op),
            Op::Upgraded => {
                let upgraded = self.connection.handle_upgraded(now);
                self.count("upgraded", upgraded.is_ok());
            }
            Op::Pass(span) => {
                self.now = self.now + Duration::from_millis(*span);
                self.connection.handle_timeout(self.now);
            }
            Op::Write(most) => {
                self.begin_write(*most)?;
                self.written();
            }
            Op::BeginWrite(most) => self.begin_write(*most)?,
            Op::Written => self.written(),
            Op::ReadInPlace(octets) => {
                self.watch.read(octets);
                self.connection.receive_space(octets.len())[..octets.len()].copy_from_slice(octets);
                self.connection.handle_received(octets.len(), now);
            }
            Op::AskRoom(octets) => {
                // It is memory like what comes into it.
                self.watch.read(&vec![0; *octets]);
                assert!(self.connection.receive_space(*octets).len() >= *octets);
            }
            Op::Early => self.connection.handle_timeout(Instant::ORIGIN),
            Op::PollOne => self.poll()?,
            Op::Drain => self.drain()?,
            Op::Settle => self.settle()?,
            Op::Eof => self.connection.handle_eof(now),
            Op::Fail => self.connection.handle_transport_failed(now),
            Op::Close => self.connection.close(now),
        }
        Ok(())
    }

    fn reply(&mut self, line: &str) {
        match self.connection.waiting() {
            Waiting::Continuation(_) => self.hear("+ Zm9v"),
            Waiting::Completion(handle) if line == "% OK done" && self.authenticates(handle) => {
                self.hear("+ Zm9v");
            }
            Waiting::Completion(handle) | Waiting::Done(handle) | Waiting::Logout(handle) => {
                self.hear(&line.replace('%', &handle.to_string()));
            }
            _ => {}
        }
    }

    fn authenticates(&self, handle: CommandHandle) -> bool {
        let mut commands = self.connection.commands().map(|it| it.command);
        commands.any(|it| it.handle == handle && it.verb == "AUTHENTICATE")
    }

    fn oblige(&mut self, octets: usize) -> Result<(), Broken> {
        let (handle, op): (_, fn(u64, usize) -> Op) = match self.connection.waiting() {
            Waiting::Answer(handle) => (handle, |pick, octets| Op::Answer(pick, octets % 3 == 0)),
            Waiting::Supply(handle) => (handle, Op::Supply),
            Waiting::Idle(handle) => (handle, |pick, _| Op::Done(pick)),
            Waiting::Upgrade(_) => return self.step(&Op::Upgraded),
            _ => return Ok(()),
        };
        let place = self.watch.open().iter().position(|open| *open == handle);
        match place {
            Some(place) => self.step(&op(place as u64 * 2, octets)),
            None => Ok(()),
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
        // Misuse is an error value and nothing else.
        let (call, done) = match op {
            Op::Cancel(_) => ("cancel", self.connection.cancel(handle, self.now)),
            Op::Done(_) => ("done", self.connection.done(handle, self.now)),
            Op::Answer(_, true) => {
                let gives_up = self.connection.answer(handle, &Answer::Cancel, self.now);
                ("give up", gives_up)
            }
            Op::Answer(..) => {
                let answer = Answer::Response(SECRET.into());
                let answered = self.connection.answer(handle, &answer, self.now);
                ("answer", answered)
            }
            Op::Supply(_, octets) => {
                let octets = vec![b'x'; *octets];
                let supplied = self.connection.supply(handle, &octets, self.now);
                ("supply", supplied.map(|_| ()))
            }
            _ => return,
        };
        self.count(call, done.is_ok());
    }

    fn hear(&mut self, line: &str) {
        self.on_the_way.extend_from_slice(line.as_bytes());
        self.on_the_way.extend_from_slice(b"\r\n");
        self.arrive(100);
    }

    pub fn arrive(&mut self, percent: usize) {
        let octets = (self.on_the_way.len() * percent / 100).min(self.on_the_way.len());
        let piece: Vec<u8> = self.on_the_way.drain(..octets).collect();
        self.watch.read(&piece);
        self.connection.handle_input(&piece, self.now);
    }

    /// The transport takes octets. Meanwhile anything may happen.
    fn begin_write(&mut self, most: usize) -> Result<(), Broken> {
        if self.writing > 0 {
            return Ok(());
        }
        let output = self.connection.transmit();
        let output = &output[..output.len().min(most)];
        self.writing = output.len();
        match output {
            [] => Ok(()),
            output => self.watch.wrote(output),
        }
    }

    fn written(&mut self) {
        let octets = std::mem::take(&mut self.writing);
        if octets > 0 {
            self.connection.handle_transmitted(octets, self.now);
        }
    }

    fn poll(&mut self) -> Result<(), Broken> {
        match self.connection.poll_event() {
            Some(event) => {
                self.watch.event(&event)?;
                self.events.push(event.into_static());
            }
            None => return Ok(()),
        }
        self.watch.after_event(&self.connection)
    }

    pub fn drain(&mut self) -> Result<(), Broken> {
        while let Some(event) = self.connection.poll_event() {
            self.watch.event(&event)?;
            self.events.push(event.into_static());
            self.watch.after_event(&self.connection)?;
        }
        self.watch.at_rest(&mut self.connection, self.now)
    }

    fn settle(&mut self) -> Result<(), Broken> {
        self.written();
        loop {
            self.drain()?;
            self.begin_write(usize::MAX)?;
            if self.writing == 0 {
                return Ok(());
            }
            self.written();
        }
    }

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

pub fn config(variant: u8) -> Config {
    let mut config = Config::default();
    config.limits = Limits::default();
    config.limits.inline_literal = 16;
    config.limits.supply = 100;
    if variant & 1 == 1 {
        config.tracking = Tracking::Messages;
    }
    if variant & 2 == 2 {
        config.security = Security::RequireStartTls;
    }
    if variant & 4 == 4 {
        config.limits.line = 60;
        config.limits.literal = 30;
        config.limits.commands = 4;
        config.limits.in_flight = 2;
    }
    config
}
