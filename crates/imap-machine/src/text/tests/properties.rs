//! Texts that were encoded here are read as they were; any octets are read, in pieces as in one.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// Charsets that can be encoded as well (encoding_rs), and letters that each of them has.
const CHARSETS: [(&str, &str); 7] = [
    ("utf-8", "aZ09 ?=_\u{e9}\u{20ac}\u{1f600}\u{5317}"),
    ("iso-8859-1", "aZ09 ?=_\u{e9}\u{fc}"),
    ("windows-1251", "aZ09 ?=_\u{439}\u{416}"),
    ("shift_jis", "aZ09 ?=_\u{30c6}\u{8868}\u{ff71}"),
    ("iso-2022-jp", "aZ09 ?=_\u{30c6}\u{5317}"),
    ("gb18030", "aZ09 ?=_\u{5317}\u{1f600}\u{e9}"),
    ("ks_c_5601-1987", "aZ09 ?=_\u{d55c}\u{ad6d}"),
];

/// A text, the name of a charset, and the text in that charset.
fn encoded() -> impl Strategy<Value = (String, &'static str, Vec<u8>)> {
    (0..CHARSETS.len()).prop_flat_map(|index| {
        let (name, letters) = CHARSETS[index];
        let letters: Vec<_> = letters.chars().collect();
        vec_of(prop::sample::select(letters), 1..30).prop_map(move |letters| {
            let text: String = letters.into_iter().collect();
            let encoding = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap();
            let (octets, _, has_unmappable) = encoding.encode(&text);
            assert!(!has_unmappable, "{name} {text}");
            (text.clone(), name, octets.into_owned())
        })
    })
}

fn word(charset: &str, octets: &[u8], is_base64: bool) -> String {
    if is_base64 {
        return format!("=?{charset}?B?{}?=", STANDARD.encode(octets));
    }
    let letters = octets.iter().map(|octet| match octet {
        b' ' => "_".into(),
        octet if octet.is_ascii_alphanumeric() => char::from(*octet).to_string(),
        octet => format!("={octet:02X}"),
    });
    format!("=?{charset}?Q?{}?=", letters.collect::<String>())
}

/// Pieces of encoded words, in any order.
const PIECES: &[&[u8]] = &[
    b"=?",
    b"?=",
    b"?",
    b"=",
    b"utf-8",
    b"iso-2022-jp",
    b"x",
    b"Q",
    b"B",
    b"?Q?",
    b"?b?",
    b" ",
    b"\t",
    b"\r\n ",
    b"=C3",
    b"=A9",
    b"w6k=",
    b"\xc3",
    b"\xa9",
    b"\x1b$B",
    b"=?utf-8?Q?=C3?=",
    b"=?utf-8?B?qQ==?=",
    b"*",
    b"'",
    b"%41",
];

fn odd() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec_of(any::<u8>(), 0..200),
        vec_of(prop::sample::select(PIECES), 0..30).prop_map(|pieces| pieces.concat()),
    ]
}

fn in_pieces(encoding: TransferEncoding, octets: &[u8], cuts: &[usize]) -> (Vec<u8>, bool) {
    let mut decoder = TransferDecoder::new(encoding);
    let mut decoded = Vec::new();
    let mut rest = octets;
    for cut in cuts {
        let (piece, after) = rest.split_at(cut % (rest.len() + 1));
        decoder.push(piece, &mut decoded);
        rest = after;
    }
    decoder.push(rest, &mut decoded);
    decoder.finish(&mut decoded);
    (decoded, decoder.is_damaged())
}

const ENCODINGS: [TransferEncoding; 3] = [
    TransferEncoding::Identity,
    TransferEncoding::Base64,
    TransferEncoding::QuotedPrintable,
];

proptest! {
    #[test]
    fn words_are_what_was_encoded((text, charset, octets) in encoded(), is_base64 in any::<bool>()) {
        let word = word(charset, &octets, is_base64);
        prop_assert_eq!(header(&word), (text.clone(), Vec::new()), "{}", word);
        let between = format!("a {word}\r\n {word} b");
        prop_assert_eq!(header(&between).0, format!("a {text}{text} b"), "{}", between);
    }

    #[test]
    fn a_character_may_be_split_between_words((text, charset, octets) in encoded(), at in any::<prop::sample::Index>(), forms in any::<(bool, bool)>()) {
        prop_assume!(charset != "iso-2022-jp");
        let (one, other) = octets.split_at(at.index(octets.len()));
        let words = format!("{} {}", word(charset, one, forms.0), word(charset, other, forms.1));
        prop_assert_eq!(header(&words), (text, Vec::new()), "{}", words);
    }

    #[test]
    fn file_names_are_what_was_encoded((text, charset, octets) in encoded(), size in 1..10_usize) {
        let pieces: String = octets.chunks(size).enumerate().map(|(number, piece)| {
            let its: String = piece.iter().map(|octet| format!("%{octet:02x}")).collect();
            let start = if number == 0 { format!("{charset}'en'") } else { String::new() };
            format!("\"filename*{number}*\" \"{start}{its}\" ")
        }).collect();
        prop_assert_eq!(file_name("NIL", &format!("({})", pieces.trim())), Some((text, Vec::new())));
    }

    #[test]
    fn parts_are_what_was_encoded((text, charset, octets) in encoded(), width in 1..80_usize) {
        let lines = STANDARD.encode(&octets);
        let lines: Vec<_> = lines.as_bytes().chunks(width).collect();
        let charset = format!("(\"charset\" \"{charset}\")");
        let found = part_text(&charset, "\"base64\"", &lines.join(&b"\r\n"[..]));
        prop_assert_eq!(found, (text.clone(), Vec::new()));
        let lines = quoted_printable::encode(&octets);
        prop_assert_eq!(part_text(&charset, "\"quoted-printable\"", &lines), (text, Vec::new()));
    }

    #[test]
    fn any_octets_are_a_text(octets in odd()) {
        let (text, _) = header(&octets);
        prop_assert!(!text.contains(char::is_control), "{:?}", text);
        let list = format!("(\"filename*\" {{{}}}\r\n", octets.len());
        let list = [list.as_bytes(), &octets, b")"].concat();
        let part = [b"(\"a\" \"b\" NIL NIL NIL NIL 9 NIL (\"attachment\" ", &list[..], b") NIL NIL)"].concat();
        let parts = BodyStructure::from_raw(&part).unwrap().parts();
        let name = parts.root().unwrap().file_name_text().unwrap();
        prop_assert!(!name.text.contains(char::is_control), "{:?}", name.text);
        for encoding in ["base64", "quoted-printable", "8bit"] {
            part_text("(\"charset\" \"iso-2022-jp\")", &format!("\"{encoding}\""), &octets);
        }
    }

    /// What is not said to be assumed, replaced or damaged has no mark of it.
    #[test]
    fn nothing_is_replaced_in_silence(octets in odd()) {
        let (text, defects) = header(&octets);
        let has_mark = String::from_utf8_lossy(&octets).contains('\u{fffd}');
        if defects.is_empty() {
            prop_assert!(!text.contains('\u{fffd}') && !has_mark, "{}", octets.escape_ascii());
        }
    }

    #[test]
    fn pieces_decode_as_the_whole(octets in odd(), cuts in vec_of(0..100_usize, 0..20)) {
        for encoding in ENCODINGS {
            let whole = in_pieces(encoding, &octets, &[]);
            prop_assert_eq!(in_pieces(encoding, &octets, &cuts), whole, "{:?}", encoding);
        }
    }
}

/// A line longer than what is held is cut at places that do not depend on the pieces, and never within `=E9`.
#[test]
fn long_lines_in_pieces() {
    for start in ["", "a", "ab", "abc"] {
        for unit in ["=E9", "x", " ", "=\r\n", "\r"] {
            let line = [start, &unit.repeat(70_000), "z"].concat();
            let whole = in_pieces(TransferEncoding::QuotedPrintable, line.as_bytes(), &[]);
            let cuts = [65_534, 1, 1, 1, 3, 70_000];
            let pieces = in_pieces(TransferEncoding::QuotedPrintable, line.as_bytes(), &cuts);
            assert!(pieces == whole, "{start}, {unit:?}");
            assert!(!whole.1, "{start}, {unit:?}");
            let octets = match unit {
                "=E9" => [start.as_bytes(), &[0xe9; 70_000], b"z"].concat(),
                "=\r\n" => [start.as_bytes(), b"z"].concat(),
                _ => line.into_bytes(),
            };
            assert!(whole.0 == octets, "{start}, {unit:?}");
        }
    }
}

/// Values that would take minutes if each of their octets were looked at again and again.
#[test]
fn no_value_costs_more_than_its_length() {
    for unit in [
        "=?",
        "=?a?q?",
        "=?a?q?x",
        " =?a?q?",
        "=?utf-8?Q?=C3?= ",
        "=?x?Q??=",
        "=",
        "=A",
        "\t",
    ] {
        let value = unit.repeat(300_000 / unit.len());
        words::text(value.as_bytes());
        for encoding in ENCODINGS {
            in_pieces(encoding, value.as_bytes(), &[]);
        }
    }
    let pieces: String = (0..20_000)
        .rev()
        .map(|number| format!("\"filename*{number}\" \"a\" "))
        .collect();
    let (name, defects) = file_name("NIL", &format!("({})", pieces.trim())).unwrap();
    assert_eq!((name.len(), defects), (20_000, Vec::new()));
}
