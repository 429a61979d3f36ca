//! The front of a row: the items that synchronising clients ask for, read in one glance.
//!
//! `(UID 4 FLAGS (\Seen) MODSEQ (12))` makes up most of what a server ever says. Walking such a list item by item, once
//! for each question, costs more than everything else a connection does with it. So it is read once, when the response
//! is, as far as it is of the plainest form: no literal, no quoted flag, nothing twice, one space at a time.
//!
//! The contract with [`Items`](super::Items): an item in here is the item that the walk would have found in its place, or
//! it is not in here, and the walk goes on from there.

use core::num::NonZeroU32;

use bounded_static::ToStatic;

use super::date::InternalDate;
use super::flags::Flags;
use super::items::FetchItem;
use super::number;
use super::system_flags::SystemFlags;

/// The items at the front of a list that were read with its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
pub(super) struct Front {
    order: [Kind; 5],
    found: u8,
    /// The same as bits.
    kinds: u8,
    system: SystemFlags,
    uid: u32,
    modseq: u64,
    size: u64,
    flags: Span,
    date: Span,
    /// Where the walk goes on.
    end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
enum Kind {
    Uid,
    Flags,
    ModSeq,
    Size,
    Date,
}

/// Where in the message something stands. A list that ends beyond 4 GiB is not of the plainest form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
struct Span {
    start: u32,
    end: u32,
}

impl Front {
    /// Nothing is read; the walk begins at `at`, which is behind the opening parenthesis.
    const fn empty(at: usize) -> Self {
        Self {
            order: [Kind::Uid; 5],
            found: 0,
            kinds: 0,
            system: SystemFlags::NONE,
            uid: 0,
            modseq: 0,
            size: 0,
            flags: Span { start: 0, end: 0 },
            date: Span { start: 0, end: 0 },
            end: at,
        }
    }

    /// Reads on from `at`, which is behind the opening parenthesis.
    pub(super) fn read(line: &[u8], at: usize) -> Self {
        let mut front = Self::empty(at);
        while let Some(behind) = front.item_at(line) {
            front.end = behind;
            match line.get(behind) {
                Some(b' ') => front.end = behind + 1,
                _ => break,
            }
        }
        front
    }

    /// Takes the item at `end`; where it ends. Nothing is taken of one that is not plain.
    fn item_at(&mut self, line: &[u8]) -> Option<usize> {
        let rest = line.get(self.end..)?;
        let (kind, behind) = match rest.first()? | 0x20 {
            b'u' => (Kind::Uid, self.uid(strip(rest, b"uid ")?)?),
            b'f' => (
                Kind::Flags,
                self.flags(strip(rest, b"flags (")?, line.len())?,
            ),
            b'm' => (Kind::ModSeq, self.modseq(strip(rest, b"modseq (")?)?),
            b'r' => (Kind::Size, self.size(strip(rest, b"rfc822.size ")?)?),
            b'i' => (
                Kind::Date,
                self.date(strip(rest, b"internaldate \"")?, line.len())?,
            ),
            _ => return None,
        };
        let order = self.order.get_mut(usize::from(self.found))?;
        *order = kind;
        self.found += 1;
        self.kinds |= 1 << kind as u8;
        line.len().checked_sub(behind.len())
    }

    fn has(&self, kind: Kind) -> bool {
        self.kinds().contains(&kind)
    }

    fn kinds(&self) -> &[Kind] {
        self.order
            .get(..usize::from(self.found))
            .unwrap_or_default()
    }

    fn uid<'a>(&mut self, value: &'a [u8]) -> Option<&'a [u8]> {
        let (uid, behind) = plain_number(value)?;
        let uid = u32::try_from(uid).ok().filter(|uid| *uid > 0)?;
        if self.has(Kind::Uid) || !ends_value(behind) {
            return None;
        }
        self.uid = uid;
        Some(behind)
    }

    fn size<'a>(&mut self, value: &'a [u8]) -> Option<&'a [u8]> {
        let (size, behind) = plain_number(value)?;
        if self.has(Kind::Size) || !ends_value(behind) {
            return None;
        }
        self.size = size;
        Some(behind)
    }

    fn modseq<'a>(&mut self, value: &'a [u8]) -> Option<&'a [u8]> {
        let (modseq, behind) = plain_number(value)?;
        let behind = behind.strip_prefix(b")")?;
        if self.has(Kind::ModSeq) {
            return None;
        }
        self.modseq = modseq;
        Some(behind)
    }

    fn flags<'a>(&mut self, value: &'a [u8], line: usize) -> Option<&'a [u8]> {
        let (system, len) = plain_flags(value)?;
        if self.has(Kind::Flags) {
            return None;
        }
        self.system = system;
        self.flags = Span::new(line - value.len(), len)?;
        value.get(len + 1..)
    }

    fn date<'a>(&mut self, value: &'a [u8], line: usize) -> Option<&'a [u8]> {
        const LENGTH: usize = 26;
        let (date, behind) = value.split_at_checked(LENGTH)?;
        let behind = behind.strip_prefix(b"\"")?;
        InternalDate::new(date)?;
        if self.has(Kind::Date) {
            return None;
        }
        self.date = Span::new(line - value.len(), LENGTH)?;
        Some(behind)
    }
}

impl Front {
    /// Where the walk goes on.
    pub(super) const fn end(&self) -> usize {
        self.end
    }

    /// The item at this place of the front.
    #[inline]
    pub(super) fn item<'a>(&self, index: u8, line: &'a [u8]) -> Option<FetchItem<'a>> {
        if index >= self.found {
            return None;
        }
        match self.order.get(usize::from(index))? {
            Kind::Uid => NonZeroU32::new(self.uid).map(FetchItem::Uid),
            Kind::Flags => Some(FetchItem::Flags(Flags::known(
                self.flags.of(line)?,
                self.system,
            ))),
            Kind::ModSeq => Some(FetchItem::ModSeq(self.modseq)),
            Kind::Size => Some(FetchItem::Rfc822Size(self.size)),
            Kind::Date => Some(FetchItem::InternalDate(InternalDate::known(
                self.date.of(line)?,
            ))),
        }
    }

    /// The UID, if it is in the front; so for the others.
    pub(super) const fn found_uid(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.uid)
    }

    pub(super) fn found_modseq(&self) -> Option<u64> {
        self.has(Kind::ModSeq).then_some(self.modseq)
    }

    pub(super) fn found_size(&self) -> Option<u64> {
        self.has(Kind::Size).then_some(self.size)
    }

    pub(super) fn found_flags<'a>(&self, line: &'a [u8]) -> Option<Flags<'a>> {
        let list = self.has(Kind::Flags).then(|| self.flags.of(line))?;
        list.map(|list| Flags::known(list, self.system))
    }

    pub(super) fn found_date<'a>(&self, line: &'a [u8]) -> Option<InternalDate<'a>> {
        let date = self.has(Kind::Date).then(|| self.date.of(line))?;
        date.map(InternalDate::known)
    }
}

impl Span {
    fn new(start: usize, len: usize) -> Option<Self> {
        Some(Self {
            start: u32::try_from(start).ok()?,
            end: u32::try_from(start.checked_add(len)?).ok()?,
        })
    }

    fn of<'a>(&self, line: &'a [u8]) -> Option<&'a [u8]> {
        let (start, end) = (usize::try_from(self.start), usize::try_from(self.end));
        line.get(start.ok()?..end.ok()?)
    }
}

/// What stands behind `prefix`, which is in small letters, without regard to case.
#[inline(always)]
pub(super) fn strip<'a, const N: usize>(octets: &'a [u8], prefix: &[u8; N]) -> Option<&'a [u8]> {
    let (head, rest) = octets.split_first_chunk::<N>()?;
    // No early end: a prefix is compared in a word or two.
    let differences = head.iter().zip(prefix).fold(0, |found, (octet, expected)| {
        let either_case = if expected.is_ascii_lowercase() {
            0x20
        } else {
            0
        };
        found | ((octet ^ expected) & !either_case)
    });
    (differences == 0).then_some(rest)
}

/// A number of at most 19 digits, which always fits, and what is behind it.
fn plain_number(octets: &[u8]) -> Option<(u64, &[u8])> {
    let (number, digits) = number::short(octets)?;
    octets.get(digits..).map(|behind| (number, behind))
}

/// Whether an unquoted value cannot go on here.
fn ends_value(behind: &[u8]) -> bool {
    matches!(behind, [b' ' | b')', ..])
}

/// The flags up to the closing parenthesis: which system flags, and the length of the list.
fn plain_flags(octets: &[u8]) -> Option<(SystemFlags, usize)> {
    let mut system = SystemFlags::NONE;
    let mut start = 0;
    loop {
        let rest = octets.get(start..)?;
        let len = rest
            .iter()
            .position(|octet| ENDS_FLAG[usize::from(*octet)])?;
        let (token, behind) = rest.split_at_checked(len)?;
        if !token.is_empty() {
            system = system | SystemFlags::of(token);
        }
        match behind.first()? {
            b' ' => start += len + 1,
            b')' => return Some((system, start + len)),
            // Quotes, lists and literals are for the walk.
            _ => return None,
        }
    }
}

const ENDS_FLAG: [bool; 256] = {
    let mut ends = [false; 256];
    let mut octets: &[u8] = b" )\"({\r\n";
    while let [octet, rest @ ..] = octets {
        ends[*octet as usize] = true;
        octets = rest;
    }
    ends
};

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::String;
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::super::items::Items;
    use super::*;

    /// Plain items, and what looks like one and is not.
    const PIECES: &[&str] = &[
        "UID 4",
        "uid 4294967295",
        "UID 4294967296",
        "UID 0",
        "UID 5x",
        "UID 5{3}",
        "UID",
        "UID (5)",
        "FLAGS (\\Seen $Label)",
        "Flags ()",
        "FLAGS ( \\SEEN  $a )",
        "FLAGS (\"two words\" \\Seen)",
        "FLAGS (a(b))",
        "FLAGS (a",
        "FLAGS NIL",
        "MODSEQ (12)",
        "MODSEQ (18446744073709551615)",
        "MODSEQ (18446744073709551616)",
        "MODSEQ ( 7 )",
        "MODSEQ ()",
        "MODSEQ 12",
        "RFC822.SIZE 44827",
        "RFC822.SIZE 0x",
        "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"",
        "INTERNALDATE \"37-Jul-1996 02:44:25 -0700\"",
        "INTERNALDATE NIL",
        "BODY[] NIL",
        "X-GM-MSGID 17",
        "ENVELOPE (NIL)",
    ];

    fn list() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(PIECES);
        let space = prop::sample::select(&[" ", " ", " ", "  ", "", ")"][..]);
        let end = prop::sample::select(&[")", ")", " )", "", ") x", "))"][..]);
        let pieces = prop::collection::vec((piece, space), 0..7);
        (pieces, end).prop_map(|(pieces, end)| {
            let pieces = pieces
                .iter()
                .map(|(piece, space)| [*piece, *space].concat());
            String::from(pieces.collect::<String>().trim_end()) + end
        })
    }

    fn items<'a>(line: &'a [u8], front: &'a Front) -> Vec<FetchItem<'a>> {
        Items::new(line, front, &[]).collect()
    }

    proptest! {
        #[test]
        fn the_front_finds_what_the_walk_finds(list in list()) {
            let (front, walk) = (Front::read(list.as_bytes(), 0), Front::empty(0));
            prop_assert_eq!(items(list.as_bytes(), &front), items(list.as_bytes(), &walk));
        }
    }

    #[test]
    fn plain_rows_are_read_whole() {
        let line = b"UID 4 FLAGS (\\Seen) MODSEQ (12) RFC822.SIZE 5 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")";
        let front = Front::read(line, 0);
        assert_eq!((front.found, front.end), (5, line.len() - 1));
        let twice = Front::read(b"UID 4 UID 5)", 0);
        assert_eq!((twice.found, twice.end), (1, 6));
    }
}
