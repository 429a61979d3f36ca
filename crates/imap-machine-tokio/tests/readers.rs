//! Readers that do not read, or stop reading, delay no one. (Their pace is in `tests/tests/clients/pace.rs`, for both clients.)

mod common;

use std::time::Duration;

use common::{GREETING, connector, pipe, session, soon};
use imap_machine_tokio::imap_machine::client::{NotSent, Unknown};
use imap_machine_tokio::{
    Command, CommandError, CommandOptions, Event, Flag, Responses, Store, over,
};

fn body() -> &'static str {
    "BODY.PEEK[]"
}

/// Rows, and how the stream ended.
async fn drain(mut responses: Responses) -> (usize, Option<CommandError>) {
    let mut rows = 0;
    while let Some(event) = responses.next().await {
        match event {
            Ok(Event::Untagged { .. }) => rows += 1,
            Ok(_) => {}
            Err(error) => return (rows, Some(error)),
        }
    }
    (rows, None)
}

// emersion/go-imap#647
#[tokio::test]
async fn a_fetch_that_nobody_drains_holds_up_nothing() {
    for octets in [64, 4096] {
        let (client, connection, peer) = session(octets).await;
        tokio::spawn(peer.serve(1000));
        soon(client.select("INBOX")).await.unwrap();

        let undrained = client.fetch_stream("1:*", body()).unwrap();
        let seen = [Flag::SEEN];
        soon(client.uid_store("1:5", Store::add(seen)))
            .await
            .unwrap();
        soon(client.noop()).await.unwrap();
        soon(client.logout()).await.unwrap();
        soon(connection).await.unwrap();

        let (rows, error) = drain(undrained).await;
        assert_eq!(rows, 1000, "all of it was held: {error:?}");
    }
}

/// A command has its outcome at its deadline even when its connection is forgotten.
#[tokio::test(start_paused = true)]
async fn a_deadline_holds_without_anyone_polling_the_connection() {
    let (ours, mut peer) = pipe(4096);
    let connector = connector();
    let (connected, ()) = tokio::join!(over(&connector, ours), peer.say(GREETING));
    let (client, _forgotten) = connected.unwrap();
    let begin = tokio::time::Instant::now();
    let error = client
        .with_deadline(Duration::from_secs(1))
        .noop()
        .await
        .unwrap_err();
    assert!(matches!(error, CommandError::NotSent(NotSent::TimedOut)));
    assert_eq!(begin.elapsed().as_secs(), 1);
}

#[tokio::test]
async fn an_answer_dropped_in_the_middle_is_skipped() {
    let (client, _connection, mut peer) = session(64).await;
    let mut fetch = client.uid_fetch_stream("1:*", body()).unwrap();
    let noop = tokio::spawn({
        let client = client.clone();
        async move { client.noop().await }
    });
    // Out of place before SELECT, and refused without a word to the server.
    assert!(matches!(
        soon(fetch.next()).await,
        Some(Err(CommandError::NotSent(NotSent::WrongState(_))))
    ));
    let tag = peer.expect("NOOP").await;
    peer.say(format!("{tag} OK\r\n")).await;
    soon(noop).await.unwrap().unwrap();

    let (selected, ()) = tokio::join!(client.select("INBOX"), async {
        let tag = peer.expect("SELECT INBOX").await;
        peer.say(format!("* 9 EXISTS\r\n{tag} OK\r\n")).await;
    });
    assert_eq!(selected.unwrap().exists, 9);

    let mut fetch = client.uid_fetch_stream("1:*", body()).unwrap();
    let tag = peer.expect("UID FETCH 1:* BODY.PEEK[]").await;
    peer.say("* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* 2 FETCH (UID 2 BODY[] {6}\r\nabc")
        .await;
    assert!(matches!(
        soon(fetch.next()).await,
        Some(Ok(Event::Untagged { .. }))
    ));
    drop(fetch);
    let rest = async {
        peer.say(format!(
            "def)\r\n* 3 FETCH (UID 3 BODY[] {{1}}\r\nx)\r\n{tag} OK\r\n"
        ))
        .await;
        let tag = peer.expect("NOOP").await;
        peer.say(format!("{tag} OK\r\n")).await;
    };
    soon(async { tokio::join!(client.noop(), rest).0 })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_command_dropped_before_its_turn_is_never_sent() {
    let (client, _connection, mut peer) = session(4096).await;
    let select = client.stream(Command::select("INBOX").unwrap(), CommandOptions::default());
    // It waits for the SELECT.
    drop(client.stream(Command::noop(), CommandOptions::default()));
    let check = client.stream(Command::capability(), CommandOptions::default());
    let tag = peer.expect("SELECT INBOX").await;
    peer.say(format!("{tag} OK\r\n")).await;
    let tag = peer.expect("CAPABILITY").await;
    peer.say(format!("{tag} OK\r\n")).await;
    soon(select.outcome()).await.unwrap();
    soon(check.outcome()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_timeout_around_a_command_cancels_it_and_nothing_else() {
    let (client, _connection, mut peer) = session(4096).await;
    for _ in 0..3 {
        let timed_out = tokio::time::timeout(Duration::from_secs(1), client.noop()).await;
        assert!(timed_out.is_err());
    }
    let late = async {
        for answer in ["OK late", "NO late", "BAD late", "OK"] {
            let tag = peer.expect("NOOP").await;
            peer.say(format!("{tag} {answer}\r\n")).await;
        }
    };
    let (noop, ()) = soon(async { tokio::join!(client.noop(), late) }).await;
    noop.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_the_command_and_the_connection_goes_on() {
    let (client, _connection, mut peer) = session(4096).await;
    let begin = tokio::time::Instant::now();
    let hurried = client.with_deadline(Duration::from_secs(5));
    let error = hurried.noop().await.unwrap_err();
    assert!(
        matches!(error, CommandError::Unknown(Unknown::TimedOut)),
        "{error}"
    );
    assert_eq!(begin.elapsed().as_secs(), 5);

    let late = async {
        for _ in 0..2 {
            let tag = peer.expect("NOOP").await;
            peer.say(format!("{tag} OK\r\n")).await;
        }
    };
    soon(async { tokio::join!(client.noop(), late).0 })
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up_after_a_minute() {
    let (client, connection, _peer) = session(4096).await;
    let begin = tokio::time::Instant::now();
    let error = client.noop().await.unwrap_err();
    assert!(
        matches!(error, CommandError::Unknown(Unknown::Closed(_))),
        "{error}"
    );
    assert_eq!(begin.elapsed().as_secs(), 60);
    let closed = connection.await.unwrap();
    assert_eq!(
        closed.to_string(),
        "the server was silent for too long while a command was in progress"
    );
}

#[tokio::test]
async fn a_command_that_is_dropped_before_the_connection_looks_is_never_sent() {
    let (ours, mut peer) = pipe(4096);
    let connector = connector();
    let (connected, ()) = tokio::join!(over(&connector, ours), peer.say(GREETING));
    let (client, connection) = connected.unwrap();
    drop(client.noop());
    let check = client.stream(Command::capability(), CommandOptions::default());
    let connection = tokio::spawn(connection);
    soon(peer.expect("CAPABILITY")).await;
    drop(check);
    connection.abort();
}
