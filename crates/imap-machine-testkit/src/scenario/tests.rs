//! The runner notices what is wrong: a test that cannot fail shows nothing.

use super::*;

fn mismatch(text: &str) -> Mismatch {
    let scenario = Scenario::parse(text).expect("a scenario");
    run_all(&scenario).expect_err("a mismatch")
}

const START: &str = "# x\nS: * OK hi\n> greeting ok \"hi\"\n! c1 = noop\nC: A1 NOOP\n";

#[test]
fn what_goes_well() {
    let text = format!("{START}S: A1 OK done\n> outcome c1 ok\n");
    let scenario = Scenario::parse(&text).expect("a scenario");
    // In four ways without a place, cut at twenty places, by eight seeds; four interruptions at every octet of both blocks
    // and at the end.
    assert_eq!(run_all(&scenario), Ok(4 + 20 + 8 + 4 * (10 + 13 + 1)));
}

#[test]
fn a_line_that_differs_is_named_with_what_came_instead() {
    let found = mismatch(&format!("{START}S: A1 NO [X] no\n> outcome c1 ok\n"));
    assert_eq!(
        (found.line, found.expected.as_str()),
        (7, "> outcome c1 ok")
    );
    assert_eq!(found.got, "> outcome c1 refused no X");
    assert_eq!(
        found.to_string(),
        "line 7 (blocks whole):\n  expected: > outcome c1 ok\n       got: > outcome c1 refused no X"
    );
}

#[test]
fn every_event_has_to_be_listed() {
    let found = mismatch(&format!("{START}S: * OK still\n@ +1s\n"));
    assert_eq!((found.line, found.got.as_str()), (7, "> ok \"still\""));
    let found = mismatch(&format!("{START}S: * OK still\n"));
    assert_eq!(found.got, "> ok \"still\"");
    let found = mismatch(&format!("{START}> ok \"still\"\n"));
    assert_eq!((found.line, found.got.as_str()), (6, "> no event"));
}

#[test]
fn output_is_compared_octet_by_octet() {
    let start = "# x\nS: * OK\n> greeting ok\n! c1 = noop\n";
    for (lines, line, got) in [
        ("C: A1 NOOP\\\n", 5, "C: A1 NOOP\\r\\n"),
        ("C: A1 NOOP\nC: A2 NOOP\n", 5, "C: A1 NOOP\\r\\n"),
        ("S: * OK\n> ok\n", 5, "C: A1 NOOP\\r\\n"),
        ("", 4, "C: A1 NOOP\\r\\n"),
        ("C: A1 NOOP\n> \n", 6, "> no event"),
    ] {
        let found = mismatch(&format!("{start}{lines}"));
        assert_eq!((found.line, found.got.as_str()), (line, got), "{lines}");
    }
    let unwritten = mismatch("# x\nC: A1 NOOP\n");
    assert_eq!(unwritten.got, "nothing was written");
}

#[test]
fn the_diagnosis_and_the_state_are_compared() {
    let found = mismatch(&format!("{START}= waits for nothing\n"));
    assert_eq!(found.line, 6);
    assert!(found.got.starts_with("= A1 NOOP waits"), "{found}");
    let found = mismatch(&format!("{START}? state selected\n"));
    assert_eq!(found.got, "? state not-authenticated");
    let found = mismatch(&format!("{START}? weather fine\n"));
    assert_eq!(found.got, "? no such question");
}

#[test]
fn time_goes_by_deadline_after_deadline() {
    let text = format!(
        "{START}@ +59s\n= A1 NOOP waits for its completion (59.0 s, deadline in 1.0 s)\n@ +10h\n\
         > outcome c1 unknown timed-out completion\n> closed timed-out completion\n"
    );
    let scenario = Scenario::parse(&text).expect("a scenario");
    assert!(run_all(&scenario).is_ok());
}

/// Octets behind the OK of STARTTLS are seen together with it or not: a result that depends on how the stream is cut.
#[test]
fn a_result_that_depends_on_the_cuts_is_noticed() {
    let text = "# x\nS: * OK\n> greeting ok\n! c1 = starttls\nC: A1 STARTTLS\nS: A1 OK\nS: * X\n> ok for c1\n\
                > outcome c1 unknown violation: plain octets behind the OK of STARTTLS: possible injection\n\
                > closed violation: plain octets behind the OK of STARTTLS: possible injection\n";
    let found = mismatch(text);
    assert_eq!(found.play, "octet by octet");
    let tolerated = format!("config: cuts none\n{text}");
    assert!(run_all(&Scenario::parse(&tolerated).expect("a scenario")).is_ok());
}

#[test]
fn a_command_that_was_not_sent_cannot_be_talked_about() {
    let found = mismatch(
        "# x\n! c1 = fetch 1:2:3 FAST\n> invalid: not a set of message numbers or UIDs such as 1,4:7 or 2:*\n! cancel c1\n",
    );
    assert_eq!(
        (found.line, found.expected.as_str()),
        (4, "a command that was sent")
    );
}
