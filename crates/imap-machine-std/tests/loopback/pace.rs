//! The pace of readers: a slow one loses nothing, and an absent one costs the others a bounded time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use imap_machine_std::imap_types::fetch::MessageDataItemName;
use imap_machine_std::{
    Client, Command, CommandError, CommandOptions, Connector, Event, Overflow, Pace, Responses,
    over,
};

use crate::peer::{self, Peer, within};

const HOLD: usize = 256 << 10;
const BLOCK: usize = 64 << 10;

fn selected(pace: Pace, script: impl FnOnce(Peer) + Send + 'static) -> Client {
    let connector = Connector::new("imap://localhost").unwrap().pace(pace);
    let socket = peer::start(|mut peer| {
        peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
        assert!(peer.line().ends_with("SELECT INBOX"));
        peer.say("* 9 EXISTS\r\nA1 OK selected\r\n");
        script(peer);
    });
    let mut client = over(&connector, socket).unwrap();
    client.select("INBOX").unwrap();
    client
}

fn pace() -> Pace {
    let mut pace = Pace::default();
    pace.hold = HOLD;
    pace
}

fn fetch(number: u32) -> Command {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    let fetch = Command::fetch(&number.to_string(), vec![body]);
    fetch.unwrap().into()
}

fn letter(offset: usize) -> u8 {
    b'a' + (offset / BLOCK % 23) as u8
}

/// Says the body of this message, and counts the octets that have left.
fn say_body(peer: &mut Peer, number: u32, size: usize, left: &AtomicUsize) {
    peer.say(&format!("* {number} FETCH (BODY[] {{{size}}}\r\n"));
    for offset in (0..size).step_by(BLOCK) {
        let block = [letter(offset); BLOCK];
        peer.try_say(&block).expect("the client takes it");
        left.fetch_add(BLOCK, Ordering::Relaxed);
    }
    peer.say(")\r\n");
}

/// Reads a body to its end. `pause` is called with what has been read.
fn read_body(responses: Responses<'_>, mut pause: impl FnMut(usize)) -> usize {
    let mut read = 0;
    for event in responses {
        if let Event::Literal(piece) = event.unwrap() {
            assert_eq!(piece.offset, read as u64);
            assert_eq!(piece.data.first(), Some(&letter(read)));
            read += piece.data.len();
            pause(read);
        }
    }
    read
}

#[test]
fn a_large_body_that_is_read_slowly_is_read_whole() {
    const SIZE: usize = 64 << 20;
    within(120, || {
        let left = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&left);
        let mut client = selected(pace(), move |mut peer| {
            peer.line();
            say_body(&mut peer, 1, SIZE, &counter);
            peer.say("A2 OK done\r\n");
            peer.wait();
        });
        let responses = client.stream(fetch(1), CommandOptions::default());
        let mut next = 0;
        let read = read_body(responses.unwrap(), |read| {
            if read >= next {
                next += SIZE / 64;
                thread::sleep(Duration::from_millis(10));
                // The server is held back. The rest is in the buffers of the sockets.
                let ahead = left.load(Ordering::Relaxed).saturating_sub(read);
                assert!(ahead < HOLD + (2 << 20), "{ahead} octets ahead");
            }
        });
        assert_eq!(read, SIZE);
    });
}

#[test]
fn streams_are_read_one_after_the_other() {
    const SIZE: usize = 2 << 20;
    within(60, || {
        let mut client = selected(pace(), |mut peer| {
            peer.line();
            peer.line();
            for (number, tag) in [(1, "A2"), (2, "A3")] {
                say_body(&mut peer, number, SIZE, &AtomicUsize::new(0));
                peer.say(&format!("{tag} OK done\r\n"));
            }
            peer.wait();
        });
        let options = CommandOptions::default();
        let first = client.begin(fetch(1), options).unwrap();
        let second = client.begin(fetch(2), options).unwrap();
        for handle in [first, second] {
            let pause = |_| thread::sleep(Duration::from_millis(1));
            assert_eq!(read_body(client.responses(handle), pause), SIZE);
        }
    });
}

#[test]
fn a_reader_with_the_connection_to_itself_may_take_its_time() {
    const SIZE: usize = 2 << 20;
    within(60, || {
        let mut pace = pace();
        pace.patience = Duration::from_millis(20);
        let mut client = selected(pace, |mut peer| {
            peer.line();
            say_body(&mut peer, 1, SIZE, &AtomicUsize::new(0));
            peer.say("A2 OK done\r\n");
            assert!(peer.line().ends_with("NOOP"));
            peer.say("A3 OK done\r\n");
            peer.wait();
        });
        let responses = client.stream(fetch(1), CommandOptions::default());
        let mut next = 0;
        let read = read_body(responses.unwrap(), |read| {
            if read >= next {
                next += HOLD;
                thread::sleep(Duration::from_millis(100));
            }
        });
        assert_eq!(read, SIZE);
        client.noop().unwrap();
    });
}

#[test]
fn an_answer_that_is_too_large_ends_and_the_connection_goes_on() {
    const SIZE: usize = 4 << 20;
    within(60, || {
        let mut pace = pace();
        pace.answer = 1 << 20;
        let mut client = selected(pace, |mut peer| {
            peer.line();
            say_body(&mut peer, 1, SIZE, &AtomicUsize::new(0));
            peer.say("A2 OK done\r\n");
            assert!(peer.line().ends_with("NOOP"));
            peer.say("A3 OK done\r\n");
            peer.wait();
        });
        let body = MessageDataItemName::BodyExt {
            section: None,
            partial: None,
            peek: true,
        };
        let error = client.fetch("1", vec![body]).unwrap_err();
        assert!(
            matches!(error, CommandError::Overflow(Overflow::TooLarge { .. })),
            "{error:?}"
        );
        client.noop().unwrap();
        assert!(client.closed().is_none());
    });
}
