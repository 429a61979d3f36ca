//! SEARCH (RFC 9051 section 7.3.5 has only ESEARCH; RFC 3501 section 7.2.5) and SORT (RFC 5256).

use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use crate::codec::defect::{Defect, DefectKind, Notes};
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::number;

/// The numbers that SEARCH or SORT has found: sequence numbers or UIDs, as asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct SearchData<'a> {
    /// Which of the two.
    pub kind: SearchKind,
    /// The highest mod-sequence among the messages (RFC 7162 section 3.1.5).
    pub modseq: Option<u64>,
    numbers: Octets<'a>,
    /// Where the numbers begin in the line.
    at: usize,
    /// The defects beside the numbers.
    pub(super) noted: Vec<Defect>,
}

/// The word of a [`SearchData`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum SearchKind {
    /// `SEARCH`
    Search,
    /// `SORT`
    Sort,
}

impl SearchData<'_> {
    /// The numbers as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.numbers
    }

    /// The numbers in the order received.
    pub fn numbers(&self) -> impl Iterator<Item = NonZeroU32> + '_ {
        let mut rest = &*self.numbers;
        core::iter::from_fn(move || {
            while !rest.is_empty() {
                if let Some((number, next)) = usual(rest) {
                    rest = next;
                    return Some(number);
                }
                let end = memchr::memchr(b' ', rest).map_or(rest.len(), |at| at + 1);
                rest = rest.get(end..).unwrap_or_default();
            }
            None
        })
    }

    pub(super) fn defects(&self) -> Vec<Defect> {
        Notes::with_inner(&self.noted, self.at, |notes| check(&self.numbers, notes))
    }
}

pub(super) fn read<'a>(kind: SearchKind, reader: &mut ValueReader<'a, '_>) -> SearchData<'a> {
    let all = reader.all_left();
    let at = reader.position();
    let end = memchr::memchr(b'(', all).unwrap_or(all.len());
    let numbers = all.get(..end).unwrap_or_default().trim_ascii_end();
    if !numbers.is_empty() {
        reader.skip_to(at + numbers.len());
    }
    let modseq = match reader.next_list() {
        Some(list) => modseq(&mut reader.list(list)),
        None => None,
    };
    SearchData {
        kind,
        modseq,
        numbers: Octets::from(numbers),
        at,
        noted: reader.defects(),
    }
}

/// `MODSEQ 7`
fn modseq(reader: &mut ValueReader<'_, '_>) -> Option<u64> {
    let name = reader.astring()?;
    if !name.eq_ignore_ascii_case(b"MODSEQ") {
        reader.note(DefectKind::Excess);
        return None;
    }
    let modseq = reader.number();
    reader.finish();
    modseq
}

/// One pass over the usual form: a million numbers are one line.
fn check(numbers: &[u8], notes: &mut Notes) {
    let mut rest = numbers;
    while let Some((_, next)) = usual(rest) {
        rest = next;
    }
    if rest.is_empty() {
        return;
    }
    let mut from = numbers.len() - rest.len();
    for word in rest.split(|octet| *octet == b' ') {
        if word.is_empty() {
            notes.add(DefectKind::Space, from);
        } else if one(word).is_none() {
            notes.add(DefectKind::Number, from);
        }
        from += word.len() + 1;
    }
}

/// A number as it is usually written, and what follows the space after it.
#[inline]
fn usual(octets: &[u8]) -> Option<(NonZeroU32, &[u8])> {
    let (number, after) = number::short(octets).or_else(|| last(octets))?;
    let number = NonZeroU32::new(u32::try_from(number).ok()?)?;
    match after {
        [] => Some((number, after)),
        [b' ', next @ ..] => Some((number, next)),
        _ => None,
    }
}

/// A number so near to the end of the line that `short` cannot read it.
fn last(octets: &[u8]) -> Option<(u64, &[u8])> {
    let (number, len) = number::leading(octets)?;
    Some((number, octets.get(len..)?))
}

fn one(word: &[u8]) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(number::whole(word)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Context;
    use crate::codec::data::{self, Untagged};

    fn defects(line: &str) -> Vec<(DefectKind, usize)> {
        let line = line.as_bytes();
        let context = Context {
            nesting: 9,
            ..Context::default()
        };
        let data = data::parse(line, &context).unwrap();
        assert!(matches!(data, Untagged::Search(_)));
        let defects = data.defects().into_iter();
        defects.map(|defect| (defect.kind, defect.at)).collect()
    }

    #[test]
    fn defects_come_in_the_order_of_the_wire() {
        use DefectKind::{Excess, Number, Space};
        let all = [
            (Space, 8),
            (Number, 12),
            (Space, 14),
            (Number, 25),
            (Excess, 28),
        ];
        assert_eq!(defects("* SEARCH  1 x  2 (MODSEQ x) y"), all);
        assert_eq!(defects("* SEARCH 1 2 (MODSEQ 7)"), []);
        // A hundred at most, wherever they are.
        let many = defects(&alloc::format!("* SEARCH {}(X)", "x ".repeat(200)));
        assert_eq!((many.len(), many.last()), (100, Some(&(Number, 207))));
    }
}
