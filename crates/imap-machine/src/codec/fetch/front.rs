//! The front of a row: the items that synchronising clients ask for, read in one pass.
//!
//! `(UID 4 FLAGS (\Seen) MODSEQ (12))` makes up most of what a server ever says. To walk such a list item by item, once for
//! each question, would cost more than all else that a connection does with it. So the front is read once, together with the
//! head, as long as the items have the plainest form: no literal, no quoted flag, no item twice, one space at a time.
//!
//! The contract with [`FetchItems`](super::items::FetchItems): each item of the front is the one that the walk would have found in its
//! place. The walk goes on where the front ends.

use core::num::NonZeroU32;

use bounded_static::ToStatic;

use super::date::InternalDate;
use super::flags::Flags;
use super::item::FetchItem;
use super::system_flags::SystemFlags;
use super::tail::Tail;
use crate::lexer::number;
use crate::lexer::octet_set::{first_of, set_of};
use crate::lexer::word::strip;

/// The items at the front of a list that were read with its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
pub(super) struct Front {
    order: Order,
    system: SystemFlags,
    uid: u32,
    modseq: u64,
    size: u64,
    flags: Offsets,
    /// Always 26 octets.
    date: u32,
    /// Where the walk goes on.
    end: u32,
    /// The list ends there, and so does the line: nothing is left to walk.
    is_whole: bool,
    tail: Tail,
}

/// What ends the list, and the line.
const LIST_END: &[u8] = b")\r\n";

/// The kinds of items that may be in the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainItem {
    Uid = 1,
    Flags,
    ModSeq,
    Size,
    Date,
}

impl PlainItem {
    /// Its place in a set of kinds.
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The kinds of the items in wire order: three bits each, the first one lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToStatic)]
struct Order {
    kinds: u16,
    found: u8,
    /// The kinds as a set.
    set: u8,
}

impl Order {
    const fn push(&mut self, kind: PlainItem) {
        self.kinds |= (kind as u16) << (3 * self.found);
        self.set |= kind.bit();
        self.found += 1;
    }

    const fn has(self, kind: PlainItem) -> bool {
        self.set & kind.bit() != 0
    }

    const fn get(self, index: u8) -> Option<PlainItem> {
        if index >= self.found {
            return None;
        }
        match (self.kinds >> (3 * index)) & 7 {
            1 => Some(PlainItem::Uid),
            2 => Some(PlainItem::Flags),
            3 => Some(PlainItem::ModSeq),
            4 => Some(PlainItem::Size),
            5 => Some(PlainItem::Date),
            _ => None,
        }
    }
}

/// A range of the message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ToStatic)]
struct Offsets {
    start: u32,
    end: u32,
}

impl Front {
    /// An empty front: the walk begins at `at`, after the opening parenthesis.
    const fn empty(at: u32) -> Self {
        Self {
            order: Order {
                kinds: 0,
                found: 0,
                set: 0,
            },
            system: SystemFlags::NONE,
            uid: 0,
            modseq: 0,
            size: 0,
            flags: Offsets { start: 0, end: 0 },
            date: 0,
            end: at,
            is_whole: false,
            tail: Tail::UNKNOWN,
        }
    }

    /// Reads on from `at`, after the opening parenthesis. `None` if `at` is not in the first 4 GiB of the message.
    #[inline]
    pub(super) fn read(line: &[u8], at: usize) -> Option<Self> {
        let mut front = Self::empty(u32::try_from(at).ok()?);
        // The front lies within the first 4 GiB, so that its offsets fit into 32 bits.
        let window = line.get(..line.len().min(0xffff_ffff))?;
        let mut rest = window.get(at..)?;
        while let Some(after) = front.item_at(rest, window.len()) {
            match after {
                [b' ', next @ ..] => rest = next,
                _ => {
                    rest = after;
                    break;
                }
            }
        }
        front.end = offset(window.len(), rest);
        front.is_whole = rest.starts_with(LIST_END);
        Some(front)
    }

    /// The front of a line that ends at `len`.
    #[inline]
    pub(super) fn of_line(self, len: usize) -> Self {
        let is_whole = self.is_whole && self.row_end() == len;
        Self {
            is_whole,
            tail: Tail::unseen(is_whole),
            ..self
        }
    }

    /// Where a row ends that is all front, its line end included.
    #[inline]
    pub(super) fn row_end(&self) -> usize {
        self.end() + LIST_END.len()
    }

    /// Takes the item that `rest` begins with, in a line of `len` octets, and returns what follows it. Takes nothing of an item
    /// that is not plain.
    #[inline]
    fn item_at<'a>(&mut self, rest: &'a [u8], len: usize) -> Option<&'a [u8]> {
        match rest.first()? {
            b'U' | b'u' => self.uid(strip(rest, b"uid ")?),
            b'F' | b'f' => self.flags(strip(rest, b"flags (")?, len),
            b'M' | b'm' => self.modseq(strip(rest, b"modseq (")?),
            b'R' | b'r' => self.size(strip(rest, b"rfc822.size ")?),
            b'I' | b'i' => self.date(strip(rest, b"internaldate \"")?, len),
            _ => None,
        }
    }

    /// Notes an item, if it is the first of its kind.
    #[inline]
    const fn take(&mut self, kind: PlainItem) -> Option<()> {
        if self.order.has(kind) {
            return None;
        }
        self.order.push(kind);
        Some(())
    }

    #[inline]
    fn uid<'a>(&mut self, value: &'a [u8]) -> Option<&'a [u8]> {
        let (uid, after) = number::short(value)?;
        let uid = u32::try_from(uid).ok().filter(|uid| *uid > 0)?;
        ends_value(after)?;
        self.take(PlainItem::Uid)?;
        self.uid = uid;
        Some(after)
    }

    #[inline]
    fn size<'a>(&mut self, value: &'a [u8]) -> Option<&'a [u8]> {
        let (size, after) = number::short(value)?;
        ends_value(after)?;
        self.take(PlainItem::Size)?;
        self.size = size;
        Some(after)
    }

    #[inline]
    fn modseq<'a>(&mut self, value: &'a [u8]) -> Option<&'a [u8]> {
        let (modseq, after) = number::short(value)?;
        let after = after.strip_prefix(b")")?;
        self.take(PlainItem::ModSeq)?;
        self.modseq = modseq;
        Some(after)
    }

    #[inline]
    fn flags<'a>(&mut self, value: &'a [u8], len: usize) -> Option<&'a [u8]> {
        let (system, after) = plain_flags(value)?;
        self.take(PlainItem::Flags)?;
        self.system = system;
        self.flags = Offsets {
            start: offset(len, value),
            // The parenthesis is not part of it.
            end: offset(len, after) - 1,
        };
        Some(after)
    }

    fn date<'a>(&mut self, value: &'a [u8], len: usize) -> Option<&'a [u8]> {
        let (date, after) = value.split_at_checked(InternalDate::LENGTH)?;
        let after = after.strip_prefix(b"\"")?;
        // Where anything else follows, the quote may stand for itself.
        ends_value(after)?;
        InternalDate::new(date)?;
        self.take(PlainItem::Date)?;
        self.date = offset(len, value);
        Some(after)
    }
}

impl Front {
    /// Whether these are all items of the row: `)` and CR LF follow.
    #[inline]
    pub(super) const fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Where the walk goes on.
    #[inline]
    pub(super) fn end(&self) -> usize {
        position(self.end)
    }

    /// The kinds of the items that are known, as a set: [`PlainItem::bit`] of each.
    #[inline]
    pub(super) const fn kinds(&self) -> u8 {
        match self.uid {
            0 => self.order.set,
            _ => self.order.set | PlainItem::Uid.bit(),
        }
    }

    /// What is known of the items after it.
    #[inline]
    pub(super) const fn tail(&self) -> &Tail {
        &self.tail
    }

    /// A walk has found this after the front. The UID is no item of the front.
    pub(super) fn learn(&mut self, uid: Option<NonZeroU32>, tail: Tail) {
        self.uid = uid.map_or(self.uid, NonZeroU32::get);
        self.tail = tail;
    }

    /// The front without what was learned after it.
    pub(super) const fn alone(self) -> Self {
        let uid = match self.order.has(PlainItem::Uid) {
            true => self.uid,
            false => 0,
        };
        Self {
            uid,
            tail: Tail::unseen(self.is_whole),
            ..self
        }
    }

    /// The item at this place in the front.
    #[inline]
    pub(super) fn item<'a>(&self, index: u8, line: &'a [u8]) -> Option<FetchItem<'a>> {
        match self.order.get(index)? {
            PlainItem::Uid => self.found_uid().map(FetchItem::Uid),
            PlainItem::Flags => self.found_flags(line).map(FetchItem::Flags),
            PlainItem::ModSeq => Some(FetchItem::ModSeq(self.modseq)),
            PlainItem::Size => Some(FetchItem::Rfc822Size(self.size)),
            PlainItem::Date => self.found_date(line).map(FetchItem::InternalDate),
        }
    }

    /// The UID, if it is in the front or was found after it. The methods below are alike.
    #[inline]
    pub(super) const fn found_uid(&self) -> Option<NonZeroU32> {
        NonZeroU32::new(self.uid)
    }

    #[inline]
    pub(super) fn found_modseq(&self) -> Option<u64> {
        self.order.has(PlainItem::ModSeq).then_some(self.modseq)
    }

    #[inline]
    pub(super) fn found_size(&self) -> Option<u64> {
        self.order.has(PlainItem::Size).then_some(self.size)
    }

    #[inline]
    pub(super) fn found_flags<'a>(&self, line: &'a [u8]) -> Option<Flags<'a>> {
        if !self.order.has(PlainItem::Flags) {
            return None;
        }
        let list = line.get(position(self.flags.start)..position(self.flags.end))?;
        Some(Flags::known(list, self.system))
    }

    #[inline]
    pub(super) fn found_date<'a>(&self, line: &'a [u8]) -> Option<InternalDate<'a>> {
        if !self.order.has(PlainItem::Date) {
            return None;
        }
        let date = line.get(position(self.date)..)?;
        date.get(..InternalDate::LENGTH).map(InternalDate::known)
    }
}

/// The offset at which `rest` begins in a line of `len` octets, which is 4 GiB at most.
#[inline]
const fn offset(len: usize, rest: &[u8]) -> u32 {
    (len - rest.len()) as u32
}

/// Lossless: no target of this crate has addresses of less than 32 bits.
#[inline]
const fn position(offset: u32) -> usize {
    offset as usize
}

/// Whether this octet ends an unquoted value.
#[inline]
const fn ends_value(after: &[u8]) -> Option<()> {
    match after {
        [b' ' | b')', ..] => Some(()),
        _ => None,
    }
}

/// The flags up to the closing parenthesis: the system flags among them, and what follows. [`Flags::new`] would find the same, but
/// only after a pass that finds the parenthesis; a row would cost an eighth more instructions.
#[inline]
fn plain_flags(octets: &[u8]) -> Option<(SystemFlags, &[u8])> {
    let mut system = SystemFlags::NONE;
    let mut rest = octets;
    loop {
        let (token, after) = rest.split_at_checked(first_of(&ENDS_FLAG, rest)?)?;
        if !token.is_empty() {
            system = system | SystemFlags::of(token);
        }
        match after {
            [b' ', next @ ..] => rest = next,
            [b')', after @ ..] => return Some((system, after)),
            // Quotes, lists and literals are left to the walk.
            _ => return None,
        }
    }
}

const ENDS_FLAG: [bool; 256] = set_of(b" )\"({\r\n");

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::String;
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::super::items::FetchItems;
    use super::*;

    /// Plain items, and others that only look like them.
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
        FetchItems::new(line, front, &[], 1).collect()
    }

    proptest! {
        #[test]
        fn the_front_finds_what_the_walk_finds(list in list()) {
            let (front, walk) = (Front::read(list.as_bytes(), 0).unwrap(), Front::empty(0));
            prop_assert_eq!(items(list.as_bytes(), &front), items(list.as_bytes(), &walk));
        }

        /// The same when the line end is there, and other lines after it.
        #[test]
        fn the_end_of_a_row_is_found_with_its_items(list in list(), end in prop::sample::select(ENDS)) {
            let (line, more) = (list.clone() + end, list.clone() + end + "* 1 FETCH (UID 8)\r\n");
            let (front, walk) = (Front::read(more.as_bytes(), 0).unwrap(), Front::empty(0));
            prop_assert_eq!(front.is_whole && front.row_end() != line.len(), false);
            let front = front.of_line(line.len());
            prop_assert_eq!(&front, &Front::read(line.as_bytes(), 0).unwrap().of_line(line.len()));
            prop_assert_eq!(items(list.as_bytes(), &front), items(list.as_bytes(), &walk));
        }
    }

    const ENDS: &[&str] = &["\r\n", "\r\n", "\n", " \r\n"];

    #[test]
    fn plain_rows_are_read_whole() {
        let line = b"UID 4 FLAGS (\\Seen) MODSEQ (12) RFC822.SIZE 5 INTERNALDATE \"17-Jul-1996 02:44:25 -0700\")";
        let front = Front::read(line, 0).unwrap();
        assert_eq!((front.order.found, front.end()), (5, line.len() - 1));
        let whole = Front::read(b"UID 4)\r\n", 0).unwrap();
        assert!(whole.is_whole() && !front.is_whole(), "the line end counts");
        let twice = Front::read(b"UID 400000 UID 5)", 0).unwrap();
        assert_eq!((twice.order.found, twice.end), (1, 11));
    }

    #[test]
    fn a_quote_that_may_stand_for_itself_is_left_to_the_walk() {
        let date = "INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"";
        let list = [date, "UID 5 ", date, ")"].concat();
        let front = Front::read(list.as_bytes(), 0).unwrap();
        assert_eq!(front, Front::empty(0));
    }
}
