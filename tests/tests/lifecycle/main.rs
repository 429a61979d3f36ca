//! Any order of calls, octets and moments: no panic, the invariants hold, and every command ends exactly once.

mod life;
mod steps;

use imap_machine::Instant;
use imap_machine::client::{
    AppendMessage, ClientConnection, Command, CommandOptions, Config, SaslAnswer,
};
use imap_machine_tests::operations::{COMMANDS, Op, Run, config};
use proptest::prelude::*;

use life::{Life, Seen};
use steps::{Step, steps};

/// A connection after all these steps.
fn lived(variant: u8, steps: &[Step]) -> Result<Life, TestCaseError> {
    let mut life = Life::new(config(variant));
    for step in steps {
        let checked = life.step(step);
        prop_assert!(checked.is_ok(), "{step:?}: {checked:?}");
    }
    Ok(life)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_calls(variant in 0_u8..8, steps in steps(60)) {
        let finished = lived(variant, &steps)?.run.finish();
        prop_assert!(finished.is_ok(), "{finished:?}");
    }

    /// The same, and then neither side says anything any more: commands end by time alone.
    #[test]
    fn silence_ends_every_command(variant in 0_u8..8, steps in steps(40)) {
        let ended = lived(variant, &steps)?.run.silence();
        prop_assert!(ended.is_ok(), "{ended:?}");
    }
}

/// All calls that can succeed, events and outcomes.
const EVERYTHING: &[&str] = &[
    "cancel",
    "done",
    "answer",
    "give up",
    "supply",
    "supply in place",
    "upgraded",
    "Greeting",
    "Untagged",
    "Status",
    "Bye",
    "Literal",
    "Proceed",
    "Challenge",
    "Idling",
    "Upgrade",
    "Late",
    "UnexpectedContinuation",
    "UnexpectedTag",
    "Unrecognized",
    "Closed",
    "Ok",
    "Refused",
    "NotSent Cancelled",
    "NotSent Closed",
    "NotSent TimedOut",
    "NotSent TlsRequired",
    "NotSent WrongState",
    "NotSent StaleSequenceNumbers",
    "Unknown Cancelled",
    "Unknown Closed",
    "Unknown TimedOut",
];

/// The generator must reach what the properties are about: every call that can succeed does so at times, and every outcome and
/// event comes.
#[test]
fn the_generator_reaches_every_end() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = (0_u8..8, steps(60));
    let mut seen = Seen::new();
    for _ in 0..1000 {
        let (variant, steps) = strategy.new_tree(&mut runner).unwrap().current();
        let mut life = Life::new(config(variant));
        for step in &steps {
            life.step(step).unwrap();
        }
        life.run.finish().unwrap();
        for (what, count) in life.seen() {
            *seen.entry(what).or_default() += count;
        }
    }
    let scarce: Vec<_> = EVERYTHING
        .iter()
        .filter(|name| seen.get(**name).is_none_or(|count| *count < 5))
        .collect();
    assert!(scarce.is_empty(), "{scarce:?} of {seen:#?}");
}

/// Between `close` and the next `poll_event` the application may still call anything, and nothing more is written.
#[test]
fn nothing_is_written_after_close() {
    for (command, line) in [
        (Command::idle(), "+ idling\r\n"),
        (COMMANDS[18]().unwrap(), "+ Zm9v\r\n"),
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
        run.step(&Op::Write(usize::MAX)).unwrap();
        run.say(line.as_bytes(), 0, 100);
        run.drain().unwrap();
        run.connection.close(run.now);
        _ = run.connection.done(handle, run.now);
        _ = run.connection.answer(handle, &SaslAnswer::Cancel, run.now);
        _ = run.connection.cancel(handle, run.now);
        assert_eq!(run.connection.transmit(), b"", "{line}");
        run.finish().unwrap();
    }
}

/// What may leave is in the output when the call returns, so no loop can wait for an answer to what it never wrote.
#[test]
fn what_may_leave_waits_for_no_other_call() {
    let (now, options) = (Instant::ORIGIN, CommandOptions::default());
    let mut connection = ClientConnection::new(Config::default(), now);
    let early = connection.send(Command::noop(), options, now).unwrap();
    assert_eq!(connection.transmit(), b"", "before the greeting");
    connection.cancel(early, now).unwrap();
    connection.handle_input(
        b"* PREAUTH [CAPABILITY IMAP4rev1 IDLE LITERAL-] hi\r\n",
        now,
    );
    while connection.poll_event().is_some() {}
    let write = |connection: &mut ClientConnection| {
        let written = connection.transmit().to_vec();
        connection.handle_transmitted(written.len(), now);
        String::from_utf8(written).unwrap()
    };
    let idle = connection.send(Command::idle(), options, now).unwrap();
    assert_eq!(write(&mut connection), "A2 IDLE\r\n");
    connection.handle_input(b"+ idling\r\n", now);
    while connection.poll_event().is_some() {}
    connection.done(idle, now).unwrap();
    assert_eq!(write(&mut connection), "DONE\r\n");
    connection.handle_input(b"A2 OK\r\n", now);
    while connection.poll_event().is_some() {}
    let taken_back = connection.send(Command::noop(), options, now).unwrap();
    assert_eq!(connection.transmit(), b"A3 NOOP\r\n");
    connection.cancel(taken_back, now).unwrap();
    let append = Command::append("x", AppendMessage::supplied(3)).unwrap();
    let append = connection.send(append, options, now).unwrap();
    assert_eq!(write(&mut connection), "A4 APPEND x {3}\r\n");
    connection.handle_input(b"+ go\r\n", now);
    while connection.poll_event().is_some() {}
    connection.supply(append, b"abc", now).unwrap();
    assert_eq!(write(&mut connection), "abc\r\n");
}
