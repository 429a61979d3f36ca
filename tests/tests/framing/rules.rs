//! Each rule of framing with an input that needs it. All inputs are received whole and octet by octet.

use imap_machine::framing::{
    Bounds, Direction, Framed, Framer, FramingError, LineKind, Need, Piece, ReceiveBuffer,
};
use imap_machine_testkit::model::framing::Frames;

use super::{WIDE, receive, receive_octet_by_octet};

fn outcome(bounds: Bounds, input: &[u8]) -> Frames {
    let outcome = receive(bounds, input);
    assert_eq!(outcome, receive_octet_by_octet(bounds, input));
    outcome
}

/// The messages of `input`, which must be complete and within the bounds.
fn messages(bounds: Bounds, input: &[u8]) -> Vec<(LineKind, Vec<u8>)> {
    let outcome = outcome(bounds, input);
    assert_eq!(outcome.error, None, "{}", input.escape_ascii());
    assert!(outcome.unfinished.is_empty());
    let messages: Vec<_> = outcome
        .messages
        .into_iter()
        .map(|m| (m.kind, m.octets))
        .collect();
    let framed: usize = messages.iter().map(|(_, octets)| octets.len()).sum();
    assert_eq!(framed, input.len(), "{}", input.escape_ascii());
    messages
}

/// Asserts that `first` is one message although the line `A2 NOOP` follows.
fn assert_one_message(first: &[u8], kind: LineKind) {
    let input = [first, b"A2 NOOP\r\n"].concat();
    let expected = [
        (kind, first.to_vec()),
        (LineKind::Tagged, b"A2 NOOP\r\n".to_vec()),
    ];
    assert_eq!(messages(WIDE, &input), expected);
}

#[test]
fn text_never_opens_a_literal() {
    for line in [
        &b"* OK see {5}\r\n"[..],
        b"* BYE {5}\r\n",
        b"* OK [X {5}\r\n",
        b"* no [ALERT] {5+}\r\n",
        b"*   OK {5}\r\n",
    ] {
        assert_one_message(line, LineKind::Status);
    }
    for line in [
        &b"A1 OK done {300}\r\n"[..],
        b"A1 NO [X {3}\r\n",
        b"{5}\r\n",
        b"*1 LIST {5}\r\n",
        b"+1 OK {5}\r\n",
    ] {
        assert_one_message(line, LineKind::Tagged);
    }
    for line in [&b"+ send {4}\r\n"[..], b"+ {4}\n", b"+\r\n", b"+\n"] {
        assert_one_message(line, LineKind::Continuation);
    }
}

#[test]
fn every_line_is_a_message() {
    for line in [&b"\r\n"[..], b"\n", b"A1 OK\n", b"\r\r\n", b"garbage\r\n"] {
        assert_one_message(line, LineKind::Tagged);
    }
    for line in [
        &b"*\r\n"[..],
        b"* \r\n",
        b"* 1 EXISTS\r\n",
        b"* {}\r\n",
        b"* {-1}\r\n",
        b"* {5 }\r\n",
        b"* {+}\r\n",
    ] {
        assert_one_message(line, LineKind::Data);
    }
}

#[test]
fn data_opens_literals() {
    for line in [
        &b"* LIST () \"/\" {3}\r\nabc\r\n"[..],
        b"* LIST () \"/\" {3+}\r\n\r\n\n\r\n",
        b"* LIST () \"/\" {3}\n{9}\n",
        b"* LIST () \"/\" atom{3}\r\nabc\r\n",
        b"* LIST () \"/\" ~{3}\r\na\0c rest\r\n",
        b"* LIST () \"/\" ~{0003+}\r\nabc\r\n",
        b"* {3}\r\nA1  OK\r\n",
        b"* STATUS {3}\r\nabc (MESSAGES {1}\r\n7)\r\n",
        b"* 1 FETCH (BODY[] {14}\r\nA2 OK faked\r\n\n)\r\n",
        b"* OK[ALERT] {3}\r\nabc\r\n",
    ] {
        assert_one_message(line, LineKind::Data);
    }
}

#[test]
fn quoted_strings_hide_braces() {
    for line in [
        &b"* LIST () \"/\" \"a {5}\r\n"[..],
        b"* LIST () \"/\" \"a \\\" {5}\r\n",
        b"* LIST () \"/\" \"a \\\\\" {5}\r\nabcde\r\n",
        b"* LIST () \"/\" \"a {5}\"\r\n",
        b"* LIST () \"/\" \"a\" {5}\r\nabcde\r\n",
        b"* X \"{1}\" \"{2}\" {3}\r\nabc \"{4}\"\r\n",
        // A literal that contains a quote opens none.
        b"* X {1}\r\n\" {2}\r\nab\r\n",
    ] {
        assert_one_message(line, LineKind::Data);
    }
}

#[test]
fn empty_literals_wait_for_nothing() {
    assert_one_message(b"* LIST () \"/\" {0}\r\n\r\n", LineKind::Data);
    assert_one_message(
        b"* 1 FETCH (BODY[1] {0}\r\n BODY[2] {0}\r\n)\r\n",
        LineKind::Data,
    );
    let streaming = Bounds {
        inline_literal: 0,
        ..WIDE
    };
    assert_eq!(
        messages(streaming, b"* 1 FETCH (BODY[] {0}\r\n)\r\n").len(),
        1
    );
}

#[test]
fn a_blank_line_after_a_literal_goes_on_inside_a_list_only() {
    assert_one_message(b"* 1 FETCH (BODY[] {3}\r\nabc\r\n)\r\n", LineKind::Data);
    assert_one_message(
        b"* 1 FETCH (BODY[] {3}\r\nabc\n UID 7 X {1}\r\nx\r\n)\r\n",
        LineKind::Data,
    );
    assert_one_message(
        b"* 1 FETCH (FLAGS (\\A[b) BODY[] {3}\r\nabc\r\n)\r\n",
        LineKind::Data,
    );
    assert_one_message(b"* LIST (\\A[b) \"/\" {3}\r\nabc\r\n", LineKind::Data);
    assert_one_message(b"* LIST (\"(\") \"/\" {3}\r\nabc\r\n", LineKind::Data);
    // Streamed, too.
    let streaming = Bounds {
        inline_literal: 2,
        ..WIDE
    };
    let outcome = outcome(streaming, b"* 1 FETCH (BODY[] {3}\r\nabc\r\n)\r\nA1 OK\r\n");
    assert_eq!(
        outcome.messages[0].octets,
        b"* 1 FETCH (BODY[] {3}\r\n\r\n)\r\n"
    );
    assert_eq!(outcome.messages.len(), 2);
}

#[test]
fn large_top_level_values_of_a_fetch_stream() {
    let streaming = Bounds {
        inline_literal: 4,
        ..WIDE
    };
    for (head, streams) in [
        ("* 1 FETCH (BODY[] ", true),
        ("* 12 fetch (UID 9 BODY[]<0> ~", true),
        ("* 7 UIDFETCH (X ", true),
        ("* 1 FETCH (BODY[HEADER.FIELDS (A B)] ", true),
        ("* 1 FETCH (ENVELOPE (\"(\" NIL) BODY[1] ", true),
        ("* 1 FETCH (ENVELOPE ({3}\r\n((\" NIL) BODY[1] ", true),
        ("* 1 FETCH (ENVELOPE (NIL ", false),
        ("* 1 FETCH (BODY[HEADER.FIELDS (", false),
        ("* 1 FETCH (UID 7) ", false),
        ("* 1 FETCH ", false),
        ("* 1 FETCHED (X ", false),
        ("* LIST (X ", false),
    ] {
        let input = format!("{head}{{5}}\r\nhello)\r\n");
        let outcome = outcome(streaming, input.as_bytes());
        let message = &outcome.messages[0];
        assert_eq!(message.streamed.len(), usize::from(streams), "{head}");
        if let Some((mark, octets)) = message.streamed.first() {
            assert_eq!((mark.at, mark.size), (head.len() + 5, 5));
            assert_eq!(octets, b"hello");
            assert_eq!(message.octets, format!("{head}{{5}}\r\n)\r\n").as_bytes());
        }
        // Exactly the limit is buffered.
        let input = format!("{head}{{4}}\r\nhell)\r\n");
        assert!(
            self::outcome(streaming, input.as_bytes()).messages[0]
                .streamed
                .is_empty()
        );
    }
}

#[test]
fn pieces_are_what_is_there_and_no_more() {
    let mut framer = Framer::new(
        Direction::FromServer,
        Bounds {
            inline_literal: 4,
            ..WIDE
        },
    );
    let head = b"* 1 FETCH (BODY[] {7}\r\n";
    assert_eq!(framer.next(head), Ok(Framed::Incomplete));
    assert_eq!(
        framer.need(),
        Need::Literal {
            missing: 7,
            size: 7
        }
    );

    let at = head.len();
    let piece = |range, offset, index| {
        Ok(Framed::Piece(Piece {
            range,
            offset,
            size: 7,
            index,
        }))
    };
    assert_eq!(
        framer.next(b"* 1 FETCH (BODY[] {7}\r\nabc"),
        piece(at..at + 3, 0, 0)
    );
    assert_eq!(framer.next(head), Ok(Framed::Incomplete));
    assert_eq!(
        framer.need(),
        Need::Literal {
            missing: 4,
            size: 7
        }
    );
    assert_eq!(
        framer.next(b"* 1 FETCH (BODY[] {7}\r\ndefg X {7}\r\nh"),
        piece(at..at + 4, 3, 0)
    );

    let at = at + 8;
    assert_eq!(
        framer.next(b"* 1 FETCH (BODY[] {7}\r\n X {7}\r\nh"),
        piece(at..at + 1, 0, 1)
    );
    assert_eq!(framer.streamed().len(), 2);
    assert_eq!(
        framer.need(),
        Need::Literal {
            missing: 6,
            size: 7
        }
    );
}

#[test]
fn streamed_literals_are_kept_until_the_next_message_is_begun() {
    let mut framer = Framer::new(
        Direction::FromServer,
        Bounds {
            inline_literal: 0,
            ..WIDE
        },
    );
    let mut buffer = ReceiveBuffer::new();
    buffer.push(b"* 1 FETCH (X {1}\r\na)\r\n* 2 EXISTS\r\n");
    match framer.next(buffer.as_slice()) {
        Ok(Framed::Piece(piece)) => buffer.cut(piece.range),
        other => panic!("{other:?}"),
    }
    for streamed in [1, 0] {
        match framer.next(buffer.as_slice()) {
            Ok(Framed::Message(message)) => buffer.consume(message.len),
            other => panic!("{other:?}"),
        }
        assert_eq!(framer.streamed().len(), streamed);
    }
}

#[test]
fn need_says_what_is_missing() {
    let mut framer = Framer::new(Direction::FromServer, WIDE);
    assert_eq!(framer.need(), Need::Line { buffered: 0 });
    assert_eq!(framer.next(b"* LI"), Ok(Framed::Incomplete));
    assert_eq!(framer.need(), Need::Line { buffered: 4 });
    assert_eq!(
        framer.next(b"* LIST () NIL {6}\r\nab"),
        Ok(Framed::Incomplete)
    );
    assert_eq!(
        framer.need(),
        Need::Literal {
            missing: 4,
            size: 6
        }
    );
    assert_eq!(
        framer.next(b"* LIST () NIL {6}\r\nabcdef"),
        Ok(Framed::Incomplete)
    );
    assert_eq!(framer.need(), Need::Line { buffered: 25 });
    assert!(matches!(
        framer.next(b"* LIST () NIL {6}\r\nabcdef\r\n"),
        Ok(Framed::Message(_))
    ));
    assert_eq!(framer.need(), Need::Line { buffered: 0 });
    assert_eq!(framer.next(b""), Ok(Framed::Incomplete));
    assert_eq!(framer.need(), Need::Line { buffered: 0 });
}

/// Asserts that `input` passes under `passing` and fails with `error` under `failing`.
fn assert_limit(input: &[u8], passing: Bounds, failing: Bounds, error: FramingError) {
    assert_eq!(messages(passing, input).len(), 1);
    let outcome = outcome(failing, input);
    assert_eq!(
        (outcome.messages.len(), outcome.error),
        (0, Some(error)),
        "{}",
        input.escape_ascii()
    );
}

#[test]
fn text_is_limited_without_literals() {
    for (input, text) in [
        (&b"* 1 EXISTS\r\n"[..], 12),
        (b"A1 OK\n", 6),
        (b"\r\n", 2),
        (b"* LIST () NIL {9}\r\nsome\ntext\r\n", 21),
        (b"* X {0}\r\n{0}\r\n{0}\r\n\r\n", 21),
    ] {
        let line = |line| Bounds { line, ..WIDE };
        let error = FramingError::LineTooLong { limit: text - 1 };
        assert_limit(input, line(text), line(text - 1), error);
    }
}

#[test]
fn too_long_a_line_is_known_before_its_end() {
    let bounds = Bounds { line: 10, ..WIDE };
    let mut framer = Framer::new(Direction::FromServer, bounds);
    assert_eq!(framer.next(b"0123456789"), Ok(Framed::Incomplete));
    assert_eq!(
        framer.next(b"0123456789\n"),
        Err(FramingError::LineTooLong { limit: 10 })
    );
    // The next line of the input does not change that.
    assert_eq!(receive(bounds, b"0123456789\nA OK\n").messages.len(), 0);
}

#[test]
fn messages_are_limited_with_their_buffered_literals() {
    let message = |message| Bounds { message, ..WIDE };
    for input in [
        &b"* LIST () NIL {9}\r\nsome\ntext\r\n"[..],
        b"* X {1}\r\na{1}\r\nb\r\n",
        b"A1 OK\r\n",
    ] {
        let limit = input.len() - 1;
        assert_limit(
            input,
            message(limit + 1),
            message(limit),
            FramingError::MessageTooLarge { limit },
        );
    }
}

#[test]
fn too_large_a_message_is_known_at_its_header() {
    let bounds = Bounds {
        message: 28,
        ..WIDE
    };
    let mut framer = Framer::new(Direction::FromServer, bounds);
    assert_eq!(
        framer.next(b"* LIST () NIL {10}\r\n"),
        Err(FramingError::MessageTooLarge { limit: 28 })
    );
    let mut framer = Framer::new(Direction::FromServer, bounds);
    assert_eq!(
        framer.next(b"* LIST () NIL {9}\r\n"),
        Ok(Framed::Incomplete)
    );
}

#[test]
fn streamed_literals_are_limited_by_the_literal_limit_only() {
    let bounds = Bounds {
        line: 100,
        literal: 5000,
        inline_literal: 9,
        message: 100,
    };
    let mut input = b"* 1 FETCH (BODY[] {5000}\r\n".to_vec();
    input.extend(vec![b'\n'; 5000]);
    input.extend_from_slice(b")\r\n");
    let outcome = outcome(bounds, &input);
    assert_eq!(outcome.error, None);
    assert_eq!(outcome.messages[0].streamed[0].1.len(), 5000);
}

#[test]
fn literals_are_limited_at_their_header() {
    for head in ["* LIST () NIL ", "* 1 FETCH (BODY[] "] {
        let bounds = Bounds {
            literal: 300,
            ..WIDE
        };
        let at = |size: &str| {
            Framer::new(Direction::FromServer, bounds)
                .next(format!("{head}{{{size}}}\r\n").as_bytes())
        };
        assert_eq!(at("300"), Ok(Framed::Incomplete));
        assert_eq!(
            at("301"),
            Err(FramingError::LiteralTooLarge {
                size: 301,
                limit: 300
            })
        );
        assert_eq!(
            at("9223372036854775808"),
            Err(FramingError::LiteralSizeOverflow)
        );
        assert_eq!(
            at(&"9".repeat(1000)),
            Err(FramingError::LiteralSizeOverflow)
        );
        assert_eq!(
            at(&format!("{}7", "0".repeat(1000))),
            Ok(Framed::Incomplete)
        );
        // Not before the header line is complete.
        let unfinished = format!("{head}{{999}}\r");
        assert_eq!(
            Framer::new(Direction::FromServer, bounds).next(unfinished.as_bytes()),
            Ok(Framed::Incomplete)
        );
    }
}

#[test]
fn no_literal_has_more_than_63_bits() {
    let bounds = Bounds {
        literal: u64::MAX,
        ..WIDE
    };
    let mut framer = Framer::new(Direction::FromServer, bounds);
    let size = i64::MAX.unsigned_abs();
    assert_eq!(
        framer.next(b"* 1 FETCH (X {9223372036854775807}\r\n"),
        Ok(Framed::Incomplete)
    );
    assert_eq!(
        framer.need(),
        Need::Literal {
            missing: size,
            size
        }
    );
    assert_eq!(
        Framer::new(Direction::FromServer, bounds).next(b"* X {9223372036854775808}\r\n"),
        Err(FramingError::LiteralSizeOverflow)
    );
}

#[test]
fn limits_are_terminal() {
    let mut framer = Framer::new(Direction::FromServer, Bounds { line: 3, ..WIDE });
    let error = Err(FramingError::LineTooLong { limit: 3 });
    assert_eq!(framer.next(b"abcd"), error);
    assert_eq!(framer.next(b"\r\n"), error);
    assert_eq!(framer.next(b""), error);
}

#[test]
fn limits_of_nothing_and_of_everything() {
    let none = Bounds {
        line: 0,
        literal: 0,
        inline_literal: 0,
        message: 0,
    };
    assert_eq!(
        Framer::new(Direction::FromServer, none).next(b""),
        Ok(Framed::Incomplete)
    );
    assert_eq!(
        Framer::new(Direction::FromServer, none).next(b"\n"),
        Err(FramingError::LineTooLong { limit: 0 })
    );
    let all = Bounds {
        line: usize::MAX,
        literal: u64::MAX,
        inline_literal: usize::MAX,
        message: usize::MAX,
    };
    assert_eq!(messages(all, b"* 1 FETCH (X {3}\r\nabc)\r\n").len(), 1);
    let last = b"* X {9223372036854775807}\r\n";
    assert_eq!(
        Framer::new(Direction::FromServer, all).next(last),
        Ok(Framed::Incomplete)
    );
}

#[test]
fn errors_say_what_and_how_much() {
    let shown = format!(
        "{}",
        FramingError::LiteralTooLarge {
            size: 301,
            limit: 300
        }
    );
    assert_eq!(
        shown,
        "a literal of 301 octets is announced, more than 300 (`Limits::literal`)"
    );
}
