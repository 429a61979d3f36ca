//! Plays the application and the server of one connection.

use std::collections::VecDeque;
use std::fmt::Display;

use imap_machine::client::{ClientConnection, CommandHandle, Event, Waiting};
use imap_machine::error::ApiMisuse;
use imap_machine::{Deadline, Instant, Layer};

use super::End;
use super::adapter::Adapter;
use super::chunking::{Cutter, Input};
use super::render::{self, Names};
use super::verbs::Verb;
use super::wire::{Flow, Wire};
use crate::rule::{Broken, rule};

/// What the application hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Event(Event<'static>),
    /// The result of a call that failed, or that took fewer octets than it was given.
    Note(String),
}

pub(super) struct Player<A> {
    pub(super) adapter: A,
    pub(super) wire: Wire,
    pub(super) names: Names,
    /// What no `>` line has claimed yet.
    heard: VecDeque<Heard>,
    /// Everything that was heard, to compare one play with another.
    pub(super) transcript: Vec<Heard>,
    cutter: Cutter,
}

impl<A: Adapter> Player<A> {
    pub(super) fn new(adapter: A, wire: Wire, input: Input) -> Self {
        Self {
            adapter,
            wire,
            names: Names::default(),
            heard: VecDeque::new(),
            transcript: Vec::new(),
            cutter: Cutter::new(input),
        }
    }

    /// The server's octets arrive, cut as this play cuts them.
    pub(super) fn server(&mut self, mut octets: &[u8]) -> Result<(), Broken> {
        while !octets.is_empty() {
            // An adapter stops reading at COMPRESS: what follows is the new layer's.
            if self.adapter.connection().waiting() == Waiting::Upgrade(Layer::Deflate) {
                self.surplus(octets);
                return Ok(());
            }
            let (piece, rest) = octets.split_at(self.cutter.next(octets.len()));
            octets = rest;
            self.wire.send(piece);
            self.settle()?;
        }
        Ok(())
    }

    fn surplus(&mut self, octets: &[u8]) {
        for heard in [self.heard.back_mut(), self.transcript.last_mut()] {
            if let Some(Heard::Event(Event::Upgrade { surplus, .. })) = heard {
                surplus.to_mut().extend_from_slice(octets);
            }
        }
    }

    pub(super) fn end(&mut self, end: End) -> Result<(), Broken> {
        self.wire.end(end);
        self.settle()
    }

    pub(super) fn close(&mut self) -> Result<(), Broken> {
        self.adapter.tell(ClientConnection::close);
        self.settle()
    }

    pub(super) fn resume(&mut self) -> Result<(), Broken> {
        self.adapter.resumed();
        self.adapter.tell(ClientConnection::resume_reading);
        self.settle()
    }

    /// Lets everything happen that can happen now.
    pub(super) fn settle(&mut self) -> Result<(), Broken> {
        self.work(self.adapter.now())
    }

    /// Lets time pass. The adapter has to act on each deadline when it is due.
    pub(super) fn work(&mut self, until: Instant) -> Result<(), Broken> {
        let worked = self.adapter.work(until);
        for event in self.adapter.take_events() {
            if !joins(self.transcript.last_mut(), &event) {
                self.transcript.push(Heard::Event(event.clone()));
            }
            if !joins(self.heard.back_mut(), &event) {
                self.heard.push_back(Heard::Event(event));
            }
        }
        worked?;
        let (connection, now) = (self.adapter.connection(), self.adapter.now());
        rule(
            "an adapter works until the given time",
            now == until,
            || now.to_string(),
        )?;
        let late = |deadline: &Deadline| deadline.at <= now;
        let late = connection.poll_timeout().filter(late);
        rule(
            "a deadline that has passed is acted upon",
            late.is_none(),
            || format!("{late:?}"),
        )
    }

    /// Makes a call of the application or the adapter. `Ok(false)`: its command could not be sent.
    pub(super) fn call(&mut self, verb: &Verb) -> Result<bool, Broken> {
        let about = verb.name().and_then(|name| self.names.handle(name));
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
                Ok(command) => match self.adapter.send((**command).clone(), *options) {
                    Ok(handle) => {
                        self.adapter.issued(handle, command);
                        self.names.insert(name, handle);
                    }
                    Err(misuse) => self.note("misuse", misuse),
                },
                Err(invalid) => self.note("invalid", invalid),
            },
            (Verb::Cancel(_), Some(handle)) => self.tell(|c, now| c.cancel(handle, now)),
            (Verb::Done(_), Some(handle)) => self.tell(|c, now| c.done(handle, now)),
            (Verb::Answer { answer, .. }, Some(handle)) => {
                self.tell(|c, now| c.answer(handle, answer, now));
            }
            (Verb::Supply { octets, .. }, Some(handle)) => self.supply(handle, octets)?,
            (Verb::Pause, _) => {
                self.adapter.paused();
                self.adapter.tell(ClientConnection::pause_reading);
            }
            (Verb::Resume, _) => return self.resume().map(|()| true),
            (Verb::Close, _) => return self.close().map(|()| true),
            (Verb::Upgraded, _) => match self.adapter.connection().waiting() {
                Waiting::Upgrade(_) => self.wire.stand(),
                // An adapter calls this only when the connection has asked for a layer.
                _ => self.tell(ClientConnection::handle_upgraded),
            },
            (Verb::HoldOutput, _) => self.wire.flow(Flow::Held),
            (Verb::ReleaseOutput, _) => self.wire.flow(Flow::Free),
            (Verb::Cancel(_) | Verb::Done(_) | Verb::Answer { .. } | Verb::Supply { .. }, None) => {
                return Ok(false);
            }
        }
        self.settle()?;
        Ok(true)
    }

    fn tell<F>(&mut self, call: F)
    where
        F: FnOnce(&mut ClientConnection, Instant) -> Result<(), ApiMisuse>,
    {
        if let Err(misuse) = self.adapter.tell(call) {
            self.note("misuse", misuse);
        }
    }

    /// Supplies octets as long as the connection takes and writes them.
    fn supply(&mut self, handle: CommandHandle, octets: &[u8]) -> Result<(), Broken> {
        let mut given = 0;
        while let Some(rest) = octets.get(given..).filter(|rest| !rest.is_empty()) {
            let supplied = self.adapter.tell(|c, now| c.supply(handle, rest, now));
            match supplied {
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
            self.settle()?;
        }
        Ok(())
    }

    fn note(&mut self, what: &str, text: impl Display) {
        let note = Heard::Note(format!("{what}: {text}"));
        self.heard.push_back(note.clone());
        self.transcript.push(note);
    }

    /// The next unclaimed event as a `>` line. Spaces at the end of a line mean nothing.
    pub(super) fn next_line(&mut self) -> Option<String> {
        let line = match self.heard.pop_front()? {
            Heard::Event(event) => render::event(&event, &self.names),
            Heard::Note(note) => note,
        };
        Some(line.trim_end().to_owned())
    }

    /// Whether the last event has been heard, and all outcomes before it.
    pub(super) fn is_over(&self) -> bool {
        let is_closed = |heard: &Heard| matches!(heard, Heard::Event(Event::Closed(_)));
        let closed = self.transcript.iter().rev().any(is_closed);
        closed && self.adapter.connection().open_commands() == 0
    }
}

/// Joins a piece of a streamed literal to the piece before it, since the cuts of a literal depend on the network.
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
