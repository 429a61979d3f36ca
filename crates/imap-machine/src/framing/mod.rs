//! Octets to messages: where one response or command ends and which octets of it are literals.
//!
//! Framing (RFC 9051 section 4.3) asks only what it must know to stay in step with the other end, and understands
//! nothing else of a message: one that nobody can decode is still one message. It reads either [`Direction`].
//!
//! It decides
//! - whether a line ends in a literal header, and how many octets follow it: free text never opens a literal;
//! - whether a large literal is buffered with its message or handed out in pieces as it arrives. For a client's literals
//!   the reader decides, and whether they are taken at all.
//!
//! It holds no octets. [`ReceiveBuffer`] does, and [`Framer::next`] is shown all of them at every call; it remembers how
//! far it came, so the work is linear in the octets received, and the outcome is the same for every way of cutting
//! them. What may never happen: a literal read as protocol text, text read as a literal header, an octet looked at
//! again because more of them arrived, or an octet interpreted after a limit was passed.
//!
//! ```text
//!  ReceiveBuffer --as_slice--> Framer::next --> Incomplete        read more
//!        ^                                  --> Message { len }   use input[..len], then consume(len)
//!        |                                  --> Piece { range }   use input[range], then cut(range)
//!        |                                  --> Announced { at }  look at input[..at], then accept or refuse
//!        |                                  --> Skipped(range)    cut(range)
//!        +--- push / spare + advance
//! ```

mod buffer;
mod direction;
mod error;
mod frame;
mod framer;
mod from_client;
mod from_server;
mod line_end;
mod nesting;

pub use crate::lexer::StreamedLiteral;
pub use buffer::ReceiveBuffer;
pub use direction::Direction;
pub use error::FramingError;
pub use frame::{Announced, Bounds, Delivery, Framed, Message, Need, Piece};
pub use framer::Framer;
pub use from_server::LineKind;
