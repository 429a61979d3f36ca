//! `imapscope run` against the testkit's server, and without a server.

mod common;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::{env, fs, process};

use common::{Ran, imapscope, with_input};
use imap_machine_testkit::server::{Body, Message, Options, Server, demo_mailboxes};

fn server() -> Server {
    Server::start(Options {
        mailboxes: demo_mailboxes(3, 500, 3 << 20),
        ..Options::default()
    })
    .expect("a port")
}

fn run(server: &Server, arguments: &[&str]) -> Ran {
    let url = format!("imap://alice@{}", server.addr());
    let all = [&["run", &url, "--password-stdin"], arguments].concat();
    with_input(&all, b"secret\n")
}

fn scratch(name: &str) -> PathBuf {
    env::temp_dir().join(format!("imapscope-{}-{name}", process::id()))
}

#[test]
fn everyday_commands() {
    let server = server();
    let listed = run(&server, &["list", "--json"]).done().objects();
    let names: Vec<_> = listed.iter().map(|mailbox| &mailbox["name"]).collect();
    assert_eq!(names, ["Archive", "Big", "INBOX"]);

    let selected = run(&server, &["select", "INBOX", "--json"])
        .done()
        .objects();
    assert_eq!(selected[0]["exists"], 3);
    let shown = run(&server, &["select", "INBOX"]).done();
    assert!(
        shown.stdout.starts_with("INBOX: 3 messages\n"),
        "{}",
        shown.stdout
    );

    let stored = run(&server, &["store", "INBOX", "2", "--add", "seen", "$Junk"]).done();
    assert_eq!(stored.stdout, "UID 2  (\\Seen $Junk)\n");
    let fetched = run(&server, &["fetch", "INBOX", "2:3", "--flags", "--size"]).done();
    assert_eq!(
        fetched.stdout,
        "UID 2  (\\Seen $Junk)  500 octets\nUID 3  ()  500 octets\n"
    );
    let found = run(&server, &["search", "INBOX", "UNSEEN"]).done();
    assert_eq!(found.stdout, "1\n3\n");
    let envelope = run(&server, &["fetch", "INBOX", "1", "--envelope"]).done();
    assert_eq!(envelope.stdout, "UID 1  Bob Example: Message 1\n");
    let header = "From: =?utf-8?Q?J=C3=B6?= <j@x.org>\r\nSubject: =?utf-8?B?w6k?=\r\n\r\n";
    server.deliver(
        "Archive",
        Message::new(Body::Bytes(header.as_bytes().into())),
    );
    let envelope = run(&server, &["fetch", "Archive", "*", "--envelope"]).done();
    assert_eq!(
        envelope.stdout,
        "UID 1  J\u{f6}: \u{e9} (its encoding is damaged)\n"
    );

    let raw = run(
        &server,
        &["raw", "--select", "INBOX", "UID FETCH", "1", "(FLAGS)"],
    )
    .done();
    assert!(
        raw.stdout.starts_with("fetch number=1 items="),
        "{}",
        raw.stdout
    );
    assert!(
        raw.stdout
            .ends_with("outcome command=A3 outcome=ok text=fetched\n"),
        "{}",
        raw.stdout
    );

    let idled = run(&server, &["idle", "INBOX", "--for", "0.2"]).done();
    assert_eq!(
        idled.stdout,
        "3 messages; waiting for news (Ctrl-C ends it)\n"
    );
}

#[test]
fn messages_go_in_and_come_out_as_they_are() {
    let server = server();
    let file = scratch("message.eml");
    let text = format!("Subject: x\r\n\r\n{}", "line of text\r\n".repeat(20_000));
    fs::write(&file, &text).expect("a file");
    let name = file.to_str().expect("UTF-8");
    let appended = run(&server, &["append", "Archive", name, "--flag", "\\Flagged"]).done();
    assert!(
        appended.stdout.starts_with("stored in Archive as UID 1 "),
        "{}",
        appended.stdout
    );
    assert_eq!(
        run(&server, &["fetch", "Archive", "1", "--body"])
            .done()
            .stdout,
        text
    );

    let pattern = scratch("{uid}.eml");
    let pattern = pattern.to_str().expect("UTF-8");
    run(
        &server,
        &["fetch", "Archive", "1:*", "--body", "--output", pattern],
    )
    .done();
    let written = scratch("1.eml");
    assert_eq!(fs::read_to_string(&written).expect("it is there"), text);
    for file in [file, written] {
        fs::remove_file(file).expect("it was there");
    }

    let url = format!("imap://alice@{}", server.addr());
    let append = ["run", &url, "--password-stdin", "append", "Archive", "-"];
    with_input(&append, b"secret\nSubject: piped\r\n\r\n").done();
    let piped = run(&server, &["fetch", "Archive", "2", "--header"]).done();
    assert_eq!(piped.stdout, "Subject: piped\r\n\r\n");
}

#[test]
fn one_file_does_not_take_two_messages() {
    let server = server();
    let file = scratch("one.eml");
    let name = file.to_str().expect("UTF-8");
    run(
        &server,
        &["fetch", "INBOX", "1:2", "--body", "--output", name],
    )
    .failed(&["put {uid} into the name"]);
    fs::remove_file(file).expect("the first message");
}

#[test]
fn what_the_server_refuses_is_explained() {
    let server = server();
    run(&server, &["select", "Nowhere"]).failed(&["cannot open Nowhere: the server refused: NO"]);
    run(&server, &["fetch", "INBOX", "77"]).failed(&["no such message in INBOX"]);
    run(&server, &["raw", "XYZZY"]).failed(&["BAD", "did not understand"]);
    run(&server, &["raw", "NOOP\r\nA9", "LOGOUT"]).failed(&["cannot be a command"]);
    run(&server, &["search", "INBOX", "XYZZY"]).failed(&["\"XYZZY\"", "BAD", "search criteria"]);
    run(&server, &["store", "INBOX", "1", "--add", "two words"]).failed(&["not a flag"]);
    let url = format!("imap://alice@{}", server.addr());
    let wrong = with_input(&["run", &url, "--password-stdin", "list"], b"hunter2\n");
    let wrong = wrong.failed(&[
        "login: the server refused: NO [AUTHENTICATIONFAILED]",
        "check the user name and the password",
    ]);
    assert!(!wrong.stderr.contains("hunter2"));
    imapscope(&["run", &format!("imap://{}", server.addr()), "list"]).failed(&["log in first"]);
    assert!(
        server
            .commands_seen()
            .iter()
            .all(|line| !line.contains("XYZZY SEARCH"))
    );
}

#[test]
fn no_password_leaves_a_trace() {
    let server = server();
    let ran = run(&server, &["--trace", "--verbose", "list"]).done();
    assert!(
        ran.stderr.contains("A1 AUTHENTICATE sent"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("outcome=ok"), "{}", ran.stderr);
    for secret in ["secret", "AGFsaWNlAHNlY3JldA"] {
        assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret));
    }
}

#[test]
fn what_cannot_be_connected_to() {
    let refused = imapscope(&["run", "imaps://alice:hunter2@mail.example", "list"]).failed(&[
        "the URL holds a password",
        "--password-file",
        "--password-stdin",
    ]);
    assert!(!refused.stderr.contains("hunter2"));
    imapscope(&["run", "mail.example", "list"])
        .failed(&["not a URL", "imaps://alice@mail.example"]);
    imapscope(&["run", "https://mail.example", "list"])
        .failed(&["imaps://, imap+starttls:// or imap://"]);
    imapscope(&["run", "imaps://mail.example/INBOX", "list"]).failed(&["argument of the command"]);
    imapscope(&["run", "imaps://alice@mail.example", "list"]).failed(&["--password-file FILE"]);
    with_input(
        &["run", "imaps://mail.example", "--password-stdin", "list"],
        b"x\n",
    )
    .failed(&["add --user NAME"]);
    with_input(
        &["run", "imaps://a@mail.example", "--password-stdin", "list"],
        b"\n",
    )
    .failed(&["is empty"]);
    imapscope(&[
        "run",
        "imaps://a@mail.example",
        "--password-file",
        "/nowhere",
        "list",
    ])
    .failed(&["/nowhere"]);
    imapscope(&["run", "imaps://mail.example", "--ca", "/nowhere", "list"]).failed(&["/nowhere"]);

    let port = TcpListener::bind("127.0.0.1:0").and_then(|taken| taken.local_addr());
    let free = format!("imap://{}", port.expect("a port"));
    let refused =
        imapscope(&["run", &free, "list"]).failed(&["cannot connect", "whether the server runs"]);
    assert_eq!(
        refused.stderr.matches("refused").count(),
        1,
        "{}",
        refused.stderr
    );
}

#[test]
fn there_is_no_option_for_a_password() {
    let ran = imapscope(&[
        "run",
        "imaps://alice@mail.example",
        "--password",
        "x",
        "list",
    ]);
    assert_eq!(ran.status, Some(2));
}

#[test]
fn a_server_that_says_nothing_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("imap://{}", silent.local_addr().expect("bound"));
    imapscope(&["run", &url, "--timeout", "0.5", "list"])
        .failed(&["greeting", "--timeout SECONDS"]);
}

/// A server that greets, and answers each command with these lines, in which `TAG` stands for its tag.
fn speaker(greeting: &'static [u8], answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("imap://{}", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.write_all(greeting)?;
        for line in BufReader::new(stream.try_clone()?).lines() {
            let line = line?;
            let tag = line.split(' ').next().unwrap_or_default();
            let answer: Vec<_> = answer.split_inclusive(|octet| *octet == b'\n').collect();
            for line in answer {
                let tagged = line.strip_prefix(b"TAG");
                stream.write_all(tagged.map_or(b"", |_| tag.as_bytes()))?;
                stream.write_all(tagged.unwrap_or(line))?;
            }
        }
        std::io::Result::Ok(())
    });
    url
}

#[test]
fn a_server_that_refuses_the_connection_is_heard() {
    // The socket stays open.
    let refusal = b"* BYE [UNAVAILABLE] too many connections\r\n";
    let refused = imapscope(&["run", &speaker(refusal, b""), "list"]);
    let refused = refused.failed(&["too many connections"]);
    assert!(
        !refused.stderr.contains("may be down"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_server_cannot_write_on_the_terminal() {
    let harmful = |text: &str| {
        let own = text.replace("\x1b[1m\x1b[31merror:\x1b[0m", "");
        own.contains(|letter: char| letter.is_control() && letter != '\n')
    };
    const GREETING: &[u8] = b"* PREAUTH [CAPABILITY IMAP4rev1] \x1b[2J\xc2\x9b1m\x7f\r\n";
    const NO: &[u8] = b"TAG NO [X \x1b]0;x\x07] \x1b[2J\xc2\x9b1m\x7f\r\n";
    const BYE: &[u8] = b"* NO \x1b[2J\r\n* BYE \x1b[2J\xc2\x9b1m\x7f\r\n";
    const LIST: &[u8] = b"* LIST () NIL {7}\r\n\xc2\x9b\x1b\x7f\xe2\x80\xae\r\nTAG OK \x1b[2J\r\n";
    // As on a terminal: nothing is filtered.
    let always = |url: &str, rest: &[&str]| {
        let arguments = [&["--color", "always", "run", url, "--timeout", "3"], rest].concat();
        imapscope(&arguments)
    };
    for greeting in [
        b"* BYE \x1b[2J\xc2\x9b\x7f\r\n",
        &b"\x1b[2J\xc2\x9b\r\n"[..],
    ] {
        let ran = always(&speaker(greeting, NO), &["list"]);
        assert!(
            ran.status == Some(1) && !harmful(&ran.stderr),
            "{:?}",
            ran.stderr
        );
    }
    for answer in [NO, BYE] {
        let ran = always(&speaker(GREETING, answer), &["list"]);
        assert!(
            ran.status == Some(1) && !harmful(&ran.stderr),
            "{:?}",
            ran.stderr
        );
    }
    for (form, name) in [
        ("--verbose", "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\n"),
        ("--json", "\"\\u009b\\u001b\\u007f\\u202e\""),
    ] {
        let ran = always(&speaker(GREETING, LIST), &["list", form]).done();
        assert!(
            ran.stdout.contains(name) && !harmful(&ran.stdout),
            "{:?}",
            ran.stdout
        );
    }
}

#[test]
fn a_mailbox_that_cannot_be_read_is_not_missing_without_a_word() {
    let url = speaker(
        b"* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n",
        b"* LIST () NIL\r\n* LIST () NIL good\r\nTAG OK done\r\n",
    );
    let ran = imapscope(&["run", &url, "list"]).failed(&[]);
    assert_eq!(ran.stdout, "good\n");
    let told = "not read: * LIST () NIL\n\
                error: a line of the answer could not be read; it stands above\n";
    assert_eq!(ran.stderr, told);
}
