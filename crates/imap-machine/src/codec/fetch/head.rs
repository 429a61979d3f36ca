//! The head of a FETCH or UIDFETCH response.

use bounded_static::ToStatic;

use crate::lexer::{FetchHead, FetchWord};

/// The message that a FETCH or UIDFETCH response is about.
///
/// Zero is not a valid number of either kind, but servers send it, and the items after it can still be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum FetchNumber {
    /// `* n FETCH`: a message sequence number (RFC 9051 section 7.5.2).
    Seq(u32),
    /// `* n UIDFETCH`: a unique identifier (RFC 9586 section 3.3).
    Uid(u32),
}

/// Reads the number in the head of a line, and the offset of the parenthesis that opens the list.
///
/// More than one space between the parts is accepted, here as in the list.
#[inline(always)]
pub(super) fn read(message: &[u8]) -> Option<(FetchNumber, usize)> {
    let head = FetchHead::of(message)?;
    let number = match head.word {
        FetchWord::Fetch => FetchNumber::Seq(head.number?),
        FetchWord::UidFetch => FetchNumber::Uid(head.number?),
    };
    Some((number, head.list))
}
