//! Certificates that are trusted because they were named.

use std::sync::Arc;
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use crate::tls_error::{TlsError, is_ca_as_server};

/// The verifier of rustls, which also accepts a CA's certificate as that of a server if it is one of the roots. `openssl req -x509`
/// makes such certificates, and many servers use them.
#[derive(Debug)]
pub(crate) struct Named {
    roots: Vec<CertificateDer<'static>>,
    webpki: Arc<WebPkiServerVerifier>,
}

impl Named {
    pub(crate) fn new(roots: &[CertificateDer<'static>]) -> Result<Self, TlsError> {
        let mut store = RootCertStore::empty();
        for root in roots {
            store.add(root.clone()).map_err(TlsError::Root)?;
        }
        let provider = Arc::new(ring::default_provider());
        let webpki = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider)
            .build()
            .map_err(|error| TlsError::Root(Error::General(error.to_string())))?;
        Ok(Self {
            roots: roots.to_vec(),
            webpki,
        })
    }
}

impl ServerCertVerifier for Named {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verify = |at| {
            let webpki = &self.webpki;
            webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, at)
        };
        let error = match verify(now) {
            Err(error) if is_ca(&error) && self.roots.contains(end_entity) => error,
            // One of the roots has the name of the issuer and another key, as after a new certificate of the same name.
            Err(Error::InvalidCertificate(CertificateError::BadSignature)) => {
                return Err(CertificateError::UnknownIssuer.into());
            }
            verified => return verified,
        };
        // webpki looks at the dates before it looks for a CA, so they hold now. If it did not, it would not complain about them in
        // 1970 either.
        let in_1970 = UnixTime::since_unix_epoch(Duration::ZERO);
        if verify(in_1970).is_err_and(|error| is_ca(&error)) {
            return Err(error);
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.webpki.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.webpki.supported_verify_schemes()
    }
}

fn is_ca(error: &Error) -> bool {
    matches!(error, Error::InvalidCertificate(wrong) if is_ca_as_server(wrong))
}

#[cfg(test)]
mod tests {
    use std::io;

    use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
    use rustls::pki_types::PrivatePkcs8KeyDer;
    use rustls::server::{ClientHello, ResolvesServerCert};
    use rustls::sign::CertifiedKey;
    use rustls::{ClientConnection, ServerConfig, ServerConnection};

    use super::*;
    use crate::tls::Tls;

    /// A certificate for `localhost` as `openssl req -x509` makes it, valid until this year, and its key.
    fn authority(until: i32) -> (CertificateDer<'static>, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let mut made = CertificateParams::new(["localhost".to_owned()]).unwrap();
        made.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        made.not_before = date_time_ymd(2000, 1, 1);
        made.not_after = date_time_ymd(until, 1, 1);
        (made.self_signed(&key).unwrap().der().clone(), key)
    }

    /// Shows its certificate whatever its key is.
    #[derive(Debug)]
    struct Shows(Arc<CertifiedKey>);

    impl ResolvesServerCert for Shows {
        fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
            Some(Arc::clone(&self.0))
        }
    }

    /// Shakes hands with a server that has this certificate and this key.
    fn shake_hands(
        shown: &CertificateDer<'static>,
        key: &KeyPair,
        roots: &[&CertificateDer<'static>],
        host: &str,
    ) -> Result<(), TlsError> {
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let key = ring::sign::any_supported_type(&key.into()).unwrap();
        let shows = Shows(Arc::new(CertifiedKey::new(vec![shown.clone()], key)));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(shows));
        let mut server = ServerConnection::new(Arc::new(config)).unwrap();
        let roots = roots.iter().copied().cloned().collect();
        let tls = Tls::trusting(host, roots);
        let mut client = ClientConnection::new(tls.config()?, tls.name()?).unwrap();
        while client.is_handshaking() {
            let (mut there, mut back) = (Vec::new(), Vec::new());
            while client.wants_write() {
                client.write_tls(&mut there).unwrap();
            }
            server.read_tls(&mut &there[..]).unwrap();
            // What is wrong is the client's to say.
            let _ = server.process_new_packets();
            while server.wants_write() {
                server.write_tls(&mut back).unwrap();
            }
            client.read_tls(&mut &back[..]).unwrap();
            let read = client.process_new_packets();
            let error = read.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
            error.map_err(|error| TlsError::inside(&error).unwrap())?;
        }
        Ok(())
    }

    #[test]
    fn the_usual_self_signed_certificate_is_accepted_when_it_is_named() {
        let (shown, key) = authority(4000);
        assert_eq!(shake_hands(&shown, &key, &[&shown], "localhost"), Ok(()));
    }

    #[test]
    fn one_that_is_not_named_is_not() {
        let ((shown, key), (other, _)) = (authority(4000), authority(4000));
        let error = shake_hands(&shown, &key, &[&other], "localhost").unwrap_err();
        assert_eq!(error, TlsError::CaAsServer);
        assert!(error.to_string().contains("`roots`"), "{error}");
    }

    #[test]
    fn one_that_is_named_has_to_be_for_this_host_and_this_day() {
        let (shown, key) = authority(4000);
        let error = shake_hands(&shown, &key, &[&shown], "other").unwrap_err();
        assert!(matches!(error, TlsError::WrongName(_)), "{error:?}");
        let (shown, key) = authority(2001);
        let error = shake_hands(&shown, &key, &[&shown], "localhost").unwrap_err();
        assert_eq!(error, TlsError::Expired);
    }

    #[test]
    fn one_that_is_named_has_to_be_the_servers_own() {
        let ((shown, _), (_, key)) = (authority(4000), authority(4000));
        let error = shake_hands(&shown, &key, &[&shown], "localhost").unwrap_err();
        assert!(
            matches!(error, TlsError::Other(Error::InvalidCertificate(_))),
            "{error:?}"
        );
    }
}
