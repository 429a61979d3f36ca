//! Why framing gave up.

use thiserror::Error;

/// A limit was passed. That is final: no further octet is interpreted, because it cannot be told whether it lies inside what
/// was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum FramingError {
    /// One message has more text, literals not counted, than [`Limits::line`](crate::Limits::line).
    #[error("more than {limit} octets of text in one command or response (`Limits::line`)")]
    LineTooLong {
        /// The limit, in octets.
        limit: usize,
    },
    /// A literal header announces more than [`Limits::literal`](crate::Limits::literal).
    #[error("a literal of {size} octets is announced, more than {limit} (`Limits::literal`)")]
    LiteralTooLarge {
        /// The announced size, in octets.
        size: u64,
        /// The limit, in octets.
        limit: u64,
    },
    /// A literal header announces a size beyond the 63 bits of `number64` (RFC 9051 section 9).
    #[error("the announced size of a literal does not fit into 63 bits")]
    LiteralSizeOverflow,
    /// One message, its buffered literals included, is larger than [`Limits::message`](crate::Limits::message).
    #[error(
        "more than {limit} octets that cannot be streamed in one command or response (`Limits::message`)"
    )]
    MessageTooLarge {
        /// The limit, in octets.
        limit: usize,
    },
}
