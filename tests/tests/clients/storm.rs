//! Many commands over a bad link, some of which are given up. Each has one outcome, and no answer that belongs to another.
//!
//! What happens when depends on the scheduler, so a seed repeats the plan of a run and not the run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::answers::Fetched;
use imap_machine::client::desk::CommandError;
use imap_machine::client::{
    Command, CommandHandle, CommandOptions, Event, NotSent, TypedCommand, Unknown,
};
use imap_machine_std::Connector;
use imap_machine_testkit::server::{Options, Server, demo_mailboxes};
use imap_machine_tokio::{Client as TokioClient, Dial, Observer};
use tokio::time::{sleep, timeout};

use crate::both;
use crate::client::{Client, OPTIONS};
use crate::link::{self, Random};

both! {
    commands_of_one_thread_over_a_bad_link,
}

const MESSAGES: u64 = 300;
const SEEDS: std::ops::Range<u64> = 0..12;

fn server() -> Server {
    let mailboxes = demo_mailboxes(MESSAGES as usize, 100, 100);
    let options = Options {
        mailboxes,
        ..Options::default()
    };
    Server::start(options).unwrap()
}

fn connector() -> Connector {
    Connector::new("imap://alice@localhost")
        .unwrap()
        .password("secret")
}

/// Half of the links are cut, when a part of the answers has come.
fn cut(seed: u64, random: &mut Random) -> Option<u64> {
    (seed % 2 == 1).then(|| 5_000 + random.below(20_000))
}

/// Asks for one message by its UID.
fn ask(uid: u64) -> TypedCommand<Fetched> {
    let envelope = "UID ENVELOPE";
    Command::uid_fetch(&uid.to_string(), envelope).unwrap()
}

/// What became of a command that asked for one message.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum End {
    Answered,
    /// Its own deadline has passed.
    Late,
    /// The connection has ended.
    Cut,
}

#[track_caller]
fn end(uid: u64, answer: Result<Fetched, CommandError>) -> End {
    match answer {
        Ok(fetched) => {
            let [row] = &fetched.messages[..] else {
                panic!("{fetched:?} for {uid}")
            };
            assert_eq!(fetched.unread, []);
            let envelope = row.envelope().expect("its envelope").fields();
            let subject = envelope.subject.expect("its subject");
            assert!(
                subject.is(&format!("Message {uid}")),
                "of {uid}: {envelope:?}"
            );
            assert_eq!(row.uid.map(|uid| u64::from(uid.get())), Some(uid));
            End::Answered
        }
        Err(CommandError::NotSent(NotSent::TimedOut)) => End::Late,
        Err(CommandError::Unknown(Unknown::TimedOut)) => End::Late,
        Err(CommandError::NotSent(NotSent::Closed(_))) => End::Cut,
        Err(CommandError::Unknown(Unknown::Closed(_))) => End::Cut,
        Err(error) => panic!("{uid}: {error:?}"),
    }
}

fn hurried(random: &mut Random) -> CommandOptions {
    CommandOptions::deadline(Duration::from_millis(random.below(20)))
}

/// One thread begins 200 commands, gives some of them up, and waits for the others in another order.
fn commands_of_one_thread_over_a_bad_link<C: Client>() {
    let server = server();
    for seed in SEEDS {
        println!("seed {seed}");
        let mut random = Random(seed);
        let cut = cut(seed, &mut random);
        let socket = link::to(server.addr(), seed, cut);
        let mut client = C::over(&connector(), socket).unwrap();
        client.run(Command::select("INBOX")).unwrap();
        let mut sent = Vec::new();
        for _ in 0..200 {
            let uid = 1 + random.below(MESSAGES);
            match random.below(10) {
                0 => {
                    let unread = client.begin(ask(uid), OPTIONS);
                    client.abandon(unread);
                }
                1 => {
                    let options = hurried(&mut random);
                    sent.push((uid, true, client.send(ask(uid), options)));
                }
                _ => sent.push((uid, false, client.send(ask(uid), OPTIONS))),
            }
        }
        let mut ends = BTreeMap::<_, u32>::new();
        while !sent.is_empty() {
            let next = random.below(sent.len() as u64) as usize;
            let (uid, may_be_late, sent) = sent.swap_remove(next);
            let end = end(uid, client.wait(sent));
            assert!(may_be_late || end != End::Late, "{uid}");
            *ends.entry(end).or_default() += 1;
        }
        println!("{ends:?}");
        is_as_it_should_be(&ends, cut.is_some());
        let goes_on = client.noop().is_ok();
        assert_eq!(
            (goes_on, client.closed().is_some()),
            (cut.is_none(), cut.is_some())
        );
    }
}

/// A link that is not cut brings every answer, and one that is cut brings some.
fn is_as_it_should_be(ends: &BTreeMap<End, u32>, cut: bool) {
    assert_eq!(ends.contains_key(&End::Cut), cut, "{ends:?}");
    assert!(ends.contains_key(&End::Answered), "{ends:?}");
}

/// How often each command had an outcome.
#[derive(Clone, Default)]
struct Outcomes(Arc<Mutex<BTreeMap<CommandHandle, u32>>>);

impl Observer for Outcomes {
    fn event(&mut self, event: &Event<'_>, _: Instant) {
        if let Event::Outcome { handle, .. } = event {
            *self.0.lock().unwrap().entry(*handle).or_default() += 1;
        }
    }
}

/// A task: it sends 10 commands, one after the other. Returns how those ended that it has waited for.
async fn task(client: TokioClient, mut random: Random) -> Vec<(bool, End)> {
    let mut ends = Vec::new();
    for _ in 0..10 {
        let uid = 1 + random.below(MESSAGES);
        match random.below(10) {
            0 => drop(client.send(ask(uid), OPTIONS)),
            1 => {
                let patience = Duration::from_millis(random.below(20));
                let waited = timeout(patience, client.send(ask(uid), OPTIONS)).await;
                ends.extend(waited.ok().map(|answer| (false, end(uid, answer))));
            }
            2 => {
                let answer = client.send(ask(uid), hurried(&mut random)).await;
                ends.push((true, end(uid, answer)));
            }
            3 => {
                let mut stream = client.stream(ask(uid), OPTIONS);
                drop(stream.next().await);
            }
            4 => {
                let sent = client.send(ask(uid), OPTIONS);
                sleep(Duration::from_millis(random.below(20))).await;
                ends.push((false, end(uid, sent.await)));
            }
            _ => {
                let answer = client.send(ask(uid), OPTIONS).await;
                ends.push((false, end(uid, answer)));
            }
        }
    }
    ends
}

async fn storm(server: &Server, seed: u64) {
    println!("seed {seed}");
    let mut random = Random(seed);
    let cut = cut(seed, &mut random);
    let socket = link::to(server.addr(), seed, cut);
    socket.set_nonblocking(true).unwrap();
    let socket = tokio::net::TcpStream::from_std(socket).unwrap();
    let (connector, outcomes) = (connector(), Outcomes::default());
    let dial = Dial::new(&connector).observe(Box::new(outcomes.clone()));
    let (client, connection) = dial.over(socket).connect().await.unwrap();
    let connection = tokio::spawn(connection);
    client.select("INBOX").await.unwrap();
    let tasks: Vec<_> = (0..200)
        .map(|_| {
            let random = Random(random.below(u64::MAX));
            tokio::spawn(task(client.clone(), random))
        })
        .collect();
    let mut ends = BTreeMap::<_, u32>::new();
    for task in tasks {
        for (may_be_late, end) in task.await.unwrap() {
            assert!(may_be_late || end != End::Late);
            *ends.entry(end).or_default() += 1;
        }
    }
    println!("{ends:?}");
    is_as_it_should_be(&ends, cut.is_some());
    assert_eq!(client.noop().await.is_ok(), cut.is_none());
    client.close();
    let closed = connection.await.unwrap();
    println!("{closed}");
    let outcomes = outcomes.0.lock().unwrap();
    let repeated: Vec<_> = outcomes.iter().filter(|(_, count)| **count != 1).collect();
    assert_eq!(repeated, []);
    assert_eq!(client.inspect(|core| core.open_commands()), 0);
    // All but those that were not sent any more.
    let enough = if cut.is_some() { 1 } else { 2_000 };
    assert!(outcomes.len() >= enough, "{}", outcomes.len());
}

#[test]
fn commands_of_200_tasks_over_a_bad_link() {
    crate::within(|| {
        let server = server();
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        for seed in SEEDS {
            runtime.block_on(storm(&server, seed));
        }
    });
}
