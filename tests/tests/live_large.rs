//! A message that is larger than any buffer goes from a file to a real Dovecot and back. The test has a process of its own, whose
//! resident memory is measured.
//!
//! The message has 64 MiB, or as many as `IMAP_MACHINE_LARGE_MIB` says. The full size is 1024, which needs 3 GiB on the disk and a
//! minute.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use imap_machine_tests::known::Known;
use imap_machine_tests::live::{self, Dovecot, PASSWORD, mailbox};
use imap_machine_tokio::{AppendMessage, Client, Connector, Event, Pace, connect_spawned};
use tokio::fs::File;

/// What the whole process may hold, its code included, in octets.
const RESIDENT: u64 = 16 << 20;

/// Little is held for the reader: the connection waits for it.
fn pace() -> Pace {
    let mut pace = Pace::default();
    pace.hold = 1 << 20;
    pace
}

/// A test that hangs fails. The limit is long, since the time depends on the disk of the server.
const SOON: Duration = Duration::from_secs(30 * 60);

fn size() -> u64 {
    let mebibytes = env::var("IMAP_MACHINE_LARGE_MIB").unwrap_or_else(|_| "64".into());
    let mebibytes: u64 = mebibytes
        .parse()
        .expect("IMAP_MACHINE_LARGE_MIB is a number");
    mebibytes << 20
}

/// A file that is removed when this is dropped.
struct Message(PathBuf);

impl Message {
    /// Writes `size` octets.
    fn write(size: u64) -> Self {
        let name = format!("imap-machine-large-{}.eml", std::process::id());
        let path = env::temp_dir().join(name);
        let mut file = fs::File::create(&path).unwrap();
        let written = Known::default().write(size, &mut file, |_| ());
        written.unwrap();
        Self(path)
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A line of `/proc/self/status`, in octets.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1));
    kibibytes.unwrap().parse::<u64>().unwrap() << 10
}

/// Prints the resident memory and its peak, and checks the peak.
fn report(moment: &str) {
    let (now, most) = (status("VmRSS"), status("VmHWM"));
    println!(
        "{moment}: {} KiB resident, {} KiB at most",
        now >> 10,
        most >> 10
    );
    assert!(most <= RESIDENT, "{most} octets were resident: {moment}");
}

async fn connect(server: &Dovecot) -> Client {
    let connector = Connector::new(&server.imaps("dave")).unwrap();
    let connector = connector
        .roots(server.roots())
        .password(PASSWORD)
        .pace(pace());
    connect_spawned(&connector).await.unwrap()
}

async fn append(client: &Client, name: &str, file: &Path, size: u64) {
    client.create(name).await.unwrap();
    let source = File::open(file).await.unwrap();
    let appended = client
        .append_stream(name, AppendMessage::supplied(size), source)
        .await;
    assert!(appended.unwrap().uid.is_some());
}

/// Fetches the body and compares it. Returns its size.
async fn fetch(client: &Client) -> u64 {
    let known = Known::default();
    let mut responses = client.fetch_stream("1", "BODY.PEEK[]").unwrap();
    let mut octets = 0;
    while let Some(event) = responses.next().await {
        if let Event::Literal(piece) = event.unwrap() {
            assert_eq!(piece.offset, octets);
            assert!(known.has(octets, &piece.data), "after {octets} octets");
            octets += piece.data.len() as u64;
        }
    }
    octets
}

#[tokio::test]
async fn a_large_message_there_and_back() {
    let Some(server) = live::dovecot("a_large_message_there_and_back") else {
        return;
    };
    let (size, name) = (size(), mailbox("large"));
    let message = Message::write(size);
    let round = async move {
        let client = connect(&server).await;
        report("connected");
        append(&client, &name, &message.0, size).await;
        report("appended");
        client.select(&name).await.unwrap();
        assert_eq!(fetch(&client).await, size);
        report("fetched");
        client.unselect().await.unwrap();
        client.delete(&name).await.unwrap();
    };
    // A task, so that it takes turns with the connection. The runtime polls tasks much more often than the future of the test.
    let round = tokio::spawn(tokio::time::timeout(SOON, round));
    round.await.unwrap().expect("it hangs");
}
