//! imap-machine-std.

use imap_machine_std::answers::Fetched;
use imap_machine_std::{Client, CommandOptions, Connector, Credentials, Transport, TypedCommand};

use super::imap_machine::{fetch_body, fetch_flags};
use super::link::{Link, Way};
use super::{EventReader, Run, message_row};
use crate::server::Script;
use crate::tally::Tally;

/// Logs in and selects, over any transport.
#[must_use]
pub fn open(transport: impl Transport + 'static) -> Client {
    let connector = Connector::new("imap://localhost").expect("a URL");
    let connector = connector.credentials(Credentials::password("user", "password"));
    let client = imap_machine_std::over(&connector, transport);
    let mut client = client.expect("a session");
    client.select("INBOX").expect("a mailbox");
    client
}

/// `count` NOOPs, each when the one before has ended.
pub fn run_noops(client: &mut Client, count: u32) -> Tally {
    for _ in 0..count {
        client.noop().expect("OK");
    }
    Tally::rows(count)
}

/// Sends a FETCH and reads its answer event by event.
pub fn run_stream(client: &mut Client, fetch: TypedCommand<Fetched>) -> Tally {
    let mut reader = EventReader::default();
    let rows = client.stream(fetch, CommandOptions::default());
    for event in rows.expect("it is sent") {
        reader.event(&event.expect("OK"));
    }
    reader.tally
}

/// NOOPs one by one.
#[must_use]
pub fn noops(way: Way, script: Script, count: u32) -> Run {
    let mut client = open(Link::open(way, script));
    Box::new(move || run_noops(&mut client, count))
}

/// A FETCH of flags, event by event.
#[must_use]
pub fn stream(way: Way, script: Script) -> Run {
    let mut client = open(Link::open(way, script));
    Box::new(move || run_stream(&mut client, fetch_flags()))
}

/// A FETCH of one body, piece by piece.
#[must_use]
pub fn body(way: Way, script: Script) -> Run {
    let mut client = open(Link::open(way, script));
    Box::new(move || run_stream(&mut client, fetch_body()))
}

/// A FETCH as one value.
#[must_use]
pub fn typed(way: Way, script: Script) -> Run {
    let mut client = open(Link::open(way, script));
    Box::new(move || {
        let rows = client.run(fetch_flags()).expect("OK");
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.row(message_row(row)));
        tally
    })
}
