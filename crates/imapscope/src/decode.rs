//! `imapscope decode`: the server's octets in, one JSON object per event out.
//!
//! Every object says how many octets of the input it used up (`octets`); the last one says how many were not interpreted. The
//! sum is the size of the input: nothing is ever missing.

use std::io::{self, Read, Write};

use imap_machine::Instant;
use imap_machine::client::{ClientConnection, Config, Event};
use imap_machine::error::{CloseReason, PeerMisbehaved};
use serde_json::Value;

use crate::json::{self, Object};

/// Octets asked of the input at a time.
const READ: usize = 64 << 10;
/// How the first line of the stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// As the server's greeting.
    WithGreeting,
    /// The greeting came before the beginning of the stream.
    Later,
}

/// How much of a stream was interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    All,
    /// The first line is not a greeting, so the lines after it were not read.
    NoGreeting,
    /// The stream breaks off, or a limit was passed.
    Part,
}

/// Decodes `input` to its end. Returns how much of it was interpreted.
///
/// # Errors
///
/// Those of reading and writing. No content of the input is an error.
pub fn decode(mut input: impl Read, mut output: impl Write, begins: Begins) -> io::Result<Decoded> {
    let mut decoder = Decoder::new(begins);
    while !decoder.connection.is_closed() {
        match input.read(decoder.connection.receive_space(READ)) {
            Ok(0) => {
                decoder.end(&mut output)?;
                break;
            }
            Ok(octets) => {
                decoder.taken += octets as u64;
                decoder.connection.handle_received(octets, NOW);
                decoder.drain(&mut output)?;
                output.flush()?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    decoder.taken += io::copy(&mut input, &mut io::sink())?;
    decoder.finish(&mut output)
}

/// No time passes in a file.
const NOW: Instant = Instant::ORIGIN;

struct Decoder {
    connection: ClientConnection,
    /// Octets of the input.
    taken: u64,
    /// Octets that events were made of.
    used: u64,
    /// The first line was not a greeting.
    no_greeting: bool,
    /// The last object. It says how many octets follow, so it is written at the end.
    closed: Option<Object>,
}

impl Decoder {
    fn new(begins: Begins) -> Self {
        let mut connection = ClientConnection::new(Config::default(), NOW);
        if begins == Begins::Later {
            connection.handle_input(b"* PREAUTH\r\n", NOW);
            while connection.poll_event().is_some() {}
        }
        Self {
            connection,
            taken: 0,
            used: 0,
            no_greeting: false,
            closed: None,
        }
    }

    fn drain(&mut self, output: &mut impl Write) -> io::Result<()> {
        while let Some((object, octets)) = self.next() {
            self.emit(object, octets, output)?;
        }
        Ok(())
    }

    /// The next event and how many octets it was made of.
    fn next(&mut self) -> Option<(Object, u64)> {
        let before = self.held();
        let event = self.connection.poll_event()?;
        let object = json::event(&event);
        if let Event::Closed(closed) = event {
            self.no_greeting = matches!(
                closed.reason(),
                CloseReason::PeerMisbehaved(PeerMisbehaved::NotAGreeting(_))
            );
            self.closed = Some(object);
            return None;
        }
        let octets = before.saturating_sub(self.held());
        Some((from_one_side(object), octets))
    }

    /// Octets that are waiting to be part of an event.
    fn held(&mut self) -> u64 {
        // Asking for space releases the octets of the last event.
        self.connection.receive_space(0);
        self.connection.received_octets().0 as u64
    }

    fn emit(&mut self, mut object: Object, octets: u64, output: &mut impl Write) -> io::Result<()> {
        self.used += octets;
        object.insert("octets".to_owned(), octets.into());
        writeln!(output, "{}", json::text(&Value::Object(object)))
    }

    /// The input has ended. A last line without its end is decoded all the same, and marked.
    fn end(&mut self, output: &mut impl Write) -> io::Result<()> {
        const LINE_END: &[u8] = b"\r\n";
        if self.held() > 0 {
            self.connection.handle_input(LINE_END, NOW);
            while let Some((mut object, octets)) = self.next() {
                // Inside a literal the two octets that were added here are data, not a line end, and they are not from the input.
                if object.get("event") == Some(&"literal".into()) {
                    continue;
                }
                object.insert("unterminated".to_owned(), true.into());
                let octets = octets.saturating_sub(LINE_END.len() as u64);
                self.emit(object, octets, output)?;
            }
        }
        self.connection.handle_eof(NOW);
        self.drain(output)
    }

    /// Writes the last object.
    fn finish(self, output: &mut impl Write) -> io::Result<Decoded> {
        let left = self.taken.saturating_sub(self.used);
        let mut closed = self.closed.unwrap_or_default();
        closed.insert("uninterpreted".to_owned(), left.into());
        writeln!(output, "{}", json::text(&Value::Object(closed)))?;
        output.flush()?;
        Ok(match left {
            0 => Decoded::All,
            _ if self.no_greeting => Decoded::NoGreeting,
            _ => Decoded::Part,
        })
    }
}

/// Removes what depends on the client's side, which is not in the stream: which command asked, and what was out of place.
fn from_one_side(mut object: Object) -> Object {
    object.remove("cause");
    object.remove("violation");
    object
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn decoded(input: &[u8], begins: Begins) -> Vec<Value> {
        // One octet at a time now and then: framing must not depend on reads.
        let mut output = Vec::new();
        decode(input, &mut output, begins).expect("memory does not fail");
        let lines = output.split(|octet| *octet == b'\n');
        lines
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).expect("an object on each line"))
            .collect()
    }

    fn octets(objects: &[Value]) -> Vec<u64> {
        let events = objects
            .iter()
            .filter_map(|object| object["octets"].as_u64());
        events.filter(|octets| *octets > 0).collect()
    }

    #[test]
    fn one_object_for_each_line() {
        let input = b"* OK hi\r\n* 3 EXISTS\r\nA1 OK done\r\n+ go\r\nwhat?\r\n";
        let events: Vec<_> = decoded(input, Begins::WithGreeting)
            .iter()
            .map(|object| object["event"].clone())
            .collect();
        let expected = json!([
            "greeting",
            "exists",
            "unexpected-tag",
            "unexpected-continuation",
            "unrecognized",
            "closed"
        ]);
        assert_eq!(Value::from(events), expected);
    }

    #[test]
    fn the_stream_is_read_on_after_bye() {
        let objects = decoded(b"* BYE a\r\n* 1 EXISTS\r\n* BYE b\r\n", Begins::Later);
        assert_eq!(octets(&objects), [9, 12, 9]);
        assert_eq!(objects[3]["uninterpreted"], 0);
    }

    #[test]
    fn what_is_not_interpreted_is_counted() {
        let objects = decoded(b"250 smtp\r\n* OK\r\n", Begins::WithGreeting);
        assert_eq!(objects[0]["event"], "unrecognized");
        assert_eq!(objects[1]["event"], "closed");
        assert_eq!(objects[1]["uninterpreted"], 6);
    }

    #[test]
    fn a_last_line_without_end_is_decoded_and_marked() {
        let objects = decoded(b"* 3 EXISTS\r\n* 4 EXI", Begins::Later);
        assert_eq!(objects[1]["event"], "other-data");
        assert_eq!(objects[1]["unterminated"], true);
        assert_eq!(objects[1]["octets"], 7);
        assert_eq!(objects[2]["uninterpreted"], 0);
    }

    #[test]
    fn a_literal_that_breaks_off_is_not_filled_up() {
        let head = b"* 1 FETCH (BODY[] {100000}\r\n";
        let objects = decoded(&[&head[..], &[b'x'; 70_000]].concat(), Begins::Later);
        let data: usize = objects
            .iter()
            .filter_map(|object| object["data"].as_str())
            .map(str::len)
            .sum();
        assert_eq!(data, 70_000);
        let last = objects.last().unwrap();
        assert_eq!(last["uninterpreted"], head.len());
    }

    proptest! {
        /// Each line, whatever its content, is one event of exactly its octets.
        #[test]
        fn no_line_is_missing(lines in proptest::collection::vec("[^\\r\\n{]{0,40}", 0..20)) {
            let lines: Vec<_> = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let objects = decoded(lines.concat().as_bytes(), Begins::Later);
            let lengths: Vec<_> = lines.iter().map(|line| line.len() as u64).collect();
            prop_assert_eq!(octets(&objects), lengths);
            prop_assert_eq!(&objects.last().unwrap()["uninterpreted"], &json!(0));
        }

        /// Every octet of any input belongs to an event or is counted.
        #[test]
        fn no_octet_is_missing(
            parts in proptest::collection::vec(
                prop_oneof![
                    proptest::collection::vec(any::<u8>(), 0..30),
                    "\\* [0-9]{1,3} FETCH \\(BODY\\[\\] \\{[0-9]{1,2}\\}\r\n".prop_map(String::into_bytes),
                    "(\\* OK|A1 NO|\\+|\\* LIST \\(\\)) [ -~]{0,20}\r?\n".prop_map(String::into_bytes),
                ],
                0..12,
            ),
        ) {
            let input = parts.concat();
            for begins in [Begins::WithGreeting, Begins::Later] {
                let objects = decoded(&input, begins);
                let (last, events) = objects.split_last().unwrap();
                prop_assert_eq!(&last["event"], "closed");
                let sum: u64 = octets(events).iter().sum();
                let left = last["uninterpreted"].as_u64().unwrap();
                prop_assert_eq!(sum + left, input.len() as u64);
            }
        }
    }
}
