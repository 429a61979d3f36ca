//! What goes over the wire, and when.

mod common;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use common::{GREETING, connector, pipe, session, soon};
use imap_machine_tokio::imap_machine::client::Unknown;
use imap_machine_tokio::imap_machine::codec::Untagged;
use imap_machine_tokio::imap_machine::error::CloseReason;
use imap_machine_tokio::{
    AppendMessage, Command, CommandError, CommandOptions, Event, Flag, SourceError, Store, Update,
    over,
};
use tokio::io::{AsyncRead, ReadBuf};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_of_many_tasks_share_a_round_trip() {
    let (client, _connection, mut peer) = session(64 << 10).await;
    let (selected, ()) = tokio::join!(client.select("INBOX"), async {
        let tag = peer.expect("SELECT INBOX").await;
        peer.say(format!("* 1000 EXISTS\r\n{tag} OK\r\n")).await;
    });
    selected.unwrap();

    let stores: Vec<_> = (1..=200)
        .map(|uid| {
            let client = client.clone();
            tokio::spawn(async move {
                let seen = [Flag::SEEN];
                client.uid_store(&uid.to_string(), Store::add(seen)).await
            })
        })
        .collect();
    let peer = tokio::spawn(async move {
        // None is answered before all are there.
        let mut commands = Vec::new();
        for _ in 0..200 {
            commands.push(peer.line().await);
        }
        for line in commands {
            let words: Vec<_> = line.split(' ').collect();
            let (tag, uid) = (words[0], words[3]);
            peer.say(format!(
                "* {uid} FETCH (UID {uid} FLAGS (\\Seen))\r\n{tag} OK\r\n"
            ))
            .await;
        }
        peer
    });
    for (store, uid) in stores.into_iter().zip(1..) {
        let rows = soon(store).await.unwrap().unwrap().messages;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].uid.map(std::num::NonZeroU32::get), Some(uid));
    }
    peer.await.unwrap();
}

#[tokio::test]
async fn full_buffers_in_both_directions_do_not_lock() {
    const SIZE: usize = 1 << 20;
    for streamed in [false, true] {
        let (client, _connection, mut peer) = session(64).await;
        let server = tokio::spawn(async move {
            let tag = peer.expect(&format!("APPEND Big {{{SIZE}}}")).await;
            peer.say("+ go\r\n").await;
            // It does not read before all of this has been read.
            for _ in 0..5_000 {
                peer.say("* OK still here, and with a lot to say about nothing in particular\r\n")
                    .await;
            }
            let message = peer.octets(SIZE).await;
            assert_eq!(message, vec![b'x'; SIZE]);
            assert_eq!(peer.line().await, "");
            peer.say(format!("{tag} OK [APPENDUID 1 7] done\r\n")).await;
        });
        let message = vec![b'x'; SIZE];
        let appended = match streamed {
            false => soon(client.append("Big", message)).await,
            true => {
                let source = tokio::io::repeat(b'x');
                soon(client.append_stream("Big", AppendMessage::supplied(SIZE as u64), source))
                    .await
            }
        };
        let (_, uid) = appended.unwrap().uid.unwrap();
        assert_eq!(uid.get(), 7);
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_message_is_not_read_before_the_server_agrees_to_take_it() {
    let (client, _connection, mut peer) = session(4096).await;
    // Reading it would fail.
    let source = once(Err(io::ErrorKind::Other.into()));
    let (appended, ()) = tokio::join!(
        client.append_stream("No", AppendMessage::supplied(5), source),
        async {
            let tag = peer.expect("APPEND No {5}").await;
            peer.say(format!("{tag} NO [TRYCREATE] no such mailbox\r\n"))
                .await;
        }
    );
    assert!(
        matches!(appended, Err(CommandError::Refused(refused)) if refused.text.has_code("TRYCREATE"))
    );
    let (noop, ()) = tokio::join!(client.noop(), async {
        let tag = peer.expect("NOOP").await;
        peer.say(format!("{tag} OK\r\n")).await;
    });
    noop.unwrap();
}

/// A source with one answer.
fn once(answer: io::Result<&'static [u8]>) -> impl AsyncRead + Send {
    struct Once(Option<io::Result<&'static [u8]>>);
    impl AsyncRead for Once {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            space: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            let answer = self.0.take().unwrap_or(Ok(&[]));
            Poll::Ready(answer.map(|octets| space.put_slice(octets)))
        }
    }
    Once(Some(answer))
}

#[tokio::test]
async fn a_source_that_ends_early_costs_the_connection_and_says_so() {
    for (answer, missing) in [
        (Ok(&b"abc"[..]), Some(7)),
        (Err(io::ErrorKind::Other.into()), None),
    ] {
        let (client, connection, mut peer) = session(4096).await;
        let source = once(answer);
        let noop = client.stream(Command::noop(), CommandOptions::default());
        let append = client.append_stream("A", AppendMessage::supplied(10), source);
        let (appended, ()) = tokio::join!(append, async {
            peer.expect("NOOP").await;
            peer.expect("APPEND A {10}").await;
            peer.say("+ go\r\n").await;
        });
        match (appended, missing) {
            (Err(CommandError::Source(SourceError::Short { missing: 7 })), Some(7)) => {}
            (Err(CommandError::Source(SourceError::Read(_))), None) => {}
            (other, _) => panic!("{other:?}"),
        }
        let error = soon(noop.outcome()).await.unwrap_err();
        assert!(
            matches!(error, CommandError::Unknown(Unknown::Closed(_))),
            "{error}"
        );
        let closed = soon(connection).await.unwrap();
        assert!(
            matches!(closed.reason(), CloseReason::HalfSent { .. }),
            "{closed}"
        );
    }
}

#[tokio::test]
async fn idle_ends_by_done_and_by_another_command() {
    let (client, _connection, mut peer) = session(64).await;
    let mut idle = client.idle(CommandOptions::default());
    let tag = peer.expect("IDLE").await;
    peer.say("+ idling\r\n* 3 EXISTS\r\n").await;
    assert!(matches!(
        soon(idle.next()).await,
        Some(Ok(Update::Event(Event::Idling { .. })))
    ));
    let news = soon(idle.next()).await;
    assert!(
        matches!(
            news,
            Some(Ok(Update::Event(Event::Untagged {
                data: Untagged::Exists(3),
                ..
            })))
        ),
        "{news:?}"
    );
    let (done, ()) = tokio::join!(idle.done(), async {
        assert_eq!(peer.line().await, "DONE");
        peer.say(format!("{tag} OK\r\n")).await;
    });
    done.unwrap();

    let mut idle = client.idle(CommandOptions::default());
    let tag = peer.expect("IDLE").await;
    peer.say("+ idling\r\n").await;
    let (noop, ()) = tokio::join!(client.noop(), async {
        assert_eq!(peer.line().await, "DONE");
        peer.say(format!("* 4 EXISTS\r\n{tag} OK\r\n")).await;
        let tag = peer.expect("NOOP").await;
        peer.say(format!("{tag} OK\r\n")).await;
    });
    noop.unwrap();
    let mut events = 0;
    while let Some(event) = soon(idle.next()).await {
        event.unwrap();
        events += 1;
    }
    assert_eq!(events, 2, "idling, EXISTS");

    // Dropping it ends it as well.
    drop(client.idle(CommandOptions::default()));
    let (noop, ()) = tokio::join!(client.noop(), async {
        let mut line = peer.line().await;
        if let Some(tag) = line.strip_suffix(" IDLE") {
            peer.say("+ idling\r\n").await;
            assert_eq!(peer.line().await, "DONE");
            peer.say(format!("{tag} OK\r\n")).await;
            line = peer.line().await;
        }
        let tag = line.strip_suffix(" NOOP").unwrap();
        peer.say(format!("{tag} OK\r\n")).await;
    });
    noop.unwrap();
}

#[tokio::test]
async fn updates_are_what_answers_nobody() {
    let (client, connection, mut peer) = session(4096).await;
    let mut updates = client.updates();
    let (listed, ()) = tokio::join!(client.list("", "*"), async {
        let tag = peer.expect("LIST \"\" *").await;
        peer.say(format!(
            "* LIST () \"/\" Work\r\n* 5 EXISTS\r\n{tag} OK\r\n* OK soon\r\n* BYE bye\r\n"
        ))
        .await;
    });
    assert_eq!(listed.unwrap().mailboxes[0].name, "Work");
    drop(peer);
    soon(connection).await.unwrap();
    let mut seen = Vec::new();
    while let Some(update) = soon(updates.next()).await {
        seen.push(match update {
            Update::Event(Event::Untagged {
                data: Untagged::Exists(5),
                ..
            }) => "exists",
            Update::Event(Event::Status { .. }) => "status",
            Update::Event(Event::Bye { .. }) => "bye",
            Update::Event(Event::Closed(_)) => "closed",
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(seen, ["exists", "status", "bye", "closed"]);
    assert_eq!(client.updates().next().await, None);
}

/// What came too late for its command is still news.
#[tokio::test(start_paused = true)]
async fn news_that_come_with_the_answer_to_a_command_given_up_are_told() {
    let (client, _connection, mut peer) = session(4096).await;
    let (selected, ()) = tokio::join!(client.select("INBOX"), async {
        let tag = peer.expect("SELECT INBOX").await;
        peer.say(format!("* 9 EXISTS\r\n{tag} OK\r\n")).await;
    });
    selected.unwrap();
    let mut updates = client.updates();
    let options = CommandOptions::deadline(std::time::Duration::from_secs(1));
    let raw = Command::raw("XEVERYTHING").unwrap();
    let error = client.stream(raw, options).outcome().await.unwrap_err();
    assert!(matches!(error, CommandError::Unknown(Unknown::TimedOut)));
    let tag = peer.expect("XEVERYTHING").await;
    peer.say(
        "* 3 EXPUNGE\r\n* 8 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* NO [ALERT] hurry\r\n\
         * LIST () \"/\" Work\r\n* 2 FETCH (UID 9)\r\n",
    )
    .await;
    peer.say(format!("{tag} OK\r\n")).await;
    for news in ["Expunge(3)", "Exists(8)", "Seen", "hurry", "Late"] {
        let told = format!("{:?}", soon(updates.next()).await);
        assert!(told.contains(news), "{news}: {told}");
    }
}

#[tokio::test]
async fn a_stream_whose_end_has_been_taken_has_no_outcome() {
    let (client, _connection, mut peer) = session(4096).await;
    let mut noop = client.stream(Command::noop(), CommandOptions::default());
    let (ended, ()) = tokio::join!(noop.next(), async {
        let tag = peer.expect("NOOP").await;
        peer.say(format!("{tag} OK\r\n")).await;
    });
    assert!(
        matches!(ended, Some(Ok(Event::Outcome { .. }))),
        "{ended:?}"
    );
    let again = soon(noop.outcome()).await;
    assert!(matches!(again, Err(CommandError::Misuse(_))), "{again:?}");
}

#[tokio::test]
async fn compression_is_refused_before_anything_is_sent() {
    let (client, _connection, mut peer) = session(4096).await;
    let refused = client
        .stream(Command::compress(), CommandOptions::default())
        .outcome()
        .await;
    assert!(matches!(refused, Err(CommandError::Unsupported(_))));
    let (noop, ()) = tokio::join!(client.noop(), async {
        let tag = peer.expect("NOOP").await;
        peer.say(format!("{tag} OK\r\n")).await;
    });
    noop.unwrap();
}

#[tokio::test]
async fn the_connection_says_what_it_waits_for() {
    let (client, _connection, mut peer) = session(4096).await;
    let noop = client.stream(Command::noop(), CommandOptions::default());
    peer.expect("NOOP").await;
    let line = client.diagnosis().to_string();
    assert!(line.contains("NOOP waits for its completion"), "{line}");
    assert!(client.capabilities().has("IDLE"));
    assert_eq!(client.inspect(|core| core.open_commands()), 1);
    assert!(noop.handle().is_some());
}

#[tokio::test]
async fn commands_that_no_type_describes() {
    let (client, _connection, mut peer) = session(64).await;
    let raw = Command::raw("XECHO").unwrap().string("a \"b\" \\").unwrap();
    let (answered, ()) = tokio::join!(
        client.stream(raw, CommandOptions::default()).outcome(),
        async {
            let tag = peer.expect("XECHO \"a \\\"b\\\" \\\\\"").await;
            peer.say(format!("* XECHO strange {{\r\n{tag} OK [XCODE 7] fine\r\n"))
                .await;
        }
    );
    assert!(answered.unwrap().text.has_code("XCODE"));
}

/// Counts how often it is asked for octets.
struct Counting<R> {
    reader: R,
    reads: Arc<AtomicUsize>,
}

impl<R: AsyncRead + Unpin> AsyncRead for Counting<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Pin::new(&mut self.reader).poll_read(cx, space)
    }
}

#[tokio::test]
async fn a_command_takes_few_reads() {
    const COMMANDS: usize = 20;
    let (ours, mut peer) = pipe(4096);
    let (reader, writer) = tokio::io::split(ours);
    let reads = Arc::new(AtomicUsize::new(0));
    let counted = Counting {
        reader,
        reads: Arc::clone(&reads),
    };
    let (connector, transport) = (connector(), tokio::io::join(counted, writer));
    let (connected, ()) = tokio::join!(over(&connector, transport), peer.say(GREETING));
    let (client, connection) = connected.unwrap();
    tokio::spawn(connection);
    tokio::spawn(peer.serve(0));
    soon(client.noop()).await.unwrap();
    let before = reads.load(Ordering::Relaxed);
    for _ in 0..COMMANDS {
        soon(client.noop()).await.unwrap();
    }
    let reads = (reads.load(Ordering::Relaxed) - before) / COMMANDS;
    // One that waits while the command goes out, one of the answer, and one that waits again.
    assert!(reads <= 3, "{reads} reads a command");
}
