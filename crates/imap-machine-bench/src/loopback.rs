//! The server behind sockets of the loopback interface, in a thread of its own. What the thread does is not counted.

use std::any::Any;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use imap_machine_std::rustls::crypto::ring;
use imap_machine_std::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use imap_machine_std::rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server::{Script, Server};

/// The most octets of one read or write.
const PIECES: usize = 64 << 10;

/// A socket whose other end is a server that has said its greeting.
///
/// # Panics
///
/// When there is no loopback interface.
#[must_use]
pub fn connect(script: Script) -> TcpStream {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let (socket, _) = listener.accept().expect("a client");
        drop(serve(without_delay(socket), script));
    });
    socket(address)
}

/// A socket to this server.
///
/// # Panics
///
/// When the server has gone.
#[must_use]
pub fn socket(address: SocketAddr) -> TcpStream {
    without_delay(TcpStream::connect(address).expect("a server"))
}

fn without_delay(socket: TcpStream) -> TcpStream {
    socket.set_nodelay(true).expect("an option of TCP");
    socket
}

/// A server for many clients, who come one after the other: the next one is greeted when the one before idles.
///
/// # Panics
///
/// When there is no loopback interface.
#[must_use]
pub fn for_many(script: Script, identity: Option<&Identity>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let tls = identity.map(|identity| Arc::clone(&identity.config));
    thread::spawn(move || {
        // They stay connected.
        let mut clients: Vec<Box<dyn Any>> = Vec::new();
        while let Ok((socket, _)) = listener.accept() {
            let socket = without_delay(socket);
            clients.push(match &tls {
                None => Box::new(serve(socket, script.clone())),
                Some(config) => {
                    let tls = ServerConnection::new(Arc::clone(config));
                    let stream = StreamOwned::new(tls.expect("a configuration"), socket);
                    Box::new(serve(stream, script.clone()))
                }
            });
        }
    });
    address
}

/// A certificate for `localhost`, and what a server needs for it.
#[derive(Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate: CertificateDer<'static>,
    config: Arc<ServerConfig>,
}

impl Identity {
    /// A new one.
    ///
    /// # Panics
    ///
    /// When the system has no random numbers.
    #[must_use]
    pub fn new() -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
        let made = made.expect("a certificate");
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the provider has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key.into());
        Self {
            certificate,
            config: Arc::new(config.expect("the key is the certificate's")),
        }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self::new()
    }
}

/// Until the client goes or idles. Returns its stream.
fn serve<S: Read + Write>(mut stream: S, script: Script) -> S {
    let mut server = Server::new(script);
    let mut space = vec![0; PIECES];
    loop {
        loop {
            let octets = server.read(&mut space);
            if octets == 0 {
                break;
            }
            if stream.write_all(&space[..octets]).is_err() {
                return stream;
            }
        }
        if server.is_idling() {
            return stream;
        }
        match stream.read(&mut space) {
            Ok(0) | Err(_) => return stream,
            Ok(octets) => server.take(&space[..octets]),
        }
    }
}
