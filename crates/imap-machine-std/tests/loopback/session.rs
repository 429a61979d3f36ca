//! Everyday work, and the founding hang, against the testkit's server.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use imap_machine_std::answers::Done;
use imap_machine_std::imap_machine::client::{NotSent, Unknown};
use imap_machine_std::imap_machine::codec::Untagged;
use imap_machine_std::{
    AppendMessage, Client, Command, CommandError, CommandOptions, Config, ConnectError, Connector,
    Credentials, Event, Flag, Pace, Reason, Search, SourceError, Store, TlsError, TypedCommand,
    Update, connect, over,
};
use imap_machine_testkit::server::{Body, Fault, Message, Options, Server};

use crate::peer::{self, Peer, within};

const NOW: CommandOptions = CommandOptions::deadline(Duration::from_secs(30));

fn server() -> Server {
    Server::start(Options::default()).unwrap()
}

fn connector(server: &Server) -> Connector {
    let url = format!("imap://{}", server.addr());
    let credentials = Credentials::password("alice", "secret");
    Connector::new(&url).unwrap().credentials(credentials)
}

/// A reader that others wait for has not long.
fn pace(hold: usize) -> Pace {
    let mut pace = Pace::default();
    pace.hold = hold;
    pace.patience = Duration::from_millis(300);
    pace
}

fn selected(server: &Server, mailbox: &str) -> Client {
    let mut client = connect(&connector(server).pace(pace(64 << 10))).unwrap();
    client.select(mailbox).unwrap();
    client
}

fn body() -> &'static str {
    "BODY.PEEK[]"
}

fn works(client: &mut Client) {
    client.store("1", Store::add([Flag::SEEN])).unwrap();
    client.noop().unwrap();
}

#[test]
fn connections_share_their_settings() {
    within(60, || {
        let server = server();
        let config = Arc::new(Config::default());
        let connect = || connect(&connector(&server).config(Arc::clone(&config))).unwrap();
        let clients = [connect(), connect()];
        assert_eq!(Arc::strong_count(&config), 3);
        drop(clients);
    });
}

#[test]
fn select_fetch_store_search_logout() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let fetched = client.fetch("1:*", "UID FLAGS").unwrap();
        assert_eq!(fetched.messages.len(), 300);
        let stored = client.uid_store("3", Store::add([Flag::FLAGGED])).unwrap();
        assert_eq!(stored.messages.len(), 1);
        let found = client.search(Search::flagged()).unwrap();
        assert_eq!(found.len(), 1);
        client.logout().unwrap();
        assert!(client.closed().is_some());
    });
}

#[test]
fn an_iterator_dropped_half_way_delays_nobody() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let mut responses = client.fetch_stream("1:*", body()).unwrap();
        assert!(responses.next().unwrap().is_ok());
        drop(responses);
        works(&mut client);
    });
}

#[test]
fn an_iterator_left_undrained_delays_nobody() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let fetch = Command::fetch("1:*", body()).unwrap();
        let handle = client.begin(fetch, NOW).unwrap();
        works(&mut client);

        // What was held can still be taken; then comes what became of the rest.
        let mut taken = 0;
        let error = loop {
            match client.next_event(handle) {
                Ok(Some(_)) => taken += 1,
                Ok(None) => panic!("all of it was held"),
                Err(error) => break error,
            }
        };
        assert!(taken > 10, "{taken}");
        assert!(matches!(error, CommandError::Overflow(_)), "{error:?}");
        works(&mut client);
    });
}

#[test]
fn a_big_body_that_is_left_half_read_delays_nobody() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "Big");
        let mut octets = 0;
        let mut responses = client.fetch_stream("1", body()).unwrap();
        while octets < 1 << 20 {
            if let Event::Literal(piece) = responses.next().unwrap().unwrap() {
                octets += piece.data.len();
            }
        }
        drop(responses);
        works(&mut client);
    });
}

#[test]
fn a_big_body_comes_in_pieces_whatever_is_held() {
    within(120, || {
        let mailboxes = imap_machine_testkit::server::demo_mailboxes(1, 100, 8 << 20);
        let options = Options {
            mailboxes,
            ..Options::default()
        };
        let server = Server::start(options).unwrap();
        let mut client = connect(&connector(&server).pace(pace(0))).unwrap();
        client.select("Big").unwrap();
        let mut octets = 0;
        for event in client.fetch_stream("1", body()).unwrap() {
            if let Event::Literal(piece) = event.unwrap() {
                assert_eq!(piece.offset, octets);
                octets += piece.data.len() as u64;
            }
        }
        assert_eq!(octets, 8 << 20);
    });
}

#[test]
fn an_unanswered_command_ends_and_the_connection_goes_on() {
    within(60, || {
        let options = Options {
            faults: vec![Fault::Silent("STATUS")],
            ..Options::default()
        };
        let server = Server::start(options).unwrap();
        let mut client = selected(&server, "INBOX");
        client.set_deadline(Some(Duration::from_millis(200)));
        let error = client.status("Archive", ["MESSAGES"]).unwrap_err();
        assert!(
            matches!(error, CommandError::Unknown(Unknown::TimedOut)),
            "{error:?}"
        );
        client.set_deadline(Some(Duration::from_secs(10)));
        client.noop().unwrap();
        client.uid_store("1", Store::add([Flag::SEEN])).unwrap();
    });
}

#[test]
fn a_refused_append_ends_alone_and_its_source_is_not_read() {
    struct Untouched;
    impl Read for Untouched {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            panic!("the server has not agreed to take it");
        }
    }
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let error = client.append("Nowhere", vec![b'x'; 100_000]).unwrap_err();
        let CommandError::Refused(refused) = error else {
            panic!("{error:?}");
        };
        assert_eq!(refused.reason(), Reason::NotThere, "{refused}");
        let refused = client.append_stream("Nowhere", AppendMessage::supplied(100_000), Untouched);
        assert!(matches!(refused, Err(CommandError::Refused(_))));
        works(&mut client);
    });
}

#[test]
fn a_supplied_message_without_a_source_ends_at_once() {
    within(20, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let append = Command::append("INBOX", AppendMessage::supplied(100)).unwrap();
        let append = client.send(append, NOW).unwrap();
        let error = client.wait(append).unwrap_err();
        assert!(
            matches!(error, CommandError::Source(SourceError::Absent)),
            "{error:?}"
        );
    });
}

#[test]
fn a_message_is_stored_as_it_was_read() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let message: Vec<u8> = (0..300_000_u32).map(|at| b' ' + (at % 89) as u8).collect();
        let size = message.len() as u64;
        client
            .append_stream(
                "Archive",
                AppendMessage::supplied(size).flags([Flag::SEEN]),
                &message[..],
            )
            .unwrap();
        client
            .append_stream("Archive", AppendMessage::supplied(0), std::io::empty())
            .unwrap();
        client.select("Archive").unwrap();
        let fetched = client.fetch("1", body()).unwrap();
        assert!(fetched.messages[0].section("BODY[]") == Some(&message[..]));
    });
}

#[test]
fn commands_share_the_wire_and_are_awaited_in_any_order() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let status = |name| Command::status(name, ["MESSAGES"]).unwrap();
        let tickets: Vec<_> = ["INBOX", "Archive", "Big"]
            .into_iter()
            .map(|name| client.send(status(name), NOW).unwrap())
            .collect();
        let noop = client.send(Command::noop(), NOW).unwrap();
        client.wait(noop).unwrap();
        for ticket in tickets.into_iter().rev() {
            let handle = ticket.handle();
            assert_eq!(client.wait(ticket).unwrap().items.len(), 1);
            // It has been told.
            assert!(matches!(
                client.cancel(handle),
                Err(CommandError::Misuse(_))
            ));
            let again = client.next_event(handle);
            assert!(matches!(again, Err(CommandError::Misuse(_))));
        }
    });
}

#[test]
fn a_queued_command_can_be_cancelled() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        // A raw command shares the wire with nobody, and this one is never answered.
        let silent = client.begin(Command::raw("XSILENT").unwrap(), NOW).unwrap();
        let store = Command::store("1", Store::add([Flag::DELETED])).unwrap();
        let store = client.send(store, NOW).unwrap().handle();
        let waits = client.diagnosis().to_string();
        assert!(
            waits.contains("XSILENT waits for its completion"),
            "{waits}"
        );
        client.cancel(store).unwrap();
        assert!(client.cancel(store).is_err());
        client.cancel(silent).unwrap();
        client.close();
        assert!(
            !server
                .commands_seen()
                .iter()
                .any(|line| line.contains("STORE"))
        );
    });
}

fn is_idling(update: &Result<Update, CommandError>) -> bool {
    matches!(update, Ok(Update::Event(Event::Idling { .. })))
}

#[test]
fn idle_tells_what_happens_and_ends_in_time() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let mut idle = client.idle(Duration::from_secs(20)).unwrap();
        assert!(is_idling(&idle.next().unwrap()));
        server
            .deliver("INBOX", Message::new(Body::Generated { size: 100 }))
            .unwrap();
        let told = idle.by_ref().any(|update| {
            matches!(
                update,
                Ok(Update::Event(Event::Untagged {
                    data: Untagged::Exists(301),
                    ..
                }))
            )
        });
        assert!(told);
        idle.done().unwrap();

        // By time, and by being dropped before or after the server idles.
        assert_eq!(
            client
                .idle(Duration::from_millis(200))
                .unwrap()
                .filter(Result::is_err)
                .count(),
            0
        );
        drop(client.idle(Duration::from_secs(20)).unwrap());
        let mut idle = client.idle(Duration::from_secs(20)).unwrap();
        assert!(idle.any(|update| is_idling(&update)));
        drop(idle);
        works(&mut client);
    });
}

#[test]
fn news_that_nobody_asked_for_are_updates() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        client.updates().for_each(drop);
        server
            .deliver("INBOX", Message::new(Body::Generated { size: 100 }))
            .unwrap();
        client.noop().unwrap();
        let told = client.updates().any(|update| {
            matches!(
                update,
                Update::Event(Event::Untagged {
                    data: Untagged::Exists(301),
                    ..
                })
            )
        });
        assert!(told);
        assert_eq!(client.mailbox().unwrap().exists(), 301);
    });
}

#[test]
fn a_wrong_password_is_refused() {
    within(60, || {
        let server = server();
        let credentials = Credentials::password("alice", "guess");
        let connector = connector(&server).credentials(credentials);
        let error = connect(&connector).unwrap_err();
        assert!(matches!(error, ConnectError::Open(_)), "{error:?}");
        assert!(error.is_credentials() && !error.is_retryable());
        assert!(!error.to_string().contains("guess"));
    });
}

#[test]
fn the_usual_self_signed_certificate_works_when_it_is_named() {
    within(60, || {
        let connector = || Connector::new("imaps://localhost").unwrap();
        let greets = |mut peer: Peer| {
            peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
            peer.wait();
        };
        let (socket, root) = peer::start_tls_as_ca(greets);
        over(&connector().roots(vec![root.clone()]), socket).unwrap();

        // Another one that is named does not help.
        let (socket, _) = peer::start_tls_as_ca(greets);
        let error = over(&connector().roots(vec![root]), socket).unwrap_err();
        assert!(
            matches!(error, ConnectError::Tls(TlsError::CaAsServer)),
            "{error:?}"
        );
        assert!(error.to_string().contains("`roots`"), "{error}");
    });
}

#[test]
fn a_closed_client_says_so() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let silent = TypedCommand::<Done>::new(Command::raw("XSILENT").unwrap());
        let sent = client.send(silent, NOW).unwrap();
        let behind = client.send(Command::noop(), NOW).unwrap();
        client.close();
        let unknown = client.wait(sent).unwrap_err();
        assert!(
            matches!(unknown, CommandError::Unknown(Unknown::Closed(_))),
            "{unknown:?}"
        );
        let never = client.wait(behind).unwrap_err();
        assert!(
            matches!(never, CommandError::NotSent(NotSent::Closed(_))),
            "{never:?}"
        );
        assert!(matches!(
            client.noop(),
            Err(CommandError::NotSent(NotSent::Closed(_)))
        ));
        client.updates().for_each(drop);
        assert!(client.idle(Duration::from_secs(1)).is_err());
    });
}

#[test]
fn a_layer_that_is_not_there_is_not_asked_for() {
    within(60, || {
        let server = server();
        let mut client = selected(&server, "INBOX");
        let compress = client.run(Command::compress());
        assert!(matches!(compress, Err(CommandError::Unsupported(_))));
        works(&mut client);
    });
}

#[test]
fn a_client_can_be_sent_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Client>();
    is_send::<Connector>();
}
