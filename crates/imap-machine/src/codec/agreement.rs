//! Lines other than FETCH next to imap-codec, in both directions: what it accepts is read here and says the same; what is read
//! here and not accepted there is one of the [`LENIENCIES`].

extern crate std;

use std::string::String;
use std::vec::Vec;
use std::{format, vec};

use imap_codec::decode::Decoder;
use imap_codec::encode::Encoder;
use imap_codec::{GreetingCodec, ResponseCodec};
use imap_types::core::{Tag, Text};
use imap_types::response::{
    self as theirs, Bye, Code, Data, GreetingKind, Status, StatusBody, Tagged,
};
use imap_types::sequence::{SeqOrUid, Sequence};
use proptest::collection::vec as vec_of;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::framing::{Bounds, Direction, Framed, Framer};
use crate::lexer::{Cursor, Token};

/// What servers send against the grammar, and is read all the same. Each with a line for which it is the only reason.
const LENIENCIES: &[(Leniency, &[u8])] = &[
    (Leniency::Zero, b"* 0 EXPUNGE\r\n"),
    (Leniency::TaggedBye, b"A1 BYE over\r\n"),
    (Leniency::Tag, b"A+1 OK done\r\n"),
    (Leniency::Code, b"* OK [UIDNEXT 4\r\n"),
    (Leniency::NoText, b"A1 NO\r\n"),
    (Leniency::Text, b"* OK caf\xc3\xa9\r\n"),
    (Leniency::LineEnd, b"* 3 EXISTS\n"),
    (Leniency::Spaces, b"*  3 EXISTS\r\n"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Leniency {
    /// LF alone, or CR before CRLF.
    LineEnd,
    /// More spaces than one, or some at the end.
    Spaces,
    /// The text of a status response, or of `+`, may hold any octets.
    Text,
    /// And may be missing.
    NoText,
    /// A code that is not closed, or without a space after it, is read as text or as a code, as far as that goes.
    Code,
    /// A tag that none of our commands has.
    Tag,
    /// jstedfast/MailKit#1536
    TaggedBye,
    /// Message number zero: the mailbox view says what is wrong with it.
    Zero,
}

impl Leniency {
    fn excuses(self, line: &[u8]) -> bool {
        let has = |part: &[u8]| line.windows(part.len()).any(|it| it == part);
        let body = line.strip_suffix(b"\r\n").unwrap_or(line);
        let word = |n: usize| {
            body.split(|it| *it == b' ')
                .filter(|it| !it.is_empty())
                .nth(n)
        };
        let is = |n: usize, name: &str| {
            word(n).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
        };
        let is_status = ["OK", "NO", "BAD", "BYE", "PREAUTH"]
            .iter()
            .any(|it| is(1, it));
        match self {
            Self::LineEnd => !line.ends_with(b"\r\n") || body.ends_with(b"\r"),
            Self::Spaces => has(b"  ") || body.ends_with(b" "),
            Self::Text => {
                let text = |octet: &u8| (b' '..=b'~').contains(octet);
                (is_status || body.starts_with(b"+")) && !body.iter().all(text)
            }
            Self::NoText => (is_status && word(2).is_none()) || body == b"+",
            Self::Code => {
                let first = if is_status { 2 } else { 1 };
                let may_have = is_status || is(0, "+");
                may_have && word(first).is_some_and(|word| word.starts_with(b"["))
            }
            Self::Tag => {
                let tag = word(0).unwrap_or_default();
                is_status && tag != b"*" && Tag::try_from(tag).is_err()
            }
            Self::TaggedBye => !is(0, "*") && is(1, "BYE"),
            Self::Zero => word(1).is_some_and(|word| word.iter().all(|it| *it == b'0')),
        }
    }
}

/// The kind of a line, if it is one whole message.
pub(super) fn kind(line: &[u8]) -> Option<LineKind> {
    let bounds = Bounds {
        line: 1 << 20,
        literal: 1 << 20,
        inline_literal: 1 << 20,
        message: 1 << 20,
    };
    match Framer::new(Direction::FromServer, bounds).next(line) {
        Ok(Framed::Message(message)) if message.len == line.len() => {
            Some(LineKind::of(without_line_end(line)))
        }
        _ => None,
    }
}

#[derive(Debug)]
enum Theirs {
    Response(theirs::Response<'static>),
    Greeting(theirs::Greeting<'static>),
}

fn read_by_them(line: &[u8]) -> Option<Theirs> {
    use bounded_static::IntoBoundedStatic;
    if let Ok((b"", response)) = ResponseCodec::default().decode(line) {
        return Some(Theirs::Response(response.into_static()));
    }
    match GreetingCodec::default().decode(line) {
        Ok((b"", greeting)) => Some(Theirs::Greeting(greeting.into_static())),
        _ => None,
    }
}

fn agree(ours: &Response<'_>, theirs: &Theirs) -> bool {
    let response = match theirs {
        Theirs::Greeting(greeting) => {
            let kind = match greeting.kind {
                GreetingKind::Ok => StatusKind::Ok,
                GreetingKind::PreAuth => StatusKind::Preauth,
                GreetingKind::Bye => StatusKind::Bye,
            };
            return is_status(ours, kind, greeting.code.as_ref(), &greeting.text);
        }
        Theirs::Response(response) => response,
    };
    match (ours, response) {
        (
            Response::Continuation { text },
            response @ theirs::Response::CommandContinuationRequest(_),
        ) => {
            let line = ResponseCodec::default().encode(response).dump();
            let theirs = skip_spaces(without_line_end(&line[1..]));
            // It makes something up for a text that is missing.
            *text == theirs
                || theirs
                    .strip_suffix(b"...")
                    .is_some_and(|it| *text == it.trim_ascii_end())
        }
        (
            Response::Tagged { tag, status, text },
            theirs::Response::Status(Status::Tagged(line)),
        ) => {
            let Tagged { tag: theirs, body } = line;
            *tag == theirs.as_ref().as_bytes()
                && *status == kind_of(body)
                && is_text(text, body.code.as_ref(), &body.text)
        }
        (ours, theirs::Response::Status(Status::Untagged(body))) => {
            is_status(ours, kind_of(body), body.code.as_ref(), &body.text)
        }
        (ours, theirs::Response::Status(Status::Bye(Bye { code, text }))) => {
            is_status(ours, StatusKind::Bye, code.as_ref(), text)
        }
        (Response::Untagged(ours), theirs::Response::Data(theirs)) => same_data(ours, theirs),
        (Response::Unrecognized(_), theirs::Response::Data(Data::Vanished { known_uids, .. })) => {
            // RFC 7162 section 3.2.10.2: "*" is not allowed there.
            format!("{known_uids:?}").contains("Asterisk")
        }
        _ => false,
    }
}

fn kind_of(body: &StatusBody<'_>) -> StatusKind {
    match body.kind {
        theirs::StatusKind::Ok => StatusKind::Ok,
        theirs::StatusKind::No => StatusKind::No,
        theirs::StatusKind::Bad => StatusKind::Bad,
    }
}

fn is_status(
    ours: &Response<'_>,
    kind: StatusKind,
    code: Option<&Code<'_>>,
    theirs: &Text<'_>,
) -> bool {
    matches!(ours, Response::Status { status, text } if *status == kind && is_text(text, code, theirs))
}

fn is_text(ours: &ResponseText<'_>, code: Option<&Code<'_>>, text: &Text<'_>) -> bool {
    if code.is_none() && text.as_ref().starts_with(' ') {
        // After two spaces it sees no code.
        return *ours == ResponseText::parse(skip_spaces(text.as_ref().as_bytes()));
    }
    if let Some(Code::Other(theirs)) = code {
        // It ends a code of unknown kind at the first bracket, and we at the first one outside of quotes and lists.
        let (raw, theirs) = (ours.raw_code().unwrap_or_default(), theirs.inner());
        if raw.len() > theirs.len() {
            return raw.starts_with(theirs) && theirs.iter().any(|it| b"\"(".contains(it));
        }
    }
    // It makes something up for a text that is missing.
    let same = ours.raw_text() == skip_spaces(text.as_ref().as_bytes());
    let missing = ours.raw_text().is_empty() && text.as_ref() == "...";
    (same || missing) && same_code(ours, code)
}

fn same_code(ours: &ResponseText<'_>, theirs: Option<&Code<'_>>) -> bool {
    match (ours.code(), theirs) {
        (None, None) => true,
        (Some(_), Some(Code::Other(theirs))) => ours.raw_code() == Some(theirs.inner()),
        (Some(ours), Some(theirs)) => ours.to_imap_types().as_ref() == Some(theirs),
        _ => false,
    }
}

/// What both write, string by string, since imap-types also says how a string was written.
fn same_tokens(ours: Data<'_>, theirs: Data<'_>) -> bool {
    let written = |data| {
        ResponseCodec::default()
            .encode(&theirs::Response::Data(data))
            .dump()
    };
    let (ours, theirs) = (written(ours), written(theirs));
    tokens(&ours) == tokens(&theirs)
}

fn tokens(line: &[u8]) -> Vec<Vec<u8>> {
    let mut cursor = Cursor::new(line, 0, &[], 99);
    let tokens = core::iter::from_fn(|| cursor.token());
    let tokens = tokens.map(|token| match token {
        Token::Atom(octets) | Token::Literal(octets) => octets.to_vec(),
        Token::Quoted(octets) => crate::lexer::quoted::unescape(octets).into_owned(),
        token => format!("{token:?}").into_bytes(),
    });
    tokens.collect()
}

fn same_data(ours: &Untagged<'_>, theirs: &Data<'_>) -> bool {
    match (ours, theirs) {
        (Untagged::Exists(ours), Data::Exists(theirs))
        | (Untagged::Recent(ours), Data::Recent(theirs)) => ours == theirs,
        (Untagged::Expunge(ours), Data::Expunge(theirs)) => *ours == theirs.get(),
        (
            Untagged::Vanished(ours),
            Data::Vanished {
                earlier,
                known_uids,
            },
        ) => {
            let number = |value: &SeqOrUid| match value {
                SeqOrUid::Value(number) => number.get(),
                SeqOrUid::Asterisk => 0,
            };
            let theirs = known_uids.0.as_ref().iter().map(|range| match range {
                Sequence::Single(one) => (number(one), number(one)),
                Sequence::Range(a, b) => (number(a).min(number(b)), number(a).max(number(b))),
            });
            let ranges = ours.ranges().map(|(a, b)| (a.get(), b.get()));
            ours.earlier == *earlier && ranges.eq(theirs)
        }
        (ours, theirs) => ours
            .to_imap_types()
            .is_some_and(|ours| same_tokens(ours, theirs.clone())),
    }
}

/// What is wrong with this line, if anything is.
fn verdict(line: &[u8]) -> Result<Option<Leniency>, String> {
    if kind(line).is_none() || Fetch::parse(line, &[]).is_some() {
        return Ok(None);
    }
    let context = Context {
        nesting: 1000,
        ..Context::default()
    };
    let ours = decode(line, &context);
    let defects = match &ours {
        Response::Untagged(data) => data.defects(),
        _ => Vec::new(),
    };
    let shown = line.escape_ascii();
    match read_by_them(line) {
        Some(theirs) if agree(&ours, &theirs) && defects.is_empty() => Ok(None),
        Some(theirs) => Err(format!("{shown}: {ours:?}, {defects:?}, not {theirs:?}")),
        None if !defects.is_empty() => Ok(None),
        None if matches!(ours, Response::Unrecognized(_)) => Ok(None),
        None => {
            let mut reasons = LENIENCIES.iter().map(|(leniency, _)| *leniency);
            let reason = reasons.find(|it| it.excuses(line));
            // imap-types has no type for what came after it.
            let is_beyond =
                matches!(&ours, Response::Untagged(data) if data.to_imap_types().is_none());
            match reason.is_some() || is_beyond {
                true => Ok(reason),
                false => Err(format!("{shown}: {ours:?}, and no reason for it")),
            }
        }
    }
}

fn set() -> impl Strategy<Value = String> {
    let number = || {
        select(
            &[
                "1",
                "7",
                "4294967295",
                "4294967296",
                "0",
                "*",
                "12",
                "007",
                "",
            ][..],
        )
    };
    let range = prop_oneof![
        3 => number().prop_map(String::from),
        1 => (number(), number()).prop_map(|(a, b)| format!("{a}:{b}")),
    ];
    vec_of(range, 0..4).prop_map(|ranges| ranges.join(","))
}

const CODES: &[&str] = &[
    "ALERT",
    "alert",
    "BADCHARSET",
    "BADCHARSET (UTF-8 x)",
    "CAPABILITY IMAP4rev1 X=Y",
    "PARSE",
    "PERMANENTFLAGS (\\Seen \\*)",
    "PERMANENTFLAGS ()",
    "READ-ONLY",
    "READ-WRITE",
    "TRYCREATE",
    "UIDNEXT 4392",
    "UIDNEXT 0",
    "UIDVALIDITY 1",
    "UNSEEN 12",
    "UNSEEN",
    "HIGHESTMODSEQ 715194045007",
    "NOMODSEQ",
    "MODIFIED 7,9",
    "CLOSED",
    "APPENDUID 38505 3955",
    "COPYUID 38505 304,319:320 3956:3958",
    "UIDNOTSTICKY",
    "OVERQUOTA",
    "TOOBIG",
    "REFERRAL imap://x/",
    "X-FOO a b",
    "X \"a]b\"",
    "METADATA MAXSIZE 1024",
    "METADATA LONGENTRIES 5",
    "COMPRESSIONACTIVE",
    "UNKNOWN-CTE",
    "EXPUNGEISSUED",
    "",
    " ",
    "[",
    "a]b",
];

const DATA: &[&str] = &[
    "CAPABILITY IMAP4rev1 IDLE",
    "FLAGS (\\Seen x)",
    "FLAGS ()",
    "LIST (\\Noselect) \"/\" x",
    "LIST () NIL \"a b\"",
    "LSUB () \".\" INBOX",
    "STATUS x (MESSAGES 5 UIDNEXT 9)",
    "STATUS x ()",
    "SEARCH 1 2 3",
    "SEARCH",
    "SEARCH 2 (MODSEQ 9)",
    "SORT 3 1",
    "THREAD (1)(2 3)",
    "ENABLED CONDSTORE",
    "QUOTA \"\" (STORAGE 1 2)",
    "QUOTAROOT INBOX x",
    "ID (\"a\" NIL)",
    "ID NIL",
    "NAMESPACE ((\"\" \"/\")) NIL NIL",
    "METADATA x (/a \"b\")",
    "ESEARCH (TAG \"A1\") COUNT 5",
    "X-FOO 1",
    "BYE",
    "OKAY x",
    "VANISHED",
    "VANISHED (EARLIER)",
    "0 EXPUNGE",
];

fn line() -> impl Strategy<Value = Vec<u8>> {
    let status = || select(&["OK", "NO", "BAD", "BYE", "PREAUTH", "ok", "Okay"][..]);
    let tag = select(&["*", "*", "*", "A1", "a.2", "A1.2", "x+y", "{3}", "*1"][..]);
    let text = || {
        prop_oneof![
            4 => select(&["done", "over and out", "[x] y", "", "caf\u{e9}", "{300}", "...", "a  b", "\t"][..]).prop_map(String::from),
            1 => "[ -~]{0,12}",
        ]
    };
    let code = prop_oneof![
        2 => Just(String::new()),
        3 => select(CODES).prop_map(|code| format!("[{code}] ")),
        1 => select(CODES).prop_map(|code| format!("[{code}]")),
    ];
    let count = select(
        &[
            "0",
            "1",
            "5",
            "007",
            "4294967295",
            "4294967296",
            "-1",
            "*",
            "18446744073709551616",
        ][..],
    );
    let name = select(&["EXISTS", "exists", "RECENT", "EXPUNGE", "FETCH", "X"][..]);
    let vanished = select(
        &[
            "VANISHED ",
            "VANISHED (EARLIER) ",
            "vanished (earlier) ",
            "VANISHED",
            "VANISHED (X) ",
        ][..],
    );
    prop_oneof![
        4 => (tag, status(), code, text()).prop_map(|(tag, status, code, text)| format!("{tag} {status} {code}{text}\r\n")),
        2 => (count, name).prop_map(|(count, name)| format!("* {count} {name}\r\n")),
        2 => (vanished, set()).prop_map(|(word, set)| format!("* {word}{set}\r\n")),
        2 => select(DATA).prop_map(|data| format!("* {data}\r\n")),
        1 => text().prop_map(|text| format!("+ {text}\r\n")),
        1 => select(&["+\r\n", "+ \r\n", "+ Zm9v\r\n", "+ Zg==\r\n", "+ [ALERT] x\r\n", "+OK\r\n"][..]).prop_map(String::from),
    ]
    .prop_flat_map(|line| {
        let spaced = line.replacen(' ', "  ", 1);
        let ended = line.replace('\r', "");
        prop_oneof![8 => Just(line), 1 => Just(spaced), 1 => Just(ended)]
    })
    .prop_map(String::into_bytes)
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (line(), vec_of(damage, 0..3)).prop_map(|(mut line, damages)| {
        for (at, octet, how) in damages {
            let at = at.index(line.len());
            match how {
                0 if line.len() > 1 => _ = line.remove(at),
                1 => line.insert(at, octet),
                2 => line.insert(at, b" []()\"*+,:{}\r\n01"[usize::from(octet) % 16]),
                _ => line[at] = octet,
            }
        }
        line
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn both_read_the_same(line in line()) {
        let verdict = verdict(&line);
        prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
    }

    #[test]
    fn both_read_the_same_of_what_is_damaged(line in damaged()) {
        let verdict = verdict(&line);
        prop_assert!(verdict.is_ok(), "{}", verdict.unwrap_err());
    }
}

/// Each leniency is one: imap-codec refuses its line, which is read here, and nothing else excuses it.
#[test]
fn leniencies_are_needed() {
    for (leniency, line) in LENIENCIES {
        let shown = line.escape_ascii();
        assert_eq!(verdict(line), Ok(Some(*leniency)), "{shown}");
        let all = LENIENCIES.iter().map(|(other, _)| *other);
        let excuses: Vec<_> = all.filter(|other| other.excuses(line)).collect();
        assert_eq!(excuses, vec![*leniency], "{shown}");
    }
}

/// The generator must reach what the properties are about.
#[test]
fn the_generator_reaches_all_kinds() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut agreed, mut unread, mut lenient) = ([0; 5], 0, vec![0; LENIENCIES.len()]);
    for _ in 0..5000 {
        let line = damaged().new_tree(&mut runner).unwrap().current();
        match (verdict(&line), read_by_them(&line)) {
            (Ok(Some(reason)), _) => {
                let at = LENIENCIES.iter().position(|(it, _)| *it == reason);
                lenient[at.unwrap()] += 1;
            }
            (_, Some(Theirs::Greeting(_))) => agreed[0] += 1,
            (_, Some(Theirs::Response(response))) => match response {
                theirs::Response::CommandContinuationRequest(_) => agreed[1] += 1,
                theirs::Response::Status(_) => agreed[2] += 1,
                theirs::Response::Data(Data::Vanished { .. }) => agreed[3] += 1,
                theirs::Response::Data(_) => agreed[4] += 1,
            },
            _ => unread += 1,
        }
    }
    let least = agreed.iter().chain(&lenient).copied().chain([unread]).min();
    assert!(least >= Some(10), "{agreed:?} {unread} {lenient:?}");
}
