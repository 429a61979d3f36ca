//! Logs hold no credentials and no mail.

mod common;

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use common::{pipe, soon};
use imap_machine_tokio::imap_machine::client::session::{Credentials, Method};
use imap_machine_tokio::{Command, CommandOptions, Connector, over};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes everything down.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        writeln!(self.0, "{field} = {value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("imap_machine")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Fields(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn logs_hold_no_credentials_and_no_mail() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    for (method, command, again) in [
        (Method::Login, "LOGIN alice hunter2", false),
        (Method::Plain, "AUTHENTICATE PLAIN", true),
    ] {
        let (ours, mut peer) = pipe(4096);
        let credentials = Credentials::Password {
            user: "alice".to_owned(),
            password: "hunter2".to_owned(),
            method,
        };
        let connector = Connector::new("imap://mail.example").unwrap();
        let connector = connector.credentials(credentials);
        let (connected, ()) = tokio::join!(over(&connector, ours), async {
            peer.say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n")
                .await;
            let tag = peer.expect(command).await;
            if again {
                peer.say("+ \r\n").await;
                assert_eq!(peer.line().await, "AGFsaWNlAGh1bnRlcjI=");
            }
            peer.say(format!("{tag} OK [CAPABILITY IMAP4rev1] in\r\n"))
                .await;
        });
        let (client, connection) = connected.unwrap();
        tokio::spawn(connection);
        let (selected, ()) = tokio::join!(client.select("INBOX"), async {
            let tag = peer.expect("SELECT INBOX").await;
            peer.say(format!("* 9 EXISTS\r\n{tag} OK\r\n")).await;
        });
        selected.unwrap();
        let command = Command::fetch("1:*", "RFC822").unwrap();
        let fetch = client.stream(command, CommandOptions::default());
        let large = "mailmail".repeat(20_000);
        let (fetched, ()) = tokio::join!(soon(fetch.outcome()), async {
            let tag = peer.expect("FETCH 1:* RFC822").await;
            peer.say("* 1 FETCH (RFC822 {8}\r\nmailmail)\r\n").await;
            peer.say("* 2 FETCH (RFC822 \"mailmail\")\r\n").await;
            peer.say(format!("* 3 FETCH (RFC822 {{160000}}\r\n{large})\r\n"))
                .await;
            peer.say("* FETCH oops mailmail (RFC822 {8}\r\nmailmail)\r\n")
                .await;
            // Too short a literal: the rest of the mail is taken for lines of the server.
            peer.say("* 4 FETCH (RFC822 {4}\r\nmailmail\r\n+ mailmail\r\nmailmail OK mailmail\r\n")
                .await;
            peer.say("mailmail NO [mailmail] mailmail\r\n+ mailmail\r\nmail mailmail)\r\n")
                .await;
            peer.say("* ID (\"name\" \"mailmail\")\r\n").await;
            peer.say("* METADATA \"\" (/private/comment {8}\r\nmailmail)\r\n")
                .await;
            peer.say(format!("{tag} OK\r\n")).await;
        });
        fetched.unwrap();
    }
    let log = log.0.lock().unwrap();
    for secret in ["hunter2", "AGFsaWNl", "mailmail", "97, 105, 108"] {
        assert!(!log.contains(secret), "{log}");
    }
    for told in [
        "Literal",
        "unrecognized",
        "unexpected tag",
        "unexpected continuation",
        "private data",
        "outcome",
    ] {
        assert!(log.contains(told), "{told}: {log}");
    }
}
