//! The client's end of TLS, by rustls.

use imap_machine_connect::{TlsError, Trust, server_name};
use rustls::ClientConnection;

/// Everything that is needed to set up TLS to one host.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    trust: Trust,
    host: String,
}

impl Tls {
    pub(crate) const fn new(trust: Trust, host: String) -> Self {
        Self { trust, host }
    }

    /// A connection of rustls before its handshake.
    pub(crate) fn begin(&self) -> Result<ClientConnection, TlsError> {
        let name = server_name(&self.host)?;
        ClientConnection::new(self.trust.config()?, name).map_err(TlsError::Other)
    }
}
