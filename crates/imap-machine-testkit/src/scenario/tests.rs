//! The runner notices what is wrong: a test that cannot fail shows nothing.

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, Command, CommandHandle, Event};

use super::*;
use crate::rule::Broken;

fn mismatch(text: &str) -> Mismatch {
    let scenario = Scenario::parse(text).expect("a scenario");
    run_all(&scenario).expect_err("a mismatch")
}

const START: &str = "# x\nS: * OK hi\n> greeting ok \"hi\"\n! c1 = noop\nC: A1 NOOP\n";

#[test]
fn what_goes_well() {
    let text = format!("{START}S: A1 OK done\n> outcome c1 ok\n");
    let scenario = Scenario::parse(&text).expect("a scenario");
    // Whole and octet by octet in four ways, cut at twenty places, by eight seeds; four interruptions at every octet of both blocks
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

/// Octets after the OK of STARTTLS may arrive together with it or later. The result depends on how the stream is cut.
#[test]
fn a_result_that_depends_on_the_cuts_is_noticed() {
    let text = "# x\nS: * OK\n> greeting ok\n! c1 = starttls\nC: A1 STARTTLS\nS: A1 OK\nS: * X\n> ok for c1\n\
                > outcome c1 unknown violation: plain octets after the OK of STARTTLS: possible injection\n\
                > closed violation: plain octets after the OK of STARTTLS: possible injection\n";
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

#[test]
fn what_words_cannot_say_on_the_wire_is_written_as_it_should_be() {
    let text = "# x\nS: * PREAUTH hi\n> greeting preauth \"hi\"\n\
                ! a1 = append-streamed x (\\Seen) at \"17-Jul-1996 02:44:25 -0700\" 5\n\
                C: A1 APPEND x (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {5}\n\
                S: A1 NO no\n> outcome a1 refused no\n\
                ! a2 = select x\nC: A2 SELECT x\nS: A2 OK in\n> outcome a2 ok\n\
                ! a3 = uid-store 7 +FLAGS.SILENT (\\Seen)\nC: A3 UID STORE 7 +FLAGS.SILENT (\\Seen)\n\
                S: A3 OK done\n> outcome a3 ok\n";
    assert_eq!(
        run(&Scenario::parse(text).expect("a scenario"), Chunking::WHOLE),
        Ok(())
    );
}

/// An adapter that does what the bare machine does but for one thing.
struct Odd {
    bare: adapter::Bare,
    quirk: Quirk,
}

#[derive(Clone, Copy)]
enum Quirk {
    None,
    /// Keeps the outcomes to itself.
    Secretive,
    /// Lets no time pass.
    Timeless,
}

impl Adapter for Odd {
    fn connection(&self) -> &ClientConnection {
        self.bare.connection()
    }

    fn now(&self) -> Instant {
        self.bare.now()
    }

    fn tell<R>(&mut self, call: impl FnOnce(&mut ClientConnection, Instant) -> R) -> R {
        self.bare.tell(call)
    }

    fn issued(&mut self, handle: CommandHandle, command: &Command) {
        self.bare.issued(handle, command);
    }

    fn work(&mut self, until: Instant) -> Result<(), Broken> {
        match self.quirk {
            Quirk::Timeless => self.bare.work(self.bare.now()),
            Quirk::None | Quirk::Secretive => self.bare.work(until),
        }
    }

    fn take_events(&mut self) -> Vec<Event<'static>> {
        let mut events = self.bare.take_events();
        if let Quirk::Secretive = self.quirk {
            events.retain(|event| !matches!(event, Event::Outcome { .. }));
        }
        events
    }
}

#[test]
fn an_adapter_that_does_something_else_is_noticed() {
    let text = format!(
        "{START}@ +60s\n> outcome c1 unknown timed-out completion\n> closed timed-out completion\n"
    );
    let scenario = Scenario::parse(&text).expect("a scenario");
    let play = |quirk| {
        run_through(&scenario, |_, wire| Odd {
            bare: adapter::Bare::new(&scenario, wire),
            quirk,
        })
    };
    // Whole and octet by octet in four ways, by eight seeds; four interruptions before and after the block and at the end.
    assert_eq!(play(Quirk::None), Ok(4 + 8 + 4 * 3));
    let found = play(Quirk::Secretive).expect_err("an outcome is missing");
    assert_eq!(
        (found.line, found.got.as_str()),
        (7, "> closed timed-out completion")
    );
    let found = play(Quirk::Timeless).expect_err("time is missing");
    assert_eq!((found.line, found.got.as_str()), (6, "0.000000 s"));
}
