//! An IMAP client for tokio in which no command can hang.
//!
//! The crate puts the sans-IO machine of [`imap_machine`] around a socket, a clock and rustls. It moves octets and knows no
//! protocol. The machine's promise holds here: **every command gets exactly one outcome, in bounded time, whatever the server
//! sends and whatever the application forgets to do; and at any moment the connection can say what it is waiting for.**
//!
//! ```no_run
//! use imap_machine_tokio::{Connector, StatusName, connect_spawned};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let password = std::env::var("IMAP_PASSWORD")?;
//!     let server = Connector::new("imaps://alice@mail.example")?.password(password);
//!     let client = connect_spawned(&server).await?;
//!
//!     // All are asked for before the first is waited for: they share the wire.
//!     let mut counts = Vec::new();
//!     for mailbox in client.list("", "*").await? {
//!         if !mailbox.has("\\Noselect") && !mailbox.has("\\NonExistent") {
//!             let count = client.status(&mailbox, [StatusName::Messages, StatusName::Unseen]);
//!             counts.push((mailbox.name, count));
//!         }
//!     }
//!     for (name, count) in counts {
//!         let count = count.await?;
//!         let number = |item| count.number(item).unwrap_or_default();
//!         println!("{name}: {} of {} unseen", number(StatusName::Unseen), number(StatusName::Messages));
//!     }
//!     client.logout().await?;
//!     Ok(())
//! }
//! ```
//!
//! # How it fits together
//!
//! * [`Connector`] says what to connect to; [`connect`] returns when the session can be used.
//! * [`Connection`] is the future that does all reading and writing. Spawn it, or let [`connect_spawned`] do so.
//! * [`Client`] is cheap to clone and can be used from any number of tasks. Their commands share the one connection, and are
//!   pipelined as far as RFC 9051 allows. Typed methods (`select`, `uid_fetch`, ...) send their command at once and return a
//!   [`Response`], the future of its value. Each has an example that shows its answer; the names in it are those of this crate and of
//!   [`answers`].
//! * [`Client::stream`] takes any command, also a raw one, and returns [`Responses`], a stream of events.
//! * [`Updates`] is a stream of what the server says on its own account; [`Idle`] waits for it.
//!
//! A SELECT and a UID FETCH of its messages take one round trip when the second is sent [early](Client::early).
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
//! * An IDLE ends when another command has to be sent. One that is [`refreshing`](CommandOptions::refreshing) ends and begins again before
//!   servers lose patience with it.
//!
//! It never connects again, repeats no command that may have been executed, and sends no NOOP, no LOGOUT and no ENABLE.
//!
//! A command of an extension is sent whether the server has announced the extension or not: each method says what it needs. A server without
//! it answers BAD, which is [`CommandError::Refused`]. [`Client::supports`] says beforehand what the server has.
//!
//! # Values
//!
//! A value has what could be read of an answer. What could not be read is in its field `unread`, as events. So the value is all that the
//! server said if `unread` is empty:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let url = imap_machine_testkit::scenario::serve(r##"
//! # S: * PREAUTH [CAPABILITY IMAP4rev1] ready
//! # C: A1 LIST "" *
//! # S: * LIST () "/" INBOX
//! # S: * LIST () /
//! # S: A1 OK done
//! # "##)?;
//! # use imap_machine_tokio::{Connector, connect_spawned};
//! # let client = connect_spawned(&Connector::new(&url)?).await?;
//! let listed = client.list("", "*").await?;
//! for mailbox in &listed.mailboxes {
//!     println!("{}", mailbox.name);
//! }
//! for event in &listed.unread {
//!     println!("not read: {event:?}");
//! }
//! # assert_eq!((listed.mailboxes.len(), listed.unread.len()), (1, 1));
//! # Ok(())
//! # }
//! ```
//!
//! # Reading slowly, cancelling, deadlines
//!
//! A stream holds what its reader has not taken, up to [`Pace::hold`] octets; then the connection stops reading, so no answer is
//! lost. A reader with the connection to itself may take its time. If other commands wait for it longer than [`Pace::patience`], its
//! stream ends with [`CommandError::Overflow`], and all others go on. The value of a typed answer may take up to [`Pace::answer`]
//! octets.
//!
//! Dropping a future or a stream cancels its command. If no octet of the command has left, it is never sent. Otherwise the rest of its
//! answer is skipped. The connection goes on, except when the command was an APPEND in the middle of its message.
//!
//! Every command has a deadline ([`Client::with_deadline`],
//! [`Timeouts::command`]). When it passes, the command ends and the connection goes on. If
//! the server is silent altogether, the connection ends after [`Timeouts::completion`].
//!
//! # Logging in
//!
//! [`Credentials`] are a password, a token, or a mechanism of one's own. With TLS the password is sent, in the fewest round trips;
//! [`Method::Strongest`] prefers SCRAM and binds the login to TLS, [`Method::Scram`] never sends the password.
//! [`Connector::provider`] is asked at each connection. Names and passwords that are not ASCII need the feature `saslprep` for SCRAM.
//!
//! # Errors
//!
//! [`CommandError`] says what became of the command: refused by the server ([`Refused::reason`]), certainly not sent (send it again),
//! or unknown (it may have been executed). [`ConnectError`] says what to do about it.
//!
//! # Tracing
//!
//! Spans and events of the `tracing` crate at the levels `debug` (outcomes) and `trace` (all events), without
//! credentials and without the content of messages.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[macro_use]
mod example;

mod client;
mod clock;
mod commands;
mod connect;
mod connection;
mod download;
mod driver;
mod idle;
mod observer;
mod reading;
mod response;
mod responses;
#[cfg(test)]
mod scenarios;
mod state;
mod transport;
mod updates;

pub use client::Client;
pub use connect::{Dial, connect, connect_spawned, over};
pub use connection::Connection;
pub use download::Download;
pub use idle::Idle;
pub use observer::Observer;
pub use response::Response;
pub use responses::Responses;
pub use updates::Updates;

pub use imap_machine;
pub use imap_machine::client::ClientConnection;
pub use imap_machine::client::prelude::*;
#[cfg(feature = "text")]
#[doc(no_inline)]
pub use imap_machine::text;
#[doc(no_inline)]
pub use imap_machine::{codec, error};
pub use imap_machine_connect::{
    Address, ConnectError, Connector, Security, Step, TlsError, UrlError,
};
pub use tokio_rustls::rustls;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
