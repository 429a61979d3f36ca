//! imap-machine-std.

use std::net::SocketAddr;

use imap_machine_std::answers::{Fetched, FetchedMessage};
use imap_machine_std::{
    Client, Command, CommandOptions, Connector, Event, Transport, TypedCommand,
};

use super::Run;
use super::imap_machine::{fetch_body, fetch_flags};
use super::link::{Link, Way};
use super::rows::{EventReader, message_row};
use crate::loopback::{self, Identity};
use crate::server::Script;
use crate::tally::Tally;

/// Logs in and selects, over any transport.
#[must_use]
pub fn open(transport: impl Transport + 'static) -> Client {
    let connector = Connector::new("imap://user@localhost").expect("a URL");
    open_with(&connector.password("password"), transport)
}

fn open_with(connector: &Connector, transport: impl Transport + 'static) -> Client {
    let client = imap_machine_std::over(connector, transport);
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

/// A session over a link.
#[must_use]
pub fn session(way: Way, script: Script) -> Client {
    open(Link::open(way, script))
}

/// Fetches the flags of all messages as values.
pub fn values(client: &mut Client) -> Vec<FetchedMessage> {
    client.run(fetch_flags()).expect("OK").messages
}

/// Connections that idle.
pub struct Idlers(Connector);

impl Idlers {
    /// They trust this certificate, or use no TLS.
    #[must_use]
    pub fn new(identity: Option<&Identity>) -> Self {
        let connector = match identity {
            None => Connector::new("imap://user@localhost"),
            Some(_) => Connector::new("imaps://user@localhost"),
        };
        let roots = identity.map(|identity| vec![identity.certificate.clone()]);
        let connector = connector.expect("a URL").password("password");
        Self(match roots {
            None => connector,
            Some(roots) => connector.roots(roots),
        })
    }

    /// `count` more of them.
    #[must_use]
    pub fn idle(&self, address: SocketAddr, count: usize) -> Vec<Client> {
        let mut idling = Vec::with_capacity(count);
        for _ in 0..count {
            let mut client = open_with(&self.0, loopback::socket(address));
            let idle = client.begin(Command::idle(), CommandOptions::refreshing());
            let first = client.next_event(idle.expect("it is sent"));
            let first = first.expect("it is open").expect("it idles");
            assert!(matches!(first, Event::Idling { .. }));
            idling.push(client);
        }
        idling
    }
}

/// NOOPs one by one.
#[must_use]
pub fn noops(way: Way, script: Script, count: u32) -> Run {
    let mut client = session(way, script);
    Box::new(move || run_noops(&mut client, count))
}

/// A FETCH of flags, event by event.
#[must_use]
pub fn stream(way: Way, script: Script) -> Run {
    let mut client = session(way, script);
    Box::new(move || run_stream(&mut client, fetch_flags()))
}

/// A FETCH of one body, piece by piece.
#[must_use]
pub fn body(way: Way, script: Script) -> Run {
    let mut client = session(way, script);
    Box::new(move || run_stream(&mut client, fetch_body()))
}

/// A FETCH as one value.
#[must_use]
pub fn typed(way: Way, script: Script) -> Run {
    let mut client = session(way, script);
    Box::new(move || {
        let rows = values(&mut client);
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.row(message_row(row)));
        tally
    })
}
