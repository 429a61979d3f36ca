//! One connection with its application, its adapter and its clock, all of them played.

use std::collections::VecDeque;
use std::fmt::Display;
use std::time::Duration;

use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::{ClientConnection, CommandHandle, Event, Waiting};
use imap_machine::error::ApiMisuse;
use imap_machine::{Instant, Layer};

use super::chunking::{Chunking, Cutter, Output};
use super::render::{self, Names};
use super::verbs::Verb;
use super::{End, Scenario};
use crate::invariants::{Broken, Watch};

// More deadlines than this one after another are a spin.
const MOST_DEADLINES: usize = 10_000;

/// What the application hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Event(Event<'static>),
    /// The answer to a call that failed, or was not fully taken.
    Note(String),
}

/// Whether the transport takes octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Free,
    Held,
}

pub(super) struct Player {
    pub(super) connection: ClientConnection,
    pub(super) now: Instant,
    pub(super) names: Names,
    pub(super) watch: Watch,
    /// Not claimed by a `>` line yet.
    pub(super) heard: VecDeque<Heard>,
    /// All there was, to compare one play with another.
    pub(super) transcript: Vec<Heard>,
    /// Not claimed by a `C:` line yet.
    pub(super) written: Vec<u8>,
    cutter: Cutter,
    output: Output,
    flow: Flow,
}

impl Player {
    pub(super) fn new(scenario: &Scenario, chunking: Chunking) -> Self {
        Self {
            connection: ClientConnection::new(scenario.config, Instant::ORIGIN),
            now: Instant::ORIGIN,
            names: Names::default(),
            watch: Watch::for_config(&scenario.config, scenario.secrets()),
            heard: VecDeque::new(),
            transcript: Vec::new(),
            written: Vec::new(),
            cutter: Cutter::new(chunking.input),
            output: chunking.output,
            flow: Flow::Free,
        }
    }

    /// The server's octets arrive, cut as this play cuts them.
    pub(super) fn server(&mut self, mut octets: &[u8]) -> Result<(), Broken> {
        while !octets.is_empty() {
            // An adapter stops reading at COMPRESS: what follows is the new layer's.
            if self.connection.waiting() == Waiting::Upgrade(Layer::Deflate) {
                self.surplus(octets);
                return Ok(());
            }
            let (piece, rest) = octets.split_at(self.cutter.next(octets.len()));
            octets = rest;
            self.read(piece);
            self.drain()?;
        }
        Ok(())
    }

    /// One read, by one of the two ways in turn.
    fn read(&mut self, piece: &[u8]) {
        self.watch.read(piece);
        match piece.len() % 2 {
            0 => self.connection.handle_input(piece, self.now),
            _ => {
                let space = self.connection.receive_space(piece.len());
                space[..piece.len()].copy_from_slice(piece);
                self.connection.handle_received(piece.len(), self.now);
            }
        }
    }

    fn surplus(&mut self, octets: &[u8]) {
        for heard in [self.heard.back_mut(), self.transcript.last_mut()] {
            if let Some(Heard::Event(Event::Upgrade { surplus, .. })) = heard {
                surplus.to_mut().extend_from_slice(octets);
            }
        }
    }

    pub(super) fn end(&mut self, end: End) -> Result<(), Broken> {
        self.watch.step();
        match end {
            End::Eof => self.connection.handle_eof(self.now),
            End::Failure => self.connection.handle_transport_failed(self.now),
        }
        self.drain()
    }

    pub(super) fn close(&mut self) -> Result<(), Broken> {
        self.watch.step();
        self.connection.close(self.now);
        self.drain()
    }

    /// Time goes by; every deadline on the way is met when it is due.
    pub(super) fn pass(&mut self, span: Duration) -> Result<(), Broken> {
        let target = self.now + span;
        for _ in 0..MOST_DEADLINES {
            let due = self.connection.poll_timeout().map(|deadline| deadline.at);
            match due.filter(|at| *at <= target) {
                Some(at) => self.tick(at)?,
                None => return self.tick(target),
            }
        }
        Err(Broken {
            rule: "deadlines are finite",
            seen: format!("{MOST_DEADLINES} until {target}"),
        })
    }

    /// The clock shows this now, and the adapter says so.
    pub(super) fn tick(&mut self, now: Instant) -> Result<(), Broken> {
        self.now = self.now.max(now);
        self.watch.step();
        self.connection.handle_timeout(self.now);
        self.drain()
    }

    /// A call of the application or the adapter. `Ok(false)`: it is about a command that could not be sent.
    pub(super) fn call(&mut self, verb: &Verb) -> Result<bool, Broken> {
        self.watch.step();
        let about = verb.name().and_then(|name| self.names.handle(name));
        let now = self.now;
        match (verb, about) {
            (
                Verb::Send {
                    name,
                    command,
                    options,
                    ..
                },
                _,
            ) => match command {
                Ok(command) => match self.connection.send(command.clone(), *options, now) {
                    Ok(handle) => {
                        self.watch.issued(handle, command);
                        self.names.insert(name, handle);
                    }
                    Err(misuse) => self.note("misuse", misuse),
                },
                Err(invalid) => self.note("invalid", invalid),
            },
            (Verb::Cancel(_), Some(handle)) => self.tell(|c| c.cancel(handle, now)),
            (Verb::Done(_), Some(handle)) => self.tell(|c| c.done(handle, now)),
            (Verb::Answer { answer, .. }, Some(handle)) => {
                self.tell(|c| c.answer(handle, answer, now));
            }
            (Verb::Supply { octets, .. }, Some(handle)) => self.supply(handle, octets)?,
            (Verb::Close, _) => return self.close().map(|()| true),
            (Verb::Upgraded, _) => self.tell(|c| c.handle_upgraded(now)),
            (Verb::HoldOutput, _) => self.flow = Flow::Held,
            (Verb::ReleaseOutput, _) => self.flow = Flow::Free,
            (Verb::Cancel(_) | Verb::Done(_) | Verb::Answer { .. } | Verb::Supply { .. }, None) => {
                return Ok(false);
            }
        }
        self.drain()?;
        Ok(true)
    }

    fn tell(&mut self, call: impl FnOnce(&mut ClientConnection) -> Result<(), ApiMisuse>) {
        if let Err(misuse) = call(&mut self.connection) {
            self.note("misuse", misuse);
        }
    }

    /// Gives octets as long as they are taken and written.
    fn supply(&mut self, handle: CommandHandle, octets: &[u8]) -> Result<(), Broken> {
        let mut given = 0;
        while let Some(rest) = octets.get(given..).filter(|rest| !rest.is_empty()) {
            match self.connection.supply(handle, rest, self.now) {
                Ok(0) => {
                    self.note("took", format!("{given} of {}", octets.len()));
                    break;
                }
                Ok(taken) => given += taken,
                Err(misuse) => {
                    self.note("misuse", misuse);
                    break;
                }
            }
            self.drain()?;
        }
        Ok(())
    }

    fn note(&mut self, what: &str, text: impl Display) {
        let note = Heard::Note(format!("{what}: {text}"));
        self.heard.push_back(note.clone());
        self.transcript.push(note);
    }

    /// The loop of every adapter: events, then output, until there is neither.
    pub(super) fn drain(&mut self) -> Result<(), Broken> {
        loop {
            while let Some(event) = self.connection.poll_event() {
                self.watch.event(&event)?;
                let event = event.into_static();
                if !joins(self.transcript.last_mut(), &event) {
                    self.transcript.push(Heard::Event(event.clone()));
                }
                if !joins(self.heard.back_mut(), &event) {
                    self.heard.push_back(Heard::Event(event));
                }
                self.watch.after_event(&self.connection)?;
            }
            let output = match self.flow {
                Flow::Free => self.connection.transmit(),
                Flow::Held => &[],
            };
            let taken = match self.output {
                Output::Whole => output,
                Output::Octets => output.get(..1).unwrap_or_default(),
            };
            if taken.is_empty() {
                break;
            }
            self.watch.wrote(taken)?;
            self.written.extend_from_slice(taken);
            let taken = taken.len();
            self.connection.handle_transmitted(taken, self.now);
        }
        self.watch.at_rest(&mut self.connection, self.now)
    }

    /// The next unclaimed event as a `>` line.
    pub(super) fn next_line(&mut self) -> Option<String> {
        let heard = self.heard.pop_front()?;
        Some(match heard {
            Heard::Event(event) => render::event(&event, &self.names),
            Heard::Note(note) => note,
        })
    }
}

/// Adds a piece of a streamed literal to the piece before it: where a literal is cut is the network's business.
fn joins(last: Option<&mut Heard>, next: &Event<'_>) -> bool {
    let (Some(Heard::Event(Event::Literal(before))), Event::Literal(piece)) = (last, next) else {
        return false;
    };
    let follows = before.offset + before.data.len() as u64 == piece.offset
        && (before.message, before.size) == (piece.message, piece.size)
        && (before.cause, before.uid) == (piece.cause, piece.uid)
        && before.section == piece.section;
    if follows {
        before.data.to_mut().extend_from_slice(&piece.data);
    }
    follows
}
