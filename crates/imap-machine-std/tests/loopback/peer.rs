//! A peer that does what its test says, on a thread of its own.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use imap_machine_std::rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use imap_machine_std::rustls::{self, ServerConfig, ServerConnection, StreamOwned};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};
use rustix::net::sockopt;

/// Buffers of the sockets, in octets: small, so that a test need not move megabytes to fill them.
const SMALL: usize = 16 << 10;
const ROOMY: usize = 1 << 20;

pub trait Wire: Read + Write + Send {}
impl<T: Read + Write + Send> Wire for T {}

/// The server's end.
pub struct Peer(BufReader<Box<dyn Wire>>);

impl Peer {
    /// One line, without its end; empty when the client has gone.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        // A client that was cut off is one that has gone.
        let _ = self.0.read_line(&mut line);
        line.trim_end().to_owned()
    }

    pub fn say(&mut self, text: &str) {
        // A client that has gone hears nothing.
        let _ = self.try_say(text.as_bytes());
    }

    pub fn try_say(&mut self, octets: &[u8]) -> io::Result<()> {
        self.0.get_mut().write_all(octets)?;
        self.0.get_mut().flush()
    }

    pub fn take(&mut self, octets: usize) -> Vec<u8> {
        let mut taken = vec![0; octets];
        self.0.read_exact(&mut taken).expect("the client's octets");
        taken
    }

    /// Waits until the client has gone.
    pub fn wait(&mut self) {
        let _ = io::copy(&mut self.0, &mut io::sink());
    }
}

/// Starts the script on the other end of the socket that is returned.
pub fn start(script: impl FnOnce(Peer) + Send + 'static) -> TcpStream {
    begin(SMALL, |socket| Box::new(socket), script)
}

/// The same with sockets that hold much.
pub fn start_roomy(script: impl FnOnce(Peer) + Send + 'static) -> TcpStream {
    begin(ROOMY, |socket| Box::new(socket), script)
}

/// The same with TLS; the certificate is for `localhost` and vouches for itself.
pub fn start_tls(
    script: impl FnOnce(Peer) + Send + 'static,
) -> (TcpStream, CertificateDer<'static>) {
    let (tls, certificate) = end_of_tls(IsCa::NoCa);
    let wrap = move |socket| -> Box<dyn Wire> { Box::new(StreamOwned::new(tls, socket)) };
    (begin(SMALL, wrap, script), certificate)
}

/// The same with the certificate of a CA, as `openssl req -x509` makes it.
pub fn start_tls_as_ca(
    script: impl FnOnce(Peer) + Send + 'static,
) -> (TcpStream, CertificateDer<'static>) {
    let (tls, certificate) = end_of_tls(IsCa::Ca(BasicConstraints::Unconstrained));
    let wrap = move |socket| -> Box<dyn Wire> { Box::new(StreamOwned::new(tls, socket)) };
    (begin(SMALL, wrap, script), certificate)
}

/// The same with TLS by STARTTLS: the script begins when the client may shake hands.
pub fn start_starttls(
    script: impl FnOnce(Peer) + Send + 'static,
) -> (TcpStream, CertificateDer<'static>) {
    let (tls, certificate) = end_of_tls(IsCa::NoCa);
    let wrap = move |socket: TcpStream| -> Box<dyn Wire> {
        let clear = socket.try_clone().expect("the same socket");
        let mut clear = Peer(BufReader::new(Box::new(clear)));
        clear.say("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n");
        assert_eq!(clear.line(), "A1 STARTTLS");
        clear.say("A1 OK go on\r\n");
        Box::new(StreamOwned::new(tls, socket))
    };
    (begin(SMALL, wrap, script), certificate)
}

fn end_of_tls(is_ca: IsCa) -> (ServerConnection, CertificateDer<'static>) {
    let key = KeyPair::generate().expect("a key");
    let mut made = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    made.is_ca = is_ca;
    let made = made.self_signed(&key).expect("a certificate");
    let certificate = made.der().clone();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = rustls::crypto::ring::default_provider();
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into())
        .expect("a configuration");
    let tls = ServerConnection::new(Arc::new(config)).expect("a server's end of TLS");
    (tls, certificate)
}

fn begin(
    buffer: usize,
    wrap: impl FnOnce(TcpStream) -> Box<dyn Wire> + Send + 'static,
    script: impl FnOnce(Peer) + Send + 'static,
) -> TcpStream {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let client = TcpStream::connect(listener.local_addr().expect("an address")).expect("a socket");
    let (server, _) = listener.accept().expect("a socket");
    for socket in [&client, &server] {
        sockopt::set_socket_recv_buffer_size(socket, buffer).expect("a small buffer");
        sockopt::set_socket_send_buffer_size(socket, buffer).expect("a small buffer");
    }
    thread::spawn(move || script(Peer(BufReader::new(wrap(server)))));
    client
}

/// Runs a test that must not hang.
pub fn within<T: Send + 'static>(seconds: u64, test: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, finished) = mpsc::channel();
    let running = thread::spawn(move || {
        let value = test();
        // Nobody listens any more when it took too long.
        let _ = done.send(());
        value
    });
    match finished.recv_timeout(Duration::from_secs(seconds)) {
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("hangs: not finished after {seconds} s"),
        Ok(()) | Err(mpsc::RecvTimeoutError::Disconnected) => {}
    }
    match running.join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Processor time of this thread.
pub fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).expect("a span")
}
