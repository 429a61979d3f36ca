//! Each rule of framing with an input that needs it. All inputs are received whole and octet by octet.

use imap_machine::framing::{
    Announced, Bounds, Delivery, Direction, Framed, Framer, FramingError, Message, Need,
};
use imap_machine_tests::from_client::Decision::{Buffer, Refuse, Stream};
use imap_machine_tests::from_client::{Commands, Decision, Script, read};

use super::super::WIDE;

fn outcome(bounds: Bounds, script: &Script, input: &[u8]) -> Commands {
    let outcome = read(bounds, script, [input]);
    assert_eq!(outcome, read(bounds, script, input.chunks(1)));
    outcome
}

/// The commands of `input`, which must be complete and within the bounds.
fn commands(decisions: &[Decision], input: &[u8]) -> Vec<(String, bool)> {
    let outcome = outcome(WIDE, &Script::of(decisions), input);
    assert_eq!(outcome.error, None, "{}", input.escape_ascii());
    let text = |octets: &[u8]| octets.escape_ascii().to_string();
    outcome
        .complete
        .iter()
        .map(|command| (text(&command.octets), command.refused))
        .collect()
}

fn complete(text: &[u8]) -> (String, bool) {
    (text.escape_ascii().to_string(), false)
}

fn refused(text: &[u8]) -> (String, bool) {
    (text.escape_ascii().to_string(), true)
}

#[test]
fn every_form_of_literal_belongs_to_its_command() {
    for command in [
        &b"A1 LOGIN {5}\r\nali\r\n {2}\r\n\r\n\r\n"[..],
        b"A1 LOGIN {5+}\r\nali\r\n {2+}\r\n\r\n\r\n",
        b"A1 APPEND x ~{5}\r\na\0b\r\n\r\n",
        b"A1 APPEND x ~{5+}\r\na\0b\r\n\r\n",
        b"A1 APPEND \"a\\\"{3}\" {0}\r\n\r\n",
        b"+ {3}\r\nabc\r\n",
        b"* OK {3}\r\nabc\r\n",
    ] {
        let input = [command, b"A2 NOOP\r\n"].concat();
        let expected = [complete(command), complete(b"A2 NOOP\r\n")];
        assert_eq!(commands(&[Buffer], &input), expected);
    }
}

#[test]
fn what_looks_like_a_header_is_text() {
    for command in [
        &b"A1 LOGIN \"a {3}\r\n"[..],
        b"A1 LOGIN {3} x\r\n",
        b"A1 LOGIN {}\r\n",
        b"A1 LOGIN {3\r\n",
        b"{3 }\r\n",
        b"\r\n",
    ] {
        let input = [command, b"A2 NOOP\r\n"].concat();
        let expected = [complete(command), complete(b"A2 NOOP\r\n")];
        assert_eq!(commands(&[Refuse], &input), expected);
    }
}

#[test]
fn a_refused_literal_that_is_waited_for_ends_its_command() {
    // RFC 9051 section 7.6: the client does not send it, nor the rest of the command.
    assert_eq!(
        commands(&[Refuse], b"A1 LOGIN {5}\r\nA2 NOOP\r\n"),
        [refused(b"A1 LOGIN {5}\r\n"), complete(b"A2 NOOP\r\n")]
    );
    assert_eq!(
        commands(&[Buffer, Refuse], b"A1 LOGIN {2}\r\nab {5}\r\nA2 NOOP\r\n"),
        [
            refused(b"A1 LOGIN {2}\r\nab {5}\r\n"),
            complete(b"A2 NOOP\r\n")
        ]
    );
}

#[test]
fn a_refused_literal_that_comes_all_the_same_is_skipped_with_those_after_it() {
    // RFC 7888 section 4.
    let outcome = outcome(
        WIDE,
        &Script::of(&[Refuse]),
        b"A1 LOGIN {4+}\r\nA2\r\n {0+}\r\n {3+}\r\nabc\r\nA3 NOOP\r\n",
    );
    assert_eq!(outcome.skipped, b"A2\r\nabc");
    assert_eq!(outcome.announced.len(), 1, "the others are not asked about");
    let octets: Vec<_> = outcome.complete.iter().map(|it| &it.octets[..]).collect();
    let expected = [
        &b"A1 LOGIN {4+}\r\n {0+}\r\n {3+}\r\n\r\n"[..],
        b"A3 NOOP\r\n",
    ];
    assert_eq!(octets, expected);
    assert!(outcome.complete[0].refused && !outcome.complete[1].refused);
}

#[test]
fn a_refused_command_ends_where_its_client_waits() {
    assert_eq!(
        commands(&[Refuse], b"A1 LOGIN {2+}\r\nab {5}\r\nA2 NOOP\r\n"),
        [
            refused(b"A1 LOGIN {2+}\r\n {5}\r\n"),
            complete(b"A2 NOOP\r\n")
        ]
    );
}

#[test]
fn a_streamed_literal_is_not_in_its_command() {
    let input = b"A1 APPEND x {5}\r\nhello {3+}\r\nabc\r\n";
    let outcome = outcome(WIDE, &Script::of(&[Stream]), input);
    let [command] = &outcome.complete[..] else {
        panic!("{outcome:?}");
    };
    assert_eq!(command.octets, b"A1 APPEND x {5}\r\n {3+}\r\n\r\n");
    let pieces: Vec<_> = command.streamed.iter().map(|it| &it.1[..]).collect();
    assert_eq!(pieces, [&b"hello"[..], b"abc"]);
}

#[test]
fn an_expected_line_announces_nothing() {
    // An answer to a challenge and DONE, each after the command that it belongs to.
    let script = Script {
        decisions: vec![Refuse],
        lines: vec![false, true],
    };
    for line in [
        &b"DONE\r\n"[..],
        b"*\r\n",
        b"{3}\r\n",
        b"A1 {3+}\r\n",
        b"\n",
    ] {
        let input = [b"A1 IDLE\r\n", line, b"A2 {3}\r\n"].concat();
        let outcome = outcome(WIDE, &script, &input);
        let octets: Vec<_> = outcome.complete.iter().map(|it| &it.octets[..]).collect();
        assert_eq!(octets, [&b"A1 IDLE\r\n"[..], line, b"A2 {3}\r\n"]);
        assert_eq!(outcome.announced.len(), 1, "that of A2");
    }
}

#[test]
fn the_reader_is_told_what_it_decides_about() {
    let mut framer = Framer::new(Direction::FromClient, WIDE);
    let input = b"A1 APPEND x ~{5+}\r\nhello\r\n";
    let announced = Announced {
        at: 19,
        header: 13,
        size: 5,
        synchronizing: false,
    };
    assert_eq!(framer.next(input), Ok(Framed::Announced(announced)));
    assert_eq!(&input[..announced.header], b"A1 APPEND x ~");
    assert_eq!(framer.accept(Delivery::Buffered), Ok(()));
    assert_eq!(framer.next(&input[..20]), Ok(Framed::Incomplete));
    assert_eq!(
        framer.need(),
        Need::Literal {
            missing: 4,
            size: 5
        }
    );
    let message = Message {
        len: 26,
        refused: false,
    };
    assert_eq!(framer.next(input), Ok(Framed::Message(message)));
    // Decisions without an announced literal change nothing.
    framer.refuse();
    assert_eq!(framer.accept(Delivery::Streamed), Ok(()));
    assert_eq!(framer.next(b"A2"), Ok(Framed::Incomplete));
}

#[test]
fn a_literal_above_a_limit_can_only_be_refused() {
    let bounds = Bounds {
        literal: 9,
        message: 30,
        ..WIDE
    };
    let too_large = |size| FramingError::LiteralTooLarge { size, limit: 9 };
    for (header, error) in [
        ("{10}", too_large(10)),
        ("{9223372036854775807}", too_large((1 << 63) - 1)),
        ("{9223372036854775808}", FramingError::LiteralSizeOverflow),
        (
            "{99999999999999999999999}",
            FramingError::LiteralSizeOverflow,
        ),
    ] {
        let input = format!("A1 {header}\r\nA2 NOOP\r\n");
        for decision in [Buffer, Stream] {
            let outcome = outcome(bounds, &Script::of(&[decision]), input.as_bytes());
            assert_eq!(outcome.announced[0].1, Some(error));
            assert_eq!((outcome.complete.len(), outcome.error), (2, None));
            assert!(outcome.complete[0].refused);
        }
    }
    // The literal is within its own limit, but the message with it is not.
    let input = b"A1 XXXXXXXXXXXXXX {9}\r\nA2 NOOP\r\n";
    let outcome_of = |decision| outcome(bounds, &Script::of(&[decision]), input);
    let error = FramingError::MessageTooLarge { limit: 30 };
    assert_eq!(outcome_of(Buffer).announced[0].1, Some(error));
    assert_eq!(outcome_of(Stream).announced[0].1, None);
}

#[test]
fn what_comes_unasked_and_above_a_limit_is_the_end() {
    let bounds = Bounds { literal: 9, ..WIDE };
    for (header, error) in [
        (
            "{10+}",
            FramingError::LiteralTooLarge { size: 10, limit: 9 },
        ),
        ("{9223372036854775808+}", FramingError::LiteralSizeOverflow),
    ] {
        // The second time after a refused literal: octets that are skipped have the same limit.
        for before in ["A1 ", "A1 {1+}\r\nx"] {
            let input = format!("{before}{header}\r\nA2 NOOP\r\n");
            let outcome = outcome(bounds, &Script::of(&[Refuse]), input.as_bytes());
            assert_eq!((outcome.complete.len(), outcome.error), (0, Some(error)));
        }
    }
}

#[test]
fn the_text_of_a_command_is_limited() {
    let bounds = Bounds { line: 20, ..WIDE };
    let script = Script::of(&[Refuse]);
    let fits = outcome(bounds, &script, b"A1 {3+}\r\nabc12345678\n\n");
    assert_eq!((fits.complete.len(), fits.error), (2, None));
    let error = Some(FramingError::LineTooLong { limit: 20 });
    let long = outcome(bounds, &script, b"A1 {3+}\r\nabc12345678901\n");
    assert_eq!((long.complete.len(), long.error), (0, error));
}
