//! No secret is shown by the clients with sockets: in their `Debug` output, their errors, and what they trace.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use imap_machine::client::session::{Credentials, Method};
use imap_machine_testkit::server::{Options, Server};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::forms::told;

const SECRETS: &[&str] = &[
    "correct horse battery",
    "q\"uo\\ted \"secret\"",
    "пароль-пароль",
];

/// A subscriber that keeps everything that is traced, at every level.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0, "{field} {value:?} {value:#?}").expect("a string");
    }
}

impl Kept {
    fn text(&self) -> String {
        self.0.lock().expect("no panic").clone()
    }

    fn with(&self, keep: impl FnOnce(&mut Fields<'_>)) {
        keep(&mut Fields(&mut self.0.lock().expect("no panic")));
    }
}

impl Subscriber for Kept {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.with(|fields| span.record(fields));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.with(|fields| values.record(fields));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.with(|fields| event.record(fields));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn quiet(text: &str, secret: &str) {
    assert_eq!(told(text, secret.as_bytes()), None, "{text}");
}

fn server(password: &str) -> Server {
    let options = Options {
        users: vec![("alice".to_owned(), password.to_owned())],
        ..Options::default()
    };
    Server::start(options).expect("a server")
}

fn url(server: &Server) -> String {
    format!("imap://alice@{}", server.addr())
}

/// A password that is right or wrong, SASL, and what the server does not offer.
fn credentials(secret: &str) -> Vec<Credentials> {
    let initial = |octets: String| Credentials::message("PLAIN", octets);
    vec![
        Credentials::password("alice", secret),
        Credentials::password("alice", format!("{secret}{secret}")),
        initial(format!("\0alice\0{secret}")),
        initial(format!("\0mallory\0{secret}")),
        Credentials::token("alice", secret),
        Credentials::password("alice", secret).by(Method::Scram),
    ]
}

#[tokio::test]
async fn tokio_traces_no_secret() {
    use imap_machine_tokio::Connector;

    for secret in SECRETS {
        let kept = Kept::default();
        let _guard = tracing::subscriber::set_default(kept.clone());
        let server = server(secret);
        let mut logged_in = 0;
        for credentials in credentials(secret) {
            let connector = Connector::new(&url(&server))
                .unwrap()
                .credentials(credentials);
            quiet(&format!("{connector:?} {connector:#?}"), secret);
            match imap_machine_tokio::connect(&connector).await {
                Ok((client, connection)) => {
                    quiet(&format!("{client:?} {connection:?}"), secret);
                    let connection = tokio::spawn(connection);
                    client.select("INBOX").await.unwrap();
                    client.logout().await.unwrap();
                    quiet(&format!("{:?}", connection.await.unwrap()), secret);
                    logged_in += 1;
                }
                Err(error) => quiet(&format!("{error} {error:?} {error:#?}"), secret),
            }
        }
        assert_eq!(logged_in, 2);
        let traced = kept.text();
        assert!(
            traced.contains("outcome") && traced.lines().count() > 40,
            "{traced}"
        );
        quiet(&traced, secret);
    }
}

#[test]
fn std_shows_no_secret() {
    use imap_machine_std::Connector;

    for secret in SECRETS {
        let server = server(secret);
        let mut logged_in = 0;
        for credentials in credentials(secret) {
            let connector = Connector::new(&url(&server))
                .unwrap()
                .credentials(credentials);
            quiet(&format!("{connector:?} {connector:#?}"), secret);
            match imap_machine_std::connect(&connector) {
                Ok(client) => {
                    quiet(&format!("{client:?} {client:#?}"), secret);
                    logged_in += 1;
                }
                Err(error) => quiet(&format!("{error} {error:?} {error:#?}"), secret),
            }
        }
        assert_eq!(logged_in, 2);
    }
}

/// A password in a URL is refused, and not repeated.
#[test]
fn urls_are_not_repeated() {
    let secret = "correct-horse-battery";
    for url in [
        format!("imaps://alice:{secret}@mail.example"),
        format!("imaps://alice:{secret}@"),
        format!("http://alice:{secret}@mail.example"),
        format!("alice:{secret}@mail.example"),
    ] {
        let error = imap_machine_tokio::Connector::new(&url).expect_err("a password");
        quiet(&format!("{error} {error:?}"), secret);
        let error = imap_machine_std::Connector::new(&url).expect_err("a password");
        quiet(&format!("{error} {error:?}"), secret);
    }
}
