//! The converse of `agreement`: an item that is read here without a defect, and refused by imap-codec, is one of the [`LENIENCIES`].

extern crate std;

use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::agreement::{decode, legal_item, line, name_of, odd_item};
use super::*;
use crate::codec::agreement::kind;

/// What is read without a defect, each with an item for which it is the only reason.
const LENIENCIES: &[(ItemLeniency, &[u8])] = &[
    (ItemLeniency::Large, b"RFC822.SIZE 4294967296"),
    (ItemLeniency::Section, b"BODY[HEADER.FIELDS (SUBJECT )] NIL"),
    (ItemLeniency::LineEnd, b"BODY[] {1}\na"),
    (
        ItemLeniency::Literal8,
        b"ENVELOPE (~{1}\r\na NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ItemLeniency {
    /// Sizes of 4 GiB and more (RFC 9051 section 9: `number64`).
    Large,
    /// Any name of a section between the brackets.
    Section,
    /// The header line of a literal may end with LF alone.
    LineEnd,
    /// A literal may have a `~` before it.
    Literal8,
}

impl ItemLeniency {
    fn excuses(self, item: &[u8]) -> bool {
        let value = value_of(item);
        let name = &item[..item.len() - value.len()];
        let is = |known: &str| name.to_ascii_uppercase().starts_with(known.as_bytes());
        let has = |octets: &[u8]| value.windows(octets.len()).any(|window| window == octets);
        match self {
            Self::Large => {
                let digits = value.split(|octet| !octet.is_ascii_digit());
                let is_sized = is("RFC822.SIZE") || is("BINARY.SIZE[") || is("BODY");
                is_sized && digits.into_iter().any(|number| number.len() >= 10)
            }
            Self::Section => {
                let strict = if is("BINARY.SIZE[") { "0" } else { "NIL" };
                name.contains(&b'[')
                    && decode(&line(vec![[name, strict.as_bytes()].concat()])).is_none()
            }
            Self::LineEnd => has(b"}\n"),
            Self::Literal8 => value.starts_with(b"(") && has(b"~{"),
        }
    }
}

/// What follows the name of an item and its spaces.
fn value_of(item: &[u8]) -> &[u8] {
    let fetch = line(vec![item.to_vec()]);
    let named =
        Fetch::parse(&fetch, &[]).and_then(|fetch| Some(name_of(fetch.items().next()?).len()));
    let after = &item[named.unwrap_or(0).min(item.len())..];
    skip_spaces(after)
}

fn skip_spaces(octets: &[u8]) -> &[u8] {
    let spaces = octets.iter().take_while(|it| **it == b' ').count();
    &octets[spaces..]
}

/// Whether the value was understood, not merely kept. imap-codec knows none of the items of extensions but MODSEQ and BINARY.
fn is_typed(item: &FetchItem<'_>) -> bool {
    matches!(
        item,
        FetchItem::Uid(_)
            | FetchItem::Flags(_)
            | FetchItem::ModSeq(_)
            | FetchItem::Rfc822Size(_)
            | FetchItem::Section(_)
            | FetchItem::BinarySize(_)
            | FetchItem::InternalDate(_)
            | FetchItem::Envelope(_)
            | FetchItem::BodyStructure(_)
            | FetchItem::Body(_)
    )
}

/// Why this item is understood here and refused by imap-codec, if that is the case.
fn verdict(item: &[u8]) -> Result<Option<ItemLeniency>, String> {
    let line = line(vec![item.to_vec()]);
    let whole = kind(&line).and_then(|_| Fetch::parse(&line, &[]));
    let Some(fetch) = whole else {
        return Ok(None);
    };
    let items: Vec<_> = fetch.items().collect();
    let [ours] = items.as_slice() else {
        return Ok(None);
    };
    if !is_typed(ours)
        || !fetch.defects().is_empty()
        || decode(&line).is_some()
        || !is_whole(ours, item)
    {
        return Ok(None);
    }
    let mut reasons = LENIENCIES.iter().map(|(leniency, _)| *leniency);
    let reason = reasons.find(|it| it.excuses(item));
    reason
        .map(Some)
        .ok_or_else(|| format!("{}: {ours:?}, and no reason for it", item.escape_ascii()))
}

/// Not so if its literal has taken octets that follow the item.
fn is_whole(ours: &FetchItem<'_>, item: &[u8]) -> bool {
    match ours {
        FetchItem::Section(BodySection {
            value: Value::Literal(octets),
            ..
        }) => item.ends_with(octets),
        _ => true,
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    let rare = [
        &b"RFC822.SIZE 4294967295"[..],
        b"BODY[TEXT] {2}\nab",
        b"ENVELOPE (~{1}\r\na NIL NIL NIL NIL NIL NIL NIL NIL NIL)",
    ];
    let rare = proptest::sample::select(rare.to_vec()).prop_map(<[u8]>::to_vec);
    let item = prop_oneof![30 => legal_item(), 10 => odd_item(), 1 => rare];
    (item, vec_of(damage, 0..3)).prop_map(|(mut item, damages)| {
        for (at, octet, how) in damages {
            let at = at.index(item.len());
            match how {
                0 if item.len() > 1 => _ = item.remove(at),
                1 => item.insert(at, octet),
                2 => item.insert(at, b"()\"{}[] <>0.1~\\"[usize::from(octet) % 15]),
                _ => item[at] = octet,
            }
        }
        item
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_has_a_type_is_theirs_or_listed(item in damaged()) {
        let verdict = verdict(&item);
        prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
    }
}

/// Each leniency is needed: imap-codec refuses its item, which is understood here, and no other leniency explains that.
#[test]
fn leniencies_are_needed() {
    for (leniency, item) in LENIENCIES {
        let shown = item.escape_ascii();
        assert_eq!(verdict(item), Ok(Some(*leniency)), "{shown}");
        let all = LENIENCIES.iter().map(|(other, _)| *other);
        let excuses: Vec<_> = all.filter(|other| other.excuses(item)).collect();
        assert_eq!(excuses, vec![*leniency], "{shown}");
    }
}

/// The generator has to reach the cases that the property is about.
#[test]
fn the_generator_reaches_every_leniency() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut counts = vec![0; LENIENCIES.len()];
    for _ in 0..10_000 {
        let item = damaged().new_tree(&mut runner).unwrap().current();
        if let Some(reason) = verdict(&item).unwrap() {
            let at = LENIENCIES.iter().position(|(it, _)| *it == reason);
            counts[at.unwrap()] += 1;
        }
    }
    assert!(counts.iter().all(|count| *count >= 5), "{counts:?}");
}
