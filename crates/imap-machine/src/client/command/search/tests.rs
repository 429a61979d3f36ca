use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use imap_types::command::CommandBody;
use imap_types::core::Atom;
use imap_types::datetime::NaiveDate;
use imap_types::search::SearchKey as Key;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::behaviors::Behaviors;
use super::super::oracle;
use super::*;
use crate::client::Command;
use crate::codec::{DateText, Flag};

fn written(search: Search) -> Result<String, InvalidArgument> {
    let written = oracle::written("", |written| search.write(written))?;
    Ok(String::from_utf8(written).unwrap())
}

#[test]
fn criteria_of_extensions_and_combinations() {
    let all = Search::all;
    for (search, expected) in [
        (all(), "ALL"),
        (!all(), "NOT ALL"),
        (all() & all(), "ALL"),
        (all() & Search::seen(), "SEEN"),
        (Search::seen() & all(), "SEEN"),
        (all() | Search::seen(), "OR ALL SEEN"),
        (!Search::seen().from("a"), "NOT (SEEN FROM a)"),
        (!!Search::seen(), "NOT NOT SEEN"),
        (
            Search::seen().or(Search::flagged()).to("x") | Search::verbatim("NEW"),
            "OR (OR SEEN FLAGGED TO x) (NEW)",
        ),
        (
            Search::verbatim("OLD").subject("") & "SEEN".into(),
            "OLD SUBJECT \"\" SEEN",
        ),
        (
            all().fuzzy(all().body("a b")).uid("1:*"),
            "FUZZY BODY \"a b\" UID 1:*",
        ),
        (
            Search::save_date_supported()
                .saved_before(2026, 1, 2)
                .saved_on(99, 12, 31)
                .saved_since(2024, 2, 29),
            "SAVEDATESUPPORTED SAVEDBEFORE \"02-Jan-2026\" SAVEDON \"31-Dec-0099\" SAVEDSINCE \"29-Feb-2024\"",
        ),
        (
            all().email_id("M1-_").thread_id("T"),
            "EMAILID M1-_ THREADID T",
        ),
        (all().filter("on-the-road"), "FILTER on-the-road"),
        (
            all().gmail_raw("has:attachment"),
            "X-GM-RAW \"has:attachment\"",
        ),
        (
            all().text("gr\u{fc}n").header("X", "\u{fc}"),
            "TEXT \"gr\u{fc}n\" HEADER X \"\u{fc}\"",
        ),
        (
            all().from("a\r\nb").modseq(0),
            "FROM {4}\r\na\r\nb MODSEQ 0",
        ),
        (
            !all().from("\u{fc}") | all().from("a\nb").cc("\u{fc}"),
            "OR NOT FROM \"\u{fc}\" (FROM {3}\r\na\nb CC \"\u{fc}\")",
        ),
    ] {
        let shown = alloc::format!("{search:?}");
        assert_eq!(written(search).unwrap(), expected);
        if !expected.contains('\r') {
            assert_eq!(shown, alloc::format!("Search({expected})"));
        }
    }
}

#[test]
fn what_cannot_be_written_is_refused() {
    let all = Search::all;
    for (search, error) in [
        (all().since(2026, 2, 30), InvalidArgument::NotADate),
        (all().since(10_000, 1, 1), InvalidArgument::NotADate),
        (all().from("a\0"), InvalidArgument::Nul),
        (all().header("a\0", ""), InvalidArgument::Nul),
        (all().keyword(Flag::SEEN), InvalidArgument::NotAFlag),
        (all().unkeyword("a b"), InvalidArgument::NotAFlag),
        (all().uid("0"), InvalidArgument::NotASet),
        (all().numbers("1 SEEN"), InvalidArgument::NotASet),
        (all().email_id("a b"), InvalidArgument::NotAnAtom),
        (all().filter("a/b"), InvalidArgument::NotAnAtom),
        (all().older(0), InvalidArgument::OutOfRange),
        (all().larger(1 << 63), InvalidArgument::OutOfRange),
        (Search::verbatim("(SEEN"), InvalidArgument::NotCriteria),
    ] {
        for search in [
            search.clone(),
            !search.clone(),
            Search::seen() | search.clone(),
            search.clone() & Search::seen(),
            search.from("x"),
        ] {
            assert!(!search.names_numbers() && !search.reads_flags() && search.is_ascii());
            assert_eq!(written(search), Err(error));
        }
    }
}

#[test]
fn what_the_result_depends_on() {
    let all = Search::all;
    for (search, names_numbers, reads_flags) in [
        (all().from("a"), false, false),
        (all().numbers("1"), true, false),
        (all().modseq(5), false, true),
        (all().gmail_raw("is:unread"), false, true),
        (all().filter("x"), true, true),
        (all().fuzzy(all().numbers("1")), true, false),
        (Search::verbatim("FROM a"), true, true),
    ] {
        for search in [
            search.clone(),
            !search.clone(),
            all().cc("b") | search.clone(),
            search.clone() | all().cc("b"),
            all().cc("b") & search.clone(),
            all() & search.clone(),
            search & all(),
        ] {
            let depends = (search.names_numbers(), search.reads_flags());
            assert_eq!(depends, (names_numbers, reads_flags), "{search:?}");
        }
    }
    assert!(!(all().from("a") & all().to("\u{e4}")).is_ascii() && all().from("a").is_ascii());
}

/// A long chain is no deep recursion, nor does it take long: each `OR` is written once.
#[test]
fn a_hundred_thousand_alternatives() {
    let search = (0..100_000).fold(Search::seen(), |all, _| all | Search::flagged());
    let expected = "OR ".repeat(100_000) + "SEEN" + &" FLAGGED".repeat(100_000);
    assert_eq!(written(search), Ok(expected));
}

/// Whatever an alternative becomes a part of.
#[test]
fn alternatives_are_whole_wherever_they_stand() {
    let or = || Search::seen() | Search::flagged() | Search::draft();
    for (search, expected) in [
        (or(), "OR OR SEEN FLAGGED DRAFT"),
        (!or(), "NOT OR OR SEEN FLAGGED DRAFT"),
        (or().from("a"), "OR OR SEEN FLAGGED DRAFT FROM a"),
        (
            or() & or(),
            "OR OR SEEN FLAGGED DRAFT OR OR SEEN FLAGGED DRAFT",
        ),
        (Search::seen() & or(), "SEEN OR OR SEEN FLAGGED DRAFT"),
        (Search::all() & or(), "OR OR SEEN FLAGGED DRAFT"),
        (Search::seen() | or(), "OR SEEN OR OR SEEN FLAGGED DRAFT"),
        (
            or().fuzzy(or()),
            "OR OR SEEN FLAGGED DRAFT FUZZY OR OR SEEN FLAGGED DRAFT",
        ),
        (
            or().from("a") | Search::seen(),
            "OR (OR OR SEEN FLAGGED DRAFT FROM a) SEEN",
        ),
    ] {
        let shown = alloc::format!("{search:?}");
        assert_eq!(shown, alloc::format!("Search({expected})"));
        assert_eq!(written(search).as_deref(), Ok(expected));
    }
}

type Pair = (Search, Key<'static>);

fn word() -> impl Strategy<Value = Pair> {
    select(vec![
        (Search::all as fn() -> Search, Key::All),
        (Search::answered, Key::Answered),
        (Search::deleted, Key::Deleted),
        (Search::draft, Key::Draft),
        (Search::flagged, Key::Flagged),
        (Search::new, Key::New),
        (Search::old, Key::Old),
        (Search::recent, Key::Recent),
        (Search::seen, Key::Seen),
        (Search::unanswered, Key::Unanswered),
        (Search::undeleted, Key::Undeleted),
        (Search::undraft, Key::Undraft),
        (Search::unflagged, Key::Unflagged),
        (Search::unseen, Key::Unseen),
    ])
    .prop_map(|(search, key)| (search(), key))
}

fn with_text() -> impl Strategy<Value = Pair> {
    let text = "[a-z\\]%]{0,4}|[a-z \"\\\\(]{0,9}|[a-z\r\n]{1,9}";
    (text, 0..8).prop_map(|(text, which)| {
        let all = Search::all();
        let string = || text.clone().try_into().unwrap();
        match which {
            0 => (all.bcc(&text), Key::Bcc(string())),
            1 => (all.body(&text), Key::Body(string())),
            2 => (all.cc(&text), Key::Cc(string())),
            3 => (all.from(&text), Key::From(string())),
            4 => (all.subject(&text), Key::Subject(string())),
            5 => (all.text(&text), Key::Text(string())),
            6 => (all.to(&text), Key::To(string())),
            _ => (all.header(&text, &text), Key::Header(string(), string())),
        }
    })
}

/// A date of imap-types, which takes them from chrono alone.
fn theirs(date: (u16, u8, u8)) -> NaiveDate {
    let (year, month, day) = date;
    let command = alloc::format!("SEARCH ON {}", DateText(year, month, day));
    let CommandBody::Search { criteria, .. } = oracle::read(command.as_bytes()) else {
        unreachable!("it is a SEARCH");
    };
    match criteria.into_iter().next() {
        Some(Key::On(date)) => date,
        other => unreachable!("{other:?}"),
    }
}

fn with_date() -> impl Strategy<Value = Pair> {
    let date = (1900_u16..=2100, 1_u8..=12, 1_u8..=28);
    (date, 0..6).prop_map(|(date, which)| {
        let ((y, m, d), date) = (date, theirs(date));
        let all = Search::all();
        match which {
            0 => (all.before(y, m, d), Key::Before(date)),
            1 => (all.on(y, m, d), Key::On(date)),
            2 => (all.since(y, m, d), Key::Since(date)),
            3 => (all.sent_before(y, m, d), Key::SentBefore(date)),
            4 => (all.sent_on(y, m, d), Key::SentOn(date)),
            _ => (all.sent_since(y, m, d), Key::SentSince(date)),
        }
    })
}

fn with_number() -> impl Strategy<Value = Pair> {
    (1..u32::MAX, 0..8).prop_map(|(number, which)| {
        let all = Search::all();
        let word = Atom::try_from("$Junk").unwrap();
        let set = alloc::format!("{number}:*");
        let one = number.try_into().unwrap();
        match which {
            0 => (all.larger(number.into()), Key::Larger(number)),
            1 => (all.smaller(number.into()), Key::Smaller(number)),
            2 => (all.older(number), Key::Older(one)),
            3 => (all.younger(number), Key::Younger(one)),
            4 => (
                all.uid(set.as_str()),
                Key::Uid(set.as_str().try_into().unwrap()),
            ),
            5 => (all.keyword("$Junk"), Key::Keyword(word)),
            6 => (all.unkeyword(Flag::JUNK), Key::Unkeyword(word)),
            _ => (
                all.numbers(set.as_str()),
                Key::SequenceSet(set.as_str().try_into().unwrap()),
            ),
        }
    })
}

fn pair() -> impl Strategy<Value = Pair> {
    let leaf = prop_oneof![word(), with_text(), with_date(), with_number()];
    leaf.prop_recursive(4, 12, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        let several = several.prop_filter_map("ALL is left out, and lists are joined", |pairs| {
            let is_kept = |(_, key): &Pair| !matches!(key, Key::All | Key::And(_));
            let (searches, keys): (Vec<_>, Vec<_>) = pairs.into_iter().filter(is_kept).unzip();
            let search = searches.into_iter().reduce(Search::and)?;
            (keys.len() > 1).then(|| (search, Key::And(keys.try_into().unwrap())))
        });
        prop_oneof![
            several,
            inner
                .clone()
                .prop_map(|(search, key)| (!search, Key::Not(Box::new(key)))),
            (inner.clone(), inner).prop_map(|(one, other)| {
                let keys = Key::Or(Box::new(one.1), Box::new(other.1));
                (one.0 | other.0, keys)
            }),
        ]
    })
}

proptest! {
    #[test]
    fn as_imap_codec_writes_it_and_as_before((search, key) in pair()) {
        let keys = match key {
            Key::And(keys) => keys.into_iter().collect(),
            key => vec![key],
        };
        let body = CommandBody::search(None, keys.try_into().unwrap(), false);
        let profile = Command::from(body.clone()).profile;
        prop_assert_eq!(search.names_numbers(), profile.names_numbers);
        prop_assert_eq!(search.reads_flags(), profile.exhibits.has(Behaviors::READS_FLAGS));
        let ours = oracle::written("SEARCH ", |written| search.write(written)).unwrap();
        let theirs = oracle::by_codec(body);
        prop_assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
    }
}
