//! However a connection ends, nobody is left waiting.

mod common;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use common::{GREETING, Peer, connector, observed, pipe, session, session_with, soon};
use imap_machine_tokio::imap_machine::Instant;
use imap_machine_tokio::imap_machine::client::session::OpenError;
use imap_machine_tokio::imap_machine::client::{Config, NotSent, Unknown};
use imap_machine_tokio::imap_machine::error::{ApiMisuse, CloseReason};
use imap_machine_tokio::{
    AppendMessage, Client, Command, CommandError, CommandOptions, ConnectError, Connector, Event,
    Observer, TlsError, connect, over,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Waits for the outcome of a command that the server has and does not answer.
async fn waiter(
    client: &Client,
    peer: &mut Peer,
) -> tokio::task::JoinHandle<Result<(), CommandError>> {
    let client = client.clone();
    let waiter = tokio::spawn(async move { client.noop().await.map(drop) });
    peer.expect("NOOP").await;
    waiter
}

#[tokio::test]
async fn dropping_the_connection_fails_all_waiters_at_once() {
    let (client, connection, mut peer) = session(4096).await;
    let waiter = waiter(&client, &mut peer).await;
    connection.abort();
    let error = soon(waiter).await.unwrap().unwrap_err();
    assert!(
        matches!(&error, CommandError::Unknown(Unknown::Closed(closed)) if *closed.reason() == CloseReason::ClosedLocally)
    );
    let error = soon(client.noop()).await.unwrap_err();
    assert!(
        matches!(error, CommandError::NotSent(NotSent::Closed(_))),
        "{error}"
    );
    assert!(client.diagnosis().to_string().contains("closed"));
    assert!(client.closed().is_some());
}

#[tokio::test]
async fn requests_that_were_never_looked_at_are_answered_too() {
    let (ours, mut peer) = pipe(4096);
    let connector = connector();
    let (connected, ()) = tokio::join!(over(&connector, ours), peer.say(GREETING));
    let (client, connection) = connected.unwrap();
    let noop = client.stream(Command::noop(), CommandOptions::default());
    let (noop, ()) = soon(async { tokio::join!(noop.outcome(), async { drop(connection) }) }).await;
    assert!(matches!(
        noop,
        Err(CommandError::NotSent(NotSent::Closed(_)))
    ));
    assert!(client.closed().is_some());
}

#[tokio::test]
async fn close_ends_everything_at_once() {
    let (client, connection, mut peer) = session(4096).await;
    let waiter = waiter(&client, &mut peer).await;
    client.close();
    assert!(matches!(
        soon(waiter).await.unwrap(),
        Err(CommandError::Unknown(_))
    ));
    let closed = soon(connection).await.unwrap();
    assert_eq!(closed.to_string(), "closed by the application");
    assert_eq!(peer.line().await, "", "no LOGOUT, nothing");
}

#[tokio::test]
async fn the_server_may_just_go() {
    let (client, connection, mut peer) = session(4096).await;
    let waiter = waiter(&client, &mut peer).await;
    peer.say("* NO disk on fire\r\n").await;
    drop(peer);
    let error = soon(waiter).await.unwrap().unwrap_err();
    assert!(matches!(error, CommandError::Unknown(_)));
    let closed = soon(connection).await.unwrap();
    assert_eq!(*closed.reason(), CloseReason::Eof);
    assert_eq!(closed.last_warning(), Some("NO disk on fire"));
}

#[tokio::test]
async fn what_the_server_said_before_it_went_is_heard() {
    let (client, connection, mut peer) = session(4096).await;
    peer.say("* BYE idle for too long\r\n").await;
    drop(peer);
    let error = soon(client.noop()).await.unwrap_err();
    assert!(matches!(
        error,
        CommandError::NotSent(_) | CommandError::Unknown(_)
    ));
    let closed = soon(connection).await.unwrap();
    assert_eq!(
        *closed.reason(),
        CloseReason::Bye("idle for too long".to_owned()),
        "{closed}"
    );
}

#[tokio::test]
async fn an_observer_that_panics_leaves_nobody_behind() {
    struct Panics(&'static str);
    impl Observer for Panics {
        fn event(&mut self, event: &Event<'_>, _: Instant) {
            assert!(!format!("{event:?}").starts_with(self.0), "on purpose");
        }
    }
    for word in ["Outcome", "Closed"] {
        let (client, connection, mut peer) = observed(Box::new(Panics(word))).await;
        let mut updates = client.updates();
        let commands = [(); 3].map(|()| client.stream(Command::noop(), CommandOptions::default()));
        let tag = peer.expect("NOOP").await;
        peer.say(format!("{tag} OK\r\n")).await;
        drop(peer);
        for command in commands {
            let _ = soon(command.outcome()).await;
        }
        while soon(updates.next()).await.is_some() {}
        assert!(soon(connection).await.is_err());
        assert!(soon(client.noop()).await.is_err());
        assert!(client.closed().is_some());
    }
}

#[tokio::test]
async fn a_transport_that_takes_no_more_octets_ends_it() {
    let transport = tokio::io::join(PreauthThenSilence(false), Broken);
    let (client, connection) = over(&connector(), transport).await.unwrap();
    let connection = tokio::spawn(connection);
    let error = soon(client.noop()).await.unwrap_err();
    assert!(
        matches!(error, CommandError::NotSent(NotSent::Closed(_))),
        "{error}"
    );
    let closed = soon(connection).await.unwrap();
    assert_eq!(*closed.reason(), CloseReason::Transport);
    assert_eq!(
        closed
            .failure()
            .and_then(|failure| failure.downcast_ref::<io::Error>())
            .map(io::Error::kind),
        Some(io::ErrorKind::BrokenPipe)
    );
    assert_eq!(closed.to_string(), "the transport failed: broken pipe");
}

struct PreauthThenSilence(bool);

impl AsyncRead for PreauthThenSilence {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Pending;
        }
        space.put_slice(GREETING.as_bytes());
        Poll::Ready(Ok(()))
    }
}

struct Broken;

impl AsyncWrite for Broken {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn logout_ends_the_connection() {
    let (client, connection, peer) = session(64).await;
    tokio::spawn(peer.serve(0));
    soon(client.logout()).await.unwrap();
    assert_eq!(
        *soon(connection).await.unwrap().reason(),
        CloseReason::LoggedOut
    );
}

#[tokio::test]
async fn without_clients_and_commands_it_ends_by_itself() {
    let (client, connection, mut peer) = session(4096).await;
    let noop = client.stream(Command::noop(), CommandOptions::default());
    let tag = peer.expect("NOOP").await;
    drop(client);
    assert!(!connection.is_finished());
    peer.say(format!("{tag} OK\r\n")).await;
    let closed = soon(connection).await.unwrap();
    assert_eq!(*closed.reason(), CloseReason::ClosedLocally);
    assert_eq!(peer.line().await, "", "no LOGOUT unasked");
    // The answer is there all the same.
    noop.outcome().await.unwrap();
}

#[tokio::test]
async fn connections_share_their_settings() {
    let config = Arc::new(Config::default());
    let connector = || connector().config(Arc::clone(&config));
    let _first = session_with(connector(), 4096).await;
    let _second = session_with(connector(), 4096).await;
    assert_eq!(Arc::strong_count(&config), 3);
}

#[tokio::test]
async fn too_many_commands_are_told_so() {
    let mut config = Config::default();
    config.limits.commands = 2;
    let (client, _connection, _peer) = session_with(connector().config(config), 4096).await;
    let send = || client.stream(Command::noop(), CommandOptions::default());
    let open = [send(), send()];
    let error = soon(send().outcome()).await.unwrap_err();
    assert!(matches!(
        error,
        CommandError::Misuse(ApiMisuse::TooManyCommands { limit: 2 })
    ));
    drop(open);
}

#[tokio::test(start_paused = true)]
async fn connecting_takes_no_longer_than_allowed_and_says_what_it_waited_for() {
    let (ours, _peer) = pipe(4096);
    let connector = connector().connect_timeout(Duration::from_secs(3));
    let error = over(&connector, ours).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no session after 3 s: waits for the server's greeting (deadline in 27.0 s)"
    );
    let (ours, _peer) = pipe(4096);
    let error = over(&common::connector(), ours).await.unwrap_err();
    assert!(
        matches!(error, ConnectError::Open(OpenError::Closed(_))),
        "{error}"
    );
}

#[tokio::test]
async fn logging_in_refused_or_not() {
    for (answer, works) in [("OK in", true), ("NO [AUTHENTICATIONFAILED] no", false)] {
        let (ours, mut peer) = pipe(64);
        let connector = Connector::new("imap://alice@mail.example")
            .unwrap()
            .password("secret");
        assert!(!format!("{connector:?}").contains("secret"));
        let (connected, ()) = tokio::join!(over(&connector, ours), async {
            peer.say("* OK [CAPABILITY IMAP4rev1] hi\r\n").await;
            let tag = peer.expect("LOGIN alice secret").await;
            peer.say(format!("{tag} {answer}\r\n")).await;
            if works {
                let tag = peer.expect("CAPABILITY").await;
                peer.say(format!("* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n"))
                    .await;
            }
        });
        match connected {
            Ok(_) => assert!(works),
            Err(error) => {
                assert!(!works);
                assert_eq!(
                    error.to_string(),
                    "login: the server refused: NO [AUTHENTICATIONFAILED] no"
                );
                assert!(error.is_credentials() && !error.is_retryable());
            }
        }
    }
    let connector = Connector::new("imap://alice@mail.example").unwrap();
    let error = connect(&connector).await;
    assert!(matches!(error, Err(ConnectError::Credentials)));
}

#[tokio::test]
async fn a_server_without_tls_where_tls_is_wanted() {
    let (ours, mut peer) = pipe(4096);
    let connector = Connector::new("imaps://mail.example").unwrap();
    let (connected, ()) = tokio::join!(over(&connector, ours), peer.say("* OK hi\r\n"));
    assert!(
        matches!(connected, Err(ConnectError::Tls(TlsError::NotTls))),
        "{connected:?}"
    );

    let (ours, mut peer) = pipe(4096);
    let connector = Connector::new("imap+starttls://alice@mail.example").unwrap();
    let connector = connector.password("secret");
    let (connected, ()) = tokio::join!(over(&connector, ours), async {
        peer.say("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n")
            .await;
        let tag = peer.expect("STARTTLS").await;
        peer.say(format!("{tag} OK go\r\n")).await;
        peer.some().await;
        peer.say("what is this?\r\n").await;
    });
    assert!(
        matches!(connected, Err(ConnectError::Tls(TlsError::NotTls))),
        "{connected:?}"
    );
}

#[test]
fn what_goes_to_other_threads_can() {
    fn everywhere<T: Send + Sync + 'static>() {}
    fn moved<T: Send + 'static>(_: T) {}
    everywhere::<Client>();
    everywhere::<CommandError>();
    everywhere::<ConnectError>();
    everywhere::<imap_machine_tokio::Responses>();
    everywhere::<imap_machine_tokio::Updates>();
    fn futures(client: &'static Client) {
        moved(client.noop());
        moved(client.uid_fetch("1:*", "FLAGS"));
        moved(client.append_stream("A", AppendMessage::supplied(0), tokio::io::empty()));
        moved(client.idle(CommandOptions::default()));
    }
    let _ = futures;
    fn connecting(connector: &'static Connector) {
        moved(connect(connector));
    }
    let _ = connecting;
    fn spawned(connection: imap_machine_tokio::Connection) {
        moved(connection);
    }
    let _ = spawned;
}
