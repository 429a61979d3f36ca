//! For all commands and all answers of the server: no two commands that RFC 9051 section 5.5 calls ambiguous are in progress
//! together. The test looks only at what was written and what was answered.

mod rules;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use imap_machine::State;
use imap_machine::client::{Command, CommandHandle, CommandOptions, Config, Event, Outcome};
use imap_machine_testkit::scenario::{Action, Scenario, Verb};
use imap_machine_tests::watched::Watched;
use proptest::prelude::*;
use proptest::sample::select;
use rules::{Ambiguity, Line};

/// The commands, as scenario files write them.
const COMMANDS: &[&str] = &[
    "noop",
    "capability",
    "namespace",
    "fetch 1 UID",
    "fetch 1:3 FLAGS",
    "fetch 5 (MODSEQ)",
    "fetch 2:4 BODY[]",
    "fetch 3 BODY.PEEK[]",
    "fetch 1:* FAST",
    "fetch 4 (RFC822.TEXT)",
    "uid-fetch 1:3 FLAGS",
    "uid-fetch 6:8 BODY[TEXT]",
    "uid-fetch 5:* (ENVELOPE)",
    "store 2 +FLAGS (\\Seen)",
    "imap STORE 5:6 FLAGS.SILENT (\\Deleted)",
    "uid-store 3,7 -FLAGS (x)",
    "search ALL",
    "search UNSEEN",
    "search 2:4 FLAGGED",
    "search OR SUBJECT x NOT KEYWORD y",
    "search UID 4:5",
    "uid-search ALL",
    "uid-search 1:2",
    "uid-search (LARGER 5 DELETED)",
    "copy 1 x",
    "uid-copy 1 x",
    "move 2 x",
    "uid-move 2 x",
    "expunge",
    "uid-expunge 1:5",
    "append x \"hello\"",
    "append x \"hello\"",
    "list \"\" *",
    "status x (MESSAGES)",
    "status y (UNSEEN)",
    "create z",
    "id",
    "select INBOX",
    "examine y",
    "close",
    "unselect",
    "idle",
    "idle",
    "starttls",
    "login a b",
    "authenticate XMECH",
    "logout",
    "raw XFOO",
    "raw FETCH 1 FLAGS",
    "imap SORT (DATE) UTF-8 UNSEEN",
    "imap UID SORT (DATE) UTF-8 1:5",
    "imap THREAD REFERENCES UTF-8 SEEN",
    "imap CHECK",
];

/// Commands of which many may be in flight together.
const TOGETHER: &[&str] = &[
    "noop",
    "uid-copy 1 x",
    "uid-fetch 11 FLAGS",
    "uid-fetch 12 FLAGS",
    "uid-fetch 13:15 FLAGS",
    "uid-fetch 16,18 (FLAGS MODSEQ)",
    "uid-fetch 11 (ENVELOPE)",
    "uid-fetch 12:19 (ENVELOPE)",
    "uid-fetch 20 BODY[]",
    "uid-fetch 21:25 BODY.PEEK[]",
    "uid-fetch 26 BODY[TEXT]",
    "uid-store 30 +FLAGS (x)",
    "uid-store 30:35 -FLAGS (x)",
    "uid-store 31,36 +FLAGS (y)",
    "uid-store 40:50 -FLAGS (y)",
    "status a (MESSAGES)",
    "status b (MESSAGES)",
    "status c (MESSAGES)",
    "list \"\" *",
    "uid-search ALL",
];

static PARSED: LazyLock<BTreeMap<&str, Command>> = LazyLock::new(|| {
    let all = COMMANDS.iter().chain(TOGETHER);
    all.map(|text| (*text, command(text))).collect()
});

fn command(text: &str) -> Command {
    let scenario = Scenario::parse(&format!("# x\n! c = {text}\n")).expect(text);
    match scenario.steps.into_iter().next().expect(text).action {
        Action::Call(verb) => match *verb {
            Verb::Send { command, .. } => *command.expect(text),
            other => panic!("{text}: {other:?}"),
        },
        other => panic!("{text}: {other:?}"),
    }
}

#[derive(Clone, Debug)]
enum Op {
    /// A command, and whether it may go out early.
    Send(&'static str, bool),
    /// The server answers one of those in progress, the oldest first.
    Answer(usize, &'static str),
    /// `+`
    GoOn,
    Expunge,
    Done,
    /// One of the commands without an outcome is cancelled.
    Cancel(usize),
}

fn op() -> impl Strategy<Value = Op> {
    let status = select(&["OK", "OK", "OK", "NO", "BAD"][..]);
    prop_oneof![
        10 => (select(COMMANDS), any::<bool>()).prop_map(|(text, early)| Op::Send(text, early)),
        6 => (0_usize..4, status).prop_map(|(at, status)| Op::Answer(at, status)),
        4 => Just(Op::GoOn),
        2 => Just(Op::Expunge),
        1 => Just(Op::Done),
        1 => (0_usize..6).prop_map(Op::Cancel),
    ]
}

/// The same with many in flight: few are answered, and few have to be alone on the wire.
fn op_among_many() -> impl Strategy<Value = Op> {
    prop_oneof![
        20 => (select(TOGETHER), any::<bool>()).prop_map(|(text, early)| Op::Send(text, early)),
        1 => select(COMMANDS).prop_map(|text| Op::Send(text, false)),
        3 => op(),
    ]
}

struct Run {
    watched: Watched,
    /// Written, and not answered.
    in_progress: Vec<Line>,
    /// How much of the output has been read.
    read: usize,
    /// How many EXPUNGE had come when a command was sent, by its tag.
    chosen: BTreeMap<String, usize>,
    expunged: usize,
    texts: BTreeMap<String, &'static str>,
    early: BTreeSet<String>,
    /// How many ambiguities were avoided.
    avoided: BTreeMap<Ambiguity, usize>,
    stale: usize,
}

impl Run {
    fn new(selected: bool) -> Self {
        let mut run = Self::greeted(match selected {
            true => b"* PREAUTH ready\r\n",
            false => b"* OK ready\r\n",
        });
        if selected {
            run.step(&Op::Send("select INBOX", false)).unwrap();
            run.watched.hear(b"* 9 EXISTS\r\n").unwrap();
            run.step(&Op::Answer(0, "OK")).unwrap();
        }
        run
    }

    fn greeted(greeting: &[u8]) -> Self {
        let mut watched = Watched::new(Config::default(), vec![]);
        watched.hear(greeting).unwrap();
        Self {
            watched,
            in_progress: Vec::new(),
            read: 0,
            chosen: BTreeMap::new(),
            expunged: 0,
            texts: BTreeMap::new(),
            early: BTreeSet::new(),
            avoided: BTreeMap::new(),
            stale: 0,
        }
    }

    fn step(&mut self, op: &Op) -> Result<(), String> {
        match op {
            Op::Send(text, early) => self.send(text, *early)?,
            Op::Answer(at, status) => self.answer(*at, status)?,
            Op::GoOn => self.go_on()?,
            Op::Expunge => {
                let lines = &mut self.in_progress.iter();
                let forbidden = lines.any(|line| line.forbids_expunge() || line.selects());
                if !forbidden && !self.in_progress.is_empty() {
                    self.hear("* 1 EXPUNGE\r\n")?;
                    self.expunged += 1;
                }
            }
            Op::Done => {
                if let Some(idle) = self.waiting_in("IDLE") {
                    let done = self.watched.call(|it, now| it.done(idle, now));
                    _ = done.map_err(|broken| format!("{broken:?}"))?;
                }
            }
            Op::Cancel(at) => self.cancel(*at)?,
        }
        self.look()
    }

    fn hear(&mut self, line: &str) -> Result<(), String> {
        let heard = self.watched.hear(line.as_bytes());
        heard.map_err(|broken| format!("{line}: {broken:?}"))
    }

    fn send(&mut self, text: &'static str, early: bool) -> Result<(), String> {
        let command = PARSED[text].clone();
        let mut options = CommandOptions::default();
        options.early = early;
        let sent = self.watched.send(command, options);
        let sent = sent.map_err(|broken| format!("{text}: {broken:?}"))?;
        if let Ok(handle) = sent {
            self.chosen.insert(handle.to_string(), self.expunged);
            self.texts.insert(handle.to_string(), text);
            if early {
                self.early.insert(handle.to_string());
            }
        }
        Ok(())
    }

    fn cancel(&mut self, at: usize) -> Result<(), String> {
        let Some(handle) = self.watched.watch.open().get(at).copied() else {
            return Ok(());
        };
        let cancelled = self.watched.call(|it, now| it.cancel(handle, now));
        _ = cancelled.map_err(|broken| format!("{broken:?}"))?;
        let tag = handle.to_string();
        let lines = self.in_progress.iter_mut();
        for line in lines.filter(|line| line.tag == tag) {
            line.abandoned = true;
        }
        Ok(())
    }

    fn waiting_in(&self, verb: &str) -> Option<CommandHandle> {
        let commands = self.watched.connection.commands();
        let mut handles = commands.map(|it| it.command.handle);
        handles.find(|handle| {
            let text = self.texts.get(&handle.to_string());
            let named = text.is_some_and(|text| text.eq_ignore_ascii_case(verb));
            named
                && self
                    .in_progress
                    .iter()
                    .any(|line| line.tag == handle.to_string())
        })
    }

    /// Answers a command. Only one that was written whole, and is not in an exchange, is answered with OK.
    fn answer(&mut self, at: usize, status: &str) -> Result<(), String> {
        let last = self.in_progress.len().checked_sub(1);
        let Some(at) = last.map(|last| at.min(last)) else {
            return Ok(());
        };
        let tag = self.in_progress[at].tag.clone();
        let status = match self.is_whole(&tag) {
            true => status,
            false => "NO",
        };
        self.in_progress.remove(at);
        self.hear(&format!("{tag} {status} done\r\n"))
    }

    fn is_whole(&self, tag: &str) -> bool {
        let text = String::from_utf8_lossy(&self.watched.written);
        let Some((_, command)) = text.split_once(&format!("{tag} ")) else {
            return false;
        };
        let (line, rest) = command.split_once("\r\n").unwrap_or((command, ""));
        match line {
            "IDLE" => rest.starts_with("DONE"),
            line if line.starts_with("AUTHENTICATE") => false,
            line => !line.ends_with('}') || !rest.is_empty(),
        }
    }

    fn go_on(&mut self) -> Result<(), String> {
        let Some(last) = self.in_progress.last() else {
            return Ok(());
        };
        let tag = last.tag.clone();
        match self.is_whole(&tag) {
            true => Ok(()),
            false => self.hear("+ go on\r\n"),
        }
    }

    /// Reads what has been written since the last look.
    fn look(&mut self) -> Result<(), String> {
        let written = self.watched.written[self.read..].to_vec();
        self.read += written.len();
        let text = String::from_utf8(written).map_err(|error| error.to_string())?;
        for line in text.split_inclusive("\r\n") {
            // The watch checks when the rest of a command may be written.
            let Some(mut line) = Line::read(line) else {
                continue;
            };
            // Should the SELECT fail, the mailbox from before must not be taken for the new one.
            let selected = self.watched.connection.state() == State::Selected;
            line.early = self.early.contains(&line.tag) && !selected;
            for other in &self.in_progress {
                if let Some(ambiguity) = line.ambiguous_after(other) {
                    return Err(format!("{ambiguity:?}: {line:?} after {other:?}"));
                }
            }
            if line.has_numbers() && self.chosen[&line.tag] != self.expunged {
                return Err(format!(
                    "{line:?}: its numbers are older than the last EXPUNGE"
                ));
            }
            if line.selects() {
                // A command that was sent after this SELECT is about its mailbox, in which nothing has been expunged yet.
                for chosen in self.chosen.values_mut() {
                    *chosen = self.expunged;
                }
            }
            self.in_progress.push(line);
        }
        self.count();
        Ok(())
    }

    /// Counts the queued commands that would be ambiguous if they were written.
    fn count(&mut self) {
        let written: BTreeSet<_> = self.in_progress.iter().map(|line| &line.tag).collect();
        let queued = self.watched.watch.open().iter().map(ToString::to_string);
        for tag in queued.filter(|tag| !written.contains(tag)) {
            let Some(text) = self.texts.get(&tag) else {
                continue;
            };
            let text = text.trim_start_matches("imap ").trim_start_matches("raw ");
            let Some(line) = Line::read(&format!("{tag} {}", text.replace("uid-", "UID "))) else {
                continue;
            };
            let others = self.in_progress.iter();
            for ambiguity in others.filter_map(|other| line.ambiguous_after(other)) {
                *self.avoided.entry(ambiguity).or_default() += 1;
            }
        }
        let stale = self.watched.events.iter().filter(|event| match event {
            Event::Outcome { outcome, .. } => {
                let stale = imap_machine::client::NotSent::StaleSequenceNumbers;
                matches!(outcome, Outcome::NotSent(why) if *why == stale)
            }
            _ => false,
        });
        self.stale = stale.count();
    }
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    prop::collection::vec(op(), 0..50)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_ambiguous_is_in_progress(selected in prop::bool::weighted(0.8), ops in ops()) {
        let mut run = Run::new(selected);
        for op in &ops {
            let went = run.step(op);
            prop_assert!(went.is_ok(), "{:?}: {}", op, went.unwrap_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nothing_ambiguous_is_among_many_in_progress(
        ops in prop::collection::vec(op_among_many(), 0..120),
    ) {
        let mut run = Run::new(true);
        for op in &ops {
            let went = run.step(op);
            prop_assert!(went.is_ok(), "{:?}: {}", op, went.unwrap_err());
        }
    }
}

/// All commands that may be in flight together are.
#[test]
fn many_are_in_progress_together() {
    let mut run = Run::new(true);
    for text in TOGETHER {
        run.step(&Op::Send(text, false)).unwrap();
    }
    assert_eq!(run.in_progress.len(), TOGETHER.len());
}

/// For every pair: the second right after the first, and again when the first has been given up.
#[test]
fn every_pair() {
    for first in COMMANDS {
        for second in COMMANDS {
            let ways = [false, true]
                .into_iter()
                .flat_map(|it| [(it, false), (it, true)]);
            for ((selected, given_up), early) in ways.flat_map(|way| [(way, false), (way, true)]) {
                let mut run = Run::new(selected);
                let mut ops = vec![Op::Send(first, false), Op::Send(second, early)];
                if given_up {
                    ops.insert(1, Op::Cancel(0));
                }
                for op in ops {
                    let went = run.step(&op);
                    assert_eq!(went, Ok(()), "{second} after {first}, {given_up}, {early}");
                }
            }
        }
    }
}

/// What is early goes out with the command that makes its session.
#[test]
fn early_commands_save_a_round_trip() {
    let together = |preauth: bool, first, second| {
        let mut run = Run::new(false);
        if preauth {
            run = Run::greeted(b"* PREAUTH ready\r\n");
        }
        run.step(&Op::Send(first, false)).unwrap();
        run.step(&Op::Send(second, true)).unwrap();
        run.in_progress.len() == 2
    };
    assert!(together(false, "login a b", "capability"));
    assert!(together(false, "login a b", "list \"\" *"));
    assert!(together(true, "select INBOX", "uid-fetch 1:3 FLAGS"));
    assert!(together(true, "examine y", "uid-search ALL"));
    assert!(!together(true, "select INBOX", "fetch 1 UID"));
    assert!(!together(false, "authenticate XMECH", "capability"));
    let mut run = Run::new(true);
    run.step(&Op::Send("examine y", false)).unwrap();
    run.step(&Op::Send("uid-search ALL", true)).unwrap();
    assert_eq!(run.in_progress.len(), 1);
}

/// The generator must reach what the property is about.
#[test]
fn every_ambiguity_is_avoided_many_times() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut avoided, mut stale, mut together) = (BTreeMap::new(), 0, 0);
    for _ in 0..300 {
        let ops = ops().new_tree(&mut runner).unwrap().current();
        let mut run = Run::new(true);
        for op in &ops {
            run.step(op).unwrap();
            together += usize::from(run.in_progress.len() > 1);
        }
        stale += run.stale;
        for (ambiguity, count) in run.avoided {
            *avoided.entry(ambiguity).or_insert(0) += count;
        }
    }
    let least = avoided.values().copied().chain([stale, together]).min();
    assert!(
        avoided.len() == 4 && least >= Some(30),
        "{avoided:?}, {stale} stale, {together} together"
    );
}
