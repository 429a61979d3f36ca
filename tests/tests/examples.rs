//! Each builder of a command has an example that shows what is sent, each verb of the clients one that shows its answer, and the clients'
//! READMEs begin with the program of their crate page.
//!
//! The examples are tests of the documentation that they stand in: `cargo test -p imap-machine-tokio --doc`.

use std::fs;

use imap_machine_tests::repository::{entries, root};

const CLIENTS: [&str; 2] = ["crates/imap-machine-tokio", "crates/imap-machine-std"];

/// Folders and files in which each public function is a verb, or a builder.
const VERBS: [&str; 4] = [
    "imap-machine/src/client/verbs/",
    "imap-machine/src/client/command/builders/",
    "src/commands.rs",
    "src/download.rs",
];

/// Files in which those are whose description begins with a command.
const MIXED: [&str; 2] = ["src/client.rs", "src/responses.rs"];

/// The public functions of a source file, each with what stands above it.
fn functions(source: &str) -> Vec<(&str, &str)> {
    let mut functions = Vec::new();
    let (mut above, mut at) = (0, 0);
    for line in source.split_inclusive('\n') {
        let code = line.trim();
        let signature = ["pub fn ", "pub async fn ", "pub const fn "]
            .iter()
            .find_map(|start| code.strip_prefix(start));
        if let Some(signature) = signature {
            let name = signature.split(['(', '<']).next().unwrap_or(signature);
            functions.push((name, &source[above..at]));
        }
        at += line.len();
        if code.is_empty() || code.starts_with("impl ") {
            above = at;
        }
    }
    functions
}

fn begins_with_a_command(above: &str) -> bool {
    let name = above.trim_start().strip_prefix("/// `").unwrap_or_default();
    name.starts_with(|letter: char| letter.is_ascii_uppercase())
}

fn has_an_example(above: &str) -> bool {
    let has = |parts: &[&str]| parts.iter().all(|part| above.contains(part));
    let of_a_verb = has(&["example!(server", "example!(client", "example!(end)"]);
    let of_a_builder = has(&["example!(", "connection.transmit()", "example!(end)"]);
    let is_plain = has(&["/// ```\n"]) && !has(&["/// ```no_run"]);
    has(&["assert"]) && (of_a_verb || of_a_builder || is_plain)
}

/// How many verbs a source file has, and those without an example.
fn lacking(path: &str, source: &str) -> (usize, Vec<String>) {
    let mut verbs = functions(source);
    if is_among(path, &MIXED) {
        verbs.retain(|(_, above)| begins_with_a_command(above));
    }
    let lacking = verbs.iter().filter(|(_, above)| !has_an_example(above));
    let lacking = lacking.map(|(name, _)| format!("{path}: {name}"));
    (verbs.len(), lacking.collect())
}

fn is_among(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.contains(place))
}

#[test]
fn each_verb_has_an_example() {
    let root = root();
    let paths = entries();
    let paths = paths
        .iter()
        .filter_map(|path| path.strip_prefix(&root).ok()?.to_str());
    let sources = paths.filter(|path| {
        let of_client = is_among(path, &CLIENTS) && is_among(path, &MIXED);
        path.ends_with(".rs") && (of_client || is_among(path, &VERBS))
    });
    let mut verbs = 0;
    let mut without = Vec::new();
    for path in sources {
        let source = fs::read_to_string(root.join(path)).expect("text");
        let (count, lacking) = lacking(path, &source);
        verbs += count;
        without.extend(lacking);
    }
    assert!(verbs >= 150, "only {verbs} verbs and builders");
    assert!(without.is_empty(), "\n{}\n", without.join("\n"));
}

#[test]
fn a_verb_without_an_example_is_found() {
    let with = "/// `NOOP`\n///\n#[doc = example!(server)]\n/// # C: A1 NOOP\n#[doc = example!(client)]\n\
                /// assert_eq!(client.noop(), None);\n#[doc = example!(end)]\npub fn noop(";
    let source = format!(
        "impl Client {{\n{with}\n\n/// `ID`\npub async fn id<A>(\n\n/// The state.\npub fn state("
    );
    assert_eq!(
        lacking("src/client.rs", &source),
        (2, vec!["src/client.rs: id".to_owned()])
    );
    assert_eq!(lacking("src/commands.rs", &source).1.len(), 2);
    let without_an_answer = with.replace("assert", "print");
    assert_eq!(lacking("src/commands.rs", &without_an_answer).1.len(), 1);
}

/// The first code block of a text, without its fences.
fn program(text: &str) -> &str {
    let block = text.split("```rust,no_run\n").nth(1).unwrap_or_default();
    block.split("```").next().unwrap_or_default()
}

#[test]
fn readmes_begin_with_the_program_of_the_crate_page() {
    for client in CLIENTS {
        let read = |file| fs::read_to_string(root().join(client).join(file)).expect("text");
        let (readme, page) = (read("README.md"), read("src/lib.rs"));
        let page: String = page
            .lines()
            .filter_map(|line| line.strip_prefix("//!"))
            .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
            .collect();
        let page = page.replacen("```no_run", "```rust,no_run", 1);
        let program = program(&readme);
        assert!((10..=25).contains(&program.lines().count()), "{client}");
        assert_eq!(program, self::program(&page), "{client}");
    }
}
