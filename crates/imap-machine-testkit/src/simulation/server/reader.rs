//! A client's octets to commands, as a server reads them.

use crate::server::command::Literal;

/// Reads commands, which arrive in any pieces.
#[derive(Debug, Default)]
pub(super) struct Reader {
    arrived: Vec<u8>,
    /// The command so far, its literals included.
    command: Vec<u8>,
    /// Where in `command` its last line begins.
    line: usize,
    part: Part,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Line,
    /// A literal was announced, and has been neither accepted nor refused.
    Announced(u64),
    /// Octets of a literal that are still to come.
    Literal(u64),
    /// Octets of a refused literal that are still to come. The rest of the command follows, and is skipped too.
    Unwanted(u64),
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// A command announces a literal. [`Reader::grant`] or [`Reader::refuse`] says what becomes of it.
    Announced {
        /// The command so far, without the announcement.
        text: Vec<u8>,
        synchronizing: bool,
        size: u64,
    },
    /// A whole command, or any other line, without its CRLF.
    Line(Vec<u8>),
}

impl Reader {
    pub(super) fn push(&mut self, octets: &[u8]) {
        self.arrived.extend_from_slice(octets);
    }

    pub(super) fn next(&mut self) -> Option<Said> {
        loop {
            match self.part {
                Part::Announced(_) => return None,
                Part::Literal(0) => self.part = Part::Line,
                Part::Unwanted(0) => {
                    let line = self.take_line()?;
                    self.part = match Literal::ending(&line) {
                        Some(literal) if !literal.synchronizing => Part::Unwanted(literal.size),
                        _ => Part::Line,
                    };
                }
                Part::Literal(left) => {
                    let octets = self.take_some(left)?;
                    self.part = Part::Literal(left - octets.len() as u64);
                    self.command.extend(octets);
                    self.line = self.command.len();
                }
                Part::Unwanted(left) => {
                    let octets = self.take_some(left)?;
                    self.part = Part::Unwanted(left - octets.len() as u64);
                }
                Part::Line => {
                    let line = self.take_line()?;
                    self.command.extend(line);
                    return Some(self.line_read());
                }
            }
        }
    }

    fn line_read(&mut self) -> Said {
        let Some(literal) = Literal::ending(&self.command[self.line..]) else {
            self.line = 0;
            return Said::Line(std::mem::take(&mut self.command));
        };
        self.part = Part::Announced(literal.size);
        Said::Announced {
            text: self.command[..self.line + literal.start].to_vec(),
            synchronizing: literal.synchronizing,
            size: literal.size,
        }
    }

    /// Accepts the literal that was announced.
    pub(super) fn grant(&mut self) {
        if let Part::Announced(size) = self.part {
            self.command.extend(b"\r\n");
            self.line = self.command.len();
            self.part = Part::Literal(size);
        }
    }

    /// Refuses the literal; its command has been answered. A literal that comes all the same is read over (RFC 7888 section 4).
    pub(super) fn refuse(&mut self, synchronizing: bool) {
        if let Part::Announced(size) = self.part {
            self.command.clear();
            self.line = 0;
            self.part = match synchronizing {
                true => Part::Line,
                false => Part::Unwanted(size),
            };
        }
    }

    fn take_line(&mut self) -> Option<Vec<u8>> {
        let end = self.arrived.iter().position(|octet| *octet == b'\n')?;
        let mut line: Vec<u8> = self.arrived.drain(..=end).collect();
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Some(line)
    }

    /// Takes at least one and at most this number of octets.
    fn take_some(&mut self, most: u64) -> Option<Vec<u8>> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let len = most.min(self.arrived.len());
        (len > 0).then(|| self.arrived.drain(..len).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(text: &[u8], synchronizing: bool, size: u64) -> Option<Said> {
        Some(Said::Announced {
            text: text.to_vec(),
            synchronizing,
            size,
        })
    }

    #[test]
    fn commands_literals_and_refusals() {
        let mut reader = Reader::default();
        reader.push(b"A1 NOOP\r\nA2 APPEND x {3}\r\nab");
        assert_eq!(reader.next(), Some(Said::Line(b"A1 NOOP".to_vec())));
        assert_eq!(reader.next(), announced(b"A2 APPEND x ", true, 3));
        assert_eq!(reader.next(), None);
        reader.grant();
        assert_eq!(reader.next(), None);
        reader.push(b"c\r\nA3 X {2+}\r\nzz rest {1+}\r\ny\r\nA4 X {2}\r\nDONE\r\n");
        let whole = b"A2 APPEND x {3}\r\nabc";
        // The whole command contains the announcement.
        assert_eq!(reader.next(), Some(Said::Line(whole.to_vec())));
        assert_eq!(reader.next(), announced(b"A3 X ", false, 2));
        reader.refuse(false);
        assert_eq!(reader.next(), announced(b"A4 X ", true, 2));
        reader.refuse(true);
        assert_eq!(reader.next(), Some(Said::Line(b"DONE".to_vec())));
        assert_eq!(reader.next(), None);
    }
}
