//! The demo shows what it says, and its exit status can be trusted.

mod common;

use common::imapscope;
use serde_json::Value;

fn results(objects: &[Value]) -> Vec<(&str, bool)> {
    let results = objects.iter().filter(|object| object["entry"] == "result");
    results
        .map(|result| {
            let scenario = result["scenario"].as_str().expect("a name");
            (scenario, result["as_expected"] == true)
        })
        .collect()
}

#[test]
fn every_scenario_is_as_expected() {
    let ran = imapscope(&["demo", "--json", "--big", "8"]).done();
    let objects = ran.objects();
    let names = ["undrained", "refused", "idle", "big", "silent"];
    let expected: Vec<_> = names.into_iter().map(|name| (name, true)).collect();
    assert_eq!(results(&objects), expected);
    let summary = objects.last().expect("a summary");
    assert_eq!(summary["entry"], "summary");
    assert_eq!(summary["as_expected"], 5);

    let has = |entry: &str, of: &str, field: &str, value: &str| {
        objects.iter().any(|object| {
            object["entry"] == entry
                && object["command"]
                    .as_str()
                    .is_none_or(|command| command.ends_with(of))
                && object[field]
                    .as_str()
                    .is_some_and(|text| text.contains(value))
        })
    };
    assert!(has("phase", "UID STORE", "phase", "queued"));
    assert!(has("phase", "APPEND", "phase", "awaiting-continuation"));
    assert!(has("outcome", "APPEND", "outcome", "refused"));
    assert!(has("outcome", "SEARCH", "outcome", "unknown"));
    assert!(has(
        "diagnosis",
        "",
        "text",
        "SEARCH waits for its completion"
    ));
}

#[test]
fn an_outcome_that_was_not_expected_is_a_failure() {
    let ran = imapscope(&["demo", "--big", "1", "--expect-failure-self-test"]).failed(&[]);
    assert!(
        ran.stdout.contains("expected: APPEND ok, NOOP ok"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("got: APPEND no TRYCREATE, NOOP ok"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("4 of 5 as expected"), "{}", ran.stdout);
}

#[test]
fn colour_is_for_terminals() {
    let plain = imapscope(&["demo", "--big", "1"]).done();
    assert!(!plain.stdout.contains('\x1b'));
    let coloured = imapscope(&["demo", "--big", "1", "--color", "always"]).done();
    assert!(coloured.stdout.contains('\x1b'));
}
