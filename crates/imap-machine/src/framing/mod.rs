//! Octets to messages: where a response or command ends, and which octets of it are literals.
//!
//! Framing (RFC 9051 section 4.3) understands only what keeps it in step with the other end. A message that cannot be decoded is
//! still one message. It reads either [`Direction`].
//!
//! It decides
//! - whether a line ends in a literal header, and how many octets follow it: free text never opens a literal;
//! - whether a large literal is buffered with its message or handed out in pieces as it arrives. For a client's literals the
//!   reader decides that, and whether to accept them at all.
//!
//! It holds no octets: [`ReceiveBuffer`] does, and every call of [`Framer::next`] is shown all of them. The framer remembers how
//! far it has read. So the work is linear in the octets received, and the result is the same for every way of cutting them. A
//! literal is never read as protocol text, text is never read as a literal header, no octet is looked at again because more have
//! arrived, and no octet is interpreted after a limit was passed.
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
mod in_pieces;
mod line_end;
mod nesting;

pub use crate::lexer::StreamedLiteral;
pub use buffer::ReceiveBuffer;
pub use direction::Direction;
pub use error::FramingError;
pub use frame::{Announced, Bounds, Delivery, Framed, Message, Need, Piece};
pub use framer::Framer;
pub use from_server::LineKind;
