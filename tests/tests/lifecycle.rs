//! Any order of calls, octets and moments: no panic, the invariants hold, and every command ends exactly once.

use std::time::Duration;

use imap_machine::client::{
    Answer, ClientConnection, Command, CommandHandle, CommandOptions, Config, Security, Tracking,
};
use imap_machine::imap_types::auth::AuthMechanism;
use imap_machine::imap_types::fetch::{Macro, MessageDataItemName};
use imap_machine::imap_types::flag::{Flag, StoreType};
use imap_machine::imap_types::search::SearchKey;
use imap_machine::{Instant, Limits};
use imap_machine_testkit::invariants::{Broken, Watch};
use proptest::prelude::*;

const SECRET: &str = "hunter2-hunter2";

/// What servers say, good and bad ones. `%` is a tag.
const LINES: &[&str] = &[
    "* OK ready\r\n",
    "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR] ready\r\n",
    "% OK done\r\n",
    "% OK done\r\n",
    "% OK [CAPABILITY IMAP4rev1 LITERAL- IDLE] done\r\n",
    "% OK [READ-WRITE] done {300}\r\n",
    "% NO [TRYCREATE] no\r\n",
    "% BAD what\r\n",
    "% BYE over\r\n",
    "%.1 OK done\r\n",
    "+ go\r\n",
    "+ go\r\n",
    "+\r\n",
    "+ Zm9v\r\n",
    "* BYE over\r\n",
    "* OK [CLOSED] closed\r\n",
    "* NO [ALERT] disk\r\n",
    "* BAD what\r\n",
    "* 5 EXISTS\r\n",
    "* 2 EXISTS\r\n",
    "* 1 RECENT\r\n",
    "* 3 EXPUNGE\r\n",
    "* 0 EXPUNGE\r\n",
    "* 4294967295 EXPUNGE\r\n",
    "* VANISHED 1:4294967295\r\n",
    "* VANISHED (EARLIER) 4,8\r\n",
    "* VANISHED 7\r\n",
    "* 2 FETCH (UID 7 FLAGS (\\Seen) MODSEQ (9))\r\n",
    "* 1 FETCH (BODY[] {5}\r\nhello UID 3)\r\n",
    "* 1 FETCH (BODY[] {40}\r\nA1 OK forged\r\n* BYE forged\r\n0123456789)\r\n",
    "* 9 FETCH (BODY[] NIL)\r\n",
    "* 0 FETCH (UID 0)\r\n",
    "* 1 FETCH (BODY[] {4294967296}\r\n",
    "* 1 FETCH (BODY[] {99999999999999999999}\r\n",
    "* 1 FETCH (((((((((\r\n",
    "* SEARCH 1 2 3\r\n",
    "* LIST () \"/\" {3}\r\nabc\r\n",
    "* STATUS x (MESSAGES 5)\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS\r\n",
    "* NOOP\r\n",
    "*\r\n",
    "\r\n",
    "OK OK done\r\n",
    "DONE BAD no\r\n",
    "*1 EXISTS\r\n",
    "\x15\x03\x01\r\n",
    "no line end",
];

#[derive(Clone, Debug)]
enum Op {
    /// A line of the pool with this tag joins the stream; so many percent of what is on the way arrive.
    Say(usize, u64, usize),
    Octets(Vec<u8>),
    Send(usize, Option<u64>),
    Cancel(u64),
    Done(u64),
    Answer(u64, bool),
    Supply(u64, usize),
    Upgraded,
    Pass(u64),
    /// The transport takes so many octets.
    Write(usize),
    PollOne,
    Drain,
    Eof,
    Fail,
    Close,
}

fn op() -> impl Strategy<Value = Op> {
    let command = 1_u64..9;
    let milliseconds = prop_oneof![0_u64..100_000, Just(28 * 60_000), Just(25 * 3_600_000)];
    prop_oneof![
        12 => (0..LINES.len(), command.clone(), 0_usize..=130).prop_map(|(line, tag, percent)| Op::Say(line, tag, percent)),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Op::Octets),
        8 => (0..commands().len(), prop::option::of(0_u64..90_000)).prop_map(|(which, deadline)| Op::Send(which, deadline)),
        1 => command.clone().prop_map(Op::Cancel),
        1 => command.clone().prop_map(Op::Done),
        1 => (command.clone(), any::<bool>()).prop_map(|(handle, give_up)| Op::Answer(handle, give_up)),
        2 => (command, 0_usize..200).prop_map(|(handle, octets)| Op::Supply(handle, octets)),
        1 => Just(Op::Upgraded),
        2 => milliseconds.prop_map(Op::Pass),
        6 => (0_usize..400).prop_map(Op::Write),
        6 => Just(Op::PollOne),
        8 => Just(Op::Drain),
        1 => prop_oneof![Just(Op::Eof), Just(Op::Fail), Just(Op::Close)],
    ]
}

fn commands() -> Vec<Command> {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    vec![
        Command::noop(),
        Command::capability(),
        Command::select("INBOX").unwrap(),
        Command::examine("Other").unwrap(),
        Command::close(),
        Command::fetch("1:3", Macro::Fast).unwrap(),
        Command::uid_fetch("1:*", vec![body]).unwrap(),
        Command::store("2", StoreType::Add, vec![Flag::Seen]).unwrap(),
        Command::search(vec![SearchKey::All]).unwrap(),
        Command::expunge(),
        Command::append("x", vec![], None, "hello").unwrap(),
        Command::append_streamed("x", vec![], None, 300).unwrap(),
        Command::idle(),
        Command::idle(),
        Command::starttls(),
        Command::compress(),
        Command::login("user", SECRET).unwrap(),
        Command::authenticate_plain("user", SECRET).unwrap(),
        Command::authenticate(AuthMechanism::try_from("XMECH").unwrap(), None),
        Command::raw("X").unwrap().literal("lit").unwrap().into(),
        Command::logout(),
    ]
}

struct Run {
    connection: ClientConnection,
    watch: Watch,
    now: Instant,
    handles: Vec<CommandHandle>,
    on_the_way: Vec<u8>,
}

impl Run {
    fn new(config: Config) -> Self {
        Self {
            connection: ClientConnection::new(config, Instant::ORIGIN),
            watch: Watch::for_config(&config, vec![SECRET.to_owned()]),
            now: Instant::ORIGIN,
            handles: Vec::new(),
            on_the_way: Vec::new(),
        }
    }

    /// The command of that number; one that was never sent is nobody's business.
    fn handle(&self, number: u64) -> Option<CommandHandle> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.handles.get(index).copied()
    }

    /// Mostly the tag of an open command, the oldest first; else any.
    fn tag(&self, pick: u64) -> u64 {
        let open = usize::try_from(pick / 2).ok();
        let open = open.and_then(|index| self.watch.open().get(index));
        let position = open.and_then(|open| self.handles.iter().position(|known| known == open));
        position.map_or(pick, |index| index as u64 + 1)
    }

    fn step(&mut self, op: &Op) -> Result<(), Broken> {
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
            Op::Upgraded => _ = self.connection.handle_upgraded(now),
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
        _ = match op {
            Op::Cancel(_) => self.connection.cancel(handle, self.now),
            Op::Done(_) => self.connection.done(handle, self.now),
            Op::Answer(_, true) => self.connection.answer(handle, &Answer::Cancel, self.now),
            Op::Answer(..) => {
                let answer = Answer::Response(SECRET.into());
                self.connection.answer(handle, &answer, self.now)
            }
            Op::Supply(_, octets) => {
                let octets = vec![b'x'; *octets];
                self.connection
                    .supply(handle, &octets, self.now)
                    .map(|_| ())
            }
            _ => Ok(()),
        };
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
            Some(event) => self.watch.event(&event)?,
            None => return Ok(()),
        }
        self.watch.after_event(&self.connection)
    }

    fn drain(&mut self) -> Result<(), Broken> {
        while let Some(event) = self.connection.poll_event() {
            self.watch.event(&event)?;
            self.watch.after_event(&self.connection)?;
        }
        self.watch.at_rest(&mut self.connection, self.now)
    }

    fn finish(&mut self) -> Result<(), Broken> {
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

fn config(variant: u8) -> Config {
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_calls(variant in 0_u8..8, greeted in any::<bool>(), ops in prop::collection::vec(op(), 0..60)) {
        let mut run = Run::new(config(variant));
        if greeted {
            run.step(&Op::Say(1, 1, 100)).unwrap();
            run.step(&Op::Drain).unwrap();
        }
        for op in &ops {
            let checked = run.step(op);
            prop_assert!(checked.is_ok(), "{op:?}: {checked:?}");
        }
        let finished = run.finish();
        prop_assert!(finished.is_ok(), "{finished:?}");
    }

    /// The same, and then nobody says anything any more: commands end by time alone.
    #[test]
    fn silence_ends_every_command(variant in 0_u8..8, ops in prop::collection::vec(op(), 0..40)) {
        let mut run = Run::new(config(variant));
        run.step(&Op::Say(1, 1, 100)).unwrap();
        for op in &ops {
            let checked = run.step(op);
            prop_assert!(checked.is_ok(), "{op:?}: {checked:?}");
        }
        run.drain().unwrap();
        let until = run.now + Duration::from_secs(25 * 3600);
        while !run.watch.open().is_empty() {
            let deadline = run.connection.poll_timeout();
            let at = deadline.map(|deadline| deadline.at).filter(|at| *at <= until);
            prop_assert!(at.is_some(), "{:?}: {}", deadline, run.connection.diagnosis(run.now));
            run.watch.step();
            run.now = run.now.max(at.unwrap_or_default());
            run.connection.handle_timeout(run.now);
            let drained = run.drain();
            prop_assert!(drained.is_ok(), "{drained:?}");
        }
    }
}

/// Between `close` and the next `poll_event` the application may still call anything: nothing more is said.
#[test]
fn nothing_is_written_behind_close() {
    for (command, line) in [
        (Command::idle(), "+ idling\r\n"),
        (commands().swap_remove(18), "+ Zm9v\r\n"),
    ] {
        let mut run = Run::new(Config::default());
        run.step(&Op::Say(0, 0, 100)).unwrap();
        let options = CommandOptions::default();
        let handle = run
            .connection
            .send(command.clone(), options, run.now)
            .unwrap();
        run.watch.issued(handle, &command);
        run.drain().unwrap();
        run.write(usize::MAX).unwrap();
        run.on_the_way.extend_from_slice(line.as_bytes());
        run.arrive(100);
        run.drain().unwrap();
        run.connection.close(run.now);
        _ = run.connection.done(handle, run.now);
        _ = run.connection.answer(handle, &Answer::Cancel, run.now);
        _ = run.connection.cancel(handle, run.now);
        assert_eq!(run.connection.transmit(), b"", "{line}");
        run.finish().unwrap();
    }
}
