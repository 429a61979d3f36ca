//! Memory that a burst needed is given back after it.

use std::task::{Poll, Waker};

use imap_machine::client::desk::{Desk, Item, Pace};
use imap_machine::client::{ClientConnection, Command, CommandOptions, Config, Tracking};

use crate::measure::{Measured, NOW, Work};

/// What may be kept: a page or two for the next read, and a few free entries.
const SLACK: u64 = 24 << 10;

const README: &str = include_str!("../../../README.md");

fn selected(config: Config, exists: u32) -> Measured {
    let mut server = Measured::greeted(config);
    server.send(|| Command::select("INBOX").unwrap());
    server.receive(b"");
    server.receive(format!("* {exists} EXISTS\r\nA1 OK [READ-WRITE] done\r\n").as_bytes());
    server
}

/// What it is, with its heap, but for the octets of the last response. Its settings do not count: connections share them.
fn octets(server: &mut Measured) -> u64 {
    let (_, buffer) = server.with(|connection| connection.received_octets());
    assert!(buffer <= 512, "{buffer}");
    let settings = size_of::<Config>() + 2 * size_of::<usize>();
    server.held + size_of::<ClientConnection>() as u64 - (settings + buffer) as u64
}

/// `number` is that of its tag.
fn one_noop(server: &mut Measured, number: u32) -> Work {
    let before = server.work;
    server.send(Command::noop);
    server.receive(b"");
    server.receive(format!("A{number} OK done\r\n").as_bytes());
    server.work.since(before)
}

#[test]
fn an_idle_connection_is_less_than_a_kibibyte() {
    let mut server = selected(Config::default(), 100_000);
    one_noop(&mut server, 2);
    let before = octets(&mut server);
    assert!(before <= 1 << 10, "{before}");
    let said = format!("| {before} octets, before and after");
    assert!(README.contains(&said), "README.md: {said}");
    for _ in 0..1_000 {
        server.send(Command::noop);
    }
    for number in 3..=1_002 {
        server.receive(b"");
        server.receive(format!("A{number} OK done\r\n").as_bytes());
    }
    assert_eq!(octets(&mut server), before);
}

/// No list gives memory back that the next command needs again.
#[test]
fn one_command_after_another_allocates_only_for_itself() {
    let mut server = selected(Config::default(), 1);
    for number in 2..=10 {
        one_noop(&mut server, number);
    }
    let (held, first) = (server.held, one_noop(&mut server, 11));
    // The entry of the command, and its line, which becomes the output.
    assert_eq!(first.allocations, 2, "{first:?}");
    for number in 12..100 {
        assert_eq!(one_noop(&mut server, number), first);
        assert_eq!(server.held, held);
    }
}

/// Asserts that the memory of the burst has been given back.
fn assert_given_back(server: &Measured, before: u64, burst: u64) {
    assert!(server.peak - before > burst, "{} at most", server.peak);
    assert!(
        server.held <= before + SLACK,
        "{} of {before} before",
        server.held
    );
}

#[test]
fn a_body_of_256_mib() {
    const PIECE: usize = 64 << 10;
    let mut server = selected(Config::default(), 1);
    let before = server.held;
    server.receive(b"* 1 FETCH (BODY[] {268435456}\r\n");
    let piece = vec![b'x'; PIECE];
    for _ in 0..(256 << 20) / PIECE {
        server.receive(&piece);
    }
    server.receive(b")\r\n");
    assert_given_back(&server, before, PIECE as u64);
    assert!(server.peak < before + 4 * PIECE as u64, "{}", server.peak);
}

/// The last read may bring the beginning of the next line as well.
#[test]
fn a_line_of_a_mebibyte() {
    for next in ["", "* 1 EXI", "* 1 FETCH (FLAGS () BODY[] {10}\r\n01234"] {
        let mut server = selected(Config::default(), 1);
        let before = server.held;
        let line = ["* XYZZY ", &"x".repeat(1 << 20), "\r\n", next].concat();
        for read in line.as_bytes().chunks(8 << 10) {
            server.receive(read);
        }
        assert_given_back(&server, before, 1 << 20);
    }
}

#[test]
fn ten_thousand_commands() {
    let mut server = selected(Config::default(), 1);
    let before = server.held;
    for _ in 0..10_000 {
        server.send(Command::noop);
    }
    for number in 2..=10_001 {
        server.receive(b"");
        server.receive(format!("A{number} OK done\r\n").as_bytes());
    }
    assert_eq!(server.with(|connection| connection.open_commands()), 0);
    assert_given_back(&server, before, 1 << 20);
}

#[test]
fn ten_thousand_commands_that_are_cancelled() {
    let mut server = selected(Config::default(), 1);
    let before = server.held;
    let handles: Vec<_> = (0..10_000).map(|_| server.send(Command::noop)).collect();
    for handle in handles {
        server.with(|connection| connection.cancel(handle, NOW).unwrap());
    }
    let work = server.receive(b"");
    assert_eq!(work.events, 10_000);
    assert_given_back(&server, before, 1 << 20);
}

/// Each literal is too large to be joined with other output to one write.
#[test]
fn many_large_literals_that_wait_for_the_transport() {
    let mut server = selected(Config::default(), 1);
    server.receive(b"* CAPABILITY IMAP4rev1 LITERAL+\r\n");
    let before = server.held;
    for _ in 0..1_000 {
        server.send(|| Command::append("INBOX", vec![b'x'; 60_000]).unwrap());
    }
    for number in 2..=1_001 {
        server.receive(b"");
        server.receive(format!("A{number} OK done\r\n").as_bytes());
    }
    assert_eq!(server.with(|connection| connection.open_commands()), 0);
    assert_given_back(&server, before, 60_000_000);
}

/// A desk lives as long as its connection, and a reader may be away for a while.
#[test]
fn a_stream_that_is_emptied() {
    const ROWS: u32 = 100_000;
    let options = CommandOptions::default();
    let mut pace = Pace::default();
    pace.hold = 64 << 20;
    let connection = ClientConnection::new(Config::default(), NOW);
    let mut desk = Desk::new(connection, pace);
    let turn = |desk: &mut Desk, text: &str| {
        desk.handle_input(text.as_bytes(), NOW);
        while desk.poll(NOW, |_| {}).is_some() {}
        desk.handle_transmitted(desk.transmit().len(), NOW);
    };
    turn(&mut desk, "* PREAUTH hi\r\n");
    let select = Command::select("INBOX").unwrap();
    desk.stream(select, options, NOW).unwrap();
    turn(&mut desk, "");
    turn(&mut desk, &format!("* {ROWS} EXISTS\r\nA1 OK\r\n"));
    let info = allocation_counter::measure(|| {
        let fetch = Command::uid_fetch("1:*", "FLAGS").unwrap();
        let handle = desk.stream(fetch, options, NOW).unwrap();
        turn(&mut desk, "");
        for number in 1..=ROWS {
            turn(
                &mut desk,
                &format!("* {number} FETCH (UID {number} FLAGS ())\r\n"),
            );
        }
        turn(&mut desk, "A2 OK\r\n");
        let mut rows = 0;
        loop {
            match desk.poll_next(handle, || NOW, Waker::noop()) {
                Poll::Ready(Item::Event(_)) => rows += 1,
                Poll::Ready(Item::End(end)) => break assert!(end.is_ok()),
                Poll::Pending => panic!("it has ended"),
            }
        }
        assert_eq!(rows, ROWS);
    });
    assert!(info.bytes_max > 16 << 20, "{}", info.bytes_max);
    let kept = u64::try_from(info.bytes_current).unwrap();
    assert!(kept <= SLACK, "{kept}");
}

/// Most connections wait for news most of the time.
#[test]
fn a_listener_that_has_taken_its_news_holds_none() {
    let connection = ClientConnection::new(Config::default(), NOW);
    let mut desk = Desk::new(connection, Pace::default());
    let says = |desk: &mut Desk, text: &str| {
        desk.handle_input(text.as_bytes(), NOW);
        while desk.poll(NOW, |_| {}).is_some() {}
    };
    says(&mut desk, "* PREAUTH hi\r\n* OK still here\r\n");
    let listener = desk.listen();
    let info = allocation_counter::measure(|| {
        says(&mut desk, "* OK still here\r\n");
        let news = desk.poll_news(&listener, Waker::noop());
        assert!(matches!(news, Poll::Ready(Some(_))));
    });
    assert_eq!(info.bytes_current, 0);
}

/// The UIDs and flags of a hundred thousand messages, and the spare room of their blocks, go with the messages.
#[test]
fn a_mailbox_that_is_emptied() {
    const MESSAGES: u32 = 100_000;
    for last in [
        "* VANISHED 1:4294967295\r\n".to_owned(),
        "* 0 EXISTS\r\n".to_owned(),
        "* 1 EXPUNGE\r\n".repeat(MESSAGES as usize),
        "* OK [CLOSED] bye\r\n".to_owned(),
    ] {
        let mut config = Config::default();
        config.tracking = Tracking::Messages;
        let mut server = selected(config, MESSAGES);
        let before = server.held;
        for number in 1..=MESSAGES {
            server.receive(format!("* {number} FETCH (UID {number} FLAGS ())\r\n").as_bytes());
        }
        server.receive(last.as_bytes());
        assert_given_back(&server, before, u64::from(MESSAGES) * 4);
    }
}

/// A command that stays does not keep the room of those that came with it.
#[test]
fn ten_thousand_commands_beside_one_that_stays() {
    let mut server = selected(Config::default(), 1);
    let before = server.held;
    for _ in 0..10_000 {
        server.send(Command::noop);
    }
    server.send(Command::idle);
    for number in 2..=10_001 {
        server.receive(b"");
        server.receive(format!("A{number} OK\r\n").as_bytes());
    }
    server.receive(b"+ idling\r\n");
    assert_given_back(&server, before, 1 << 20);

    let mut waiting = Measured::new(Config::default());
    waiting.send(Command::noop);
    let before = waiting.held;
    let others: Vec<_> = (0..10_000).map(|_| waiting.send(Command::noop)).collect();
    for handle in others {
        waiting
            .with(|connection| connection.cancel(handle, NOW))
            .unwrap();
    }
    waiting.receive(b"");
    assert_given_back(&waiting, before, 1 << 20);
}
