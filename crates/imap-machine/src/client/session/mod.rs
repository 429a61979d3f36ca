//! Opening a session, still without I/O: [`Opening`] drives a fresh connection to the point where mailboxes can be used.
//!
//! ```
//! use imap_machine::client::session::{Credentials, Opening, Plan, Readiness};
//! use imap_machine::client::{ClientConnection, Command, CommandOptions, Config};
//! use imap_machine::Instant;
//!
//! let now = Instant::ORIGIN; // any monotonic clock
//! let mut connection = ClientConnection::new(Config::default(), now);
//! let mut opening = Opening::new(Plan::login(Credentials::password("alice", "secret")));
//!
//! let mut server = [
//!     "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello\r\n",
//!     "A1 OK [CAPABILITY IMAP4rev1 IDLE] logged in\r\n",
//! ]
//! .into_iter();
//! loop {
//!     while let Some(event) = connection.poll_event() {
//!         opening.observe(&event); // at Event::Upgrade put TLS under the connection, then handle_upgraded
//!     }
//!     if opening.advance(&mut connection, now)? == Readiness::Ready {
//!         break;
//!     }
//!     // The loop of every driver: write, then read, no longer than poll_timeout says.
//!     let written = connection.transmit().len();
//!     connection.handle_transmitted(written, now);
//!     match server.next() {
//!         Some(says) => connection.handle_input(says.as_bytes(), now),
//!         None => connection.handle_eof(now),
//!     }
//! }
//! assert!(connection.capabilities().has("IDLE"));
//! connection.send(Command::select("INBOX")?, CommandOptions::default(), now)?;
//! assert_eq!(connection.transmit(), b"A2 SELECT INBOX\r\n");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod choice;
mod credentials;
mod error;
mod exchange;
mod mechanism;
mod messages;
mod opening;
mod plan;
mod reason;

pub use credentials::{Credentials, Method};
pub use error::{OpenError, OpenStep};
pub use mechanism::{Mechanism, MechanismError, Mechanisms};
pub use opening::{Opening, Readiness};
pub use plan::Plan;
pub use reason::ServerReason;
