//! `docs/rfc.md` claims nothing that has no test, and names nothing that the core does not have.

use std::collections::BTreeSet;
use std::fs;

use imap_machine_tests::repository::{entries, root};

const PAGE: &str = include_str!("../../docs/rfc.md");

struct Row {
    capability: &'static str,
    claims: Vec<&'static str>,
    /// Whether it names a command, an answer or what is done.
    says_something: bool,
    tests: &'static str,
}

/// Where capabilities stand that have no row with a test.
const UNSUPPORTED: &str = "## Not supported\n";

fn supported() -> &'static str {
    PAGE.split(UNSUPPORTED).next().expect("a page")
}

fn rows() -> Vec<Row> {
    let heads = ["| capability |", "| change |"];
    let rows = supported()
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
            says_something: [command, answer, behaviour].iter().any(|it| !it.is_empty()),
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

/// Two rows of one extension may contradict each other.
#[test]
fn an_extension_has_one_row() {
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = rows()
        .iter()
        .map(|row| row.capability)
        .filter(|capability| !seen.insert(*capability))
        .collect();
    assert!(twice.is_empty(), "{twice:?}");
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

/// IANA's registry "Internet Message Access Protocol (IMAP) Capabilities" as of August 2026. A name that ends in `=` has values.
const REGISTRY: &[&str] = &[
    "ACL",
    "ANNOTATE-EXPERIMENT-1",
    "APPENDLIMIT",
    "AUTH=",
    "BINARY",
    "CATENATE",
    "CHILDREN",
    "COMPRESS=DEFLATE",
    "CONDSTORE",
    "CONTEXT=SEARCH",
    "CONTEXT=SORT",
    "CONVERT",
    "CREATE-SPECIAL-USE",
    "ENABLE",
    "ESEARCH",
    "ESORT",
    "FILTERS",
    "I18NLEVEL=1",
    "I18NLEVEL=2",
    "ID",
    "IDLE",
    "IMAP4rev1",
    "IMAP4rev2",
    "IMAPSIEVE=",
    "INPROGRESS",
    "JMAPACCESS",
    "LANGUAGE",
    "LIST-EXTENDED",
    "LIST-METADATA",
    "LIST-MYRIGHTS",
    "LIST-STATUS",
    "LITERAL+",
    "LITERAL-",
    "LOGIN-REFERRALS",
    "LOGINDISABLED",
    "MAILBOX-REFERRALS",
    "MESSAGELIMIT",
    "METADATA",
    "METADATA-SERVER",
    "MOVE",
    "MULTIAPPEND",
    "MULTISEARCH",
    "NAMESPACE",
    "NOTIFY",
    "OBJECTID",
    "PARTIAL",
    "PREVIEW",
    "QRESYNC",
    "QUOTA",
    "QUOTA=RES-",
    "QUOTASET",
    "REPLACE",
    "RIGHTS=",
    "SASL-IR",
    "SAVEDATE",
    "SAVELIMIT",
    "SEARCH=FUZZY",
    "SEARCHRES",
    "SORT",
    "SORT=DISPLAY",
    "SPECIAL-USE",
    "STARTTLS",
    "STATUS=SIZE",
    "THREAD",
    "UIDBATCHES",
    "UIDONLY",
    "UIDPLUS",
    "UNAUTHENTICATE",
    "UNSELECT",
    "URL-PARTIAL",
    "URLAUTH",
    "URLAUTH=BINARY",
    "UTF8=ACCEPT",
    "UTF8=ALL",
    "UTF8=APPEND",
    "UTF8=ONLY",
    "UTF8=USER",
    "WITHIN",
];

/// Each is in a row that names its command, its answer or what is done, and its test; or it is unsupported, with a reason.
#[test]
fn every_capability_of_the_registry_is_accounted_for() {
    let supported: Vec<_> = rows()
        .into_iter()
        .filter(|row| row.says_something)
        .flat_map(|row| row.capability.split(", "))
        .collect();
    let (_, page) = PAGE.split_once(UNSUPPORTED).expect("what is not supported");
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| !line.starts_with("| capability |"));
    let mut unsupported = Vec::new();
    for line in rows {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [capability, _, reason] = cells[..] else {
            panic!("three cells: {line}");
        };
        assert!(reason.len() > 20, "{capability}: no reason");
        unsupported.extend(capability.split(", "));
    }
    let mut wrong = Vec::new();
    for name in REGISTRY {
        match (supported.contains(name), unsupported.contains(name)) {
            (true, false) | (false, true) => {}
            (true, true) => wrong.push(format!("{name}: both supported and not")),
            (false, false) => wrong.push(format!("{name}: in no row of docs/rfc.md")),
        }
    }
    let unknown = unsupported.iter().filter(|name| !REGISTRY.contains(name));
    wrong.extend(unknown.map(|name| format!("{name}: not in the registry")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
