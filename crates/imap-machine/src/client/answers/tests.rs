use super::*;
use crate::Instant;
use crate::client::mailbox::Access;
use crate::client::{ClientConnection, Command, CommandOptions, Config, Outcome, TypedCommand};
use imap_types::fetch::MessageDataItemName;
use imap_types::status::StatusDataItemName;

/// What the answer to one command in a selected mailbox is read into.
fn read<A: Answer>(command: TypedCommand<A>, says: &str, limit: usize) -> A::Value {
    let mut config = Config::default();
    config.limits.inline_literal = limit;
    let now = Instant::ORIGIN;
    let mut connection = ClientConnection::new(config, now);
    let select = Command::select("INBOX").unwrap();
    connection
        .send(select, CommandOptions::default(), now)
        .unwrap();
    let ours = connection
        .send(command, CommandOptions::default(), now)
        .unwrap();
    let mut answer = A::default();
    for block in ["* PREAUTH hi\r\n", "* 9 EXISTS\r\nA1 OK\r\n", says] {
        connection.handle_input(block.as_bytes(), now);
        while let Some(event) = connection.poll_event() {
            match &event {
                Event::Outcome {
                    handle,
                    outcome: Outcome::Ok(done),
                } if *handle == ours => {
                    return answer.finish(done);
                }
                Event::Untagged { cause, .. } | Event::Status { cause, .. }
                    if cause.handle() == Some(ours) =>
                {
                    answer.event(&event);
                }
                Event::Literal(piece) if piece.cause.handle() == Some(ours) => {
                    answer.event(&event);
                }
                _ => {}
            }
        }
        let len = connection.transmit().len();
        connection.handle_transmitted(len, now);
    }
    panic!("not done");
}

fn body() -> TypedCommand<Fetched> {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    Command::uid_fetch("1:*", alloc::vec![MessageDataItemName::Flags, body]).unwrap()
}

#[test]
fn rows_of_one_message_add_up_streamed_or_not() {
    let says = "* 3 FETCH (BODY[] {5}\r\nhello UID 7)\r\n* 3 FETCH (UID 7 FLAGS (\\Seen))\r\n\
                * 4 FETCH (UID 8 FLAGS ())\r\nA2 OK\r\n";
    for limit in [1000, 2] {
        let messages = read(body(), says, limit);
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
    let messages = read(body(), says, 1000);
    let uids: Vec<_> = messages.iter().filter_map(|message| message.uid).collect();
    assert_eq!(uids.len(), 2);
}

#[test]
fn what_the_server_says_about_itself() {
    let id = Command::id([("name", "x")]).unwrap();
    let about = read(id, "* ID (\"name\" \"y\" \"os\" NIL)\r\nA2 OK\r\n", 1000);
    let name = ("name".to_owned(), Some("y".to_owned()));
    assert_eq!(about, [name, ("os".to_owned(), None)]);
    let enable = Command::enable(["CONDSTORE"]).unwrap();
    let on = read(enable, "* ENABLED CONDSTORE\r\nA2 OK\r\n", 1000);
    assert_eq!(on, ["CONDSTORE"]);
}

#[test]
fn search_lines_add_up() {
    let search = Command::uid_search(alloc::vec![imap_types::search::SearchKey::All]).unwrap();
    let found = read(search, "* SEARCH 1 2\r\n* SEARCH 4\r\nA2 OK\r\n", 1000);
    assert_eq!(found.numbers.len(), 3);
}

#[test]
fn many_rows_find_their_messages() {
    let row = |number| alloc::format!("* {number} FETCH (UID {number} FLAGS ())\r\n");
    let again = |number| alloc::format!("* {number} FETCH (UID {number} BODY[] \"x\")\r\n");
    let rows = (1..=5_000).map(row).chain((1..=5_000).rev().map(again));
    let says = rows.collect::<String>() + "A2 OK\r\n";
    let messages = read(body(), &says, 1000);
    assert_eq!(messages.len(), 5_000);
    let whole = |message: &FetchedMessage| message.flags.is_some() && message.sections.len() == 1;
    assert!(messages.iter().all(whole));
}

#[test]
fn a_row_without_uid_is_about_the_message_with_its_number() {
    let says = "* 3 FETCH (FLAGS (\\Seen))\r\n\
                * 3 FETCH (UID 7 FLAGS () BODY[] \"x\" MODSEQ (9))\r\nA2 OK\r\n";
    let fetch = Command::fetch("3", alloc::vec![MessageDataItemName::Flags]).unwrap();
    let messages = read::<Fetched>(fetch, says, 1000);
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0].uid.map(NonZeroU32::get), Some(7));
    assert!(messages[0].flags.is_some() && messages[0].modseq == Some(9));
    assert_eq!(messages[0].section("BODY[]"), Some(&b"x"[..]));
}

#[test]
fn status_lines_add_up() {
    let items = alloc::vec![StatusDataItemName::Messages, StatusDataItemName::Unseen];
    let status = Command::status("Work", items).unwrap();
    let says = "* STATUS Work (MESSAGES 3)\r\n* STATUS Work (UNSEEN 1)\r\nA2 OK\r\n";
    let counted = read::<Counted>(status, says, 1000);
    let expected = [StatusDataItem::Messages(3), StatusDataItem::Unseen(1)];
    assert_eq!(counted, expected);
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
        assert_eq!(selected.uid_validity.map(NonZeroU32::get), Some(8));
        assert_eq!(selected.uid_next.map(NonZeroU32::get), Some(9));
    }
}
