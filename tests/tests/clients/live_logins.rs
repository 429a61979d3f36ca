//! Every way to log in that the live servers offer, with the right secret and with a wrong one.

use std::fs;

use imap_machine::client::session::{Credentials, Method, OpenError};
use imap_machine_std::{ConnectError, Connector};
use imap_machine_tests::live::{self, PASSWORD, Server};

use crate::both;
use crate::client::Client;

both! {
    a_password_by_each_method,
    scram_binds_to_tls_where_the_server_can,
    scram_does_without_a_binding_that_the_server_does_not_have,
    in_clear_scram_comes_first,
    tokens,
    what_is_not_offered_is_not_tried,
}

/// {"sub":"alice","iat":1700000000,"exp":4102444800} with HS256 and the key of tests/servers/dovecot.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSIsImlhdCI6MTcwMDAwMDAwMCwiZXhwIjo0MTAyNDQ0ODAwfQ.sVPheO1Y8jm7Rwbxx4QhbypSgJktQ_K2dJVXKqX1Xf8";

const ALL: [&str; 5] = ["DOVECOT", "DOVECOT24", "CYRUS", "CYRUS310", "COURIER"];
const WITH_SCRAM: [&str; 4] = ["DOVECOT", "DOVECOT24", "CYRUS", "CYRUS310"];

fn servers(names: &[&'static str], test: &str) -> Vec<(&'static str, Server)> {
    let running = |name: &&'static str| Some((*name, live::server(name, test)?));
    names.iter().filter_map(running).collect()
}

/// The tests' Cyrus 3.10 is configured without.
fn has_starttls(name: &str) -> bool {
    name != "CYRUS310"
}

fn connect<C: Client>(
    url: &str,
    server: &Server,
    credentials: Credentials,
) -> Result<C, ConnectError> {
    let connector = Connector::new(url).unwrap().roots(server.roots());
    C::connect(&connector.credentials(credentials))
}

fn alice(password: &str, method: Method) -> Credentials {
    Credentials::password("alice", password).by(method)
}

/// These credentials open a session that can be used.
fn opens<C: Client>(url: &str, server: &Server, credentials: Credentials) {
    let shown = format!("{url} {credentials:?}");
    let client: Result<C, _> = connect(url, server, credentials);
    let mut client = client.unwrap_or_else(|error| panic!("{shown}: {error}"));
    client.noop().unwrap();
    client.logout().unwrap();
}

/// These credentials are refused, and that is said.
fn refused<C: Client>(url: &str, server: &Server, credentials: Credentials) -> OpenError {
    let shown = format!("{url} {credentials:?}");
    match connect::<C>(url, server, credentials) {
        Err(error @ ConnectError::Open(_)) => {
            assert!(error.is_credentials(), "{shown}: {error:?}");
            let ConnectError::Open(error) = error else {
                unreachable!();
            };
            error
        }
        Err(error) => panic!("{shown}: {error:?}"),
        Ok(_) => panic!("{shown}: logged in"),
    }
}

fn a_password_by_each_method<C: Client>() {
    for (name, server) in servers(&ALL, "a_password_by_each_method") {
        let url = server.imaps("alice");
        for method in [
            Method::Offered,
            Method::Strongest,
            Method::Scram,
            Method::Login,
            Method::Plain,
        ] {
            if method == Method::Scram && name == "COURIER" {
                continue;
            }
            opens::<C>(&url, &server, alice(PASSWORD, method));
            // Courier lets 5 s pass after each.
            if name == "COURIER" && method != Method::Plain {
                continue;
            }
            let error = refused::<C>(&url, &server, alice("nonsense", method));
            assert!(matches!(error, OpenError::Refused { .. }), "{error:?}");
        }
        if has_starttls(name) && name != "COURIER" {
            let url = server.starttls("alice");
            opens::<C>(&url, &server, alice(PASSWORD, Method::Scram));
        }
    }
}

/// What Dovecot has written to its log since this many octets.
fn log(server: &Server, since: usize) -> String {
    let directory = server.ca_file.ancestors().nth(2).unwrap();
    let log = fs::read_to_string(directory.join("log/dovecot.log")).unwrap();
    log[since..].to_owned()
}

/// The server says so in its log.
fn scram_binds_to_tls_where_the_server_can<C: Client>() {
    let test = "scram_binds_to_tls_where_the_server_can";
    let Some(server) = live::server("DOVECOT24", test) else {
        return;
    };
    for url in [server.imaps("alice"), server.starttls("alice")] {
        for method in [Method::Scram, Method::ScramPlus, Method::Strongest] {
            let before = log(&server, 0).len();
            opens::<C>(&url, &server, alice(PASSWORD, method));
            let log = log(&server, before);
            assert!(log.contains("method=SCRAM-SHA-256-PLUS"), "{url}: {log}");
        }
    }
    refused::<C>(&server.imaps("alice"), &server, alice("x", Method::Scram));
}

/// Cyrus has `tls-unique` only, and that is not known here. It says so after the proof. Since it offers PLUS, it would refuse `y`.
fn scram_does_without_a_binding_that_the_server_does_not_have<C: Client>() {
    let names = ["CYRUS", "CYRUS310"];
    let test = "scram_does_without_a_binding_that_the_server_does_not_have";
    for (name, server) in servers(&names, test) {
        let starttls = has_starttls(name).then(|| server.starttls("alice"));
        for url in [server.imaps("alice")].into_iter().chain(starttls) {
            let connected = connect::<C>(&url, &server, alice(PASSWORD, Method::Scram));
            let mut client = connected.unwrap_or_else(|error| panic!("{url}: {error}"));
            client.noop().unwrap();
            // Who wants the binding gets no session without.
            match connect::<C>(&url, &server, alice(PASSWORD, Method::ScramPlus)) {
                Err(ConnectError::Open(OpenError::Refused { .. })) => {}
                Err(error) => panic!("{url}: {error:?}"),
                Ok(_) => panic!("{url}: logged in"),
            }
        }
    }
}

fn in_clear_scram_comes_first<C: Client>() {
    for (name, server) in servers(&WITH_SCRAM, "in_clear_scram_comes_first") {
        let url = server.plain("alice");
        let before = match name.starts_with("DOVECOT") {
            true => log(&server, 0).len(),
            false => 0,
        };
        opens::<C>(&url, &server, Credentials::password("alice", PASSWORD));
        refused::<C>(&url, &server, alice("nonsense", Method::Scram));
        if name.starts_with("DOVECOT") {
            let log = log(&server, before);
            assert!(log.contains("method=SCRAM-SHA-256"), "{name}: {log}");
        }
    }
}

fn tokens<C: Client>() {
    let Some(server) = live::dovecot("tokens") else {
        return;
    };
    let url = server.imaps("alice");
    let google = |token: &str| {
        let message = format!("user=alice\x01auth=Bearer {token}\x01\x01");
        Credentials::message("XOAUTH2", message)
    };
    for (right, wrong) in [
        (
            Credentials::token("alice", TOKEN),
            Credentials::token("alice", "nonsense"),
        ),
        (google(TOKEN), google("nonsense")),
    ] {
        opens::<C>(&url, &server, right);
        let error = refused::<C>(&url, &server, wrong);
        let OpenError::Refused { reason, .. } = &error else {
            panic!("{error:?}");
        };
        let reason = reason.as_ref().expect("a reason");
        assert!(reason.status.is_some(), "{reason:?}");
        assert!(error.to_string().contains("(status "), "{error}");
    }
}

fn what_is_not_offered_is_not_tried<C: Client>() {
    for (_, server) in servers(&["COURIER"], "what_is_not_offered_is_not_tried") {
        let url = server.imaps("alice");
        for (credentials, wanted) in [
            (alice(PASSWORD, Method::Scram), "a password by SCRAM"),
            (Credentials::token("alice", TOKEN), "a token"),
        ] {
            let error = match connect::<C>(&url, &server, credentials) {
                Err(error) => error.to_string(),
                Ok(_) => panic!("logged in"),
            };
            assert!(
                error.contains(wanted) && error.contains("AUTH=CRAM-MD5"),
                "{error}"
            );
        }
    }
}
