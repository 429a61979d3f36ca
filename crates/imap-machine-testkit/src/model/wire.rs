//! What the client writes, read as a server would read it (RFC 9051 section 2.2.1).

use std::collections::BTreeSet;

use crate::rule::{Broken, rule};

// How much of a command is kept.
const KEPT: usize = 1 << 16;

/// The lines of a client, literals included.
#[derive(Clone, Debug, Default)]
pub struct Wire {
    /// The command so far: its beginning.
    line: Vec<u8>,
    /// Its last octets, to find the header of a literal in.
    tail: Vec<u8>,
    part: Part,
    /// Whether this is the first line of the command.
    place: Place,
    last: Option<(u64, u64)>,
    /// Handles of commands that are not sent and will not be.
    unsent: BTreeSet<u64>,
    dones: usize,
    /// Lines that are no command: DONE, answers to challenges.
    conversation: usize,
}

/// Where in a command the next octet stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Text,
    /// In a literal, with this number of octets to come.
    Literal(u64),
    /// After the header of a synchronizing literal of this size.
    Waiting(u64),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    FirstLine,
    BehindLiteral,
}

impl Wire {
    /// Takes octets that the client writes. Returns the lines that end with them.
    ///
    /// # Errors
    ///
    /// A literal without permission, a command out of order.
    pub fn write(&mut self, octets: &[u8]) -> Result<Vec<Vec<u8>>, Broken> {
        let mut lines = Vec::new();
        for octet in octets {
            lines.extend(self.octet(*octet)?);
        }
        Ok(lines)
    }

    fn octet(&mut self, octet: u8) -> Result<Option<Vec<u8>>, Broken> {
        let waits = matches!(self.part, Part::Waiting(_));
        rule("no octet of a literal before its +", !waits, || {
            format!("{octet:#04x} after {}", self.shown())
        })?;
        if self.line.len() < KEPT {
            self.line.push(octet);
        }
        if let Part::Literal(left) = self.part {
            self.part = match left {
                0 | 1 => Part::Text,
                _ => Part::Literal(left - 1),
            };
            return Ok(None);
        }
        self.tail.push(octet);
        if self.tail.len() > 64 {
            self.tail.drain(..32);
        }
        if octet != b'\n' {
            return Ok(None);
        }
        if self.place == Place::FirstLine {
            self.in_order()?;
        }
        self.place = Place::BehindLiteral;
        let Some(part) = literal_header(&self.tail) else {
            return Ok(Some(self.take_line()));
        };
        self.part = part;
        self.tail.clear();
        Ok(None)
    }

    fn take_line(&mut self) -> Vec<u8> {
        self.part = Part::Text;
        self.place = Place::FirstLine;
        self.tail.clear();
        let line = std::mem::take(&mut self.line);
        if tag_number(&line).is_none() {
            self.conversation += 1;
        }
        if line == b"DONE\r\n" {
            self.dones += 1;
        }
        line
    }

    /// The server said `+` to the command with this tag.
    pub fn granted(&mut self, tag: &str) {
        if let (Part::Waiting(size), true) = (self.part, self.is_of(tag)) {
            self.part = match size {
                0 => Part::Text,
                size => Part::Literal(size),
            };
        }
    }

    /// The server has answered the command with this tag, so the rest of the command will not come.
    pub fn answered(&mut self, tag: &str) {
        if matches!(self.part, Part::Waiting(_)) && self.is_of(tag) {
            self.take_line();
        }
    }

    /// Whether the command being written has this tag.
    fn is_of(&self, tag: &str) -> bool {
        let rest = self.line.strip_prefix(tag.as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b" "))
    }

    /// The outcome of the command with this tag is that it was not sent.
    ///
    /// # Errors
    ///
    /// An octet of it was written.
    pub fn not_sent(&mut self, tag: &str) -> Result<(), Broken> {
        let number = tag_number(format!("{tag} ").as_bytes());
        let Some((handle, _)) = number else {
            return Ok(());
        };
        let begun = self.last.is_some_and(|(last, _)| last == handle) || self.is_of(tag);
        rule("what was not sent has not left", !begun, || tag.to_owned())?;
        self.unsent.insert(handle);
        Ok(())
    }

    /// Whether the command with this tag has left, to its last octet.
    #[must_use]
    pub fn has_left(&self, tag: &str) -> bool {
        let number = tag_number(format!("{tag} ").as_bytes());
        let begun =
            number.is_some_and(|(number, _)| self.last.is_some_and(|last| number <= last.0));
        let half = !self.line.is_empty() && self.is_of(tag);
        begun && !half
    }

    /// Where in a command the client is.
    pub(crate) fn fingerprint(&self) -> String {
        let line = String::from_utf8_lossy(&self.line);
        format!("{line} {:?} {:?}", self.part, self.place)
    }

    /// How many times DONE was written.
    #[must_use]
    pub const fn dones(&self) -> usize {
        self.dones
    }

    /// How many lines were written that are no command: DONE, answers to challenges.
    #[must_use]
    pub const fn conversation(&self) -> usize {
        self.conversation
    }

    /// Tags ascend: nothing overtakes, and nothing is sent twice.
    fn in_order(&mut self) -> Result<(), Broken> {
        let Some(number) = tag_number(&self.line) else {
            return Ok(());
        };
        rule(
            "what was not sent does not leave later",
            !self.unsent.contains(&number.0),
            || self.shown(),
        )?;
        let last = self.last.replace(number);
        rule(
            "commands leave once, in order",
            last.is_none_or(|last| last < number),
            || format!("{} after {last:?}", self.shown()),
        )
    }

    fn shown(&self) -> String {
        let word = self.line.split(|octet| *octet == b' ').next();
        String::from_utf8_lossy(word.unwrap_or_default()).into_owned()
    }
}

/// Reads `A7.2 ` as 7 and 2. `None` for a line that is not a command.
fn tag_number(line: &[u8]) -> Option<(u64, u64)> {
    let space = line.iter().position(|octet| *octet == b' ')?;
    let tag = std::str::from_utf8(line.get(1..space)?).ok()?;
    let (handle, round) = tag.split_once('.').unwrap_or((tag, "0"));
    line.starts_with(b"A").then_some(())?;
    Some((handle.parse().ok()?, round.parse().ok()?))
}

/// What follows a line that ends in the header of a literal.
fn literal_header(line: &[u8]) -> Option<Part> {
    let line = line.strip_suffix(b"}\r\n")?;
    let digits = line.rsplit(|octet| *octet == b'{').next();
    let text = std::str::from_utf8(digits.unwrap_or_default()).unwrap_or_default();
    let (digits, waits) = match text.strip_suffix('+') {
        Some(digits) => (digits, false),
        None => (text, true),
    };
    match (digits.parse(), waits) {
        (Ok(size), true) => Some(Part::Waiting(size)),
        (Ok(0), false) => Some(Part::Text),
        (Ok(size), false) => Some(Part::Literal(size)),
        (Err(_), _) => None,
    }
}

/// The first argument of a command, without quotes or the header of its literal.
pub(super) fn first_argument(line: &[u8]) -> Option<Vec<u8>> {
    let mut words = line.splitn(3, |octet| *octet == b' ');
    let arguments = words.nth(2)?;
    if let Some(quoted) = arguments.strip_prefix(b"\"") {
        let mut octets = quoted.iter();
        let mut value = Vec::new();
        while let Some(octet) = octets.next() {
            match octet {
                b'"' => return Some(value),
                b'\\' => value.push(*octets.next()?),
                octet => value.push(*octet),
            }
        }
        return None;
    }
    if arguments.starts_with(b"{") {
        let end = arguments.iter().position(|octet| *octet == b'\n')?;
        let Some(Part::Waiting(size) | Part::Literal(size)) = literal_header(&arguments[..=end])
        else {
            return Some(Vec::new());
        };
        let literal = &arguments[end + 1..];
        return Some(literal.get(..usize::try_from(size).ok()?)?.to_vec());
    }
    let end = arguments
        .iter()
        .position(|octet| matches!(octet, b' ' | b'\r' | b'\n'));
    Some(arguments.get(..end?)?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_literals() {
        let mut wire = Wire::default();
        assert_eq!(wire.write(b"A1 NOOP\r\nA2 SEL").unwrap(), [b"A1 NOOP\r\n"]);
        assert!(wire.write(b"ECT {3}\r\n").unwrap().is_empty());
        assert!(wire.clone().write(b"a").is_err(), "no + yet");
        let left = ["A1", "A2", "A3"].map(|tag| wire.has_left(tag));
        assert_eq!(left, [true, false, false]);
        wire.granted("A2");
        let line = wire.write(b"a\nb (X)\r\n").unwrap();
        assert_eq!(line, [b"A2 SELECT {3}\r\na\nb (X)\r\n"]);
        assert_eq!(first_argument(&line[0]).as_deref(), Some(&b"a\nb"[..]));
        assert!(wire.clone().write(b"A2 NOOP\r\n").is_err(), "twice");
        // Refused: the next line is a new command.
        wire.write(b"A3 SELECT {3}\r\n").unwrap();
        wire.answered("A3");
        assert_eq!(wire.write(b"A4 X {1+}\r\n\n\r\n").unwrap().len(), 1);
        // An empty literal does not end the command either.
        let line = wire.write(b"A5 X {0+}\r\n {0+}\r\n\r\n").unwrap();
        assert_eq!(line, [b"A5 X {0+}\r\n {0+}\r\n\r\n"]);
    }

    #[test]
    fn first_arguments() {
        let of =
            |line: &str| first_argument(line.as_bytes()).map(|it| String::from_utf8(it).unwrap());
        assert_eq!(of("A1 SELECT INBOX\r\n").as_deref(), Some("INBOX"));
        assert_eq!(
            of("A1 SELECT \"a \\\"b\" (X)\r\n").as_deref(),
            Some("a \"b")
        );
        assert_eq!(of("A1 SELECT {0}\r\n\r\n").as_deref(), Some(""));
        assert_eq!(of("A1 NOOP\r\n"), None);
    }
}
