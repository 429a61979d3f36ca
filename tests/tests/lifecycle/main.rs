//! Any order of calls, octets and moments: no panic, the invariants hold, and every command ends exactly once.

mod ops;
mod run;

use std::collections::BTreeMap;
use std::time::Duration;

use imap_machine::client::{Answer, Command, CommandOptions, Config, Event, Outcome};
use proptest::prelude::*;

use ops::{Op, commands, ops};
use run::{Run, config};

const SECRET: &str = "hunter2-hunter2";

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_calls(variant in 0_u8..8, ops in ops(60)) {
        let mut run = Run::new(config(variant));
        for op in &ops {
            let checked = run.step(op);
            prop_assert!(checked.is_ok(), "{op:?}: {checked:?}");
        }
        let finished = run.finish();
        prop_assert!(finished.is_ok(), "{finished:?}");
    }

    /// The same, and then nobody says anything any more: commands end by time alone.
    #[test]
    fn silence_ends_every_command(variant in 0_u8..8, ops in ops(40)) {
        let mut run = Run::new(config(variant));
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

/// Calls that were no misuse, events and outcomes.
const EVERYTHING: &[&str] = &[
    "cancel",
    "done",
    "answer",
    "give up",
    "supply",
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

/// The generator must reach what the properties are about: every call that can be right is so at times, and every outcome and
/// event comes.
#[test]
fn the_generator_reaches_every_end() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let strategy = (0_u8..8, ops(60));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..1000 {
        let (variant, ops) = strategy.new_tree(&mut runner).unwrap().current();
        let mut run = Run::new(config(variant));
        for op in &ops {
            run.step(op).unwrap();
        }
        run.finish().unwrap();
        for (call, count) in run.done {
            *seen.entry(call.to_owned()).or_default() += count;
        }
        for event in run.events {
            let name = match &event {
                Event::Outcome { outcome, .. } => match outcome {
                    Outcome::NotSent(why) => format!("NotSent {why:?}"),
                    Outcome::Unknown(why) => format!("Unknown {why:?}"),
                    outcome => format!("{outcome:?}"),
                },
                event => format!("{event:?}"),
            };
            let name = name.split(['(', '{']).next().unwrap_or_default();
            *seen.entry(name.trim().to_owned()).or_default() += 1;
        }
    }
    let scarce: Vec<_> = EVERYTHING
        .iter()
        .filter(|name| seen.get(**name).is_none_or(|count| *count < 5))
        .collect();
    assert!(scarce.is_empty(), "{scarce:?} of {seen:#?}");
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
        run.step(&Op::Write(usize::MAX)).unwrap();
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
