mod extensions;
mod required;
mod searches;

use alloc::borrow::ToOwned;
use core::task::{Poll, Waker};

use super::*;
use crate::Instant;
use crate::client::desk::{CommandError, Desk, Pace};
use crate::client::mailbox::Access;
use crate::client::{
    ClientConnection, Command, CommandOptions, Config, MailboxArgument, Search, StatusName,
    TypedCommand,
};

use crate::codec::{Code, StatusItem};
use alloc::string::ToString;
use core::num::NonZeroU32;

/// How one command in a selected mailbox ends.
fn end<A: Answer>(
    command: TypedCommand<A>,
    says: &str,
    limit: usize,
) -> Result<A::Value, CommandError> {
    let mut config = Config::default();
    config.limits.inline_literal = limit;
    let (now, options) = (Instant::ORIGIN, CommandOptions::default());
    let mut desk = Desk::new(ClientConnection::new(config, now), Pace::default());
    let select = Command::select("INBOX").unwrap();
    let _select = desk.send(select, options, now).unwrap();
    let ticket = desk.send(command, options, now).unwrap();
    let before = ["* PREAUTH hi\r\n", "* 9 EXISTS\r\nA1 OK\r\n"];
    for block in before.into_iter().chain(says.split_inclusive('\n')) {
        desk.handle_input(block.as_bytes(), now);
        while desk.poll(now, |_| ()).is_some() {}
        let len = desk.transmit().len();
        desk.handle_transmitted(len, now);
    }
    match desk.poll_answer(&ticket, Waker::noop()) {
        Poll::Ready(end) => end,
        Poll::Pending => panic!("{desk:?}"),
    }
}

/// What the answer to one command in a selected mailbox is read into.
pub(super) fn read<A: Answer>(command: TypedCommand<A>, says: &str, limit: usize) -> A::Value {
    end(command, says, limit).unwrap_or_else(|error| panic!("{error}"))
}

fn body() -> TypedCommand<Fetched> {
    Command::uid_fetch("1:*", "FLAGS BODY.PEEK[]").unwrap()
}

#[test]
fn rows_of_one_message_add_up_streamed_or_not() {
    let says = "* 3 FETCH (BODY[] {5}\r\nhello UID 7)\r\n* 3 FETCH (UID 7 FLAGS (\\Seen))\r\n\
                * 4 FETCH (UID 8 FLAGS ())\r\nA2 OK\r\n";
    for limit in [1000, 2] {
        let messages = read(body(), says, limit).messages;
        assert_eq!(messages.len(), 2);
        assert_eq!(messages[0].section("body[]"), Some(&b"hello"[..]));
        assert_eq!(
            messages[0]
                .flags
                .as_ref()
                .map(|flags| flags.contains("\\seen")),
            Some(true)
        );
        assert_eq!(messages[1].uid.map(NonZeroU32::get), Some(8));
    }
}

#[test]
fn numbers_that_shift_do_not_mix_messages() {
    let says =
        "* 2 FETCH (UID 20 FLAGS ())\r\n* 1 EXPUNGE\r\n* 2 FETCH (UID 30 FLAGS ())\r\nA2 OK\r\n";
    let messages = read(body(), says, 1000).messages;
    let uids: Vec<_> = messages.iter().filter_map(|message| message.uid).collect();
    assert_eq!(uids.len(), 2);
}

#[test]
fn what_the_server_says_about_itself() {
    let id = Command::id([("name", "x")]).unwrap();
    let about = read(id, "* ID (\"name\" \"y\" \"os\" NIL)\r\nA2 OK\r\n", 1000);
    let name = ("name".to_owned(), Some("y".to_owned()));
    assert_eq!(about.parameters, [name, ("os".to_owned(), None)]);
    let enable = Command::enable(["CONDSTORE"]).unwrap();
    let on = read(enable, "* ENABLED CONDSTORE\r\nA2 OK\r\n", 1000);
    assert_eq!(on.capabilities, ["CONDSTORE"]);
    assert!(on.has("condstore"));
}

#[test]
fn search_lines_add_up() {
    let search = Command::uid_search(Search::all()).unwrap();
    let found = read(search, "* SEARCH 1 2\r\n* SEARCH 4\r\nA2 OK\r\n", 1000);
    assert_eq!(found.len(), 3);
}

#[test]
fn many_rows_find_their_messages() {
    let row = |number| alloc::format!("* {number} FETCH (UID {number} FLAGS ())\r\n");
    let again = |number| alloc::format!("* {number} FETCH (UID {number} BODY[] \"x\")\r\n");
    let rows = (1..=5_000).map(row).chain((1..=5_000).rev().map(again));
    let says = rows.collect::<String>() + "A2 OK\r\n";
    let messages = read(body(), &says, 1000).messages;
    assert_eq!(messages.len(), 5_000);
    let whole = |message: &FetchedMessage| message.flags.is_some() && message.sections.len() == 1;
    assert!(messages.iter().all(whole));
}

#[test]
fn a_row_without_uid_is_about_the_message_with_its_number() {
    let says = "* 3 FETCH (FLAGS (\\Seen))\r\n\
                * 3 FETCH (UID 7 FLAGS () BODY[] \"x\" MODSEQ (9))\r\nA2 OK\r\n";
    let fetch = Command::fetch("3", "FLAGS").unwrap();
    let messages = read(fetch, says, 1000).messages;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].uid.map(NonZeroU32::get), Some(7));
    assert!(messages[0].flags.is_some() && messages[0].modseq == Some(9));
    assert_eq!(messages[0].section("BODY[]"), Some(&b"x"[..]));
}

#[test]
fn status_lines_add_up() {
    let items = [StatusName::Messages, StatusName::Unseen];
    let status = Command::status("Work", items).unwrap();
    let says = "* STATUS Work (MESSAGES 3)\r\n* STATUS Work (UNSEEN 1)\r\nA2 OK\r\n";
    let counted = read::<Required<Counted>>(status, says, 1000);
    let expected = [StatusItem::Messages(3), StatusItem::Unseen(1)];
    assert_eq!(counted.items, expected);
}

#[test]
fn what_may_be_done_in_a_mailbox_is_said_with_the_ok() {
    for (code, access) in [
        ("[READ-WRITE]", Some(Access::ReadWrite)),
        ("[READ-ONLY]", Some(Access::ReadOnly)),
        ("[XYZZY]", None),
    ] {
        let says = alloc::format!(
            "* 3 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 9] x\r\nA2 OK {code} x\r\n"
        );
        let selected = read::<Selected>(Command::select("Work").unwrap(), &says, 1000);
        assert_eq!(selected.access, access);
        assert_eq!(selected.exists, 3);
        assert_eq!(selected.uids.validity.map(NonZeroU32::get), Some(8));
        assert_eq!(selected.uids.next.map(NonZeroU32::get), Some(9));
    }
}

/// The lines that a value could not read.
fn lines(unread: &[Event<'_>]) -> Vec<String> {
    let lines = unread.iter().map(|event| match event {
        Event::Unrecognized { line, .. } => lossy(line),
        Event::Status { text, .. } => text.to_string(),
        event => alloc::format!("{event:?}"),
    });
    lines.collect()
}

#[test]
fn a_line_that_cannot_be_read_costs_itself_and_is_kept() {
    let odd = "* LIST (\\Noselect) odd\r\n";
    let says = alloc::format!("* LIST () \"/\" a\r\n{odd}* LIST () \"/\" b\r\nA2 OK\r\n");
    let listed = read(Command::list("", "*").unwrap(), &says, 1000);
    assert_eq!(listed.mailboxes.len(), 2);
    assert_eq!(lines(&listed.unread), [odd.trim_end()]);

    let odd = "* STATUS Work (MESSAGES many)\r\n";
    let items = [StatusName::Messages];
    let status = Command::status("Work", items).unwrap();
    let counted = read(status, &alloc::format!("{odd}A2 OK\r\n"), 1000);
    assert!(matches!(counted.items[..], [StatusItem::Other { .. }]));
    assert_eq!(counted.unread.len(), 1);

    // What the value cannot take of a line keeps the line.
    let odd = "* SEARCH 3 x 5\r\n";
    let found = read(search(), &alloc::format!("{odd}A2 OK\r\n"), 1000);
    assert_eq!((found.len(), found.unread.len()), (2, 1));
}

fn search() -> TypedCommand<Found> {
    Command::uid_search(Search::all()).unwrap()
}

#[test]
fn esearch_answers_as_search_does() {
    let numbers = |found: &Found| found.numbers().map(NonZeroU32::get).collect::<Vec<_>>();
    for says in [
        "* SEARCH 4 5 9\r\n",
        "* ESEARCH (TAG \"A2\") UID ALL 4:5,9\r\n",
        "* ESEARCH UID ALL 4:5,9\r\n",
    ] {
        let found = read(search(), &alloc::format!("{says}A2 OK\r\n"), 1000);
        assert_eq!(numbers(&found), [4, 5, 9], "{says}");
        assert_eq!(found.unread, []);
    }
    let says = "* ESEARCH (TAG \"A2\") UID MIN 4 MAX 9 COUNT 3 MODSEQ 7\r\nA2 OK\r\n";
    let found = read(search(), says, 1000);
    assert_eq!(
        (found.count, found.modseq, found.len()),
        (Some(3), Some(7), 0)
    );
    // The numbers are the server's: they are not written out.
    let says = "* ESEARCH (TAG \"A2\") UID ALL 1:4294967295\r\nA2 OK\r\n";
    let found = read(search(), says, 1000);
    assert_eq!(found.len(), u64::from(u32::MAX));
    for (numbers, len) in [("4:6", 3), ("NIL", 0)] {
        let says =
            alloc::format!("* ESEARCH (TAG \"A2\") UID PARTIAL (-1:-3 {numbers})\r\nA2 OK\r\n");
        let found = read(search(), &says, 1000);
        assert_eq!((found.partial, found.len()), (Some((-1, -3)), len));
        assert_eq!(found.tag.as_deref(), Some(&b"A2"[..]));
        assert_eq!(found.unread, []);
    }
    // What the value has no place for is kept.
    for other in ["ADDTO (0 4:6)", "PARTIAL (1:x 4:6)", "RELEVANCY (4 7)"] {
        let says = alloc::format!("* ESEARCH (TAG \"A2\") UID {other}\r\nA2 OK\r\n");
        assert_eq!(read(search(), &says, 1000).unread.len(), 1, "{other}");
    }
}

#[test]
fn lines_that_are_odd_are_read_all_the_same() {
    let says = "* LIST (\\HasNoChildren) \"/\" [Gmail]/All Mail\r\n\
                * LIST () \"\" x\r\n\
                * LIST () \".\" Renamed (\"OLDNAME\" (\"Was\"))\r\nA2 OK\r\n";
    let listed = read(Command::list("", "*").unwrap(), says, 1000);
    let names: Vec<_> = listed.mailboxes.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["[Gmail]/All Mail", "x", "Renamed"]);
    assert_eq!(listed.mailboxes[2].extended.len(), 1);
    assert_eq!(listed.unread, []);
}

#[test]
fn a_row_that_cannot_be_read_costs_itself_and_is_kept() {
    let odd = "* 4 FETCH odd\r\n";
    let says = alloc::format!(
        "* 3 FETCH (UID 7 FLAGS ())\r\n{odd}* 5 FETCH (UID 9 FLAGS ())\r\nA2 OK\r\n"
    );
    let fetched = read(body(), &says, 1000);
    assert_eq!(fetched.messages.len(), 2);
    assert_eq!(lines(&fetched.unread), [odd.trim_end()]);

    // What can be read of a row is read.
    let says = "* 4 FETCH (UID 8 FLAGS\r\nA2 OK\r\n";
    let fetched = read(body(), says, 1000);
    assert_eq!(fetched.messages[0].uid.map(NonZeroU32::get), Some(8));
    assert_eq!(
        fetched.messages[0].others,
        [(String::new(), b"FLAGS".to_vec())]
    );

    // The piece has come before its row shows that it is about a message that was not asked for.
    let says = "* 4 FETCH (BODY[] {5}\r\nhello UID 8)\r\n* 3 FETCH (UID 7 FLAGS ())\r\nA2 OK\r\n";
    let body = "FLAGS BODY.PEEK[]";
    let fetched = read(Command::uid_fetch("7", body).unwrap(), says, 2);
    let messages = fetched.messages.iter();
    let octets: Vec<_> = messages
        .map(|message| (message.number, message.section("BODY[]")))
        .collect();
    assert_eq!(octets, [(3, None), (4, Some(&b"hello"[..]))]);
}

#[test]
fn an_item_that_cannot_be_read_is_kept() {
    let says = "* 3 FETCH (UID 7 ENVELOPE \"odd\" BODYSTRUCTURE NIL BODY 5)\r\nA2 OK\r\n";
    let items = "ENVELOPE BODYSTRUCTURE BODY";
    let fetched = read(Command::uid_fetch("1:*", items).unwrap(), says, 1000);
    let kept = ["ENVELOPE", "BODYSTRUCTURE", "BODY"]
        .into_iter()
        .zip(["\"odd\"", "NIL", "5"]);
    let kept: Vec<_> = kept
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    assert_eq!(fetched.messages[0].others, kept);
}

#[test]
fn odd_lists_are_kept_and_read_as_far_as_they_go() {
    let says =
        "* 3 FETCH (ENVELOPE (odd) BODYSTRUCTURE (odder))\r\n* 3 FETCH (BODY (\"x\"))\r\nA2 OK\r\n";
    let command = Command::fetch("1:*", "ENVELOPE BODYSTRUCTURE").unwrap();
    let fetched = read(command, says, 1000);
    let message = &fetched.messages[0];
    let envelope = message.envelope().unwrap();
    assert_eq!(envelope.raw().octets(), b"(odd)");
    assert!(envelope.fields().date.unwrap().is("odd"));
    assert_eq!(envelope.fields().message_id, None);
    assert!(!envelope.defects().is_empty());
    let structure = message.structure().unwrap();
    assert_eq!(structure.raw().octets(), b"(odder)");
    assert!(
        structure
            .parts()
            .root()
            .unwrap()
            .media
            .subtype
            .unwrap()
            .is("odder")
    );
    assert_eq!(message.others, [("BODY".to_owned(), b"(\"x\")".to_vec())]);
}

#[test]
fn what_extensions_tell_is_in_the_message() {
    let says = "* 3 FETCH (UID 4 PREVIEW \"Ho\\\"i\" SAVEDATE \"17-Jul-1996 02:44:25 -0700\" EMAILID (M1) THREADID (T1) \
        X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888 \
        X-GM-LABELS (\\Inbox \"Muy Importante\" &AOk-))\r\n\
        * 4 FETCH (UID 5 PREVIEW NIL SAVEDATE NIL THREADID NIL)\r\nA2 OK\r\n";
    let command = Command::fetch("1:*", "UID").unwrap();
    let [message, other] = &read(command, says, 1000).messages[..] else {
        panic!("two messages");
    };
    let its = message.extensions.as_deref().unwrap();
    assert_eq!(its.preview.as_deref(), Some("Ho\"i"));
    assert_eq!(its.save_date.as_deref(), Some("17-Jul-1996 02:44:25 -0700"));
    assert_eq!(its.email_id.as_deref(), Some("M1"));
    assert_eq!(its.thread_id.as_deref(), Some("T1"));
    assert_eq!(its.gmail_message_id, Some(1_278_455_344_230_334_865));
    assert_eq!(its.gmail_thread_id, Some(1_266_894_439_832_287_888));
    let labels = its.gmail_labels.as_deref().unwrap();
    assert_eq!(labels, ["\\Inbox", "Muy Importante", "\u{e9}"]);
    assert_eq!(message.others, []);
    let nil = |name: &str| (name.to_owned(), b"NIL".to_vec());
    assert_eq!(other.others, ["PREVIEW", "SAVEDATE", "THREADID"].map(nil));
    assert_eq!(other.extensions, None);
}

#[test]
fn a_message_takes_little_memory() {
    assert!(size_of::<FetchedMessage>() <= 200);
}

#[test]
fn the_only_item_asked_for_is_kept_when_it_cannot_be_read() {
    for (asked, said) in [
        ("RFC822.SIZE", "RFC822.SIZE NIL"),
        ("RFC822.SIZE", "RFC822.SIZE -1"),
        ("INTERNALDATE", "INTERNALDATE NIL"),
        ("FLAGS", "FLAGS NIL"),
        ("FLAGS", "FLAGS \\Seen"),
        ("BODYSTRUCTURE", "BODYSTRUCTURE NIL"),
    ] {
        let says = alloc::format!("* 2 FETCH (UID 8 {said})\r\nA2 OK\r\n");
        let fetched = read(Command::uid_fetch("8", asked).unwrap(), &says, 1000);
        let message = fetched
            .messages
            .first()
            .unwrap_or_else(|| panic!("{said}: {fetched:?}"));
        assert!(!message.others.is_empty(), "{said}: {message:?}");
    }
}

#[test]
fn what_select_says_besides_is_kept() {
    let says = "* 3 EXISTS\r\n* OK [MAILBOXID (F2)] x\r\n* VANISHED (EARLIER) 1:9\r\n\
                * LIST () \"/\" Work\r\n* 1 FETCH (UID 12 FLAGS ())\r\n* OK [NOMODSEQ] x\r\n\
                * NO careful\r\nA2 OK [XYZZY] x\r\n";
    let selected = read(Command::select("Work").unwrap(), says, 1000);
    assert_eq!(selected.mailbox_id.as_deref(), Some("F2"));
    assert_eq!(selected.changes.vanished.len(), 1);
    assert_eq!(selected.changes.messages.len(), 1);
    assert_eq!(selected.highest_modseq, Some(0));
    let listed = selected.listed.first().map(|it| it.name.as_str());
    let unread = lines(&selected.unread);
    assert_eq!(listed, Some("Work"), "{unread:?}");
    assert!(matches!(&selected.codes[..], [Code::Other { name, .. }] if **name == *b"XYZZY"));
    assert_eq!(unread.len(), 1, "{unread:?}");
    for (line, part) in unread.iter().zip(["careful"]) {
        assert!(line.contains(part), "{line}");
    }
}

#[test]
fn pairs_of_copyuid_wherever_they_stand() {
    let pairs = [(304, 3956), (319, 3957), (320, 3958)];
    let code = "[COPYUID 38505 304,319:320 3956:3958]";
    for says in [
        alloc::format!("A2 OK {code} done\r\n"),
        alloc::format!("* OK {code} moved\r\n* 1 EXPUNGE\r\nA2 OK done\r\n"),
        alloc::format!("* OK {code} moved\r\n* 1 EXPUNGE\r\nA2 OK {code} done\r\n"),
    ] {
        let moved = read(Command::uid_move("1:9", "Archive").unwrap(), &says, 1000);
        assert!(moved.pairs().eq(pairs), "{moved:?}");
        assert_eq!(moved.uid_validity.map(NonZeroU32::get), Some(38505));
        assert_eq!(moved.unread, []);
    }
    let steps = "* OK [COPYUID 1 1:2 7:8] x\r\n* OK [COPYUID 1 3 9] x\r\nA2 OK\r\n";
    let moved = read(Command::r#move("1:3", "Archive").unwrap(), steps, 1000);
    assert!(moved.pairs().eq([(1, 7), (2, 8), (3, 9)]));
    // Servers of Exchange say it in a line of its own.
    for says in [
        "* COPYUID 1 1:2 7:8\r\nA2 OK\r\n",
        "[COPYUID 1 1:2 7:8]\r\nA2 OK\r\n",
    ] {
        let moved = read(Command::uid_move("1:9", "Archive").unwrap(), says, 1000);
        assert!(moved.pairs().eq([(1, 7), (2, 8)]), "{says}");
    }
    // Sets that do not pair are no answer.
    for says in [
        "A2 OK [COPYUID 1 1:3 7:8] x\r\n",
        "A2 OK [COPYUID odd] x\r\n",
    ] {
        let moved = read(Command::uid_move("1:9", "Archive").unwrap(), says, 1000);
        assert_eq!(
            (moved.pairs().count(), moved.unread.len()),
            (0, 1),
            "{says}"
        );
    }
    let copied = read(
        Command::uid_copy("1", "Archive").unwrap(),
        "A2 OK\r\n",
        1000,
    );
    assert_eq!((copied.pairs().count(), copied.unread.len()), (0, 0));
}

#[test]
fn where_a_message_was_stored() {
    let append = || Command::append("Work", *b"x").unwrap();
    let stored = |code: &str| read(append(), &alloc::format!("+ go\r\nA2 OK {code}\r\n"), 1000);
    let uid = stored("[APPENDUID 38505 3955] x").uid;
    assert_eq!(
        uid.map(|(validity, uid)| (validity.get(), uid.get())),
        Some((38505, 3955))
    );
    assert_eq!(stored("x"), Appended::default());
    let odd = stored("[APPENDUID 1 odd] x");
    assert_eq!((odd.uid, odd.unread.len()), (None, 1));
}

#[test]
fn what_no_value_can_keep_is_an_error() {
    let raw = || TypedCommand::<Done>::new(Command::raw("XYZZY").unwrap());
    read(raw(), "* 1 EXPUNGE\r\nA2 OK\r\n", 1000);
    let said = "* XYZZY 7\r\n* LIST () \"/\" a\r\n";
    let end = end(raw(), &alloc::format!("{said}A2 OK done\r\n"), 1000);
    let Err(CommandError::Unreadable(unreadable)) = end else {
        panic!("{end:?}");
    };
    assert_eq!(unreadable.events.len(), 2);
    assert_eq!(unreadable.text.text(), "done");
}

/// RFC 9586 section 3.3: the UID stands before the items.
#[test]
fn rows_without_numbers_have_a_uid() {
    let says = "* 7 UIDFETCH (FLAGS (\\Seen))\r\n* 9 UIDFETCH (BODY[] {5}\r\nhello)\r\n\
                * 7 UIDFETCH (BODY[] {2}\r\nhi)\r\nA2 OK\r\n";
    for limit in [1000, 2] {
        let messages = read(body(), says, limit).messages;
        let uids = messages
            .iter()
            .map(|message| message.uid.map(NonZeroU32::get));
        assert!(uids.eq([Some(7), Some(9)]));
        assert_eq!(messages[0].section("body[]"), Some(&b"hi"[..]));
        assert_eq!(messages[1].section("body[]"), Some(&b"hello"[..]));
    }
}

#[test]
fn a_listed_mailbox_is_named_as_its_server_names_it() {
    let says = "* LIST () \"/\" \"R&-D\"\r\n* LIST () \"/\" \"A&B\"\r\n* LIST () \"/\" {1}\r\n\u{1}\r\n\
                * LIST () \"/\" inbox\r\nA2 OK\r\n";
    let listed = read(Command::list("", "*").unwrap(), says, 1000);
    let wire = |name: &[u8]| MailboxArgument::from_wire(name);
    let named: Vec<_> = listed.mailboxes.iter().map(MailboxArgument::from).collect();
    let expected = [&b"R&-D"[..], b"A&B", b"\x01", b"INBOX"].map(wire);
    assert_eq!(named, expected);
    assert_eq!(listed.mailboxes[1].name, "A&B");
}
