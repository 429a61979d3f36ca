//! Many rows with one call: the same as the same rows polled as events, whatever is said, cut and asked in between.

use std::time::Duration;

use imap_machine::bounded_static::IntoBoundedStatic;
use imap_machine::client::{
    ClientConnection, Command, CommandHandle, CommandOptions, Config, Event, Flag, Store, Tracking,
    TypedCommand,
};
use imap_machine::codec::Untagged;
use imap_machine::{Instant, State};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// What happens next.
#[derive(Clone, Debug)]
enum Step {
    /// The server says this, and all before it arrives but for the last octets of it.
    Say(String, usize),
    /// It answers the oldest command.
    Answer(&'static str),
    /// The application sends one of [`COMMANDS`].
    Send(usize),
    /// It gives up its oldest command.
    Cancel,
    /// It takes up to this number of rows with one call.
    Rows(usize),
    /// It takes one event.
    Event,
    /// Seconds go by.
    Pass(u64),
    /// What is to be written is written.
    Write,
    /// Reading is paused, or goes on.
    Pause(bool),
    Eof,
}

type Fetched = TypedCommand<imap_machine::client::answers::Fetched>;

fn fetch(set: &str, items: &str) -> Fetched {
    Command::fetch(set, items).expect("a good set")
}

fn uid_fetch(set: &str, items: &str) -> Fetched {
    Command::uid_fetch(set, items).expect("a good set")
}

const COMMANDS: &[fn() -> Command] = &[
    || uid_fetch("1:*", "UID FLAGS MODSEQ").into(),
    || uid_fetch("4:9", "FLAGS").into(),
    || uid_fetch("2,5,11:14", "UID RFC822.SIZE").into(),
    || uid_fetch("20:*", "INTERNALDATE").into(),
    || fetch("1:3", "FLAGS").into(),
    || fetch("4:*", "UID FLAGS RFC822.SIZE").into(),
    || fetch("2,4,6", "RFC822.SIZE INTERNALDATE").into(),
    || fetch("*", "MODSEQ").into(),
    || store("1:4").into(),
    || {
        Command::uid_store("5:9", Store::remove([Flag::SEEN]).silent())
            .map_or_else(|_| noop(), Into::into)
    },
    noop,
    || Command::select("Other").expect("a good name").into(),
    || Command::logout().into(),
];

fn store(set: &str) -> Fetched {
    Command::store(set, Store::add([Flag::FLAGGED])).expect("a good set")
}

fn noop() -> Command {
    Command::noop().into()
}

/// Rows of plain items in any order, with UIDs that mostly ascend with the numbers.
fn row() -> impl Strategy<Value = String> {
    let items = vec![
        "UID",
        "FLAGS (\\Seen $a)",
        "MODSEQ (7)",
        "RFC822.SIZE 5",
        "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"",
    ];
    let items = subsequence(items, 1..=5).prop_shuffle();
    let items = prop_oneof![
        2 => items,
        3 => Just(vec!["UID", "FLAGS (\\Deleted)", "MODSEQ (9)"]),
        1 => Just(vec!["FLAGS ()"]),
    ];
    let off = prop_oneof![6 => Just(0), 1 => 0_u32..9];
    (0_u32..9, off, items).prop_map(|(number, off, items)| {
        let uid = format!("UID {}", 3 * number + off);
        let items = items.join(" ").replace("UID", &uid);
        format!("* {number} FETCH ({items})\r\n")
    })
}

/// What is no plain row, or only looks like one.
const OTHERS: &[&str] = &[
    "* 7 EXISTS\r\n",
    "* 8 EXISTS\r\n",
    "* 2 EXPUNGE\r\n",
    "* VANISHED 6\r\n",
    "* 3 FETCH (UID 9 BODY[] {4}\r\nbody)\r\n",
    "* 3 FETCH (UID 9 BODY[] {40}\r\n0123456789012345678901234567890123456789)\r\n",
    "* 3 FETCH (UID 9 FLAGS (\\Seen))\n",
    "* 3 FETCH (UID 9 FLAGS (\\Seen)) \r\n",
    "* 3 FETCH (UID 9 FLAGS (\\Seen) )\r\n",
    "* 3 FETCH (UID 9 X 1)\r\n",
    "* 3 FETCH (UID 9 UID 9)\r\n",
    "* 3 FETCH ()\r\n",
    "* 3 FETCH (UID 9\r\n",
    "* 3 FETCH (FLAGS (\\Seen \"a b\") UID 9)\r\n",
    "* 3  FETCH (FLAGS (\\Seen) UID 9)\r\n",
    "* 9 UIDFETCH (FLAGS (\\Seen))\r\n",
    "* 4294967296 FETCH (UID 9)\r\n",
    "* OK [CLOSED] closed\r\n",
    "* OK still here\r\n",
    "* BYE over\r\n",
    "* SEARCH 1 2\r\n",
];

fn step() -> impl Strategy<Value = Step> {
    let cut = || prop_oneof![3 => Just(0), 1 => 0_usize..90];
    prop_oneof![
        6 => (prop::collection::vec(row(), 1..9), cut()).prop_map(|(rows, cut)| Step::Say(rows.concat(), cut)),
        2 => (select(OTHERS), cut()).prop_map(|(line, cut)| Step::Say(line.to_owned(), cut)),
        2 => select(&["OK done", "OK done", "NO no"][..]).prop_map(Step::Answer),
        4 => (0..COMMANDS.len()).prop_map(Step::Send),
        1 => Just(Step::Cancel),
        8 => prop_oneof![3 => Just(usize::MAX), 1 => 0_usize..4].prop_map(Step::Rows),
        4 => Just(Step::Event),
        1 => (0_u64..50).prop_map(Step::Pass),
        4 => Just(Step::Write),
        1 => any::<bool>().prop_map(Step::Pause),
    ]
}

/// Two connections to which the same happens, but that one of them is asked for rows.
struct Twins {
    asked: ClientConnection,
    plain: ClientConnection,
    now: Instant,
    open: Vec<CommandHandle>,
    on_the_way: String,
    /// How many rows came with others, and how many by themselves.
    rows: usize,
}

impl Twins {
    fn new(variant: u8) -> Self {
        let mut config = Config::default();
        config.limits.inline_literal = 16;
        if variant & 1 != 0 {
            config.tracking = Tracking::Messages;
        }
        if variant & 2 != 0 {
            config.limits.line = 60;
        }
        let connection = || ClientConnection::new(config, Instant::ORIGIN);
        let mut twins = Self {
            asked: connection(),
            plain: connection(),
            now: Instant::ORIGIN,
            open: Vec::new(),
            on_the_way: String::new(),
            rows: 0,
        };
        let select = twins.send(|| Command::select("INBOX").expect("a good name").into());
        twins.say("* PREAUTH hi\r\n", 0);
        while twins.event() || twins.write() {}
        twins.say(&format!("* 6 EXISTS\r\nA{select} OK done\r\n"), 0);
        while twins.event() || twins.write() {}
        twins
    }

    fn both(&mut self, mut call: impl FnMut(&mut ClientConnection, Instant)) {
        call(&mut self.asked, self.now);
        call(&mut self.plain, self.now);
    }

    /// Returns its number.
    fn send(&mut self, command: fn() -> Command) -> usize {
        let mut sent = None;
        self.both(|connection, now| {
            sent = connection
                .send(command(), CommandOptions::default(), now)
                .ok();
        });
        self.open.extend(sent);
        self.open.len()
    }

    fn say(&mut self, octets: &str, kept: usize) {
        self.on_the_way += octets;
        let arrives = self.on_the_way.len().saturating_sub(kept);
        let arriving: String = self.on_the_way.drain(..arrives).collect();
        self.both(|connection, now| connection.handle_input(arriving.as_bytes(), now));
    }

    fn write(&mut self) -> bool {
        assert_eq!(self.asked.transmit(), self.plain.transmit());
        let octets = self.plain.transmit().len();
        self.both(|connection, now| connection.handle_transmitted(octets, now));
        octets > 0
    }

    /// Whether there was one.
    fn event(&mut self) -> bool {
        let event = self.asked.poll_event().map(IntoBoundedStatic::into_static);
        assert_eq!(self.plain.poll_event(), event);
        self.compare();
        event.is_some()
    }

    /// Takes rows if there are any, and otherwise an event. Whether there was either.
    fn rows(&mut self, most: usize) -> bool {
        let Some(rows) = self.asked.poll_rows() else {
            return self.event();
        };
        let cause = rows.cause();
        let taken: Vec<_> = rows
            .take(most)
            .map(IntoBoundedStatic::into_static)
            .collect();
        if taken.is_empty() {
            assert_eq!(most, 0, "there is at least one");
            return self.event();
        }
        self.rows += taken.len();
        for row in taken {
            let row = Event::Untagged {
                data: Untagged::Fetch(row),
                cause,
                violation: None,
            };
            assert_eq!(self.plain.poll_event(), Some(row));
        }
        self.compare();
        true
    }

    /// Everything that can be asked has the same answer.
    fn compare(&self) {
        let views =
            [&self.asked, &self.plain].map(|connection| format!("{:?}", connection.mailbox()));
        assert_eq!(views[0], views[1]);
        let diagnoses =
            [&self.asked, &self.plain].map(|connection| connection.diagnosis(self.now).to_string());
        assert_eq!(diagnoses[0], diagnoses[1]);
        assert_eq!(self.asked.poll_timeout(), self.plain.poll_timeout());
        assert_eq!(self.asked.wants_read(), self.plain.wants_read());
        assert_eq!(self.asked.transmit(), self.plain.transmit());
        assert_eq!(self.asked.state(), self.plain.state());
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Say(octets, kept) => self.say(octets, *kept),
            Step::Answer(answer) => {
                let oldest = self.oldest();
                self.say(&format!("A{} {answer}\r\n", oldest + 1), 0);
            }
            Step::Send(which) => {
                self.send(COMMANDS[*which]);
            }
            Step::Cancel => {
                if let Some(handle) = self.open.get(self.oldest()).copied() {
                    self.both(|connection, now| _ = connection.cancel(handle, now));
                }
            }
            Step::Rows(most) => {
                self.rows(*most);
            }
            Step::Event => {
                self.event();
            }
            Step::Pass(seconds) => {
                self.now = self.now + Duration::from_secs(*seconds);
                self.both(ClientConnection::handle_timeout);
            }
            Step::Write => {
                self.write();
            }
            Step::Pause(true) => self.both(ClientConnection::pause_reading),
            Step::Pause(false) => self.both(ClientConnection::resume_reading),
            Step::Eof => self.both(ClientConnection::handle_eof),
        }
    }

    /// The index of the oldest open command.
    fn oldest(&self) -> usize {
        let open = self.plain.open_commands();
        self.open.len() - open.min(self.open.len())
    }

    /// Until nothing is left.
    fn end(&mut self, with_rows: bool) {
        self.step(&Step::Pause(false));
        let rest = std::mem::take(&mut self.on_the_way);
        self.say(&rest, 0);
        self.step(&Step::Eof);
        let most = usize::from(with_rows) * usize::MAX;
        while self.rows(most) || self.write() {}
        assert_eq!(self.asked.state(), State::Logout);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_what_events_are(
        variant in 0_u8..4,
        steps in prop::collection::vec(step(), 0..60),
        with_rows: bool,
    ) {
        let mut twins = Twins::new(variant);
        for step in &steps {
            twins.step(step);
        }
        twins.end(with_rows);
    }
}

/// The first line is a greeting, and nothing else: a row there ends the connection.
#[test]
fn a_row_is_no_greeting() {
    let mut connection = ClientConnection::new(Config::default(), Instant::ORIGIN);
    connection.handle_input(b"* 1 FETCH (UID 1)\r\n", Instant::ORIGIN);
    assert!(connection.poll_rows().is_none());
    while connection.poll_event().is_some() {}
    assert!(connection.is_closed());
}

/// The property is about something: rows come by the hundred.
#[test]
fn what_is_no_plain_row_ends_the_rows() {
    let mut twins = Twins::new(0);
    twins.step(&Step::Send(0));
    while twins.event() || twins.write() {}
    let rows = |uids: std::ops::Range<u32>| -> String {
        let row = |uid| {
            let number = uid % 6 + 1;
            format!("* {number} FETCH (UID {uid} FLAGS (\\Seen) MODSEQ ({uid}))\r\n")
        };
        uids.map(row).collect()
    };
    let said = rows(1..200) + "* OK still here\r\n" + &rows(200..206) + "* 7 FETCH (UID 8)\r\n";
    twins.say(&said, 0);
    twins.rows(100);
    assert_eq!(twins.rows, 100);
    twins.rows(usize::MAX);
    assert_eq!(twins.rows, 199, "what is not taken comes again");
    twins.rows(usize::MAX);
    assert_eq!(twins.rows, 199, "a text is an event");
    twins.rows(usize::MAX);
    assert_eq!(twins.rows, 205);
    twins.rows(usize::MAX);
    assert_eq!(twins.rows, 205, "a number above EXISTS breaks a rule");
}
