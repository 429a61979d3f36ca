//! A server may say anything about mailboxes, in any order: the view agrees with the model (the watch compares them
//! after each event).

mod honest;

use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::{
    Cause, Certainty, Command, CommandHandle, CommandOptions, Config, Event, Flag, Store, Tracking,
};
use imap_machine::codec::Untagged;
use imap_machine_testkit::invariants::Watch;
use proptest::prelude::*;
use proptest::sample::select;

use imap_machine_tests::watched::Watched;

#[derive(Clone, Debug)]
enum Op {
    Say(String),
    Send(usize),
    /// The oldest command is answered.
    Answer(&'static str),
    /// The newest command is answered, before its turn.
    AnswerNewest(&'static str),
    Cancel,
}

fn commands() -> Vec<Command> {
    vec![
        Command::noop().into(),
        Command::select("INBOX").unwrap().into(),
        Command::select("Other").unwrap().into(),
        Command::examine("INBOX").unwrap().into(),
        Command::close().into(),
        Command::unselect().into(),
        Command::expunge().into(),
        Command::fetch("1:3", "FAST").unwrap().into(),
        Command::uid_fetch("1:*", "FAST").unwrap().into(),
        Command::store("2", Store::add([Flag::SEEN]))
            .unwrap()
            .into(),
        seq("2", Store::remove([Flag::SEEN])),
        seq("1:4", Store::replace([Flag::FLAGGED])),
        seq("3:*", Store::add([Flag::DELETED])),
        uid(
            "5,2",
            Store::add([Flag::SEEN, Flag::JUNK]).unchanged_since(9),
        ),
        uid("1:7,9", Store::add([Flag::DRAFT])),
        uid("1:*", Store::remove([Flag::JUNK])),
        uid("4:*", Store::replace([""; 0]).unchanged_since(1)),
        Command::uid_store("2:6", Store::remove([Flag::SEEN]))
            .unwrap()
            .into(),
        Command::uid_fetch("1:5", "BODY[]").unwrap().into(),
        Command::raw("STORE")
            .unwrap()
            .verbatim("1 FLAGS.SILENT ()")
            .unwrap()
            .into(),
    ]
}

/// A silent one.
fn seq(set: &str, store: Store) -> Command {
    Command::store(set, store.silent()).unwrap().into()
}

fn uid(set: &str, store: Store) -> Command {
    Command::uid_store(set, store.silent()).unwrap().into()
}

/// Mostly small numbers, so that they name the same messages.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![
        8 => 0_u32..12,
        2 => 0_u32..200,
        1 => prop_oneof![Just(u32::MAX), Just(u32::MAX - 1), any::<u32>()],
    ]
}

fn set() -> impl Strategy<Value = String> {
    let range = prop_oneof![
        3 => number().prop_map(|n| n.max(1).to_string()),
        2 => (number(), number()).prop_map(|(a, b)| format!("{}:{}", a.max(1), b.max(1))),
    ];
    prop::collection::vec(range, 0..4).prop_map(|ranges| ranges.join(","))
}

fn line() -> impl Strategy<Value = String> {
    let flags = select(
        &[
            "()",
            "(\\Seen)",
            "(\\Deleted \\Flagged x)",
            "(\\Recent)",
            "(\\Draft)",
        ][..],
    );
    let codes = [
        "UIDVALIDITY 7",
        "UIDNEXT 4",
        "UIDNEXT 0",
        "UNSEEN 2",
        "HIGHESTMODSEQ 18446744073709551615",
        "HIGHESTMODSEQ 4",
        "NOMODSEQ",
        "READ-ONLY",
        "READ-WRITE",
        "CLOSED",
        "PERMANENTFLAGS (\\Seen \\Deleted $Junk)",
        "PERMANENTFLAGS (\\Seen \\Flagged \\Draft \\Deleted \\*)",
        "ALERT",
    ];
    prop_oneof![
        5 => number().prop_map(|n| format!("* {n} EXISTS")),
        1 => number().prop_map(|n| format!("* {n} RECENT")),
        5 => number().prop_map(|n| format!("* {n} EXPUNGE")),
        3 => set().prop_map(|set| format!("* VANISHED {set}")),
        1 => set().prop_map(|set| format!("* VANISHED (EARLIER) {set}")),
        5 => (number(), number(), flags.clone())
            .prop_map(|(n, uid, flags)| format!("* {n} FETCH (UID {uid} FLAGS {flags})")),
        2 => (number(), number()).prop_map(|(n, uid)| format!("* {n} FETCH (UID {uid})")),
        2 => (number(), flags.clone()).prop_map(|(n, flags)| format!("* {n} FETCH (FLAGS {flags})")),
        1 => (number(), flags).prop_map(|(uid, flags)| format!("* {uid} UIDFETCH (FLAGS {flags})")),
        3 => select(codes.to_vec()).prop_map(|code| format!("* OK [{code}] so it is")),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let status = [
        "OK done",
        "OK done",
        "OK [READ-ONLY] done",
        "OK [HIGHESTMODSEQ 9] done",
        "OK done",
        "OK [MODIFIED 2] not all",
        "OK [MODIFIED 4:5,1:2] not all",
        "OK [MODIFIED x] what",
        "NO no",
        "BAD what",
    ];
    prop_oneof![
        12 => line().prop_map(Op::Say),
        4 => (0..commands().len()).prop_map(Op::Send),
        4 => select(status.to_vec()).prop_map(Op::Answer),
        1 => select(status.to_vec()).prop_map(Op::AnswerNewest),
        1 => Just(Op::Cancel),
    ]
}

struct Run {
    watched: Watched,
    sent: Vec<CommandHandle>,
}

impl Run {
    fn new(tracking: Tracking, blocks: usize) -> Self {
        let mut config = Config::default();
        config.tracking = tracking;
        config.limits.mailbox_blocks = blocks;
        let mut watched = Watched::new(config, vec![]);
        watched.hear(b"* PREAUTH ready\r\n").unwrap();
        Self {
            watched,
            sent: Vec::new(),
        }
    }

    /// The oldest command is answered.
    fn answer(&mut self, status: &str) -> Result<(), String> {
        let handle = self.sent.remove(0);
        let line = format!("{handle} {status}\r\n");
        let heard = self.watched.hear(line.as_bytes());
        heard.map_err(|broken| format!("{broken:?}"))
    }

    fn send(&mut self, command: impl Into<Command>) -> Result<(), String> {
        let sent = self.watched.send(command, CommandOptions::default());
        let sent = sent.map_err(|broken| format!("{broken:?}"))?;
        self.sent.extend(sent.ok());
        Ok(())
    }

    fn step(&mut self, op: &Op) -> Result<(), String> {
        let broken = |broken| format!("{broken:?}");
        match op {
            Op::Say(line) => {
                let line = format!("{line}\r\n");
                self.watched.hear(line.as_bytes()).map_err(broken)
            }
            Op::Send(which) => {
                let command = commands().swap_remove(*which);
                self.send(command)
            }
            Op::Answer(status) | Op::AnswerNewest(status) => {
                let at = match op {
                    Op::Answer(_) => 0,
                    _ => self.sent.len().saturating_sub(1),
                };
                if at >= self.sent.len() {
                    return Ok(());
                }
                let handle = self.sent.remove(at);
                let line = format!("{handle} {status}\r\n");
                self.watched.hear(line.as_bytes()).map_err(broken)
            }
            Op::Cancel => {
                let Some(handle) = self.watched.watch.open().first().copied() else {
                    return Ok(());
                };
                let cancelled = self.watched.call(|it, now| it.cancel(handle, now));
                cancelled.map(|_| ()).map_err(broken)
            }
        }
    }
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    // Most runs begin with a selected mailbox.
    let selected = vec![
        Op::Send(1),
        Op::Say("* 9 EXISTS".to_owned()),
        Op::Answer("OK done"),
    ];
    let begin = prop_oneof![4 => Just(selected), 1 => Just(vec![])];
    (begin, prop::collection::vec(op(), 0..40)).prop_map(|(begin, ops)| [begin, ops].concat())
}

fn tracking() -> impl Strategy<Value = Tracking> {
    prop_oneof![1 => Just(Tracking::Counts), 3 => Just(Tracking::Messages)]
}

fn blocks() -> impl Strategy<Value = usize> {
    select(&[0_usize, 1, 2, 3, 5, 8192][..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_view_agrees_with_the_model(tracking in tracking(), blocks in blocks(), ops in ops()) {
        let mut run = Run::new(tracking, blocks);
        for op in &ops {
            let went = run.step(op);
            prop_assert!(went.is_ok(), "{:?}: {}", op, went.unwrap_err());
        }
    }
}

/// The generator must reach what the property is about.
#[test]
fn the_generator_reaches_every_kind_of_news() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let [
        mut news,
        mut unreliable,
        mut known,
        mut overflowed,
        mut reopened,
    ] = [0; 5];
    for _ in 0..600 {
        let ops = ops().new_tree(&mut runner).unwrap().current();
        let blocks = blocks().new_tree(&mut runner).unwrap().current();
        let mut run = Run::new(Tracking::Messages, blocks);
        for op in &ops {
            run.step(op).unwrap();
            let Some(view) = run.watched.connection.mailbox() else {
                continue;
            };
            unreliable += usize::from(view.certainty() == Certainty::Unreliable);
            let messages = view.messages().unwrap();
            overflowed += usize::from(messages.overflowed());
            known += usize::from(messages.len() > messages.unknown());
        }
        let events = &run.watched.events;
        let about = |event: &&Event<'_>| {
            matches!(
                event,
                Event::Untagged {
                    violation: None,
                    ..
                }
            )
        };
        news += events.iter().filter(about).count();
        reopened += usize::from(
            run.watched
                .written
                .windows(7)
                .filter(|it| it == b" SELECT")
                .count()
                > 1,
        );
    }
    let counts = [news, unreliable, known, overflowed, reopened];
    assert!(counts.iter().all(|count| *count >= 30), "{counts:?}");
}

/// A view that missed one event differs.
#[test]
fn a_missed_event_is_noticed() {
    let mut run = Run::new(Tracking::Messages, 100);
    for op in [
        Op::Send(1),
        Op::Say("* 9 EXISTS".to_owned()),
        Op::Answer("OK done"),
        Op::Say("* 5 FETCH (UID 50 FLAGS (\\Seen))".to_owned()),
        Op::Send(0),
    ] {
        run.step(&op).unwrap();
    }
    let Watched {
        connection, watch, ..
    } = &mut run.watched;
    let fetch = connection_event(b"* 5 FETCH (UID 50 FLAGS ())\r\n");
    for data in [Untagged::Exists(10), Untagged::Expunge(2), fetch] {
        let mut watch: Watch = watch.clone();
        let event = Event::Untagged {
            data,
            cause: Cause::Unsolicited,
            violation: None,
        };
        watch.read(&[0; 40]);
        watch.event(&event).unwrap();
        assert!(watch.after_event(connection).is_err(), "{event:?}");
    }
}

fn connection_event(line: &[u8]) -> Untagged<'static> {
    let mut watched = Watched::new(Config::default(), vec![]);
    watched.hear(b"* PREAUTH ready\r\n").unwrap();
    watched.hear(line).unwrap();
    match watched.events.pop() {
        Some(Event::Untagged { data, .. }) => data.to_static(),
        other => panic!("{other:?}"),
    }
}
