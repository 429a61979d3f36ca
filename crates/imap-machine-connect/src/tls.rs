//! TLS by rustls: which certificates to trust.

use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection};
use rustls_platform_verifier::BuilderVerifierExt;

use crate::binding::ChannelBinding;
use crate::named::Named;
use crate::tls_error::TlsError;

/// What TLS to one host needs. Clones share the configuration, and with it the sessions that can be resumed.
#[derive(Clone, Debug)]
pub struct Tls {
    shared: Arc<Shared>,
    binding: ChannelBinding,
}

#[derive(Debug)]
struct Shared {
    host: String,
    /// The certificates that are trusted. `None`: those of the operating system.
    roots: Option<Vec<CertificateDer<'static>>>,
    config: OnceLock<Arc<ClientConfig>>,
}

impl Tls {
    /// Trusts the authorities of the operating system.
    pub(crate) fn new(host: &str) -> Self {
        Self::with(host, None, OnceLock::new())
    }

    /// Trusts only these certificates, as authorities or as the server's own.
    pub(crate) fn trusting(host: &str, roots: Vec<CertificateDer<'static>>) -> Self {
        Self::with(host, Some(roots), OnceLock::new())
    }

    /// As the caller configured it.
    pub(crate) fn configured(host: &str, config: Arc<ClientConfig>) -> Self {
        Self::with(host, None, OnceLock::from(config))
    }

    fn with(
        host: &str,
        roots: Option<Vec<CertificateDer<'static>>>,
        config: OnceLock<Arc<ClientConfig>>,
    ) -> Self {
        let host = host.to_owned();
        Self {
            shared: Arc::new(Shared {
                host,
                roots,
                config,
            }),
            binding: ChannelBinding::default(),
        }
    }

    /// The same for one connection, whose binding goes here.
    pub(crate) fn binding(&self, binding: ChannelBinding) -> Self {
        let shared = Arc::clone(&self.shared);
        Self { shared, binding }
    }

    /// To be called with the TLS of the connection when its handshake is over. Without it, the login cannot be bound to it
    /// (SCRAM-SHA-256-PLUS).
    pub fn shaken(&self, tls: &ClientConnection) {
        self.binding.take(tls);
    }

    /// The configuration. The first call builds it, which may take a while: it reads the system's certificates.
    ///
    /// # Errors
    ///
    /// [`TlsError::Root`] for a root that is not a certificate, [`TlsError::Other`].
    pub fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        if let Some(config) = self.shared.config.get() {
            return Ok(Arc::clone(config));
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Other)?;
        let builder = match &self.shared.roots {
            Some(roots) => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Named::new(roots)?)),
            None => builder.with_platform_verifier().map_err(TlsError::Other)?,
        };
        let built = || Arc::new(builder.with_no_client_auth());
        Ok(Arc::clone(self.shared.config.get_or_init(built)))
    }

    /// The name that the host's certificate has to be for.
    ///
    /// # Errors
    ///
    /// [`TlsError::InvalidName`] when no certificate can be for this host.
    pub fn name(&self) -> Result<ServerName<'static>, TlsError> {
        let host = &self.shared.host;
        ServerName::try_from(host.clone()).map_err(|_| TlsError::InvalidName(host.clone()))
    }
}
