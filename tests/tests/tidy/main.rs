//! Rules about the sources that the compiler does not check.

mod imports;
mod names;
mod structs;
mod tokens;
mod uses;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use imap_machine_tests::repository;

// Written in two parts, so that this file keeps its own rules.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("to", "do!"),
    concat!("unimpl", "emented!"),
    concat!("#[ign", "ore"),
];
const WORKPLACE: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("sub", "agent"),
    concat!("/tmp/", "spec"),
];
/// Words for I/O, clocks, locks and threads, which the core must not use.
const IMPURE: [&str; 8] = [
    "std::net",
    "std::io",
    "std::thread",
    "Instant::now",
    "SystemTime",
    "Mutex",
    "tokio",
    "async fn",
];
/// The one file that names errors of I/O: it makes them of ours.
const MAKES_IO_ERRORS: &str = "client/desk/io_error.rs";
const FILE: usize = 500;
const FUNCTION: usize = 70;

/// Which modules of the core a file may name, by the beginning of its path. The first row that fits counts.
const KNOWS: [(&str, &[&str]); 13] = [
    ("lexer/", &["lexer"]),
    ("framing/", &["framing", "lexer", "memory"]),
    ("incoming.rs", &["limits", "framing"]),
    ("instant.rs", &[]),
    ("limits.rs", &["client"]),
    ("timer.rs", &["instant"]),
    ("state.rs", &[]),
    ("capabilities.rs", &[]),
    ("upgrade.rs", &[]),
    ("outgoing/", &["memory"]),
    ("codec/", &["framing", "codec", "lexer"]),
    ("text/", &["codec", "text"]),
    ("error.rs", &["framing", "timer", "upgrade"]),
];

/// Files that may name the connection: the two that export it, its own, what is built on it, and what stands around the examples of
/// commands.
const ABOVE_CONNECTION: [&str; 7] = [
    "lib.rs",
    "client/mod.rs",
    "client/connection.rs",
    "client/connection/",
    "client/desk/",
    "client/session/",
    "client/command/example.rs",
];

/// Files that both roles share. They name neither.
const SHARED: [&str; 11] = [
    "lexer/",
    "framing/",
    "incoming.rs",
    "codec/",
    "text/",
    "instant.rs",
    "state.rs",
    "timer.rs",
    "outgoing/",
    "upgrade.rs",
    "capabilities.rs",
];

/// The shared files that name both: one has the two directions, the other the codes CLIENTBUG and SERVERBUG.
const BOTH_ROLES: [&str; 2] = ["framing/direction.rs", "codec/code/mod.rs"];

/// The code of a file: tests, comments and doc comments are empty lines.
fn code(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut test = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let trimmed = line.trim_start();
        if let Some((depth, opened)) = test {
            let ends = match opened {
                true => trimmed == "}" && indent == depth,
                false => trimmed.ends_with(';'),
            };
            let opens = opened || trimmed.ends_with('{');
            test = if ends { None } else { Some((depth, opens)) };
            lines.push("");
        } else if trimmed == "#[cfg(test)]" {
            test = Some((indent, false));
            lines.push("");
        } else {
            let end = match trimmed.starts_with("//") {
                true => 0,
                false => line.find(" // ").unwrap_or(line.len()),
            };
            lines.push(&line[..end]);
        }
    }
    lines
}

/// What is wrong with one Rust file. `core`: its path below the core's `src`, if it is part of the core.
fn faults(text: &str, core: Option<&str>, is_test: bool) -> Vec<String> {
    let lines = code(text);
    let mut faults = Vec::new();
    if !is_test {
        faults.extend(lengths(&lines));
    }
    for (index, line) in lines.iter().enumerate() {
        let mut fault = |what: &str| faults.push(format!("{}: {what}: {}", index + 1, line.trim()));
        let Some(path) = core.filter(|_| !is_test) else {
            continue;
        };
        let mut impure = IMPURE.iter().filter(|word| line.contains(**word));
        if impure.any(|word| *word != "std::io" || path != MAKES_IO_ERRORS) {
            fault("I/O, clock, lock or thread in the core");
        }
        let above = ABOVE_CONNECTION.iter().any(|known| path.starts_with(known));
        if !above && (line.contains("ClientConnection") || line.contains("connection::")) {
            fault("no file below the connection may name it");
        }
        let shared =
            SHARED.iter().any(|known| path.starts_with(known)) && !BOTH_ROLES.contains(&path);
        if shared && (line.contains("Client") || line.contains("Server")) {
            fault("shared by both roles, but names one");
        }
        if let Some(stranger) = stranger(line, path) {
            fault(&format!("must not name `{stranger}`"));
        }
    }
    faults
}

/// The module that this line names although this file must not.
fn stranger<'l>(line: &'l str, path: &str) -> Option<&'l str> {
    let (_, known) = KNOWS.iter().find(|(start, _)| path.starts_with(start))?;
    let named = line.split("crate::").skip(1);
    let mut named = named.map(|rest| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    });
    named.find(|name| !known.contains(name))
}

fn lengths(lines: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let last = lines.iter().rposition(|line| !line.is_empty());
    let length = last.map_or(0, |last| last + 1);
    if length > FILE {
        faults.push(format!(
            "{length}: a file of more than {FILE} lines without its tests"
        ));
    }
    for (start, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        let words: Vec<_> = trimmed.split(' ').take(4).collect();
        if !words.contains(&"fn") {
            continue;
        }
        let close = format!("{}}}", " ".repeat(indent));
        let body = lines[start..].iter().position(|line| **line == close);
        let one_line = lines[start].ends_with(';') || lines[start].ends_with('}');
        if let Some(length) = body.filter(|length| *length >= FUNCTION && !one_line) {
            faults.push(format!("{}: {} lines: {trimmed}", start + 1, length + 1));
        }
    }
    faults
}

/// Words that no file of the repository may hold, comments and tests included.
fn banned(text: &str) -> Vec<String> {
    let lines = text.lines().enumerate();
    let words = UNFINISHED.iter().chain(&WORKPLACE);
    let words: Vec<_> = words.collect();
    lines
        .flat_map(|(index, line)| {
            let found = words.iter().filter(move |word| line.contains(**word));
            found.map(move |word| format!("{}: `{word}`", index + 1))
        })
        .collect()
}

fn is_text(path: &Path) -> bool {
    const KINDS: [&str; 6] = ["rs", "md", "toml", "imap", "sh", "yml"];
    let kind = path.extension();
    kind.is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
}

#[test]
fn the_sources_are_tidy() {
    let root = repository::root();
    let mut files = repository::entries();
    files.retain(|path| is_text(path));
    assert!(files.len() > 100, "only {} files", files.len());
    let mut problems = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).expect("text");
        let name = path
            .strip_prefix(&root)
            .expect("below the root")
            .to_string_lossy();
        let mut found = banned(&text);
        if name.ends_with(".rs") {
            let core = name.strip_prefix("crates/imap-machine/src/");
            let is_test = name.contains("tests/")
                || name.ends_with("tests.rs")
                || name.contains("/benches/")
                || name.ends_with("agreement.rs");
            found.extend(faults(&text, core, is_test));
        }
        problems.extend(found.into_iter().map(|fault| format!("{name}:{fault}")));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The code of all crates without its tests: by crate, and in it by the name below `src`.
fn crates() -> BTreeMap<String, BTreeMap<String, String>> {
    let root = repository::root();
    let mut crates: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    for path in repository::entries() {
        let name = path.strip_prefix(&root).expect("below the root");
        let name = name.to_string_lossy();
        let Some((of, file)) = name.split_once("/src/") else {
            continue;
        };
        if file.ends_with(".rs") && !file.ends_with("tests.rs") && !file.contains("tests/") {
            let text = fs::read_to_string(&path).expect("text");
            let files = crates.entry(of.to_owned()).or_default();
            files.insert(file.to_owned(), code(&text).join("\n"));
        }
    }
    assert!(crates.len() > 5, "{:?}", crates.keys());
    crates
}

/// Fails if anything was found, and names the files.
#[track_caller]
fn nowhere(found: &[(String, String)]) {
    let problems: Vec<_> = found
        .iter()
        .map(|(file, what)| format!("{file}: {what}"))
        .collect();
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn structs_are_small() {
    let mut found = Vec::new();
    for (of, files) in crates() {
        for (file, code) in files {
            let name = format!("{of}/src/{file}");
            found.extend(
                structs::too_large(&code)
                    .into_iter()
                    .map(|what| (name.clone(), what)),
            );
        }
    }
    nowhere(&found);
}

/// Crates in which a name stands for one type.
const UNAMBIGUOUS: [&str; 1] = ["crates/imap-machine"];

#[test]
fn types_have_names_of_their_own() {
    let crates = crates();
    let mut found = Vec::new();
    for of in UNAMBIGUOUS {
        for (name, files) in names::repeated(&crates[of]) {
            found.push((of.to_owned(), format!("`{name}` in {}", files.join(", "))));
        }
    }
    nowhere(&found);
}

#[test]
fn files_import_in_no_circle() {
    let mut found = Vec::new();
    for (of, files) in crates() {
        for (file, circle) in imports::Crate::new(files).circles() {
            found.push((format!("{of}/src/{file}"), circle));
        }
    }
    nowhere(&found);
}

#[test]
fn files_import_from_where_it_lives() {
    let mut found = Vec::new();
    for (of, files) in crates() {
        for (file, detours) in imports::Crate::new(files).detours() {
            found.push((format!("{of}/src/{file}"), detours.join("; ")));
        }
    }
    nowhere(&found);
}

#[test]
fn impure_words_are_found_in_code_only() {
    for word in IMPURE {
        let line = format!("    let x = {word};");
        assert_eq!(faults(&line, Some("client/x.rs"), false).len(), 1, "{word}");
        assert!(faults(&line, None, false).is_empty(), "other crates may");
        let there = faults(&line, Some(MAKES_IO_ERRORS), false);
        assert_eq!(there.is_empty(), word == "std::io", "{word}");
        for harmless in [
            format!("/// {word}"),
            format!("//! {word}"),
            format!("    f(); // {word}"),
            format!("#[cfg(test)]\nmod tests {{\n{line}\n}}\n"),
        ] {
            assert_eq!(
                faults(&harmless, Some("client/x.rs"), false),
                [""; 0],
                "{harmless}"
            );
        }
    }
    let after = "#[cfg(test)]\nmod tests {\n    x\n}\nuse std::io;\n";
    assert_eq!(faults(after, Some("client/x.rs"), false).len(), 1);
    let declared = "#[cfg(test)]\nmod tests;\nuse std::io;\n";
    assert_eq!(faults(declared, Some("client/x.rs"), false).len(), 1);
}

#[test]
fn strangers_are_found() {
    for (path, line) in [
        ("framing/line.rs", "use crate::codec::Fetch;"),
        ("instant.rs", "use crate::Limits;"),
        (
            "outgoing/transmit.rs",
            "let x = crate::client::Command::noop();",
        ),
        ("codec/mod.rs", "use crate::client::Event;"),
        ("state.rs", "use crate::timer::Timer;"),
        (
            "client/machine.rs",
            "use super::connection::ClientConnection;",
        ),
        ("client/sending.rs", "fn x(it: &ClientConnection) {}"),
        ("state.rs", "struct ClientState;"),
        ("framing/line.rs", "enum Role { Server }"),
    ] {
        assert!(
            !faults(line, Some(path), false).is_empty(),
            "{path}: {line}"
        );
    }
    for (path, line) in [
        ("framing/framer.rs", "use crate::framing::Need;"),
        ("codec/mod.rs", "use crate::framing::LineKind;"),
        ("timer.rs", "use crate::instant::Instant;"),
        ("client/mod.rs", "pub use connection::ClientConnection;"),
        ("client/session/open.rs", "use super::ClientConnection;"),
        ("state.rs", "/// The Client's state, see crate::client."),
    ] {
        assert_eq!(faults(line, Some(path), false), [""; 0], "{path}: {line}");
    }
}

#[test]
fn long_files_and_functions_are_found() {
    let function = |lines: usize| {
        format!(
            "    pub(crate) const fn x(\n    ) {{\n{}    }}\n",
            "        y;\n".repeat(lines)
        )
    };
    assert_eq!(faults(&function(FUNCTION), None, false).len(), 1);
    assert_eq!(faults(&function(FUNCTION - 3), None, false), [""; 0]);
    let file = |lines: usize| "x;\n".repeat(lines);
    assert_eq!(faults(&file(FILE + 1), None, false).len(), 1);
    assert_eq!(faults(&file(FILE), None, false), [""; 0]);
    let tested = format!(
        "{}#[cfg(test)]\nmod tests {{\n{}}}\n",
        file(FILE),
        file(FILE)
    );
    assert_eq!(faults(&tested, None, false), [""; 0]);
    assert_eq!(faults(&file(FILE + 1), None, true), [""; 0], "a test file");
}

#[test]
fn banned_words_are_found_everywhere() {
    for word in UNFINISHED.iter().chain(&WORKPLACE) {
        assert_eq!(banned(&format!("fine\n// {word} later")).len(), 1, "{word}");
    }
    assert_eq!(banned("This network works; agents are people."), [""; 0]);
}
