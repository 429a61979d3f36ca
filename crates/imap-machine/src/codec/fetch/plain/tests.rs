//! What is read is what imap-codec reads.

extern crate std;

use std::format;
use std::string::String;
use std::vec::Vec;

use imap_types::fetch::MessageDataItem;
use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::super::heavy::decode_item;
use super::structure::MAX_DEPTH;
use super::{envelope, structure};

fn envelope_agrees(list: &[u8]) -> bool {
    let Some(ours) = envelope(list) else {
        return true;
    };
    decode_item(b"ENVELOPE", list) == Some(MessageDataItem::Envelope(ours))
}

fn structure_agrees(list: &[u8]) -> bool {
    let Some(ours) = structure(list) else {
        return true;
    };
    decode_item(b"BODYSTRUCTURE", list) == Some(MessageDataItem::BodyStructure(ours))
}

fn string() -> BoxedStrategy<String> {
    prop_oneof![
        8 => "[ !#-\\[\\]-~]{0,12}".prop_map(|text| format!("\"{text}\"")),
        1 => Just("\"a\\\"b\"".into()),
        1 => Just("{3}\r\na)b".into()),
    ]
    .boxed()
}

fn nstring() -> BoxedStrategy<String> {
    prop_oneof![3 => string(), 2 => Just("NIL".into()), 1 => Just("nil".into())].boxed()
}

fn envelopes() -> BoxedStrategy<String> {
    let address = vec_of(nstring(), 4).prop_map(|fields| format!("({})", fields.join(" ")));
    let addresses = prop_oneof![
        Just("NIL".into()),
        vec_of(address, 1..4).prop_map(|list| format!("({})", list.concat())),
    ];
    let fields = (
        vec_of(nstring(), 2),
        vec_of(addresses, 6),
        vec_of(nstring(), 2),
    );
    fields
        .prop_map(|(a, b, c)| format!("({})", [a, b, c].concat().join(" ")))
        .boxed()
}

fn parameters() -> BoxedStrategy<String> {
    prop_oneof![
        Just("NIL".into()),
        Just("()".into()),
        vec_of((string(), string()), 1..3).prop_map(|list| {
            let pairs = list.iter().map(|(name, value)| format!("{name} {value}"));
            format!("({})", pairs.collect::<Vec<_>>().join(" "))
        }),
    ]
    .boxed()
}

/// The first of an extension, and as many of the rest as there are.
fn extension(first: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let disposition = prop_oneof![
        Just("NIL".into()),
        (string(), parameters()).prop_map(|(kind, list)| format!("({kind} {list})")),
    ];
    let language = prop_oneof![
        nstring(),
        vec_of(string(), 1..3).prop_map(|list| format!("({})", list.join(" "))),
    ];
    let others = prop_oneof![
        3 => Just(String::new()),
        1 => Just(" 7".into()),
        1 => Just(" (\"x\" (1 NIL))".into()),
    ];
    let all = (first, disposition, language, nstring(), others);
    let cut = |(fields, count): (_, usize)| {
        let (first, disposition, language, location, others): (_, _, _, String, String) = fields;
        let fields: [String; 4] = [first, disposition, language, location + &others];
        let kept = fields.iter().take(count).map(|field| format!(" {field}"));
        kept.collect()
    };
    (all, 0..6_usize).prop_map(cut).boxed()
}

fn structures() -> BoxedStrategy<String> {
    let kind = prop_oneof![
        Just("\"TEXT\" \"PLAIN\"".into()),
        Just("\"text\" \"html\"".into()),
        Just("\"IMAGE\" \"PNG\"".into()),
        Just("\"MESSAGE\" \"DELIVERY-STATUS\"".into()),
        Just("\"MESSAGE\" \"GLOBAL\"".into()),
        (string(), string()).prop_map(|(kind, subtype)| format!("{kind} {subtype}")),
    ];
    let fields = || {
        (parameters(), nstring(), nstring(), nstring(), any::<u32>())
            .prop_map(|(parameters, id, description, encoding, size)| {
                format!("{parameters} {id} {description} {encoding} {size}")
            })
            .boxed()
    };
    let lines = prop_oneof![
        Just(String::new()),
        any::<u32>().prop_map(|n| format!(" {n}"))
    ];
    let part = (kind, fields(), lines, extension(nstring()))
        .prop_map(|(kind, fields, lines, tail)| format!("({kind} {fields}{lines}{tail})"));
    part.prop_recursive(3, 12, 3, move |part| {
        let message = (fields(), envelopes(), part.clone(), extension(nstring())).prop_map(
            |(fields, envelope, part, tail)| {
                format!("(\"MESSAGE\" \"RFC822\" {fields} {envelope} {part} 5{tail})")
            },
        );
        let parts = (vec_of(part, 1..4), string(), extension(parameters()))
            .prop_map(|(parts, subtype, tail)| format!("({} {subtype}{tail})", parts.concat()));
        prop_oneof![message.boxed(), parts.boxed()]
    })
    .boxed()
}

type Damage = Vec<(prop::sample::Index, u8, u8)>;

fn damage() -> impl Strategy<Value = Damage> {
    vec_of((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..3)
}

fn damaged(list: String, damage: Damage) -> Vec<u8> {
    let mut list = list.into_bytes();
    for (at, octet, how) in damage {
        let at = at.index(list.len());
        match how {
            0 => drop(list.remove(at)),
            1 => list[at] = octet,
            _ => list.insert(at, b"()\"{}\\ \r\n01N~\0"[usize::from(octet) % 14]),
        }
        if list.is_empty() {
            list.push(b'(');
        }
    }
    list
}

proptest! {
    #[test]
    fn envelopes_agree(list in envelopes(), damage in damage()) {
        let list = damaged(list, damage);
        prop_assert!(envelope_agrees(&list), "{}", list.escape_ascii());
    }

    #[test]
    fn structures_agree(list in structures(), damage in damage()) {
        let list = damaged(list, damage);
        prop_assert!(structure_agrees(&list), "{}", list.escape_ascii());
    }
}

#[test]
fn what_servers_write_is_read() {
    let from_rfc_9051 = "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev2 WG mtg summary and minutes\" \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) \
         ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) ((NIL NIL \"imap\" \"cac.washington.edu\")) \
         ((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL \
         \"<B27397-0100000@cac.washington.edu>\")";
    assert!(envelope(from_rfc_9051.as_bytes()).is_some());
    assert!(envelope_agrees(from_rfc_9051.as_bytes()));

    let text =
        "(\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 92 NIL NIL NIL NIL)";
    let attachment = "(\"APPLICATION\" \"PDF\" (\"NAME\" \"a.pdf\") \"<1@x>\" NIL \"BASE64\" 9 NIL \
         (\"ATTACHMENT\" (\"FILENAME\" \"a.pdf\")) (\"EN\" \"DE\") NIL)";
    let message =
        format!("(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 99 {from_rfc_9051} {text} 7)");
    let all =
        format!("({text}{attachment}{message} \"MIXED\" (\"BOUNDARY\" \"b\") NIL \"EN\" NIL)");
    for list in [text, attachment, &*message, &*all] {
        assert!(structure(list.as_bytes()).is_some(), "{list}");
        assert!(structure_agrees(list.as_bytes()), "{list}");
    }
}

#[test]
fn nesting_stays_below_that_of_imap_codec() {
    let mut list = String::from("(\"A\" \"B\" NIL NIL NIL \"7BIT\" 1)");
    for depth in 1..=8 {
        let read = structure(list.as_bytes());
        assert_eq!(read.is_some(), depth <= MAX_DEPTH);
        assert!(structure_agrees(list.as_bytes()), "{depth}");
        list = format!("({list} \"MIXED\")");
    }
}
