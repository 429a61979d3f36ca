//! The programs in `examples/` of both clients do what they say, with a real Dovecot.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use imap_machine_std::{AppendMessage, Client, Connector, Flag, Search, Store, connect};
use imap_machine_tests::live::{self, Dovecot, PASSWORD, mailbox};

/// The program of this name for each client. Cargo builds them with the tests of their packages.
fn for_both(name: &str, test: impl Fn(&Path)) {
    let tests = env::current_exe().expect("this program has a path");
    let target = tests.ancestors().nth(2).expect("in a folder of the target");
    for name in [name.to_owned(), format!("{name}_std")] {
        let program = target.join("examples").join(&name);
        assert!(
            program.exists(),
            "{name} is not built: cargo test --workspace, or cargo build --workspace --examples"
        );
        test(&program);
    }
}

/// What it prints. It has to succeed.
fn run(server: &Dovecot, program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .arg(server.plain("alice"))
        .args(arguments)
        .env("IMAP_PASSWORD", PASSWORD)
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", program.display());
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// Puts messages into a new mailbox.
fn filled(server: &Dovecot, messages: &[&str]) -> (Client, String) {
    let connector = Connector::new(&server.plain("alice")).unwrap();
    let mut client = connect(&connector.password(PASSWORD)).unwrap();
    let name = mailbox("programs");
    client.create(&name).unwrap();
    for message in messages {
        let message = AppendMessage::new(message.replace('\n', "\r\n"));
        client.append(&name, message).unwrap();
    }
    (client, name)
}

const NEWS: &str = "From: News <news@example.org>\nSubject: One\n\nfirst\n";
const MAIL: &str = "From: Bob <bob@example.org>\nSubject: Two\n\nsecond\n";

/// A folder that is removed when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("imap-machine-{name}-{}", std::process::id());
        Self(env::temp_dir().join(name))
    }

    fn messages(&self) -> Vec<(String, String)> {
        let files = fs::read_dir(self.0.join("cur")).unwrap();
        let files = files.map(|file| {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, fs::read_to_string(file.path()).unwrap())
        });
        let mut files: Vec<_> = files.collect();
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn maildir() {
    let Some(server) = live::dovecot("maildir") else {
        return;
    };
    for_both("maildir", |program| {
        let (mut client, name) = filled(&server, &[NEWS, MAIL]);
        client.select(&name).unwrap();
        client
            .uid_store(2, Store::add([Flag::SEEN, Flag::FLAGGED]))
            .unwrap();
        let folder = Folder::new("maildir");
        let arguments = [name.as_str(), folder.0.to_str().unwrap()];
        let printed = run(&server, program, &arguments);
        let last = printed.lines().last().unwrap();
        assert!(last.starts_with("2 of 2 messages, "), "{printed}");
        let messages = folder.messages();
        let texts: Vec<_> = messages
            .iter()
            .map(|(_, text)| text.replace("\r\n", "\n"))
            .collect();
        assert_eq!(texts, [NEWS, MAIL]);
        assert!(
            messages[0].0.ends_with(".1:2,") && messages[1].0.ends_with(".2:2,FS"),
            "{messages:?}"
        );
        // What is there is not downloaded again.
        fs::write(folder.0.join("cur").join(&messages[0].0), "kept").unwrap();
        run(&server, program, &arguments);
        assert_eq!(folder.messages()[0].1, "kept");
        assert!(fs::read_dir(folder.0.join("tmp")).unwrap().next().is_none());
        client.logout().unwrap();
    });
}

#[test]
fn find_and_move() {
    let Some(server) = live::dovecot("find_and_move") else {
        return;
    };
    for_both("find_and_move", |program| {
        let (mut client, name) = filled(&server, &[NEWS, MAIL, NEWS]);
        let to = format!("{name}/news");
        let arguments = [name.as_str(), "news@example.org", &to];
        let printed = run(&server, program, &arguments);
        let expected = format!("moved 2 messages to {to}\n1 is 1 there\n3 is 2 there\n");
        assert_eq!(printed, expected);
        assert_eq!(client.select(&to).unwrap().exists, 2);
        assert_eq!(client.select(&name).unwrap().exists, 1);
        let printed = run(&server, program, &arguments);
        assert_eq!(
            printed,
            format!("{name} has nothing from news@example.org\n")
        );
        client.logout().unwrap();
    });
}

const ODD: &str = "From: =?iso-8859-1?Q?J=F6rg?= <joerg@example.org>\nSubject: =?utf-8?Q?Gr=C3=BC=1Bsse?=\n\
    Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n\
    Content-Transfer-Encoding: quoted-printable\n\nSch=F6n!\n--b\nContent-Type: image/png\n\
    Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n";

#[test]
fn table() {
    let Some(server) = live::dovecot("table") else {
        return;
    };
    for_both("table", |program| {
        let (mut client, name) = filled(&server, &[NEWS, ODD]);
        let printed = run(&server, program, &[&name]);
        let rows: Vec<_> = printed.lines().collect();
        assert_eq!(rows.len(), 2, "{printed}");
        assert!(
            rows[0].contains(" News <news@example.org> ") && rows[0].ends_with(" One"),
            "{printed}"
        );
        let odd = rows[1];
        assert!(
            odd.contains("J\u{f6}rg <joerg@example.org>") && odd.ends_with("Gr\u{fc} sse"),
            "{printed}"
        );
        let selected = client.select(&name).unwrap();
        assert_eq!(
            client.uid_search(Search::unseen()).unwrap().len(),
            u64::from(selected.exists)
        );
        client.logout().unwrap();
    });
}

#[test]
fn unseen_text() {
    let Some(server) = live::dovecot("unseen_text") else {
        return;
    };
    for_both("unseen_text", |program| {
        let (mut client, name) = filled(&server, &[NEWS, ODD, MAIL]);
        client.select(&name).unwrap();
        client.uid_store(3, Store::add([Flag::SEEN])).unwrap();
        let printed = run(&server, program, &[&name]).replace('\r', "");
        assert!(
            printed.contains(
                "From: J\u{f6}rg <joerg@example.org>\nSubject: Gr\u{fc} sse\n\nSch\u{f6}n!\n"
            ),
            "{printed}"
        );
        assert!(
            printed.contains("Subject: One\n\nfirst\n") && !printed.contains("Two"),
            "{printed}"
        );
        let unseen = client.uid_search(Search::unseen()).unwrap();
        assert_eq!(unseen.len(), 2);
        client.logout().unwrap();
    });
}
