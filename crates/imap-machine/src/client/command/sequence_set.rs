//! Sets of messages, as arguments.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::num::NonZeroU32;
use core::ops::{RangeFrom, RangeFull, RangeInclusive};
use core::slice;

use super::argument::InvalidArgument;
use crate::lexer::number;

/// A set of messages, by sequence number or by UID (RFC 9051 section 9, `sequence-set`).
///
/// Numbers, ranges and text convert into one, and it can be collected from numbers. So does what a search has
/// [found](crate::client::answers::Found): `client.uid_fetch(&found, "FLAGS")`. It is written in ascending order, and ranges that overlap or
/// touch become one.
///
/// A set that is not valid is refused when a command is built of it: [`InvalidArgument::NotASet`], which ends a client's method with
/// `CommandError::Argument`. An empty set is not valid, since IMAP has none: ask [`Found::is_empty`](crate::client::answers::Found::is_empty)
/// before.
///
/// ```
/// use imap_machine::client::SequenceSet;
///
/// for (set, written) in [
///     (SequenceSet::from(7), "7"),
///     (SequenceSet::from(1..=5), "1:5"),
///     (SequenceSet::from(9..), "9:*"),
///     (SequenceSet::from(..), "1:*"),
///     (SequenceSet::from("9,3:5,*"), "3:5,9,*"),
///     (SequenceSet::from(vec![4, 2, 3, 9]), "2:4,9"),
///     ([4, 2, 3, 9].into_iter().collect(), "2:4,9"),
///     (SequenceSet::search_result(), "$"),
/// ] {
///     assert_eq!(set.to_string(), written);
/// }
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SequenceSet(Result<Members, InvalidArgument>);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Members {
    Numbers(MessageRanges),
    /// `$`: what the last SEARCH has saved (RFC 5182).
    SearchResult,
}

/// Ascending ranges that do not touch, each with the smaller end first. `*` is the largest number possible.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MessageRanges {
    ranges: Ranges,
    /// `*` names the last message, whichever that is (RFC 9051 section 9, seq-range).
    star: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Ranges {
    // Most commands are about one message or one range.
    One((u32, u32)),
    Many(Box<[(u32, u32)]>),
}

impl SequenceSet {
    /// What the last `SEARCH RETURN (SAVE)` has found, written `$` (RFC 5182). It stands alone: `$` is no part of a longer set.
    #[must_use]
    pub const fn search_result() -> Self {
        Self(Ok(Members::SearchResult))
    }

    /// The ranges in it, from the first to the last, in ascending order. `*` is 4294967295. `None` for `$`, and for a set that is not
    /// valid.
    #[must_use]
    pub fn ranges(&self) -> Option<&[(u32, u32)]> {
        match &self.0 {
            Ok(Members::Numbers(numbers)) => Some(numbers.ranges()),
            _ => None,
        }
    }

    /// The same messages in sets of at most `most` octets each, and of one range at least. `$` and a set that is not valid are one.
    pub(super) fn split(self, most: usize) -> Vec<Self> {
        let Ok(Members::Numbers(numbers)) = &self.0 else {
            return Vec::from([self]);
        };
        let (mut sets, mut ranges, mut octets) = (Vec::new(), Vec::new(), 0);
        let mut line = Vec::new();
        for range in numbers.ranges() {
            line.clear();
            numbers.write_range(&mut line, *range);
            if !ranges.is_empty() && octets + line.len() > most {
                sets.push(mem::take(&mut ranges));
                octets = 0;
            }
            ranges.push(*range);
            // With the comma before the next one.
            octets += line.len() + 1;
        }
        sets.push(ranges);
        let star = |ranges: &[(u32, u32)]| {
            let last = ranges.last().map(|(_, last)| *last);
            numbers.star && last == Some(u32::MAX)
        };
        let sets = sets.into_iter().map(|ranges| {
            let star = star(&ranges);
            let numbers = MessageRanges::of(ranges, star);
            Self(
                numbers
                    .map(Members::Numbers)
                    .ok_or(InvalidArgument::NotASet),
            )
        });
        sets.collect()
    }

    /// Those of the numbers in it that are lower. `None` if there is none, and for `$`.
    pub(super) fn below(&self, number: u32) -> Option<Self> {
        let most = number.checked_sub(1)?;
        let lower = self.ranges()?.iter().filter(|(first, _)| *first <= most);
        let lower = lower.map(|(first, last)| (*first, most.min(*last)));
        let numbers = MessageRanges::of(lower.collect(), false)?;
        Some(Self(Ok(Members::Numbers(numbers))))
    }

    /// Writes the set.
    pub(crate) fn write(&self, line: &mut Vec<u8>) -> Result<(), InvalidArgument> {
        match &self.0 {
            Ok(Members::Numbers(numbers)) => numbers.write(line),
            Ok(Members::SearchResult) => line.push(b'$'),
            Err(error) => return Err(*error),
        }
        Ok(())
    }

    /// The messages in it. Those of `$` may be any.
    pub(crate) fn into_ranges(self) -> Result<MessageRanges, InvalidArgument> {
        Ok(match self.0? {
            Members::Numbers(numbers) => numbers,
            Members::SearchResult => MessageRanges::ANY,
        })
    }
}

impl MessageRanges {
    pub(super) const ANY: Self = Self {
        ranges: Ranges::One((1, u32::MAX)),
        star: true,
    };

    fn of(ranges: Vec<(u32, u32)>, star: bool) -> Option<Self> {
        let ranges = match *ranges.as_slice() {
            [] => return None,
            [one] => Ranges::One(one),
            _ => match joined(ranges) {
                one if one.len() == 1 => Ranges::One(*one.first()?),
                many => Ranges::Many(many.into()),
            },
        };
        Some(Self { ranges, star })
    }

    /// First and last of each range.
    pub(crate) fn ranges(&self) -> &[(u32, u32)] {
        match &self.ranges {
            Ranges::One(range) => slice::from_ref(range),
            Ranges::Many(ranges) => ranges,
        }
    }

    /// Whether it has a `*`.
    pub(crate) const fn has_star(&self) -> bool {
        self.star
    }

    fn write(&self, line: &mut Vec<u8>) {
        for (index, range) in self.ranges().iter().enumerate() {
            if index > 0 {
                line.push(b',');
            }
            self.write_range(line, *range);
        }
    }

    fn write_range(&self, line: &mut Vec<u8>, (first, last): (u32, u32)) {
        self.write_end(line, first);
        if first != last {
            line.push(b':');
            self.write_end(line, last);
        }
    }

    fn write_end(&self, line: &mut Vec<u8>, number: u32) {
        match self.star && number == u32::MAX {
            true => line.push(b'*'),
            false => number::push(line, number.into()),
        }
    }
}

/// Sorts ranges, and joins those that overlap or touch.
pub(crate) fn joined(mut ranges: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    ranges.sort_unstable();
    ranges.dedup_by(|next, last| {
        // `*` is the last message, which need not be the one after the largest number.
        let touches = next.0 == last.1.saturating_add(1) && next.0 != u32::MAX;
        let joins = next.0 <= last.1 || touches;
        if joins {
            last.1 = last.1.max(next.1);
        }
        joins
    });
    ranges
}

fn of_range(first: u32, last: u32) -> SequenceSet {
    let is_valid = first > 0 && last > 0;
    let ranges = is_valid.then(|| {
        Members::Numbers(MessageRanges {
            ranges: Ranges::One((first.min(last), first.max(last))),
            star: false,
        })
    });
    SequenceSet(ranges.ok_or(InvalidArgument::NotASet))
}

/// `1`, `1,4:9`, `2:*`, `$`
fn parse(text: &str) -> Option<Members> {
    if text == "$" {
        return Some(Members::SearchResult);
    }
    let mut star = false;
    let mut end = |word: &str| match word {
        "*" => {
            star = true;
            Some(u32::MAX)
        }
        word => {
            let number = number::whole(word.as_bytes())?;
            u32::try_from(number).ok().filter(|number| *number > 0)
        }
    };
    let range = |range: &str| {
        let (one, other) = match range.split_once(':') {
            Some((one, other)) => (end(one)?, end(other)?),
            None => {
                let one = end(range)?;
                (one, one)
            }
        };
        Some((one.min(other), one.max(other)))
    };
    let ranges = text.split(',').map(range).collect::<Option<_>>()?;
    MessageRanges::of(ranges, star).map(Members::Numbers)
}

impl From<&str> for SequenceSet {
    fn from(text: &str) -> Self {
        Self(parse(text).ok_or(InvalidArgument::NotASet))
    }
}

impl From<&alloc::string::String> for SequenceSet {
    fn from(text: &alloc::string::String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Self> for SequenceSet {
    fn from(set: &Self) -> Self {
        set.clone()
    }
}

impl From<u32> for SequenceSet {
    fn from(number: u32) -> Self {
        of_range(number, number)
    }
}

impl From<NonZeroU32> for SequenceSet {
    fn from(number: NonZeroU32) -> Self {
        Self::from(number.get())
    }
}

impl From<RangeInclusive<u32>> for SequenceSet {
    fn from(range: RangeInclusive<u32>) -> Self {
        of_range(*range.start(), *range.end())
    }
}

/// From this one to the last, and always the last (RFC 9051 section 9).
impl From<RangeFrom<u32>> for SequenceSet {
    fn from(range: RangeFrom<u32>) -> Self {
        let Self(Ok(Members::Numbers(numbers))) = of_range(range.start, u32::MAX) else {
            return Self(Err(InvalidArgument::NotASet));
        };
        let numbers = MessageRanges {
            star: true,
            ..numbers
        };
        Self(Ok(Members::Numbers(numbers)))
    }
}

/// All messages.
impl From<RangeFull> for SequenceSet {
    fn from(_: RangeFull) -> Self {
        Self(Ok(Members::Numbers(MessageRanges::ANY)))
    }
}

impl FromIterator<(u32, u32)> for SequenceSet {
    fn from_iter<T: IntoIterator<Item = (u32, u32)>>(ranges: T) -> Self {
        let ranges = ranges.into_iter().map(|(first, last)| {
            let is_valid = first > 0 && last > 0;
            is_valid.then(|| (first.min(last), first.max(last)))
        });
        let ranges = ranges.collect::<Option<_>>();
        let numbers = ranges.and_then(|ranges| MessageRanges::of(ranges, false));
        Self(
            numbers
                .map(Members::Numbers)
                .ok_or(InvalidArgument::NotASet),
        )
    }
}

/// The ranges that answers have: [`Found::ranges`](crate::client::answers::Found::ranges).
impl FromIterator<(NonZeroU32, NonZeroU32)> for SequenceSet {
    fn from_iter<T: IntoIterator<Item = (NonZeroU32, NonZeroU32)>>(ranges: T) -> Self {
        let ranges = ranges.into_iter();
        ranges
            .map(|(first, last)| (first.get(), last.get()))
            .collect()
    }
}

impl FromIterator<u32> for SequenceSet {
    fn from_iter<T: IntoIterator<Item = u32>>(numbers: T) -> Self {
        numbers.into_iter().map(|number| (number, number)).collect()
    }
}

impl FromIterator<NonZeroU32> for SequenceSet {
    fn from_iter<T: IntoIterator<Item = NonZeroU32>>(numbers: T) -> Self {
        numbers.into_iter().map(NonZeroU32::get).collect()
    }
}

impl From<&[u32]> for SequenceSet {
    fn from(numbers: &[u32]) -> Self {
        numbers.iter().copied().collect()
    }
}

impl From<&[NonZeroU32]> for SequenceSet {
    fn from(numbers: &[NonZeroU32]) -> Self {
        numbers.iter().copied().collect()
    }
}

impl<const N: usize> From<[u32; N]> for SequenceSet {
    fn from(numbers: [u32; N]) -> Self {
        numbers.into_iter().collect()
    }
}

impl From<Vec<u32>> for SequenceSet {
    fn from(numbers: Vec<u32>) -> Self {
        numbers.into_iter().collect()
    }
}

impl From<Vec<NonZeroU32>> for SequenceSet {
    fn from(numbers: Vec<NonZeroU32>) -> Self {
        numbers.into_iter().collect()
    }
}

impl From<&Vec<NonZeroU32>> for SequenceSet {
    fn from(numbers: &Vec<NonZeroU32>) -> Self {
        Self::from(numbers.as_slice())
    }
}

impl From<&imap_types::sequence::SequenceSet> for SequenceSet {
    fn from(set: &imap_types::sequence::SequenceSet) -> Self {
        use imap_types::sequence::{SeqOrUid, Sequence};
        let mut star = false;
        let mut end = |value: &SeqOrUid| {
            star |= *value == SeqOrUid::Asterisk;
            value.to_non_zero_u32().get()
        };
        let range = |sequence: &Sequence| {
            let (one, other) = match sequence {
                Sequence::Single(one) => (end(one), end(one)),
                Sequence::Range(one, other) => (end(one), end(other)),
            };
            (one.min(other), one.max(other))
        };
        let ranges = set.0.as_ref().iter().map(range).collect();
        let numbers = MessageRanges::of(ranges, star);
        Self(
            numbers
                .map(Members::Numbers)
                .ok_or(InvalidArgument::NotASet),
        )
    }
}

/// As it is written in a command; nothing if it is not valid.
impl fmt::Display for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Vec::new();
        // What is not valid is told by the command that is built of it.
        let _ = self.write(&mut line);
        f.write_str(core::str::from_utf8(&line).unwrap_or_default())
    }
}

impl fmt::Debug for SequenceSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(_) => write!(f, "SequenceSet({self})"),
            Err(error) => write!(f, "SequenceSet({error})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_no_set_is_refused() {
        for text in [
            "",
            "0",
            "1,",
            "1:",
            ":",
            "a",
            "1:2:3",
            "4294967296",
            "1 2",
            "$,1",
            "-1",
            "+1",
        ] {
            let set = SequenceSet::from(text);
            assert_eq!(set.into_ranges(), Err(InvalidArgument::NotASet), "{text}");
        }
        let none = SequenceSet::from_iter([0_u32; 0]);
        for set in [
            none,
            SequenceSet::from(0),
            SequenceSet::from(0..),
            [1, 0].into(),
        ] {
            assert_eq!(set.write(&mut Vec::new()), Err(InvalidArgument::NotASet));
        }
    }

    /// `5:*` is the last message too if there are fewer than five, so `*` is not the largest number.
    #[test]
    fn a_star_stays_one() {
        for (set, written) in [
            ("*", "*"),
            ("*:4", "4:*"),
            ("*,4294967295", "*"),
            ("4294967294,*", "4294967294,*"),
            ("4294967294:4294967295", "4294967294:4294967295"),
        ] {
            assert_eq!(SequenceSet::from(set).to_string(), written);
        }
    }

    #[test]
    fn parts_and_what_is_below() {
        let parts = |set: &str, most| {
            let sets = SequenceSet::from(set).split(most).into_iter();
            sets.map(|set| set.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(parts("1,3,5:9,20:*", 6), ["1,3", "5:9", "20:*"]);
        assert_eq!(parts("1,3,5:9,20:*", 7), ["1,3,5:9", "20:*"]);
        assert_eq!(parts("1,3,5:9,20:*", 1), ["1", "3", "5:9", "20:*"]);
        assert_eq!(parts("7", 0), ["7"]);
        assert_eq!(parts("$", 0), ["$"]);
        let below = |set: &str, number| {
            let below = SequenceSet::from(set).below(number);
            below.map(|set| set.to_string()).unwrap_or_default()
        };
        assert_eq!(below("1:4,7,9:*", 9), "1:4,7");
        assert_eq!(below("1:4,7,9:*", 12), "1:4,7,9:11");
        assert_eq!(below("5:*", 5), "");
        assert_eq!(below("$", 5), "");
        assert_eq!(below("1:*", 0), "");
    }

    proptest! {
        #[test]
        fn a_set_has_the_numbers_that_were_given(numbers in prop::collection::vec(1_u32..40, 1..20)) {
            let set: SequenceSet = numbers.iter().copied().collect();
            let not_zero: Vec<_> = numbers.iter().copied().filter_map(NonZeroU32::new).collect();
            prop_assert_eq!(&SequenceSet::from(&not_zero), &set);
            prop_assert_eq!(&SequenceSet::from(not_zero), &set);
            let read = SequenceSet::from(set.to_string().as_str());
            prop_assert_eq!(&read, &set);
            let ranges = set.ranges().unwrap();
            let named: Vec<_> = ranges.iter().flat_map(|(first, last)| *first..=*last).collect();
            let mut expected = numbers;
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(named, expected);
            prop_assert!(ranges.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
        }

        #[test]
        fn parts_are_the_whole(
            numbers in prop::collection::vec(1_u32..400, 1..60),
            most in 0_usize..40,
        ) {
            let set: SequenceSet = numbers.into_iter().collect();
            let whole = set.ranges().unwrap().to_vec();
            let parts = set.split(most);
            let fits = |part: &SequenceSet| {
                part.to_string().len() <= most || part.ranges().unwrap().len() == 1
            };
            prop_assert!(parts.iter().all(fits));
            let ranges = parts.iter().flat_map(|part| part.ranges().unwrap().to_vec());
            prop_assert_eq!(ranges.collect::<Vec<_>>(), whole);
        }
    }
}
