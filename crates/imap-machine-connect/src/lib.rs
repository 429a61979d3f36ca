//! How to reach an IMAP server, and which certificates to trust there.
//!
//! The adapters of `imap-machine` share this crate. A [`Connector`] holds what to connect to, and how. [`Connecting`] says which step
//! comes next, [`Attempts`] which of the host's addresses is tried when, and [`ConnectError`] what to do about a failure. The crate
//! opens no socket and has no clock.
//!
//! ```
//! use imap_machine_connect::{Address, Security};
//!
//! let address = Address::parse("imaps://alice@mail.example")?;
//! assert_eq!(address.security, Security::Tls);
//! assert_eq!((address.host.as_str(), address.port), ("mail.example", 993));
//! # Ok::<(), imap_machine_connect::UrlError>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod address;
mod attempts;
mod binding;
mod connecting;
mod connector;
mod error;
mod named;
mod scram;
mod step;
mod tls;
mod tls_error;

pub use address::{Address, Security, UrlError};
pub use attempts::{Attempt, Attempts};
pub use connecting::Connecting;
pub use connector::Connector;
pub use error::ConnectError;
pub use rustls;
pub use step::Step;
pub use tls::Tls;
pub use tls_error::TlsError;
