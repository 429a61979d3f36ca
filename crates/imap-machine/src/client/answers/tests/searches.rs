//! The answers to searches, and to STORE.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::read;
use crate::Instant;
use crate::client::answers::FoundMailbox;
use crate::client::{
    ClientConnection, Command, CommandOptions, Config, Items, Search, SearchReturn, SearchSources,
    SequenceSet, SortKey, Store,
};
use crate::codec::ThreadMember;

#[test]
fn threads_are_kept_flat_and_whole() {
    let thread = || Command::uid_thread("REFERENCES", Search::all()).unwrap();
    let says = "* THREAD (2)(3 6 (4 23)(44 7 96))\r\n* THREAD ((5)(8))\r\nA2 OK\r\n";
    let threaded = read(thread(), says, 1000);
    let of = |thread: &[ThreadMember]| {
        let members = thread.iter();
        let numbers = members.map(|member| member.number.map_or(0, NonZeroU32::get));
        numbers.collect::<Vec<_>>()
    };
    let threads: Vec<_> = threaded.threads().map(of).collect();
    let expected = [&[2][..], &[3, 6, 4, 23, 44, 7, 96], &[0, 5, 8]];
    assert_eq!(threads, expected);
    let parents: Vec<_> = (0..11).map(|place| threaded.parent(place)).collect();
    let expected = [
        None,
        None,
        Some(1),
        Some(2),
        Some(3),
        Some(2),
        Some(5),
        Some(6),
        None,
        Some(8),
        Some(8),
    ];
    assert_eq!(parents, expected);
    assert_eq!(threaded.unread, []);
    // A thread of a thousand messages, each of which answers the one before it.
    let numbers: Vec<_> = (1..=1000)
        .map(|number| alloc::format!("{number}"))
        .collect();
    let says = alloc::format!("* THREAD ({})\r\nA2 OK\r\n", numbers.join(" "));
    let threaded = read(thread(), &says, 1000);
    assert_eq!(
        threaded.members.last().map(|member| member.depth),
        Some(999)
    );
    // What is no thread is kept.
    let says = "* THREAD (1 (2\r\nA2 OK\r\n";
    assert_eq!(read(thread(), says, 1000).unread.len(), 1);
}

#[test]
fn a_sort_keeps_its_order() {
    let sort = Command::uid_sort(SortKey::Date, Search::all()).unwrap();
    let found = read(sort, "* SORT 5 3 4 1 2\r\nA2 OK\r\n", 1000);
    let numbers: Vec<_> = found.numbers().map(NonZeroU32::get).collect();
    assert_eq!(numbers, [5, 3, 4, 1, 2]);
}

#[test]
fn a_store_tells_what_it_left_out() {
    let store = || {
        let store = Store::add(["\\Seen"]).unchanged_since(5);
        Command::uid_store("1:9", store).unwrap()
    };
    let says = "* 1 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (7))\r\n\
                * 3 EXISTS\r\nA2 OK [MODIFIED 7,9:11] not all\r\n";
    let stored = read(store(), says, 1000);
    assert_eq!(stored.messages.len(), 1);
    assert_eq!(stored.messages[0].modseq, Some(7));
    let modified = stored.modified.iter();
    let modified: Vec<_> = modified
        .map(|(first, last)| (first.get(), last.get()))
        .collect();
    assert_eq!(modified, [(7, 7), (9, 11)]);
    let all = read(store(), "A2 OK stored\r\n", 1000);
    assert!(all.modified.is_empty() && all.messages.is_empty());
    let labels = Command::uid_store("4", Store::add_labels(["to do"])).unwrap();
    let says = "* 1 FETCH (X-GM-LABELS (\"to do\" \\Inbox) UID 4)\r\nA2 OK\r\n";
    let stored = read(labels, says, 1000);
    let extensions = stored.messages[0].extensions.as_ref().unwrap();
    let labels = extensions.gmail_labels.as_deref().unwrap();
    assert_eq!(labels, ["to do", "\\Inbox"]);
}

#[test]
fn each_mailbox_has_a_result_of_its_own() {
    let sources = SearchSources::personal();
    let returns = SearchReturn::new().count().all();
    let search = Command::esearch(sources, &returns, Search::all()).unwrap();
    let says = "* ESEARCH (TAG \"A2\" MAILBOX \"Entw&APw-rfe\" UIDVALIDITY 3) UID COUNT 2 ALL 4,7\r\n\
                * ESEARCH (TAG \"A2\" MAILBOX inbox UIDVALIDITY 9) UID COUNT 3 ALL 1:2\r\n\
                * ESEARCH (TAG \"A2\" MAILBOX INBOX UIDVALIDITY 9) UID ALL 4\r\n\
                * ESEARCH (TAG \"A2\") UID ALL 4\r\nA2 OK\r\n";
    let found = read(search, says, 1000);
    let of = |it: &FoundMailbox| {
        let validity = it.uid_validity.map(NonZeroU32::get);
        (
            it.name.to_str().into_owned(),
            validity,
            it.found.count,
            it.found.len(),
        )
    };
    let found_in: Vec<_> = found.mailboxes.iter().map(of).collect();
    let expected = [
        ("Entw\u{fc}rfe".into(), Some(3), Some(2), 2),
        ("INBOX".into(), Some(9), Some(3), 3),
    ];
    assert_eq!(found_in, expected);
    // A result of no mailbox is kept.
    assert_eq!(found.unread.len(), 1);
}

#[test]
fn what_extensions_ask_of_a_message_has_its_place() {
    let items = Items::new()
        .binary("1.2")
        .binary_size("1.2")
        .preview_lazy()
        .changed_since(5)
        .vanished();
    let fetch = Command::uid_fetch(.., items).unwrap();
    let says = "* VANISHED (EARLIER) 3:5\r\n* 4 FETCH (UID 7 MODSEQ (9) BINARY[1.2] ~{3}\r\na\0b BINARY.SIZE[1.2] 3 \
                PREVIEW \"Hello\")\r\nA2 OK\r\n";
    let fetched = read(fetch, says, 1000);
    let message = &fetched.messages[0];
    assert_eq!(message.section("BINARY[1.2]"), Some(&b"a\0b"[..]));
    assert_eq!(
        (message.binary_size("1.2"), message.binary_size("1")),
        (Some(3), None)
    );
    assert_eq!(message.modseq, Some(9));
    let preview = message
        .extensions
        .as_ref()
        .and_then(|it| it.preview.as_deref());
    assert_eq!(preview, Some("Hello"));
    let vanished = fetched
        .vanished
        .iter()
        .map(|(first, last)| (first.get(), last.get()));
    assert!(vanished.eq([(3, 5)]));
    assert_eq!(fetched.unread, []);
}

#[test]
fn what_was_found_is_a_set_for_the_next_command() {
    let search = || Command::uid_search(Search::all()).unwrap();
    let found = read(search(), "* SEARCH 9 3 4 5\r\nA2 OK\r\n", 1000);
    let store = |uids: SequenceSet| Command::uid_store(uids, Store::add(["\\Seen"]));
    let by_hand = store("3:5,9".into()).unwrap();
    assert!(store((&found).into()).unwrap() == by_hand);
    let nothing = read(search(), "* SEARCH\r\nA2 OK\r\n", 1000);
    assert!(store((&nothing).into()).is_err());
}

/// What says whose answer it is has to be asked for (docs/decisions/0027).
#[test]
fn a_search_without_its_tag_has_the_wire_to_itself() {
    for (capabilities, expected) in [
        ("", "A2 UID SEARCH SEEN\r\n"),
        (
            "ESEARCH",
            "A2 UID SEARCH RETURN (ALL) SEEN\r\nA3 UID SEARCH RETURN (ALL) DRAFT\r\n",
        ),
    ] {
        let (now, options) = (Instant::ORIGIN, CommandOptions::default());
        let mut connection = ClientConnection::new(Config::default(), now);
        let greeting = format!("* PREAUTH [CAPABILITY IMAP4rev1 {capabilities}] hi\r\n");
        connection.handle_input(greeting.as_bytes(), now);
        let select = Command::select("INBOX").unwrap();
        connection.send(select, options, now).unwrap();
        for criteria in [Search::seen(), Search::draft()] {
            let search = Command::uid_search(criteria).unwrap();
            connection.send(search, options, now).unwrap();
        }
        let mut written = Vec::new();
        for says in ["", "* 9 EXISTS\r\nA1 OK\r\n"] {
            connection.handle_input(says.as_bytes(), now);
            while connection.poll_event().is_some() {}
            written = connection.transmit().to_vec();
            connection.handle_transmitted(written.len(), now);
        }
        assert_eq!(String::from_utf8_lossy(&written), expected);
    }
}
