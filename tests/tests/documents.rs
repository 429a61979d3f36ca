//! The documents name only files that exist.

use std::fs;
use std::path::{Path, PathBuf};

use imap_machine_tests::repository;

/// The paths that a document names in code style: source files and folders. `TARGET` and the like stand for names.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let codes = text.split('`').skip(1).step_by(2);
    codes.filter(|code| {
        let of_a_path =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/._-".contains(c);
        let is_path = code.ends_with(".rs") || (code.ends_with('/') && code.len() > 1);
        is_path && code.chars().all(of_a_path)
    })
}

/// The files that a document links to.
fn linked(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](").skip(1);
    let targets = links.filter_map(|link| link.split([')', '#']).next());
    targets.filter(|target| !target.is_empty() && !target.contains("://"))
}

/// The names and links in this document that lead nowhere.
fn lost(document: &Path, text: &str, all: &[PathBuf]) -> Vec<String> {
    let folder = document.parent().expect("a file is in a folder");
    let names = named(text).filter(|name| !all.iter().any(|path| path.ends_with(name)));
    let links = linked(text).filter(|link| !folder.join(link).exists());
    let lost = names.chain(links);
    lost.map(|path| format!("{}: {path}", document.display()))
        .collect()
}

#[test]
fn what_documents_point_to_exists() {
    let all = repository::entries();
    let is_document = |path: &&PathBuf| path.extension().is_some_and(|kind| kind == "md");
    let documents: Vec<_> = all.iter().filter(is_document).collect();
    assert!(documents.len() > 20, "only {} documents", documents.len());
    let texts = documents
        .into_iter()
        .map(|path| (path, fs::read_to_string(path).expect("text")));
    let lost: Vec<_> = texts
        .flat_map(|(path, text)| lost(path, &text, &all))
        .collect();
    assert!(lost.is_empty(), "\n{}\n", lost.join("\n"));
}

#[test]
fn what_leads_nowhere_is_found() {
    let all = repository::entries();
    let document = repository::root().join("docs/some.md");
    let lost = |text: &str| lost(&document, text, &all).len();
    assert_eq!(
        lost("`src/lib.rs`, `client/`, `cargo`, `a/TARGET/`, `x = y`"),
        0
    );
    assert_eq!(
        lost("[a](limits.md#x), [b](https://a.b), [c](#d), [d](decisions)"),
        0
    );
    assert_eq!(lost("`client/nothing.rs` and `nowhere/`"), 2);
    assert_eq!(lost("[a](nothing.md), [b](../nowhere)"), 2);
}
