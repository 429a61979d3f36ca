//! Octets to messages: where one response ends and which octets of it are literals.
//!
//! Framing (RFC 9051 section 4.3) asks only what it must know to stay in step with the server, and understands
//! nothing else of a response: a message that nobody can decode is still one message.
//!
//! It decides
//! - which of the four kinds a line is ([`LineKind`]), because free text never opens a literal;
//! - whether a line ends in a literal header, and how many octets follow it;
//! - whether a large literal is buffered with its message or handed out in pieces as it arrives.
//!
//! It holds no octets. [`ReceiveBuffer`] does, and [`Framer::next`] is shown all of them at every call; it remembers how
//! far it came, so the work is linear in the octets received, and the outcome is the same for every way of cutting
//! them. What may never happen: a literal read as protocol text, text read as a literal header, an octet looked at
//! again because more of them arrived, or an octet interpreted after a limit was passed.
//!
//! ```text
//!  ReceiveBuffer --as_slice--> Framer::next --> Incomplete       read more
//!        ^                                  --> Message { len }  use input[..len], then consume(len)
//!        |                                  --> Piece { range }  use input[range], then cut(range)
//!        +--- push / spare + advance
//! ```

mod buffer;
mod error;
mod framer;
mod line;
mod literal;
mod nesting;

/// The octets of the literal that a line of a response announces at its end; none if it announces none.
pub(crate) fn announced_size(line: &[u8]) -> u64 {
    let header = literal::LiteralHeader::at_end_of(line::without_line_end(line));
    header.and_then(|header| header.size).unwrap_or(0)
}

pub use buffer::ReceiveBuffer;
pub use error::FramingError;
pub use framer::{Bounds, Framed, Framer, Message, Need, Piece, StreamedLiteral};
pub use line::LineKind;
