//! The programs in `examples/` of both clients do what they say, with a real Dovecot.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use imap_machine_std::{AppendMessage, Client, Connector, Flag, connect};
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
            .uid_store(2, imap_machine_std::Store::add([Flag::SEEN, Flag::FLAGGED]))
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
