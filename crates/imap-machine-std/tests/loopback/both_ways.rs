//! Reading and writing at the same time, on one socket, without spinning.

use std::io::{self, Read};
use std::thread;
use std::time::{Duration, Instant};

use imap_machine_std::answers::{Appended, Done};
use imap_machine_std::imap_machine::client::NotSent;
use imap_machine_std::{
    AppendMessage, Client, Command, CommandError, CommandOptions, Connector, TypedCommand, Update,
    over,
};

use crate::peer::{self, Peer, processor_time, within};

const MESSAGE: usize = 1 << 20;
const FLOOD: usize = 1 << 20;

fn message() -> Vec<u8> {
    (0..MESSAGE).map(|at| b'a' + (at % 23) as u8).collect()
}

/// Asks for a literal and then says a mebibyte before it reads an octet of it.
fn flood_then_read(mut peer: Peer) {
    peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    let line = peer.line();
    assert!(line.ends_with(&format!("{{{MESSAGE}}}")), "{line}");
    peer.say("+ go on\r\n");
    let news = "* 1 FETCH (FLAGS (\\Seen))\r\n";
    let block = news.repeat(1000);
    for _ in 0..FLOOD / block.len() + 1 {
        peer.say(&block);
    }
    assert!(peer.take(MESSAGE) == message(), "another message");
    assert_eq!(peer.line(), "");
    peer.say("A1 OK [APPENDUID 1 7] stored\r\n");
    peer.wait();
}

fn append(client: &mut Client) -> Appended {
    client
        .append("INBOX", message())
        .expect("the message is stored")
}

#[test]
fn two_full_buffers_do_not_lock_each_other() {
    within(60, || {
        let socket = peer::start(flood_then_read);
        let connector = Connector::new("imap://localhost").unwrap();
        let mut client = over(&connector, socket).unwrap();
        assert!(append(&mut client).uid.is_some());
        // Nobody asked for the flood: the oldest of it is gone, and that is told.
        let updates: Vec<_> = client.updates().collect();
        assert!(matches!(updates.first(), Some(Update::Missed(1..))));
        assert!(updates.len() > 1000);
    });
}

#[test]
fn two_full_buffers_do_not_lock_each_other_with_tls() {
    within(60, || {
        let (socket, root) = peer::start_tls(flood_then_read);
        let connector = Connector::new("imaps://localhost")
            .unwrap()
            .roots(vec![root]);
        let mut client = over(&connector, socket).unwrap();
        assert!(append(&mut client).uid.is_some());
    });
}

#[test]
fn a_streamed_message_does_not_lock_either() {
    within(60, || {
        let (socket, root) = peer::start_tls(flood_then_read);
        let connector = Connector::new("imaps://localhost")
            .unwrap()
            .roots(vec![root]);
        let mut client = over(&connector, socket).unwrap();
        let source = io::Cursor::new(message());
        let size = MESSAGE as u64;
        let stored = client.append_stream("INBOX", AppendMessage::supplied(size), source);
        assert!(stored.unwrap().uid.is_some());
    });
}

/// Asks for a literal and then does nothing at all for a while.
fn doze_then_read(mut peer: Peer) {
    peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    peer.line();
    peer.say("+ go on\r\n");
    thread::sleep(Duration::from_millis(600));
    peer.take(MESSAGE);
    peer.line();
    peer.say("A1 OK stored\r\n");
    peer.wait();
}

#[test]
fn waiting_costs_no_processor_time() {
    within(60, || {
        let (tls, root) = peer::start_tls(doze_then_read);
        let secure = Connector::new("imaps://localhost")
            .unwrap()
            .roots(vec![root]);
        let plain = Connector::new("imap://localhost").unwrap();
        for (connector, socket) in [(plain, peer::start(doze_then_read)), (secure, tls)] {
            let mut client = over(&connector, socket).unwrap();
            let options = CommandOptions::default();
            let command = Command::append("INBOX", message()).unwrap();
            let handle = client.send(command, options).unwrap();
            let began = (Instant::now(), processor_time());
            client.wait(handle).unwrap();
            let (elapsed, used) = (began.0.elapsed(), processor_time() - began.1);
            // A mebibyte is encrypted, without optimisation, in this time as well.
            assert!(used < elapsed / 2, "{used:?} of {elapsed:?}");
        }
    });
}

#[test]
fn what_tls_holds_back_is_written_as_soon_as_it_goes() {
    within(20, || {
        // One line that TLS takes as a whole and the socket does not.
        let (socket, root) = peer::start_tls(|mut peer| {
            peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
            thread::sleep(Duration::from_millis(300));
            assert!(peer.line().len() > 60_000);
            peer.say("A1 OK done\r\n");
            peer.wait();
        });
        let connector = Connector::new("imaps://localhost").unwrap();
        let mut client = over(&connector.roots(vec![root]), socket).unwrap();
        let line = Command::raw("XLONG")
            .unwrap()
            .atom(&"x".repeat(60_000))
            .unwrap();
        client.run(TypedCommand::<Done>::new(line)).unwrap();
    });
}

#[test]
fn idling_costs_no_processor_time() {
    within(60, || {
        let socket = peer::start(|mut peer| {
            peer.say("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready\r\n");
            peer.line();
            peer.say("+ idling\r\n");
            assert_eq!(peer.line(), "DONE");
            peer.say("A1 OK done\r\n");
            peer.wait();
        });
        let connector = Connector::new("imap://localhost").unwrap();
        let mut client = over(&connector, socket).unwrap();
        let began = (Instant::now(), processor_time());
        let events = client.idle(Duration::from_millis(600)).unwrap().count();
        let (elapsed, used) = (began.0.elapsed(), processor_time() - began.1);
        assert_eq!(events, 1, "Idling");
        assert!(used < elapsed / 10, "{used:?} of {elapsed:?}");
    });
}

/// The peer says much, then why, and hangs up on a client that is looking elsewhere and has much to write.
fn bye_in_the_middle(mut peer: Peer) {
    peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    peer.line();
    peer.say("+ go on\r\n");
    peer.say(&"* OK do you hear?\r\n".repeat(5000));
    peer.say("* BYE the disk is on fire\r\n");
}

#[test]
fn the_last_words_of_a_server_are_read() {
    within(60, || {
        let socket = peer::start_roomy(bye_in_the_middle);
        let connector = Connector::new("imap://localhost").unwrap();
        let mut client = over(&connector, socket).unwrap();
        let append = Command::append("INBOX", message()).unwrap();
        let append = client.send(append, CommandOptions::default()).unwrap();
        thread::sleep(Duration::from_millis(300));
        let error = client.wait(append).unwrap_err();
        assert!(matches!(error, CommandError::Unknown(_)), "{error:?}");
        let said = error.to_string();
        assert!(said.contains("on fire"), "{said}");
    });
}

#[test]
fn a_source_that_ends_early_is_an_error_and_the_message_is_not_stored() {
    within(60, || {
        let socket = peer::start(|mut peer| {
            peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
            peer.line();
            peer.say("+ go on\r\n");
            peer.wait();
        });
        let connector = Connector::new("imap://localhost").unwrap();
        let mut client = over(&connector, socket).unwrap();
        let source = io::repeat(b'x').take(100_000);
        let error = client
            .append_stream("INBOX", AppendMessage::supplied(300_000), source)
            .unwrap_err();
        assert!(matches!(error, CommandError::Source(_)), "{error:?}");
        assert!(error.to_string().contains("200000 octets"), "{error}");
        assert!(client.closed().is_some());
        assert!(matches!(
            client.noop(),
            Err(CommandError::NotSent(NotSent::Closed(_)))
        ));
    });
}
