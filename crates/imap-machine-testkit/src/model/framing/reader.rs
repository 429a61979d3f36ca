//! The framer with its buffer, each step checked against the contract of `Framed`.

use imap_machine::framing::{Bounds, Direction, Framed, Framer, LineKind, ReceiveBuffer};

use super::{Frames, Whole};

/// A framer, its buffer, and what came out so far.
///
/// # Panics
///
/// All methods panic when the framer breaks its contract: a step that consumes nothing, an error that is not terminal, pieces
/// that do not join.
#[derive(Clone, Debug)]
pub struct Reader {
    framer: Framer,
    buffer: ReceiveBuffer,
    frames: Frames,
    handed_out: usize,
}

impl Reader {
    /// A reader at the beginning of a stream.
    #[must_use]
    pub const fn new(bounds: Bounds) -> Self {
        Self {
            framer: Framer::new(Direction::FromServer, bounds),
            buffer: ReceiveBuffer::new(),
            frames: Frames {
                messages: Vec::new(),
                unfinished: Vec::new(),
                error: None,
            },
            handed_out: 0,
        }
    }

    /// The framer.
    #[must_use]
    pub const fn framer(&self) -> &Framer {
        &self.framer
    }

    /// What was received and is not consumed.
    #[must_use]
    pub const fn buffer(&self) -> &ReceiveBuffer {
        &self.buffer
    }

    /// What came out so far.
    #[must_use]
    pub const fn frames(&self) -> &Frames {
        &self.frames
    }

    /// How many calls of the framer returned something.
    #[must_use]
    pub const fn handed_out(&self) -> usize {
        self.handed_out
    }

    /// These octets arrive, by copying.
    pub fn push(&mut self, octets: &[u8]) {
        self.buffer.push(octets);
        self.drain();
    }

    /// These octets arrive, read in place.
    pub fn read(&mut self, octets: &[u8]) {
        self.buffer.spare(octets.len() + 3)[..octets.len()].copy_from_slice(octets);
        self.buffer.advance(octets.len());
        self.drain();
    }

    fn drain(&mut self) {
        while self.step() {}
    }

    /// Frames once. Returns whether more may follow without new input.
    fn step(&mut self) -> bool {
        let before = self.buffer.len();
        match self.framer.next(self.buffer.as_slice()) {
            Err(error) => {
                assert_eq!(*self.frames.error.get_or_insert(error), error);
                assert_eq!(self.framer.next(b"* OK\r\n"), Err(error), "terminal");
                return false;
            }
            Ok(Framed::Incomplete) => {
                let again = self.framer.next(self.buffer.as_slice());
                assert_eq!(again, Ok(Framed::Incomplete));
                return false;
            }
            Ok(Framed::Message(message)) => {
                let streamed = std::mem::take(&mut self.frames.unfinished);
                let marks: Vec<_> = streamed.iter().map(|(mark, _)| *mark).collect();
                assert_eq!(self.framer.streamed(), marks);
                for (mark, octets) in &streamed {
                    assert_eq!(mark.size, octets.len() as u64);
                }
                assert!(!message.refused, "no literal of a server is refused");
                let octets = self.buffer.as_slice()[..message.len].to_vec();
                let first = octets.split(|octet| *octet == b'\n').next();
                let first = first.unwrap_or_default();
                self.frames.messages.push(Whole {
                    kind: LineKind::of(first.strip_suffix(b"\r").unwrap_or(first)),
                    octets,
                    streamed,
                });
                self.buffer.consume(message.len);
            }
            Ok(framed @ (Framed::Announced(_) | Framed::Skipped(_))) => {
                panic!("the literals of a server come unasked: {framed:?}")
            }
            Ok(Framed::Piece(piece)) => {
                let mark = self.framer.streamed()[piece.index];
                assert_eq!((mark.at, mark.size), (piece.range.start, piece.size));
                assert_eq!(piece.index + 1, self.framer.streamed().len());
                if piece.offset == 0 {
                    self.frames.unfinished.push((mark, Vec::new()));
                }
                let joined = &mut self.frames.unfinished[piece.index].1;
                assert_eq!(piece.offset, joined.len() as u64);
                joined.extend_from_slice(&self.buffer.as_slice()[piece.range.clone()]);
                self.buffer.cut(piece.range);
            }
        }
        self.handed_out += 1;
        assert!(self.buffer.len() < before, "a step that consumes nothing");
        true
    }
}
