//! The application of a simulated life: one that does everything right, or one that does not.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use imap_machine::client::{ClientConnection, Event, Waiting};
use imap_machine::{Layer, State};

use super::step::Step;
use super::subject::{SECRET, Subject};
use crate::random::Random;

/// How an application behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// It takes all events, answers what it is asked, and ends what it began.
    Careful,
    /// It takes few events or none, loses interest, sends at any time, closes at any time.
    Careless,
}

/// An application of a simulation.
pub(super) struct Application {
    care: Care,
    random: Random,
    sent: usize,
    /// How many commands it sends before LOGOUT.
    wishes: usize,
    /// By the command's name: the UID of the message that its number names.
    pub(super) meant: BTreeMap<String, NonZeroU32>,
    /// Octets that came after the OK of COMPRESS.
    surplus: Vec<u8>,
    appetite: Appetite,
}

/// Whether it has room for more events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Appetite {
    Hungry,
    /// It has paused reading.
    Full,
}

/// Commands for the time before the login.
const ANONYMOUS: &[&str] = &[
    "noop",
    "capability",
    "capability early",
    "list \"\" * early",
    "id",
    "starttls",
    "compress",
    "idle",
];

/// What may be asked without a mailbox.
const FOLDERS: &[&str] = &[
    "noop",
    "select INBOX",
    "select INBOX",
    "select INBOX",
    "examine INBOX",
    "select Nowhere",
    "select \"a b\"",
    "select \"R&D\"",
    "select \"R&D\"",
    "status \"R&D\" (MESSAGES)",
    "status \"R&-D\" (MESSAGES)",
    "uid-fetch 1:* (FLAGS) early",
    "uid-fetch 1:3 BODY.PEEK[] early",
    "uid-store 1:4 +FLAGS (\\Deleted) early",
    "fetch 1:* FAST early",
    "list \"\" *",
    "status Archive (MESSAGES)",
    "status INBOX (MESSAGES)",
    "create \"a (b)\"",
    "enable CONDSTORE",
    "enable QRESYNC",
    "enable QRESYNC",
    "enable UTF8=ACCEPT",
    "enable UTF8=ACCEPT",
    "namespace",
    "append INBOX {20}",
    "append Nowhere (\\Seen) {310}",
    "append INBOX \"\"",
    "append-streamed INBOX 30",
    "append-streamed Archive 200",
    "append-streamed Nowhere 10",
    "idle",
    "idle refresh",
    "raw XWHAT {\"lit\"} {\"\"}",
    "raw UNAUTHENTICATE",
    "compress",
];

/// Commands that the server never answers.
const UNANSWERED: &[&str] = &["raw XSILENT", "raw XSILENT deadline=5s"];

/// What may be asked of a mailbox. `%` is the number of a message.
const MESSAGES: &[&str] = &[
    "fetch % (FLAGS UID)",
    "fetch % BODY.PEEK[]",
    "fetch 1:* FAST",
    "uid-fetch 1:* (FLAGS)",
    "uid-fetch 1:* (FLAGS) early",
    "uid-fetch 1:* (FLAGS BODY.PEEK[])",
    "uid-fetch 1:3 BODY.PEEK[]",
    "uid-fetch 1:* (BODY.PEEK[HEADER] BODY.PEEK[TEXT])",
    "fetch 1:* (BODY.PEEK[HEADER] BODY.PEEK[TEXT])",
    "status Archive (MESSAGES)",
    "store % +FLAGS (\\Deleted)",
    "store % +FLAGS (\\Seen)",
    "store % -FLAGS (\\Seen)",
    "uid-store 1:4 +FLAGS (\\Deleted)",
    "uid-store 2:9 FLAGS (a)",
    "search ALL",
    "uid-search ALL",
    "uid-search UNSEEN",
    "expunge",
    "uid-expunge 1:4",
    "copy % Archive",
    "copy % Nowhere",
    "move % Archive",
    "uid-copy 1:2 \"R&D\"",
    "uid-move 1 Archive",
    "uid-move 1:3 \"a b\"",
    "noop",
    "idle",
    "close",
    "unselect",
    "examine Archive",
    "select INBOX",
    "append INBOX {20}",
];

impl Application {
    pub(super) fn new(care: Care, mut random: Random) -> Self {
        Self {
            care,
            sent: 0,
            wishes: 1 + random.below(25),
            random,
            meant: BTreeMap::new(),
            surplus: Vec::new(),
            appetite: Appetite::Hungry,
        }
    }

    pub(super) const fn is_careful(&self) -> bool {
        matches!(self.care, Care::Careful)
    }

    /// How many events the application takes, and how many octets are written, after something has happened.
    pub(super) fn handle(&mut self, room: usize) -> [Step; 2] {
        match self.care {
            Care::Careful => [Step::Poll(usize::MAX), Step::Take(room)],
            Care::Careless => {
                let polls = *self.random.pick(&[0, 1, 2, 5, usize::MAX, usize::MAX]);
                let takes = *self.random.pick(&[0, 1, 5, 60, usize::MAX, usize::MAX]);
                [Step::Poll(polls), Step::Take(room.min(takes))]
            }
        }
    }

    /// How long until it does something again.
    pub(super) fn pause(&mut self) -> Duration {
        if self.appetite == Appetite::Full && self.is_careful() {
            return self.random.span(2_000);
        }
        match self.random.below(20) {
            0 => self.random.span(100_000),
            1..=4 => self.random.span(2_000),
            _ => self.random.span(60),
        }
    }

    /// An event came.
    pub(super) fn heard(&mut self, event: &Event<'_>) {
        if let Event::Upgrade { surplus, .. } = event {
            self.surplus = surplus.to_vec();
        }
    }

    /// What it does now.
    pub(super) fn act(&mut self, subject: &Subject) -> Vec<Step> {
        let connection = &subject.connection;
        if let Waiting::Upgrade(layer) = connection.waiting() {
            return self.upgrade(layer);
        }
        if self.care == Care::Careless && self.random.chance(25) {
            return self.mischief();
        }
        if let Some(call) = self.digest() {
            return vec![Step::Call(call.to_owned())];
        }
        let call = self.duty(subject).or_else(|| self.wish(connection));
        let mut calls: Vec<_> = call.into_iter().collect();
        // Two STATUS in a row, which the server may answer in either order.
        if calls.iter().any(|call| call.contains("= status Archive")) {
            calls.push(self.send("status INBOX (MESSAGES)"));
        }
        calls.into_iter().map(Step::Call).collect()
    }

    /// At times it has enough, and later it has room again.
    fn digest(&mut self) -> Option<&'static str> {
        let (call, next) = match self.appetite {
            Appetite::Hungry if self.random.chance(3) => ("pause", Appetite::Full),
            Appetite::Full if self.random.chance(40) => ("resume", Appetite::Hungry),
            _ => return None,
        };
        self.appetite = next;
        Some(call)
    }

    fn upgrade(&mut self, layer: Layer) -> Vec<Step> {
        let mut steps = vec![Step::Call("upgraded".to_owned())];
        let surplus = std::mem::take(&mut self.surplus);
        if layer == Layer::Deflate && !surplus.is_empty() {
            steps.push(Step::Arrive(surplus));
        }
        steps
    }

    /// What the connection waits for.
    fn duty(&mut self, subject: &Subject) -> Option<String> {
        let (connection, names) = (&subject.connection, &subject.names);
        if let Some((handle, room)) = connection.wants_supply() {
            let octets = 1 + self.random.below(room);
            return Some(format!("supply {} {octets}", names.name(handle)));
        }
        match connection.waiting() {
            Waiting::Answer(handle) if self.random.chance(80) => {
                Some(format!("answer {} \"{SECRET}\"", names.name(handle)))
            }
            Waiting::Answer(handle) => Some(format!("answer {} *", names.name(handle))),
            Waiting::Idle(handle) if self.random.chance(10) => {
                Some(format!("done {}", names.name(handle)))
            }
            _ => None,
        }
    }

    /// The next command of the application.
    fn wish(&mut self, connection: &ClientConnection) -> Option<String> {
        // An application that idles has time.
        if matches!(connection.waiting(), Waiting::Idle(_)) && self.random.chance(70) {
            return None;
        }
        let enough = self.sent >= self.wishes;
        let most = if enough { 0 } else { 6 };
        if self.is_careful() && connection.open_commands() > most {
            return None;
        }
        if enough {
            return (self.sent == self.wishes).then(|| self.send("logout"));
        }
        let careful = self.is_careful();
        let pool = match connection.state() {
            State::Greeting if careful => return None,
            State::NotAuthenticated if self.random.chance(60) => {
                let login = *self.random.pick(&["login u", "authenticate-plain u"]);
                let wish = match self.random.below(4) {
                    0 => format!("authenticate XMECH \"{SECRET}\""),
                    1 => "authenticate XMECH".to_owned(),
                    _ => format!("{login} {SECRET}"),
                };
                return Some(self.send(&wish));
            }
            State::NotAuthenticated => ANONYMOUS,
            State::Selected if self.random.chance(85) => MESSAGES,
            _ => FOLDERS,
        };
        let pool = match careful {
            true => pool,
            false => *self
                .random
                .pick(&[pool, pool, ANONYMOUS, FOLDERS, MESSAGES, UNANSWERED]),
        };
        let wish = *self.random.pick(pool);
        let mut wish = self.number(wish, connection);
        if !careful && self.random.chance(30) {
            wish = format!("{wish} deadline={}ms", self.random.below(90_000));
        }
        Some(self.send(&wish))
    }

    /// Chooses a message for a command by number, and remembers which it is.
    fn number(&mut self, wish: &str, connection: &ClientConnection) -> String {
        let view = connection.mailbox();
        let exists = view.map_or(0, |view| usize::try_from(view.exists()).unwrap_or(0));
        let number = 1 + self.random.below(exists.min(20));
        // After a SELECT, sequence numbers count in the mailbox that it opens.
        let mut open = connection.commands();
        let moves = open.any(|it| {
            matches!(
                it.command.verb.as_ref(),
                "SELECT" | "EXAMINE" | "CLOSE" | "UNSELECT"
            )
        });
        if wish.contains('%') && self.is_careful() && !moves {
            let known = u32::try_from(number).ok().and_then(|it| view?.uid(it));
            if let Some(uid) = known {
                self.meant.insert(format!("a{}", self.sent + 1), uid);
            }
        }
        wish.replace('%', &number.to_string())
    }

    fn send(&mut self, wish: &str) -> String {
        self.sent += 1;
        format!("a{} = {wish}", self.sent)
    }

    fn mischief(&mut self) -> Vec<Step> {
        let name = format!("a{}", 1 + self.random.below(self.sent + 1));
        let call = match self.random.below(20) {
            0..=5 => format!("cancel {name}"),
            6..=8 => format!("done {name}"),
            9 => format!("answer {name} *"),
            10..=11 => format!("answer {name} \"{SECRET}\""),
            12..=14 => format!("supply {name} {}", self.random.below(300)),
            15..=16 => "upgraded".to_owned(),
            17 if self.random.chance(30) => "close".to_owned(),
            _ => return vec![Step::Pass(self.random.span(70_000))],
        };
        vec![Step::Call(call)]
    }
}
