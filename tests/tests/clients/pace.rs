//! The pace of readers: a slow one loses nothing, and an absent one costs the others a bounded time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use imap_machine::client::desk::{CommandError, Overflow, Pace};
use imap_machine::client::{ClientConnection, Command, CommandOptions, Event};
use imap_machine::codec::Untagged;
use imap_machine_tests::known::Known;

use crate::both;
use crate::client::{Client, OPTIONS};
use crate::peer::{Peer, selected};

both! {
    a_body_of_256_mebibytes_is_read_whole_and_never_held_whole,
    flags_of_100_000_messages_reach_a_slow_reader_in_order,
    two_streams_are_read_one_after_the_other,
    a_reader_with_the_connection_to_itself_may_take_its_time,
    a_stream_that_is_never_read_costs_50_commands_their_patience_and_no_more,
    a_value_that_is_too_large_is_given_up,
    a_connection_that_waits_holds_no_space,
}

fn pace(hold: usize, patience: Duration) -> Pace {
    let mut pace = Pace::default();
    pace.hold = hold;
    pace.patience = patience;
    pace
}

const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(100);

fn body() -> &'static str {
    "BODY.PEEK[]"
}

fn bodies() -> Command {
    Command::uid_fetch("1:*", body()).unwrap().into()
}

/// Lets the connection read all that it reads for a reader who takes nothing: until it holds what it may, or until all has been
/// said. Returns whether it has stopped reading.
fn read_ahead<C: Client>(client: &mut C, all_said: &AtomicBool) -> bool {
    loop {
        match client.look(ClientConnection::wants_read) {
            true if all_said.load(Ordering::SeqCst) => return false,
            true => client.catch_up(),
            false => return true,
        }
    }
}

/// The number of rows, and how the stream ended.
fn drain<C: Client>(client: &mut C, stream: &mut C::Stream) -> (u32, Result<(), CommandError>) {
    let mut rows = 0;
    while let Some(event) = client.next(stream) {
        match event {
            Ok(Event::Untagged { .. }) => rows += 1,
            Ok(_) => {}
            Err(error) => return (rows, Err(error)),
        }
    }
    (rows, Ok(()))
}

fn a_body_of_256_mebibytes_is_read_whole_and_never_held_whole<C: Client>() {
    const SIZE: u64 = 256 << 20;
    const HOLD: u64 = 1 << 20;
    /// The buffers of the sockets and of the client.
    const BUFFERS: u64 = 1 << 20;
    let (left, all_said) = (Arc::new(AtomicU64::new(0)), Arc::default());
    let (counter, ending) = (Arc::clone(&left), Arc::clone(&all_said));
    let say = move |mut peer: Peer| {
        let tag = peer.expect("UID FETCH 1:* BODY.PEEK[]");
        peer.say(&format!("* 1 FETCH (UID 1 BODY[] {{{SIZE}}}\r\n"));
        let count = |octets| {
            counter.fetch_add(octets, Ordering::SeqCst);
        };
        let said = Known::default().write(SIZE, peer.writer(), count);
        said.expect("the client takes it");
        AtomicBool::store(&ending, true, Ordering::SeqCst);
        peer.say(&format!(")\r\n{tag} OK done\r\n"));
        peer.line();
    };
    let mut client: C = selected(pace(HOLD as usize, LONG), 1, say);
    let known = Known::default();
    let mut stream = client.begin(bodies(), CommandOptions::default());
    let (mut read, mut stop) = (0, 0);
    while let Some(event) = client.next(&mut stream) {
        let Event::Literal(piece) = event.unwrap() else {
            continue;
        };
        assert_eq!((piece.offset, piece.size), (read, SIZE));
        assert!(known.has(read, &piece.data), "after {read} octets");
        read += piece.data.len() as u64;
        if read >= stop {
            stop += SIZE / 32;
            read_ahead(&mut client, &all_said);
            let ahead = left.load(Ordering::SeqCst) - read;
            assert!(ahead <= HOLD + BUFFERS, "{ahead} octets are held");
        }
    }
    assert_eq!(read, SIZE);
}

/// The wire is as fast as it can be: before each row that is taken, the connection has read what it may.
fn flags_of_100_000_messages_reach_a_slow_reader_in_order<C: Client>() {
    const MESSAGES: u32 = 100_000;
    let all_said = Arc::default();
    let ending = Arc::clone(&all_said);
    let say = move |mut peer: Peer| {
        let tag = peer.expect("UID FETCH 1:* FLAGS");
        for first in (1..=MESSAGES).step_by(1000) {
            let rows = first..first + 1000;
            let rows = rows.map(|uid| format!("* {uid} FETCH (UID {uid} FLAGS (\\Seen))\r\n"));
            peer.say(&rows.collect::<String>());
        }
        AtomicBool::store(&ending, true, Ordering::SeqCst);
        peer.say(&format!("{tag} OK done\r\n"));
        peer.line();
    };
    let mut client: C = selected(pace(256 << 10, LONG), MESSAGES, say);
    let flags = Command::uid_fetch("1:*", "FLAGS");
    let mut stream = client.begin(flags.unwrap(), CommandOptions::default());
    let (mut rows, mut stopped) = (0, 0);
    loop {
        stopped += u32::from(read_ahead(&mut client, &all_said));
        let Some(event) = client.next(&mut stream) else {
            break;
        };
        if let Event::Untagged {
            data: Untagged::Fetch(row),
            ..
        } = event.unwrap()
        {
            rows += 1;
            let uid = row.uid().map(std::num::NonZeroU32::get);
            assert_eq!((row.seq(), uid), (Some(rows), Some(rows)));
        }
    }
    assert_eq!(rows, MESSAGES);
    assert!(stopped > MESSAGES / 2, "{stopped} times it had to wait");
}

fn two_streams_are_read_one_after_the_other<C: Client>() {
    const ROWS: u32 = 5_000;
    let mut client: C = selected(pace(50_000, LONG), ROWS, |peer| peer.serve(ROWS, 100));
    let first = client.begin(bodies(), OPTIONS);
    let second = client.begin(bodies(), OPTIONS);
    for mut stream in [first, second] {
        let (rows, end) = drain(&mut client, &mut stream);
        assert!(rows == ROWS && end.is_ok(), "{rows} {end:?}");
    }
}

fn a_reader_with_the_connection_to_itself_may_take_its_time<C: Client>() {
    const ROWS: u32 = 1_000;
    let mut client: C = selected(pace(20_000, SHORT / 5), ROWS, |peer| peer.serve(ROWS, 100));
    let mut stream = client.begin(bodies(), OPTIONS);
    for _ in 0..3 {
        read_ahead(&mut client, &AtomicBool::new(false));
        thread::sleep(SHORT);
        client.next(&mut stream).unwrap().unwrap();
    }
    let (rows, end) = drain(&mut client, &mut stream);
    assert!(rows == ROWS - 3 && end.is_ok(), "{rows} {end:?}");
    client.noop().unwrap();
}

fn a_stream_that_is_never_read_costs_50_commands_their_patience_and_no_more<C: Client>() {
    const ROWS: u32 = 5_000;
    let mut client: C = selected(pace(20_000, SHORT), ROWS, |peer| peer.serve(ROWS, 100));
    let mut unread = client.begin(bodies(), OPTIONS);
    // The second is only as long as this because the machine may be slow.
    let options = CommandOptions::deadline(SHORT + Duration::from_secs(20));
    let commands: Vec<_> = (0..50)
        .map(|_| client.send(Command::noop(), options))
        .collect();
    for command in commands {
        client.wait(command).unwrap();
    }
    // What was held until then is still there.
    let (rows, end) = drain(&mut client, &mut unread);
    assert!((1..ROWS).contains(&rows), "{rows}");
    let error = end.unwrap_err();
    assert!(
        matches!(error, CommandError::Overflow(Overflow::SlowReader { hold: 20_000, patience }) if patience == SHORT),
        "{error:?}"
    );
    let told = error.to_string();
    assert!(told.contains("other commands waited 0.1 s"), "{told}");
    client.noop().unwrap();
}

fn a_value_that_is_too_large_is_given_up<C: Client>() {
    let mut pace = Pace::default();
    pace.answer = 20_000;
    // Many rows, and one body.
    for (rows, octets) in [(1_000, 100), (1, 4 << 20)] {
        let mut client: C = selected(pace, rows, move |peer| peer.serve(rows, octets));
        let error = client.run(Command::uid_fetch("1:*", body())).unwrap_err();
        assert!(
            matches!(
                error,
                CommandError::Overflow(Overflow::TooLarge { limit: 20_000 })
            ),
            "{error:?}"
        );
        client.noop().unwrap();
        assert!(client.closed().is_none());
    }
}

fn a_connection_that_waits_holds_no_space<C: Client>() {
    let mut client: C = selected(Pace::default(), 9, |peer| peer.serve(9, 1 << 20));
    client.run(Command::uid_fetch("1:*", body())).unwrap();
    client.noop().unwrap();
    client.catch_up();
    let (_, space) = client.look(ClientConnection::received_octets);
    assert!(space <= 1 << 10, "{space} octets");
}
