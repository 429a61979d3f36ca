//! The handshake, by tokio-rustls.

use imap_machine_connect::{TlsError, Trust, server_name};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::{Connect, TlsConnector};

/// What it takes to set up TLS to one host.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    trust: Trust,
    host: String,
}

impl Tls {
    pub(crate) const fn new(trust: Trust, host: String) -> Self {
        Self { trust, host }
    }

    /// Begins the handshake.
    pub(crate) fn connect<T>(&self, transport: T) -> Result<Connect<T>, TlsError>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let name = server_name(&self.host)?;
        let connector = TlsConnector::from(self.trust.config()?);
        Ok(connector.connect(name, transport))
    }
}
