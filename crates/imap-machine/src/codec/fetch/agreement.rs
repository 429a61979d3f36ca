//! Where imap-codec accepts a FETCH response, the view says the same. Where it does not, the view loses nothing.

extern crate std;

use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
use imap_types::IntoStatic;
use imap_types::core::{NString, NString8};
use imap_types::fetch::MessageDataItem;
use imap_types::response::{Data, Response};
use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::*;

/// What imap-codec reads, if it reads all of the line.
pub(super) fn decode(line: &[u8]) -> Option<(NonZeroU32, Vec<MessageDataItem<'static>>)> {
    match ResponseCodec::default().decode(line) {
        Ok((b"", Response::Data(Data::Fetch { seq, items }))) => Some((
            seq,
            items.into_iter().map(IntoStatic::into_static).collect(),
        )),
        _ => None,
    }
}

/// What imap-codec reads of one item, as the only one of a response.
pub(super) fn decode_item(name: &[u8], value: &[u8]) -> Option<MessageDataItem<'static>> {
    let (_, items) = decode(&line(vec![[name, value].join(&b' ')]))?;
    let mut items = items.into_iter();
    let item = items.next()?;
    items.next().is_none().then_some(item)
}

/// What imap-codec accepts although the grammar does not have it, so that it is a defect here.
fn is_disputed(octets: &[u8], defect: Defect) -> bool {
    let rest = &octets[defect.at..];
    match defect.kind {
        // An empty list of parameters; a text without lines, or an embedded message without its envelope, which it reads as any other
        // part.
        DefectKind::Missing => true,
        // NIL for the value of a parameter, or for an encoding: it reads an empty string.
        DefectKind::Form => rest
            .get(..3)
            .is_some_and(|it| it.eq_ignore_ascii_case(b"NIL")),
        // A negative size: it reads 0.
        DefectKind::Number => rest.starts_with(b"-"),
        // Spaces between addresses.
        DefectKind::Space => rest.starts_with(b" ("),
        _ => false,
    }
}

fn structures_agree(
    ours: BodyStructure<'_>,
    theirs: imap_types::body::BodyStructure<'static>,
) -> bool {
    let octets = ours.raw().octets();
    let mut defects = BodyStructure::from_raw(octets)
        .unwrap()
        .defects()
        .into_iter();
    match ours.to_imap_types() {
        None => defects.any(|defect| is_disputed(octets, defect)),
        ours => same(ours, theirs),
    }
}

fn assert_agreement(line: &[u8], seq: NonZeroU32, theirs: &[MessageDataItem<'_>]) {
    let shown = line.escape_ascii();
    let fetch = Fetch::parse(line, &[]).unwrap_or_else(|| panic!("not read: {shown}"));
    assert_eq!(fetch.seq(), Some(seq.get()), "{shown}");
    assert_eq!(fetch.items().count(), theirs.len(), "{shown}\n{fetch:?}");
    for (ours, theirs) in fetch.items().zip(theirs) {
        assert!(agree(ours, theirs), "{shown}\n{ours:?}\n{theirs:?}");
    }
    let mut defects = fetch.defects().into_iter();
    let defect = defects.find(|defect| !is_disputed(line, *defect));
    assert_eq!(defect, None, "{shown}");
}

/// Whether two values of imap-types are the same, however their literals are announced.
fn same<T: fmt::Debug>(ours: Option<T>, theirs: T) -> bool {
    let shown = |value: T| format!("{value:?}").replace("NonSync", "Sync");
    ours.map(shown) == Some(shown(theirs))
}

fn same_date(ours: InternalDate<'_>, theirs: &imap_types::datetime::DateTime) -> bool {
    let theirs = theirs.as_ref();
    let zone = theirs.offset().local_minus_utc();
    ours.unix_seconds() == theirs.timestamp() && i32::from(ours.civil().zone) * 60 == zone
}

fn agree(ours: FetchItem<'_>, theirs: &MessageDataItem<'_>) -> bool {
    match (ours, theirs) {
        (FetchItem::Uid(ours), MessageDataItem::Uid(theirs)) => ours == *theirs,
        (FetchItem::Flags(ours), MessageDataItem::Flags(theirs)) => {
            let ours = ours.iter().map(|flag| flag.to_ascii_lowercase());
            ours.eq(theirs.iter().map(|flag| flag_text(flag).into_bytes()))
        }
        (FetchItem::ModSeq(ours), MessageDataItem::ModSeq(theirs)) => ours == theirs.get(),
        (FetchItem::Rfc822Size(ours), MessageDataItem::Rfc822Size(theirs)) => {
            ours == u64::from(*theirs)
        }
        (FetchItem::InternalDate(ours), MessageDataItem::InternalDate(theirs)) => {
            same_date(ours, theirs)
        }
        (FetchItem::BinarySize(ours), MessageDataItem::BinarySize { section, size }) => {
            ours.size == u64::from(*size)
                && matches!(
                    decode_item(ours.name, b"0"),
                    Some(MessageDataItem::BinarySize { section: ours, .. }) if ours == *section
                )
        }
        (FetchItem::Envelope(ours), MessageDataItem::Envelope(theirs)) => {
            same(ours.to_imap_types(), theirs.clone().into_static())
        }
        (FetchItem::BodyStructure(ours), MessageDataItem::BodyStructure(theirs))
        | (FetchItem::Body(ours), MessageDataItem::Body(theirs)) => {
            structures_agree(ours, theirs.clone().into_static())
        }
        (FetchItem::Section(ours), theirs) => sections_agree(ours, theirs),
        _ => false,
    }
}

fn sections_agree(ours: BodySection<'_>, theirs: &MessageDataItem<'_>) -> bool {
    let value = match theirs {
        MessageDataItem::BodyExt { data, origin, .. } => {
            if ours.origin != origin.map(u64::from) {
                return false;
            }
            nstring(data)
        }
        MessageDataItem::Rfc822(data)
        | MessageDataItem::Rfc822Header(data)
        | MessageDataItem::Rfc822Text(data) => nstring(data),
        MessageDataItem::Binary { value, .. } => match value {
            NString8::NString(data) => nstring(data),
            NString8::Literal8(data) => Some(data.data.to_vec()),
        },
        _ => return false,
    };
    // A name imap-codec reads as the same section, and the same item.
    let renamed = decode_item(ours.name, b"NIL");
    let same_name = match (renamed, theirs) {
        (
            Some(MessageDataItem::BodyExt { section: ours, .. }),
            MessageDataItem::BodyExt { section, .. },
        ) => ours == section.clone().into_static(),
        (
            Some(MessageDataItem::Binary { section: ours, .. }),
            MessageDataItem::Binary { section, .. },
        ) => ours == *section,
        (Some(ours), theirs) => core::mem::discriminant(&ours) == core::mem::discriminant(theirs),
        (None, _) => false,
    };
    same_name && ours.value.octets().map(Cow::into_owned) == value
}

fn nstring(data: &NString<'_>) -> Option<Vec<u8>> {
    data.0.as_ref().map(|data| data.as_ref().to_vec())
}

fn flag_text(flag: &imap_types::flag::FlagFetch<'_>) -> String {
    match flag {
        imap_types::flag::FlagFetch::Flag(flag) => flag.to_string().to_ascii_lowercase(),
        imap_types::flag::FlagFetch::Recent => "\\recent".into(),
    }
}

// What servers send: items by the grammar.

fn nstring_text() -> impl Strategy<Value = Vec<u8>> {
    let quoted = "([ -!#-\\[\\]-~éß]|\\\\\"|\\\\\\\\){0,12}";
    prop_oneof![
        Just(b"NIL".to_vec()),
        Just(b"nil".to_vec()),
        quoted.prop_map(|text: String| format!("\"{text}\"").into_bytes()),
        literal(1..=255),
    ]
}

fn literal(octets: core::ops::RangeInclusive<u8>) -> impl Strategy<Value = Vec<u8>> {
    let lively = prop_oneof![
        octets,
        proptest::sample::select(b"()\"\\{}[]\r\n ".to_vec())
    ];
    (vec_of(lively, 0..24), any::<bool>()).prop_map(|(octets, sync)| {
        let sign = if sync { "" } else { "+" };
        let mut literal = format!("{{{}{sign}}}\r\n", octets.len()).into_bytes();
        literal.extend(octets);
        literal
    })
}

fn joined(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    parts.into_iter().collect::<Vec<_>>().join(&b' ')
}

fn listed(parts: Vec<Vec<u8>>) -> Vec<u8> {
    [b"(".to_vec(), joined(parts), b")".to_vec()].concat()
}

fn header_list() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![
        "[A-Za-z\\]+-]{1,8}".prop_map(String::into_bytes),
        "\"[A-Za-z\\[\\]() ]{0,8}\"".prop_map(String::into_bytes),
        literal(1..=255),
    ];
    vec_of(field, 1..4).prop_map(listed)
}

fn section() -> impl Strategy<Value = Vec<u8>> {
    let part = "([1-9][0-9]{0,2}\\.){0,3}";
    let text = prop_oneof![
        Just(b"HEADER".to_vec()),
        Just(b"TEXT".to_vec()),
        header_list().prop_map(|list| [b"HEADER.FIELDS ", &*list].concat()),
        header_list().prop_map(|list| [b"header.fields.not ", &*list].concat()),
    ];
    prop_oneof![
        Just(Vec::new()),
        "[1-9][0-9]{0,2}(\\.[1-9]){0,3}(\\.MIME)?".prop_map(String::into_bytes),
        (part, text).prop_map(|(part, text)| [part.into_bytes(), text].concat()),
    ]
}

fn origin() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        any::<u32>().prop_map(|n| format!("<{n}>"))
    ]
}

fn section_item() -> impl Strategy<Value = Vec<u8>> {
    let body = (section(), origin(), nstring_text()).prop_map(|(section, origin, value)| {
        [b"BODY[", &*section, b"]", origin.as_bytes(), b" ", &value].concat()
    });
    let value8 = prop_oneof![
        nstring_text(),
        literal(0..=255).prop_map(|literal| [b"~".to_vec(), literal].concat())
    ];
    let binary = ("([1-9](\\.[1-9]){0,2})?", value8)
        .prop_map(|(part, value)| [format!("BINARY[{part}] ").into_bytes(), value].concat());
    let rfc822 = ("(RFC822|rfc822\\.HEADER|RFC822\\.TEXT) ", nstring_text())
        .prop_map(|(name, value)| [name.into_bytes(), value].concat());
    prop_oneof![body, binary, rfc822]
}

fn flags_item() -> impl Strategy<Value = Vec<u8>> {
    let flag = "\\\\?(Seen|RECENT|answered|Junk|\\$Forwarded|[a-z\\[$]{1,6})";
    vec_of(flag.prop_map(String::into_bytes), 0..5)
        .prop_map(|flags| [b"FLAGS ".to_vec(), listed(flags)].concat())
}

fn number_item() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (1..=u32::MAX).prop_map(|n| format!("UID {n}")),
        (1..=u32::MAX).prop_map(|n| format!("uid 00{n}")),
        (1..=u64::MAX).prop_map(|n| format!("MODSEQ ({n})")),
        any::<u32>().prop_map(|n| format!("RFC822.SIZE {n}")),
        any::<u32>().prop_map(|n| format!("BINARY.SIZE[1.2] {n}")),
        "INTERNALDATE \"([ 1]|2)[1-8]-(Jan|feb|DEC)-[0-9]{4} [01][0-9]:[0-5][0-9]:[0-5][0-9] [+-]1[0-9][0-9]{2}\"",
    ]
    .prop_map(String::into_bytes)
}

fn envelope() -> impl Strategy<Value = Vec<u8>> {
    let address = vec_of(nstring_text(), 4).prop_map(listed);
    let addresses = prop_oneof![
        Just(b"NIL".to_vec()),
        vec_of(address, 1..3)
            .prop_map(|list| [b"(".to_vec(), list.concat(), b")".to_vec()].concat()),
    ];
    let fields = (
        vec_of(nstring_text(), 2),
        vec_of(addresses, 6),
        vec_of(nstring_text(), 2),
    );
    fields.prop_map(|(a, b, c)| listed([a, b, c].concat()))
}

fn body_structure() -> impl Strategy<Value = Vec<u8>> {
    let basic =
        (nstring_text(), nstring_text(), any::<u32>()).prop_map(|(id, description, size)| {
            let text = b"(\"TEXT\" \"PLAIN\" (\"CHARSET\" {5}\r\nUTF-8) ".to_vec();
            let size = format!(" \"7BIT\" {size} 1)").into_bytes();
            [text, joined([id, description]), size].concat()
        });
    basic.prop_recursive(3, 8, 3, |part| {
        prop_oneof![
            vec_of(part.clone(), 1..3).prop_map(|parts| {
                [b"(".to_vec(), parts.concat(), b" \"MIXED\")".to_vec()].concat()
            }),
            (envelope(), part).prop_map(|(envelope, part)| {
                let start = b"(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 100 ".to_vec();
                [start, envelope, b" ".to_vec(), part, b" 5)".to_vec()].concat()
            }),
        ]
    })
}

fn heavy_item() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        envelope().prop_map(|value| [b"ENVELOPE ".to_vec(), value].concat()),
        body_structure().prop_map(|value| [b"BODYSTRUCTURE ".to_vec(), value].concat()),
        body_structure().prop_map(|value| [b"body ".to_vec(), value].concat()),
    ]
}

pub(super) fn legal_item() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => number_item(),
        2 => flags_item(),
        3 => section_item(),
        1 => heavy_item(),
    ]
}

pub(super) fn line(items: Vec<Vec<u8>>) -> Vec<u8> {
    [b"* 1 FETCH ".to_vec(), listed(items), b"\r\n".to_vec()].concat()
}

/// Items imap-codec does not know or does not take, each with the name it must be found under.
pub(super) fn odd_item() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        nstring_text(),
        literal(0..=255),
        envelope(),
        "[0-9]{1,20}|-1|\\([a-z \"]{0}\\)|\\(\\\\Inbox \"a \\) b\"\\)|[a-z\\[\\]<>*%]{1,8}"
            .prop_map(String::into_bytes),
    ];
    let name = prop_oneof![
        "EMAILID|THREADID|X-GM-LABELS|X-GM-MSGID|SAVEDATE|PREVIEW|UID|FLAGS|MODSEQ|ENVELOPE|BODY",
        "INTERNALDATE|RFC822\\.SIZE|BODYSTRUCTURE|BINARY\\[1\\]<0>|BODY\\[\\]|X[A-Z.é]{1,8}",
    ];
    (name, value).prop_map(|(name, value)| [name.into_bytes(), b" ".to_vec(), value].concat())
}

/// The name of an item, in upper case, with the octets the view still has of it.
pub(super) fn name_of(item: FetchItem<'_>) -> Vec<u8> {
    match item {
        FetchItem::Uid(_) => b"UID".to_vec(),
        FetchItem::Flags(_) => b"FLAGS".to_vec(),
        FetchItem::ModSeq(_) => b"MODSEQ".to_vec(),
        FetchItem::Rfc822Size(_) => b"RFC822.SIZE".to_vec(),
        FetchItem::InternalDate(_) => b"INTERNALDATE".to_vec(),
        FetchItem::Section(section) => {
            let origin = section.origin.map_or(String::new(), |n| format!("<{n}>"));
            [&section.name.to_ascii_uppercase(), origin.as_bytes()].concat()
        }
        FetchItem::BinarySize(size) => size.name.to_ascii_uppercase(),
        FetchItem::Envelope(_) => b"ENVELOPE".to_vec(),
        FetchItem::BodyStructure(_) => b"BODYSTRUCTURE".to_vec(),
        FetchItem::Body(_) => b"BODY".to_vec(),
        FetchItem::Preview(_) => b"PREVIEW".to_vec(),
        FetchItem::SaveDate(_) => b"SAVEDATE".to_vec(),
        FetchItem::EmailId(_) => b"EMAILID".to_vec(),
        FetchItem::ThreadId(_) => b"THREADID".to_vec(),
        FetchItem::GmailMessageId(_) => b"X-GM-MSGID".to_vec(),
        FetchItem::GmailThreadId(_) => b"X-GM-THRID".to_vec(),
        FetchItem::GmailLabels(_) => b"X-GM-LABELS".to_vec(),
        FetchItem::Other { name, .. } => name.to_ascii_uppercase(),
        FetchItem::Malformed(_) => b"malformed".to_vec(),
    }
}

/// Takes the octets of every literal that is the value of a section out of `line`.
fn stream_out(line: &[u8]) -> (Vec<u8>, Vec<StreamedLiteral>, Vec<Vec<u8>>) {
    let base = line.as_ptr() as usize;
    let (mut short, mut streamed, mut names, mut taken) = (Vec::new(), vec![], vec![], 0);
    for item in Fetch::parse(line, &[]).expect("a FETCH response").items() {
        if let FetchItem::Section(section) = item {
            if let Value::Literal(octets) = section.value {
                let start = octets.as_ptr() as usize - base;
                short.extend_from_slice(&line[taken..start]);
                taken = start + octets.len();
                let size = octets.len() as u64;
                streamed.push(StreamedLiteral {
                    at: short.len(),
                    size,
                });
                names.push(section.name.to_vec());
            }
        }
    }
    short.extend_from_slice(&line[taken..]);
    (short, streamed, names)
}

fn walk_inside(item: FetchItem<'_>) {
    match item {
        FetchItem::Envelope(envelope) => {
            _ = (envelope.to_imap_types(), format!("{:?}", envelope.fields()))
        }
        FetchItem::BodyStructure(structure) | FetchItem::Body(structure) => {
            let parts = structure.parts();
            assert!(parts.iter().count() <= structure.raw().octets().len());
            for part in &parts {
                let number = parts.number(part);
                if let Some(number) = &number {
                    assert_eq!(
                        parts.part(number).map(|it| it.place),
                        Some(part.place),
                        "{number}"
                    );
                }
                let children = parts.children(part).count();
                assert_eq!(children, part.len());
                _ = format!("{part:?}");
            }
            _ = structure.to_imap_types();
        }
        FetchItem::GmailLabels(labels) => _ = format!("{labels:?}"),
        _ => {}
    }
}

fn assert_walk_ends(line: &[u8]) {
    if let Some(fetch) = Fetch::parse(line, &[]) {
        for defect in fetch.defects() {
            assert!(defect.at <= line.len(), "{}", line.escape_ascii());
        }
        for item in fetch.items() {
            walk_inside(item);
        }
        assert!(fetch.items().take(line.len() + 1).count() <= line.len());
        for item in fetch.items() {
            if let FetchItem::Other { value, .. } = item {
                let _ = value.nstring();
            }
        }
        let _ = (format!("{fetch:?}"), fetch.uid(), fetch.raw());
    }
    let _ = stream_context(line, &[], NESTING);
}

proptest! {
    #[test]
    fn legal_items_agree(items in vec_of(legal_item(), 1..6)) {
        let line = line(items);
        let theirs = decode(&line);
        prop_assert!(theirs.is_some(), "the generator left the grammar: {}", line.escape_ascii());
        let (seq, theirs) = theirs.unwrap();
        assert_agreement(&line, seq, &theirs);
    }

    #[test]
    fn damaged_items_agree_if_accepted(
        items in vec_of(legal_item(), 1..4),
        damage in vec_of((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..4),
    ) {
        let mut line = line(items);
        for (at, octet, how) in damage {
            let at = at.index(line.len());
            match how {
                0 => { line.remove(at); }
                1 => line.insert(at, octet),
                2 => line.insert(at, b"()\"{}[] \r\n01~\\"[usize::from(octet) % 14]),
                _ => line[at] = octet,
            }
            if line.is_empty() { line.push(b'*'); }
        }
        assert_walk_ends(&line);
        if let Some((seq, theirs)) = decode(&line) {
            assert_agreement(&line, seq, &theirs);
        }
    }

    #[test]
    fn nothing_is_lost(items in vec_of(prop_oneof![legal_item(), odd_item()], 0..8)) {
        let line = line(items.clone());
        let fetch = Fetch::parse(&line, &[]).unwrap();
        prop_assert_eq!(fetch.items().count(), items.len(), "{}", line.escape_ascii());
        for (item, sent) in fetch.items().zip(&items) {
            let name = name_of(item);
            prop_assert!(
                sent.to_ascii_uppercase().starts_with(&name) && sent.get(name.len()) == Some(&b' '),
                "{:?}: {}", item, sent.escape_ascii()
            );
            if let FetchItem::Other { value, .. } = item {
                prop_assert_eq!(value.octets(), &sent[name.len() + 1..]);
            }
        }
    }

    #[test]
    fn dates_are_those_of_imap_codec(
        date in "[ 0-3][0-9]-(Jan|Feb|Apr|Jun|DEC|Foo)-([0-9]{2}00|20[0-9]{2}) [0-2][0-9]:[0-6][0-9]:[0-6][0-9] [+-][0-9]{4}"
    ) {
        let theirs = decode_item(b"INTERNALDATE", format!("\"{date}\"").as_bytes());
        prop_assert_eq!(InternalDate::new(date.as_bytes()).is_some(), theirs.is_some());
    }

    #[test]
    fn streaming_changes_values_only(items in vec_of(legal_item(), 1..6)) {
        let line = line(items);
        let (short, streamed, names) = stream_out(&line);
        let (whole, view) = (Fetch::parse(&line, &[]).unwrap(), Fetch::parse(&short, &streamed).unwrap());
        prop_assert_eq!(whole.items().count(), view.items().count());
        for (whole, view) in whole.items().zip(view.items()) {
            match (whole, view) {
                (FetchItem::Section(whole), FetchItem::Section(view)) => {
                    prop_assert_eq!((whole.name, whole.origin), (view.name, view.origin));
                    match (whole.value, view.value) {
                        (Value::Literal(octets), Value::Streamed { size }) => {
                            prop_assert_eq!(octets.len() as u64, size);
                        }
                        (whole, view) => prop_assert_eq!(whole, view),
                    }
                }
                (whole, view) => prop_assert_eq!(whole, view),
            }
        }
        for (index, (literal, name)) in streamed.iter().zip(names).enumerate() {
            let context = stream_context(&short[..literal.at], &streamed[..index], NESTING).unwrap();
            prop_assert_eq!(&short[context.section], &*name);
        }
    }

    #[test]
    fn garbage_ends(garbage in vec_of(any::<u8>(), 0..200)) {
        assert_walk_ends(&[b"* 1 FETCH (".to_vec(), garbage].concat());
    }

    #[test]
    fn lively_garbage_ends(garbage in "(UID|FLAGS|BODY\\[|1|<|>|\\]|\\(|\\)|\"|\\\\|~|\\{[0-9]{1,2}\\}\r\n|\\{|\\}| |\r\n|é){0,80}") {
        assert_walk_ends(format!("* 1 FETCH ({garbage}").as_bytes());
    }
}
