//! Where an IMAP server is, and which certificates to trust there.
//!
//! The adapters of `imap-machine` share this crate. [`Address`] takes an IMAP URL apart, [`Trust`] makes a configuration of rustls,
//! and [`TlsError`] tells people what a failure means. [`interleaved`] and [`CONNECTION_ATTEMPT_DELAY`] say how the addresses of a
//! host are tried. The crate opens no socket.
//!
//! ```
//! use imap_machine_connect::{Address, Security};
//!
//! let address = Address::parse("imaps://alice@mail.example")?;
//! assert_eq!(address.security, Security::Tls);
//! assert_eq!((address.host.as_str(), address.port), ("mail.example", 993));
//! # Ok::<(), imap_machine_connect::UrlError>(())
//! ```

#![forbid(unsafe_code)]

mod address;
mod happy_eyeballs;
mod tls;

pub use address::{Address, Security, UrlError};
pub use happy_eyeballs::{CONNECTION_ATTEMPT_DELAY, interleaved};
pub use rustls;
pub use tls::{TlsError, Trust, server_name};
