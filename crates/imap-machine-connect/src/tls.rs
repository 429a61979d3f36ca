//! TLS by rustls: which certificates to trust, and what a failure means for people.

use std::io;
use std::sync::{Arc, OnceLock};

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig};
use rustls_platform_verifier::BuilderVerifierExt;
use thiserror::Error;

use crate::named::Named;

/// Why TLS could not be set up.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate is not signed by a trusted authority.
    #[error(
        "the server's certificate is not signed by an authority that is trusted here; \
         if the server has a CA of its own, pass the CA's certificate to `roots`"
    )]
    UnknownIssuer,
    /// The certificate is a CA's own, as `openssl req -x509` makes them.
    #[error(
        "the server's certificate is that of a CA; if you trust it, pass this very certificate to `roots`, \
         or make one for the server (with openssl: -addext basicConstraints=critical,CA:FALSE) and pass that"
    )]
    CaAsServer,
    /// The certificate is another host's.
    #[error(
        "the server's certificate is not valid for the name it was connected by ({0}); connect by a name it holds"
    )]
    WrongName(String),
    /// The certificate has expired, or is not valid yet.
    #[error(
        "the server's certificate has expired or is not valid yet; look at it, and at this machine's clock"
    )]
    Expired,
    /// The first octets from the server are no TLS.
    #[error(
        "the server does not speak TLS here; use imap+starttls:// for this port, or the port for imaps (993)"
    )]
    NotTls,
    /// A host name that no certificate can be for.
    #[error("{0} is not a name or an address that a certificate can be checked against")]
    InvalidName(String),
    /// One of the given roots is no certificate.
    #[error("a root certificate cannot be used: {0}")]
    Root(rustls::Error),
    /// Anything else.
    #[error("TLS failed: {0}")]
    Other(rustls::Error),
}

impl TlsError {
    /// The TLS error inside an error of the transport, if there is one.
    #[must_use]
    pub fn inside(error: &io::Error) -> Option<Self> {
        let inner = error.get_ref()?;
        let other = || inner.downcast_ref::<rustls::Error>().map(Self::explain);
        inner.downcast_ref::<Self>().cloned().or_else(other)
    }

    fn explain(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(wrong) => match wrong {
                CertificateError::UnknownIssuer => Self::UnknownIssuer,
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => {
                    Self::WrongName(wrong.to_string())
                }
                CertificateError::Expired
                | CertificateError::ExpiredContext { .. }
                | CertificateError::NotValidYet
                | CertificateError::NotValidYetContext { .. } => Self::Expired,
                wrong if is_ca_as_server(wrong) => Self::CaAsServer,
                _ => Self::Other(error.clone()),
            },
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Other(error.clone()),
        }
    }
}

/// Whether the certificate is a CA's: an error of rustls-webpki, which rustls does not show.
pub(crate) fn is_ca_as_server(wrong: &CertificateError) -> bool {
    matches!(wrong, CertificateError::Other(error) if error.0.to_string() == "CaUsedAsEndEntity")
}

impl From<TlsError> for io::Error {
    fn from(error: TlsError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// What TLS to one host needs. Clones share the configuration, and with it the sessions that can be resumed.
#[derive(Clone, Debug)]
pub struct Tls(Arc<Shared>);

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
        Self(Arc::new(Shared {
            host,
            roots,
            config,
        }))
    }

    /// The configuration. The first call builds it, which may take a while: it reads the system's certificates.
    ///
    /// # Errors
    ///
    /// [`TlsError::Root`] for a root that is not a certificate, [`TlsError::Other`].
    pub fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        if let Some(config) = self.0.config.get() {
            return Ok(Arc::clone(config));
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Other)?;
        let builder = match &self.0.roots {
            Some(roots) => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(Named::new(roots)?)),
            None => builder.with_platform_verifier().map_err(TlsError::Other)?,
        };
        let built = || Arc::new(builder.with_no_client_auth());
        Ok(Arc::clone(self.0.config.get_or_init(built)))
    }

    /// The name that the host's certificate has to be for.
    ///
    /// # Errors
    ///
    /// [`TlsError::InvalidName`] when no certificate can be for this host.
    pub fn name(&self) -> Result<ServerName<'static>, TlsError> {
        let host = &self.0.host;
        ServerName::try_from(host.clone()).map_err(|_| TlsError::InvalidName(host.clone()))
    }
}
