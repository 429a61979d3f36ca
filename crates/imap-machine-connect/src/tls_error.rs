//! What a failure of TLS means for people.

use std::io;

use rustls::CertificateError;
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
