//! TLS by rustls: which certificates to trust, and what a failure means for people.

use std::io;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use thiserror::Error;

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
        "the server's certificate is that of a CA, which no server may use; \
         make one for the server (with openssl: -addext basicConstraints=critical,CA:FALSE) and trust that"
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
                // An error of rustls-webpki, for which rustls has no variant of its own.
                CertificateError::Other(error) if error.0.to_string() == "CaUsedAsEndEntity" => {
                    Self::CaAsServer
                }
                _ => Self::Other(error.clone()),
            },
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Other(error.clone()),
        }
    }
}

impl From<TlsError> for io::Error {
    fn from(error: TlsError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// The authorities that are trusted.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those of the operating system.
    #[default]
    Platform,
    /// Only these.
    Roots(Vec<CertificateDer<'static>>),
    /// As the caller configured it.
    Config(Arc<ClientConfig>),
}

impl Trust {
    /// Builds the configuration. Call it when it is needed: reading the system's certificates takes a while.
    ///
    /// # Errors
    ///
    /// [`TlsError::Root`] for a root that is not a certificate, [`TlsError::Other`].
    pub fn config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        if let Self::Config(config) = self {
            return Ok(Arc::clone(config));
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Other)?;
        let builder = match self {
            Self::Roots(roots) => {
                let mut store = RootCertStore::empty();
                for root in roots {
                    store.add(root.clone()).map_err(TlsError::Root)?;
                }
                builder.with_root_certificates(store)
            }
            Self::Platform | Self::Config(_) => {
                builder.with_platform_verifier().map_err(TlsError::Other)?
            }
        };
        Ok(Arc::new(builder.with_no_client_auth()))
    }
}

/// The name that a host's certificate has to be for.
///
/// # Errors
///
/// [`TlsError::InvalidName`] when no certificate can be for this host.
pub fn server_name(host: &str) -> Result<ServerName<'static>, TlsError> {
    ServerName::try_from(host.to_owned()).map_err(|_| TlsError::InvalidName(host.to_owned()))
}
