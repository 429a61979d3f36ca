//! `docs/rfc.md` claims nothing that has no test, and names nothing that the core does not have.

use std::fs;

use imap_machine_tests::repository::{entries, root};

const PAGE: &str = include_str!("../../docs/rfc.md");

struct Row {
    capability: &'static str,
    claims: Vec<&'static str>,
    tests: &'static str,
}

fn rows() -> Vec<Row> {
    let heads = ["| capability |", "| change |"];
    let rows = PAGE
        .lines()
        .filter(|line| line.starts_with("| ") && !heads.iter().any(|head| line.starts_with(head)));
    let rows = rows.map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [capability, _, command, answer, behaviour, tests] = cells[..] else {
            panic!("six cells: {line}");
        };
        let claims = [command, answer, behaviour].into_iter().flat_map(code);
        Row {
            capability,
            claims: claims.collect(),
            tests,
        }
    });
    rows.collect()
}

/// What stands in code spans.
fn code(cell: &'static str) -> impl Iterator<Item = &'static str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_row_has_its_test() {
    let rows = rows();
    assert!(rows.len() >= 70, "{} rows", rows.len());
    let mut missing = Vec::new();
    for row in &rows {
        let tests: Vec<_> = code(row.tests).collect();
        if tests.is_empty() {
            missing.push(format!("{}: no test", row.capability));
        }
        for (index, path) in tests.iter().enumerate() {
            let Ok(text) = fs::read_to_string(root().join(path)) else {
                missing.push(format!("{}: there is no {path}", row.capability));
                continue;
            };
            // `path` (words): the words stand in the file.
            let after = row.tests.split('`').nth(2 * index + 2).unwrap_or_default();
            let words = after.trim_start().strip_prefix('(');
            let words = words.and_then(|rest| rest.split(')').next());
            if words.is_some_and(|words| !text.contains(words)) {
                missing.push(format!(
                    "{}: {path} does not have {words:?}",
                    row.capability
                ));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_name_is_in_the_core() {
    let core = root().join("crates/imap-machine/src");
    let sources = entries().into_iter().filter(|path| {
        path.starts_with(&core) && path.extension().is_some_and(|ending| ending == "rs")
    });
    let sources: String = sources
        .map(|path| fs::read_to_string(path).expect("a source file"))
        .collect();
    let is_there = |name: &str| {
        let last = name.rsplit("::").next().unwrap_or(name);
        let word = |text: &str, at: usize| {
            let before = text[..at].chars().next_back();
            let after = text[at + last.len()..].chars().next();
            let is_word = |letter: Option<char>| {
                letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            };
            !is_word(before) && !is_word(after)
        };
        sources
            .match_indices(last)
            .any(|(at, _)| word(&sources, at))
    };
    let mut missing = Vec::new();
    for row in rows() {
        for claim in row.claims.iter().filter(|claim| !claim.starts_with('[')) {
            if !is_there(claim) {
                missing.push(format!("{}: {claim}", row.capability));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
