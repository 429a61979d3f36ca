//! A framer as a server uses it: a buffer, octets that arrive in any cut, and a decision for each literal. Each step is
//! checked against the contract of `Framed`.

use imap_machine::framing::{
    Bounds, Delivery, Direction, Framed, Framer, FramingError, ReceiveBuffer,
};

use super::{Command, Commands, Decision, Script};

/// Reads what a client says. Panics when the framer breaks its contract.
pub struct Reader {
    framer: Framer,
    buffer: ReceiveBuffer,
    script: Script,
    commands: Commands,
    handed_out: usize,
}

/// What framing makes of these pieces, which arrive one after the other.
///
/// # Panics
///
/// When the framer breaks its contract.
pub fn read<'a>(
    bounds: Bounds,
    script: &Script,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Commands {
    let mut reader = Reader::new(bounds, script.clone());
    pieces.into_iter().for_each(|piece| reader.push(piece));
    reader.commands
}

impl Reader {
    /// One that does what the script says.
    #[must_use]
    pub fn new(bounds: Bounds, script: Script) -> Self {
        let mut reader = Self {
            framer: Framer::new(Direction::FromClient, bounds),
            buffer: ReceiveBuffer::new(),
            script,
            commands: Commands::default(),
            handed_out: 0,
        };
        reader.expect();
        reader
    }

    /// What has come out.
    #[must_use]
    pub const fn commands(&self) -> &Commands {
        &self.commands
    }

    /// What has not been taken out of the buffer yet.
    #[must_use]
    pub const fn buffer(&self) -> &ReceiveBuffer {
        &self.buffer
    }

    /// How often something was taken out of the buffer.
    #[must_use]
    pub const fn handed_out(&self) -> usize {
        self.handed_out
    }

    /// Takes octets, and everything that is then complete out of the buffer.
    ///
    /// # Panics
    ///
    /// When the framer breaks its contract.
    pub fn push(&mut self, octets: &[u8]) {
        self.buffer.push(octets);
        while self.step() {}
    }

    fn expect(&mut self) {
        if self.script.is_line(self.commands.complete.len()) {
            self.framer.expect_line();
        }
    }

    fn next(&mut self) -> Result<Framed, FramingError> {
        self.framer.next(self.buffer.as_slice())
    }

    /// Frames once. Returns whether more may follow without new input.
    fn step(&mut self) -> bool {
        let before = self.buffer.len();
        match self.next() {
            Err(error) => {
                assert_eq!(*self.commands.error.get_or_insert(error), error);
                assert_eq!(self.framer.next(b"A1 NOOP\r\n"), Err(error), "terminal");
                return false;
            }
            Ok(Framed::Incomplete) => {
                assert_eq!(self.next(), Ok(Framed::Incomplete));
                return false;
            }
            Ok(Framed::Message(message)) => {
                let octets = self.buffer.as_slice()[..message.len].to_vec();
                let streamed = std::mem::take(&mut self.commands.unfinished);
                let marks: Vec<_> = streamed.iter().map(|(mark, _)| *mark).collect();
                assert_eq!(self.framer.streamed(), marks);
                self.commands.complete.push(Command {
                    octets,
                    refused: message.refused,
                    streamed,
                });
                self.buffer.consume(message.len);
                self.expect();
            }
            Ok(Framed::Piece(piece)) => {
                let mark = self.framer.streamed()[piece.index];
                assert_eq!((mark.at, mark.size), (piece.range.start, piece.size));
                if piece.offset == 0 {
                    self.commands.unfinished.push((mark, Vec::new()));
                }
                let joined = &mut self.commands.unfinished[piece.index].1;
                assert_eq!(piece.offset, joined.len() as u64);
                joined.extend_from_slice(&self.buffer.as_slice()[piece.range.clone()]);
                self.buffer.cut(piece.range);
            }
            Ok(Framed::Skipped(range)) => {
                let octets = &self.buffer.as_slice()[range.clone()];
                self.commands.skipped.extend_from_slice(octets);
                self.buffer.cut(range);
            }
            Ok(framed @ Framed::Announced(_)) => {
                assert_eq!(self.next(), Ok(framed.clone()), "nothing else until then");
                self.decide(&framed);
                return true;
            }
        }
        self.handed_out += 1;
        assert!(self.buffer.len() < before, "a step that consumes nothing");
        true
    }

    fn decide(&mut self, framed: &Framed) {
        let Framed::Announced(announced) = framed else {
            return;
        };
        assert_eq!(self.buffer.as_slice()[announced.header], b'{');
        let accepted = match self.script.decision(self.commands.announced.len()) {
            Decision::Buffer => self.framer.accept(Delivery::Buffered).map(|()| true),
            Decision::Stream => self.framer.accept(Delivery::Streamed).map(|()| true),
            Decision::Refuse => Ok(false),
        };
        if accepted.is_err() {
            assert_eq!(self.next().as_ref(), Ok(framed), "nothing has changed");
        }
        if accepted != Ok(true) {
            self.framer.refuse();
        }
        self.commands.announced.push((*announced, accepted.err()));
    }
}
