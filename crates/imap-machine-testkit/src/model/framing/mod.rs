//! The rules of framing a second time, and a reader that checks the framer's contract at every step.
//!
//! [`frames`] is a slow and obvious reading of a whole stream. [`Reader`] is a framer as a connection
//! uses it: a buffer, and octets that arrive in any cut. For every cut of a stream the two must agree:
//!
//! ```
//! use imap_machine::framing::Bounds;
//! use imap_machine_testkit::model::framing::{Reader, frames};
//!
//! let bounds = Bounds { line: 100, literal: 100, inline_literal: 4, message: 100 };
//! let stream = b"* 1 FETCH (BODY[] {5}\r\nhello)\r\nA1 OK {5}\r\n";
//! let mut reader = Reader::new(bounds);
//! stream.chunks(7).for_each(|chunk| reader.push(chunk));
//! assert_eq!(reader.frames(), &frames(bounds, stream));
//! ```

mod naive;
mod reader;

use imap_machine::framing::{FramingError, LineKind, StreamedLiteral};

pub use naive::{frames, responses};
pub use reader::Reader;

/// What framing makes of a stream of octets, the same for every cut of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frames {
    /// The complete messages, in order.
    pub messages: Vec<Whole>,
    /// Streamed literals of the message that was not completed, with the octets that came.
    pub unfinished: Vec<(StreamedLiteral, Vec<u8>)>,
    /// The limit that was passed. Nothing is framed after that.
    pub error: Option<FramingError>,
}

/// A complete message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Its octets, streamed literals left out.
    pub octets: Vec<u8>,
    /// Its kind.
    pub kind: LineKind,
    /// Its streamed literals, with their joined pieces.
    pub streamed: Vec<(StreamedLiteral, Vec<u8>)>,
}
