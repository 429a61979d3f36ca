//! A blocking IMAP client in which no command can hang.
//!
//! The [imap-machine](imap_machine) state machine around a socket, with TLS by rustls. No runtime. Threads are started only
//! to look up the host and to connect, and they end with that.
//!
//! ```no_run
//! use imap_machine_std::{Connector, Items, connect};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let password = std::env::var("IMAP_PASSWORD")?;
//!     let server = Connector::new("imaps://alice@mail.example")?.password(password);
//!     let mut client = connect(&server)?;
//!
//!     let inbox = client.examine("INBOX")?;
//!     println!("{} messages", inbox.exists);
//!     if inbox.exists > 0 {
//!         let newest = inbox.exists.saturating_sub(9).max(1)..;
//!         for message in client.fetch(newest, Items::new().envelope())? {
//!             let Some(envelope) = message.envelope() else { continue };
//!             let envelope = envelope.fields();
//!             let subject = envelope.subject.and_then(|subject| subject.text());
//!             let sender = envelope.from.and_then(|from| from.iter().next());
//!             let sender = sender.and_then(|sender| sender.mailbox?.text());
//!             println!("{}: {}", sender.unwrap_or_default(), subject.unwrap_or_default());
//!         }
//!     }
//!     client.logout()?;
//!     Ok(())
//! }
//! ```
//!
//! A subject is printed as the message has it, encoded words too. With the feature `text`, `Envelope::subject` has it as people read it.
//!
//! # How it fits together
//!
//! * [`Connector`] says what to connect to; [`connect`] returns when the session can be used.
//! * [`Client`] has a method for each command (`select`, `uid_fetch`, ...). It waits for the answer and returns its value. Each has an
//!   example that shows its answer; the names in it are those of this crate and of [`answers`]. What could not be read of an answer is
//!   in the value's field `unread`, as events.
//! * [`Client::stream`] takes any command, also a raw one, and returns [`Responses`], an iterator of events.
//! * [`Client::updates`] has what the server said on its own account; [`Idle`] waits for it.
//!
//! # What it promises
//!
//! * **No method blocks longer than its deadlines allow.** A command ends when the server has answered, when its
//!   [deadline](Client::set_deadline) passes, or when the server has been silent for too long
//!   ([`Timeouts`]), whichever comes first; [`CommandError`] says which, and whether the command
//!   may have been executed.
//! * **Writing never waits for reading, nor reading for writing.** The client reads while it writes a large message, so two full
//!   socket buffers cannot lock each other.
//! * **A slow reader is slow, and an absent one delays no other for long.** A stream is held up to [`Pace::hold`]; then the client reads on
//!   when its reader has taken some of it. If another command waits meanwhile, the reader has [`Pace::patience`]: then this one
//!   stream ends with [`CommandError::Overflow`], and everything else goes on.
//! * **Dropping an iterator cancels its command.** Nothing waits, and the connection goes on.
//!
//! # What the client does by itself
//!
//! A method sends its command and nothing else, but for these:
//!
//! * [`connect`] sends STARTTLS if the URL says so, CAPABILITY unless the server has told its capabilities, and LOGIN or AUTHENTICATE.
//! * A set of messages that is too long for one line goes out in parts, and what a server with MESSAGELIMIT leaves out is asked for again.
//!   The value is of all of them. (A stream is of one command.)
//! * `uid_move` to a server without MOVE is COPY, STORE and UID EXPUNGE. If these cannot do the same, nothing is sent:
//!   [`NotSent::NoMove`].
//! * A search for text that the server refuses with BADCHARSET is sent once more, in a charset that the server has named. A SEARCH says
//!   `RETURN (ALL)` to a server with ESEARCH.
//! * An [`Idle`] ends and begins again before servers lose patience with it.
//!
//! It never connects again, repeats no command that may have been executed, and sends no NOOP, no LOGOUT and no ENABLE.
//!
//! A command of an extension is sent whether the server has announced the extension or not: each method says what it needs. A server without
//! it answers BAD, which is [`CommandError::Refused`]. [`Client::supports`] says beforehand what the server has.
//!
//! # Several commands at once
//!
//! [`Client::send`] never waits. Commands that may be in progress together (RFC 9051 section 5.5) take one round trip:
//!
//! ```
//! # use imap_machine_testkit::server::{Options, Server};
//! use imap_machine_std::{Command, CommandOptions, Connector, Credentials, connect};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = Server::start(Options::default())?;
//! # let url = format!("imap://{}", server.addr());
//! let server = Connector::new(&url)?.credentials(Credentials::password("alice", "secret"));
//! let mut client = connect(&server)?;
//!
//! let options = CommandOptions::default();
//! let noop = client.send(Command::noop(), options)?;
//! let inbox = client.send(Command::status("INBOX", ["MESSAGES"])?, options)?;
//! let archive = client.send(Command::status("Archive", ["MESSAGES"])?, options)?;
//!
//! println!("{:?} messages", client.wait(archive)?.number("MESSAGES"));
//! println!("{:?} messages", client.wait(inbox)?.number("MESSAGES"));
//! client.wait(noop)?;
//! client.logout()?;
//! # Ok(())
//! # }
//! ```
//!
//! A UID FETCH goes out with the SELECT of its mailbox, in one round trip, if it is sent [early](CommandOptions::early).
//!
//! # Logging in
//!
//! [`Credentials`] are a password, a token, or a mechanism of one's own. With TLS the password is sent, in the fewest round trips;
//! [`Method::Strongest`] prefers SCRAM and binds the login to TLS, [`Method::Scram`] never sends the password.
//! [`Connector::provider`] is asked at each connection. Names and passwords that are not ASCII need the feature `saslprep` for SCRAM.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[macro_use]
mod example;

mod client;
mod clock;
mod commands;
mod connect;
mod download;
mod driver;
mod idle;
mod layers;
mod responses;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod stalled;
mod transport;

pub use client::Client;
pub use commands::Answered;
pub use connect::{connect, over};
pub use download::Download;
pub use idle::Idle;
pub use imap_machine;
pub use imap_machine::client::ClientConnection;
pub use imap_machine::client::desk::Ticket;
pub use imap_machine::client::prelude::*;
#[cfg(feature = "text")]
#[doc(no_inline)]
pub use imap_machine::text;
#[doc(no_inline)]
pub use imap_machine::{codec, error};
pub use imap_machine_connect::{
    Address, ConnectError, Connector, Security, Step, TlsError, UrlError,
};
pub use responses::Responses;
pub use rustls;
pub use transport::{Ready, Transport};

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
