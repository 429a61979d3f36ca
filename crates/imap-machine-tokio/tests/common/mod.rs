//! A server to write a test's side of the conversation with, on an in-memory pipe.

#![allow(dead_code)]

use std::time::Duration;

use imap_machine_tokio::{Client, Closed, Connector, Dial, Observer, over};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};
use tokio::task::JoinHandle;

pub struct Peer(BufReader<DuplexStream>);

impl Peer {
    pub async fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    }

    /// The next command, which has to be this one; its tag.
    pub async fn expect(&mut self, command: &str) -> String {
        let line = self.line().await;
        let (tag, rest) = line.split_once(' ').unwrap_or_default();
        assert_eq!(rest, command);
        tag.to_owned()
    }

    pub async fn octets(&mut self, count: usize) -> Vec<u8> {
        let mut octets = vec![0; count];
        self.0.read_exact(&mut octets).await.unwrap();
        octets
    }

    /// What is there, at least one octet; nothing at the end.
    pub async fn some(&mut self) -> Vec<u8> {
        let octets = self.0.fill_buf().await.unwrap().to_vec();
        self.0.consume(octets.len());
        octets
    }

    pub async fn say(&mut self, text: impl AsRef<str>) {
        self.0.write_all(text.as_ref().as_bytes()).await.unwrap();
    }

    /// Completes every command that comes; FETCH is answered with `rows` rows that have 100 octets of body each.
    pub async fn serve(mut self, rows: u32) {
        loop {
            let line = self.line().await;
            let Some((tag, command)) = line.split_once(' ') else {
                return;
            };
            if command.contains("FETCH") {
                for number in 1..=rows {
                    let body = "x".repeat(100);
                    let row =
                        format!("* {number} FETCH (UID {number} BODY[] {{100}}\r\n{body})\r\n");
                    self.say(row).await;
                }
            }
            if command == "LOGOUT" {
                self.say(format!("* BYE\r\n{tag} OK\r\n")).await;
                return;
            }
            if command.starts_with("SELECT") {
                self.say("* 1000 EXISTS\r\n").await;
            }
            self.say(format!("{tag} OK done\r\n")).await;
        }
    }
}

pub const GREETING: &str = "* PREAUTH [CAPABILITY IMAP4rev1 IDLE UIDPLUS] hi\r\n";

pub fn connector() -> Connector {
    Connector::new("imap://mail.example").unwrap()
}

/// A session over a pipe that holds `octets` in each direction.
pub async fn session(octets: usize) -> (Client, JoinHandle<Closed>, Peer) {
    session_with(connector(), octets).await
}

pub async fn session_with(
    connector: Connector,
    octets: usize,
) -> (Client, JoinHandle<Closed>, Peer) {
    let (ours, theirs) = duplex(octets);
    let mut peer = Peer(BufReader::new(theirs));
    let (connected, ()) = tokio::join!(over(&connector, ours), peer.say(GREETING));
    let (client, connection) = connected.unwrap();
    (client, tokio::spawn(connection), peer)
}

/// The same, watched from the greeting on.
pub async fn observed(observer: Box<dyn Observer + Send>) -> (Client, JoinHandle<Closed>, Peer) {
    let (ours, mut peer) = pipe(4096);
    let connector = connector();
    let dial = Dial::new(&connector).observe(observer);
    let (connected, ()) = tokio::join!(dial.over(ours).connect(), peer.say(GREETING));
    let (client, connection) = connected.unwrap();
    (client, tokio::spawn(connection), peer)
}

pub fn pipe(octets: usize) -> (DuplexStream, Peer) {
    let (ours, theirs) = duplex(octets);
    (ours, Peer(BufReader::new(theirs)))
}

/// A test that hangs fails.
pub async fn soon<F: Future>(future: F) -> F::Output {
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, future).await.expect("it hangs")
}
