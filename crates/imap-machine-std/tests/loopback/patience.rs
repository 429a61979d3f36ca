//! Time: what is late, what is not, and that nothing waits for ever.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use imap_machine_std::imap_machine::client::NotSent;
use imap_machine_std::{
    Client, Command, CommandError, CommandOptions, Config, ConnectError, Connector, Pace,
};

use crate::peer::{self, Peer, within};

const SOON: Duration = Duration::from_millis(300);
/// Less than any patience but that of the test.
const LATE: Duration = Duration::from_secs(25);

fn client(peer: impl FnOnce(Peer) + Send + 'static, config: Config) -> Client {
    let connector = Connector::new("imap://localhost").unwrap().config(config);
    imap_machine_std::over(&connector, peer::start(peer)).unwrap()
}

fn timed_out<T: std::fmt::Debug>(result: Result<T, CommandError>) {
    let error = result.unwrap_err();
    assert!(matches!(error, CommandError::Unknown(_)), "{error:?}");
    assert!(error.to_string().contains("deadline"), "{error}");
}

#[test]
fn a_server_that_never_greets_is_given_up() {
    within(60, || {
        let began = Instant::now();
        let socket = peer::start(|mut peer| peer.wait());
        let connector = Connector::new("imap://localhost")
            .unwrap()
            .connect_timeout(SOON);
        let error = imap_machine_std::over(&connector, socket).unwrap_err();
        assert!(matches!(error, ConnectError::TimedOut { .. }), "{error:?}");
        assert!(error.to_string().contains("greeting"), "{error}");

        let mut config = Config::default();
        config.timeouts.greeting = SOON;
        let socket = peer::start(|mut peer| peer.wait());
        let connector = Connector::new("imap://localhost").unwrap().config(config);
        let error = imap_machine_std::over(&connector, socket).unwrap_err();
        assert!(matches!(error, ConnectError::Open(_)), "{error:?}");
        assert!(began.elapsed() < LATE);
    });
}

#[test]
fn a_server_that_never_shakes_hands_is_given_up() {
    within(60, || {
        let socket = peer::start(|mut peer| peer.wait());
        let connector = Connector::new("imaps://localhost")
            .unwrap()
            .connect_timeout(SOON);
        let error = imap_machine_std::over(&connector, socket).unwrap_err();
        assert!(matches!(error, ConnectError::TimedOut { .. }), "{error:?}");
    });
}

#[test]
fn a_server_that_speaks_no_tls_is_found_out() {
    within(60, || {
        let socket = peer::start(|mut peer| peer.say("* OK ready\r\n"));
        let connector = Connector::new("imaps://localhost").unwrap();
        let error = imap_machine_std::over(&connector, socket).unwrap_err();
        assert!(matches!(error, ConnectError::Tls(_)), "{error:?}");
        assert!(error.to_string().contains("does not speak TLS"), "{error}");
    });
}

/// Says something all the time, but never the end of the first command.
fn chatter(pause: Option<Duration>) -> impl FnOnce(Peer) + Send {
    move |mut peer| {
        peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
        peer.line();
        let block = match pause {
            Some(_) => "* OK still here\r\n".to_owned(),
            None => "* OK still here\r\n".repeat(1000),
        };
        while peer.try_say(block.as_bytes()).is_ok() {
            thread::sleep(pause.unwrap_or_default());
        }
    }
}

#[test]
fn a_server_that_only_chatters_cannot_hold_a_command_past_its_deadline() {
    within(120, || {
        for pause in [Some(Duration::from_millis(20)), None] {
            let mut client = client(chatter(pause), Config::default());
            let began = Instant::now();
            let noop = client.send(Command::noop(), CommandOptions::deadline(SOON));
            timed_out(client.wait(noop.unwrap()));
            assert!(began.elapsed() >= SOON);
            assert!(began.elapsed() < LATE, "{:?}", began.elapsed());
        }
    });
}

#[test]
fn a_silent_server_ends_the_connection() {
    within(60, || {
        let silent = |mut peer: Peer| {
            peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
            peer.wait();
        };
        let mut config = Config::default();
        config.timeouts.completion = SOON;
        let mut client = client(silent, config);
        let error = client.noop().unwrap_err();
        assert!(matches!(error, CommandError::Unknown(_)), "{error:?}");
        assert!(matches!(
            client.noop(),
            Err(CommandError::NotSent(NotSent::Closed(_)))
        ));
    });
}

/// Answers each command at once, with `lines` lines before the OK, and tells when it has.
fn answers_at_once(lines: usize, answered: mpsc::Sender<()>) -> impl FnOnce(Peer) + Send {
    move |mut peer| {
        peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
        loop {
            let line = peer.line();
            let Some((tag, _)) = line.split_once(' ') else {
                return;
            };
            for _ in 0..lines {
                peer.say("* 1 FETCH (FLAGS (\\Seen))\r\n");
            }
            peer.say(&format!("{tag} OK done\r\n"));
            let _ = answered.send(());
        }
    }
}

#[test]
fn an_answer_that_waited_in_the_socket_is_not_late() {
    within(60, || {
        for tls in [false, true] {
            let (answered, answers) = mpsc::channel();
            // More than one read, or one record of TLS, and less than the sockets hold.
            let mut client = match tls {
                false => client(answers_at_once(800, answered), Config::default()),
                true => {
                    let (socket, root) = peer::start_tls(answers_at_once(300, answered));
                    let connector = Connector::new("imaps://localhost").unwrap();
                    imap_machine_std::over(&connector.roots(vec![root]), socket).unwrap()
                }
            };
            for _ in 0..3 {
                let noop = client.send(Command::noop(), CommandOptions::deadline(SOON));
                let sent = Instant::now();
                answers.recv().unwrap();
                thread::sleep((SOON * 2).saturating_sub(sent.elapsed()));
                client.wait(noop.unwrap()).unwrap();
            }
        }
    });
}

#[test]
fn an_answer_that_overflows_ends_without_its_server() {
    within(20, || {
        let never_done = |mut peer: Peer| {
            peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
            assert!(peer.line().ends_with("SELECT INBOX"));
            peer.say("* 9 EXISTS\r\nA1 OK selected\r\n");
            peer.line();
            peer.say(&"* 1 FETCH (FLAGS (\\Seen))\r\n".repeat(100));
            assert!(peer.line().ends_with("NOOP"));
            peer.say("A3 OK\r\n");
            peer.wait();
        };
        let mut pace = Pace::default();
        pace.hold = 1000;
        pace.patience = SOON;
        let connector = Connector::new("imap://localhost").unwrap().pace(pace);
        let mut client = imap_machine_std::over(&connector, peer::start(never_done)).unwrap();
        client.select("INBOX").unwrap();
        let fetch = Command::fetch("1", "FLAGS").unwrap();
        let fetch = client.begin(fetch, CommandOptions::default()).unwrap();
        client.noop().unwrap();
        let error = client.responses(fetch).find_map(Result::err).unwrap();
        assert!(matches!(error, CommandError::Overflow(_)), "{error:?}");
    });
}

#[test]
fn the_end_in_the_middle_of_an_answer_is_the_end_of_it() {
    within(60, || {
        let mut client = client(
            |mut peer| {
                peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
                peer.line();
                peer.say("* 1 FETCH (BODY[] {1000}\r\nnot all of it");
            },
            Config::default(),
        );
        let error = client.noop().unwrap_err();
        assert!(matches!(error, CommandError::Unknown(_)), "{error:?}");
        assert!(error.to_string().contains("without a word"), "{error}");
        let closed = client.closed().expect("it has ended");
        assert!(closed.failure().is_none());
        assert!(matches!(
            client.noop(),
            Err(CommandError::NotSent(NotSent::Closed(_)))
        ));
    });
}
