//! `VANISHED` (RFC 7162 section 3.2.10), kept as ranges.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use crate::lexer::number;
use crate::lexer::word::{skip_spaces, split_word};

/// UIDs of messages that are gone, as the ranges that the server sent. `VANISHED 1:4294967295` takes the memory of its 21
/// octets.
#[derive(Clone, PartialEq, Eq, Hash, ToStatic)]
pub struct Vanished<'a> {
    /// `(EARLIER)`: they were gone before; the message count does not change.
    pub earlier: bool,
    // `parse` has checked that every element is a range.
    uids: Cow<'a, [u8]>,
}

impl<'a> Vanished<'a> {
    /// The ranges, in wire order, the smaller end first.
    pub fn ranges(&self) -> impl Iterator<Item = (NonZeroU32, NonZeroU32)> + '_ {
        elements(&self.uids).filter_map(range)
    }

    /// Reads what follows the word VANISHED. The grammar has no empty set, but servers send one (apache/james-project#909), and it
    /// is read as such.
    pub(super) fn parse(arguments: &'a [u8]) -> Option<Self> {
        let (word, rest) = split_word(arguments);
        let (earlier, set) = match word.eq_ignore_ascii_case(b"(EARLIER)") {
            true => (true, rest),
            false => (false, arguments),
        };
        let (set, tail) = split_word(skip_spaces(set));
        let sound = tail.is_empty() && elements(set).all(|element| range(element).is_some());
        sound.then_some(Self {
            earlier,
            uids: Cow::Borrowed(set),
        })
    }
}

/// The ranges of a set without `*`, the smaller end first. `None` if `set` is anything else.
pub(crate) fn known_set(set: &[u8]) -> Option<Vec<(u32, u32)>> {
    let elements = set.split(|octet| *octet == b',');
    let ranges = elements.map(|element| range(element).map(|(a, b)| (a.get(), b.get())));
    ranges.collect()
}

fn elements(set: &[u8]) -> impl Iterator<Item = &[u8]> {
    set.split(|octet| *octet == b',')
        .filter(move |_| !set.is_empty())
}

fn range(element: &[u8]) -> Option<(NonZeroU32, NonZeroU32)> {
    let uid = |digits| NonZeroU32::new(u32::try_from(number::whole(digits)?).ok()?);
    let (first, last) = match memchr::memchr(b':', element) {
        Some(colon) => (uid(element.get(..colon)?)?, uid(element.get(colon + 1..)?)?),
        None => (uid(element)?, uid(element)?),
    };
    Some((first.min(last), first.max(last)))
}

impl fmt::Debug for Vanished<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = alloc::string::String::from_utf8_lossy(&self.uids);
        f.debug_struct("Vanished")
            .field("earlier", &self.earlier)
            .field("uids", &set)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[u8]) -> Option<(bool, Vec<(u32, u32)>)> {
        let vanished = Vanished::parse(arguments)?;
        let ranges = vanished.ranges().map(|(a, b)| (a.get(), b.get()));
        Some((vanished.earlier, ranges.collect()))
    }

    #[test]
    fn sets_of_all_shapes() {
        assert_eq!(read(b"4,8"), Some((false, [(4, 4), (8, 8)].into())));
        assert_eq!(
            read(b"(earlier) 300:310,5:3"),
            Some((true, [(300, 310), (3, 5)].into()))
        );
        assert_eq!(read(b"1:4294967295"), Some((false, [(1, u32::MAX)].into())));
        assert_eq!(read(b"(EARLIER)"), Some((true, [].into())));
        assert_eq!(read(b"(EARLIER) "), Some((true, [].into())));
        for broken in [&b"0"[..], b"1,", b"1:*", b"4294967296", b"1 2", b"x"] {
            assert_eq!(read(broken), None, "{broken:?}");
        }
    }
}
