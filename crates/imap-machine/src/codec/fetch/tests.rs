//! Lines by hand: each leniency, and what servers were seen to send.

extern crate std;

use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

use bounded_static::IntoBoundedStatic;

use super::*;

fn fetch(line: &[u8]) -> Fetch<'_> {
    Fetch::parse(line, &[]).expect("a FETCH response")
}

/// The items of `* 1 FETCH <list>`.
fn items(list: &str) -> Vec<String> {
    let line = format!("* 1 FETCH {list}\r\n");
    fetch(line.as_bytes()).items().map(show).collect()
}

/// An item with its octets, which `Debug` does not show.
fn show(item: FetchItem<'_>) -> String {
    match item {
        FetchItem::Section(section) => {
            let name = section.name.escape_ascii();
            let origin = section.origin.map_or(String::new(), |n| format!("<{n}>"));
            let value = match section.value {
                Value::Nil => "NIL".to_owned(),
                Value::Quoted(octets) => format!("quoted {}", octets.escape_ascii()),
                Value::Literal(octets) => format!("literal {}", octets.escape_ascii()),
                Value::Atom(octets) => format!("atom {}", octets.escape_ascii()),
                Value::Streamed { size } => format!("streamed {size}"),
            };
            format!("{name}{origin} {value}")
        }
        FetchItem::BinarySize(size) => format!("{} {}", size.name.escape_ascii(), size.size),
        FetchItem::Envelope(raw) => format!("Envelope {}", raw.raw().octets().escape_ascii()),
        FetchItem::BodyStructure(raw) => {
            format!("BodyStructure {}", raw.raw().octets().escape_ascii())
        }
        FetchItem::Body(raw) => format!("Body {}", raw.raw().octets().escape_ascii()),
        FetchItem::Other { name, value } => {
            let value = value.octets().escape_ascii();
            format!("other {} {value}", name.escape_ascii())
        }
        FetchItem::Malformed(rest) => format!("malformed {}", rest.escape_ascii()),
        hot => format!("{hot:?}"),
    }
}

#[test]
fn heads() {
    let number = |line: &str| Fetch::parse(line.as_bytes(), &[]).map(|fetch| fetch.number());
    assert_eq!(
        number("* 123 FETCH (UID 4)\r\n"),
        Some(FetchNumber::Seq(123))
    );
    assert_eq!(number("* 1 fetch (flags ())\n"), Some(FetchNumber::Seq(1)));
    assert_eq!(number("* 1  FETCH  (UID 5)\r\n"), Some(FetchNumber::Seq(1)));
    assert_eq!(number("* 0 FETCH (UID 1)\r\n"), Some(FetchNumber::Seq(0)));
    assert_eq!(number("* 7 UIDFETCH ()\r\n"), Some(FetchNumber::Uid(7)));
    for line in [
        "",
        "*",
        "* ",
        "* 1",
        "* 1 FETCH",
        "* 1 FETCH ",
        "* 1 FETCH UID 4",
        "* 1 FETCHES (UID 4)",
        "* 1FETCH (UID 4)",
        "*1 FETCH (UID 4)",
        "* 1 EXPUNGE",
        "* x FETCH ()",
        "* 4294967296 FETCH ()",
        "A1 FETCH ()",
    ] {
        assert_eq!(number(&format!("{line}\r\n")), None, "{line}");
    }
}

#[test]
fn hot_items() {
    let list = "(UID 4 MODSEQ (12) RFC822.SIZE 5000000000 FLAGS (\\Seen $A))";
    assert_eq!(
        items(list),
        [
            "Uid(4)",
            "ModSeq(12)",
            "Rfc822Size(5000000000)",
            r#"Flags(["\\\\Seen", "$A"])"#
        ]
    );
    assert_eq!(
        items(r#"(INTERNALDATE "17-Jul-1996 02:44:25 -0700")"#),
        ["InternalDate(17-Jul-1996 02:44:25 -0700)"]
    );
    assert_eq!(
        items("(MODSEQ (18446744073709551615))"),
        ["ModSeq(18446744073709551615)"]
    );
    assert_eq!(items("(BINARY.SIZE[1.2] 5)"), ["BINARY.SIZE[1.2] 5"]);
}

#[test]
fn lower_case() {
    assert_eq!(
        items("(uid 5 flags () body[header]<2> nil rfc822.text nil)"),
        [
            "Uid(5)",
            "Flags([])",
            "body[header]<2> NIL",
            "rfc822.text NIL"
        ]
    );
}

#[test]
fn spaces_too_many() {
    assert_eq!(items("()"), [""; 0]);
    assert_eq!(items("(  )"), [""; 0]);
    assert_eq!(items("(UID 1 )"), ["Uid(1)"]);
    assert_eq!(
        items("( UID  1  RFC822.SIZE  2) "),
        ["Uid(1)", "Rfc822Size(2)"]
    );
    assert_eq!(items("(FLAGS (\\Seen ) )"), [r#"Flags(["\\\\Seen"])"#]);
    assert_eq!(items("(MODSEQ ( 7 ))"), ["ModSeq(7)"]);
}

#[test]
fn spaces_too_few() {
    assert_eq!(
        items("(BODY[]{5}\r\nhello UID 1)"),
        ["BODY[] literal hello", "Uid(1)"]
    );
    assert_eq!(
        items("(BINARY[1]~{1}\r\n\0UID 1)"),
        ["BINARY[1] literal \\x00", "Uid(1)"]
    );
    assert_eq!(
        items("(FLAGS(\\Seen)UID 1)"),
        [r#"Flags(["\\\\Seen"])"#, "Uid(1)"]
    );
    assert_eq!(items("(BODY[]\"x\"UID 1)"), ["BODY[] quoted x", "Uid(1)"]);
}

#[test]
fn strings_of_every_kind() {
    assert_eq!(items("(BODY[] NIL)"), ["BODY[] NIL"]);
    assert_eq!(items("(BODY[] 5)"), ["BODY[] atom 5"]);
    assert_eq!(items("(BODY[] \"\")"), ["BODY[] quoted "]);
    assert_eq!(
        items(r#"(BODY[] "a\")\\")"#),
        [r#"BODY[] quoted a\\\")\\\\"#]
    );
    assert_eq!(
        items("(BODY[] \"d\u{e9}j\u{e0}\")"),
        [r"BODY[] quoted d\xc3\xa9j\xc3\xa0"]
    );
    assert_eq!(items("(BODY[] {0}\r\n)"), ["BODY[] literal "]);
    assert_eq!(items("(BODY[] {3}\n)\r\n)"), ["BODY[] literal )\\r\\n"]);
    assert_eq!(items("(BODY[] {3+}\r\nabc)"), ["BODY[] literal abc"]);
    assert_eq!(items("(BODY[] ~{3}\r\na\0c)"), ["BODY[] literal a\\x00c"]);
    assert_eq!(
        items("(BINARY[1]<0> ~{3+}\r\nabc)"),
        ["BINARY[1]<0> literal abc"]
    );
    assert_eq!(
        items("(RFC822.HEADER {3}\r\nabc UID 5)"),
        ["RFC822.HEADER literal abc", "Uid(5)"]
    );
}

#[test]
fn line_end_behind_a_literal() {
    assert_eq!(
        items("(BODY[] {3}\r\nabc\r\n UID 1)"),
        ["BODY[] literal abc", "Uid(1)"]
    );
    assert_eq!(items("(BODY[] {3}\r\nabc\r\n)"), ["BODY[] literal abc"]);
}

#[test]
fn section_names() {
    for name in [
        "BODY[HEADER.FIELDS (SUBJECT FROM )]",
        "BODY[HEADER.FIELDS (\"Subject\" \"a]) (b\")]",
        "BODY[HEADER.FIELDS ({4}\r\n)]\r\n X]Y)]",
        "BODY[1.2.MIME]",
    ] {
        assert_eq!(
            items(&format!("({name}<5> NIL UID 1)")),
            [
                format!("{}<5> NIL", name.escape_default()),
                "Uid(1)".to_owned()
            ]
        );
    }
}

#[test]
fn quotes_and_literals_close_nothing() {
    let envelope = r#"(NIL "a) (\" b" (("x" NIL {3}"#.to_owned() + "\r\n)\"( \"y\")) NIL)";
    let line = format!("* 1 FETCH (ENVELOPE {envelope} UID 1)\r\n");
    let fetch = fetch(line.as_bytes());
    let [FetchItem::Envelope(raw), FetchItem::Uid(_)] = *fetch.items().collect::<Vec<_>>() else {
        panic!("{fetch:?}");
    };
    assert_eq!(raw.raw().octets(), envelope.as_bytes());
}

#[test]
fn braces_that_announce_nothing() {
    assert_eq!(
        items("(X-A {x} X{B} a{1}b X-C ({5} {) UID 1)"),
        [
            "other X-A {x}",
            "other X{B} a{1}b",
            "other X-C ({5} {)",
            "Uid(1)"
        ]
    );
}

#[test]
fn unknown_items_keep_name_and_value() {
    assert_eq!(
        items("(UID 1 X-GUID (M1) X-LABELS (\\Inbox \"a ) b\") X-PREVIEW \"hi\" FLAGS ())"),
        [
            "Uid(1)",
            "other X-GUID (M1)",
            r#"other X-LABELS (\\Inbox \"a ) b\")"#,
            r#"other X-PREVIEW \"hi\""#,
            "Flags([])",
        ]
    );
}

#[test]
fn known_items_outside_their_grammar() {
    for item in [
        "UID 0",
        "UID 4294967296",
        "UID NIL",
        "UID (1)",
        "MODSEQ ()",
        "MODSEQ 5",
        "MODSEQ (7 8)",
        "MODSEQ (18446744073709551616)",
        "RFC822.SIZE -1",
        "FLAGS NIL",
        "FLAGS (a (b))",
        "INTERNALDATE NIL",
        "ENVELOPE NIL",
        "BODYSTRUCTURE NIL",
        "BODY NIL",
        "BODY[] (a)",
        "BODY[]<0.x> NIL",
        "PREVIEW (a)",
        "SAVEDATE now",
        "EMAILID ()",
        "X-GM-MSGID x",
        "X-GM-LABELS NIL",
        "BINARY.SIZE[1] x",
    ] {
        assert_eq!(
            items(&format!("({item} UID 9)")),
            [format!("other {item}"), "Uid(9)".to_owned()]
        );
    }
    assert_eq!(
        items("(INTERNALDATE \"17-Jul-1996 02:44:60 -0700\")"),
        [r#"other INTERNALDATE \"17-Jul-1996 02:44:60 -0700\""#]
    );
    assert_eq!(items("(MODSEQ (0))"), ["ModSeq(0)"]);
}

#[test]
fn malformed_is_what_is_left() {
    let last = |list: &str| items(list).pop().unwrap_or_default();
    assert_eq!(
        items("(UID 1 FLAGS (\\Seen"),
        ["Uid(1)", r"malformed FLAGS (\\Seen"]
    );
    assert_eq!(items("(UID 1"), ["Uid(1)", "malformed "]);
    assert_eq!(items("(UID 1) x"), ["Uid(1)", "malformed x"]);
    assert_eq!(last("("), "malformed ");
    assert_eq!(last("(BODY[ NIL)"), "malformed BODY[ NIL)");
    assert_eq!(last("(BODY[] {4}\r\nab)"), r"malformed BODY[] {4}\r\nab)");
    assert_eq!(last("(BODY[] \"ab)"), r#"malformed BODY[] \"ab)"#);
    assert_eq!(
        last("(BODY[] {18446744073709551615}\r\n)"),
        r"malformed BODY[] {18446744073709551615}\r\n)"
    );
}

#[test]
fn what_stands_between_items_costs_none_of_them() {
    assert_eq!(items("(UID 1))"), ["Uid(1)"]);
    assert_eq!(items("(UID)"), ["other UID "]);
    assert_eq!(
        items("(UID 1 \"x\" {1}\r\ny UID 2 X)"),
        [
            "Uid(1)",
            r#"other  \"x\""#,
            r"other  {1}\r\ny",
            "Uid(2)",
            "other X "
        ]
    );
    assert_eq!(items("(UID 1) FLAGS ()"), ["Uid(1)", "Flags([])"]);
    assert_eq!(
        items("((UID 1)(FLAGS ()) X 2)"),
        ["Uid(1)", "Flags([])", "other X 2"]
    );
    assert_eq!(
        items("(UID 1 (FLAGS ())"),
        ["Uid(1)", "Flags([])", "malformed "]
    );
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth| format!("(X {}{} UID 1)", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(items(&nested(NESTING)).len(), 2);
    assert!(items(&nested(NESTING + 1))[0].starts_with("malformed X (("));
    assert_eq!(NESTING, crate::Limits::default().nesting);
    assert_eq!(items(&"(".repeat(100_000)).len(), 1);
}

#[test]
fn shortcuts() {
    let line = b"* 3 FETCH (X (1) UID 4 FLAGS (\\Seen) MODSEQ (5) RFC822.SIZE 6 \
        INTERNALDATE \" 1-Jan-2020 00:00:00 +0000\" BODY[]<7> {2}\r\nab)\r\n";
    let fetch = fetch(line);
    assert_eq!(fetch.seq(), Some(3));
    assert_eq!(fetch.uid(), NonZeroU32::new(4));
    assert!(fetch.flags().unwrap().contains(b"\\seen"));
    assert_eq!(fetch.modseq(), Some(5));
    assert_eq!(fetch.rfc822_size(), Some(6));
    assert_eq!(
        fetch.internal_date().unwrap().raw(),
        b" 1-Jan-2020 00:00:00 +0000"
    );
    let section = fetch.section("body[]").unwrap();
    assert_eq!(section.origin, Some(7));
    assert_eq!(section.value, Value::Literal(b"ab"));
    assert_eq!(fetch.section("BODY[TEXT]"), None);
    assert!(fetch.raw().starts_with(b"(X (1) UID"));
    assert!(fetch.raw().ends_with(b"ab)"));
}

#[test]
fn uidfetch_has_a_uid_and_no_sequence_number() {
    let uidfetch = fetch(b"* 9 UIDFETCH (FLAGS ())\r\n");
    assert_eq!(uidfetch.seq(), None);
    assert_eq!(uidfetch.uid(), NonZeroU32::new(9));
    assert_eq!(fetch(b"* 0 UIDFETCH (FLAGS ())\r\n").uid(), None);
}

#[test]
fn debug_shows_sizes_and_no_contents() {
    let line = b"* 1 FETCH (UID 2 BODY[] {6}\r\nsecret PREVIEW \"secret\" \
        ENVELOPE (\"secret\") BODY[TEXT] \"secret\" secret";
    let shown = format!("{:?}", fetch(line));
    assert!(shown.contains("BODY") && shown.contains("Preview") && shown.contains("6 octets"));
    assert!(!shown.contains("secret"), "{shown}");
}

#[test]
fn owned_fetch_is_equal() {
    let line = b"* 1 FETCH (UID 2 BODY[] {9}\r\n)\r\n".to_vec();
    let streamed = vec![StreamedLiteral { at: 29, size: 9 }];
    let lent = Fetch::parse(&line, &streamed).unwrap();
    let owned: Fetch<'static> = lent.clone().into_static();
    assert_eq!(lent, owned);
    assert!(lent.items().eq(owned.items()));
}

#[test]
fn streamed_literals_have_a_size_and_no_octets() {
    let line =
        b"* 1 FETCH (BODY[] {90}\r\n UID 7 PREVIEW {80}\r\n X {70}\r\n BODY[TEXT] {2}\r\nab)\r\n";
    let streamed = [
        StreamedLiteral { at: 24, size: 90 },
        StreamedLiteral { at: 45, size: 80 },
        StreamedLiteral { at: 54, size: 70 },
    ];
    let fetch = Fetch::parse(line, &streamed).unwrap();
    let items: Vec<_> = fetch.items().map(show).collect();
    assert_eq!(
        items,
        [
            "BODY[] streamed 90",
            "Uid(7)",
            "Preview(Streamed(80 octets))",
            r"other X {70}\r\n",
            "BODY[TEXT] literal ab"
        ]
    );
    let FetchItem::Other { value, .. } = fetch.items().nth(3).unwrap() else {
        panic!("{fetch:?}");
    };
    assert!(!value.is_complete());
    assert_eq!(value.nstring(), None);
}

#[test]
fn incomplete_envelope_is_kept() {
    let line = b"* 1 FETCH (ENVELOPE (NIL {90}\r\n NIL NIL NIL NIL NIL NIL NIL NIL) UID 7)\r\n";
    let streamed = [StreamedLiteral { at: 31, size: 90 }];
    let fetch = Fetch::parse(line, &streamed).unwrap();
    let Some(FetchItem::Other { name, value }) = fetch.items().next() else {
        panic!("{fetch:?}");
    };
    assert!(name == b"ENVELOPE" && !value.is_complete());
    assert_eq!(fetch.uid(), NonZeroU32::new(7));
}

#[test]
fn stream_context_names_the_literal() {
    let head = b"* 3 FETCH (UID 4 FLAGS (\\Seen) body[HEADER.FIELDS (To)]<5> {100000}\r\n";
    let context = stream_context(head, &[], NESTING).unwrap();
    assert_eq!(context.number, FetchNumber::Seq(3));
    assert_eq!(context.uid, NonZeroU32::new(4));
    assert_eq!(&head[context.section], b"body[HEADER.FIELDS (To)]");
    assert_eq!(context.origin, Some(5));

    let head = b"* 3 UIDFETCH (BINARY[1]~{100000}\n";
    let context = stream_context(head, &[], NESTING).unwrap();
    assert_eq!(context.number, FetchNumber::Uid(3));
    assert_eq!(context.uid, NonZeroU32::new(3));
    assert_eq!(&head[context.section], b"BINARY[1]");
    assert_eq!(context.origin, None);
}

#[test]
fn stream_context_of_a_second_literal() {
    let head = b"* 3 FETCH (BODY[1] {90}\r\n BODY[2] {80}\r\n";
    let streamed = [StreamedLiteral { at: 25, size: 90 }];
    let context = stream_context(head, &streamed, NESTING).unwrap();
    assert_eq!(context.uid, None);
    assert_eq!(&head[context.section], b"BODY[2]");
}

#[test]
fn stream_context_only_for_values_of_items() {
    for head in [
        "* 3 FETCH (ENVELOPE (NIL {100000}\r\n",
        "* 3 FETCH (BODY[HEADER.FIELDS ({100000}\r\n",
        "* 3 FETCH (UID 5) {100000}\r\n",
        "* 3 FETCH ({100000}\r\n",
        "* 3 FETCH (BODY[] NIL\r\n",
        "* 3 FETCH (BODY[] {5}\r\nhello",
        "* LIST () {100000}\r\n",
    ] {
        assert_eq!(
            stream_context(head.as_bytes(), &[], NESTING),
            None,
            "{head}"
        );
    }
}

#[test]
fn lines_seen_in_the_wild() {
    assert_eq!(items("(UID 19436 )"), ["Uid(19436)"]);
    assert_eq!(
        items("(UID 585599 BODY[1.2] {0}\r\n BODY[1.1] {0}\r\n)"),
        ["Uid(585599)", "BODY[1.2] literal ", "BODY[1.1] literal "]
    );
    assert_eq!(
        items("(BODY[1.HEADER] NIL UID 3)"),
        ["BODY[1.HEADER] NIL", "Uid(3)"]
    );
    assert_eq!(
        items("(BODY[HEADER.FIELDS (\"DATE\" \"FROM\")]<0> {5}\r\nDate:)"),
        [r#"BODY[HEADER.FIELDS (\"DATE\" \"FROM\")]<0> literal Date:"#]
    );
    assert_eq!(items("(FLAGS (a[b] \\*))"), [r#"Flags(["a[b]", "\\\\*"])"#]);
    assert_eq!(
        items("(INTERNALDATE \"01-jan-2020 00:00:00 +0000\")"),
        ["InternalDate(01-jan-2020 00:00:00 +0000)"]
    );
    assert_eq!(
        items("(SAVEDATE \"01-Jan-2020 00:00:00 +0000\" X-GM-LABELS ())"),
        [
            "SaveDate(Some(InternalDate(01-Jan-2020 00:00:00 +0000)))",
            "GmailLabels(Raw(2 octets))"
        ]
    );
    let envelope = "(\"Thu, 22 Aug 2024 07:48:03 +0000\" \"Test\" ((\"Cl\u{e9}ment DOUIN\" NIL \"c\" \
        \"localhost\")) NIL NIL NIL NIL NIL NIL NIL)";
    let line = format!("* 2 FETCH (UID 4 FLAGS (\\Seen) ENVELOPE {envelope})\r\n");
    let fetch = fetch(line.as_bytes());
    let Some(FetchItem::Envelope(raw)) = fetch.items().last() else {
        panic!("{fetch:?}");
    };
    assert!(raw.to_imap_types().is_some());
}

#[test]
fn a_copy_to_keep_is_the_same_row() {
    let short = b"* 4 FETCH (UID 7 BODY[] {9}\r\n FLAGS (\\Seen))\r\n";
    let missing = [StreamedLiteral { at: 29, size: 9 }];
    for streamed in [&[][..], &missing] {
        let row = Fetch::parse(short, streamed).unwrap().with_nesting(3);
        assert_eq!(row.kept(), row.to_static());
        assert_eq!(row.kept().streamed(), streamed);
    }
}
