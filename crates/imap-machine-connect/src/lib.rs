//! Where an IMAP server is, and whom to trust there.
//!
//! What the adapters of `imap-machine` share: [`Address`] takes an IMAP URL apart, [`Trust`] makes a configuration of rustls, and
//! [`TlsError`] says what a failure means for people; [`interleaved`] and [`CONNECTION_ATTEMPT_DELAY`] say how the addresses of a host are tried. No
//! socket is opened here.
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
