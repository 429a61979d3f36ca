use std::time::Duration;

use imap_machine::client::Config;
use imap_machine::{State, Transition};

use super::*;
use crate::scenario::{Chunking, Interruption, Scenario, record, run, run_all};

/// The history of a life, whether it went well or not.
fn history(seed: u64) -> History {
    let mut world = World::new(seed);
    let lived = world.live();
    assert!(lived.is_ok(), "seed {seed}: {lived:?}");
    world.history
}

#[test]
fn the_same_seed_is_the_same_life() {
    let histories: Vec<_> = (0..60).map(history).collect();
    for (seed, first) in (0..).zip(&histories) {
        let again = history(seed);
        assert_eq!(first.steps, again.steps, "seed {seed}");
        assert_eq!(first.config, again.config, "seed {seed}");
    }
    let differ = histories
        .windows(2)
        .filter(|two| two[0].steps != two[1].steps);
    assert_eq!(differ.count(), 59);
}

#[test]
fn a_history_happens_again() {
    for seed in 0..60 {
        let mut world = World::new(seed);
        world.live().expect("a good seed");
        let again = world.history.replay().expect("it went well before");
        assert_eq!(again.events(), world.subject.events(), "seed {seed}");
        assert_eq!(again.now(), world.subject.now(), "seed {seed}");
    }
}

/// A simulation that does not reach a situation does not test it.
#[test]
fn thousands_of_lives_reach_all_situations() {
    let totals = Campaign::new(0..3000).run(|_| {});
    let totals =
        totals.unwrap_or_else(|failure| panic!("seed {}: {:?}", failure.seed, failure.breach));
    assert_eq!(totals.lives, 3000);
    let coverage = totals.coverage;
    for state in State::ALL {
        for transition in Transition::ALL {
            // No command is sent before the greeting, and no cue counts after the end.
            let legal = match (state, transition) {
                (State::Logout, _) | (State::Greeting, Transition::LogoutOk) => false,
                (state, transition) => state.next(transition).is_some(),
            };
            let counted = coverage.transitions(state, transition);
            assert!(
                !legal || counted > 0,
                "never {transition:?} in {state:?}\n{coverage}"
            );
        }
    }
    assert!(coverage.pairs() >= 180, "{}\n{coverage}", coverage.pairs());
    assert!(totals.outcomes > 15_000, "{} outcomes", totals.outcomes);
}

/// A history with one step that breaks a rule. Shrinking has to remove all others.
fn broken(seed: u64) -> (History, Breach) {
    let mut history = history(seed);
    let middle = history.steps.len() / 2;
    history.steps.insert(middle, Step::Call("dance".to_owned()));
    let breach = history.replay().err().expect("it cannot be read");
    assert_eq!(breach.step, middle);
    (history, breach)
}

#[test]
fn what_does_not_matter_is_left_out() {
    for seed in 0..10 {
        let (history, breach) = broken(seed);
        let small = shrink(&history, &breach);
        let expected = [Step::Call("dance".to_owned()), Step::Settle];
        assert_eq!(small.steps, expected, "seed {seed}");
    }
}

#[test]
fn tags_follow_when_a_command_is_left_out() {
    // The step that breaks the rule is a call that cannot be read.
    let steps = vec![
        Step::Arrive(b"* PREAUTH\r\n".to_vec()),
        Step::Call("a1 = noop".to_owned()),
        Step::Call("a2 = capability".to_owned()),
        Step::Arrive(b"A1 OK\r\nA2 OK\r\n".to_vec()),
        Step::Call("dance A2".to_owned()),
    ];
    let history = History {
        config: Config::default(),
        steps,
        ending: Interruption::Eof,
    };
    let breach = history.replay().err().expect("it cannot be read");
    let small = shrink(&history, &breach);
    assert_eq!(small.steps.len(), 2, "{small:?}");
}

#[test]
fn a_history_is_a_scenario() {
    let steps = vec![
        Step::Arrive(b"* PREAUTH \\\r\n* 3 EX".to_vec()),
        Step::Call("a1 = noop".to_owned()),
        Step::Arrive(b"ISTS\r\nA1 OK\r\n".to_vec()),
        Step::Pass(Duration::from_millis(1500)),
    ];
    let mut config = Config::default();
    config.limits.in_flight = 2;
    let history = History {
        config,
        steps,
        ending: Interruption::Eof,
    };
    assert_eq!(history.scenario("x"), None, "no step takes events");
    let history = history.settled();
    let text = history.scenario("a title").expect("a scenario");
    let expected = "# a title\nconfig: limits.in_flight 2\nS: * PREAUTH \\x5c\nS: * 3 EX\\\n! a1 = noop\n\
                    S: ISTS\nS: A1 OK\n@ +1500ms\nS: <EOF>\n";
    assert_eq!(text, expected);
    assert!(Scenario::parse(&text).is_ok());
    // With its expectations it is complete.
    let recorded = record(&text).expect("no rule is broken");
    let scenario = Scenario::parse(&recorded).expect("a scenario");
    assert!(recorded.contains("\nC: A1 NOOP\n"), "{recorded}");
    assert!(run_all(&scenario).is_ok(), "{recorded}");
}

/// A command may go out between two reads: together they would be another history.
#[test]
fn two_reads_stay_two() {
    let arrive = |octets: &[u8]| Step::Arrive(octets.to_vec());
    let steps = vec![
        arrive(b"* PREAUTH hi\r\n"),
        Step::Call("a1 = unselect".to_owned()),
        Step::Call("a2 = compress".to_owned()),
        arrive(b"A1 OK done\r\n"),
        // In one read with the first, this would answer a command that was not sent yet.
        arrive(b"A2 OK done\r\n"),
    ];
    let history = History {
        config: Config::default(),
        steps,
        ending: Interruption::Eof,
    };
    let text = history.settled().scenario("x").expect("a scenario");
    let recorded = record(&text).expect("no rule is broken");
    assert!(recorded.contains("> upgrade a2 deflate"), "{recorded}");
    let scenario = Scenario::parse(&recorded).expect("a scenario");
    assert!(run(&scenario, Chunking::WHOLE).is_ok(), "{recorded}");
}
