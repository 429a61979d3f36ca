//! The rules, slow and obvious: one octet after the other of the whole stream, every question answered from the
//! beginning of the message. Shares no code with what it checks.

use imap_machine::Limits;
use imap_machine::framing::{Bounds, FramingError, LineKind, StreamedLiteral};

use super::{Frames, Whole};

/// What framing must make of this stream.
#[must_use]
pub fn frames(bounds: Bounds, stream: &[u8]) -> Frames {
    let mut outcome = Frames::default();
    let mut rest = stream;
    loop {
        let mut message = Message::default();
        match message.read(bounds, &mut rest) {
            Ok(()) => outcome.messages.push(Whole {
                kind: kind(&message.segments[0]),
                octets: message.octets,
                streamed: message.streamed,
            }),
            Err(stop) => {
                outcome.unfinished = message.streamed;
                outcome.unfinished.retain(|(_, octets)| !octets.is_empty());
                if let Stop::Error(error) = stop {
                    outcome.error = Some(error);
                }
                return outcome;
            }
        }
    }
}

enum Stop {
    EndOfStream,
    Error(FramingError),
}

#[derive(Default)]
struct Message {
    octets: Vec<u8>,
    text: usize,
    /// Without line ends and literals.
    segments: Vec<Vec<u8>>,
    streamed: Vec<(StreamedLiteral, Vec<u8>)>,
}

impl Message {
    fn read(&mut self, bounds: Bounds, rest: &mut &[u8]) -> Result<(), Stop> {
        loop {
            self.read_segment(bounds, rest)?;
            let last = self.segments.last().unwrap();
            if kind(&self.segments[0]) != LineKind::Data {
                return Ok(());
            }
            if let Some(digits) = header(last) {
                self.read_literal(bounds, rest, &digits)?;
            } else if !last.is_empty() || self.structure().0 == 0 {
                return Ok(());
            }
        }
    }

    fn read_segment(&mut self, bounds: Bounds, rest: &mut &[u8]) -> Result<(), Stop> {
        let mut segment = Vec::new();
        loop {
            let octet = take(rest).ok_or(Stop::EndOfStream)?;
            self.octets.push(octet);
            self.text += 1;
            if self.text > bounds.line {
                return Err(Stop::Error(FramingError::LineTooLong {
                    limit: bounds.line,
                }));
            }
            if self.octets.len() > bounds.message {
                return Err(Stop::Error(too_large(bounds)));
            }
            if octet == b'\n' {
                break;
            }
            segment.push(octet);
        }
        if segment.last() == Some(&b'\r') {
            segment.pop();
        }
        self.segments.push(segment);
        Ok(())
    }

    fn read_literal(&mut self, bounds: Bounds, rest: &mut &[u8], digits: &str) -> Result<(), Stop> {
        let digits = digits.trim_start_matches('0');
        let size: u128 = match digits.len() {
            0 => 0,
            1..=30 => digits.parse().unwrap(),
            _ => u128::MAX,
        };
        if size >= 1 << 63 {
            return Err(Stop::Error(FramingError::LiteralSizeOverflow));
        }
        if size > u128::from(bounds.literal) {
            let (size, limit) = (size as u64, bounds.literal);
            return Err(Stop::Error(FramingError::LiteralTooLarge { size, limit }));
        }
        let streams = self.is_fetch()
            && self.structure() == (1, false)
            && size > bounds.inline_literal as u128;
        if streams {
            let (at, size) = (self.octets.len(), size as u64);
            self.streamed
                .push((StreamedLiteral { at, size }, Vec::new()));
        } else if self.octets.len() as u128 + size > bounds.message as u128 {
            return Err(Stop::Error(too_large(bounds)));
        }
        for _ in 0..size {
            let octet = take(rest).ok_or(Stop::EndOfStream)?;
            if streams {
                self.streamed.last_mut().unwrap().1.push(octet);
            } else {
                self.octets.push(octet);
            }
        }
        Ok(())
    }

    fn is_fetch(&self) -> bool {
        let first = String::from_utf8_lossy(&self.segments[0]).to_uppercase();
        let Some((number, tail)) = first.strip_prefix("* ").and_then(|r| r.split_once(' ')) else {
            return false;
        };
        number.chars().all(|c| c.is_ascii_digit())
            && !number.is_empty()
            && (tail.starts_with("FETCH (") || tail.starts_with("UIDFETCH ("))
    }

    /// How many parentheses are open, and whether a section is.
    fn structure(&self) -> (usize, bool) {
        let (mut depth, mut section) = (0usize, false);
        for segment in &self.segments {
            let (mut quoted, mut escaped) = (false, false);
            for &octet in segment {
                if quoted {
                    if escaped {
                        escaped = false;
                    } else if octet == b'\\' {
                        escaped = true;
                    } else if octet == b'"' {
                        quoted = false;
                    }
                } else if octet == b'"' {
                    quoted = true;
                } else if section {
                    section = octet != b']';
                } else if octet == b'[' && depth == 1 && self.is_fetch() {
                    section = true;
                } else if octet == b'(' {
                    depth += 1;
                } else if octet == b')' && depth > 0 {
                    depth -= 1;
                }
            }
        }
        (depth, section)
    }
}

fn too_large(bounds: Bounds) -> FramingError {
    FramingError::MessageTooLarge {
        limit: bounds.message,
    }
}

fn take(rest: &mut &[u8]) -> Option<u8> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    Some(*first)
}

fn kind(line: &[u8]) -> LineKind {
    let words: Vec<&[u8]> = line.split(|&o| o == b' ').collect();
    match words[0] {
        b"+" => LineKind::Continuation,
        b"*" => {
            let second = words[1..].iter().find(|w| !w.is_empty());
            let second = second.map(|w| w.to_ascii_uppercase()).unwrap_or_default();
            match &second[..] {
                b"OK" | b"NO" | b"BAD" | b"BYE" | b"PREAUTH" => LineKind::Status,
                _ => LineKind::Data,
            }
        }
        _ => LineKind::Tagged,
    }
}

/// The digits of the header that ends the segment.
fn header(segment: &[u8]) -> Option<String> {
    let brace = segment.iter().rposition(|&o| o == b'{')?;
    let inside = segment[brace + 1..].strip_suffix(b"}")?;
    let digits = inside.strip_suffix(b"+").unwrap_or(inside);
    let digits = String::from_utf8(digits.to_vec()).ok()?;
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    // Whether a quoted string is open before the brace. A backslash escapes the next octet, but only inside a quoted string.
    let (mut open, mut at) = (false, 0);
    while at < brace {
        match segment[at] {
            b'"' => open = !open,
            b'\\' if open => at += 1,
            _ => {}
        }
        at += 1;
    }
    (!open).then_some(digits)
}

/// All responses among the octets that a connection with these limits has received.
#[must_use]
pub fn responses(limits: &Limits, received: &[u8]) -> Frames {
    let bounds = Bounds {
        line: limits.line,
        literal: limits.literal,
        inline_literal: limits.inline_literal,
        message: limits.message,
    };
    frames(bounds, received)
}
