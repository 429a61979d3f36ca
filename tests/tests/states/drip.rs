//! A server says something harmless every second, for ever, in every state. Each command ends within its bound all the
//! same. The bounds are those of `docs/time.md`.

mod lists;

use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::Timeouts;
use imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, SaslAnswer,
};

use lists::STATES;

/// The timeouts in seconds. They are short, so that a test can wait for all of them. No two sums of them are the same.
const GREETING: u64 = 30;
const SILENCE: u64 = 60;
const IDLE: u64 = 120;
const DONE: u64 = 45;
const APPLICATION: u64 = 50;
const LOGOUT: u64 = 5;
const UPGRADE: u64 = 20;
const COMMAND: u64 = 600;

fn seconds(span: u64) -> Duration {
    Duration::from_secs(span)
}

fn config() -> Config {
    let mut timeouts = Timeouts::default();
    timeouts.greeting = seconds(GREETING);
    timeouts.completion = seconds(SILENCE);
    timeouts.continuation = seconds(SILENCE);
    timeouts.literal = seconds(SILENCE);
    timeouts.idle = seconds(IDLE);
    timeouts.done = seconds(DONE);
    timeouts.application = seconds(APPLICATION);
    timeouts.logout = seconds(LOGOUT);
    timeouts.upgrade = seconds(UPGRADE);
    timeouts.command = seconds(COMMAND);
    let mut config = Config::default();
    config.timeouts = timeouts;
    config.limits.inline_literal = 16;
    config
}

/// A connection in some state.
struct Dripped {
    connection: ClientConnection,
    now: Instant,
    /// What the transport still takes.
    room: usize,
    /// By command, in order of issue: the second in which it was sent, and until when it must have ended.
    open: Vec<(CommandHandle, u64)>,
    handles: Vec<CommandHandle>,
    late: Vec<String>,
}

impl Dripped {
    fn greeted(line: &str) -> Self {
        let mut dripped = Self {
            connection: ClientConnection::new(config(), Instant::ORIGIN),
            now: Instant::ORIGIN,
            room: usize::MAX,
            open: Vec::new(),
            handles: Vec::new(),
            late: Vec::new(),
        };
        dripped.hear(line);
        dripped
    }

    fn second(&self) -> u64 {
        self.now.as_micros() / 1_000_000
    }

    fn hear(&mut self, octets: &str) {
        self.connection.handle_input(octets.as_bytes(), self.now);
        self.drain();
    }

    fn says(mut self, line: &str) -> Self {
        self.hear(line);
        self
    }

    /// Sends a command that must have ended this number of seconds from now.
    fn sends(self, command: impl Into<Command>, bound: u64) -> Self {
        self.sends_with(command, CommandOptions::default(), bound)
    }

    fn sends_with(
        mut self,
        command: impl Into<Command>,
        options: CommandOptions,
        bound: u64,
    ) -> Self {
        let handle = self.connection.send(command, options, self.now);
        let handle = handle.expect("taken");
        self.handles.push(handle);
        self.open.push((handle, self.second() + bound));
        self.drain();
        self
    }

    /// The application no longer wants the IDLE that was sent last.
    fn done(mut self) -> Self {
        let handle = *self.handles.last().expect("an IDLE");
        assert_eq!(self.connection.done(handle, self.now), Ok(()));
        let second = self.second();
        if let Some((_, until)) = self.open.iter_mut().find(|(it, _)| *it == handle) {
            *until = (*until).min(second + DONE);
        }
        self.drain();
        self
    }

    fn cancels(mut self, which: usize) -> Self {
        let cancelled = self.connection.cancel(self.handles[which], self.now);
        assert_eq!(cancelled, Ok(()));
        self.drain();
        self
    }

    fn pauses(mut self) -> Self {
        self.connection.pause_reading(self.now);
        self
    }

    fn answers(mut self, answer: &SaslAnswer) -> Self {
        let handle = *self.handles.last().expect("an AUTHENTICATE");
        let answered = self.connection.answer(handle, answer, self.now);
        assert_eq!(answered, Ok(()));
        self.drain();
        self
    }

    fn supplies(mut self, octets: &[u8]) -> Self {
        let handle = *self.handles.last().expect("an APPEND");
        let supplied = self.connection.supply(handle, octets, self.now);
        assert_eq!(supplied, Ok(octets.len()));
        self.drain();
        self
    }

    fn passes(mut self, span: u64) -> Self {
        for _ in 0..span {
            self.tick();
        }
        self
    }

    /// From now on the transport takes only this number of octets.
    const fn room(mut self, octets: usize) -> Self {
        self.room = octets;
        self
    }

    fn tick(&mut self) {
        self.now = self.now + seconds(1);
        self.connection.handle_timeout(self.now);
        self.drain();
        let second = self.second();
        for (handle, until) in &self.open {
            if *until < second {
                self.late.push(format!("{handle} after {until} s"));
            }
        }
        self.open.retain(|(_, until)| *until >= second);
    }

    fn drain(&mut self) {
        loop {
            while let Some(event) = self.connection.poll_event() {
                if let Event::Outcome { handle, .. } = event {
                    self.open.retain(|(open, _)| *open != handle);
                }
            }
            let octets = self.connection.transmit().len().min(self.room);
            if octets == 0 {
                return;
            }
            self.room = self.room.saturating_sub(octets);
            self.connection.handle_transmitted(octets, self.now);
        }
    }
}

/// What the server sends: `first` once, then `again` every second, in lines or octet by octet.
struct Drip {
    name: &'static str,
    first: &'static str,
    again: &'static str,
}

const DRIPS: [Drip; 7] = [
    Drip {
        name: "silence",
        first: "",
        again: "",
    },
    Drip {
        name: "status lines",
        first: "",
        again: "* OK still here\r\n",
    },
    Drip {
        name: "data lines",
        first: "",
        again: "* 5 EXISTS\r\n",
    },
    Drip {
        name: "lines that cannot be read",
        first: "",
        again: "* X-WHAT\r\n",
    },
    Drip {
        name: "a line without end",
        first: "* OK ",
        again: "x",
    },
    Drip {
        name: "a literal that is handed out",
        first: "* 1 FETCH (BODY[] {900000}\r\n",
        again: "x",
    },
    Drip {
        name: "a literal that is held",
        first: "* LIST () \"/\" {900000}\r\n",
        again: "x",
    },
];

/// Lets it drip until no command is open. Returns what ended too late.
fn wait_for(mut state: Dripped, drip: &Drip, octets: bool) -> Vec<String> {
    state.hear(drip.first);
    let mut at = 0;
    while !state.open.is_empty() {
        state.tick();
        let piece = match octets && !drip.again.is_empty() {
            true => &drip.again[at..=at],
            false => drip.again,
        };
        at = (at + 1) % drip.again.len().max(1);
        state.hear(piece);
    }
    state.late
}

#[test]
fn no_octet_of_the_server_moves_a_bound() {
    let mut late = Vec::new();
    for (kind, states) in STATES {
        for (name, state) in *states {
            for room in [usize::MAX, 0, 1, 3] {
                for drip in &DRIPS {
                    for octets in [false, true] {
                        let ended = wait_for(state(room), drip, octets);
                        let unit = if octets { "octets" } else { "lines" };
                        let place = format!("{kind}: {name}, room {room}, {} in {unit}", drip.name);
                        late.extend(ended.into_iter().map(|late| format!("{place}: {late}")));
                    }
                }
            }
        }
    }
    assert!(
        late.is_empty(),
        "{} ended too late:\n{}",
        late.len(),
        late.join("\n")
    );
}

/// The application reads nothing any more, in any state; the server may say what it likes.
#[test]
fn no_pause_moves_a_bound() {
    let mut late = Vec::new();
    for (kind, states) in STATES {
        for (name, state) in *states {
            for room in [usize::MAX, 0, 1, 3] {
                for drip in &DRIPS[..2] {
                    let paused = state(room).pauses();
                    let ended = wait_for(paused, drip, false);
                    let place = format!("{kind}: {name}, room {room}, {}", drip.name);
                    late.extend(ended.into_iter().map(|late| format!("{place}: {late}")));
                }
            }
        }
    }
    assert!(late.is_empty(), "{}", late.join("\n"));
}

/// The beginning of a status line is not a greeting, and does not renew its deadline.
#[test]
fn half_a_greeting_is_none() {
    let state = Dripped::greeted("").sends(Command::noop(), GREETING);
    let endless = DRIPS.iter().find(|drip| drip.name == "a line without end");
    let late = wait_for(state, endless.expect("a drip"), false);
    assert!(late.is_empty(), "{late:?}");
}

/// A dead server is found also when only commands are left that were given up.
#[test]
fn silence_after_tombstones_ends_the_connection() {
    let mut state = Dripped::greeted("* PREAUTH\r\n")
        .sends(Command::noop(), 1)
        .cancels(0);
    for _ in 0..=SILENCE {
        state.tick();
    }
    assert_eq!(
        state.connection.poll_timeout(),
        None,
        "{:?}",
        state.connection
    );
    assert_eq!(
        state.connection.waiting(),
        imap_machine::client::Waiting::Closed
    );
}
