//! Against a real Dovecot.

use std::net::TcpStream;
use std::time::Duration;

use imap_machine::client::desk::{CommandError, Reason, Update};
use imap_machine::client::session::OpenError;
use imap_machine::client::{AppendMessage, Command, CommandOptions, Event, Flag, Search, Store};
use imap_machine::codec::Untagged;
use imap_machine::error::CloseReason;
use imap_machine_std::{ConnectError, Connector, TlsError};
use imap_machine_tests::live::{self, Dovecot, PASSWORD, mailbox, message};

use crate::both;
use crate::client::{Client, OPTIONS};

both! {
    imaps_login_select_fetch_store,
    starttls_login,
    idle_sees_a_new_message,
    append_and_fetch_back,
    append_to_missing_mailbox_is_refused_and_the_connection_goes_on,
    search,
    fifty_stores_at_once,
    wrong_password_is_refused,
    wrong_certificate_is_refused,
    undrained_fetch_delays_no_other_command,
    large_body_is_streamed,
    dropped_fetch_leaves_the_connection_usable,
    logout,
}

fn logged_in<C: Client>(server: &Dovecot, user: &str) -> C {
    let connector = Connector::new(&server.imaps(user)).unwrap();
    let connector = connector.roots(server.roots()).password(PASSWORD);
    C::connect(&connector).unwrap()
}

/// A session in a new mailbox with this number of messages.
fn filled<C: Client>(server: &Dovecot, test: &str, messages: u32) -> (C, String) {
    let mut client: C = logged_in(server, "alice");
    let name = mailbox(test);
    client.run(Command::create(&name)).unwrap();
    let appends: Vec<_> = (1..=messages)
        .map(|number| {
            let message = message(&format!("message {number}"), 20);
            let append = Command::append(&name, message).unwrap();
            client.send(append, OPTIONS)
        })
        .collect();
    for append in appends {
        client.wait(append).unwrap();
    }
    let selected = client.run(Command::select(&name)).unwrap();
    assert_eq!(selected.exists, messages);
    (client, name)
}

fn body() -> &'static str {
    "UID BODY.PEEK[]"
}

/// Adds this flag to these messages. Returns the number of rows in the answer.
fn add<C: Client>(client: &mut C, uids: &str, flag: Flag<'static>) -> usize {
    let stored = client.run(Command::uid_store(uids, Store::add([flag])));
    stored.unwrap().messages.len()
}

fn imaps_login_select_fetch_store<C: Client>() {
    let Some(server) = live::dovecot("imaps_login_select_fetch_store") else {
        return;
    };
    let (mut client, name): (C, _) = filled(&server, "everyday", 3);
    let items = "FLAGS ENVELOPE";
    let messages = client.run(Command::fetch("1:*", items)).unwrap().messages;
    assert_eq!(messages.len(), 3);
    let subject = messages[0].envelope().unwrap().fields().subject;
    assert!(subject.unwrap().text().unwrap().starts_with("message "));

    let flagged = [Flag::FLAGGED];
    let stored = client.run(Command::uid_store("2", Store::add(flagged)));
    let stored = stored.unwrap().messages;
    assert_eq!(stored.len(), 1);
    let flags = stored[0].flags.as_ref().unwrap();
    assert!(flags.contains("\\Flagged"), "{flags:?}");

    let listed = client.run(Command::list("", "*")).unwrap();
    assert!(listed.mailboxes.iter().any(|mailbox| mailbox.name == name));
    add(&mut client, "1", Flag::DELETED);
    client.run(Ok(Command::expunge())).unwrap();
    assert_eq!(client.look(|core| core.mailbox().unwrap().exists()), 2);
    client.run(Ok(Command::unselect())).unwrap();
    client.run(Command::delete(&name)).unwrap();
}

fn starttls_login<C: Client>() {
    let Some(server) = live::dovecot("starttls_login") else {
        return;
    };
    let connector = Connector::new(&server.starttls("alice")).unwrap();
    let connector = connector.roots(server.roots()).password(PASSWORD);
    let mut client = C::connect(&connector).unwrap();
    client.noop().unwrap();
    assert!(client.look(|core| core.capabilities().has("IDLE")));
}

fn idle_sees_a_new_message<C: Client>() {
    let Some(server) = live::dovecot("idle_sees_a_new_message") else {
        return;
    };
    let (mut client, name): (C, _) = filled(&server, "idle", 1);
    let mut other: C = logged_in(&server, "alice");
    let (told, done) = client.idle(Duration::from_secs(60), |mut news| {
        let idling = |update| matches!(update, Ok(Update::Event(Event::Idling { .. })));
        assert!(Iterator::any(&mut news, idling));
        let append = Command::append(&name, message("news", 1));
        other.run(append).unwrap();
        Iterator::any(&mut news, |update| {
            matches!(
                update.unwrap(),
                Update::Event(Event::Untagged {
                    data: Untagged::Exists(2),
                    ..
                })
            )
        })
    });
    assert!(told);
    done.unwrap();
    client.noop().unwrap();
}

fn append_and_fetch_back<C: Client>() {
    let Some(server) = live::dovecot("append_and_fetch_back") else {
        return;
    };
    let (mut client, name): (C, _) = filled(&server, "append", 0);
    let (small, large) = (message("small", 3), message("large", 10_000));
    let append = Command::append(&name, AppendMessage::new(small.clone()).flags([Flag::SEEN]));
    let appended = client.run(append).unwrap();
    assert_eq!(appended.uid.unwrap().1.get(), 1);
    let size = large.len() as u64;
    let appended = client.append_stream(&name, size, large.clone()).unwrap();
    assert_eq!(appended.uid.unwrap().1.get(), 2);
    client.noop().unwrap();
    let messages = client
        .run(Command::uid_fetch("1:2", body()))
        .unwrap()
        .messages;
    assert_eq!(messages[0].section("BODY[]"), Some(&small[..]));
    assert_eq!(messages[1].section("BODY[]"), Some(&large[..]));
}

fn append_to_missing_mailbox_is_refused_and_the_connection_goes_on<C: Client>() {
    let Some(server) = live::dovecot("append_to_missing_mailbox") else {
        return;
    };
    let mut client: C = logged_in(&server, "bob");
    let name = mailbox("missing");
    let append = |message| Command::append(&name, message);
    let large = message("large", 10_000);
    let size = large.len() as u64;
    for attempt in 0..3 {
        let refused = match attempt {
            0 => client.run(append(message("small", 1))),
            1 => client.run(append(large.clone())),
            _ => client.append_stream(&name, size, large.clone()),
        };
        match refused {
            Err(CommandError::Refused(refused)) => {
                assert!(refused.text.has_code("TRYCREATE"), "{refused}");
                assert_eq!(refused.reason(), Reason::NotThere, "{refused}");
            }
            other => panic!("{other:?}"),
        }
        client.noop().unwrap();
    }
}

fn search<C: Client>() {
    let Some(server) = live::dovecot("search") else {
        return;
    };
    let (mut client, _): (C, _) = filled(&server, "search", 5);
    add(&mut client, "2,4", Flag::SEEN);
    let found = client.run(Command::uid_search(Search::unseen()));
    let found = found.unwrap();
    let uids: Vec<_> = found.numbers().map(|uid| uid.get()).collect();
    assert_eq!(uids, [1, 3, 5]);
    let found = client.run(Command::search(Search::all())).unwrap();
    assert_eq!(found.len(), 5);
}

fn fifty_stores_at_once<C: Client>() {
    let Some(server) = live::dovecot("fifty_stores_at_once") else {
        return;
    };
    let (mut client, _): (C, _) = filled(&server, "stores", 50);
    let stores: Vec<_> = (1..=50)
        .map(|uid: u32| {
            let seen = [Flag::SEEN];
            let store = Command::uid_store(&uid.to_string(), Store::add(seen)).unwrap();
            client.send(store, OPTIONS)
        })
        .collect();
    for store in stores {
        assert_eq!(client.wait(store).unwrap().messages.len(), 1);
    }
    let found = client.run(Command::search(Search::seen())).unwrap();
    assert_eq!(found.len(), 50);
}

/// Why there is no session.
fn refused<C: Client>(connected: Result<C, ConnectError>) -> ConnectError {
    match connected {
        Ok(_) => panic!("connected"),
        Err(error) => error,
    }
}

fn wrong_password_is_refused<C: Client>() {
    let Some(server) = live::dovecot("wrong_password_is_refused") else {
        return;
    };
    let connector = Connector::new(&server.imaps("alice")).unwrap();
    let connector = connector.roots(server.roots()).password("nonsense");
    let error = refused(C::connect(&connector));
    assert!(
        matches!(error, ConnectError::Open(OpenError::Refused { .. })),
        "{error:?}"
    );
    let text = error.to_string();
    assert!(
        text.contains("AUTHENTICATIONFAILED") && !text.contains("nonsense"),
        "{text}"
    );
}

fn wrong_certificate_is_refused<C: Client>() {
    let Some(server) = live::dovecot("wrong_certificate_is_refused") else {
        return;
    };
    for url in [server.imaps("alice"), server.starttls("alice")] {
        let connector = Connector::new(&url).unwrap().password(PASSWORD);
        let error = refused(C::connect(&connector));
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
    let error = refused(C::over(&connector, socket));
    assert!(
        matches!(error, ConnectError::Tls(TlsError::WrongName(_))),
        "{error:?}"
    );
}

fn undrained_fetch_delays_no_other_command<C: Client>() {
    let Some(server) = live::dovecot("undrained_fetch_delays_no_other_command") else {
        return;
    };
    let (mut client, _): (C, _) = filled(&server, "undrained", 300);
    let mut undrained = client.begin(Command::fetch("1:*", body()).unwrap(), OPTIONS);
    add(&mut client, "1", Flag::SEEN);
    client.noop().unwrap();
    let mut rows = 0;
    while let Some(event) = client.next(&mut undrained) {
        rows += usize::from(matches!(
            event.unwrap(),
            Event::Untagged {
                data: Untagged::Fetch(_),
                ..
            }
        ));
    }
    assert_eq!(rows, 300);
}

fn large_body_is_streamed<C: Client>() {
    let Some(server) = live::dovecot("large_body_is_streamed") else {
        return;
    };
    let (mut client, name): (C, _) = filled(&server, "large", 0);
    let large = message("large", 400_000);
    let size = large.len() as u64;
    assert!(size > 8 << 20);
    client.append_stream(&name, size, large.clone()).unwrap();
    client.noop().unwrap();

    let (mut received, mut pieces, mut largest) = (Vec::new(), 0, 0);
    let mut responses = client.begin(Command::uid_fetch("1", body()).unwrap(), OPTIONS);
    while let Some(event) = client.next(&mut responses) {
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
}

fn dropped_fetch_leaves_the_connection_usable<C: Client>() {
    let Some(server) = live::dovecot("dropped_fetch_leaves_the_connection_usable") else {
        return;
    };
    let (mut client, _): (C, _) = filled(&server, "dropped", 50);
    let all = || Command::fetch("1:*", body()).unwrap();
    let mut fetch = client.begin(all(), OPTIONS);
    client.next(&mut fetch).unwrap().unwrap();
    client.abandon(fetch);
    let unread = client.begin(all(), OPTIONS);
    client.abandon(unread);
    let hurried = CommandOptions::deadline(Duration::from_micros(1));
    let timed_out = client.send(all(), hurried);
    // It may have been answered in time.
    let _ = client.wait(timed_out);
    let messages = client.run(Command::fetch("7", body())).unwrap().messages;
    assert_eq!(messages.len(), 1);
    assert!(messages[0].section("BODY[]").is_some());
}

fn logout<C: Client>() {
    let Some(server) = live::dovecot("logout") else {
        return;
    };
    let mut client: C = logged_in(&server, "bob");
    client.logout().unwrap();
    let closed = client.closed().unwrap();
    assert_eq!(*closed.reason(), CloseReason::LoggedOut);
    assert!(matches!(client.noop(), Err(CommandError::NotSent(_))));
}
