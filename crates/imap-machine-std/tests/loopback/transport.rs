//! Transports of all kinds, and how they are used.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use imap_machine_std::imap_machine::client::session::OpenError;
use imap_machine_std::{
    Client, CommandError, Config, ConnectError, Connector, Ready, Transport, connect, over,
};

use crate::peer::{self, Peer, within};

/// A transport of one's own: three methods. It counts the reads.
struct Counting {
    socket: TcpStream,
    reads: Arc<AtomicUsize>,
}

impl Counting {
    fn new(mut socket: TcpStream) -> (Self, Arc<AtomicUsize>) {
        socket.begin().unwrap();
        let reads = Arc::new(AtomicUsize::new(0));
        let shared = Arc::clone(&reads);
        (Self { socket, reads }, shared)
    }
}

impl Transport for Counting {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Transport::read(&mut self.socket, space)
    }

    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        Transport::write(&mut self.socket, octets)
    }

    fn wait(&mut self, wanted: Ready, span: Duration) -> io::Result<Ready> {
        self.socket.wait(wanted, span)
    }
}

/// Says OK to everything.
fn agree(mut peer: Peer) {
    peer.say("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
    loop {
        let line = peer.line();
        let Some((tag, _)) = line.split_once(' ') else {
            return;
        };
        peer.say(&format!("{tag} OK done\r\n"));
    }
}

#[test]
fn a_command_takes_one_read() {
    within(60, || {
        let (socket, root) = peer::start_tls(agree);
        let plain = Connector::new("imap://localhost").unwrap();
        let secure = Connector::new("imaps://localhost").unwrap();
        let secure = secure.roots(vec![root]);
        for (connector, socket) in [(plain, peer::start(agree)), (secure, socket)] {
            let (transport, reads) = Counting::new(socket);
            let mut client = over(&connector, transport).unwrap();
            client.noop().unwrap();
            let before = reads.load(Ordering::Relaxed);
            for _ in 0..20 {
                client.noop().unwrap();
            }
            assert_eq!(reads.load(Ordering::Relaxed) - before, 20, "{connector:?}");
        }
    });
}

#[test]
fn a_connection_that_waits_holds_no_space() {
    fn space(client: &Client) -> usize {
        client.connection().received_octets().1
    }
    within(60, || {
        let (socket, root) = peer::start_tls(agree);
        let plain = Connector::new("imap://localhost").unwrap();
        let secure = Connector::new("imaps://localhost").unwrap();
        let secure = secure.roots(vec![root]);
        for (connector, socket) in [(plain, peer::start(agree)), (secure, socket)] {
            let mut client = over(&connector, socket).unwrap();
            client.noop().unwrap();
            client.updates().for_each(drop);
            assert!(space(&client) <= 1 << 10, "{} octets", space(&client));
        }
    });
}

#[cfg(unix)]
#[test]
fn a_unix_socket_will_do() {
    use std::io::{BufRead, BufReader, Write};
    use std::os::unix::net::UnixStream;

    within(60, || {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let server = std::thread::spawn(move || {
            theirs.write_all(b"* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n")?;
            let mut lines = BufReader::new(theirs.try_clone()?).lines();
            assert_eq!(lines.next().transpose()?.as_deref(), Some("A1 LOGOUT"));
            theirs.write_all(b"* BYE so long\r\nA1 OK done\r\n")
        });
        let connector = Connector::new("imap://localhost").unwrap();
        let mut client = over(&connector, ours).unwrap();
        client.logout().unwrap();
        server.join().unwrap().unwrap();
    });
}

#[test]
fn a_bye_for_a_greeting_is_told_at_once_although_the_socket_stays_open() {
    within(60, || {
        let began = Instant::now();
        let socket = peer::start(|mut peer| {
            peer.say("* BYE [UNAVAILABLE] too many connections\r\n");
            peer.wait();
        });
        let connector = Connector::new("imap://localhost").unwrap();
        let error = over(&connector, socket).unwrap_err();
        assert!(
            matches!(error, ConnectError::Open(OpenError::Bye { .. })),
            "{error:?}"
        );
        assert!(error.to_string().contains("too many connections"));
        assert!(error.is_retryable() && !error.is_credentials());
        assert!(began.elapsed() < Duration::from_secs(10));
    });
}

#[test]
fn a_host_that_is_not_there_is_told_in_time() {
    within(60, || {
        // A port that nothing listens on, and a name that does not exist (RFC 6761 section 6.4).
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let refuses = format!("imap://{}", listener.local_addr().unwrap());
        drop(listener);
        for url in [refuses.as_str(), "imap://nowhere.invalid"] {
            let connector = Connector::new(url).unwrap();
            let connector = connector.connect_timeout(Duration::from_secs(5));
            let began = Instant::now();
            let error = connect(&connector).unwrap_err();
            assert!(error.is_retryable(), "{error:?}");
            assert!(began.elapsed() < Duration::from_secs(20));
        }
    });
}

/// Says news without end from the first IDLE on, and does not hear DONE.
fn flood(mut peer: Peer) {
    peer.say("* PREAUTH [CAPABILITY IMAP4rev1 IDLE] ready\r\n");
    peer.line();
    peer.say("+ idling\r\n");
    let block = "* OK still here\r\n".repeat(1000);
    while peer.try_say(block.as_bytes()).is_ok() {}
}

#[test]
fn an_idle_in_a_flood_ends_in_time() {
    within(120, || {
        let mut config = Config::default();
        config.timeouts.done = Duration::from_millis(300);
        let connector = Connector::new("imap://localhost").unwrap().config(config);
        let mut client = over(&connector, peer::start(flood)).unwrap();
        let began = Instant::now();
        let last = client.idle(Duration::from_millis(300)).unwrap().last();
        assert!(
            matches!(last, Some(Err(CommandError::Unknown(_)))),
            "{last:?}"
        );
        assert!(began.elapsed() < Duration::from_secs(25));
        assert!(client.closed().is_some());
    });
}
