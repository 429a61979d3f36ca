//! The converse of `agreement`: an item that is understood here and refused by imap-codec is one of the [`LENIENCIES`].

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

/// What servers send against the grammar and is read all the same, each with an item for which it is the only reason.
const LENIENCIES: &[(ItemLeniency, &[u8])] = &[
    (ItemLeniency::Large, b"RFC822.SIZE 4294967296"),
    (ItemLeniency::Flag, b"FLAGS (caf\xe9 a[b] \\*)"),
    (ItemLeniency::NoSpace, b"FLAGS(\\Seen)"),
    (ItemLeniency::Section, b"BODY[HEADER.FIELDS (SUBJECT )] NIL"),
    (ItemLeniency::Quoted, b"BODY[] \"caf\xe9\""),
    (ItemLeniency::Literal, b"BODY[] {1}\r\n\0"),
    (ItemLeniency::Spaces, b"UID  7"),
    (ItemLeniency::Zero, b"MODSEQ (000)"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ItemLeniency {
    /// Sizes of 4 GiB and more (RFC 9051 section 9: `number64`).
    Large,
    /// A flag may hold any octet that does not end it.
    Flag,
    /// No space before the list of flags.
    NoSpace,
    /// Any name of a section between the brackets.
    Section,
    /// A quoted string may hold any octet, and a backslash before any octet.
    Quoted,
    /// A literal may hold NUL, may have a `~` before it, and its header line may end with LF alone.
    Literal,
    /// More than one space, or a space at the end; CR counts as a space, and around the number of MODSEQ any ASCII white space
    /// does.
    Spaces,
    /// A MODSEQ of 0, where RFC 7162 section 7 wants a positive number.
    Zero,
}

impl ItemLeniency {
    fn excuses(self, item: &[u8]) -> bool {
        let value = value_of(item);
        let name = &item[..item.len() - value.len()];
        let is = |known: &str| name.to_ascii_uppercase().starts_with(known.as_bytes());
        let spaces = name.iter().rev().take_while(|it| **it == b' ').count();
        let is_string = value.first().is_some_and(|it| b"~{\"".contains(it));
        match self {
            Self::Large => is("RFC822.SIZE") || is("BINARY.SIZE[") && value.len() >= 10,
            Self::Flag => {
                let flags = value.split(|it| b" ()".contains(it));
                is("FLAGS") && flags.into_iter().any(|flag| !is_flag(flag))
            }
            Self::NoSpace => spaces == 0,
            Self::Section => {
                let strict = if is("BINARY.SIZE[") { "0" } else { "NIL" };
                name.contains(&b'[')
                    && decode(&line(vec![[name, strict.as_bytes()].concat()])).is_none()
            }
            Self::Quoted => value.starts_with(b"\"") && !is_quoted(value),
            Self::Literal => {
                let first = value.split(|it| *it == b'\n').next().unwrap_or_default();
                let odd = value.contains(&0) || !first.ends_with(b"\r");
                value.starts_with(b"~") || (value.starts_with(b"{") && odd)
            }
            Self::Spaces => {
                let odd = |two: &[u8]| matches!(two, b"  " | b"( " | b" )") || two.contains(&b'\r');
                spaces > 1
                    || value.ends_with(b" ")
                    || value.starts_with(b"\r")
                    || (!is_string && value.windows(2).any(odd))
                    || (is("MODSEQ") && value.iter().any(|it| b"\t\n\x0c".contains(it)))
            }
            Self::Zero => is("MODSEQ") && !value.iter().any(|it| (b'1'..=b'9').contains(it)),
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

/// RFC 9051 section 9: `flag`, without those that only PERMANENTFLAGS may hold.
fn is_flag(flag: &[u8]) -> bool {
    let atom = flag.strip_prefix(b"\\").unwrap_or(flag);
    let plain = |octet: &u8| octet.is_ascii_graphic() && !b"(){%*\"\\]".contains(octet);
    (!atom.is_empty() || flag.is_empty()) && atom.iter().all(plain)
}

/// RFC 9051 section 9: `quoted`.
fn is_quoted(value: &[u8]) -> bool {
    let inner = value.get(1..value.len() - 1).unwrap_or_default();
    let mut octets = String::from_utf8(inner.to_vec())
        .unwrap_or_else(|_| "\r".into())
        .into_bytes()
        .into_iter();
    while let Some(octet) = octets.next() {
        let fine = match octet {
            b'\\' => matches!(octets.next(), Some(b'\\' | b'"')),
            octet => !b"\0\r\n\"".contains(&octet),
        };
        if !fine {
            return false;
        }
    }
    true
}

/// Whether the value was understood, not merely kept.
fn is_typed(item: &FetchItem<'_>) -> bool {
    match item {
        FetchItem::Uid(_)
        | FetchItem::Flags(_)
        | FetchItem::ModSeq(_)
        | FetchItem::Rfc822Size(_) => true,
        FetchItem::Section(_) | FetchItem::BinarySize(_) => true,
        FetchItem::InternalDate(date) => date.decode().is_some(),
        FetchItem::Envelope(envelope) => envelope.decode().is_ok(),
        FetchItem::BodyStructure(structure) | FetchItem::Body(structure) => {
            structure.decode().is_ok()
        }
        FetchItem::Other { .. } | FetchItem::Malformed(_) => false,
    }
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
    if !is_typed(ours) || decode(&line).is_some() || !is_whole(ours, item) {
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
        &b"MODSEQ (0)"[..],
        b"BODY[] ~{3}\r\nabc",
        b"RFC822 {1}\r\n\0",
        b"BODY[TEXT] {2}\nab",
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

/// Found once by the property, by chance.
#[test]
fn rare_items_are_listed() {
    for (item, leniency) in [
        (&b"MODSEQ (000000000000000)"[..], ItemLeniency::Zero),
        (b"MODSEQ (\t1)", ItemLeniency::Spaces),
    ] {
        assert_eq!(verdict(item), Ok(Some(leniency)), "{}", item.escape_ascii());
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
