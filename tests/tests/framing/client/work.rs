//! Work is linear in the octets, for every cut. Octets that are handed out or skipped are not held.

use imap_machine::framing::{Bounds, Delivery, Direction, Framed, Framer};
use imap_machine_tests::from_client::{Decision, Reader, Script};

use super::super::WIDE;

const MIB: usize = 1 << 20;

const UNBOUNDED: Bounds = Bounds {
    line: usize::MAX,
    literal: u64::MAX,
    inline_literal: 0,
    message: usize::MAX,
};

/// Shows the framer one message, one octet more at a time. All its literals are accepted.
fn grow(octets: &[u8]) {
    let mut framer = Framer::new(Direction::FromClient, UNBOUNDED);
    let mut len = 0;
    while len < octets.len() {
        len += 1;
        loop {
            match framer.next(&octets[..len]) {
                Ok(Framed::Incomplete) => break,
                Ok(Framed::Announced(_)) => framer.accept(Delivery::Buffered).unwrap(),
                Ok(Framed::Message(message)) => {
                    assert_eq!((message.len, len), (octets.len(), octets.len()));
                    return;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    panic!("no message");
}

#[test]
fn a_long_line_of_quotes_and_braces() {
    let mut line = b"A1 ".to_vec();
    line.extend(b"\"(\" {1} [".repeat(MIB / 10));
    line.extend_from_slice(b"{}\n");
    grow(&line);
}

#[test]
fn many_literals_in_one_command() {
    for literal in [&b" {0}\r\n"[..], b"\"(\" {1+}\r\n(", b" ~{2}\r\n\r\n"] {
        let mut command = b"A1 X".to_vec();
        command.extend(literal.repeat(MIB / literal.len()));
        command.extend_from_slice(b"\r\n");
        grow(&command);
    }
}

#[test]
fn many_streamed_and_skipped_literals_in_one_command() {
    let mut command = b"A1 X".to_vec();
    command.extend(b" {5+}\r\nhello".repeat(20_000));
    command.extend_from_slice(b"\r\n");
    for decision in [Decision::Stream, Decision::Refuse] {
        for chunk in [1, 7, command.len()] {
            let mut reader = Reader::new(WIDE, Script::of(&[decision]));
            command.chunks(chunk).for_each(|chunk| reader.push(chunk));
            assert_eq!(reader.commands().complete.len(), 1);
            assert!(reader.handed_out() <= 5 * 20_000 + 1);
        }
    }
}

#[test]
fn a_large_literal_is_never_held() {
    for decision in [Decision::Stream, Decision::Refuse] {
        let mut reader = Reader::new(WIDE, Script::of(&[decision]));
        reader.push(b"A1 APPEND x {16777216+}\r\n");
        let chunk = vec![b'm'; 16 * 1024];
        for _ in 0..1024 {
            reader.push(&chunk);
            assert!(reader.buffer().len() < 64);
        }
        reader.push(b"\r\n");
        assert!(reader.buffer().capacity() <= 40 * 1024);
        let [command] = &reader.commands().complete[..] else {
            panic!("one command");
        };
        let octets: usize = command.streamed.iter().map(|it| it.1.len()).sum();
        assert_eq!(octets + reader.commands().skipped.len(), 16 * MIB);
    }
}
