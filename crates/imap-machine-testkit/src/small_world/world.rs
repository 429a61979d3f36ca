//! A connection to which moves happen.

use std::collections::BTreeMap;
use std::time::Duration;

use imap_machine::State;
use imap_machine::client::{CommandHandle, Config, Event, Outcome, Tracking, Waiting};

use super::moves::{Call, Line, Move, Which};
use crate::rule::Broken;
use crate::scenario::{End, Interruption};
use crate::simulation::{Breach, History, Step, Subject};

/// At most this number of commands is open at a time, and at most this number of waits is halved. Without these bounds the world
/// would be infinite.
const MOST_OPEN: usize = 3;
const MOST_HALVES: usize = 1;

/// A connection, and what the explorer knows of its transport and its server.
pub(super) struct World {
    pub(super) subject: Subject,
    pub(super) history: History,
    pub(super) flow: Flow,
    /// The other half of what the server has begun to say.
    pub(super) rest: Option<String>,
    /// Commands without a tagged response, and what has happened to each.
    pub(super) owed: BTreeMap<CommandHandle, String>,
    /// Commands sent.
    pub(super) sent: usize,
    pub(super) halves: usize,
    heard: usize,
}

/// What the transport takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Everything,
    Nothing,
}

impl World {
    pub(super) fn new() -> Self {
        let mut config = Config::default();
        config.limits.inline_literal = 2;
        config.tracking = Tracking::Messages;
        Self {
            // Without secrets: to search the `Debug` output for them after every step takes most of the time.
            subject: Subject::with_secrets(&config, Vec::new()),
            history: History {
                config,
                steps: Vec::new(),
                ending: Interruption::Silence,
            },
            flow: Flow::Everything,
            rest: None,
            owed: BTreeMap::new(),
            sent: 0,
            halves: 0,
            heard: 0,
        }
    }

    /// All that can happen now.
    pub(super) fn moves(&self) -> Vec<Move> {
        if self.subject.watch.is_closed() {
            return Vec::new();
        }
        let mut moves = self.server_moves();
        moves.push(Move::End);
        moves.extend(self.calls().into_iter().map(Move::Call));
        match self.flow {
            Flow::Everything => moves.push(Move::Block),
            Flow::Nothing => {
                moves.push(Move::Release);
                if !self.subject.connection.transmit().is_empty() {
                    moves.push(Move::OneOctet);
                }
            }
        }
        if self.subject.connection.poll_timeout().is_some() {
            moves.push(Move::Wait);
            if self.halves < MOST_HALVES {
                moves.push(Move::WaitHalf);
            }
        }
        moves
    }

    fn server_moves(&self) -> Vec<Move> {
        use Which::{Newest, Oldest};
        if self.rest.is_some() {
            return vec![Move::Rest];
        }
        if self.subject.connection.state() == State::Greeting {
            let lines = [Line::Greeting, Line::Preauth, Line::Bye, Line::Junk];
            let mut moves = lines.map(Move::Say).to_vec();
            moves.push(Move::Half(Line::Greeting));
            return moves;
        }
        let mut lines = vec![
            Line::Plus,
            Line::Exists,
            Line::Expunge,
            Line::Row,
            Line::Bye,
            Line::Junk,
        ];
        let mut halves = vec![Line::Plus, Line::Expunge, Line::Body];
        if !self.owed.is_empty() {
            lines.extend([Line::Ok(Oldest), Line::No(Oldest), Line::Bad(Oldest)]);
            halves.push(Line::Ok(Oldest));
        }
        if self.owed.len() > 1 {
            lines.extend([Line::Ok(Newest), Line::No(Newest)]);
        }
        let whole = lines.into_iter().map(Move::Say);
        whole.chain(halves.into_iter().map(Move::Half)).collect()
    }

    fn calls(&self) -> Vec<Call> {
        let reading = match self.subject.watch.is_paused() {
            true => Call::Resume,
            false => Call::Pause,
        };
        let mut calls = vec![Call::Close, reading];
        let open = self.subject.watch.open();
        if open.len() < MOST_OPEN {
            calls.extend([
                Call::Noop,
                Call::Select,
                Call::Fetch,
                Call::Append,
                Call::Idle,
                Call::Authenticate,
                Call::Logout,
            ]);
        }
        if !open.is_empty() {
            calls.push(Call::Cancel(Which::Newest));
        }
        if open.len() > 1 {
            calls.push(Call::Cancel(Which::Oldest));
        }
        if self.idle().is_some() {
            calls.push(Call::Done);
        }
        if matches!(self.subject.connection.waiting(), Waiting::Answer(_)) {
            calls.push(Call::Answer);
        }
        calls
    }

    fn idle(&self) -> Option<CommandHandle> {
        let mut commands = self.subject.connection.commands();
        let idle = commands.find(|it| it.command.verb == "IDLE");
        idle.map(|it| it.command.handle)
    }

    /// It happens.
    ///
    /// # Errors
    ///
    /// The rule that does not hold.
    pub(super) fn happen(&mut self, what: Move) -> Result<(), Breach> {
        match what {
            Move::Say(line) => {
                let (octets, _) = line.octets(&self.tag(line));
                self.arrive(octets)?;
            }
            Move::Half(line) => {
                let (mut octets, at) = line.octets(&self.tag(line));
                self.rest = Some(octets.split_off(at));
                self.arrive(octets)?;
            }
            Move::Rest => {
                let rest = self.rest.take().unwrap_or_default();
                self.arrive(rest)?;
            }
            Move::End => self.step(Step::End(End::Eof))?,
            Move::Call(call) => self.call(call)?,
            Move::Block => self.flow = Flow::Nothing,
            Move::Release => self.flow = Flow::Everything,
            Move::OneOctet => self.step(Step::Take(1))?,
            Move::WaitHalf => {
                self.halves += 1;
                self.step(Step::Pass(self.patience() / 2))?;
            }
            Move::Wait => self.step(Step::Pass(self.patience()))?,
        }
        match self.flow {
            Flow::Everything => self.step(Step::Settle),
            Flow::Nothing => self.step(Step::Poll(usize::MAX)),
        }
    }

    fn patience(&self) -> Duration {
        let deadline = self.subject.connection.poll_timeout();
        deadline.map_or(Duration::ZERO, |deadline| {
            deadline.at.saturating_since(self.subject.now())
        })
    }

    fn arrive(&mut self, octets: String) -> Result<(), Breach> {
        self.step(Step::Arrive(octets.into_bytes()))
    }

    /// The tag that a server would answer with; for an IDLE that of its last round.
    fn tag(&self, line: Line) -> String {
        let handle = match line {
            Line::Ok(Which::Newest) | Line::No(Which::Newest) | Line::Bad(Which::Newest) => {
                self.owed.keys().next_back()
            }
            _ => self.owed.keys().next(),
        };
        handle.map_or_else(String::new, ToString::to_string)
    }

    fn call(&mut self, call: Call) -> Result<(), Breach> {
        let open = self.subject.watch.open();
        let (oldest, newest) = (open.first().copied(), open.last().copied());
        let (text, about) = match call {
            Call::Noop => return self.send("noop"),
            Call::Select => return self.send("select INBOX"),
            Call::Fetch => return self.send("fetch 1 (FLAGS BODY.PEEK[])"),
            Call::Append => return self.send("append INBOX {5}"),
            Call::Idle => return self.send("idle"),
            Call::Authenticate => return self.send("authenticate XMECH"),
            Call::Logout => return self.send("logout"),
            Call::Done => ("done", self.idle()),
            Call::Answer => ("answer", oldest),
            Call::Cancel(Which::Oldest) => ("cancel", oldest),
            Call::Cancel(Which::Newest) => ("cancel", newest),
            Call::Pause => return self.step(Step::Call("pause".to_owned())),
            Call::Resume => return self.step(Step::Call("resume".to_owned())),
            Call::Close => return self.step(Step::Call("close".to_owned())),
        };
        let Some(handle) = about else {
            return Ok(());
        };
        if let Some(fate) = self.owed.get_mut(&handle) {
            fate.push_str(&text[..1]);
        }
        let name = self.subject.names.name(handle);
        let answer = if text == "answer" { " \"x\"" } else { "" };
        self.step(Step::Call(format!("{text} {name}{answer}")))
    }

    fn send(&mut self, command: &str) -> Result<(), Breach> {
        let name = format!("a{}", self.sent + 1);
        self.step(Step::Call(format!("{name} = {command}")))?;
        if let Some(handle) = self.subject.handle(&name) {
            self.sent += 1;
            self.owed.insert(handle, String::new());
        }
        Ok(())
    }

    fn step(&mut self, step: Step) -> Result<(), Breach> {
        let happened = self.subject.step(&step);
        let at = self.history.steps.len();
        self.history.steps.push(step);
        self.hear();
        happened.map_err(|broken| Breach { broken, step: at })
    }

    /// What has happened to commands.
    fn hear(&mut self) {
        for event in &self.subject.events[self.heard..] {
            match event {
                Event::Proceed { handle, .. }
                | Event::Challenge { handle, .. }
                | Event::Idling { handle, .. } => {
                    if let Some(fate) = self.owed.get_mut(handle) {
                        fate.push('+');
                    }
                }
                Event::Late { handle, .. } => _ = self.owed.remove(handle),
                Event::Outcome { handle, outcome } => match outcome {
                    Outcome::Unknown(_) => {
                        if let Some(fate) = self.owed.get_mut(handle) {
                            fate.push('?');
                        }
                    }
                    _ => _ = self.owed.remove(handle),
                },
                _ => {}
            }
        }
        self.heard = self.subject.events.len();
    }

    /// Brings it to its end.
    pub(super) fn finish(&mut self, ending: Interruption) -> Result<(), Breach> {
        self.history.ending = ending;
        let finished: Result<(), Broken> = self.subject.finish(ending);
        finished.map_err(|broken| Breach {
            broken,
            step: self.history.steps.len(),
        })
    }
}
