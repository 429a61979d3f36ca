//! Values as they are in mail, and values that are known because they were encoded here.

extern crate std;

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::TextDefect::{Assumed, Damaged, Replaced, UnknownCharset, UnknownEncoding};
use super::words;
use super::*;
use crate::codec::{BodyStructure, Envelope};

mod properties;

fn header(value: impl AsRef<[u8]>) -> (String, Vec<TextDefect>) {
    let text = words::text(value.as_ref());
    (text.to_string(), text.defects)
}

#[test]
fn header_fields_as_people_read_them() {
    for (value, text, defects) in [
        (&b"plain text"[..], "plain text", &[][..]),
        (b"", "", &[]),
        // RFC 2047 section 8.
        (b"=?US-ASCII?Q?Keith_Moore?= <x>", "Keith Moore <x>", &[]),
        (b"(=?ISO-8859-1?Q?a?= b)", "(a b)", &[]),
        (
            b"(=?ISO-8859-1?Q?a?=  =?ISO-8859-1?Q?b?=)",
            "(ab)",
            &[],
        ),
        (
            b"(=?ISO-8859-1?Q?a?=\r\n    =?ISO-8859-1?Q?b?=)",
            "(ab)",
            &[],
        ),
        (b"(=?ISO-8859-1?Q?a_b?=)", "(a b)", &[]),
        (
            b"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)",
            "(a b)",
            &[],
        ),
        (
            b"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=\r\n =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=",
            "If you can read this you understand the example.",
            &[],
        ),
        // RFC 2231 section 5.
        (
            b"=?US-ASCII*EN?Q?Keith_Moore?=",
            "Keith Moore",
            &[],
        ),
        // A character split between two words. Four letters of base64 are not put together again.
        (
            b"=?utf-8?Q?caf=C3?= =?UTF-8?Q?=A9?=",
            "caf\u{e9}",
            &[],
        ),
        (
            b"=?utf-8?B?44OG44K544OI44Oh44?=\r\n =?utf-8?B?O844Or?=",
            "\u{30c6}\u{30b9}\u{30c8}\u{30e1}\u{fffd};\u{fffd}8:",
            &[Damaged, Replaced],
        ),
        (
            b"=?utf-8?B?4oI=?= =?utf8?B?rA==?=",
            "\u{20ac}",
            &[],
        ),
        (
            b"=?utf-8?Q?caf=C3?= =?iso-8859-1?Q?=E9?=",
            "caf\u{fffd}\u{e9}",
            &[Replaced],
        ),
        // Words of a charset that each one has to begin anew.
        (
            b"=?iso-2022-jp?B?GyRCJUYbKEI=?= =?ISO-2022-JP?B?GyRCJUYbKEI=?=",
            "\u{30c6}\u{30c6}",
            &[],
        ),
        (
            b"=?utf-7?Q?+AOk?= =?utf-7?Q?e?=",
            "\u{e9}e",
            &[],
        ),
        // Names that senders give to charsets.
        (b"=?utf8?Q?=C3=A9?=", "\u{e9}", &[]),
        (b"=?UTF_8?Q?=c3=a9?=", "\u{e9}", &[]),
        (
            b"=?ks_c_5601-1987?B?x9GxuQ==?=",
            "\u{d55c}\u{ad6d}",
            &[],
        ),
        (b"=?cp932?B?g2U=?=", "\u{30c6}", &[]),
        (b"=?gb2312?B?sbE=?=", "\u{5317}", &[]),
        (
            b"=?x-unknown?Q?=E9?= a =?x?b?QQ==?= =?utf-8?q?b?=",
            "=?x-unknown?Q?=E9?= a =?x?b?QQ==?= b",
            &[UnknownCharset],
        ),
        // Korean in seven bits is not decoded by the Encoding Standard.
        (
            b"=?iso-2022-kr?B?GyQpQw==?=",
            "=?iso-2022-kr?B?GyQpQw==?=",
            &[UnknownCharset],
        ),
        // Seen in the field (tests/field): a letter of base64 is missing.
        (b"=?GBK?B?UmU6?=", "Re:", &[]),
        (b"=?GBK?B?sbG?=", "\u{5317}", &[Damaged]),
        (b"=?utf-8?B?Q*Q==?=", "A", &[Damaged]),
        (b"=?utf-8?Q?100=_or_=zz?=", "100= or =zz", &[Damaged]),
        (
            b"=?us-ascii?Q?=E9?= =?us-ascii?Q?x?=",
            "\u{e9}x",
            &[Assumed],
        ),
        // No words: no end, no charset, another encoding.
        (b"=?utf-8?Q?no end", "=?utf-8?Q?no end", &[]),
        (
            b"=?utf-8?Q?no end =?utf-8?Q?end?=",
            "=?utf-8?Q?no end end",
            &[],
        ),
        (
            b"=?utf-8?Q?=?utf-8?Q?end?=",
            "=?utf-8?Q?end",
            &[],
        ),
        (b"=?utf-8?Q?no=?utf-8?Q?end?=", "=?utf-8?Q?noend", &[]),
        (b"=?utf-8?Q?a=?b =?c?=", "a=?b =?c", &[Damaged]),
        (b"=??Q?x?= =?a b?Q?x?=", "=??Q?x?= =?a b?Q?x?=", &[]),
        (
            b"=?utf-8?q?odd?= =?nonsense?x?y?=, b",
            "odd =?nonsense?x?y?=, b",
            &[],
        ),
        (b"a =? b ?= =?", "a =? b ?= =?", &[]),
        // Words where RFC 2047 has none: without space around them, with space in them, within quotes.
        (
            b"\"=?utf-8?Q?a b_c?=\"=?utf-8?Q?_?==?utf-8?Q?d?=",
            "\"a b c\" d",
            &[],
        ),
        (b"=?utf-8?Q?what??= =?utf-8?Q?a?b?=", "what?a?b", &[]),
        // Octets as they are.
        ("Gr\u{fc}\u{df}e".as_bytes(), "Gr\u{fc}\u{df}e", &[]),
        (b"\xff\xfe caf\xe9", "\u{ff}\u{fe} caf\u{e9}", &[Assumed]),
        (b"J\xf6rg =?utf-8?Q?=C3=B6?=", "J\u{f6}rg \u{f6}", &[Assumed]),
        // One line, whatever is encoded.
        (
            b"a\r\n b\tc  d =?utf-8?Q?e=0D=0AX-F:_g=1B[1m?=",
            "a b c  d e X-F: g [1m",
            &[],
        ),
    ] {
        let expected = (text.into(), defects.to_vec());
        assert_eq!(header(value), expected, "{}", value.escape_ascii());
    }
}

fn envelope(fields: &str) -> String {
    format!("(NIL {fields} NIL NIL NIL NIL NIL NIL)")
}

#[test]
fn subjects_and_addresses() {
    let list = envelope(
        "\"=?utf-8?Q?a=22b?= \\\"c\\\"\" \
         ((\"=?utf-8?B?w4k=?= \\\"X\\\" Y\" NIL \"e\" \"x.org\")(NIL NIL \"f\" \"x.org\")(\" \" NIL \"g\" NIL)) NIL",
    );
    let its = Envelope::from_raw(list.as_bytes()).unwrap();
    assert_eq!(its.subject().unwrap().as_str(), "a\"b \"c\"");
    let from = its.fields().from.unwrap();
    assert_eq!(from.text().as_str(), "\u{c9} \"X\" Y <e@x.org>, f@x.org, g");
    let first = from.iter().next().unwrap();
    let name = first.display_name().unwrap();
    assert_eq!(name.as_str(), "\u{c9} \"X\" Y");
    assert_eq!(first.mailbox_text().as_str(), "e@x.org");
    let none = envelope("NIL NIL NIL");
    let none = Envelope::from_raw(none.as_bytes()).unwrap();
    assert_eq!(none.subject(), None);
    assert_eq!(none.fields().from.unwrap().text().as_str(), "");
}

#[test]
fn groups_of_addresses() {
    let (start, end) = ("(NIL NIL \"Team\" NIL)", "(NIL NIL NIL NIL)");
    let (al, bo) = (
        "(NIL NIL \"al\" \"x\")",
        "(\"=?utf-8?Q?B=FF?=\" NIL \"bo\" \"x\")",
    );
    for (list, text) in [
        (
            [start, al, bo, end].concat(),
            "Team: al@x, B\u{fffd} <bo@x>;",
        ),
        ([al, start, end, al].concat(), "al@x, Team:;, al@x"),
        ([start, al, start, al].concat(), "Team: al@x; Team: al@x;"),
        ([end, al, end].concat(), "al@x"),
    ] {
        let fields = envelope(&format!("NIL ({list}) NIL"));
        let envelope = Envelope::from_raw(fields.as_bytes()).unwrap();
        let line = envelope.fields().from.unwrap().text();
        assert_eq!(line.as_str(), text);
        assert_eq!(line.is_exact(), !text.contains('\u{fffd}'));
    }
}

fn file_name(name: &str, disposition: &str) -> Option<(String, Vec<TextDefect>)> {
    let list = format!(
        "(\"application\" \"pdf\" {name} NIL NIL \"base64\" 9 NIL (\"attachment\" {disposition}) NIL NIL)"
    );
    let parts = BodyStructure::from_raw(list.as_bytes()).unwrap().parts();
    let text = parts.root().unwrap().file_name_text()?;
    Some((text.to_string(), text.defects))
}

#[test]
fn file_names() {
    let e = "\u{e9}.pdf";
    for (name, disposition, text, defects) in [
        ("NIL", r#"("filename" "a.pdf")"#, "a.pdf", &[][..]),
        (r#"("name" "=?utf-8?Q?=C3=A9?=.pdf")"#, "NIL", e, &[]),
        (r#"("NAME*" "utf-8'fr'%C3%a9.pdf")"#, r#"("x" "y")"#, e, &[]),
        ("NIL", r#"("filename*" "''a%20b")"#, "a b", &[]),
        ("NIL", r#"("filename*" "a%20b%C3%A9")"#, "a b\u{e9}", &[]),
        (
            "NIL",
            r#"("filename*" "iso-8859-1''%E9.pdf" "filename" "e.pdf")"#,
            e,
            &[],
        ),
        // Pieces in any order; a character split between them; a piece that is not encoded.
        (
            "NIL",
            r#"("filename*2" ".pdf" "filename*0*" "UTF-8''%C3" "FILENAME*1*" "%A9")"#,
            e,
            &[],
        ),
        (
            "NIL",
            r#"("filename*0" "a" "filename*1" "%20b" "filename*01" "c")"#,
            "a%20b",
            &[],
        ),
        (
            "NIL",
            r#"("filename*0" "=?utf-8?Q?=C3" "filename*1" "=A9?=.pdf")"#,
            e,
            &[],
        ),
        // Damage: a piece is missing, a digit is missing, a charset is not known, octets are not of the charset.
        (
            "NIL",
            r#"("filename*1*" "a" "filename*3" "b")"#,
            "ab",
            &[Damaged],
        ),
        ("NIL", r#"("filename*" "utf-8''a%2")"#, "a%2", &[Damaged]),
        (
            "NIL",
            r#"("filename*" "x-none''a%FF")"#,
            "a\u{fffd}",
            &[UnknownCharset, Replaced],
        ),
        (
            "NIL",
            r#"("filename*" "utf-8''a%FF")"#,
            "a\u{fffd}",
            &[Replaced],
        ),
        ("NIL", r#"("filename*" "''%FF")"#, "\u{ff}", &[Assumed]),
        // Not the forms of this name.
        (
            "NIL",
            r#"("filename*x" "a" "filename*-1" "a" "filenames*" "a" "filename*0" NIL "filename" "b")"#,
            "b",
            &[],
        ),
        ("NIL", r#"("filename*" "utf-8''a%0D%0Ab")"#, "a b", &[]),
    ] {
        let expected = Some((text.into(), defects.to_vec()));
        assert_eq!(
            file_name(name, disposition),
            expected,
            "{name} {disposition}"
        );
    }
    assert_eq!(file_name("NIL", "NIL"), None);
}

fn part_text(charset: &str, encoding: &str, octets: &[u8]) -> (String, Vec<TextDefect>) {
    let list = format!("(\"text\" \"plain\" {charset} NIL NIL {encoding} 9 1)");
    let parts = BodyStructure::from_raw(list.as_bytes()).unwrap().parts();
    let text = parts.root().unwrap().decode_text(octets);
    (text.to_string(), text.defects)
}

#[test]
fn texts_of_parts() {
    let utf8 = r#"("charset" "utf-8")"#;
    let latin = r#"("charset" "iso-8859-1")"#;
    for (charset, encoding, octets, text, defects) in [
        ("NIL", r#""7bit""#, &b"a\r\nb"[..], "a\r\nb", &[][..]),
        ("NIL", "NIL", b"\xc3\xa9", "\u{e9}", &[Assumed]),
        ("NIL", r#""8BIT""#, b"\xe9", "\u{e9}", &[Assumed]),
        (
            utf8,
            r#""binary""#,
            b"\xc3\xa9\xff",
            "\u{e9}\u{fffd}",
            &[Replaced],
        ),
        (utf8, r#""Base64""#, b"w6\r\n k=\r\n", "\u{e9}", &[]),
        (utf8, r#""base64""#, b"w6k=w6k=", "\u{e9}\u{e9}", &[]),
        (utf8, r#""base64""#, b"w6k", "\u{e9}", &[Damaged]),
        (utf8, r#""base64""#, b"-w6k=-A", "\u{e9}", &[Damaged]),
        (
            latin,
            r#""quoted-printable""#,
            b"=e9=\r\n\xe9 \t\r\n=3D",
            "\u{e9}\u{e9}\r\n=",
            &[],
        ),
        (
            latin,
            r#""quoted-printable""#,
            b"a= \r\n =\n\r\nb=",
            "a \r\nb",
            &[],
        ),
        (
            latin,
            r#""quoted-printable""#,
            b"x?a=b&c=1\r\n",
            "x?a=b&c=1\r\n",
            &[Damaged],
        ),
        (
            latin,
            r#""x-uuencode""#,
            b"\xe9",
            "\u{e9}",
            &[UnknownEncoding],
        ),
        (
            r#"("charset" "utf-16")"#,
            r#""base64""#,
            b"/v8A6Q==",
            "\u{e9}",
            &[],
        ),
        (
            r#"("charset" "utf-7")"#,
            r#""7bit""#,
            b"+AOk-",
            "\u{e9}",
            &[],
        ),
        (
            r#"("charset" "x-none")"#,
            r#""8bit""#,
            b"\xc3\xa9",
            "\u{e9}",
            &[UnknownCharset],
        ),
        (
            r#"("charset*" "''utf-8")"#,
            r#""8bit""#,
            b"\xc3\xa9",
            "\u{e9}",
            &[],
        ),
        (latin, r#""8bit""#, b"\xef\xbb\xbf\xc3\xa9", "\u{e9}", &[]),
    ] {
        let expected = (text.into(), defects.to_vec());
        let found = part_text(charset, encoding, octets);
        assert_eq!(
            found,
            expected,
            "{charset} {encoding} {}",
            octets.escape_ascii()
        );
    }
}

#[test]
fn what_cannot_be_decoded_is_there_as_octets() {
    let list = b"(\"text\" \"plain\" (\"charset\" \"x-none\") NIL NIL \"base64\" 9 1)";
    let parts = BodyStructure::from_raw(list).unwrap().parts();
    let decoded = parts.root().unwrap().decode(b"/w==");
    assert_eq!(
        (&*decoded.octets, decoded.defects),
        (&b"\xff"[..], Vec::new())
    );
}

#[test]
fn nothing_shows_what_people_write() {
    let text = words::text(b"secret");
    assert_eq!(format!("{text:?}"), "Text(6 octets, [])");
    let list = b"(\"text\" \"plain\" NIL NIL NIL NIL 9 1)";
    let parts = BodyStructure::from_raw(list).unwrap().parts();
    let decoded = parts.root().unwrap().decode(b"secret");
    assert_eq!(format!("{decoded:?}"), "Decoded(6 octets, [])");
}
