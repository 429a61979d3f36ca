//! Where the live servers are, for the live tests of all clients.
//!
//! `tests/run` starts them and exports `IMAP_MACHINE_DOVECOT`, `IMAP_MACHINE_DOVECOT24`, `IMAP_MACHINE_CYRUS`,
//! `IMAP_MACHINE_CYRUS310` and `IMAP_MACHINE_COURIER`. Where one is not set, its tests are skipped, and say so.

use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// The password of `alice` and of `bob`.
pub const PASSWORD: &str = "secret";

/// A server on 127.0.0.1.
#[derive(Clone, Debug)]
pub struct Server {
    /// Port for plain connections and STARTTLS.
    pub port: u16,
    /// Port for TLS from the first octet.
    pub tls_port: u16,
    /// The certificate of the CA that has signed the server's, in PEM.
    pub ca_file: PathBuf,
}

/// The server of most live tests.
pub type Dovecot = Server;

/// Dovecot, or `None` if it is not running. `test` is the name of the test that needs it.
///
/// # Panics
///
/// See [`server`].
#[must_use]
pub fn dovecot(test: &str) -> Option<Dovecot> {
    server("DOVECOT", test)
}

/// The server of this name, or `None` if it is not running. `test` is the name of the test that needs it.
///
/// # Panics
///
/// When the variable is set and is not `HOST:PORT:TLSPORT:CAFILE`.
#[must_use]
pub fn server(name: &str, test: &str) -> Option<Server> {
    let variable = format!("IMAP_MACHINE_{name}");
    let Ok(value) = std::env::var(&variable) else {
        // Not `eprintln`, which the test harness captures: the skip would not be seen.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED {test}: no live server ({variable} is not set; use tests/run)"
        );
        return None;
    };
    let server = Server::parse(&value);
    Some(server.unwrap_or_else(|| panic!("{variable} is not HOST:PORT:TLSPORT:CAFILE")))
}

impl Server {
    fn parse(value: &str) -> Option<Self> {
        let mut parts = value.splitn(4, ':');
        let host = parts.next()?;
        (host == "127.0.0.1").then_some(())?;
        Some(Self {
            port: parts.next()?.parse().ok()?,
            tls_port: parts.next()?.parse().ok()?,
            ca_file: parts.next()?.into(),
        })
    }

    /// Its URL with TLS from the first octet.
    #[must_use]
    pub fn imaps(&self, user: &str) -> String {
        format!("imaps://{user}@127.0.0.1:{}", self.tls_port)
    }

    /// Its URL with STARTTLS.
    #[must_use]
    pub fn starttls(&self, user: &str) -> String {
        format!("imap+starttls://{user}@127.0.0.1:{}", self.port)
    }

    /// Its URL without TLS.
    #[must_use]
    pub fn plain(&self, user: &str) -> String {
        format!("imap://{user}@127.0.0.1:{}", self.port)
    }

    /// The CA to trust.
    ///
    /// # Panics
    ///
    /// When the file cannot be read.
    #[must_use]
    pub fn roots(&self) -> Vec<CertificateDer<'static>> {
        let file = &self.ca_file;
        let root = CertificateDer::from_pem_file(file);
        vec![root.unwrap_or_else(|error| panic!("{}: {error}", file.display()))]
    }
}

/// A mailbox name that no other test and no earlier run uses.
#[must_use]
pub fn mailbox(test: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = since.map_or(0, |since| since.as_nanos());
    format!("live {test} {nanos} {count}")
}

/// A message with this subject and this number of lines of text.
#[must_use]
pub fn message(subject: &str, lines: usize) -> Vec<u8> {
    let mut message = format!(
        "From: alice@example.org\r\nTo: bob@example.org\r\nSubject: {subject}\r\n\
         Date: Mon, 7 Feb 1994 21:52:25 -0800\r\n\r\n"
    );
    for line in 0..lines {
        message.push_str(&format!("line {line:>8} of {subject}\r\n"));
    }
    message.into_bytes()
}
