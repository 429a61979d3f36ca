//! Structures with known values are read as they are, and what is odd costs none of its neighbours.

extern crate std;

use std::format;
use std::string::String;
use std::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::super::value::Value;
use super::*;
use crate::codec::defect::Notes;

/// A part with known values.
#[derive(Clone, Debug)]
enum Known {
    Text {
        charset: String,
        size: u64,
        lines: u64,
    },
    File {
        name: String,
        size: u64,
        language: Vec<String>,
    },
    Message {
        subject: String,
        lines: u64,
        body: std::boxed::Box<Known>,
    },
    Multipart(Vec<Known>),
}

fn known() -> impl Strategy<Value = Known> {
    let word = "[a-zA-Z0-9 ().{}-]{0,12}";
    let text = (word, any::<u64>(), any::<u64>()).prop_map(|(charset, size, lines)| Known::Text {
        charset,
        size,
        lines,
    });
    let file = (word, any::<u64>(), vec_of("[a-z]{2}", 0..3)).prop_map(|(name, size, language)| {
        Known::File {
            name,
            size,
            language,
        }
    });
    prop_oneof![text, file].prop_recursive(6, 24, 4, move |part| {
        prop_oneof![
            vec_of(part.clone(), 1..5).prop_map(Known::Multipart),
            (word, any::<u64>(), part).prop_map(|(subject, lines, body)| Known::Message {
                subject,
                lines,
                body: body.into(),
            }),
        ]
    })
}

fn wire(part: &Known) -> String {
    match part {
        Known::Text {
            charset,
            size,
            lines,
        } => format!(r#"("TEXT" "PLAIN" ("CHARSET" "{charset}") NIL NIL "7BIT" {size} {lines})"#),
        Known::File {
            name,
            size,
            language,
        } => {
            let language: Vec<_> = language.iter().map(|it| format!("\"{it}\"")).collect();
            let language = match language.is_empty() {
                true => "NIL".into(),
                false => format!("({})", language.join(" ")),
            };
            format!(
                r#"("APPLICATION" "PDF" NIL "<id>" {{1}}
d "BASE64" {size} "md5" ("ATTACHMENT" ("FILENAME" "{name}")) {language} "http://x/" ("new" 7) 8)"#
            )
        }
        Known::Message {
            subject,
            lines,
            body,
        } => {
            let body = wire(body);
            format!(
                r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 (NIL "{subject}" NIL NIL NIL NIL NIL NIL NIL NIL) {body} {lines})"#
            )
        }
        Known::Multipart(parts) => {
            let parts: String = parts.iter().map(wire).collect();
            format!(r#"({parts} "MIXED" ("BOUNDARY" "b") NIL NIL)"#)
        }
    }
}

fn is_as_known(parts: &BodyParts<'_>, part: &Part<'_>, known: &Known) -> bool {
    let is = |value: Option<Value<'_>>, text: &str| value.is_some_and(|value| value.is(text));
    match known {
        Known::Text {
            charset,
            size,
            lines,
        } => {
            let found = part.parameters.and_then(|it| it.get("charset"));
            part.media.is("text", "plain")
                && is(found, charset)
                && (part.content.size, part.content.lines) == (Some(*size), Some(*lines))
        }
        Known::File {
            name,
            size,
            language,
        } => {
            let found: Vec<_> = part.language.unwrap().iter().collect();
            is(part.file_name(), name)
                && part.content.size == Some(*size)
                && is(part.content.id, "<id>")
                && is(part.content.description, "d")
                && is(part.content.md5, "md5")
                && is(part.disposition.unwrap().kind, "attachment")
                && found.len() == language.len()
                && found.iter().zip(language).all(|(it, known)| it.is(known))
                && is(part.location, "http://x/")
                && part.rest == b"(\"new\" 7) 8"
        }
        Known::Message {
            subject,
            lines,
            body,
        } => {
            let envelope = part.envelope.unwrap().fields();
            let its: Vec<_> = parts.children(part).collect();
            is(envelope.subject, subject)
                && part.content.lines == Some(*lines)
                && matches!(its[..], [its] if is_as_known(parts, its, body))
        }
        Known::Multipart(known) => {
            let its: Vec<_> = parts.children(part).collect();
            part.is_multipart()
                && its.len() == known.len()
                && its
                    .iter()
                    .zip(known)
                    .all(|(it, known)| is_as_known(parts, it, known))
        }
    }
}

/// Parts that break the grammar.
const ODD: &[&str] = &[
    r#"("RELATED" NIL ("ATTACHMENT" NIL) NIL)"#,
    r#"("X-ZIP" ("BOUNDARY" ""))"#,
    r#"("MIXED")"#,
    r#"(NIL "alternative" ("boundary" "A") NIL NIL NIL)"#,
    r#"("application" "PDF NAME="a.pdf"" NIL NIL NIL "base64" 2)"#,
    r#"("application" "x" NIL NIL """" "base64" 2)"#,
    r#"("multipart" "signed" ("b" "c") NIL NIL "7BIT" -1 NIL NIL NIL NIL)"#,
    r#"("TEXT" "PLAIN" ("CHARSET" NIL "X") NIL NIL NIL 0 0 ("BOUNDARY" "2") NIL NIL)"#,
    r#"("text" "plain" () NIL NIL "7bit" 10 NIL "inline" NIL NIL)"#,
    r#"("message" "rfc822" NIL NIL NIL "7bit" 9 NIL NIL 3 NIL NIL NIL NIL)"#,
    r#"("message" "x" NIL NIL NIL "7bit" 9 (NIL NIL) ("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 2) 3)"#,
    r#"("text" 5 (((("deep")))) ("list") "7bit" ("list") 10 NIL)"#,
    r#"(1 2 3 4 5 6 7 8 9 10 11 12 13)"#,
    r#"("text")"#,
    r#"("a" ("b" "c" ("d"))  "e" )"#,
];

/// All of a part but its place.
fn values<'p, 'a>(part: &'p Part<'a>) -> impl PartialEq + fmt::Debug + use<'p, 'a> {
    (
        (part.media, part.parameters, part.content, part.disposition),
        (
            part.language,
            part.location,
            part.rest,
            part.envelope,
            part.len(),
        ),
    )
}

/// The parts as they are read when defects are wanted: value by value, without a look at what is plain.
fn read_for_defects<'a>(structure: &BodyStructure<'a>) -> BodyParts<'a> {
    let mut notes = Notes::kept();
    let walker = Walker::before(structure.0.octets, Some(&mut notes));
    BodyParts::new(StructureReader::new(walker, structure.0).read())
}

/// What may stand in a part, in any order.
const PIECES: &[&str] = &[
    "(",
    ")",
    " ",
    " ",
    "NIL",
    "nil",
    "7",
    "\"text\"",
    "\"a b\"",
    "\"\"",
    "(\"a\" \"b\")",
    "(\"inline\" NIL)",
    "x",
    "\"",
];

proptest! {
    #[test]
    fn plain_parts_are_read_as_all_others(
        known in known(),
        pieces in vec_of(prop::sample::select(PIECES), 0..4),
        at in any::<prop::sample::Index>(),
    ) {
        let mut list = wire(&known).replace("}\n", "}\r\n");
        let at = at.index(list.len());
        if list.is_char_boundary(at) {
            list.insert_str(at, &pieces.concat());
        }
        if let Some(structure) = BodyStructure::from_raw(list.as_bytes()) {
            prop_assert_eq!(structure.parts(), read_for_defects(&structure), "{}", list);
        }
    }

    #[test]
    fn known_values_are_read(known in known()) {
        let list = wire(&known).replace("}\n", "}\r\n");
        let structure = BodyStructure::from_raw(list.as_bytes()).unwrap();
        let parts = structure.parts();
        prop_assert!(is_as_known(&parts, parts.root().unwrap(), &known), "{}", list);
        let defects = structure.defects();
        prop_assert!(defects.is_empty(), "{}: {:?}", list, defects);
        for part in &parts {
            if let Some(number) = parts.number(part) {
                prop_assert_eq!(parts.part(&number).map(|it| it.place), Some(part.place));
            }
        }
    }

    #[test]
    fn an_odd_part_costs_itself(
        known in vec_of(known(), 1..5),
        odd in proptest::sample::select(ODD),
        at in any::<prop::sample::Index>(),
    ) {
        let at = at.index(known.len() + 1);
        let mut wires: Vec<_> = known.iter().map(|it| wire(it).replace("}\n", "}\r\n")).collect();
        wires.insert(at, odd.into());
        let list = format!("({} \"MIXED\" NIL NIL NIL)", wires.concat());
        let structure = BodyStructure::from_raw(list.as_bytes()).unwrap();
        let parts = structure.parts();
        let root = parts.root().unwrap();
        prop_assert!(root.media.subtype.unwrap().is("mixed"));
        prop_assert!(!structure.defects().is_empty(), "{}", odd);
        let mut its: Vec<_> = parts.children(root).collect();
        prop_assert_eq!(its.len(), known.len() + 1, "{}", list);
        let alone = BodyStructure::from_raw(odd.as_bytes()).unwrap().parts();
        prop_assert_eq!(
            format!("{:?}", values(its.remove(at))),
            format!("{:?}", values(alone.root().unwrap()))
        );
        for (it, known) in its.into_iter().zip(&known) {
            prop_assert!(is_as_known(&parts, it, known), "{}", list);
        }
    }
}

#[test]
fn parts_nest_as_deep_as_they_are() {
    let depth = 20_000;
    let list = format!(
        "{}(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1){}",
        "(".repeat(depth),
        " \"MIXED\")".repeat(depth)
    );
    let structure = BodyStructure::from_raw(list.as_bytes()).unwrap();
    let parts = structure.parts();
    assert_eq!(parts.iter().count(), depth + 1);
    assert!(structure.defects().is_empty());
    let text = parts.leaves().next().unwrap();
    let number = parts.number(text).unwrap();
    assert_eq!(number, ["1"; 20_000].join("."));
    assert_eq!(parts.part(&number).map(|it| it.place), Some(text.place));
    assert_eq!(structure.to_imap_types(), None);
}

#[test]
fn part_numbers_are_those_of_the_rfc() {
    // The example of RFC 9051 section 6.4.5.1, with all its parts.
    let text = r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)"#;
    let octets = r#"("APPLICATION" "OCTET-STREAM" NIL NIL NIL "BASE64" 1)"#;
    let message = |body: &str| {
        let envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
        format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 {envelope} {body} 1)"#)
    };
    let third = message(&format!(r#"({text}{octets} "MIXED")"#));
    let gif = r#"("IMAGE" "GIF" NIL NIL NIL "BASE64" 1)"#;
    let inner = message(&format!(
        r#"({text}({text}("TEXT" "RICHTEXT" NIL NIL NIL "7BIT" 1 1) "ALTERNATIVE") "MIXED")"#
    ));
    let fourth = format!(r#"({gif}{inner} "MIXED")"#);
    let list = format!(r#"({text}{octets}{third}{fourth} "MIXED")"#);
    let parts = BodyStructure::from_raw(list.as_bytes()).unwrap().parts();
    let numbers: Vec<_> = parts.iter().map(|part| parts.number(part)).collect();
    let numbers: Vec<_> = numbers
        .iter()
        .map(|it| it.as_deref().unwrap_or("-"))
        .collect();
    assert_eq!(
        numbers,
        [
            "-", "1", "2", "3", "-", "3.1", "3.2", "4", "4.1", "4.2", "-", "4.2.1", "4.2.2",
            "4.2.2.1", "4.2.2.2"
        ]
    );
    assert!(parts.part("4.2.2.2").unwrap().media.is("text", "richtext"));
    for none in ["", "0", "5", "1.1", "3.3", "4.1.1", "x", "4..2", "4.2.3"] {
        assert_eq!(parts.part(none), None, "{none}");
    }
    let single = BodyStructure::from_raw(text.as_bytes()).unwrap().parts();
    assert_eq!(single.number(single.root().unwrap()).as_deref(), Some("1"));
    let list = message(text);
    let only = BodyStructure::from_raw(list.as_bytes()).unwrap().parts();
    let numbers: Vec<_> = only.iter().map(|part| only.number(part).unwrap()).collect();
    assert_eq!(numbers, ["1", "1.1"]);
}

#[test]
fn sections_are_those_that_fetch_names() {
    let text = r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)"#;
    let message = |body: &str| {
        let envelope = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
        format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 {envelope} {body} 1)"#)
    };
    let mixed = |parts: &str| format!(r#"({parts} "MIXED")"#);
    let inner = message(&mixed(&[text, &message(text)].concat()));
    let list = mixed(&[text, &mixed(&[text, &inner].concat())].concat());
    let parts = BodyStructure::from_raw(list.as_bytes()).unwrap().parts();
    let sections: Vec<_> = parts.iter().map(|part| parts.section(part)).collect();
    assert_eq!(
        sections,
        [
            "TEXT", "1", "2", "2.1", "2.2", "2.2.TEXT", "2.2.1", "2.2.2", "2.2.2.1"
        ]
    );
}

#[test]
fn the_text_that_a_person_reads() {
    let plain = r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1)"#;
    let html = r#"("TEXT" "HTML" NIL NIL NIL "7BIT" 1 1)"#;
    let image = r#"("IMAGE" "GIF" NIL NIL NIL "BASE64" 1)"#;
    let attached = r#"("TEXT" "PLAIN" NIL NIL NIL "7BIT" 1 1 NIL ("ATTACHMENT" NIL) NIL NIL)"#;
    let nothing = "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)";
    let message = format!(r#"("MESSAGE" "RFC822" NIL NIL NIL "7BIT" 1 {nothing} {plain} 1)"#);
    let of =
        |subtype: &str, parts: &[&str]| format!(r#"({} "{subtype}" NIL NIL NIL)"#, parts.concat());
    let either = of("ALTERNATIVE", &[plain, html]);
    let related = of("RELATED", &[html, image]);
    let attached_parts = format!(r#"({plain} "MIXED" NIL ("ATTACHMENT" NIL) NIL NIL)"#);
    for (list, section) in [
        (plain.into(), Some("1")),
        (html.into(), Some("1")),
        (image.into(), None),
        (attached.into(), None),
        (message.clone(), None),
        (either.clone(), Some("1")),
        (of("ALTERNATIVE", &[html, plain]), Some("2")),
        (of("ALTERNATIVE", &[&related, plain]), Some("2")),
        (of("MIXED", &[&related, plain]), Some("1.1")),
        (of("MIXED", &[attached, &attached_parts, html]), Some("3")),
        (of("MIXED", &[&message, html, attached]), Some("2")),
        (of("MIXED", &[image, &either]), Some("2.1")),
        // A line that a mailing list has added is not the other form of the message.
        (
            of("ALTERNATIVE", &[&of("MIXED", &[html, plain])]),
            Some("1.1"),
        ),
        (
            of("ALTERNATIVE", &[&of("MIXED", &[html, plain]), &either]),
            Some("2.1"),
        ),
    ] {
        let parts = BodyStructure::from_raw(list.as_bytes()).unwrap().parts();
        let found = parts.text_part().map(|part| parts.section(part));
        assert_eq!(found.as_deref(), section, "{list}");
    }
}
