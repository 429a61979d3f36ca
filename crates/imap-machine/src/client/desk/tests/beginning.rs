//! What a desk does for an adapter besides reading: opening the session, the message of an APPEND, layers that are not there.

use alloc::vec::Vec;
use core::task::Poll;

use super::{NOW, Table, options, pace};
use crate::client::desk::{CommandError, Desk, SourceError};
use crate::client::session::{Credentials, OpenError, Plan};
use crate::client::{ClientConnection, Command, CommandHandle, Config, RawCommand};
use crate::upgrade::Layer;

/// A desk that opens a session with a login, and what it has sent after these lines.
fn opening(lines: &[&str]) -> (Desk, Vec<u8>) {
    let connection = ClientConnection::new(Config::default(), NOW);
    let plan = Plan::login(Credentials::password("alice", "secret"));
    let mut desk = Desk::opening(connection, pace(1_000), plan);
    let mut sent = Vec::new();
    for line in lines {
        desk.handle_input(line.as_bytes(), NOW);
        while desk.poll(NOW, |_| ()).is_some() {}
        sent.extend_from_slice(desk.transmit());
        desk.handle_transmitted(desk.transmit().len(), NOW);
    }
    (desk, sent)
}

#[test]
fn a_session_is_opened_and_that_is_said_once() {
    let greeting = "* OK [CAPABILITY IMAP4rev1] hi\r\n";
    let (mut desk, sent) = opening(&[greeting]);
    assert_eq!(sent, b"A1 LOGIN alice secret\r\n");
    assert!(desk.take_opened().is_none());
    let (mut desk, _) = opening(&[greeting, "A1 OK [CAPABILITY IMAP4rev1] in\r\n"]);
    assert!(matches!(desk.take_opened(), Some(Ok(()))));
    assert!(desk.take_opened().is_none());
}

#[test]
fn why_a_session_is_not_opened_is_said_once() {
    let greeting = "* OK [CAPABILITY IMAP4rev1] hi\r\n";
    let (mut desk, _) = opening(&[greeting, "A1 NO [AUTHENTICATIONFAILED] no\r\n"]);
    let refused = desk.take_opened();
    assert!(
        matches!(refused, Some(Err(OpenError::Refused { .. }))),
        "{refused:?}"
    );
    assert!(desk.take_opened().is_none());

    // However many events the adapter takes at a time: it may stop at the end.
    let (mut desk, _) = opening(&[greeting]);
    desk.close(NOW);
    while desk.closed().is_none() {
        desk.poll(NOW, |_| ());
    }
    let closed = desk.take_opened();
    assert!(
        matches!(closed, Some(Err(OpenError::Closed(_)))),
        "{closed:?}"
    );
}

#[test]
fn a_layer_that_the_adapter_does_not_have_is_not_asked_for() {
    let mut table = Table::new(pace(1_000));
    table.desk = table.desk.without(Layer::Deflate);
    let raw: RawCommand = Command::raw("compress").unwrap().atom("DEFLATE").unwrap();
    for command in [Command::compress().into(), Command::from(raw)] {
        let refused = table.desk.stream(command, options(), NOW);
        let layer = Layer::Deflate;
        assert!(
            matches!(refused, Err(CommandError::Unsupported(it)) if it == layer),
            "{refused:?}"
        );
    }
    assert!(table.desk.transmit().is_empty());
    assert!(table.desk.stream(Command::noop(), options(), NOW).is_ok());
}

/// Says what becomes of a message of 100,000 octets whose source gives these octets and then fails or ends.
fn supplied(first: usize, end: Result<usize, SourceError>) -> Option<CommandError> {
    let mut table = Table::new(pace(1_000));
    let append = Command::append("INBOX", crate::client::AppendMessage::supplied(100_000)).unwrap();
    let append = table.desk.send(append, options(), NOW).unwrap();
    table.turn();
    let never = |_: CommandHandle, _: &mut [u8]| panic!("it is not asked for before the +");
    assert!(!table.desk.supply(NOW, never));
    table.says("+ go on\r\n");
    assert!(!table.desk.supply(NOW, |_, _| Poll::Pending));
    assert!(table.desk.supply(NOW, |handle, space| {
        assert!(handle == append.handle() && space.len() >= first);
        Poll::Ready(Ok(first))
    }));
    assert!(table.desk.supply(NOW, |_, _| Poll::Ready(end)));
    table.turn();
    table.answer(&append)?.err()
}

#[test]
fn a_message_that_ends_early_says_how_much_of_it_is_missing() {
    let short = supplied(1_000, Ok(0));
    assert!(
        matches!(
            short,
            Some(CommandError::Source(SourceError::Short { missing: 99_000 }))
        ),
        "{short:?}"
    );
    let absent = supplied(1_000, Err(SourceError::Absent));
    assert!(
        matches!(absent, Some(CommandError::Source(SourceError::Absent))),
        "{absent:?}"
    );
}
