//! Any order of calls, octets and moments: no panic, the invariants hold, and every command ends exactly once.

use imap_machine::client::{Answer, Command, CommandOptions, Config};
use imap_machine::imap_types::auth::AuthMechanism;
use imap_machine_tests::operations::{COMMANDS, LINES, Op, Run, config};
use imap_machine_tests::watched::Watched;
use proptest::prelude::*;

fn op() -> impl Strategy<Value = Op> {
    let command = 1_u64..9;
    let milliseconds = prop_oneof![0_u64..100_000, Just(28 * 60_000), Just(25 * 3_600_000)];
    prop_oneof![
        12 => (0..LINES.len(), command.clone(), 0_usize..=130).prop_map(|(line, tag, percent)| Op::Say(line, tag, percent)),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(|octets| Op::Octets(octets, 0, 100)),
        8 => (0..COMMANDS.len(), prop::option::of(0_u64..90_000)).prop_map(|(which, deadline)| Op::Send(which, deadline)),
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
        let silence = run.silence();
        prop_assert!(silence.is_ok(), "{silence:?}");
    }
}

/// Between `close` and the next `poll_event` the application may still call anything: nothing more is said.
#[test]
fn nothing_is_written_behind_close() {
    for (command, line) in [
        (Command::idle(), "+ idling\r\n"),
        (
            Command::authenticate(AuthMechanism::Plain, None),
            "+ Zm9v\r\n",
        ),
    ] {
        let mut watched = Watched::new(Config::default(), vec![]);
        watched.hear(b"* OK ready\r\n").unwrap();
        let sent = watched.send(command, CommandOptions::default());
        let handle = sent.unwrap().unwrap();
        watched.hear(line.as_bytes()).unwrap();
        let (connection, now) = (&mut watched.connection, watched.now);
        connection.close(now);
        _ = connection.done(handle, now);
        _ = connection.answer(handle, &Answer::Cancel, now);
        _ = connection.cancel(handle, now);
        assert_eq!(connection.transmit(), b"", "{line}");
        watched.end().unwrap();
    }
}
