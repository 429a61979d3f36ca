//! `docs/hangs.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::catalogue::{Class, Entry};
use super::peers::{Results, Verdict};
use super::report::Report;

/// From this number on, a class holds cases that follow from the RFCs and that no one has reported.
const DERIVED: u32 = 90;

const INTRODUCTION: &str = "\
# Hangs

<!-- Written by `UPDATE=1 cargo test -p imap-machine-tests --test hangs`. Do not edit; edit tests/hangs/catalogue. -->

Every hang, deadlock, loss and mix-up of an IMAP client or server library that was reported in public and that we found: what
happens there, what holds here, and which file shows it. Each is an exchange of a few lines, so each can be a test:

* `cargo run -p imapscope -- scenario tests/scenarios/literal/refused-with-no.imap` plays one scenario, in every way: cut at every
  position, interrupted at every octet by end of stream, failure, close and silence.
* `cargo test -p imap-machine-tests --test hangs` plays all of this page, and fails when the page says something else.

[scenarios.md](scenarios.md) tells how to read and write such files. The catalogue itself is in
[tests/hangs/catalogue](../tests/hangs/catalogue).

A project is named to give credit for its public report: a person took the time to describe what went wrong, and others
learn from it. Many of these were fixed there long ago; follow the link before drawing conclusions. If a project does not appear
here, we found no report; that does not mean that it has no such fault.
";

const PEERS: &str = "
## The same exchange, other libraries

Some of these exchanges, played with other IMAP libraries in Rust: their own released code, driven as their documentation
says, against a scripted server in memory. No socket, no clock: `waits for ever` means that the library wants to read, the
server has said everything, and nothing but the end of the connection (or a timeout of the application's own) can end it.
Run it with `tests/peers/run`; the versions are the newest at the time of writing. imap-codec takes part with its `Fragmentizer`
alone, which finds messages in octets and knows no commands. go-imap is written in Go and is not run here.

✔ as it should be, ✘ something else, – the library has no way to say it. The details are below the table.
";

/// The page. `plays`: how many ways each scenario was played in, by its name.
#[must_use]
pub fn render(classes: &[Class], plays: &BTreeMap<String, usize>, peers: &Results) -> String {
    let mut page = INTRODUCTION.to_owned();
    summary(&mut page, classes);
    for class in classes {
        let heading = match class.number >= DERIVED {
            true => capital(&class.class),
            false => format!("{}. {}", class.number, capital(&class.class)),
        };
        let _ = write!(
            page,
            "\n## {heading}\n\n| report | what happens there | what holds here | shown by | result |\n|---|---|---|---|---|\n"
        );
        for entry in &class.entries {
            row(&mut page, entry, plays);
        }
    }
    matrix(&mut page, peers);
    for exchange in &peers.exchanges {
        let anchors: Vec<_> = exchange
            .entries
            .iter()
            .map(|id| format!("[{id}](#{id})"))
            .collect();
        let _ = write!(
            page,
            "\n### {}\n\n{}\n\n```\n{}\n```\n\nRight: {}\n\n| library | result |\n|---|---|\n",
            exchange.title,
            anchors.join(", "),
            exchange.wire.trim_end(),
            exchange.right,
        );
        for library in &peers.libraries {
            let result = exchange
                .results
                .get(&library.name)
                .map_or("", String::as_str);
            let _ = writeln!(page, "| {} {} | {result} |", library.name, library.version);
        }
    }
    page
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn summary(page: &mut String, classes: &[Class]) {
    let entries: Vec<_> = classes.iter().flat_map(|class| &class.entries).collect();
    let of = |derived: bool| {
        classes
            .iter()
            .filter(move |class| (class.number >= DERIVED) == derived)
    };
    let reported: usize = of(false).map(|class| class.entries.len()).sum();
    let derived: usize = of(true).map(|class| class.entries.len()).sum();
    let played = entries
        .iter()
        .filter(|entry| !entry.scenarios.is_empty())
        .count();
    let tested = entries
        .iter()
        .filter(|entry| entry.scenarios.is_empty() && !entry.tests.is_empty());
    let tested = tested.count();
    let left = entries
        .iter()
        .filter(|entry| entry.not_expressed.is_some())
        .count();
    let scenarios: BTreeSet<_> = entries.iter().flat_map(|entry| &entry.scenarios).collect();
    let rows = [
        (
            reported,
            format!(
                "hangs, losses and mix-ups reported in public, in {} classes of one mechanism each",
                of(false).count()
            ),
        ),
        (
            derived,
            "cases that follow from the RFCs, reported or not".to_owned(),
        ),
        (
            played,
            format!("of all these are played, by {} scenarios", scenarios.len()),
        ),
        (tested, "of all these shown by other tests alone".to_owned()),
        (
            left,
            "of all these that no exchange with a client can express; the row says why".to_owned(),
        ),
    ];
    page.push_str("\n| | |\n|--:|---|\n");
    for (number, what) in rows {
        let _ = writeln!(page, "| {number} | {what} |");
    }
}

fn row(page: &mut String, entry: &Entry, plays: &BTreeMap<String, usize>) {
    let reports = entry.reports.iter().filter_map(|text| Report::parse(text));
    let reports: Vec<_> = reports.map(Report::markdown).collect();
    let scenarios = entry.scenarios.iter();
    let scenarios = scenarios.map(|name| format!("[{name}](../tests/scenarios/{name}.imap)"));
    let tests = entry.tests.iter().filter_map(|test| test.split_once(": "));
    let tests = tests.map(|(path, name)| format!("[`{name}`](../{path})"));
    let shown: Vec<_> = scenarios.chain(tests).collect();
    let played: usize = entry
        .scenarios
        .iter()
        .filter_map(|name| plays.get(name))
        .sum();
    let (here, result) = match &entry.not_expressed {
        Some(why) => (format!("Not expressed: {why}"), "–".to_owned()),
        None if played > 0 => (entry.here.clone(), format!("✔ {played} plays")),
        None => (entry.here.clone(), "test".to_owned()),
    };
    let _ = writeln!(
        page,
        "| <a id=\"{}\"></a>{} | {} | {here} | {} | {result} |",
        entry.id,
        reports.join(", "),
        entry.happens,
        shown.join(", "),
    );
}

fn matrix(page: &mut String, peers: &Results) {
    page.push_str(PEERS);
    page.push_str("\n| exchange |");
    for library in &peers.libraries {
        let _ = write!(page, " {} {} |", library.name, library.version);
    }
    let columns = ":-:|".repeat(peers.libraries.len());
    let _ = writeln!(page, "\n|---|{columns}");
    for exchange in &peers.exchanges {
        let _ = write!(page, "| {} |", exchange.title);
        for library in &peers.libraries {
            let result = exchange
                .results
                .get(&library.name)
                .map_or("", String::as_str);
            let _ = write!(page, " {} |", Verdict::of(result).sign());
        }
        page.push('\n');
    }
}
