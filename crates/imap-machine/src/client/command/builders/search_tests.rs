//! How SEARCH, SORT, THREAD and ESEARCH are written.

use alloc::string::String;
use alloc::vec::Vec;

use imap_types::command::CommandBody;
use imap_types::core::Charset;
use imap_types::extensions::sort::{SortCriterion, SortKey as TheirKey};
use imap_types::extensions::thread::ThreadingAlgorithm;
use imap_types::search::SearchKey;
use proptest::prelude::*;
use proptest::sample::select;

use crate::client::command::oracle;
use crate::client::command::profile::Profile;
use crate::client::{
    Command, InvalidArgument, Search, SearchReturn, SearchSources, SortBy, SortKey,
    ThreadAlgorithm, TypedCommand,
};

const KEYS: [(SortKey, TheirKey); 9] = [
    (SortKey::Arrival, TheirKey::Arrival),
    (SortKey::Cc, TheirKey::Cc),
    (SortKey::Date, TheirKey::Date),
    (SortKey::DisplayFrom, TheirKey::DisplayFrom),
    (SortKey::DisplayTo, TheirKey::DisplayTo),
    (SortKey::From, TheirKey::From),
    (SortKey::Size, TheirKey::Size),
    (SortKey::Subject, TheirKey::Subject),
    (SortKey::To, TheirKey::To),
];

fn is_same<A>(ours: TypedCommand<A>, theirs: CommandBody<'static>) {
    let ours = Command::from(ours);
    let profile: Profile = Command::from(theirs.clone()).profile;
    assert_eq!(ours.profile, profile);
    let octets = String::from_utf8(oracle::by_codec(theirs)).unwrap();
    assert_eq!(oracle::command(ours), octets);
}

proptest! {
    #[test]
    fn sorts_and_threads_are_as_imap_codec_writes_them(
        keys in prop::collection::vec((select(KEYS.to_vec()), any::<bool>()), 1..4),
        by_flags in any::<bool>(),
        uid in any::<bool>(),
    ) {
        let (criteria, key) = match by_flags {
            true => (Search::unseen(), SearchKey::Unseen),
            false => (Search::all(), SearchKey::All),
        };
        let mut by: Option<SortBy> = None;
        for ((key, _), reverse) in &keys {
            by = Some(match (by, reverse) {
                (None, false) => SortBy::new(*key),
                (None, true) => SortBy::reverse(*key),
                (Some(by), false) => by.then(*key),
                (Some(by), true) => by.then_reverse(*key),
            });
        }
        let theirs = keys.into_iter().map(|((_, key), reverse)| SortCriterion { reverse, key });
        let sort_criteria = theirs.collect::<Vec<_>>().try_into().unwrap();
        let charset = Charset::try_from("US-ASCII").unwrap();
        let search_criteria: imap_types::core::Vec1<_> = Vec::from([key]).try_into().unwrap();
        let (sort, thread) = match uid {
            true => (
                Command::uid_sort(by.unwrap(), &criteria),
                Command::uid_thread(ThreadAlgorithm::References, &criteria),
            ),
            false => (
                Command::sort(by.unwrap(), &criteria),
                Command::thread(ThreadAlgorithm::References, &criteria),
            ),
        };
        is_same(sort.unwrap(), CommandBody::Sort {
            sort_criteria,
            charset: charset.clone(),
            search_criteria: search_criteria.clone(),
            uid,
        });
        is_same(thread.unwrap(), CommandBody::Thread {
            algorithm: ThreadingAlgorithm::References,
            charset,
            search_criteria,
            uid,
        });
    }
}

#[test]
fn what_is_returned() {
    let written = |returns| {
        let search = Command::uid_search_with(Search::unseen(), &returns);
        search.map(oracle::command)
    };
    let new = SearchReturn::new;
    for (returns, expected) in [
        (new(), "()"),
        (new().min().max().count().all(), "(MIN MAX COUNT ALL)"),
        (new().save().count(), "(SAVE COUNT)"),
        (new().partial(1, 100), "(PARTIAL 1:100)"),
        (new().partial(-1, -100).count(), "(PARTIAL -1:-100 COUNT)"),
        (new().update().context().count(), "(UPDATE CONTEXT COUNT)"),
    ] {
        let expected = alloc::format!("UID SEARCH RETURN {expected} UNSEEN");
        assert_eq!(written(returns), Ok(expected));
    }
    for (from, to) in [(0, 5), (1, -5), (1, 0), (1, 1 << 32)] {
        let refused = written(new().partial(from, to).count());
        assert_eq!(refused, Err(InvalidArgument::OutOfRange));
    }
    let sort = Command::sort_with(SortKey::Date, Search::all(), &new().partial(1, 9)).unwrap();
    let expected = "SORT RETURN (PARTIAL 1:9) (DATE) US-ASCII ALL";
    assert_eq!(oracle::command(sort), expected);
}

/// The examples of RFC 7377 section 2.4, and one for each other source.
#[test]
fn sources_are_written_as_in_the_rfc() {
    let written = |sources| {
        let search = Command::esearch(sources, &SearchReturn::new(), Search::unseen());
        search.map(oracle::command)
    };
    let personal = SearchSources::personal;
    for (sources, expected) in [
        (SearchSources::selected(), "selected"),
        (SearchSources::inboxes().and(personal()), "inboxes personal"),
        (SearchSources::subscribed(), "subscribed"),
        (
            SearchSources::mailboxes(["folder1"]).and(SearchSources::subtree(["folder2"])),
            "mailboxes (folder1) subtree (folder2)",
        ),
        (
            SearchSources::subtree_one(["a b", "inbox", "c"]),
            "subtree-one (\"a b\" INBOX c)",
        ),
    ] {
        let expected = alloc::format!("ESEARCH IN ({expected}) RETURN () UNSEEN");
        assert_eq!(written(sources), Ok(expected));
    }
    let none = SearchSources::mailboxes(["a"; 0]).and(personal());
    assert_eq!(written(none), Err(InvalidArgument::Empty));
    let cancel = Command::cancel_update(["A7", "A9"]).unwrap();
    assert_eq!(oracle::command(cancel), "CANCELUPDATE \"A7\" \"A9\"");
    assert!(Command::cancel_update(["A"; 0]).is_err());
}

#[test]
fn text_is_sent_in_the_charset_that_is_said() {
    let joerg = || Search::all().from("j\u{f6}rg").subject("x");
    let search = Command::search_in("iso-8859-1", joerg()).unwrap();
    // The oracle shows octets that are not UTF-8 as U+FFFD.
    let latin1 = "SEARCH CHARSET ISO-8859-1 FROM {4}\r\nj\u{fffd}rg SUBJECT x";
    assert_eq!(oracle::command(search.clone()), latin1);
    // What is built for a charset is what a command in another one becomes.
    let plain = Command::from(Command::search(joerg()).unwrap());
    assert_eq!(plain.in_charset("ISO-8859-1"), Some(search.into()));
    for charset in ["US-ASCII", "KOI8-R"] {
        assert_eq!(plain.in_charset(charset), None);
    }
    let ascii = Command::from(Command::search(Search::unseen()).unwrap());
    assert_eq!(ascii.in_charset("ISO-8859-1"), None);
    let sort = Command::from(Command::uid_sort(SortKey::Date, joerg()).unwrap());
    let latin1 = sort.in_charset("LATIN1").map(oracle::command);
    let expected = "UID SORT (DATE) ISO-8859-1 FROM {4}\r\nj\u{fffd}rg SUBJECT x";
    assert_eq!(latin1.as_deref(), Some(expected));
    assert_eq!(
        oracle::command(sort),
        "UID SORT (DATE) UTF-8 FROM \"j\u{f6}rg\" SUBJECT x"
    );
    let refused = |charset| Command::uid_search_in(charset, joerg()).unwrap_err();
    assert_eq!(refused("US-ASCII"), InvalidArgument::NotInCharset);
    assert_eq!(refused("KOI8-R"), InvalidArgument::UnknownCharset);
    let said = Command::uid_search_in("us-ascii", Search::all().from("x")).unwrap();
    assert_eq!(oracle::command(said), "UID SEARCH CHARSET US-ASCII FROM x");
}
