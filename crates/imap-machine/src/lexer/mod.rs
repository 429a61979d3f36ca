//! The smallest parts of the protocol, each read in one place: numbers, words, quoted strings, literal headers, line ends.
//!
//! Framing and the codec both use it, so that they read the same line in the same octets. Everything is lent, never copied.

mod cursor;
mod fetch_head;
mod line;
mod literal;
pub(crate) mod number;
pub(crate) mod octet_set;
mod plain_list;
pub(crate) mod quoted;
mod status;
pub(crate) mod word;

pub(crate) use cursor::{Cursor, Element, Span, Token};
pub(crate) use fetch_head::{FetchHead, FetchWord};
pub(crate) use line::{after_star, without_line_end};
pub(crate) use literal::LiteralHeader;
pub use literal::StreamedLiteral;
pub use status::StatusKind;
