//! What the framer is told, and what it hands out.

use core::ops::Range;

/// How much of a message is accepted, in octets. A message of exactly the limit passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The text of one message: its segments with headers and line ends, without its literals.
    pub line: usize,
    /// Any one literal. No literal above `i64::MAX` is accepted, whatever the limit.
    pub literal: u64,
    /// The largest literal that is buffered although it could be streamed. Literals that cannot be streamed are bounded by
    /// [`message`](Self::message) only.
    pub inline_literal: usize,
    /// One message as it stands in the buffer: its text and its buffered literals.
    pub message: usize,
}

/// What [`Framer::next`](super::Framer::next) found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// More input is needed; [`Framer::need`](super::Framer::need) says what is missing.
    Incomplete,
    /// A message is complete in `input[..len]`. Consume `len` octets before the next call.
    Message(Message),
    /// The next piece of a streamed literal is `input[range]`. Cut exactly this range before the next call.
    Piece(Piece),
    /// A client announces a literal. [Accept](super::Framer::accept) or [refuse](super::Framer::refuse) it; every call returns this
    /// until then.
    Announced(Announced),
    /// `input[range]` are octets of a literal that was refused: at least one, and all that have arrived. Cut exactly this
    /// range before the next call.
    Skipped(Range<usize>),
}

/// A complete message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its octets in the buffer, including the line end, but without those of streamed and refused literals.
    pub len: usize,
    /// Whether one of its literals was refused. It may end with the header of that literal.
    pub refused: bool,
}

/// A piece of a streamed literal: at least one octet, and all that have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where its octets are in the input. What comes before them is the head of the message so far.
    pub range: Range<usize>,
    /// Its offset in the literal, in octets.
    pub offset: u64,
    /// The size of the whole literal, in octets.
    pub size: u64,
    /// The index of its literal in [`Framer::streamed`](super::Framer::streamed).
    pub index: usize,
}

/// A literal that a client announces. The message so far is `input[..at]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Where its octets begin if they come: after the line end of its header.
    pub at: usize,
    /// Where the `{` of its header is. (The `~` of a literal8, RFC 3516, is before it.)
    pub header: usize,
    /// Its size in octets. [`TOO_LARGE`](Self::TOO_LARGE): it does not fit into 63 bits, and can only be refused.
    pub size: u64,
    /// Whether the client waits for a command continuation request before it sends the octets (RFC 9051 section 4.3). If not, they
    /// come in any case (RFC 7888), and are within the limits.
    pub synchronizing: bool,
}

impl Announced {
    /// A size beyond the 63 bits of `number64` (RFC 9051 section 9).
    pub const TOO_LARGE: u64 = u64::MAX;
}

/// How the octets of an accepted literal are handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// With their message, within [`Bounds::message`].
    Buffered,
    /// In pieces, as they arrive.
    Streamed,
}

/// What an incomplete message waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// The end of a line.
    Line {
        /// The octets of the message that are in the buffer. Zero: no message has begun.
        buffered: usize,
    },
    /// The rest of a literal.
    Literal {
        /// How many of its octets have not arrived; at least one.
        missing: u64,
        /// Its size in octets.
        size: u64,
    },
}
