//! A small IMAP server on loopback, for demos and for the tests of adapters.
//!
//! The only code that it shares with the state machine is framing, which reads the other direction
//! here. So neither can hide a mistake of the other. (The server of the simulation has a reader of its
//! own.) It keeps everything in memory, serves each connection from one thread that blocks, and
//! knows the part of RFC 9051 (as IMAP4rev1) that a client's everyday work needs. All users see the
//! same mailboxes.
//!
//! ```text
//! mod         the server, its options, starting and stopping
//! wire        framed commands in, buffered octets out
//! command     words, strings, literals and number sets of a command
//! connection  one connection: receive, dispatch, log in, IDLE
//! folders     LIST, STATUS, CREATE, DELETE, APPEND
//! selected    SELECT, STORE, SEARCH, COPY, MOVE, EXPUNGE, CLOSE
//! fetch       FETCH: its items, and what they look like
//! view        what a session knows of its mailbox
//! mailbox     mailboxes and messages
//! body        message octets, kept or made on the fly
//! ```

mod body;
pub(crate) mod command;
mod connection;
mod fetch;
mod folders;
pub(crate) mod mailbox;
mod selected;
#[cfg(test)]
mod tests;
pub(crate) mod view;
mod wire;

pub use body::Body;
pub use mailbox::{Mailbox, Message};

use imap_machine::framing::Announced;
use mailbox::Store;
use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How many command lines [`Server::commands_seen`] remembers; older ones are forgotten.
const LOG_LINES: usize = 10_000;

/// What the server offers, and how it misbehaves.
pub struct Options {
    /// Names and passwords.
    pub users: Vec<(String, String)>,
    /// The mailboxes it starts with; see [`demo_mailboxes`].
    pub mailboxes: Vec<Mailbox>,
    /// How it greets.
    pub greeting: Greeting,
    /// What it announces. This changes nothing else, except for `LITERAL-`: with that, a
    /// non-synchronizing literal above 4096 octets is refused (RFC 7888 section 5).
    pub capabilities: Vec<String>,
    /// Octets of one command, lines and literals together, without the message of an APPEND.
    pub max_command: usize,
    /// Octets of the largest message that APPEND takes; above it is `NO [TOOBIG]`.
    pub max_append: u64,
    /// Octets of the largest appended message that is kept; above it only its size and digest are.
    pub keep_append: u64,
    /// Ways to misbehave.
    pub faults: Vec<Fault>,
}

impl Default for Options {
    /// User `alice` with password `secret`, and [`demo_mailboxes`] of 300 messages of 2 KiB and one
    /// of 64 MiB.
    fn default() -> Self {
        let capabilities =
            "IMAP4rev1 SASL-IR AUTH=PLAIN IDLE UIDPLUS MOVE UNSELECT ENABLE NAMESPACE ID";
        Options {
            users: vec![("alice".to_owned(), "secret".to_owned())],
            mailboxes: demo_mailboxes(300, 2 << 10, 64 << 20),
            greeting: Greeting::Ok,
            capabilities: capabilities.split(' ').map(str::to_owned).collect(),
            max_command: 64 << 10,
            max_append: u64::MAX,
            keep_append: 1 << 20,
            faults: Vec::new(),
        }
    }
}

/// `INBOX` with `count` messages of `octets` each, an empty `Archive`, and `Big` with one message
/// of `big` octets that is made on the fly.
#[must_use]
pub fn demo_mailboxes(count: usize, octets: u64, big: u64) -> Vec<Mailbox> {
    let inbox = (1..=count).fold(Mailbox::new("INBOX"), |inbox, n| {
        inbox.with(Message::text(&format!("Message {n}"), octets))
    });
    let big = Mailbox::new("Big").with(Message::new(Body::Generated { size: big }));
    vec![inbox, Mailbox::new("Archive"), big]
}

/// The first line of a connection (RFC 9051 section 7.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Greeting {
    /// `* OK`: the client has to log in.
    #[default]
    Ok,
    /// `* PREAUTH`: the client is logged in already.
    Preauth,
    /// `* BYE`: the connection is refused.
    Bye,
}

/// A way to misbehave, on every connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Closes the connection, without BYE, after this number of commands.
    CloseAfter(usize),
    /// Writes at most this number of octets at a time (at least one).
    ChunkWrites(usize),
    /// Never answers commands of this name, which is in capitals.
    Silent(&'static str),
}

/// A running server. Dropping it stops it.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Binds a free port of 127.0.0.1 and serves it from a thread of its own.
    ///
    /// # Errors
    ///
    /// What binding the port or starting the thread reports.
    pub fn start(mut options: Options) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let store = Store::new(std::mem::take(&mut options.mailboxes));
        let shared = Arc::new(Shared {
            options,
            store: Mutex::new(store),
            log: Mutex::default(),
            connections: Mutex::new(Some(Vec::new())),
        });
        let accepting = thread::Builder::new()
            .name("imap-accept".to_owned())
            .spawn({
                let shared = Arc::clone(&shared);
                move || accept(&listener, &shared)
            })?;
        Ok(Server {
            address,
            shared,
            accepting: Some(accepting),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// The commands received so far on all connections: their lines, without the content of
    /// literals and without credentials. The oldest of many are forgotten.
    #[must_use]
    pub fn commands_seen(&self) -> Vec<String> {
        lock(&self.shared.log).iter().cloned().collect()
    }

    /// Puts a message into a mailbox, as if new mail had come, and returns its UID; `None` if there
    /// is no such mailbox.
    pub fn deliver(&self, mailbox: &str, message: Message) -> Option<u32> {
        Some(lock(&self.shared.store).find_mut(mailbox)?.push(message))
    }

    /// A copy of a mailbox as it is now.
    #[must_use]
    pub fn mailbox(&self, name: &str) -> Option<Mailbox> {
        lock(&self.shared.store).find(name).cloned()
    }

    /// Closes every connection and the listener, and waits for their threads. Calling it again does
    /// nothing.
    pub fn stop(&mut self) {
        let Some(accepting) = self.accepting.take() else {
            return;
        };
        let connections = lock(&self.shared.connections).take().unwrap_or_default();
        for (stream, _) in &connections {
            let _ = stream.shutdown(Shutdown::Both);
        }
        for (_, serving) in connections {
            let _ = serving.join();
        }
        // Only a connection wakes accept(). The number of tries is bounded: if the system is out of ports or descriptors, a
        // thread is left running, but nothing hangs.
        for _ in 0..50 {
            if accepting.is_finished() {
                let _ = accepting.join();
                return;
            }
            let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(20));
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An open connection: a handle to shut it down with, and its thread.
type Open = (TcpStream, JoinHandle<()>);

/// What all connections share. No lock is held while a socket is read or written.
struct Shared {
    options: Options,
    store: Mutex<Store>,
    log: Mutex<VecDeque<String>>,
    /// The open connections; `None` once the server is stopping.
    connections: Mutex<Option<Vec<Open>>>,
}

impl Shared {
    fn store(&self) -> MutexGuard<'_, Store> {
        lock(&self.store)
    }

    /// Whether RFC 7888 section 5 forbids this literal: it does not synchronize and is too large for LITERAL-.
    fn forbids(&self, literal: &Announced) -> bool {
        const LITERAL_MINUS: u64 = 4096;
        let mut announced = self.options.capabilities.iter();
        !literal.synchronizing
            && literal.size > LITERAL_MINUS
            && announced.any(|one| one.eq_ignore_ascii_case("LITERAL-"))
    }

    fn record(&self, command: &[u8]) {
        let mut log = lock(&self.log);
        if log.len() == LOG_LINES {
            log.pop_front();
        }
        log.push_back(redact(&String::from_utf8_lossy(command)));
    }
}

/// Hides what follows LOGIN, and what follows the mechanism of AUTHENTICATE. This works also with a
/// forgotten tag or a wrong space.
fn redact(command: &str) -> String {
    let words: Vec<&str> = command.split_whitespace().collect();
    let shown = |(at, word): (usize, &&str)| match word.to_ascii_uppercase().as_str() {
        "LOGIN" => Some(at + 1),
        "AUTHENTICATE" => Some(at + 2),
        _ => None,
    };
    match words.iter().enumerate().take(2).find_map(shown) {
        Some(shown) if shown < words.len() => format!("{} <redacted>", words[..shown].join(" ")),
        _ => command.to_owned(),
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    loop {
        let accepted = listener.accept();
        let mut connections = lock(&shared.connections);
        let Some(open) = connections.as_mut() else {
            return;
        };
        open.retain(|(_, serving)| !serving.is_finished());
        match accepted.and_then(|(stream, _)| serve(stream, shared)) {
            Ok(connection) => open.push(connection),
            Err(_) => {
                drop(connections);
                // Out of descriptors or threads. That lasts for a while, so wait.
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

fn serve(stream: TcpStream, shared: &Arc<Shared>) -> io::Result<Open> {
    let handle = stream.try_clone()?;
    let shared = Arc::clone(shared);
    let serving = thread::Builder::new()
        .name("imap-connection".to_owned())
        .spawn(move || connection::serve(stream, &shared))?;
    Ok((handle, serving))
}

/// Takes the lock also after a panic: nothing that a panic can leave half done matters to a test.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
