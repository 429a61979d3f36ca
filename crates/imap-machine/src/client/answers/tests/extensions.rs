//! Answers of extensions.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::read;
use crate::client::answers::Appended;
use crate::client::{AppendMessage, Command, Notify, NotifyEvent, TypedCommand};
use crate::codec::StatusItem;

fn two() -> TypedCommand<Appended> {
    Command::append_all("x", ["one", "two"]).unwrap()
}

fn uids(appended: &Appended) -> Vec<u32> {
    appended.uids().map(Into::into).collect()
}

#[test]
fn each_of_several_messages_has_its_uid() {
    let one = read(two(), "+ go\r\n+ go\r\nA2 OK [APPENDUID 5 7] done\r\n", 99);
    let pair = one.uid.map(|(validity, uid)| (validity.get(), uid.get()));
    assert_eq!((pair, uids(&one)), (Some((5, 7)), [7].into()));
    let both = read(
        two(),
        "+ go\r\n+ go\r\nA2 OK [APPENDUID 5 7:8,20] done\r\n",
        99,
    );
    assert_eq!((both.uid, uids(&both)), (None, [7, 8, 20].into()));
    assert_eq!(both.uid_validity.map(u32::from), Some(5));
    assert!(both.unread.is_empty());
    let wrong = read(two(), "+ go\r\n+ go\r\nA2 OK [APPENDUID 5 0] done\r\n", 99);
    assert_eq!((uids(&wrong), wrong.unread.len()), (Vec::new(), 1));
}

#[test]
fn a_replacement_is_told_before_the_end() {
    let told = "+ go\r\n* OK [APPENDUID 5 7] here\r\n* 10 EXISTS\r\n* 4 EXPUNGE\r\n";
    for (tagged, unread) in [("", 0), ("[APPENDUID 5 7] ", 0), ("[APPENDUID 5 8] ", 1)] {
        let replace = Command::replace(4, "x", "one").unwrap();
        let replaced = read(replace, &format!("{told}A2 OK {tagged}done\r\n"), 99);
        assert_eq!(uids(&replaced), [7]);
        assert_eq!(replaced.unread.len(), unread, "{tagged}");
    }
    let ends = "+ go\r\nA2 OK [HIGHESTMODSEQ 6] Completed\r\n";
    let replaced = read(Command::replace(4, "x", "one").unwrap(), ends, 99);
    assert_eq!(
        (replaced.highest_modseq, replaced.unread.len()),
        (Some(6), 0)
    );
    assert!(Command::uid_replace(0, "x", "one").is_err());
    assert!(Command::append("x", AppendMessage::catenate([])).is_err());
    assert!(Command::append_all("x", Vec::<AppendMessage>::new()).is_err());
}

#[test]
fn how_mailboxes_stand_when_notify_begins() {
    let both = [NotifyEvent::MessageNew, NotifyEvent::MessageExpunge];
    let notify = Command::notify(&Notify::new().status().personal(both)).unwrap();
    let says =
        "* STATUS \"a b\" (MESSAGES 3)\r\n* STATUS INBOX (MESSAGES 9 UIDNEXT 7)\r\nA2 OK\r\n";
    let notified = read(notify, says, 99);
    let names: Vec<_> = notified
        .mailboxes
        .iter()
        .map(|it| it.name.to_str())
        .collect();
    assert_eq!(names, ["a b", "INBOX"]);
    assert_eq!(notified.mailboxes[0].items, [StatusItem::Messages(3)]);
    assert!(notified.unread.is_empty());
    assert!(
        read(Command::notify_none(), "A2 OK\r\n", 99)
            .mailboxes
            .is_empty()
    );
}

#[test]
fn languages_and_comparators() {
    let none: [&str; 0] = [];
    let language = Command::language(none).unwrap();
    let languages = read(language, "* LANGUAGE (EN \"DE\")\r\nA2 OK\r\n", 99);
    assert_eq!(languages.tags, ["EN", "DE"]);
    let comparator = || Command::comparator(["i;basic"]).unwrap();
    let says = "* COMPARATOR i;basic (i;basic \"i;octet\")\r\nA2 OK\r\n";
    let collation = read(comparator(), says, 99);
    assert_eq!(collation.active.as_deref(), Some("i;basic"));
    assert_eq!(collation.matching, ["i;basic", "i;octet"]);
    assert_eq!(read(comparator(), "A2 OK\r\n", 99).active, None);
}

#[test]
fn what_urls_name() {
    let urls = Command::genurlauth([("imap://a/b", "INTERNAL")]).unwrap();
    let urls = read(
        urls,
        "* GENURLAUTH \"imap://a/b:internal:9\"\r\nA2 OK\r\n",
        99,
    );
    assert_eq!(urls.urls, ["imap://a/b:internal:9"]);
    let fetch = || Command::urlfetch(["u1", "u2"]).unwrap();
    let texts = read(
        fetch(),
        "* URLFETCH u1 {3}\r\na\r\n u2 NIL\r\nA2 OK\r\n",
        99,
    );
    let expected = [
        (String::from("u1"), Some(b"a\r\n".to_vec())),
        (String::from("u2"), None),
    ];
    assert_eq!(texts.texts, expected);
    // RFC 5524: parts that were not asked for are not lost.
    let parts = read(
        fetch(),
        "* URLFETCH u1 (BODYPARTSTRUCTURE NIL) u2 \"b\"\r\nA2 OK\r\n",
        99,
    );
    assert_eq!(parts.texts, [(String::from("u2"), Some(b"b".to_vec()))]);
    assert_eq!(parts.unread.len(), 1);
    assert!(Command::urlfetch(Vec::<&str>::new()).is_err());
    assert!(Command::genurlauth([]).is_err());
}

#[test]
fn batches_keep_their_order() {
    let told = "* UIDBATCHES (TAG \"A2\") 900:600,599:20\r\n* UIDBATCHES 19:1,5\r\nA2 OK done\r\n";
    let batched = read(Command::uid_batches(500).unwrap(), told, 99);
    assert_eq!(batched.batches, [600..=900, 20..=599, 1..=19, 5..=5]);
    assert!(batched.unread.is_empty());
    for refused in [
        Command::uid_batches(499),
        Command::uid_batches_in(500, 0..=1),
        Command::uid_batches_in(500, core::ops::RangeInclusive::new(2, 1)),
    ] {
        assert!(refused.is_err());
    }
}
