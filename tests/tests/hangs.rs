//! `docs/hangs.md` is made from the catalogue, and all that it says holds. `UPDATE=1` rewrites the page.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use imap_machine_tests::hangs::{catalogue, page, peers};
use imap_machine_tests::play;

/// The catalogue has at least this number of entries. So a lost one is noticed.
const ENTRIES: usize = 174;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn classes() -> Vec<catalogue::Class> {
    let root = root();
    match catalogue::read(&root.join("tests/hangs/catalogue"), &root) {
        Ok(classes) => classes,
        Err(problems) => panic!("\n{}\n", problems.join("\n")),
    }
}

/// Name of a scenario -> how many ways it was played in.
fn play_all(classes: &[catalogue::Class]) -> BTreeMap<String, usize> {
    let entries = classes.iter().flat_map(|class| &class.entries);
    let mut names: Vec<_> = entries.flat_map(|entry| entry.scenarios.clone()).collect();
    names.sort();
    names.dedup();
    let results = play::in_parallel(&names, |name| play::play(&catalogue::scenario_path(name)));
    let (mut plays, mut failed) = (BTreeMap::new(), Vec::new());
    for (name, result) in names.into_iter().zip(results) {
        match result {
            Ok(count) => drop(plays.insert(name, count)),
            Err(problem) => failed.push(format!("{name}: {problem}")),
        }
    }
    assert!(failed.is_empty(), "\n{}\n", failed.join("\n"));
    plays
}

#[test]
fn the_page_is_true() {
    let root = root();
    let classes = classes();
    let entries: usize = classes.iter().map(|class| class.entries.len()).sum();
    assert!(entries >= ENTRIES, "only {entries} entries of {ENTRIES}");
    let plays = play_all(&classes);
    let results = fs::read_to_string(root.join("tests/peers/results.toml")).expect("results");
    let results = peers::read(&results).unwrap_or_else(|problem| panic!("{problem}"));
    let ids: Vec<_> = classes
        .iter()
        .flat_map(|class| &class.entries)
        .map(|entry| &entry.id)
        .collect();
    let named = results
        .exchanges
        .iter()
        .flat_map(|exchange| &exchange.entries);
    let unknown: Vec<_> = named.filter(|id| !ids.contains(id)).collect();
    assert!(
        unknown.is_empty(),
        "tests/peers names entries that the catalogue does not have: {unknown:?}"
    );
    let page = page::render(&classes, &plays, &results);
    let path = root.join("docs/hangs.md");
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&path, &page).expect("written");
    }
    let total: usize = plays.values().sum();
    println!(
        "{entries} entries, {} scenarios, {total} plays",
        plays.len()
    );
    let held = fs::read_to_string(&path).unwrap_or_default();
    let differs = held
        .lines()
        .zip(page.lines())
        .position(|(held, now)| held != now);
    assert!(
        held == page,
        "docs/hangs.md is not up to date{}; rewrite it: UPDATE=1 cargo test -p imap-machine-tests --test hangs",
        differs.map_or(String::new(), |line| format!(" from line {}", line + 1)),
    );
}
