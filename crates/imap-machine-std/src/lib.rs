//! A blocking IMAP client in which no command can hang.
//!
//! The [imap-machine](imap_machine) state machine around a socket, with TLS by rustls. No runtime, and no background thread.
//!
//! ```no_run
//! use imap_machine_std::{Connector, Credentials};
//! use imap_machine_std::imap_types::fetch::MessageDataItemName::{Flags, Uid};
//! use imap_machine_std::imap_types::flag::{Flag, StoreType};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut client = Connector::new("imaps://mail.example")?
//!     .credentials(Credentials::password("alice", "secret"))
//!     .connect()?;
//!
//! let inbox = client.select("INBOX")?;
//! println!("{} messages", inbox.exists);
//! for message in client.fetch("1:*", vec![Uid, Flags])? {
//!     println!("{:?} {:?}", message.uid, message.flags);
//! }
//! client.store("1", StoreType::Add, vec![Flag::Seen])?;
//! client.logout()?;
//! # Ok(())
//! # }
//! ```
//!
//! # What it promises
//!
//! * **No method blocks longer than its deadlines allow.** A command ends when the server has answered, when its
//!   [deadline](Client::set_deadline) passes, or when the server has been silent for too long
//!   ([`Timeouts`](imap_machine::client::Timeouts)), whichever comes first; [`CommandError`] says which, and whether the command
//!   may have been executed.
//! * **Writing never waits for reading, nor reading for writing.** The client reads while it writes a large message, so two full
//!   socket buffers cannot lock each other.
//! * **An answer that is not taken delays no other.** It is held up to [`Connector::hold`]. Beyond that this one answer
//!   ends with [`CommandError::Overflow`], and everything else goes on.
//! * **Dropping an iterator cancels its command.** Nothing waits, and the connection goes on.
//!
//! # Several commands at once
//!
//! [`Client::send`] never waits. Commands that may be in progress together (RFC 9051 section 5.5) take one round trip:
//!
//! ```
//! # use imap_machine_testkit::server::{Options, Server};
//! use imap_machine_std::answers::{Counted, Done};
//! use imap_machine_std::imap_types::status::StatusDataItemName::Messages;
//! use imap_machine_std::{Command, CommandOptions, Connector, Credentials};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let server = Server::start(Options::default())?;
//! # let url = format!("imap://{}", server.addr());
//! let mut client = Connector::new(&url)?
//!     .credentials(Credentials::password("alice", "secret"))
//!     .connect()?;
//!
//! let options = CommandOptions::default();
//! let noop = client.send(Command::noop(), options)?;
//! let inbox = client.send(Command::status("INBOX", vec![Messages])?, options)?;
//! let archive = client.send(Command::status("Archive", vec![Messages])?, options)?;
//!
//! println!("{:?}", client.wait::<Counted>(archive)?);
//! println!("{:?}", client.wait::<Counted>(inbox)?);
//! client.wait::<Done>(noop)?;
//! client.logout()?;
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod append;
mod client;
mod clock;
mod commands;
mod connect;
mod driver;
mod error;
mod happy_eyeballs;
mod idle;
mod inboxes;
mod responses;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod stalled;
mod tls;
mod transport;

pub use client::Client;
pub use connect::Connector;
pub use error::{Closed, CommandError, ConnectError, SourceError};
pub use idle::Idle;
pub use imap_machine;
pub use imap_machine::client::session::{Credentials, Method, answers};
pub use imap_machine::client::{Command, CommandHandle, CommandOptions, Config, Event};
pub use imap_machine::imap_types;
pub use imap_machine_connect::{TlsError, UrlError};
pub use inboxes::Update;
pub use responses::{Responses, Updates};
pub use rustls;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
