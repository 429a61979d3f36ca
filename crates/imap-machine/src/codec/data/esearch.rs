//! ESEARCH (RFC 9051 section 7.3.4, RFC 4731, RFC 5267, RFC 7377, RFC 9394).

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use super::correlator;
use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind, Notes};
use crate::codec::fetch::{Raw, Value};
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::codec::set::NumberSet;
use crate::lexer::{Cursor, Element, number};

/// The result of a search, in the form that its command asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct Esearch<'a> {
    /// The tag of the command (`TAG`).
    pub tag: Option<Octets<'a>>,
    /// The mailbox that was searched, if several are (RFC 7377).
    pub mailbox: Option<MailboxName<'a>>,
    /// Its UIDVALIDITY (RFC 7377).
    pub uid_validity: Option<NonZeroU32>,
    /// Whether the numbers are UIDs.
    pub uid: bool,
    results: Octets<'a>,
    /// Where the results begin in the line.
    at: usize,
    /// The defects before the results.
    pub(super) noted: Vec<Defect>,
}

/// One result of an [`Esearch`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub enum SearchResult<'a> {
    /// `MIN`: the lowest.
    Min(NonZeroU32),
    /// `MAX`: the highest.
    Max(NonZeroU32),
    /// `COUNT`: how many.
    Count(u32),
    /// `ALL`: these.
    All(NumberSet<'a>),
    /// `MODSEQ`: the highest mod-sequence among them (RFC 7162 section 3.1.10).
    ModSeq(u64),
    /// `PARTIAL`: this part of them (RFC 9394, RFC 5267 section 4.4).
    Partial {
        /// The range of results that was asked for, as received: `1:100`, `-1:-100`.
        range: Octets<'a>,
        /// The results in it. `None` if there are none (`NIL`).
        numbers: Option<NumberSet<'a>>,
    },
    /// `ADDTO`: the results have grown (RFC 5267 section 4.3).
    AddTo(Updates<'a>),
    /// `REMOVEFROM`: the results have shrunk.
    RemoveFrom(Updates<'a>),
    /// Another one, or one of the above with a value that cannot be read.
    Other {
        /// The name as received.
        name: Octets<'a>,
        /// The value as received. Empty if there is none.
        value: Octets<'a>,
    },
}

/// Where in a sorted list of results numbers were added or removed: positions and sets in turn (RFC 5267 section 4.3). Position
/// 0 stands for results without an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Updates<'a>(Octets<'a>);

impl Updates<'_> {
    /// The positions and the numbers, in wire order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, NumberSet<'_>)> {
        let mut words = self.0.split(|octet| *octet == b' ');
        core::iter::from_fn(move || {
            let position = u32::try_from(number::whole(words.next()?)?).ok()?;
            Some((position, NumberSet::new(Octets::from(words.next()?))?))
        })
    }
}

impl Esearch<'_> {
    /// The results as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.results
    }

    /// The results in the order received.
    pub fn results(&self) -> impl Iterator<Item = SearchResult<'_>> {
        let mut cursor = Cursor::new(&self.results, 0, &[], usize::MAX);
        core::iter::from_fn(move || {
            cursor.skip_spaces();
            let (name, value) = pair(&mut cursor)?;
            Some(result(&name, value).unwrap_or(SearchResult::Other {
                name: Octets::from(name),
                value: Octets::from(value.octets()),
            }))
        })
    }

    pub(super) fn defects(&self) -> Vec<Defect> {
        Notes::with_inner(&self.noted, self.at, |notes| {
            check(ValueReader::of_list(&self.results, notes));
        })
    }

    pub(super) fn held(&self) -> usize {
        let tag = self.tag.as_ref().map_or(0, |tag| tag.len());
        let mailbox = self.mailbox.as_ref().map_or(0, |name| name.wire().len());
        tag + mailbox + self.results.len()
    }

    /// The numbers of `ALL`, if there is one.
    #[must_use]
    pub fn all(&self) -> Option<NumberSet<'_>> {
        self.results().find_map(|result| match result {
            SearchResult::All(numbers) => Some(numbers),
            _ => None,
        })
    }
}

pub(super) fn read<'a>(reader: &mut ValueReader<'a, '_>, context: &Context) -> Option<Esearch<'a>> {
    let correlator = correlator::read(reader, context);
    let mut esearch = Esearch {
        tag: correlator.tag,
        mailbox: correlator.mailbox,
        uid_validity: correlator.uid_validity,
        uid: false,
        results: Octets::default(),
        at: 0,
        noted: Vec::new(),
    };
    let rest = reader.rest();
    let word = rest
        .split(|octet| *octet == b' ')
        .next()
        .unwrap_or_default();
    if word.eq_ignore_ascii_case(b"UID") {
        reader.element()?;
        esearch.uid = true;
    }
    esearch.results = Octets::from(reader.all_left());
    esearch.at = reader.position();
    reader.skip_to_end();
    esearch.noted = reader.defects();
    Some(esearch)
}

/// Notes what the results have of defects.
fn check(mut results: ValueReader<'_, '_>) {
    while let Some(name) = results.astring() {
        let start = results.next_position();
        if results.element().is_none() {
            results.note(DefectKind::Missing);
            break;
        }
        let value = results.since(start);
        if is_known(&name) && result(&name, value).is_none() {
            results.note_at(DefectKind::Form, start);
        }
    }
    results.finish();
}

/// A name and its value. A name without a value is the last one.
fn pair<'a>(cursor: &mut Cursor<'a>) -> Option<(Cow<'a, [u8]>, Raw<'a>)> {
    let Element::Token(token) = cursor.element()? else {
        return None;
    };
    let name = match Value::from_token(token)? {
        Value::Nil => Cow::Borrowed(&b"NIL"[..]),
        name => name.octets()?,
    };
    cursor.skip_spaces();
    let start = cursor.position();
    cursor.element();
    Some((name, Raw::new(cursor.since(start))))
}

const NAMES: [&[u8]; 8] = [
    b"MIN",
    b"MAX",
    b"COUNT",
    b"ALL",
    b"MODSEQ",
    b"PARTIAL",
    b"ADDTO",
    b"REMOVEFROM",
];

fn is_known(name: &[u8]) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn result<'a>(name: &[u8], value: Raw<'a>) -> Option<SearchResult<'a>> {
    let octets = value.octets();
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    let small = || u32::try_from(number::whole(octets)?).ok();
    let positive = || NonZeroU32::new(small()?);
    let inside = || octets.strip_prefix(b"(")?.strip_suffix(b")");
    if is("ALL") {
        set(octets).map(SearchResult::All)
    } else if is("COUNT") {
        small().map(SearchResult::Count)
    } else if is("MIN") {
        positive().map(SearchResult::Min)
    } else if is("MAX") {
        positive().map(SearchResult::Max)
    } else if is("MODSEQ") {
        number::whole(octets).map(SearchResult::ModSeq)
    } else if is("PARTIAL") {
        partial(inside()?)
    } else if is("ADDTO") {
        updates(inside()?).map(SearchResult::AddTo)
    } else if is("REMOVEFROM") {
        updates(inside()?).map(SearchResult::RemoveFrom)
    } else {
        None
    }
}

fn set(octets: &[u8]) -> Option<NumberSet<'_>> {
    NumberSet::new(Octets::from(octets)).filter(|set| !set.is_empty())
}

fn partial(list: &[u8]) -> Option<SearchResult<'_>> {
    let space = memchr::memchr(b' ', list)?;
    let (range, numbers) = (list.get(..space)?, list.get(space + 1..)?);
    let numbers = match numbers.eq_ignore_ascii_case(b"NIL") {
        true => None,
        false => Some(set(numbers)?),
    };
    let range = Octets::from(range);
    Some(SearchResult::Partial { range, numbers })
}

fn updates(list: &[u8]) -> Option<Updates<'_>> {
    let updates = Updates(Octets::from(list));
    let words = list.split(|octet| *octet == b' ').count();
    (2 * updates.iter().count() == words).then_some(updates)
}
