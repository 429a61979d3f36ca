//! The handshake, by tokio-rustls.

use imap_machine::Layer;
use imap_machine_connect::{Tls, TlsError};
use tokio_rustls::TlsConnector;

use crate::transport::{Handshake, Io, Upgrade, unsupported};

/// Begins a handshake.
pub(crate) fn handshake(tls: &Tls, below: Box<dyn Io>) -> Result<Handshake, TlsError> {
    let connector = TlsConnector::from(tls.config()?);
    let handshake = connector.connect(tls.name()?, below);
    Ok(Box::pin(async {
        let stream: Box<dyn Io> = Box::new(handshake.await?);
        Ok(stream)
    }))
}

/// What a transport does when the connection asks for a layer.
pub(crate) fn upgrade(tls: Tls) -> Upgrade {
    Box::new(move |layer, below| match layer {
        Layer::Tls => Ok(handshake(&tls, below)?),
        layer => Err(unsupported(layer)),
    })
}
