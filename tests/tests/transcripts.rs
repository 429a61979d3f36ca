//! Replays conversations of real servers (`transcripts/*.txt`) under every chunking and with the stream ending anywhere. Each
//! response is one event with the same octets, and each command ends as it did.

#[path = "transcripts/check.rs"]
mod check;
#[path = "transcripts/commands.rs"]
mod commands;
#[path = "transcripts/conversation.rs"]
mod conversation;
#[path = "transcripts/replay.rs"]
mod replay;

use std::path::{Path, PathBuf};
use std::{env, fs, iter};

use check::{check, check_ended, same_responses};
use commands::Style;
use conversation::Step;
use imap_machine::client::{Command, Config, Event, NotSent, Outcome, Tracking};
use imap_machine_tests::play::in_parallel;
use replay::{Cut, Play, Replay, play};

/// A transcript of up to this number of octets is cut before each octet, and ends before each. A longer one is cut at about
/// `CUTS` places and ends at about `ENDS`, evenly spread. `TRANSCRIPTS=all` leaves nothing out.
const SHORT: usize = 1200;
const CUTS: usize = 72;
const ENDS: usize = 120;
const SEEDS: u64 = 4;

/// Each transcript is played in these ways: how commands are made, and how large a literal comes in one piece. The places are
/// shared between them.
const WAYS: [(Style, usize); 3] = [
    (Style::Typed, 64 << 10),
    (Style::Raw, 64 << 10),
    (Style::Typed, 30),
];

/// Commands that our API cannot send as the client of the transcript did.
struct Exception {
    transcript: &'static str,
    tags: &'static [&'static str],
    why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// The connection refuses the typed command in this state (RFC 9051 section 3), so it is sent as a raw command.
    WrongState,
    /// Messages were expunged while it waited, so its numbers are stale and it is not sent (RFC 9051 section 5.5). The server's
    /// answer to it belongs to no command.
    StaleNumbers,
}

const fn exception(transcript: &'static str, tags: &'static [&'static str], why: Why) -> Exception {
    Exception {
        transcript,
        tags,
        why,
    }
}

const EXCEPTIONS: &[Exception] = &[
    exception("courier-auth-1", &["A003", "A010"], Why::WrongState),
    exception("cyrus-auth-1", &["A003", "A011"], Why::WrongState),
    exception("dovecot-auth-1", &["A003", "A013"], Why::WrongState),
    exception(
        "courier-errors-1",
        &["A004", "A014", "A022"],
        Why::WrongState,
    ),
    exception("cyrus-errors-1", &["A004", "A014", "A022"], Why::WrongState),
    exception(
        "dovecot-errors-1",
        &["A004", "A014", "A022"],
        Why::WrongState,
    ),
    exception(
        "courier-qresync",
        &["A004", "A005", "A007", "A009", "A010", "A011"],
        Why::WrongState,
    ),
    exception("courier-pipeline", &["A013"], Why::StaleNumbers),
    exception("cyrus-pipeline", &["A013"], Why::StaleNumbers),
    exception("dovecot-pipeline", &["A013"], Why::StaleNumbers),
];

const HEAD: &str = "\
| transcript | commands | responses | octets | kept raw | cut | ended |
|---|---|---|---|---|---|---|
";

/// Transcripts in which the server took a non-synchronizing literal (RFC 7888). Our connection sends such literals as well, so a
/// `+` that the client of the transcript waited for belongs to no command here.
const LITERAL_PLUS: &[&str] = &["cyrus-full", "dovecot-full"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts")
}

fn files() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder()).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    files.sort();
    files
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    commands: usize,
    responses: usize,
    octets: usize,
    kept_raw: usize,
    /// Plays under other chunkings.
    cut: usize,
    /// Plays that end early.
    ended: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.commands += other.commands;
        self.responses += other.responses;
        self.octets += other.octets;
        self.kept_raw += other.kept_raw;
        self.cut += other.cut;
        self.ended += other.ended;
    }
}

fn name(path: &Path) -> String {
    let name = path.file_stem().expect("a name");
    name.to_string_lossy().into_owned()
}

fn exceptions(name: &str, why: Why) -> Vec<&'static str> {
    let ours = EXCEPTIONS
        .iter()
        .filter(|it| it.transcript == name && it.why == why);
    ours.flat_map(|it| it.tags.iter().copied()).collect()
}

fn config(name: &str, inline_literal: usize) -> Config {
    let mut config = Config::default();
    config.tracking = Tracking::Messages;
    config.limits.inline_literal = inline_literal;
    if !LITERAL_PLUS.contains(&name) {
        config.limits.non_synchronizing = 0;
    }
    config
}

fn all_places() -> bool {
    env::var_os("TRANSCRIPTS").is_some_and(|value| value == "all")
}

/// Every third of about `most` places inside a stream, beginning with the `way`th.
fn places(octets: usize, most: usize, way: usize) -> impl Iterator<Item = usize> {
    let apart = match octets <= SHORT || all_places() {
        true => 1,
        false => octets / most + 1,
    };
    (1 + way * apart..octets).step_by(WAYS.len() * apart)
}

fn replay_file(path: &Path) -> Result<Tally, String> {
    let name = name(path);
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let steps = conversation::parse(&text);
    let mut tally = Tally::default();
    for (way, (style, inline_literal)) in WAYS.into_iter().enumerate() {
        replay_way(&name, &steps, way, &mut tally)
            .map_err(|what| format!("{style:?}, inline {inline_literal}: {what}"))?;
    }
    the_list_is_right(&name, &steps)?;
    Ok(tally)
}

fn replay_way(name: &str, steps: &[Step], way: usize, tally: &mut Tally) -> Result<(), String> {
    let (style, inline_literal) = WAYS[way];
    let by_hand = exceptions(name, Why::WrongState);
    let stale = exceptions(name, Why::StaleNumbers);
    let commands = commands(steps, |tag| match by_hand.contains(&tag) {
        true => Style::Raw,
        false => style,
    })?;
    let whole = Play {
        steps,
        config: config(name, inline_literal),
        commands: &commands,
        cut: Cut::Whole,
        end: None,
    };
    let first = run(whole)?;
    check(&first, &stale)?;
    let octets = first.position;
    let cuts = iter::once(Cut::Octets)
        .chain(places(octets, CUTS, way).map(Cut::At))
        .chain((1..=SEEDS).map(Cut::Seeded));
    for cut in cuts {
        let failed = |what| format!("{cut:?}: {what}");
        let other = run(Play { cut, ..whole }).map_err(failed)?;
        check(&other, &stale).map_err(failed)?;
        same_responses(&first, &other).map_err(failed)?;
        tally.cut += 1;
    }
    for end in places(octets, ENDS, way) {
        let failed = |what| format!("the end before {end}: {what}");
        let end = Some(end);
        let other = run(Play { end, ..whole }).map_err(failed)?;
        check_ended(&first, &other).map_err(failed)?;
        tally.ended += 1;
    }
    tally.commands = first.sent.len();
    tally.responses = first.said.len();
    tally.octets = octets;
    tally.kept_raw = kept_raw(&first);
    Ok(())
}

fn run(one: Play<'_>) -> Result<Replay<'_>, String> {
    play(one).map_err(|broken| format!("{broken:?}"))
}

fn commands(steps: &[Step], style: impl Fn(&str) -> Style) -> Result<Vec<Command>, String> {
    let issues = steps.iter().filter_map(|step| match step {
        Step::Issue(issue) => Some(issue),
        _ => None,
    });
    let commands = issues.map(|issue| {
        let command = commands::command(issue, style(&issue.tag));
        command.ok_or_else(|| format!("{issue:?} cannot be made"))
    });
    commands.collect()
}

/// Checks that exactly the typed commands are refused that `EXCEPTIONS` names.
fn the_list_is_right(name: &str, steps: &[Step]) -> Result<(), String> {
    let commands = commands(steps, |_| Style::Typed)?;
    let replay = run(Play {
        steps,
        config: config(name, 64 << 10),
        commands: &commands,
        cut: Cut::Whole,
        end: None,
    })?;
    let mut refused = Vec::new();
    for sent in &replay.sent {
        if let Outcome::NotSent(NotSent::WrongState(_)) = replay.outcome(sent.handle)? {
            refused.push(sent.tag.as_str());
        }
    }
    let listed = exceptions(name, Why::WrongState);
    match refused == listed {
        true => Ok(()),
        false => Err(format!("by type {refused:?} are refused, not {listed:?}")),
    }
}

fn kept_raw(replay: &Replay<'_>) -> usize {
    let events = replay.watched.events.iter();
    events
        .filter(|event| matches!(event, Event::Unrecognized { .. }))
        .count()
}

fn row(name: &str, tally: Tally) -> String {
    let Tally {
        commands,
        responses,
        octets,
        kept_raw,
        cut,
        ended,
    } = tally;
    format!("| `{name}` | {commands} | {responses} | {octets} | {kept_raw} | {cut} | {ended} |\n")
}

/// Compares the table with the end of the README. `UPDATE=1` rewrites it.
fn check_table(table: &str) {
    let path = folder().join("README.md");
    let page = fs::read_to_string(&path).expect("the README");
    let (text, _) = page.split_once(HEAD).expect("a table");
    let now = [text, HEAD, table].concat();
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, &now).expect("the README");
        return;
    }
    assert_eq!(now, page, "UPDATE=1 rewrites {}", path.display());
}

#[test]
fn every_transcript_in_many_ways() {
    let files = files();
    assert!(files.len() >= 41, "only {} transcripts", files.len());
    let results = in_parallel(&files, |path| replay_file(path));
    let (mut sum, mut failed, mut table) = (Tally::default(), 0, String::new());
    for (path, result) in files.iter().zip(results) {
        match result {
            Ok(tally) => {
                table.push_str(&row(&name(path), tally));
                sum.add(tally);
            }
            Err(what) => {
                failed += 1;
                println!("FAILED {}: {what}", name(path));
            }
        }
    }
    println!("{} transcripts, {failed} failed: {sum:?}", files.len());
    assert_eq!(failed, 0, "see above");
    table.push_str(&row("*", sum).replace('`', ""));
    if !all_places() {
        check_table(&table);
    }
}
