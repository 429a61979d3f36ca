//! imap-machine's `ClientConnection`, in the loop of its documentation.

use std::collections::BTreeMap;

use ::imap_machine::Instant;
use ::imap_machine::client::answers::{Appended, Fetched};
use ::imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, Flag, Outcome, Store,
    TypedCommand,
};

use crate::exchange::{Call, Done, Exchange, Library, MESSAGE};
use crate::server::{Input, Wire};

const NOW: Instant = Instant::ORIGIN;

struct ImapMachine {
    wire: Wire,
    connection: ClientConnection,
    idling: Option<CommandHandle>,
    bye: bool,
    end: bool,
    ended: BTreeMap<CommandHandle, Done>,
}

pub(super) fn open(wire: &Wire, _: &Exchange) -> Result<Box<dyn Library>, String> {
    let mut library = ImapMachine {
        wire: wire.clone(),
        connection: ClientConnection::new(Config::default(), NOW),
        idling: None,
        bye: false,
        end: false,
        ended: BTreeMap::new(),
    };
    let login = Command::login("user", "password").map_err(|error| error.to_string())?;
    let select = Command::select("INBOX").map_err(|error| error.to_string())?;
    for command in [Command::from(login), select.into()] {
        if library.run(command) != Done::Ok {
            return Err("no session".to_owned());
        }
    }
    Ok(Box::new(library))
}

impl ImapMachine {
    fn send(&mut self, command: impl Into<Command>) -> Result<CommandHandle, Done> {
        let sent = self
            .connection
            .send(command, CommandOptions::default(), NOW);
        sent.map_err(|misuse| Done::Fails(misuse.to_string()))
    }

    /// Goes around the loop once: events, output, input. Returns whether anything moved.
    fn step(&mut self) -> bool {
        while let Some(event) = self.connection.poll_event() {
            match event {
                Event::Bye { .. } => self.bye = true,
                Event::Idling { handle, .. } => self.idling = Some(handle),
                Event::Outcome { handle, outcome } => {
                    let done = match &outcome {
                        Outcome::Ok(_) => Done::Ok,
                        Outcome::Refused { .. } => Done::Refused,
                        outcome => Done::Fails(outcome.to_string()),
                    };
                    self.ended.insert(handle, done);
                }
                _ => {}
            }
        }
        let mut moved = false;
        while !self.connection.transmit().is_empty() {
            match self.wire.write(self.connection.transmit()) {
                0 => break,
                written => self.connection.handle_transmitted(written, NOW),
            }
            moved = true;
        }
        if self.end {
            return moved;
        }
        match self.wire.read() {
            Input::Octets(octets) => self.connection.handle_input(&octets, NOW),
            Input::End => {
                self.end = true;
                self.connection.handle_eof(NOW);
            }
            Input::Nothing => return moved,
        }
        true
    }

    fn until(&mut self, so: impl Fn(&Self) -> Option<Done>) -> Done {
        loop {
            if let Some(done) = so(self) {
                return done;
            }
            if !self.step() {
                return so(self).unwrap_or(Done::Waits(None));
            }
        }
    }

    fn completion(&mut self, handle: CommandHandle) -> Done {
        self.until(|library| library.ended.get(&handle).cloned())
    }

    fn run(&mut self, command: impl Into<Command>) -> Done {
        match self.send(command) {
            Ok(handle) => self.completion(handle),
            Err(done) => done,
        }
    }

    fn stop(&mut self, handle: CommandHandle) -> Done {
        match self.connection.done(handle, NOW) {
            Ok(()) => self.completion(handle),
            Err(misuse) => Done::Fails(misuse.to_string()),
        }
    }

    fn idle(&mut self, call: Call) -> Result<Done, Done> {
        let idle = self.send(Command::idle())?;
        match call {
            Call::Idle => return Ok(self.completion(idle)),
            Call::IdleUntilBye => return Ok(self.until(|library| library.bye.then_some(Done::Ok))),
            Call::IdleStopAtOnce => {}
            // Goes on until all that the server says before DONE has been read.
            Call::IdleStopInLine => drop(self.until(|_| None)),
            _ => {
                self.until(|library| (library.idling == Some(idle)).then_some(Done::Ok));
                let append = self.send(append())?;
                self.send(Command::idle())?;
                return Ok(match self.stop(idle) {
                    Done::Ok => self.completion(append),
                    done => done,
                });
            }
        }
        Ok(self.stop(idle))
    }

    fn fetch_and_append(&mut self) -> Result<Done, Done> {
        let fetch = self.send(fetch())?;
        let append = self.send(append())?;
        Ok(match self.completion(append) {
            Done::Ok => self.completion(fetch),
            done => done,
        })
    }
}

fn append() -> TypedCommand<Appended> {
    Command::append("INBOX", MESSAGE).expect("a message")
}

fn fetch() -> TypedCommand<Fetched> {
    Command::fetch("1", "BODY.PEEK[]").expect("a set")
}

impl Library for ImapMachine {
    fn call(&mut self, call: Call) -> Done {
        match call {
            Call::Noop => self.run(Command::noop()),
            Call::Append => self.run(append()),
            // All responses come as events, one by one. The application ignores those of this FETCH.
            Call::Fetch | Call::FetchUntaken => self.run(fetch()),
            Call::Store => {
                let store = Command::store("1", Store::add([Flag::SEEN]));
                self.run(store.expect("a set"))
            }
            Call::FetchAndAppend => self.fetch_and_append().unwrap_or_else(|done| done),
            idle => self.idle(idle).unwrap_or_else(|done| done),
        }
    }
}
