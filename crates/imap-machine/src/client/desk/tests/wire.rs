//! What is written for a server that announces something, and what is not.

use super::courses::Conversation;
use super::*;

/// RFC 7889 section 2.
#[test]
fn a_message_that_is_too_large_is_not_sent() {
    let mut server = Conversation::new("APPENDLIMIT=3 LITERAL+");
    let ticket = server.send(Command::append("x", *b"four").unwrap());
    assert!(server.written().is_empty());
    let error = server.answer(&ticket).unwrap().map(|_| ()).unwrap_err();
    assert!(
        matches!(error, CommandError::NotSent(NotSent::TooLarge { limit: 3 })),
        "{error}"
    );
    server.send(Command::append("x", *b"two").unwrap());
    assert_eq!(server.written(), ["A3 APPEND x {3+}", "two"]);
}

/// A server that does not know the command would execute its octets.
#[test]
fn a_literal_of_an_unknown_command_waits() {
    let mut server = Conversation::new("LITERAL+");
    let raw = Command::raw("XODD").unwrap().literal(*b"NOOP").unwrap();
    server.send(crate::client::TypedCommand::<Done>::new(raw));
    assert_eq!(server.written(), ["A2 XODD {4}"]);
    assert_eq!(server.says("+ go\r\n"), ["NOOP"]);
}
