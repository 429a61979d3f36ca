//! Answers that take more than one command.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use super::*;
use crate::client::answers::Copied;
use crate::client::{Search, SequenceSet, Store};

/// A desk whose server announces this, and what it writes.
pub(super) struct Conversation {
    table: Table,
}

impl Conversation {
    pub(super) fn new(capabilities: &str) -> Self {
        let mut config = Config::default();
        config.limits.command_line = 40;
        let desk = Desk::new(ClientConnection::new(config, NOW), Pace::default());
        let mut table = Table { desk, now: NOW };
        let greeting = alloc::format!("* PREAUTH [CAPABILITY IMAP4rev1 {capabilities}] hi\r\n");
        table.says(&greeting);
        let select = Command::select("INBOX").unwrap();
        let ticket = table.desk.send(select, options(), NOW).unwrap();
        table.turn();
        table.says("* 9 EXISTS\r\nA1 OK\r\n");
        assert!(table.answer(&ticket).is_some_and(|answer| answer.is_ok()));
        Self { table }
    }

    pub(super) fn send<A: Answer>(&mut self, command: crate::client::TypedCommand<A>) -> Ticket<A> {
        let within = CommandOptions::deadline(Duration::from_secs(10));
        self.table
            .desk
            .send(command, within, self.table.now)
            .unwrap()
    }

    pub(super) fn answer<A: Answer>(
        &mut self,
        ticket: &Ticket<A>,
    ) -> Option<Result<A::Value, CommandError>> {
        self.table.answer(ticket)
    }

    /// The lines that are written now.
    pub(super) fn written(&mut self) -> Vec<String> {
        let mut written = Vec::new();
        while self.table.desk.poll(self.table.now, |_| ()).is_some() {}
        while !self.table.desk.transmit().is_empty() {
            written.extend_from_slice(self.table.desk.transmit());
            let len = self.table.desk.transmit().len();
            self.table.desk.handle_transmitted(len, self.table.now);
        }
        let written = String::from_utf8_lossy(&written);
        written.lines().map(ToString::to_string).collect()
    }

    /// The server says this, and what is written next is.
    pub(super) fn says(&mut self, text: &str) -> Vec<String> {
        self.table
            .desk
            .handle_input(text.as_bytes(), self.table.now);
        self.written()
    }
}

#[test]
fn a_long_set_goes_in_parts_and_is_answered_as_one() {
    let mut server = Conversation::new("");
    let uids: SequenceSet = (1..15).map(|n| 100 * n).collect();
    let ticket = server.send(Command::uid_fetch(uids, "FLAGS").unwrap());
    let written = server.written();
    assert_eq!(
        written,
        [
            "A2 UID FETCH 100,200,300,400,500,600 FLAGS",
            "A3 UID FETCH 700,800,900,1000,1100 FLAGS",
            "A4 UID FETCH 1200,1300,1400 FLAGS"
        ]
    );
    server.says(
        "* 1 FETCH (UID 100 FLAGS ())\r\nA2 OK\r\n* 9 FETCH (UID 1400 FLAGS ())\r\nA4 OK\r\n",
    );
    assert!(server.table.answer(&ticket).is_none(), "a part is open");
    server.says("* 7 FETCH (UID 700 FLAGS ())\r\nA3 OK\r\n");
    let fetched = server.table.answer(&ticket).unwrap().unwrap();
    let uids = fetched.messages.iter().map(|row| row.uid.unwrap().get());
    assert_eq!(uids.collect::<Vec<_>>(), [100, 1400, 700]);
    assert!(fetched.unread.is_empty());
}

#[test]
fn the_first_error_of_the_parts_is_told_when_all_have_ended() {
    let mut server = Conversation::new("");
    let uids: SequenceSet = (1..10).map(|n| 100 * n).collect();
    let ticket = server.send(Command::uid_copy(uids, "elsewhere").unwrap());
    assert_eq!(server.written().len(), 2);
    server.says("A2 NO [OVERQUOTA] full\r\n");
    assert!(server.table.answer(&ticket).is_none());
    server.says("A3 OK [COPYUID 5 700:900 1:3]\r\n");
    let error = server.table.answer(&ticket).unwrap().unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
}

#[test]
fn places_of_all_parts_are_in_the_value() {
    let mut server = Conversation::new("");
    let uids: SequenceSet = (1..10).map(|n| 100 * n).collect();
    let ticket = server.send(Command::uid_copy(uids, "elsewhere").unwrap());
    server.written();
    server.says("A2 OK [COPYUID 5 100,200 1:2]\r\nA3 OK [COPYUID 5 700 3]\r\n");
    let copied = server.table.answer(&ticket).unwrap().unwrap();
    let pairs: Vec<_> = copied.pairs().collect();
    assert_eq!(pairs, [(100, 1), (200, 2), (700, 3)]);
    assert!(copied.unread.is_empty(), "{copied:?}");
}

/// RFC 9738 section 3.1: the lowest UID that was processed is named, and the client goes on below it.
#[test]
fn what_a_server_leaves_out_is_asked_for() {
    let mut server = Conversation::new("MESSAGELIMIT=2");
    let ticket = server.send(Command::uid_fetch("1:*", "FLAGS").unwrap());
    assert_eq!(server.written(), ["A2 UID FETCH 1:* FLAGS"]);
    let rows = "* 9 FETCH (UID 90 FLAGS ())\r\n* 8 FETCH (UID 80 FLAGS ())\r\n";
    let written = server.says(&(String::from(rows) + "A2 OK [MESSAGELIMIT 2 80] partial\r\n"));
    assert_eq!(written, ["A3 UID FETCH 1:79 FLAGS"]);
    let written = server.says("* 7 FETCH (UID 1 FLAGS ())\r\nA3 OK [MESSAGELIMIT 2 1] partial\r\n");
    assert!(written.is_empty(), "there is nothing below 1: {written:?}");
    let fetched = server.table.answer(&ticket).unwrap().unwrap();
    assert_eq!(fetched.messages.len(), 3);
}

fn moves(server: &mut Conversation) -> Ticket<Copied> {
    server.send(Command::uid_move("4,6", "x").unwrap())
}

#[test]
fn a_move_without_move() {
    let mut server = Conversation::new("UIDPLUS");
    let ticket = moves(&mut server);
    assert_eq!(server.written(), ["A2 UID COPY 4,6 x"]);
    let next = server.says("A2 OK [COPYUID 5 4,6 1:2] copied\r\n");
    assert_eq!(next, ["A3 UID STORE 4,6 +FLAGS.SILENT (\\Deleted)"]);
    // Flags are news, and no part of the answer.
    let next = server.says("* 1 FETCH (UID 4 FLAGS (\\Deleted))\r\nA3 OK\r\n");
    assert_eq!(next, ["A4 UID EXPUNGE 4,6"]);
    server.says("* 1 EXPUNGE\r\n* 1 EXPUNGE\r\nA4 OK\r\n");
    let copied = server.table.answer(&ticket).unwrap().unwrap();
    assert_eq!(copied.pairs().collect::<Vec<_>>(), [(4, 1), (6, 2)]);
    assert!(copied.unread.is_empty(), "{copied:?}");
}

/// Each step is about all messages before the next one begins (RFC 9738 section 3.1).
#[test]
fn a_move_without_move_in_the_steps_of_a_limit() {
    let mut server = Conversation::new("UIDPLUS MESSAGELIMIT=1");
    let ticket = moves(&mut server);
    server.written();
    for (says, next) in [
        ("A2 OK [MESSAGELIMIT 1 6] x\r\n", "A3 UID COPY 4 x"),
        ("A3 OK\r\n", "A4 UID STORE 4,6 +FLAGS.SILENT (\\Deleted)"),
        (
            "A4 OK [MESSAGELIMIT 1 6] x\r\n",
            "A5 UID STORE 4 +FLAGS.SILENT (\\Deleted)",
        ),
        ("A5 OK\r\n", "A6 UID EXPUNGE 4,6"),
        ("A6 OK [MESSAGELIMIT 1 6] x\r\n", "A7 UID EXPUNGE 4"),
    ] {
        assert!(server.table.answer(&ticket).is_none());
        assert_eq!(server.says(says), [next]);
    }
    assert!(server.says("A7 OK\r\n").is_empty());
    assert!(server.table.answer(&ticket).unwrap().is_ok());
}

#[test]
fn nothing_is_removed_after_a_refused_copy() {
    let mut server = Conversation::new("UIDPLUS");
    let ticket = moves(&mut server);
    server.written();
    assert!(
        server
            .says("A2 NO [TRYCREATE] no such mailbox\r\n")
            .is_empty()
    );
    let error = server.table.answer(&ticket).unwrap().unwrap_err();
    assert!(matches!(error, CommandError::Refused(_)), "{error}");
}

#[test]
fn copies_that_could_not_be_removed_are_told() {
    let mut server = Conversation::new("UIDPLUS");
    let ticket = moves(&mut server);
    server.written();
    server.says("A2 OK [COPYUID 5 4,6 1:2]\r\n");
    assert!(server.says("A3 NO [NOPERM] read-only\r\n").is_empty());
    let error = server.table.answer(&ticket).unwrap().unwrap_err();
    assert!(matches!(error, CommandError::NotRemoved(_)), "{error}");
    assert!(!error.is_retryable());
}

/// RFC 6851 section 3.3: "EXPUNGE" alone would remove what others have marked.
#[test]
fn no_plain_expunge_stands_for_a_move() {
    for (capabilities, command) in [
        ("", Command::uid_move("4", "x")),
        ("UIDPLUS", Command::r#move("4", "x")),
    ] {
        let mut server = Conversation::new(capabilities);
        let sent = server.table.desk.send(command.unwrap(), options(), NOW);
        let error = sent.map(|_| ()).unwrap_err();
        let no_move = CommandError::NotSent(NotSent::NoMove).to_string();
        assert_eq!(error.to_string(), no_move);
        assert!(server.written().is_empty());
    }
    let mut server = Conversation::new("MOVE");
    moves(&mut server);
    assert_eq!(server.written(), ["A2 UID MOVE 4,6 x"]);
}

/// RFC 9051 section 6.4.4: "the tagged NO response SHOULD contain the BADCHARSET response code, which MAY list the charsets".
#[test]
fn a_search_goes_once_more_in_a_charset_that_the_server_has() {
    let search = || Command::uid_search(Search::all().subject("j\u{f6}rg")).unwrap();
    let mut server = Conversation::new("LITERAL+");
    let ticket = server.send(search());
    let written = server.written();
    assert_eq!(written[0], "A2 UID SEARCH CHARSET UTF-8 SUBJECT {5+}");
    server.table.desk.handle_input(
        b"A2 NO [BADCHARSET (US-ASCII ISO-8859-1)] no\r\n",
        server.table.now,
    );
    while server.table.desk.poll(server.table.now, |_| ()).is_some() {}
    let octets = server.table.desk.transmit().to_vec();
    assert!(octets.starts_with(b"A3 UID SEARCH CHARSET ISO-8859-1 SUBJECT {4+}\r\n"));
    server.table.turn();
    server.says("* SEARCH 7\r\nA3 OK\r\n");
    let found = server.table.answer(&ticket).unwrap().unwrap();
    assert_eq!(
        found.numbers().map(|uid| uid.get()).collect::<Vec<_>>(),
        [7]
    );
    // Once, whatever it names the second time.
    let mut server = Conversation::new("LITERAL+");
    let ticket = server.send(search());
    server.written();
    let again = server.says("A2 NO [BADCHARSET (ISO-8859-1)] no\r\n");
    assert_eq!(again.len(), 2, "{again:?}");
    let never = server.says("A3 NO [BADCHARSET (ISO-8859-1)] no\r\n");
    assert_eq!(never.len(), 0, "{never:?}");
    assert!(server.table.answer(&ticket).unwrap().is_err());
    // Not where it cannot be written, and not for ever.
    for refused in ["(US-ASCII)", "(UTF-8)", ""] {
        let mut server = Conversation::new("LITERAL+");
        let ticket = server.send(search());
        server.written();
        let written = server.says(&alloc::format!("A2 NO [BADCHARSET {refused}] no\r\n"));
        assert!(written.is_empty(), "{refused}: {written:?}");
        let error = server.table.answer(&ticket).unwrap().unwrap_err();
        let CommandError::Refused(error) = error else {
            panic!("{error}");
        };
        assert_eq!(error.reason(), Reason::Charset);
    }
}

#[test]
fn the_deadline_holds_for_all_of_them() {
    let mut server = Conversation::new("UIDPLUS");
    let ticket = moves(&mut server);
    server.written();
    server.table.wait(Duration::from_secs(6));
    server.says("A2 OK [COPYUID 5 4,6 1:2]\r\n");
    server.table.wait(Duration::from_secs(5));
    let error = server.table.answer(&ticket).unwrap().unwrap_err();
    assert!(matches!(error, CommandError::NotRemoved(_)), "{error}");
}

#[test]
fn who_abandons_the_answer_abandons_all_of_it() {
    let mut server = Conversation::new("UIDPLUS");
    let ticket = moves(&mut server);
    server.written();
    server.table.desk.abandon(ticket.handle(), NOW).unwrap();
    assert!(server.says("A2 OK [COPYUID 5 4,6 1:2]\r\n").is_empty());
    let set: SequenceSet = (1..15).map(|n| 100 * n).collect();
    let store = Command::uid_store(set, Store::add(["a"]).silent()).unwrap();
    let ticket = server.send(store);
    let parts = server.written().len();
    server.table.desk.abandon(ticket.handle(), NOW).unwrap();
    server.table.turn();
    assert_eq!(
        server.table.desk.connection().open_commands(),
        0,
        "of {parts}"
    );
}

/// A closed connection ends all of them, and the answer once.
#[test]
fn an_end_of_the_connection_ends_all_parts() {
    let mut server = Conversation::new("");
    let uids: SequenceSet = (1..15).map(|n| 100 * n).collect();
    let ticket = server.send(Command::uid_fetch(uids, "FLAGS").unwrap());
    server.written();
    server.table.desk.handle_eof(NOW);
    server.table.turn();
    assert!(server.table.answer(&ticket).unwrap().is_err());
}
