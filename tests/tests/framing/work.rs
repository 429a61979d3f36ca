//! Work is linear in the octets, for every cut. If it were not, these tests would run for hours.

use imap_machine::framing::{Bounds, Direction, Framed, Framer};
use imap_machine_testkit::model::framing::Reader;

use super::WIDE;

const MIB: usize = 1 << 20;

const UNBOUNDED: Bounds = Bounds {
    line: usize::MAX,
    literal: u64::MAX,
    inline_literal: usize::MAX,
    message: usize::MAX,
};

/// Shows the framer one octet more at a time, and counts the calls.
fn grow(octets: &[u8]) -> usize {
    let mut framer = Framer::new(Direction::FromServer, UNBOUNDED);
    let mut calls = 0;
    for len in 1..=octets.len() {
        calls += 1;
        match framer.next(&octets[..len]) {
            Ok(Framed::Incomplete) => {}
            Ok(Framed::Message(message)) => {
                assert_eq!((message.len, len), (octets.len(), octets.len()));
            }
            other => panic!("{other:?}"),
        }
    }
    calls
}

#[test]
fn a_long_line() {
    let mut line = vec![b'x'; 4 * MIB];
    line.extend_from_slice(b"\r\n");
    assert_eq!(grow(&line), line.len());
}

#[test]
fn a_long_line_of_quotes_and_braces() {
    let mut line = b"* X ".to_vec();
    line.extend(b"\"(\" {1} [".repeat(MIB / 10));
    line.extend_from_slice(b"{}\n");
    assert_eq!(grow(&line), line.len());
}

#[test]
fn a_long_run_of_digits() {
    let mut line = b"* X {".to_vec();
    line.extend(vec![b'0'; MIB]);
    line.extend_from_slice(b"}\n\n");
    assert_eq!(grow(&line), line.len());
}

#[test]
fn many_literals_in_one_message() {
    for literal in [&b"({0}\r\n"[..], b"\"(\" {1}\r\n(", b"({0}\r\n\r\n"] {
        let mut message = b"* 1 FETCH (".to_vec();
        message.extend(literal.repeat(MIB / literal.len()));
        message.extend_from_slice(b")\r\n");
        assert_eq!(grow(&message), message.len());
    }
}

#[test]
fn many_streamed_literals_in_one_message() {
    let mut message = b"* 1 FETCH (".to_vec();
    message.extend(b"X {5}\r\nhello ".repeat(20_000));
    message.extend_from_slice(b")\r\n");
    let bounds = Bounds {
        inline_literal: 0,
        ..WIDE
    };
    for chunk in [1, 7, message.len()] {
        let mut reader = Reader::new(bounds);
        message.chunks(chunk).for_each(|chunk| reader.push(chunk));
        assert_eq!(reader.frames().messages[0].streamed.len(), 20_000);
        assert!(reader.handed_out() <= 5 * 20_000 + 1);
    }
}

#[test]
fn many_short_lines_at_once() {
    let mut reader = Reader::new(WIDE);
    reader.push(&b"* 1 EXISTS\r\n".repeat(50_000));
    assert_eq!(reader.handed_out(), 50_000);
    assert!(reader.buffer().is_empty());
}

#[test]
fn a_streamed_literal_is_never_held() {
    let mut reader = Reader::new(WIDE);
    reader.push(b"* 1 FETCH (BODY[] {16777216}\r\n");
    let chunk = vec![b'm'; 16 * 1024];
    for _ in 0..1024 {
        reader.push(&chunk);
        assert!(reader.buffer().len() < 64);
    }
    reader.push(b")\r\n");
    assert!(reader.buffer().capacity() <= 40 * 1024);
    let pieces: Vec<_> = reader.frames().messages[0]
        .streamed
        .iter()
        .map(|s| s.1.len())
        .collect();
    assert_eq!(pieces, [16 * MIB]);
}
