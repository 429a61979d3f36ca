//! The tokio client against a real Dovecot. The std client has the same list in `live_std.rs`.

use std::time::Duration;

use imap_machine_tests::live::{self, Dovecot, PASSWORD, mailbox, message};
use imap_machine_tokio::imap_machine::client::session::OpenError;
use imap_machine_tokio::imap_machine::codec::Untagged;
use imap_machine_tokio::imap_machine::error::CloseReason;
use imap_machine_tokio::imap_types::fetch::MessageDataItemName;
use imap_machine_tokio::imap_types::flag::{Flag, StoreType};
use imap_machine_tokio::imap_types::search::SearchKey;
use imap_machine_tokio::{
    Client, Closed, CommandError, CommandOptions, ConnectError, Connector, Event, Reason, TlsError,
    Update,
};
use tokio::task::JoinHandle;

type Connected = (Client, JoinHandle<Closed>);

async fn connect(server: &Dovecot, user: &str) -> Connected {
    let connector = Connector::new(&server.imaps(user)).unwrap();
    let connector = connector.roots(server.roots()).password(PASSWORD);
    let (client, connection) = imap_machine_tokio::connect(&connector).await.unwrap();
    (client, tokio::spawn(connection))
}

/// A session in a new mailbox with this number of messages.
async fn filled(server: &Dovecot, test: &str, messages: u32) -> (Connected, String) {
    let (client, connection) = connect(server, "alice").await;
    let name = mailbox(test);
    client.create(&name).await.unwrap();
    let appends: Vec<_> = (1..=messages)
        .map(|number| {
            let (client, name) = (client.clone(), name.clone());
            let message = message(&format!("message {number}"), 20);
            tokio::spawn(async move { client.append(&name, vec![], None, message).await })
        })
        .collect();
    for append in appends {
        append.await.unwrap().unwrap();
    }
    let selected = client.select(&name).await.unwrap();
    assert_eq!(selected.exists, messages);
    ((client, connection), name)
}

/// A test that hangs fails.
async fn soon<F: Future>(future: F) -> F::Output {
    let limit = Duration::from_secs(60);
    tokio::time::timeout(limit, future).await.expect("it hangs")
}

fn body() -> Vec<MessageDataItemName<'static>> {
    let body = MessageDataItemName::BodyExt {
        section: None,
        partial: None,
        peek: true,
    };
    vec![MessageDataItemName::Uid, body]
}

#[tokio::test]
async fn imaps_login_select_fetch_store() {
    let Some(server) = live::dovecot("imaps_login_select_fetch_store") else {
        return;
    };
    let ((client, _connection), name) = soon(filled(&server, "everyday", 3)).await;
    let items = vec![MessageDataItemName::Flags, MessageDataItemName::Envelope];
    let messages = soon(client.fetch("1:*", items)).await.unwrap();
    assert_eq!(messages.len(), 3);
    let envelope = messages[0].envelope.as_ref().unwrap();
    let subject = envelope.subject.0.as_ref().unwrap().as_ref();
    assert!(subject.starts_with(b"message "));

    let stored = soon(client.uid_store("2", StoreType::Add, vec![Flag::Flagged]))
        .await
        .unwrap();
    assert_eq!(stored.len(), 1);
    let flags = stored[0].flags.as_ref().unwrap();
    assert!(flags.iter().any(|flag| flag == "\\Flagged"), "{flags:?}");

    let listed = soon(client.list("", "*")).await.unwrap();
    assert!(listed.iter().any(|mailbox| mailbox.name == name));
    soon(client.uid_store("1", StoreType::Add, vec![Flag::Deleted]))
        .await
        .unwrap();
    soon(client.expunge()).await.unwrap();
    assert_eq!(client.mailbox().unwrap().exists(), 2);
    soon(client.unselect()).await.unwrap();
    soon(client.delete(&name)).await.unwrap();
}

#[tokio::test]
async fn starttls_login() {
    let Some(server) = live::dovecot("starttls_login") else {
        return;
    };
    let connector = Connector::new(&server.starttls("alice")).unwrap();
    let connector = connector.roots(server.roots()).password(PASSWORD);
    let (client, connection) = soon(imap_machine_tokio::connect(&connector)).await.unwrap();
    tokio::spawn(connection);
    soon(client.noop()).await.unwrap();
    assert!(client.capabilities().has("IDLE"));
}

#[tokio::test]
async fn idle_sees_a_new_message() {
    let Some(server) = live::dovecot("idle_sees_a_new_message") else {
        return;
    };
    let ((client, _connection), name) = soon(filled(&server, "idle", 1)).await;
    let (other, _other_connection) = soon(connect(&server, "alice")).await;
    let mut idle = client.idle(CommandOptions::refreshing());
    assert!(matches!(
        soon(idle.next()).await,
        Some(Ok(Update::Event(Event::Idling { .. })))
    ));
    soon(other.append(&name, vec![], None, message("news", 1)))
        .await
        .unwrap();
    loop {
        let update = soon(idle.next()).await.expect("news").unwrap();
        if let Update::Event(Event::Untagged {
            data: Untagged::Exists(2),
            ..
        }) = update
        {
            break;
        }
    }
    soon(idle.done()).await.unwrap();
    soon(client.noop()).await.unwrap();
}

#[tokio::test]
async fn append_and_fetch_back() {
    let Some(server) = live::dovecot("append_and_fetch_back") else {
        return;
    };
    let ((client, _connection), name) = soon(filled(&server, "append", 0)).await;
    let small = message("small", 3);
    let large = message("large", 10_000);
    let flags = vec![Flag::Seen];
    let appended = soon(client.append(&name, flags, None, small.clone()))
        .await
        .unwrap();
    assert_eq!(appended.uid.unwrap().1.get(), 1);
    let (size, source) = (large.len() as u64, std::io::Cursor::new(large.clone()));
    let appended = soon(client.append_stream(&name, vec![], None, size, source))
        .await
        .unwrap();
    assert_eq!(appended.uid.unwrap().1.get(), 2);
    soon(client.noop()).await.unwrap();
    let messages = soon(client.uid_fetch("1:2", body())).await.unwrap();
    assert_eq!(messages[0].section("BODY[]"), Some(&small[..]));
    assert_eq!(messages[1].section("BODY[]"), Some(&large[..]));
}

#[tokio::test]
async fn append_to_missing_mailbox_is_refused_and_the_connection_goes_on() {
    let Some(server) = live::dovecot("append_to_missing_mailbox") else {
        return;
    };
    let (client, _connection) = soon(connect(&server, "bob")).await;
    let name = mailbox("missing");
    let large = message("large", 10_000);
    let size = large.len() as u64;
    let source = std::io::Cursor::new(large.clone());
    let refused = [
        soon(client.append(&name, vec![], None, message("small", 1))).await,
        soon(client.append(&name, vec![], None, large)).await,
        soon(client.append_stream(&name, vec![], None, size, source)).await,
    ];
    for refused in refused {
        match refused {
            Err(CommandError::Refused(refused)) => {
                assert_eq!(refused.reason(), Reason::NotThere, "{refused}");
            }
            other => panic!("{other:?}"),
        }
        soon(client.noop()).await.unwrap();
    }
}

#[tokio::test]
async fn search() {
    let Some(server) = live::dovecot("search") else {
        return;
    };
    let ((client, _connection), _) = soon(filled(&server, "search", 5)).await;
    soon(client.uid_store("2,4", StoreType::Add, vec![Flag::Seen]))
        .await
        .unwrap();
    let found = soon(client.uid_search(vec![SearchKey::Unseen]))
        .await
        .unwrap();
    let uids: Vec<_> = found.numbers.iter().map(|uid| uid.get()).collect();
    assert_eq!(uids, [1, 3, 5]);
    let found = soon(client.search(vec![SearchKey::All])).await.unwrap();
    assert_eq!(found.numbers.len(), 5);
}

#[tokio::test]
async fn fifty_stores_at_once() {
    let Some(server) = live::dovecot("fifty_stores_at_once") else {
        return;
    };
    let ((client, _connection), _) = soon(filled(&server, "stores", 50)).await;
    let stores: Vec<_> = (1..=50)
        .map(|uid: u32| {
            let client = client.clone();
            tokio::spawn(async move {
                let seen = vec![Flag::Seen];
                client
                    .uid_store(&uid.to_string(), StoreType::Add, seen)
                    .await
            })
        })
        .collect();
    for store in stores {
        assert_eq!(soon(store).await.unwrap().unwrap().len(), 1);
    }
    let found = soon(client.search(vec![SearchKey::Seen])).await.unwrap();
    assert_eq!(found.numbers.len(), 50);
}

#[tokio::test]
async fn wrong_password_is_refused() {
    let Some(server) = live::dovecot("wrong_password_is_refused") else {
        return;
    };
    let connector = Connector::new(&server.imaps("alice")).unwrap();
    let connector = connector.roots(server.roots()).password("nonsense");
    let error = soon(imap_machine_tokio::connect(&connector))
        .await
        .unwrap_err();
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

#[tokio::test]
async fn wrong_certificate_is_refused() {
    let Some(server) = live::dovecot("wrong_certificate_is_refused") else {
        return;
    };
    for url in [server.imaps("alice"), server.starttls("alice")] {
        let connector = Connector::new(&url).unwrap().password(PASSWORD);
        let error = soon(imap_machine_tokio::connect(&connector))
            .await
            .unwrap_err();
        assert!(
            matches!(error, ConnectError::Tls(TlsError::UnknownIssuer)),
            "{error:?}"
        );
        assert!(error.to_string().contains("roots"), "{error}");
    }
    // The certificate holds 127.0.0.1 and localhost.
    let url = server.imaps("alice").replace("127.0.0.1", "127.0.0.2");
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", server.tls_port))
        .await
        .unwrap();
    let connector = Connector::new(&url)
        .unwrap()
        .roots(server.roots())
        .password(PASSWORD);
    let error = soon(imap_machine_tokio::over(&connector, stream))
        .await
        .unwrap_err();
    assert!(
        matches!(error, ConnectError::Tls(TlsError::WrongName(_))),
        "{error:?}"
    );
}

#[tokio::test]
async fn undrained_fetch_delays_no_other_command() {
    let Some(server) = live::dovecot("undrained_fetch_delays_no_other_command") else {
        return;
    };
    let ((client, _connection), _) = soon(filled(&server, "undrained", 300)).await;
    let mut undrained = client.fetch_stream("1:*", body()).unwrap();
    soon(client.uid_store("1", StoreType::Add, vec![Flag::Seen]))
        .await
        .unwrap();
    soon(client.noop()).await.unwrap();
    let mut rows = 0;
    while let Some(event) = soon(undrained.next()).await {
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

#[tokio::test]
async fn large_body_is_streamed() {
    let Some(server) = live::dovecot("large_body_is_streamed") else {
        return;
    };
    let ((client, _connection), name) = soon(filled(&server, "large", 0)).await;
    let large = message("large", 400_000);
    let (size, source) = (large.len() as u64, std::io::Cursor::new(large.clone()));
    assert!(size > 8 << 20);
    soon(client.append_stream(&name, vec![], None, size, source))
        .await
        .unwrap();
    soon(client.noop()).await.unwrap();

    let mut responses = client.uid_fetch_stream("1", body()).unwrap();
    let (mut received, mut pieces, mut largest) = (Vec::new(), 0, 0);
    while let Some(event) = soon(responses.next()).await {
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

#[tokio::test]
async fn dropped_fetch_leaves_the_connection_usable() {
    let Some(server) = live::dovecot("dropped_fetch_leaves_the_connection_usable") else {
        return;
    };
    let ((client, _connection), _) = soon(filled(&server, "dropped", 50)).await;
    let mut fetch = client.fetch_stream("1:*", body()).unwrap();
    soon(fetch.next()).await.unwrap().unwrap();
    drop(fetch);
    drop(client.fetch_stream("1:*", body()));
    let timed_out =
        tokio::time::timeout(Duration::from_micros(1), client.fetch("1:*", body())).await;
    drop(timed_out);
    let messages = soon(client.fetch("7", body())).await.unwrap();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].section("BODY[]").is_some());
}

#[tokio::test]
async fn logout() {
    let Some(server) = live::dovecot("logout") else {
        return;
    };
    let (client, connection) = soon(connect(&server, "bob")).await;
    soon(client.logout()).await.unwrap();
    let closed = soon(connection).await.unwrap();
    assert_eq!(*closed.reason(), CloseReason::LoggedOut);
    assert!(matches!(
        soon(client.noop()).await,
        Err(CommandError::NotSent(_))
    ));
}
