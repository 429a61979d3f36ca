//! A sans-IO IMAP state machine: bytes and commands go in, events and bytes come out.
//!
//! It never touches a socket, a clock, a lock, a thread or a runtime. Its promise: **every command gets exactly one
//! outcome, in bounded time, whatever the server sends, however the bytes are cut, whatever the application forgets to do;
//! and at any moment the machine can say what it is waiting for.**
//!
//! ```text
//!            bytes, eof, time                                 bytes to write
//! transport ------------------->+-----------------------+------------------> transport
//!             handle_*          |   ClientConnection    |   transmit
//!                               |  (no I/O, no clock)   |
//! application ----------------->+-----------------------+------------------> application
//!        send / answer / done / cancel                     poll_event
//!                                                         poll_timeout ----> timer
//! ```
//!
//! # The loop
//!
//! [`ClientConnection`](client::ClientConnection) has four kinds of method: the adapter says what happened (`handle_*`), the
//! application says what it wants (`send`, `cancel`, ...), the connection says what is to be done (`poll_event`, `transmit`,
//! `poll_timeout`), and pure reads. After any of the first two, drain the third. That is the whole contract:
//!
//! ```
//! use std::io::{self, Read, Write};
//!
//! use imap_machine::client::{ClientConnection, Command, CommandOptions, Config, Event, Outcome};
//! use imap_machine::{Instant, Layer};
//!
//! /// Runs a connection until it is closed. `now` is any monotonic clock.
//! fn drive(
//!     connection: &mut ClientConnection,
//!     transport: &mut (impl Read + Write),
//!     now: impl Fn() -> Instant,
//!     mut on_event: impl FnMut(&Event<'_>),
//! ) -> io::Result<()> {
//!     loop {
//!         // 1. Events first: each is lent until the next call.
//!         while let Some(event) = connection.poll_event() {
//!             on_event(&event);
//!             match event {
//!                 Event::Closed(_) => return Ok(()),
//!                 Event::Upgrade { layer: Layer::Tls, .. } => { /* handshake, then handle_upgraded */ }
//!                 _ => {}
//!             }
//!         }
//!         // 2. Then output.
//!         while !connection.transmit().is_empty() {
//!             let written = transport.write(connection.transmit())?;
//!             connection.handle_transmitted(written, now());
//!         }
//!         // 3. Then the timer: an adapter waits for input no longer than `poll_timeout` says.
//!         let _deadline = connection.poll_timeout();
//!         let read = transport.read(connection.receive_space(4096))?;
//!         match read {
//!             0 => connection.handle_eof(now()),
//!             octets => connection.handle_received(octets, now()),
//!         }
//!         connection.handle_timeout(now());
//!     }
//! }
//! #
//! # // A server that has said everything already.
//! # struct Server(io::Cursor<Vec<u8>>, Vec<u8>);
//! # impl Read for Server {
//! #     fn read(&mut self, space: &mut [u8]) -> io::Result<usize> { self.0.read(&mut space[..16]) }
//! # }
//! # impl Write for Server {
//! #     fn write(&mut self, octets: &[u8]) -> io::Result<usize> { self.1.write(octets) }
//! #     fn flush(&mut self) -> io::Result<()> { Ok(()) }
//! # }
//! # let said = b"* OK hello\r\n".to_vec();
//! # let mut transport = Server(io::Cursor::new(said), Vec::new());
//! let mut connection = ClientConnection::new(Config::default(), Instant::ORIGIN);
//! let noop = connection.send(Command::noop(), CommandOptions::default(), Instant::ORIGIN)?;
//!
//! let mut outcome = None;
//! drive(&mut connection, &mut transport, || Instant::ORIGIN, |event| {
//!     if let Event::Outcome { handle, outcome: how } = event {
//!         assert_eq!(*handle, noop);
//!         outcome = Some(how.is_ok());
//!     }
//! })?;
//! // The server hung up without a word: the outcome is not known, and that is what it says.
//! assert_eq!(outcome, Some(false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where to go from here
//!
//! * [`client`]: the machine, its commands, events and outcomes; [`client::session`] opens a session and reads answers.
//! * [`codec`]: responses as they are lent: FETCH items, response texts and codes, mailbox names.
//! * [`error`]: what went wrong, sorted by who is to blame.
//! * [`framing`]: octets to messages and literals, by itself: for proxies and test tools.
//! * `imap-machine-tokio` and `imap-machine-std` are this loop around sockets.
//!
//! # Features
//!
//! Features add API and never change behaviour. Without any the crate is `no_std` with `alloc`.
//!
//! * `std` (default): faster scanning with CPU detection in memchr.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod capabilities;
pub mod client;
pub mod codec;
pub mod error;
pub mod framing;
mod instant;
mod limits;
mod state;
mod timer;
mod transmit;
mod upgrade;

pub use bounded_static;
pub use capabilities::Capabilities;
pub use imap_types;
pub use instant::Instant;
pub use limits::Limits;
pub use state::{Cue, State};
pub use timer::{Deadline, Timeouts, Timer};
pub use upgrade::Layer;

/// The example of the README, so that it keeps compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
