//! The handshake, by tokio-rustls.

use std::io;

use imap_machine_connect::Tls;
use tokio_rustls::TlsConnector;

use crate::transport::{Io, Upgrade};

/// Puts TLS on a transport.
pub(crate) async fn handshake(tls: Tls, below: Box<dyn Io>) -> io::Result<Box<dyn Io>> {
    let connector = TlsConnector::from(tls.config()?);
    let stream = connector.connect(tls.name()?, below).await?;
    Ok(Box::new(stream))
}

/// What a transport does when the connection asks for TLS.
pub(crate) fn upgrade(tls: Tls) -> Upgrade {
    Box::new(|below| Box::pin(handshake(tls, below)))
}
