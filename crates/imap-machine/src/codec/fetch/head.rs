//! The head of a FETCH or UIDFETCH response.

use bounded_static::ToStatic;

use crate::lexer::{FetchHead, FetchWord};

/// The message a FETCH or UIDFETCH response speaks of.
///
/// Zero is no valid number of either kind, but servers send it, and the items behind it are still readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum FetchNumber {
    /// `* n FETCH`: a message sequence number (RFC 9051 section 7.5.2).
    Seq(u32),
    /// `* n UIDFETCH`: a unique identifier (RFC 9586 section 3.3).
    Uid(u32),
}

/// The number in the head of a line, and the offset of the parenthesis that opens the list.
///
/// More than one space between the parts is forgiven, here as in the list.
pub(super) fn read(message: &[u8]) -> Option<(FetchNumber, usize)> {
    let head = FetchHead::of(message)?;
    let number = match head.word {
        FetchWord::Fetch => FetchNumber::Seq(head.number?),
        FetchWord::UidFetch => FetchNumber::Uid(head.number?),
    };
    Some((number, head.list))
}
