//! A connection that lives through steps, and what was seen of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use imap_machine::Instant;
use imap_machine::client::{CommandHandle, Config, Event, Outcome, Waiting};
use imap_machine_testkit::invariants::Broken;
use imap_machine_tests::operations::{Op, Run};

use super::steps::Step;

/// How often each call, event and outcome was seen.
pub type Seen = BTreeMap<String, usize>;

pub struct Life {
    pub run: Run,
    /// Octets of a write that has begun.
    writing: usize,
    events: Rc<RefCell<Seen>>,
}

impl Life {
    pub fn new(config: Config) -> Self {
        let events = Rc::new(RefCell::new(Seen::new()));
        let seen = Rc::clone(&events);
        let look = move |event: &Event<'_>| {
            *seen.borrow_mut().entry(name(event)).or_default() += 1;
        };
        Self {
            run: Run::new(config).with_look(look),
            writing: 0,
            events,
        }
    }

    /// Calls that succeeded, events and outcomes.
    pub fn seen(&self) -> Seen {
        let mut seen = self.events.borrow().clone();
        for (call, count) in &self.run.done {
            *seen.entry((*call).to_owned()).or_default() += count;
        }
        seen
    }

    pub fn step(&mut self, step: &Step) -> Result<(), Broken> {
        let now = self.run.now;
        match step {
            Step::Op(Op::Write(most)) => {
                self.run.watch.step();
                self.begin_write(*most)?;
                self.written();
            }
            Step::Op(op) => return self.run.step(&self.picked(op)),
            Step::Oblige(octets) => return self.oblige(*octets),
            Step::Reply(line) => {
                self.run.watch.step();
                self.reply(line);
            }
            Step::BeginWrite(most) => {
                self.run.watch.step();
                self.begin_write(*most)?;
            }
            Step::Written => {
                self.run.watch.step();
                self.written();
            }
            Step::ReadInPlace(octets) => {
                self.run.watch.step();
                self.run.watch.read(octets);
                let space = self.run.connection.receive_space(octets.len());
                space[..octets.len()].copy_from_slice(octets);
                self.run.connection.handle_received(octets.len(), now);
            }
            Step::AskRoom(octets) => {
                self.run.watch.step();
                // Space that was asked for is memory, like octets that arrive.
                self.run.watch.read(&vec![0; *octets]);
                assert!(self.run.connection.receive_space(*octets).len() >= *octets);
            }
            Step::Early => {
                self.run.watch.step();
                self.run.connection.handle_timeout(Instant::ORIGIN);
            }
            Step::Settle => {
                self.run.watch.step();
                self.settle()?;
            }
        }
        Ok(())
    }

    /// The operation with the number of a command in place of a pick.
    fn picked(&self, op: &Op) -> Op {
        let number = |pick: &u64| self.run.mostly_open(*pick);
        match op {
            Op::Cancel(pick) => Op::Cancel(number(pick)),
            Op::Done(pick) => Op::Done(number(pick)),
            Op::Answer(pick, gives_up) => Op::Answer(number(pick), *gives_up),
            Op::Supply(pick, octets) => Op::Supply(number(pick), *octets),
            op => op.clone(),
        }
    }

    fn reply(&mut self, line: &str) {
        match self.run.connection.waiting() {
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

    fn hear(&mut self, line: &str) {
        self.run.say(format!("{line}\r\n").as_bytes(), 0, 100);
    }

    fn authenticates(&self, handle: CommandHandle) -> bool {
        let mut commands = self.run.connection.commands().map(|it| it.command);
        commands.any(|it| it.handle == handle && it.verb == "AUTHENTICATE")
    }

    fn oblige(&mut self, octets: usize) -> Result<(), Broken> {
        let (handle, op): (_, fn(u64, usize) -> Op) = match self.run.connection.waiting() {
            Waiting::Answer(handle) => (handle, |pick, octets| Op::Answer(pick, octets % 3 == 0)),
            Waiting::Supply(handle) => (handle, Op::Supply),
            Waiting::Idle(handle) => (handle, |pick, _| Op::Done(pick)),
            Waiting::Upgrade(_) => return self.run.step(&Op::Upgraded),
            _ => return Ok(()),
        };
        let place = self.run.watch.open().iter().position(|it| *it == handle);
        match place {
            Some(place) => self.run.step(&self.picked(&op(place as u64 * 2, octets))),
            None => Ok(()),
        }
    }

    /// The transport has taken octets. Anything may happen before it reports them.
    fn begin_write(&mut self, most: usize) -> Result<(), Broken> {
        if self.writing > 0 {
            return Ok(());
        }
        let output = self.run.connection.transmit();
        let output = &output[..output.len().min(most)];
        self.writing = output.len();
        match output {
            [] => Ok(()),
            output => self.run.watch.wrote(output),
        }
    }

    fn written(&mut self) {
        let octets = std::mem::take(&mut self.writing);
        if octets > 0 {
            let now = self.run.now;
            self.run.connection.handle_transmitted(octets, now);
        }
    }

    fn settle(&mut self) -> Result<(), Broken> {
        self.written();
        loop {
            self.run.drain()?;
            self.begin_write(usize::MAX)?;
            if self.writing == 0 {
                return Ok(());
            }
            self.written();
        }
    }
}

/// `Untagged`, `NotSent Cancelled`.
fn name(event: &Event<'_>) -> String {
    let name = match event {
        Event::Outcome { outcome, .. } => match outcome {
            Outcome::NotSent(why) => format!("NotSent {why:?}"),
            Outcome::Unknown(why) => format!("Unknown {why:?}"),
            outcome => format!("{outcome:?}"),
        },
        event => format!("{event:?}"),
    };
    let name = name.split(['(', '{']).next().unwrap_or_default();
    name.trim().to_owned()
}
