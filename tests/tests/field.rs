//! What servers in the field say, line by line: the right value, the same for every chunking, and no line that is not read.
//! `UPDATE=1` rewrites what comes out; read it against what must come out.

use std::env;

use imap_machine::client::{Command, CommandOptions, Config, Event};
use imap_machine::codec::Untagged;
use imap_machine_testkit::scenario::{self, Names};
use imap_machine_tests::described;
use imap_machine_tests::field::{self, Case, Setting};
use imap_machine_tests::watched::Watched;

/// What comes out of a case, cut into pieces of so many octets.
fn read(case: &Case, chunk: usize) -> Vec<String> {
    let mut watched = Watched::new(Config::default(), vec![]);
    let mut names = Names::default();
    if case.setting != Setting::Greeting {
        watched.hear(b"* PREAUTH ready\r\n").unwrap();
        let select = Command::select("INBOX").unwrap();
        let handle = watched.send(select, CommandOptions::default());
        names.insert("select", handle.unwrap().unwrap());
        watched.hear(b"* 20000 EXISTS\r\nA1 OK done\r\n").unwrap();
    }
    if case.setting == Setting::Move {
        let command = Command::uid_move("1:*", "Archive").unwrap();
        let handle = watched.send(command, CommandOptions::default());
        names.insert("move", handle.unwrap().unwrap());
    }
    let before = watched.events.len();
    for piece in case.octets.chunks(chunk) {
        watched.hear(piece).unwrap();
    }
    let events = watched.events.split_off(before);
    let described = events.iter().flat_map(|event| describe(event, &names));
    let described = described.collect();
    if case.setting != Setting::Greeting {
        // The next line is a line of its own.
        watched.hear(b"* 20000 EXISTS\r\n").unwrap();
        assert_eq!(watched.events.len(), before + 1, "{}", case.source);
    }
    described
}

fn describe(event: &Event<'_>, names: &Names) -> Vec<String> {
    let Event::Untagged {
        data: data @ Untagged::Fetch(fetch),
        ..
    } = event
    else {
        return vec![scenario::event(event, names)];
    };
    let mut lines = vec![format!("fetch {:?}", fetch.number())];
    lines.extend(described::row(fetch));
    let defects = data.defects();
    lines.extend(defects.iter().map(|defect| format!("defect at {defect}")));
    lines
}

fn check(file: &str, least: usize) {
    let cases = field::cases(file);
    assert!(cases.len() >= least, "{file}: {} cases", cases.len());
    let read: Vec<_> = cases.iter().map(|case| read(case, usize::MAX)).collect();
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        field::rewrite(file, &read);
        return;
    }
    let mut wrong = Vec::new();
    for (case, read) in cases.iter().zip(&read) {
        assert!(!case.wanted.is_empty(), "{}", case.source);
        for chunk in [1, 3, 16] {
            assert_eq!(&self::read(case, chunk), read, "{} by {chunk}", case.source);
        }
        if &case.read != read {
            wrong.push(format!("{}\n{read:#?}", case.source));
        }
        let is_read = !read.iter().any(|line| line.starts_with("unrecognized"));
        if is_read == case.wanted.ends_with(": kept") {
            wrong.push(format!("{} is not read", case.source));
        }
    }
    assert!(
        wrong.is_empty(),
        "UPDATE=1 rewrites {file}:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn reported_lines() {
    check("reported.txt", 67);
}

#[test]
fn lines_of_the_same_kinds() {
    check("more.txt", 67);
}

#[test]
fn texts_for_people() {
    check("texts.txt", 10);
}
