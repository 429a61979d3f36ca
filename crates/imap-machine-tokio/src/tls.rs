//! The handshake, by tokio-rustls.

use std::io;

use imap_machine::Layer;
use imap_machine_connect::{TlsError, Trust, server_name};
use tokio_rustls::{Connect, TlsConnector};

use crate::transport::{Handshake, Io, unsupported};

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

    /// Begins the handshake, if the layer is TLS.
    pub(crate) fn begin(&self, layer: Layer, below: Box<dyn Io>) -> io::Result<Handshake> {
        if layer != Layer::Tls {
            return Err(unsupported(layer));
        }
        let handshake = self.connect(below)?;
        Ok(Box::pin(async {
            let stream: Box<dyn Io> = Box::new(handshake.await?);
            Ok(stream)
        }))
    }

    fn connect(&self, below: Box<dyn Io>) -> Result<Connect<Box<dyn Io>>, TlsError> {
        let name = server_name(&self.host)?;
        let connector = TlsConnector::from(self.trust.config()?);
        Ok(connector.connect(name, below))
    }
}
