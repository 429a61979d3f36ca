//! What is held for the readers of answers: typed answers up to their limit, and events as counted.

use std::task::{Poll, Waker};

use allocation_counter::measure;
use imap_machine::bounded_static::ToBoundedStatic;
use imap_machine::client::answers::Answer;
use imap_machine::client::desk::{CommandError, Desk, Overflow, Pace, Ticket, held_octets};
use imap_machine::client::{
    ClientConnection, Command, CommandOptions, Config, Event, InvalidArgument, Search, TypedCommand,
};

use super::measure::NOW;

const LIMIT: usize = 1 << 20;

/// A desk with a mailbox open whose typed answers are limited.
fn desk() -> Desk {
    let mut pace = Pace::default();
    pace.answer = LIMIT;
    let mut desk = Desk::new(ClientConnection::new(Config::default(), NOW), pace);
    says(&mut desk, b"* PREAUTH hi\r\n");
    ask(&mut desk, Command::select("INBOX"));
    says(&mut desk, b"* 100000 EXISTS\r\nA1 OK\r\n");
    desk
}

fn ask<A: Answer>(desk: &mut Desk, command: Result<TypedCommand<A>, InvalidArgument>) -> Ticket<A> {
    let options = CommandOptions::default();
    let ticket = desk.send(command.unwrap(), options, NOW).unwrap();
    turn(desk);
    ticket
}

fn says(desk: &mut Desk, octets: &[u8]) {
    desk.handle_input(octets, NOW);
    turn(desk);
}

fn turn(desk: &mut Desk) {
    while desk.poll(NOW, |_| ()).is_some() {}
    let written = desk.transmit().len();
    desk.handle_transmitted(written, NOW);
}

fn answer<A: Answer>(desk: &mut Desk, ticket: &Ticket<A>) -> Poll<Result<A::Value, CommandError>> {
    desk.poll_answer(ticket, Waker::noop())
}

/// A server that answers without end, `lines` by its number, is stopped at the limit.
fn stays_within<A: Answer>(
    command: Result<TypedCommand<A>, InvalidArgument>,
    lines: impl Fn(u32) -> String,
) {
    let mut desk = desk();
    let ticket = ask(&mut desk, command);
    let mut ended = None;
    let info = measure(|| {
        for number in 1..2_000_000 {
            says(&mut desk, lines(number).as_bytes());
            if let Poll::Ready(answer) = answer(&mut desk, &ticket) {
                ended = Some(answer.err());
                return;
            }
        }
    });
    let what = std::any::type_name::<A>();
    let overflow = Overflow::TooLarge { limit: LIMIT };
    assert!(
        matches!(ended, Some(Some(CommandError::Overflow(error))) if error == overflow),
        "{what}: {ended:?}"
    );
    // A list that grows is in two places for a moment, and there is the connection itself.
    let most = 3 * LIMIT as u64 + (1 << 20);
    assert!(info.bytes_max <= most, "{what}: {} octets", info.bytes_max);
}

#[test]
fn a_typed_answer_holds_no_more_than_its_limit() {
    let all = || Search::all();
    stays_within(Command::uid_search(all()), |number| {
        format!("* SEARCH{}\r\n", format!(" {number}").repeat(1000))
    });
    stays_within(Command::list("", "*"), |number| {
        format!("* LIST (\\Marked \\HasNoChildren) \"/\" {number}\r\n")
    });
    stays_within(Command::status("A", ["MESSAGES"]), |number| {
        format!("* STATUS A (MESSAGES {number} UNSEEN 3 RECENT 4)\r\n")
    });
    stays_within(Command::id([("name", "x")]), |number| {
        format!("* ID (\"a\" \"{number}\" \"b\" NIL \"c\" \"d\")\r\n")
    });
    stays_within(Command::enable(["CONDSTORE"]), |number| {
        format!("* ENABLED A{number} B C D\r\n")
    });
    stays_within(Command::uid_fetch("1:*", "FLAGS"), |number| {
        let message = number % 100_000 + 1;
        format!("* {message} FETCH (UID {message} FLAGS (\\Seen $a{number}))\r\n")
    });
    let text = "x".repeat(100_000);
    stays_within(Command::uid_fetch("1:*", "BODY.PEEK[]"), |number| {
        format!("* {number} FETCH (UID {number} BODY[] {{100000}}\r\n{text})\r\n")
    });
}

#[test]
fn flags_of_many_messages_take_little() {
    const MESSAGES: u32 = 2_000;
    let mut desk = desk();
    let ticket = ask(&mut desk, Command::uid_fetch("1:*", "FLAGS"));
    let rows = (1..=MESSAGES).map(|uid| format!("* {uid} FETCH (UID {uid} FLAGS (\\Seen))\r\n"));
    let rows: Vec<_> = rows.collect();
    let mut rows_held = None;
    let info = measure(|| {
        rows.iter().for_each(|row| says(&mut desk, row.as_bytes()));
        says(&mut desk, b"A2 OK\r\n");
        rows_held = Some(answer(&mut desk, &ticket));
    });
    let Some(Poll::Ready(Ok(held))) = rows_held else {
        panic!("{rows_held:?}");
    };
    assert_eq!(held.messages.len(), MESSAGES as usize);
    let octets = info.bytes_current / i64::from(MESSAGES);
    assert!(octets <= 512, "{octets} octets a message");
}

/// What a stream holds is limited by what its events are counted as.
#[test]
fn an_event_is_counted_as_what_it_holds() {
    const SLACK: usize = 32;
    let list = |word: &str| word.repeat(5_000);
    let lines = [
        format!("* ID ({})\r\n", list("\"a\" \"b\" ").trim_end()),
        format!("* CAPABILITY IMAP4rev1{}\r\n", list(" A")),
        format!("* THREAD {}\r\n", list("(1 2)")),
        format!("* THREAD {}\r\n", list("((1)(2))")),
        format!("* SEARCH{}\r\n", list(" 1")),
        format!("* FLAGS (a{})\r\n", list(" b")),
        format!("* LIST (\\a{}) \"/\" x\r\n", list(" \\b")),
        format!("* ENABLED A{}\r\n", list(" B")),
        format!("* VANISHED 1{}\r\n", list(",3")),
        format!("* 1 FETCH (FLAGS (a{}))\r\n", list(" b")),
        format!("* METADATA \"\"{}\r\n", list(" /a")),
        format!("* QUOTAROOT INBOX{}\r\n", list(" a")),
        "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n".to_owned(),
        "* ESEARCH (TAG \"A1\") UID COUNT 1\r\n".to_owned(),
        "* LISTRIGHTS a b \"\" l r\r\n".to_owned(),
        "* LIST (\\Noselect) \"/\" x\r\n".to_owned(),
        "* 1 EXPUNGE\r\n".to_owned(),
    ];
    let mut connection = ClientConnection::new(Config::default(), NOW);
    connection.handle_input(b"* PREAUTH hi\r\n", NOW);
    while connection.poll_event().is_some() {}
    for line in lines {
        connection.handle_input(line.as_bytes(), NOW);
        let event = connection.poll_event().expect("a line");
        let counted = held_octets(&event);
        let mut held = None;
        let info = measure(|| held = Some(event.to_static()));
        let octets = usize::try_from(info.bytes_current).unwrap() + size_of::<Event<'_>>();
        let kind = line.get(..20);
        assert!(
            octets <= counted + SLACK,
            "{kind:?}: {octets} octets, counted as {counted}"
        );
        drop(held);
        while connection.poll_event().is_some() {}
    }
}
