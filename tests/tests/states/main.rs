//! The whole table of states, a deadline for everything that is waited for, and bounds that no octet moves.

mod drip;

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use imap_machine::client::{
    AppendMessage, ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, Waiting,
};
use imap_machine::{Instant, Layer, State, Timer, Transition};

/// The table as text: the state after each transition in each state, or `-` where the transition has no place.
fn table() -> String {
    let mut table = format!("{:<18}", "");
    for transition in Transition::ALL {
        let name = format!("{transition:?}");
        write!(table, "{name:<18}").unwrap();
    }
    for state in State::ALL {
        let name = format!("\n{state:?}");
        write!(table, "{name:<19}").unwrap();
        for transition in Transition::ALL {
            let next = state
                .next(transition)
                .map_or("-".to_owned(), |next| format!("{next:?}"));
            write!(table, "{next:<18}").unwrap();
        }
    }
    let lines = table.lines().map(str::trim_end);
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_table_is_the_one_that_was_agreed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/state.txt");
    let table = table();
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, &table).expect("a snapshot");
    }
    let agreed = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(table, agreed, "UPDATE=1 rewrites {}", path.display());
}

#[test]
fn there_is_no_way_back_from_logout() {
    for transition in Transition::ALL {
        let next = State::Logout.next(transition);
        assert!(matches!(next, None | Some(State::Logout)), "{transition:?}");
    }
}

/// A connection that has sent some commands and received some lines.
struct Told {
    connection: ClientConnection,
    handles: Vec<CommandHandle>,
}

const NOW: Instant = Instant::ORIGIN;

impl Told {
    fn new() -> Self {
        let mut config = Config::default();
        config.limits.inline_literal = 16;
        Self {
            connection: ClientConnection::new(config, NOW),
            handles: Vec::new(),
        }
    }

    fn greeted(line: &str) -> Self {
        Self::new().line(line)
    }

    fn line(mut self, line: &str) -> Self {
        self.connection.handle_input(line.as_bytes(), NOW);
        self.drain();
        self
    }

    fn send(mut self, command: impl Into<Command>) -> Self {
        let sent = self
            .connection
            .send(command, CommandOptions::default(), NOW);
        self.handles.push(sent.expect("taken"));
        self.drain();
        self
    }

    fn done(mut self) -> Self {
        let done = self.connection.done(self.handles[0], NOW);
        assert_eq!(done, Ok(()));
        self.drain();
        self
    }

    fn pause(mut self) -> Self {
        self.connection.pause_reading(NOW);
        self
    }

    fn drain(&mut self) {
        while self.connection.poll_event().is_some() {}
        while !self.connection.transmit().is_empty() {
            let octets = self.connection.transmit().len();
            self.connection.handle_transmitted(octets, NOW);
        }
    }
}

/// One connection for every kind of waiting, and the class of its deadline.
fn waits() -> Vec<(&'static str, Told, Timer)> {
    let ok = || Told::greeted("* OK\r\n");
    let authenticated = || Told::greeted("* PREAUTH\r\n");
    let fetch = Command::fetch("1", "BODY.PEEK[]").expect("a command");
    let append = Command::append("x", "hello").expect("a command");
    let streamed = Command::append("x", AppendMessage::supplied(10)).expect("a command");
    let select = Command::select("x").expect("a command");
    vec![
        ("Greeting", Told::new(), Timer::Greeting),
        ("Completion", ok().send(Command::noop()), Timer::Completion),
        (
            "Continuation",
            authenticated().send(append),
            Timer::Continuation,
        ),
        (
            "Literal",
            authenticated()
                .send(select)
                .line("* 1 EXISTS\r\nA1 OK\r\n")
                .send(fetch)
                .line("* 1 FETCH (BODY[] {20}\r\n"),
            Timer::Literal,
        ),
        (
            "Answer",
            ok().send(Command::authenticate("XMECH", None).expect("an atom"))
                .line("+ Zm9v\r\n"),
            Timer::Application,
        ),
        (
            "Supply",
            authenticated().send(streamed).line("+ go\r\n"),
            Timer::Application,
        ),
        (
            "Idle",
            authenticated().send(Command::idle()).line("+ idling\r\n"),
            Timer::Idle,
        ),
        (
            "Done",
            authenticated()
                .send(Command::idle())
                .line("+ idling\r\n")
                .done(),
            Timer::Done,
        ),
        ("Logout", ok().send(Command::logout()), Timer::Logout),
        (
            "Reader",
            ok().send(Command::logout()).pause(),
            Timer::Logout,
        ),
        ("Bye", ok().line("* BYE\r\n"), Timer::Logout),
        (
            "Upgrade",
            ok().send(Command::starttls()).line("A1 OK\r\n"),
            Timer::Upgrade,
        ),
    ]
}

/// The name of a kind of waiting. A new kind panics here, and belongs in [`waits`].
fn name(waiting: Waiting) -> &'static str {
    match waiting {
        Waiting::Nothing => "Nothing",
        Waiting::Greeting => "Greeting",
        Waiting::Completion(_) => "Completion",
        Waiting::Continuation(_) => "Continuation",
        Waiting::Literal { .. } => "Literal",
        Waiting::Answer(_) => "Answer",
        Waiting::Supply(_) => "Supply",
        Waiting::Idle(_) => "Idle",
        Waiting::Done(_) => "Done",
        Waiting::Logout(_) => "Logout",
        Waiting::Reader => "Reader",
        Waiting::Bye => "Bye",
        Waiting::Upgrade(Layer::Tls | Layer::Deflate) => "Upgrade",
        Waiting::Closed => "Closed",
        other => panic!("{other:?}: add it to `waits`"),
    }
}

#[test]
fn whatever_is_waited_for_has_a_deadline_that_is_kept() {
    for (expected, mut told, timer) in waits() {
        let connection = &mut told.connection;
        assert_eq!(name(connection.waiting()), expected);
        let deadline = connection.poll_timeout().expect(expected);
        assert_eq!(deadline.timer, timer, "{expected}");
        assert!(deadline.at > NOW, "{expected}");
        // The deadline has an effect: the connection ends, or waits for something else.
        connection.handle_timeout(deadline.at);
        while let Some(event) = connection.poll_event() {
            drop(event);
        }
        assert_ne!(connection.poll_timeout(), Some(deadline), "{expected}");
        assert_ne!(name(connection.waiting()), expected);
    }
}

#[test]
fn nothing_and_the_end_need_no_deadline() {
    let idle = Told::greeted("* OK\r\n");
    assert_eq!(idle.connection.waiting(), Waiting::Nothing);
    assert_eq!(idle.connection.poll_timeout(), None);
    let mut closed = Told::greeted("* OK\r\n");
    closed.connection.close(NOW);
    let last = closed.connection.poll_event();
    assert!(matches!(last, Some(Event::Closed(_))), "{last:?}");
    assert_eq!(closed.connection.waiting(), Waiting::Closed);
    assert_eq!(closed.connection.poll_timeout(), None);
}
