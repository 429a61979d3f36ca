//! `imapscope run` against a real Dovecot, over TLS and STARTTLS. Skipped, and said so, without `IMAP_MACHINE_DOVECOT`.

mod common;

use common::{Ran, with_input};
use imap_machine_tests::live::{self, Dovecot, PASSWORD, mailbox, message};

struct Account {
    url: String,
    ca: String,
}

impl Account {
    fn new(server: &Dovecot, url: String) -> Self {
        let ca = server.ca_file.to_str().expect("UTF-8").to_owned();
        Self { url, ca }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, b"")
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let options = ["run", &self.url, "--password-stdin", "--ca", &self.ca];
        let input = [PASSWORD.as_bytes(), b"\n", input].concat();
        with_input(&[&options, arguments].concat(), &input)
    }
}

fn everything(account: &Account, test: &str) {
    let name = mailbox(test);
    account
        .run(&["raw", "CREATE", &format!("\"{name}\"")])
        .done();
    let listed = account.run(&["list", &name, "--json"]).done().objects();
    assert_eq!(listed[0]["name"], name);

    let text = message("a message of imapscope", 30_000);
    account
        .run_with(&["append", &name, "-", "--flag", "flagged"], &text)
        .done();
    account
        .run_with(&["append", &name, "-"], &message("second", 1))
        .done();
    let selected = account.run(&["select", &name, "--json"]).done().objects();
    assert_eq!(selected[0]["exists"], 2);

    let body = account.run(&["fetch", &name, "1", "--body"]).done();
    assert_eq!(body.stdout.as_bytes(), text);
    let flags = account.run(&["store", &name, "2", "--add", "seen"]).done();
    assert_eq!(flags.stdout, "UID 2  (\\Seen)\n");
    let found = account
        .run(&["search", &name, "SUBJECT", "imapscope"])
        .done();
    assert_eq!(found.stdout, "1\n");
    let news = account.run(&["idle", &name, "--for", "0.3"]).done();
    assert!(news.stdout.starts_with("2 messages"), "{}", news.stdout);
    account
        .run(&["raw", "DELETE", &format!("\"{name}\"")])
        .done();
}

#[test]
fn over_tls() {
    if let Some(server) = live::dovecot("imapscope over TLS") {
        let url = server.imaps("alice");
        everything(&Account::new(&server, url), "imapscope tls");
    }
}

#[test]
fn over_starttls() {
    if let Some(server) = live::dovecot("imapscope over STARTTLS") {
        let url = server.starttls("alice");
        everything(&Account::new(&server, url), "imapscope starttls");
    }
}

#[test]
fn a_certificate_that_is_not_trusted() {
    if let Some(server) = live::dovecot("imapscope and an unknown CA") {
        let run = ["run", &server.imaps("alice"), "--password-stdin", "list"];
        with_input(&run, b"secret\n").failed(&["not signed by an authority", "--ca FILE"]);
    }
}

#[test]
fn a_port_that_speaks_no_tls() {
    if let Some(server) = live::dovecot("imapscope and the wrong port") {
        let url = format!("imaps://alice@127.0.0.1:{}", server.port);
        Account::new(&server, url)
            .run(&["list"])
            .failed(&["does not speak TLS"]);
    }
}
