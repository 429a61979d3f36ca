//! What the framer is told, and what it hands out.

use core::ops::Range;

/// How much of a message is accepted, in octets. Exactly the limit passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// The text of one message: its segments with headers and line ends, its literals not counted.
    pub line: usize,
    /// Any one literal. Beyond `i64::MAX` it limits nothing more: no larger literal is accepted.
    pub literal: u64,
    /// The largest literal that is buffered where it could be streamed. Those that cannot be streamed are bounded by
    /// [`message`](Self::message) only.
    pub inline_literal: usize,
    /// One message as it stands in the buffer: its text and its buffered literals.
    pub message: usize,
}

/// What [`Framer::next`](super::Framer::next) found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Framed {
    /// Nothing more without input; [`Framer::need`](super::Framer::need) says what is missing.
    Incomplete,
    /// A message is complete in `input[..len]`. Consume `len` octets before the next call.
    Message(Message),
    /// The next piece of a streamed literal is `input[range]`. Cut exactly this range before the next call.
    Piece(Piece),
    /// A client announces a literal. [Accept](super::Framer::accept) or [refuse](super::Framer::refuse) it; until then there is
    /// nothing else.
    Announced(Announced),
    /// `input[range]` are octets of a literal that was refused: at least one, and all that have arrived. Cut exactly this
    /// range before the next call.
    Skipped(Range<usize>),
}

/// A complete message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its octets in the buffer, line end included; those of streamed and of refused literals not.
    pub len: usize,
    /// Whether a literal of it was refused. It may end with the header of that literal.
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
    /// Which of [`Framer::streamed`](super::Framer::streamed) this is.
    pub index: usize,
}

/// A literal that a client announces. The message so far is `input[..at]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Where its octets would begin, after the line end of its header.
    pub at: usize,
    /// Where the `{` of its header is. (The `~` of a literal8, RFC 3516, stands before it.)
    pub header: usize,
    /// Its size in octets. [`TOO_LARGE`](Self::TOO_LARGE): more than fits into 63 bits, which can only be refused.
    pub size: u64,
    /// Whether the client waits for a command continuation request before it sends them (RFC 9051 section 4.3). If not,
    /// they come in any case (RFC 7888), and are within the limits.
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
        /// The octets of the message that are in the buffer. None: no message has begun.
        buffered: usize,
    },
    /// The rest of a literal.
    Literal {
        /// The octets of it that have not arrived; at least one.
        missing: u64,
        /// The octets of it altogether.
        size: u64,
    },
}
