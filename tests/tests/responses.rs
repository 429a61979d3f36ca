//! Every response of `responses/*.txt` by itself: each is one event, and `responses/README.md` says how much of it
//! was understood. `UPDATE=1` rewrites that table.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use imap_machine::client::{Command, CommandHandle, CommandOptions, Config, Event, Outcome};
use imap_machine::codec::{Code, Fetch, FetchItem, ResponseText, Untagged};
use imap_machine_testkit::scenario::{self, Names};
use imap_machine_tests::responses::{FILES, octets};
use imap_machine_tests::watched::Watched;

/// How much of a response was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    Decoded,
    /// Decoded, except for this part, which is kept as received.
    Partly(String),
    Raw,
}

/// The last event from these octets, and the names in it.
fn event(line: &[u8], chunk: usize) -> (Event<'static>, Names) {
    let mut watched = Watched::new(Config::default(), vec![]);
    let mut names = Names::default();
    watched.hear(b"* PREAUTH ready\r\n").unwrap();
    let mut send = |watched: &mut Watched, name: &str, command: Command| -> CommandHandle {
        let sent = watched.send(command, CommandOptions::default());
        let handle = sent.unwrap().unwrap();
        names.insert(name, handle);
        handle
    };
    match line {
        [b'+', ..] => _ = send(&mut watched, "idle", Command::idle()),
        [b'A', b'1', ..] => _ = send(&mut watched, "A1", Command::noop().into()),
        _ => {
            send(&mut watched, "A1", Command::select("INBOX").unwrap().into());
            watched.hear(b"* 20000 EXISTS\r\nA1 OK done\r\n").unwrap();
        }
    }
    let before = watched.events.len();
    for piece in line.chunks(chunk) {
        watched.hear(piece).unwrap();
    }
    let shown = scenario::escape(line);
    assert_eq!(watched.events.len(), before + 1, "{shown}");
    let event = watched.events.pop().unwrap();
    // Nothing is left over, and the connection is in step.
    if !matches!(event, Event::Bye { .. }) {
        watched.hear(b"* XSENTINEL\r\n").unwrap();
        let last = watched.events.pop();
        let in_step = matches!(
            &last,
            Some(Event::Untagged { data: Untagged::Other(other), .. }) if other.name.as_ref() == b"XSENTINEL"
        );
        assert!(in_step, "{shown}: {last:?}");
    }
    (event, names)
}

fn reading(event: &Event<'_>) -> Reading {
    match event {
        Event::Untagged {
            data: Untagged::Fetch(fetch),
            ..
        } => row(fetch),
        Event::Untagged {
            data: Untagged::Other(other),
            ..
        } => Reading::Partly(String::from_utf8_lossy(&other.name).into_owned()),
        Event::Unrecognized { .. } => Reading::Raw,
        Event::Status { text, .. } | Event::Bye { text } => status(text),
        Event::Outcome { outcome, .. } => match outcome {
            Outcome::Ok(completion) => status(&completion.text),
            Outcome::Refused { text, .. } => status(text),
            other => panic!("no server said {other}"),
        },
        _ => Reading::Decoded,
    }
}

fn status(text: &ResponseText<'_>) -> Reading {
    match (text.raw_code(), text.code()) {
        (Some(raw), None | Some(Code::Other { .. })) => {
            Reading::Partly(format!("[{}]", String::from_utf8_lossy(raw)))
        }
        _ => Reading::Decoded,
    }
}

fn row(fetch: &Fetch<'_>) -> Reading {
    let kept: Vec<String> = fetch.items().filter_map(|item| kept_raw(&item)).collect();
    match kept.is_empty() {
        true => Reading::Decoded,
        false => Reading::Partly(kept.join(", ")),
    }
}

/// What the item is called, if its value is only kept.
fn kept_raw(item: &FetchItem<'_>) -> Option<String> {
    match item {
        FetchItem::Other { name, .. } => Some(String::from_utf8_lossy(name).into_owned()),
        FetchItem::Malformed(rest) => Some(format!("`{}`", scenario::escape(rest))),
        _ => None,
    }
}

fn table(folder: &Path) -> String {
    let mut page = String::from(PREFACE);
    for file in FILES {
        let text = fs::read_to_string(folder.join(file)).expect("a file of responses");
        let (mut rows, mut counts) = (String::new(), [0; 3]);
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("# ") {
                write!(rows, "\n### {}\n\n{HEAD}", title.trim()).unwrap();
                continue;
            }
            let octets = octets(line);
            let (event, names) = event(&octets, octets.len());
            let shown = scenario::event(&event, &names);
            let (again, names) = self::event(&octets, 1);
            assert_eq!(
                scenario::event(&again, &names),
                shown,
                "octet by octet: {line}"
            );
            let reading = reading(&event);
            let (which, how) = match &reading {
                Reading::Decoded => (0, "decoded".to_owned()),
                Reading::Partly(kept) => (1, format!("partly; raw: {kept}")),
                Reading::Raw => (2, "raw".to_owned()),
            };
            counts[which] += 1;
            writeln!(rows, "| `{line}` | {how} | `{shown}` |").unwrap();
        }
        let [decoded, partly, raw] = counts;
        assert!(decoded > 0, "{file} is empty");
        write!(
            page,
            "\n## `{file}`: {decoded} decoded, {partly} partly, {raw} kept raw\n{rows}"
        )
        .unwrap();
    }
    page
}

const HEAD: &str = "| response | reading | event |\n|---|---|---|\n";

const PREFACE: &str = "\
# Responses, one by one

How single lines of servers are read. The lines were written by hand to touch every corner of the grammar, taken from public
reports, or said by the servers of the live tests. No line is lost: each is one event. The connection has a mailbox of 20000 messages selected. Tagged lines answer a NOOP, and `+`
lines an IDLE.

* *decoded*: everything in the line has a type.
* *partly*: the part that the row names is kept as received, and the rest has a type.
* *raw*: the line is an `Unrecognized` event, with its octets.

The files write CR LF inside a response as `\\r\\n` and octets that are not UTF-8 as `\\xff`.

The example `server_responses` makes `servers.txt`: one response of each shape, with made-up texts.

`cargo test -p imap-machine-tests --test responses` checks this page, and `UPDATE=1` rewrites its tables.
";

#[test]
fn every_response_is_an_event() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("responses");
    let path = folder.join("README.md");
    let table = table(&folder);
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, &table).expect("the table");
    }
    let agreed = fs::read_to_string(&path).unwrap_or_default();
    for (now, before) in table.lines().zip(agreed.lines()) {
        assert_eq!(now, before, "UPDATE=1 rewrites {}", path.display());
    }
    assert_eq!(table, agreed, "UPDATE=1 rewrites {}", path.display());
}

#[test]
fn readings_differ() {
    let of = |line: &str| {
        let line = octets(line);
        reading(&event(&line, line.len()).0)
    };
    assert_eq!(of("* 1 FETCH (UID 7)"), Reading::Decoded);
    assert_eq!(
        of("* 1 FETCH (UID 7 ENVELOPE NIL X-NEW 1)"),
        Reading::Partly("ENVELOPE, X-NEW".to_owned())
    );
    assert_eq!(of("A1 NO [X-FOO] x"), Reading::Partly("[X-FOO]".to_owned()));
    assert_eq!(of("* X-FOO"), Reading::Partly("X-FOO".to_owned()));
    assert_eq!(of("* X[FOO"), Reading::Raw);
}
