//! A slow and obvious reading of the whole stream. It shares no code with what it checks.

use imap_machine::framing::{Announced, Bounds, FramingError, StreamedLiteral};

use super::{Command, Commands, Decision, Script};

/// What framing must make of this stream.
#[must_use]
pub fn commands(bounds: Bounds, script: &Script, stream: &[u8]) -> Commands {
    let mut naive = Naive {
        bounds,
        script,
        rest: stream,
        out: Commands::default(),
    };
    loop {
        let mut command = Command {
            octets: Vec::new(),
            refused: false,
            streamed: Vec::new(),
        };
        let is_line = script.is_line(naive.out.complete.len());
        match naive.read(&mut command, is_line) {
            Ok(()) => naive.out.complete.push(command),
            Err(stop) => {
                command.streamed.retain(|(_, octets)| !octets.is_empty());
                naive.out.unfinished = command.streamed;
                naive.out.error = stop;
                return naive.out;
            }
        }
    }
}

struct Naive<'a> {
    bounds: Bounds,
    script: &'a Script,
    rest: &'a [u8],
    out: Commands,
}

/// `None`: the stream is at its end.
type Stop = Option<FramingError>;

impl Naive<'_> {
    fn read(&mut self, command: &mut Command, is_line: bool) -> Result<(), Stop> {
        let mut text = 0;
        loop {
            let segment = self.segment(command, &mut text)?;
            let Some(header) = header(&segment).filter(|_| !is_line) else {
                return Ok(());
            };
            let limit = self.limit(header.size);
            if !header.waits {
                limit.map_or(Ok(()), |limit| Err(Some(limit)))?;
            } else if command.refused {
                return Ok(());
            }
            if command.refused {
                self.skip(header.size)?;
                continue;
            }
            match self.decide(command, &segment, &header) {
                Decision::Refuse => {
                    command.refused = true;
                    if header.waits {
                        return Ok(());
                    }
                    self.skip(header.size)?;
                }
                Decision::Stream if header.size > 0 => {
                    let (at, size) = (command.octets.len(), header.size as u64);
                    let literal = StreamedLiteral { at, size };
                    command.streamed.push((literal, Vec::new()));
                    for _ in 0..size {
                        let octet = self.take()?;
                        command.streamed.last_mut().unwrap().1.push(octet);
                    }
                }
                Decision::Stream | Decision::Buffer => {
                    for _ in 0..header.size {
                        let octet = self.take()?;
                        command.octets.push(octet);
                    }
                }
            }
        }
    }

    /// Asks the reader, who has to refuse what passes a limit.
    fn decide(&mut self, command: &Command, segment: &[u8], header: &Header) -> Decision {
        let (at, text) = (command.octets.len(), segment.len());
        let line_end = 1 + usize::from(command.octets.ends_with(b"\r\n"));
        let announced = Announced {
            at,
            header: at - line_end - text + header.brace,
            size: u64::try_from(header.size)
                .ok()
                .filter(|size| *size < 1 << 63)
                .unwrap_or(u64::MAX),
            synchronizing: header.waits,
        };
        let wanted = self.script.decision(self.out.announced.len());
        let held = match wanted {
            Decision::Refuse => None,
            Decision::Stream if header.size > 0 => self.limit(header.size),
            Decision::Stream | Decision::Buffer => self.limit(header.size).or_else(|| {
                let most = self.bounds.message;
                let fits = at as u128 + header.size <= most as u128;
                (!fits).then_some(FramingError::MessageTooLarge { limit: most })
            }),
        };
        self.out.announced.push((announced, held));
        match held {
            None => wanted,
            Some(_) => Decision::Refuse,
        }
    }

    fn limit(&self, size: u128) -> Option<FramingError> {
        let limit = self.bounds.literal;
        if size >= 1 << 63 {
            return Some(FramingError::LiteralSizeOverflow);
        }
        let size = size as u64;
        (size > limit).then_some(FramingError::LiteralTooLarge { size, limit })
    }

    fn segment(&mut self, command: &mut Command, text: &mut usize) -> Result<Vec<u8>, Stop> {
        let mut segment = Vec::new();
        loop {
            let octet = self.take()?;
            command.octets.push(octet);
            *text += 1;
            if *text > self.bounds.line {
                let limit = self.bounds.line;
                return Err(Some(FramingError::LineTooLong { limit }));
            }
            if command.octets.len() > self.bounds.message {
                let limit = self.bounds.message;
                return Err(Some(FramingError::MessageTooLarge { limit }));
            }
            if octet == b'\n' {
                break;
            }
            segment.push(octet);
        }
        if segment.last() == Some(&b'\r') {
            segment.pop();
        }
        Ok(segment)
    }

    fn skip(&mut self, size: u128) -> Result<(), Stop> {
        for _ in 0..size {
            let octet = self.take()?;
            self.out.skipped.push(octet);
        }
        Ok(())
    }

    fn take(&mut self) -> Result<u8, Stop> {
        let (first, rest) = self.rest.split_first().ok_or(None)?;
        self.rest = rest;
        Ok(*first)
    }
}

struct Header {
    brace: usize,
    /// Saturated at 128 bits.
    size: u128,
    waits: bool,
}

/// The header that ends the segment, outside of quotes.
fn header(segment: &[u8]) -> Option<Header> {
    let text: String = segment.iter().copied().map(char::from).collect();
    let (before, inside) = text.strip_suffix('}')?.rsplit_once('{')?;
    let (digits, waits) = match inside.strip_suffix('+') {
        Some(digits) => (digits, false),
        None => (inside, true),
    };
    if digits.is_empty() || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let (mut quoted, mut escaped) = (false, false);
    for letter in before.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
    let significant = digits.trim_start_matches('0');
    (!quoted).then(|| Header {
        brace: before.chars().count(),
        size: match significant {
            "" => 0,
            digits => digits.parse().unwrap_or(u128::MAX),
        },
        waits,
    })
}
