//! Whatever has gone out, ended and been given up: the index says what a walk along all commands in flight says.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::behaviors::{Behaviors, Requirements};
use super::super::pipeline::Why;
use super::super::told::ToldMailboxes as Told;
use super::super::{Answers, Blocked, Commands, Effect, Entry, Interest};
use super::super::{MessageNumbers, Profile, Scope};
use crate::client::{Command, CommandHandle, Flag, Search, SearchReturn, StatusName, Store};

/// The rules between two commands, said plainly.
mod plain {
    use super::*;

    fn is_barrier(profile: &Profile) -> bool {
        profile.imposes.has(Requirements::SILENCE)
    }

    fn does(profile: &Profile, behavior: Behaviors) -> bool {
        profile.exhibits(Interest::Open).has(behavior)
    }

    pub fn blocked(candidate: &Profile, other: &Entry) -> Option<Why> {
        match other.interest {
            Interest::Open => conflict(candidate, &other.profile),
            Interest::Given => conflict_with_tombstone(candidate, &other.profile),
        }
    }

    fn conflict_with_tombstone(candidate: &Profile, other: &Profile) -> Option<Why> {
        match (&candidate.effect, &other.effect) {
            (_, Effect::Authenticate(_) | Effect::Idle | Effect::StartTls | Effect::Compress) => {
                return conflict(candidate, other);
            }
            (Effect::Logout, _) => return None,
            (_, Effect::None | Effect::Upload(_)) => {}
            // Whether it has made a session is not known, so nothing is sent early.
            _ => return Some(Why::Barrier),
        }
        if !matches!(
            candidate.effect,
            Effect::None | Effect::Upload(_) | Effect::Idle
        ) {
            return Some(Why::NeedsSilence);
        }
        numbers_flags_and_answers(candidate, other)
    }

    fn conflict(candidate: &Profile, other: &Profile) -> Option<Why> {
        let makes_session = does(other, Behaviors::MAKES_SESSION);
        if is_barrier(other) && !(makes_session && candidate.is_early()) {
            return Some(Why::Barrier);
        }
        if is_barrier(candidate) {
            return Some(Why::NeedsSilence);
        }
        if makes_session {
            // What is sent early is answered after it, so the answers are told apart.
            return (candidate.uses_numbers() && does(other, Behaviors::MAY_RENUMBER))
                .then_some(Why::MayRenumber);
        }
        numbers_flags_and_answers(candidate, other)
    }

    fn numbers_flags_and_answers(candidate: &Profile, other: &Profile) -> Option<Why> {
        if candidate.uses_numbers() && does(other, Behaviors::MAY_RENUMBER) {
            return Some(Why::MayRenumber);
        }
        flags(candidate, other).or_else(|| same_answer(candidate, other))
    }

    fn flags(candidate: &Profile, other: &Profile) -> Option<Why> {
        let affects = |one: &Profile, another: &Profile| {
            does(one, Behaviors::CHANGES_FLAGS) && does(another, Behaviors::READS_FLAGS)
        };
        if !affects(candidate, other) && !affects(other, candidate) {
            return None;
        }
        let apart = match (candidate.scope(), other.scope()) {
            (Some(ours), Some(theirs)) => !ours.may_overlap(theirs),
            _ => false,
        };
        (!apart).then_some(Why::Flags)
    }

    fn same_answer(candidate: &Profile, other: &Profile) -> Option<Why> {
        if (candidate.answers & other.answers).has(Answers::EARLIER) {
            return Some(Why::SameAnswer);
        }
        if let (Some(ours), Some(theirs)) = (candidate.scope(), other.scope()) {
            return same_messages(candidate, ours, other, theirs);
        }
        let apart = match (candidate.told(), other.told()) {
            (Some(Told::One(ours)), Some(Told::One(theirs))) => ours != theirs,
            (Some(Told::Beginning(ours)), Some(Told::Beginning(theirs))) => {
                ours.iter().zip(&**theirs).any(|(a, b)| a != b)
            }
            _ => false,
        };
        let tagged = [candidate.answers, other.answers].contains(&Answers::ESEARCH);
        let same = candidate.answers.has(other.answers) && !apart && !tagged;
        same.then_some(Why::SameAnswer)
    }

    fn same_messages(
        ours: &Profile,
        scope: &Scope,
        theirs: &Profile,
        other: &Scope,
    ) -> Option<Why> {
        let answers = !ours.is_store()
            && !theirs.is_store()
            && ours.answers.telling().has(theirs.answers.telling());
        (answers && scope.may_overlap(other)).then_some(Why::SameAnswer)
    }
}

fn fetch(uid: bool, set: &str, items: &str) -> Command {
    match uid {
        true => Command::uid_fetch(set, items).unwrap().into(),
        false => Command::fetch(set, items).unwrap().into(),
    }
}

fn store(uid: bool, set: &str, silent: bool) -> Command {
    let store = match silent {
        true => Store::add([Flag::SEEN]).silent(),
        false => Store::add([Flag::SEEN]),
    };
    match uid {
        true => Command::uid_store(set, store).unwrap().into(),
        false => Command::store(set, store).unwrap().into(),
    }
}

fn items() -> impl Strategy<Value = String> {
    const ITEMS: [&str; 8] = [
        "UID",
        "FLAGS",
        "FLAGS",
        "MODSEQ",
        "RFC822.SIZE",
        "ENVELOPE",
        "BODY.PEEK[]",
        "BODY[]",
    ];
    prop::collection::vec(select(&ITEMS[..]), 1..4).prop_map(|items| items.join(" "))
}

/// Single messages for the most part, so that many are apart.
fn set() -> impl Strategy<Value = String> {
    let number = 1_u32..60;
    let range =
        (number.clone(), 0_u32..9).prop_map(|(first, more)| format!("{first}:{}", first + more));
    let wide = (number.clone(), 1_u32..2_000_000_000).prop_map(|(a, b)| format!("{a}:{b}"));
    let single = number.prop_map(|number| format!("{number}"));
    let several = prop::collection::vec(prop_oneof![single.clone(), range.clone()], 2..5)
        .prop_map(|ranges| ranges.join(","));
    let long = (1_u32..60, 68_u32..72).prop_map(|(first, ranges)| {
        let ranges = (0..ranges).map(|n| format!("{}", first + 2 * n));
        ranges.collect::<Vec<_>>().join(",")
    });
    let star = select(&["*", "1:*", "40:*", "3,9:*", "4294967295", "4294967290:*"][..]);
    prop_oneof![
        12 => single,
        6 => range,
        4 => several,
        1 => wide,
        1 => star.prop_map(String::from),
        1 => long,
    ]
}

fn plain_command() -> impl Strategy<Value = Command> {
    let status = |name| Command::status(name, [StatusName::Messages]).unwrap();
    let search = |key| Command::search(key).unwrap();
    let uid_search = |key| Command::uid_search(key).unwrap();
    let tagged = |key| Command::uid_search_with(key, &SearchReturn::new()).unwrap();
    const LISTS: [&str; 8] = ["a", "b", "A/%", "b/%", "a/b*", "inbox", "INBOX/%", "else"];
    let list = select(&LISTS[..]).prop_map(|name| Command::list("", name).unwrap().into());
    let rights = ["a", "b", "INBOX"].map(|name| Command::my_rights(name).unwrap().into());
    let plain = select(alloc::vec![
        Command::from(Command::noop()),
        Command::from(Command::noop()),
        Command::from(Command::capability()),
        Command::from(Command::list("", "*").unwrap()),
        Command::from(Command::list("", "%").unwrap()),
        Command::from(Command::list("a", "%").unwrap()),
        Command::from(Command::lsub("", "a").unwrap()),
        Command::from(status("a")),
        Command::from(status("b")),
        Command::from(status("INBOX")),
        Command::from(status("inbox")),
        Command::from(search(Search::all())),
        Command::from(search(Search::unseen())),
        Command::from(uid_search(Search::all())),
        Command::from(uid_search(Search::seen())),
        Command::from(uid_search(Search::all().numbers("1:2"))),
        Command::from(tagged(Search::all())),
        Command::from(tagged(Search::unseen())),
        Command::from(Command::copy("1", "x").unwrap()),
        Command::from(Command::uid_copy("1", "x").unwrap()),
        Command::from(Command::uid_move("1", "x").unwrap()),
        Command::from(Command::expunge()),
    ]);
    prop_oneof![4 => plain, 2 => list, 1 => select(Vec::from(rights))]
}

fn barrier() -> impl Strategy<Value = Command> {
    let raw = |verb| Command::from(Command::raw(verb).unwrap());
    select(alloc::vec![
        Command::from(Command::select("x").unwrap()),
        Command::from(Command::examine("y").unwrap()),
        Command::from(Command::login("a", "b").unwrap()),
        Command::idle(),
        Command::from(Command::starttls()),
        Command::from(Command::logout()),
        raw("XFOO"),
        raw("FETCH"),
        raw("SELECT"),
        raw("IDLE"),
        raw("LOGOUT"),
        raw("UNAUTHENTICATE"),
    ])
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        8 => (any::<bool>(), set(), items()).prop_map(|(uid, set, items)| fetch(uid, &set, &items)),
        8 => (set(), items()).prop_map(|(set, items)| fetch(true, &set, &items)),
        8 => (prop::bool::weighted(0.8), set(), any::<bool>())
            .prop_map(|(uid, set, silent)| store(uid, &set, silent)),
        8 => plain_command(),
        1 => barrier(),
    ]
}

/// What happens to the commands of a connection.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Queued; it goes out when it may.
    Send(Command),
    /// The same with a command that may go out early.
    SendEarly(Command),
    /// One is given up.
    GiveUp(Index),
    /// One is answered.
    Answer(Index),
    /// All are given up, and a command is sent that may go out all the same.
    GiveUpAll(Command),
    /// All are answered, the oldest first.
    AnswerAll,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        30 => command().prop_map(Op::Send),
        10 => command().prop_map(Op::SendEarly),
        3 => any::<Index>().prop_map(Op::GiveUp),
        5 => any::<Index>().prop_map(Op::Answer),
        1 => select(alloc::vec![Command::idle(), Command::logout().into()]).prop_map(Op::GiveUpAll),
        1 => Just(Op::AnswerAll),
    ]
}

pub(crate) fn history() -> impl Strategy<Value = Vec<Op>> {
    prop::collection::vec(op(), 1..150)
}

/// A connection's commands, as they go out by the plain rules.
pub(crate) struct Run {
    pub(crate) commands: Commands,
}

impl Run {
    pub(crate) fn new() -> Self {
        let commands = Commands::new();
        Self { commands }
    }

    pub(crate) fn step(&mut self, op: Op) {
        match op {
            Op::Send(command) => self.send(command, |_| {}),
            Op::SendEarly(command) => self.send(command, Profile::hasten),
            Op::GiveUp(at) => {
                if let Some(handle) = self.pick(at) {
                    self.give_up(handle);
                }
            }
            Op::GiveUpAll(command) => {
                for handle in self.all() {
                    self.give_up(handle);
                }
                self.send(command, |_| {});
            }
            Op::Answer(at) => {
                if let Some(handle) = self.pick(at) {
                    self.commands.remove(handle);
                }
            }
            Op::AnswerAll => {
                for handle in self.all() {
                    self.commands.remove(handle);
                }
            }
        }
        while let Some(head) = self.commands.head() {
            if walked(&self.commands, &head.profile).is_some() {
                break;
            }
            self.commands.start();
        }
    }

    fn all(&self) -> Vec<CommandHandle> {
        self.commands.iter().map(Entry::handle).collect()
    }

    fn give_up(&mut self, handle: CommandHandle) {
        self.commands.settle(handle);
        if self.commands.queued().any(|entry| entry.handle() == handle) {
            self.commands.remove(handle);
        }
    }

    /// One that is in flight, or waits to be.
    fn pick(&self, at: Index) -> Option<CommandHandle> {
        let handles = self.all();
        (!handles.is_empty()).then(|| *at.get(&handles))
    }

    fn send(&mut self, command: Command, change: impl Fn(&mut Profile)) {
        let handle = self.commands.next_handle();
        let mut entry = Entry::of(handle, command);
        change(&mut entry.profile);
        self.commands.push(entry);
        // Nothing waits for long: what may not go out at once is withdrawn now and then.
        if self.commands.queued().count() > 3 {
            let head = self.commands.head().map(Entry::handle);
            head.map(|head| self.commands.remove(head));
        }
    }
}

fn walked(commands: &Commands, candidate: &Profile) -> Option<Blocked> {
    commands.in_flight().find_map(|entry| {
        let why = plain::blocked(candidate, entry)?;
        let by = entry.handle();
        Some(Blocked { by, why })
    })
}

/// Compares every look-up with a walk.
fn compare(commands: &Commands, candidate: &Profile) {
    let blocked = walked(commands, candidate);
    assert_eq!(commands.blocked(candidate), blocked);
    assert_eq!(
        commands.may_start(candidate),
        blocked.is_none(),
        "{blocked:?}"
    );
    let kinds = || (0..=22).map(Answers::kind);
    for kind in kinds() {
        let mut in_flight = commands.in_flight();
        let oldest = in_flight.find(|entry| entry.profile.answers.has(kind));
        let found = commands.answered_with(kind);
        assert_eq!(
            found.map(Entry::handle),
            oldest.map(Entry::handle),
            "{kind:?}"
        );
    }
    let names = ["a", "b", "INBOX", "Inbox/x", "a/b", "elsewhere"];
    // ESEARCH says its command's tag, and the mailbox is not looked at.
    let named = kinds().filter(|kind| *kind != Answers::ESEARCH);
    for (kind, name) in named.flat_map(|kind| names.map(|name| (kind, name))) {
        let all = commands.in_flight();
        let all = all.filter(|entry| entry.profile.answers.has(kind));
        let all: Vec<_> = all.collect();
        let mut all_named = all.iter();
        let named = all_named.find(|it| it.profile.may_be_about(name.as_bytes()));
        let expected = match all.as_slice() {
            [only] => Some(only),
            _ => named,
        };
        let found = commands.asking_about(kind, name.as_bytes());
        let found = found.map(Entry::handle);
        let expected = expected.map(|entry| entry.handle());
        assert_eq!(found, expected, "{kind:?} of {name}");
    }
    let renumbers = |entry: &Entry| {
        entry
            .profile
            .exhibits(Interest::Open)
            .has(Behaviors::MAY_RENUMBER)
    };
    assert_eq!(
        commands.may_be_renumbered(),
        commands.in_flight().any(renumbers)
    );
    let oldest_open = commands.in_flight().find(|entry| entry.is_open());
    assert_eq!(
        commands.oldest_open().map(Entry::handle),
        oldest_open.map(Entry::handle)
    );
    let last_select = commands.iter().rev().find(|entry| entry.profile.selects());
    assert_eq!(commands.last_select(), last_select.map(Entry::handle));
    let logouts = commands.in_flight();
    let logouts = logouts.filter(|entry| entry.profile.effect == Effect::Logout);
    assert_eq!(commands.logouts().count(), logouts.count());
}

/// Every silent STORE that may be about a message is found, and none twice.
fn compare_silent(commands: &Commands, message: MessageNumbers) {
    let silent = commands.in_flight();
    let silent: Vec<_> = silent.filter(|it| it.profile.is_silent()).collect();
    assert_eq!(commands.silent().count(), silent.len());
    let found: Vec<_> = commands.silent_about(message).map(Entry::handle).collect();
    for entry in silent {
        let may_mean = |scope: &Scope| scope.contains(&message) != Some(false);
        let times = found.iter().filter(|found| **found == entry.handle());
        let least = usize::from(entry.profile.scope().is_none_or(may_mean));
        assert!((least..=1).contains(&times.count()), "{message:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn looking_up_says_what_walking_says(
        history in history(),
        candidates in prop::collection::vec(command(), 20),
        (number, uid, exists) in (1_u32..70, 1_u32..70, 1_u32..70),
    ) {
        let candidates: Vec<_> = candidates.into_iter().map(|it| it.profile).collect();
        let mut run = Run::new();
        for (op, candidate) in history.into_iter().zip(candidates.iter().cycle()) {
            run.step(op);
            compare(&run.commands, candidate);
            for uid in [None, Some(uid)] {
                compare_silent(&run.commands, MessageNumbers { number, uid, exists });
            }
            if let Some(head) = run.commands.head() {
                compare(&run.commands, &head.profile);
            }
        }
        for candidate in &candidates {
            compare(&run.commands, candidate);
        }
    }
}

/// The histories must reach what the property is about.
#[test]
fn histories_have_much_in_flight_and_every_reason_to_wait() {
    use alloc::collections::BTreeMap;
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut reasons = BTreeMap::new();
    let (mut many, mut free_among_many, mut tombstones) = (0, 0, 0);
    for _ in 0..60 {
        let history = history().new_tree(&mut runner).unwrap().current();
        let mut run = Run::new();
        for op in history {
            run.step(op);
            if run.commands.in_flight_count() <= 8 {
                continue;
            }
            many += 1;
            let all = run.commands.in_flight();
            tombstones += all.filter(|entry| !entry.is_open()).count().min(1);
            let candidate = command().new_tree(&mut runner).unwrap().current();
            match run.commands.blocked(&candidate.profile) {
                Some(Blocked { why, .. }) => *reasons.entry(format!("{why:?}")).or_insert(0) += 1,
                None => free_among_many += 1,
            }
        }
    }
    let least = reasons
        .values()
        .copied()
        .chain([many, free_among_many, tombstones])
        .min();
    assert!(
        reasons.len() == 5 && least >= Some(20),
        "{reasons:?}, {many} times many, {free_among_many} free, {tombstones} with tombstones"
    );
}
