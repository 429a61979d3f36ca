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
//! # The contract
//!
//! [`ClientConnection`](client::ClientConnection) has four kinds of method. **A**: the adapter says what happened (`handle_*`).
//! **B**: the application says what it wants (`send`, `cancel`, ...). **C**: the connection says what has to be done
//! (`poll_event`, `transmit`, `poll_timeout`). **D**: pure reads.
//!
//! 1. A and B may be called at any time: no method blocks, and none of A can fail.
//! 2. After any of them, call `poll_event` until it returns `None`; each event is lent until the next call.
//! 3. Then write what `transmit` lends, and report it with `handle_transmitted` before anything else changes the connection.
//! 4. Then wait, at the longest until the deadline of `poll_timeout`, and call `handle_timeout` when it has passed. An extra
//!    `handle_timeout` does no harm.
//! 5. Read when `wants_read` says so. Never make reading wait for a write: the server may be waiting for you in the same way.
//! 6. Report the end of the stream with `handle_eof`, and a failure in either direction with `handle_transport_failed`.
//! 7. At `Event::Upgrade`, put the layer under the connection, with `surplus` as its first input, then call `handle_upgraded`.
//! 8. `now` comes from any monotonic clock. If it is earlier than in a call before, no time has passed.
//! 9. Each handle that `send` returned gets exactly one `Event::Outcome`.
//! 10. `Event::Closed` is the last event, and all outcomes come before it.
//!
//! # The loop
//!
//! ```
//! use std::io;
//! use std::time::Duration;
//!
//! use imap_machine::client::{ClientConnection, Command, CommandOptions, Config, Event, Outcome};
//! use imap_machine::{Instant, Layer};
//!
//! /// A socket. Both wait no longer than `span`, and fail with `TimedOut` then.
//! trait Transport {
//!     fn read(&mut self, space: &mut [u8], span: Option<Duration>) -> io::Result<usize>;
//!     fn write(&mut self, octets: &[u8], span: Option<Duration>) -> io::Result<usize>;
//!     /// Puts TLS or DEFLATE under the connection; `surplus` has been read already.
//!     fn upgrade(&mut self, layer: Layer, surplus: &[u8]) -> io::Result<()>;
//! }
//!
//! trait Application {
//!     fn hear(&mut self, event: &Event<'_>);
//!     /// All events have been heard: the moment to send, answer, cancel or close. Whether it did.
//!     fn act(&mut self, connection: &mut ClientConnection, now: Instant) -> bool;
//! }
//!
//! /// Runs a connection until it is closed. `clock` is any monotonic clock.
//! fn drive(
//!     connection: &mut ClientConnection,
//!     transport: &mut impl Transport,
//!     application: &mut impl Application,
//!     clock: impl Fn() -> Instant,
//! ) {
//!     loop {
//!         let mut upgrade = None;
//!         while let Some(event) = connection.poll_event() {
//!             application.hear(&event);
//!             match event {
//!                 Event::Closed(_) => return,
//!                 Event::Upgrade { layer, surplus, .. } => upgrade = Some((layer, surplus.to_vec())),
//!                 _ => {}
//!             }
//!         }
//!         if let Some((layer, surplus)) = upgrade {
//!             match transport.upgrade(layer, &surplus) {
//!                 Ok(()) => connection.handle_upgraded(clock()).expect("it was asked for"),
//!                 Err(_) => connection.handle_transport_failed(clock()),
//!             }
//!             continue;
//!         }
//!         if application.act(connection, clock()) {
//!             continue;
//!         }
//!         let span = connection.poll_timeout().map(|deadline| deadline.at - clock());
//!         if span == Some(Duration::ZERO) {
//!             connection.handle_timeout(clock());
//!             continue;
//!         }
//!         let moved = if !connection.transmit().is_empty() {
//!             let written = transport.write(connection.transmit(), span);
//!             written.map(|octets| connection.handle_transmitted(octets, clock()))
//!         } else {
//!             match transport.read(connection.receive_space(16 << 10), span) {
//!                 Ok(0) => Ok(connection.handle_eof(clock())),
//!                 read => read.map(|octets| connection.handle_received(octets, clock())),
//!             }
//!         };
//!         match moved {
//!             Ok(()) => {}
//!             Err(error) => match error.kind() {
//!                 io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => {
//!                     connection.handle_timeout(clock());
//!                 }
//!                 _ => connection.handle_transport_failed(clock()),
//!             },
//!         }
//!     }
//! }
//! # use imap_machine::State;
//! # // A server that grants STARTTLS and never answers anything else; its clock moves only when a wait is over.
//! # struct Server { says: &'static [u8], layers: Vec<Layer>, now: std::rc::Rc<std::cell::Cell<Instant>> }
//! # impl Transport for Server {
//! #     fn read(&mut self, space: &mut [u8], span: Option<Duration>) -> io::Result<usize> {
//! #         if self.says.is_empty() {
//! #             self.now.set(self.now.get() + span.expect("what waits has a deadline"));
//! #             return Err(io::ErrorKind::TimedOut.into());
//! #         }
//! #         io::Read::read(&mut self.says, space)
//! #     }
//! #     fn write(&mut self, octets: &[u8], _: Option<Duration>) -> io::Result<usize> {
//! #         if octets.ends_with(b"STARTTLS\r\n") { self.says = b"A1 OK go\r\n"; }
//! #         Ok(octets.len())
//! #     }
//! #     fn upgrade(&mut self, layer: Layer, _: &[u8]) -> io::Result<()> { self.layers.push(layer); Ok(()) }
//! # }
//! # #[derive(Default)]
//! # struct Two { sent: bool, outcomes: Vec<Outcome<'static>> }
//! # impl Application for Two {
//! #     fn hear(&mut self, event: &Event<'_>) {
//! #         use imap_machine::bounded_static::ToBoundedStatic;
//! #         if let Event::Outcome { outcome, .. } = event { self.outcomes.push(outcome.to_static()); }
//! #     }
//! #     fn act(&mut self, connection: &mut ClientConnection, now: Instant) -> bool {
//! #         if connection.state() != State::NotAuthenticated || self.sent { return false; }
//! #         connection.send(Command::starttls(), CommandOptions::default(), now).unwrap();
//! #         connection.send(Command::noop(), CommandOptions::default(), now).unwrap();
//! #         std::mem::replace(&mut self.sent, true) == false
//! #     }
//! # }
//! # let now = std::rc::Rc::new(std::cell::Cell::new(Instant::ORIGIN));
//! # let mut server = Server { says: b"* OK hello\r\n", layers: Vec::new(), now: now.clone() };
//! # let mut application = Two::default();
//! # let mut connection = ClientConnection::new(Config::default(), Instant::ORIGIN);
//! # drive(&mut connection, &mut server, &mut application, || now.get());
//! # assert!(matches!(application.outcomes[..], [Outcome::Ok(_), Outcome::Unknown(_)]), "{:?}", application.outcomes);
//! # assert_eq!((server.layers, now.get()), (vec![Layer::Tls], Instant::ORIGIN + Duration::from_secs(60)));
//! ```
//!
//! This loop reads only when everything is written. If the server does the same and the buffers of both sockets are full, the
//! deadline of the write ends the wait. It also acts only when octets arrive or a deadline passes: a program that wants to send at
//! any moment wakes the read, or waits for less than the span, which is harmless. The loops of `imap-machine-std` and `imap-machine-tokio` read while they write.
//!
//! # Many rows
//!
//! The answer to a FETCH of flags may have a hundred thousand rows. An application that wants them quickly asks for them before it
//! asks for an event:
//!
//! ```
//! # use imap_machine::client::{ClientConnection, Config, Event};
//! # use imap_machine::codec::{Fetch, Untagged};
//! # use imap_machine::Instant;
//! # let now = Instant::ORIGIN;
//! # let mut connection = ClientConnection::new(Config::default(), now);
//! # let mut uids = Vec::new();
//! # let mut others = 0;
//! # connection.send(imap_machine::client::Command::select("INBOX").unwrap(), Default::default(), now).unwrap();
//! # connection.handle_input(b"* PREAUTH hello\r\n", now);
//! # while connection.poll_event().is_some() {}
//! # let written = connection.transmit().len();
//! # connection.handle_transmitted(written, now);
//! # connection.handle_input(b"* 9 EXISTS\r\n* 1 FETCH (UID 7 FLAGS ())\r\n* 2 FETCH (UID 8)\r\n* 3 FETCH (X 1 UID 9)\r\n", now);
//! # let mut hear_row = |fetch: &Fetch<'_>| uids.push(fetch.uid().unwrap().get());
//! # let mut hear = |event: &Event<'_>| others += 1;
//! loop {
//!     while let Some(rows) = connection.poll_rows() {
//!         // `rows.cause()` says which command they answer.
//!         rows.for_each(|row| hear_row(&row));
//!     }
//!     match connection.poll_event() {
//!         Some(event) => hear(&event), // Rows with other items come here.
//!         None => break,
//!     }
//! }
//! # assert_eq!((uids, others), (vec![7, 8], 2));
//! ```
//!
//! [`poll_rows`](client::ClientConnection::poll_rows) lends plain rows, many with one call, for two thirds of the cost of an event for
//! each, and leaves everything else to `poll_event`. The events of both are the same, and in the same order.
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
//! * `std` (default): faster scanning with CPU detection in memchr, and conversions of errors into `std::io::Error`.
//! * `text`: subjects, names, file names and the text of a message as people read them (module `text`).

#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

mod capabilities;
pub mod client;
pub mod codec;
pub mod error;
pub mod framing;
mod incoming;
mod instant;
mod lexer;
mod limits;
mod memory;
mod outgoing;
mod state;
#[cfg(feature = "text")]
pub mod text;
mod timer;
mod upgrade;

pub use bounded_static;
pub use capabilities::Capabilities;
pub use imap_types;
pub use instant::Instant;
pub use limits::Limits;
pub use state::{State, Transition};
pub use timer::{Deadline, Timer};
pub use upgrade::Layer;

/// The example of the README, so that it keeps compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
