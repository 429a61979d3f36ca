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
/// More than one space between the parts is accepted, here as in the list, and none before the list.
#[inline(always)]
pub(super) fn read(message: &[u8]) -> Option<(FetchNumber, usize)> {
    let head = FetchHead::of(message)?;
    let number = match head.word {
        FetchWord::Fetch => FetchNumber::Seq(head.number?),
        FetchWord::UidFetch => FetchNumber::Uid(head.number?),
    };
    Some((number, head.list))
}

/// The message that a row is about, by its head.
pub(crate) fn fetch_number(row: &[u8]) -> Option<FetchNumber> {
    read(row).map(|(number, _)| number)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::Fetch;
    use crate::codec::DefectKind::{Number, Space};

    #[test]
    fn a_head_with_odd_spaces_is_read() {
        for (line, defects) in [
            (&b"* 1 FETCH (UID 3)\r\n"[..], &[][..]),
            (b"* 1 FETCH(UID 3)\r\n", &[(Space, 9)]),
            (b"*  1 FETCH(UID 3)\r\n", &[(Space, 2), (Space, 10)]),
            (b"* 0  FETCH (UID 3)\r\n", &[(Number, 2), (Space, 4)]),
        ] {
            let row = Fetch::parse(line, &[]).unwrap();
            assert_eq!(row.uid().map(|uid| uid.get()), Some(3));
            let found = row.defects().into_iter();
            let found: Vec<_> = found.map(|defect| (defect.kind, defect.at)).collect();
            assert_eq!(found, defects, "{}", line.escape_ascii());
        }
    }
}
