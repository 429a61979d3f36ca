//! Framing as a connection uses it: a buffer, a framer, and octets that arrive in any cut.

extern crate std;

mod naive;
mod properties;
mod rules;
mod work;

use alloc::vec::Vec;

use super::{Bounds, Framed, Framer, FramingError, LineKind, ReceiveBuffer, StreamedLiteral};

/// Bounds that no small input reaches.
const WIDE: Bounds = Bounds {
    line: 1 << 20,
    literal: 1 << 40,
    inline_literal: 1 << 10,
    message: 1 << 20,
};

/// A complete message, its streamed literals with their joined pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Whole {
    octets: Vec<u8>,
    kind: LineKind,
    streamed: Vec<(StreamedLiteral, Vec<u8>)>,
}

/// All that came out of a stream of octets, the same for every cut of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Outcome {
    messages: Vec<Whole>,
    /// Streamed literals of the message that was not completed.
    unfinished: Vec<(StreamedLiteral, Vec<u8>)>,
    error: Option<FramingError>,
}

/// A framer, its buffer, and what came out so far. Every step is checked against the contract of `Framed`.
struct Receiver {
    framer: Framer,
    buffer: ReceiveBuffer,
    outcome: Outcome,
    /// Calls of `next` that handed something out.
    handed_out: usize,
}

impl Receiver {
    fn new(bounds: Bounds) -> Self {
        Self {
            framer: Framer::new(bounds),
            buffer: ReceiveBuffer::new(),
            outcome: Outcome::default(),
            handed_out: 0,
        }
    }

    fn push(&mut self, octets: &[u8]) {
        self.buffer.push(octets);
        self.drain();
    }

    fn drain(&mut self) {
        while self.step() {}
    }

    /// Whether there may be more without input.
    fn step(&mut self) -> bool {
        let before = self.buffer.len();
        match self.framer.next(self.buffer.as_slice()) {
            Err(error) => {
                assert_eq!(*self.outcome.error.get_or_insert(error), error);
                assert_eq!(self.framer.next(b"* OK\r\n"), Err(error), "terminal");
                return false;
            }
            Ok(Framed::Incomplete) => {
                assert_eq!(
                    self.framer.next(self.buffer.as_slice()),
                    Ok(Framed::Incomplete)
                );
                return false;
            }
            Ok(Framed::Message(message)) => {
                let pieces = core::mem::take(&mut self.outcome.unfinished);
                let marks: Vec<_> = pieces.iter().map(|(mark, _)| *mark).collect();
                assert_eq!(self.framer.streamed(), marks);
                for (mark, octets) in &pieces {
                    assert_eq!(mark.size, octets.len() as u64);
                }
                self.outcome.messages.push(Whole {
                    octets: self.buffer.as_slice()[..message.len].to_vec(),
                    kind: message.kind,
                    streamed: pieces,
                });
                self.buffer.consume(message.len);
            }
            Ok(Framed::Piece(piece)) => {
                let mark = self.framer.streamed()[piece.index];
                assert_eq!((mark.at, mark.size), (piece.range.start, piece.size));
                assert_eq!(piece.index + 1, self.framer.streamed().len());
                let octets = self.buffer.as_slice()[piece.range.clone()].to_vec();
                if piece.offset == 0 {
                    self.outcome.unfinished.push((mark, Vec::new()));
                }
                let joined = &mut self.outcome.unfinished[piece.index].1;
                assert_eq!(piece.offset, joined.len() as u64);
                joined.extend_from_slice(&octets);
                self.buffer.cut(piece.range);
            }
        }
        self.handed_out += 1;
        assert!(self.buffer.len() < before, "a step that consumes nothing");
        true
    }
}

fn receive(bounds: Bounds, octets: &[u8]) -> Outcome {
    let mut receiver = Receiver::new(bounds);
    receiver.push(octets);
    receiver.outcome
}

fn receive_octet_by_octet(bounds: Bounds, octets: &[u8]) -> Outcome {
    let mut receiver = Receiver::new(bounds);
    for octet in octets {
        receiver.push(core::slice::from_ref(octet));
    }
    receiver.outcome
}
