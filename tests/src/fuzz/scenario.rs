//! Any text: read or refused, played in every way, and recorded so that playing the record goes well.

use imap_machine_testkit::scenario::{
    Action, Chunking, Input, Interruption, Mismatch, Output, Place, RecordError, Scenario,
    interrupt, record, run as play,
};

// A short text can stand for a long play: `\(300*x)`, or 25 h deadline by deadline.
const MOST_STEPS: usize = 60;
const MOST_OCTETS: usize = 20_000;

/// The transport takes one octet at a time.
const SLOWLY: Chunking = Chunking {
    input: Input::Whole,
    output: Output::Octets,
};

/// Reads, plays and records one text.
///
/// # Panics
///
/// When an invariant does not hold in any play, or a record is not stable.
pub fn run(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let Ok(scenario) = Scenario::parse(text) else {
        return;
    };
    let octets: usize = scenario.steps.iter().map(size).sum();
    if scenario.steps.len() > MOST_STEPS || octets > MOST_OCTETS {
        return;
    }
    let recorded = match record(text) {
        Ok(recorded) => recorded,
        Err(RecordError::Broken { rule, .. }) if is_secrecy(rule) => return,
        Err(RecordError::Broken { line, rule, seen }) => panic!("line {line}: {rule}: {seen}"),
        Err(RecordError::Parse(error)) => panic!("parsed before: {error}"),
    };
    match record(&recorded) {
        Ok(again) => assert_eq!(again, recorded, "recorded again"),
        Err(error) => panic!("recorded, but: {error}\n{recorded}"),
    }
    let again = Scenario::parse(&recorded).expect("recorded a moment ago");
    match play(&again, Chunking::WHOLE) {
        // The play does not depend on how octets leave. It may depend on how they arrive, since this server may answer a command
        // before it is sent.
        Ok(()) => assert_eq!(play(&again, SLOWLY), Ok(()), "{recorded}"),
        Err(mismatch) => assert!(is_unrecorded(&mismatch), "{mismatch}\n{recorded}"),
    }
    for how in Interruption::ALL {
        let played = interrupt(&again, Place::END, how);
        if let Err(mismatch) = played.or_else(but_secrecy) {
            panic!("{mismatch}\n{recorded}");
        }
    }
}

/// Recording does not change `C:` lines, questions, and calls about commands that were not sent. A play may stop there.
fn is_unrecorded(mismatch: &Mismatch) -> bool {
    let starts = [
        "C: ",
        "? ",
        "no more output before",
        "a command that was sent",
    ];
    let expected = &mismatch.expected;
    starts.iter().any(|start| expected.starts_with(start)) || is_secrecy(expected)
}

/// In a fuzzed scenario the password may be a word that every `Debug` output contains. The target `client` looks for secrets.
fn is_secrecy(rule: &str) -> bool {
    rule.contains("no secret")
}

fn but_secrecy(mismatch: Mismatch) -> Result<(), Mismatch> {
    match is_secrecy(&mismatch.expected) {
        true => Ok(()),
        false => Err(mismatch),
    }
}

fn size(step: &imap_machine_testkit::scenario::Step) -> usize {
    match &step.action {
        Action::Server(octets) | Action::Client(octets) => octets.len(),
        _ => 0,
    }
}
