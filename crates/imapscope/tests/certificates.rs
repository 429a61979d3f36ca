//! A certificate that is not accepted: which check failed, and what to do.

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::{env, fs, process, thread};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use common::imapscope;
use imap_machine_tokio::rustls::crypto::ring;
use imap_machine_tokio::rustls::pki_types::PrivatePkcs8KeyDer;
use imap_machine_tokio::rustls::{ServerConfig, ServerConnection, StreamOwned};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};

/// A server with a certificate of its own making.
struct Server {
    url: String,
    /// The certificate, in a file.
    file: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

/// The certificate is for this name and valid until this year. As `openssl req -x509` makes it, it is that of a CA.
fn server(name: &str, until: i32, is_ca: IsCa) -> Server {
    let key = KeyPair::generate().unwrap();
    let mut made = CertificateParams::new([name.to_owned()]).unwrap();
    made.is_ca = is_ca;
    made.not_before = date_time_ymd(2000, 1, 1);
    made.not_after = date_time_ymd(until, 1, 1);
    let made = made.self_signed(&key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![made.der().clone()],
            PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for socket in listener.incoming() {
            let tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            // A client that does not accept the certificate goes.
            let _ = serve(StreamOwned::new(tls, socket?));
        }
        std::io::Result::Ok(())
    });
    let file = env::temp_dir().join(format!("imapscope-{}-{port}.pem", process::id()));
    let text = BASE64_STANDARD.encode(made.der());
    let pem = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
    fs::write(&file, pem).unwrap();
    Server {
        url: format!("imaps://127.0.0.1:{port}"),
        file,
    }
}

/// Says OK to everything.
fn serve(mut stream: StreamOwned<ServerConnection, std::net::TcpStream>) -> std::io::Result<()> {
    stream.write_all(b"* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n")?;
    let mut stream = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let tag = line.split(' ').next().unwrap_or_default();
        let answer = format!("{tag} OK done\r\n");
        stream.get_mut().write_all(answer.as_bytes())?;
    }
}

const HERE: &str = "127.0.0.1";
const LATER: i32 = 4000;

fn ca() -> IsCa {
    IsCa::Ca(BasicConstraints::Unconstrained)
}

#[test]
fn one_that_is_named_is_accepted() {
    for is_ca in [ca(), IsCa::NoCa] {
        let server = server(HERE, LATER, is_ca);
        let file = server.file.to_str().unwrap();
        imapscope(&["run", &server.url, "--ca", file, "list"]).done();
    }
}

#[test]
fn one_that_is_not_named_says_how_to_name_it() {
    for is_ca in [ca(), IsCa::NoCa] {
        let (server, other) = (server(HERE, LATER, is_ca), server(HERE, LATER, IsCa::NoCa));
        imapscope(&["run", &server.url, "list"]).failed(&["signed by", "--ca FILE"]);
        let file = other.file.to_str().unwrap();
        imapscope(&["run", &server.url, "--ca", file, "list"]).failed(&["signed by", "--ca FILE"]);
    }
}

#[test]
fn one_for_another_host_or_another_day_says_so() {
    for is_ca in [ca(), IsCa::NoCa] {
        let wrong_name = server("mail.example", LATER, is_ca);
        let file = wrong_name.file.to_str().unwrap();
        imapscope(&["run", &wrong_name.url, "--ca", file, "list"]).failed(&[
            "not valid for the name",
            "mail.example",
            "connect by a name it holds",
        ]);
        let expired = server(HERE, 2001, is_ca);
        let file = expired.file.to_str().unwrap();
        imapscope(&["run", &expired.url, "--ca", file, "list"])
            .failed(&["has expired", "this machine's clock"]);
    }
}
