//! Sets of numbers as the server writes them: ranges, never expanded.

use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use super::octets::Octets;
use crate::lexer::number;

/// A set of sequence numbers or UIDs (RFC 9051 section 9, `sequence-set` and `uid-set`), as the ranges that the server sent.
/// `1:4294967295` takes the memory of its 12 octets.
#[derive(Clone, PartialEq, Eq, Hash, Default, ToStatic)]
pub struct NumberSet<'a>(Octets<'a>);

impl<'a> NumberSet<'a> {
    /// Takes a set. `None` if one of its elements is neither a number nor a range of two, or is zero or `*`.
    pub(crate) fn new(set: Octets<'a>) -> Option<Self> {
        let sound = elements(&set).all(|element| received(element).is_some());
        sound.then_some(Self(set))
    }

    /// The ranges, in wire order, the smaller end first.
    pub fn ranges(&self) -> impl Iterator<Item = (NonZeroU32, NonZeroU32)> + '_ {
        self.as_received()
            .map(|(first, last, _)| (first.min(last), first.max(last)))
    }

    /// The elements as received: both ends, and whether there are two.
    pub(super) fn as_received(&self) -> impl Iterator<Item = (NonZeroU32, NonZeroU32, bool)> + '_ {
        elements(&self.0).filter_map(received)
    }

    /// How many numbers there are, each as often as it is in the set.
    #[must_use]
    pub fn count(&self) -> u64 {
        let counts = self
            .ranges()
            .map(|(first, last)| u64::from(last.get() - first.get()) + 1);
        counts.fold(0, u64::saturating_add)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers one by one. The server decides how many there are: see [`count`](Self::count).
    pub fn numbers(&self) -> impl Iterator<Item = NonZeroU32> + '_ {
        self.ranges()
            .flat_map(|(first, last)| (first.get()..=last.get()).filter_map(NonZeroU32::new))
    }

    /// As received: `2,10:11`.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.0
    }
}

/// The ranges of a set without `*`, the smaller end first. `None` if `set` is anything else.
pub(crate) fn known_set(set: &[u8]) -> Option<Vec<(u32, u32)>> {
    let elements = set.split(|octet| *octet == b',');
    let ranges = elements.map(|element| {
        let (first, last, _) = received(element)?;
        Some((first.min(last).get(), first.max(last).get()))
    });
    ranges.collect()
}

fn elements(set: &[u8]) -> impl Iterator<Item = &[u8]> {
    set.split(|octet| *octet == b',')
        .filter(move |_| !set.is_empty())
}

fn received(element: &[u8]) -> Option<(NonZeroU32, NonZeroU32, bool)> {
    let number = |digits| NonZeroU32::new(u32::try_from(number::whole(digits)?).ok()?);
    match memchr::memchr(b':', element) {
        Some(colon) => {
            let first = number(element.get(..colon)?)?;
            Some((first, number(element.get(colon + 1..)?)?, true))
        }
        None => {
            let only = number(element)?;
            Some((only, only, false))
        }
    }
}

impl fmt::Display for NumberSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (first, last)) in self.ranges().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            match first == last {
                true => write!(f, "{comma}{first}")?,
                false => write!(f, "{comma}{first}:{last}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for NumberSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn sets_are_ranges() {
        for (set, ranges, count) in [
            (&b"4,8"[..], "4,8", 2),
            (b"300:310,5:3", "300:310,3:5", 14),
            (b"1:4294967295", "1:4294967295", 4_294_967_295),
            (b"", "", 0),
        ] {
            let read = NumberSet::new(Octets::from(set)).unwrap();
            assert_eq!((read.to_string(), read.count()), (ranges.into(), count));
        }
        let three = NumberSet::new(Octets::from(&b"7,2:3"[..])).unwrap();
        let numbers: Vec<u32> = three.numbers().map(NonZeroU32::get).collect();
        assert_eq!(numbers, [7, 2, 3]);
        for broken in [&b"0"[..], b"1,", b"1:*", b"4294967296", b"1 2", b"x"] {
            assert_eq!(NumberSet::new(Octets::from(broken)), None, "{broken:?}");
        }
    }
}
