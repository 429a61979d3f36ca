//! The std client against a real Dovecot. The tokio client has the same list in `live_tokio.rs`.

use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use imap_machine_std::imap_machine::client::session::OpenError;
use imap_machine_std::imap_machine::codec::Untagged;
use imap_machine_std::imap_machine::error::CloseReason;
use imap_machine_std::imap_types::fetch::MessageDataItemName;
use imap_machine_std::imap_types::flag::{Flag, StoreType};
use imap_machine_std::imap_types::search::SearchKey;
use imap_machine_std::{
    Client, Command, CommandError, CommandOptions, ConnectError, Connector, Event, TlsError,
    Update, connect, over,
};
use imap_machine_tests::live::{self, Dovecot, PASSWORD, mailbox, message};

const OPTIONS: CommandOptions = CommandOptions::deadline(Duration::from_secs(60));

/// Runs a test if there is a server. A test that hangs fails.
fn live(test: &str, run: impl FnOnce(&Dovecot) + Send + 'static) {
    let Some(server) = live::dovecot(test) else {
        return;
    };
    let (done, finished) = mpsc::channel::<()>();
    let running = thread::spawn(move || {
        run(&server);
        drop(done);
    });
    let waited = finished.recv_timeout(Duration::from_secs(120));
    assert_eq!(
        waited,
        Err(mpsc::RecvTimeoutError::Disconnected),
        "it hangs"
    );
    if let Err(panic) = running.join() {
        std::panic::resume_unwind(panic);
    }
}

fn logged_in(server: &Dovecot, user: &str) -> Client {
    let connector = Connector::new(&server.imaps(user)).unwrap();
    let connector = connector.roots(server.roots()).password(PASSWORD);
    connect(&connector).unwrap()
}

/// A session in a new mailbox with this number of messages.
fn filled(server: &Dovecot, test: &str, messages: u32) -> (Client, String) {
    let mut client = logged_in(server, "alice");
    let name = mailbox(test);
    client.create(&name).unwrap();
    let appends: Vec<_> = (1..=messages)
        .map(|number| {
            let message = message(&format!("message {number}"), 20);
            let append = Command::append(&name, vec![], None, message).unwrap();
            client.send(append, OPTIONS).unwrap()
        })
        .collect();
    for append in appends {
        client.wait(append).unwrap();
    }
    let selected = client.select(&name).unwrap();
    assert_eq!(selected.exists, messages);
    (client, name)
}

fn body() -> Vec<MessageDataItemName<'static>> {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    vec![MessageDataItemName::Uid, body]
}

#[test]
fn imaps_login_select_fetch_store() {
    live("imaps_login_select_fetch_store", |server| {
        let (mut client, name) = filled(server, "everyday", 3);
        let items = vec![MessageDataItemName::Flags, MessageDataItemName::Envelope];
        let messages = client.fetch("1:*", items).unwrap();
        assert_eq!(messages.len(), 3);
        let envelope = messages[0].envelope.as_ref().unwrap();
        let subject = envelope.subject.0.as_ref().unwrap().as_ref();
        assert!(subject.starts_with(b"message "));

        let stored = client
            .uid_store("2", StoreType::Add, vec![Flag::Flagged])
            .unwrap();
        assert_eq!(stored.len(), 1);
        let flags = stored[0].flags.as_ref().unwrap();
        assert!(flags.contains("\\Flagged"), "{flags:?}");

        let listed = client.list("", "*").unwrap();
        assert!(listed.iter().any(|mailbox| mailbox.name == name));
        client
            .uid_store("1", StoreType::Add, vec![Flag::Deleted])
            .unwrap();
        client.expunge().unwrap();
        assert_eq!(client.mailbox().unwrap().exists(), 2);
        client.unselect().unwrap();
        client.delete(&name).unwrap();
    });
}

#[test]
fn starttls_login() {
    live("starttls_login", |server| {
        let connector = Connector::new(&server.starttls("alice")).unwrap();
        let connector = connector.roots(server.roots()).password(PASSWORD);
        let mut client = connect(&connector).unwrap();
        client.noop().unwrap();
        assert!(client.capabilities().has("IDLE"));
    });
}

#[test]
fn idle_sees_a_new_message() {
    live("idle_sees_a_new_message", |server| {
        let (mut client, name) = filled(server, "idle", 1);
        let mut other = logged_in(server, "alice");
        let mut idle = client.idle(Duration::from_secs(60)).unwrap();
        assert!(idle.any(|update| matches!(update.unwrap(), Update::Event(Event::Idling { .. }))));
        other
            .append(&name, vec![], None, message("news", 1))
            .unwrap();
        let told = idle.any(|update| {
            matches!(
                update.unwrap(),
                Update::Event(Event::Untagged {
                    data: Untagged::Exists(2),
                    ..
                })
            )
        });
        assert!(told);
        idle.done().unwrap();
        client.noop().unwrap();
    });
}

#[test]
fn append_and_fetch_back() {
    live("append_and_fetch_back", |server| {
        let (mut client, name) = filled(server, "append", 0);
        let small = message("small", 3);
        let large = message("large", 10_000);
        let appended = client
            .append(&name, vec![Flag::Seen], None, small.clone())
            .unwrap();
        assert_eq!(appended.uid.unwrap().1.get(), 1);
        let size = large.len() as u64;
        let appended = client
            .append_stream(&name, vec![], None, size, &large[..])
            .unwrap();
        assert_eq!(appended.uid.unwrap().1.get(), 2);
        client.noop().unwrap();
        let messages = client.uid_fetch("1:2", body()).unwrap();
        assert_eq!(messages[0].section("BODY[]"), Some(&small[..]));
        assert_eq!(messages[1].section("BODY[]"), Some(&large[..]));
    });
}

#[test]
fn append_to_missing_mailbox_is_refused_and_the_connection_goes_on() {
    live("append_to_missing_mailbox", |server| {
        let mut client = logged_in(server, "bob");
        let name = mailbox("missing");
        let large = message("large", 10_000);
        let size = large.len() as u64;
        for attempt in 0..3 {
            let refused = match attempt {
                0 => client.append(&name, vec![], None, message("small", 1)),
                1 => client.append(&name, vec![], None, large.clone()),
                _ => client.append_stream(&name, vec![], None, size, &large[..]),
            };
            match refused {
                Err(CommandError::Refused(refused)) => {
                    assert!(refused.text.has_code("TRYCREATE"), "{refused}");
                }
                other => panic!("{other:?}"),
            }
            client.noop().unwrap();
        }
    });
}

#[test]
fn search() {
    live("search", |server| {
        let (mut client, _) = filled(server, "search", 5);
        client
            .uid_store("2,4", StoreType::Add, vec![Flag::Seen])
            .unwrap();
        let found = client.uid_search(vec![SearchKey::Unseen]).unwrap();
        let uids: Vec<_> = found.numbers.iter().map(|uid| uid.get()).collect();
        assert_eq!(uids, [1, 3, 5]);
        let found = client.search(vec![SearchKey::All]).unwrap();
        assert_eq!(found.numbers.len(), 5);
    });
}

#[test]
fn fifty_stores_at_once() {
    live("fifty_stores_at_once", |server| {
        let (mut client, _) = filled(server, "stores", 50);
        let stores: Vec<_> = (1..=50)
            .map(|uid: u32| {
                let seen = vec![Flag::Seen];
                let store = Command::uid_store(&uid.to_string(), StoreType::Add, seen).unwrap();
                client.send(store, OPTIONS).unwrap()
            })
            .collect();
        for store in stores {
            assert_eq!(client.wait(store).unwrap().len(), 1);
        }
        let found = client.search(vec![SearchKey::Seen]).unwrap();
        assert_eq!(found.numbers.len(), 50);
    });
}

#[test]
fn wrong_password_is_refused() {
    live("wrong_password_is_refused", |server| {
        let connector = Connector::new(&server.imaps("alice")).unwrap();
        let connector = connector.roots(server.roots()).password("nonsense");
        let error = connect(&connector).unwrap_err();
        assert!(
            matches!(error, ConnectError::Open(OpenError::Refused { .. })),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(
            text.contains("AUTHENTICATIONFAILED") && !text.contains("nonsense"),
            "{text}"
        );
    });
}

#[test]
fn wrong_certificate_is_refused() {
    live("wrong_certificate_is_refused", |server| {
        for url in [server.imaps("alice"), server.starttls("alice")] {
            let connector = Connector::new(&url).unwrap().password(PASSWORD);
            let error = connect(&connector).unwrap_err();
            assert!(
                matches!(error, ConnectError::Tls(TlsError::UnknownIssuer)),
                "{error:?}"
            );
            assert!(error.to_string().contains("roots"), "{error}");
        }
        // The certificate holds 127.0.0.1 and localhost.
        let url = server.imaps("alice").replace("127.0.0.1", "127.0.0.2");
        let socket = TcpStream::connect(("127.0.0.1", server.tls_port)).unwrap();
        let connector = Connector::new(&url).unwrap();
        let connector = connector.roots(server.roots()).password(PASSWORD);
        let error = over(&connector, socket).unwrap_err();
        assert!(
            matches!(error, ConnectError::Tls(TlsError::WrongName(_))),
            "{error:?}"
        );
    });
}

#[test]
fn undrained_fetch_delays_no_other_command() {
    live("undrained_fetch_delays_no_other_command", |server| {
        let (mut client, _) = filled(server, "undrained", 300);
        let fetch = Command::fetch("1:*", body()).unwrap();
        let undrained = client.begin(fetch, OPTIONS).unwrap();
        client
            .uid_store("1", StoreType::Add, vec![Flag::Seen])
            .unwrap();
        client.noop().unwrap();
        let rows = client.responses(undrained).filter(|event| {
            matches!(
                event.as_ref().unwrap(),
                Event::Untagged {
                    data: Untagged::Fetch(_),
                    ..
                }
            )
        });
        assert_eq!(rows.count(), 300);
    });
}

#[test]
fn large_body_is_streamed() {
    live("large_body_is_streamed", |server| {
        let (mut client, name) = filled(server, "large", 0);
        let large = message("large", 400_000);
        let size = large.len() as u64;
        assert!(size > 8 << 20);
        client
            .append_stream(&name, vec![], None, size, &large[..])
            .unwrap();
        client.noop().unwrap();

        let (mut received, mut pieces, mut largest) = (Vec::new(), 0, 0);
        for event in client.uid_fetch_stream("1", body()).unwrap() {
            if let Event::Literal(piece) = event.unwrap() {
                assert_eq!(piece.offset, received.len() as u64);
                assert_eq!(piece.size, size);
                received.extend_from_slice(&piece.data);
                largest = largest.max(piece.data.len());
                pieces += 1;
            }
        }
        assert!(
            received == large,
            "{} octets in {pieces} pieces",
            received.len()
        );
        assert!(largest < 1 << 20, "a piece of {largest} octets");
    });
}

#[test]
fn dropped_fetch_leaves_the_connection_usable() {
    live("dropped_fetch_leaves_the_connection_usable", |server| {
        let (mut client, _) = filled(server, "dropped", 50);
        let mut fetch = client.fetch_stream("1:*", body()).unwrap();
        fetch.next().unwrap().unwrap();
        drop(fetch);
        drop(client.fetch_stream("1:*", body()));
        client.set_deadline(Some(Duration::from_micros(1)));
        let timed_out = client.fetch("1:*", body());
        drop(timed_out);
        client.set_deadline(None);
        let messages = client.fetch("7", body()).unwrap();
        assert_eq!(messages.len(), 1);
        assert!(messages[0].section("BODY[]").is_some());
    });
}

#[test]
fn logout() {
    live("logout", |server| {
        let mut client = logged_in(server, "bob");
        client.logout().unwrap();
        assert_eq!(*client.closed().unwrap().reason(), CloseReason::LoggedOut);
        assert!(matches!(client.noop(), Err(CommandError::NotSent(_))));
    });
}
