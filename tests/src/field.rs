//! The cases of `tests/field`.

use std::fs;
use std::path::PathBuf;

use crate::repository::root;

/// What the connection has been asked before the line comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Setting {
    /// A mailbox is selected.
    #[default]
    Selected,
    /// Nothing has come yet.
    Greeting,
    /// A UID MOVE is in progress.
    Move,
}

/// One case.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Where it was reported, and what is odd.
    pub source: String,
    /// See [`Setting`].
    pub setting: Setting,
    /// The octets, line ends included.
    pub octets: Vec<u8>,
    /// What must come out, in words.
    pub wanted: String,
    /// What comes out.
    pub read: Vec<String>,
}

/// Where the files are.
#[must_use]
pub fn path(file: &str) -> PathBuf {
    root().join("tests/field").join(file)
}

/// All cases of a file.
///
/// # Panics
///
/// The file cannot be read, or has a line out of place.
#[must_use]
pub fn cases(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(path(file)).expect("a file of cases");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        if let Some(source) = line.strip_prefix("@ ") {
            cases.push(Case {
                source: source.to_owned(),
                ..Case::default()
            });
            continue;
        }
        let case = cases.last_mut().expect("a line before the first case");
        match line.split_at_checked(2) {
            Some(("= ", wanted)) => case.wanted = wanted.to_owned(),
            Some(("> ", read)) => case.read.push(read.to_owned()),
            Some(("! ", "greeting")) => case.setting = Setting::Greeting,
            Some(("! ", "move")) => case.setting = Setting::Move,
            _ => {
                case.octets.extend(octets(line));
                case.octets.extend(b"\r\n");
            }
        }
    }
    cases
}

/// Rewrites what comes out of each case.
///
/// # Panics
///
/// The file cannot be read or written.
pub fn rewrite(file: &str, read: &[Vec<String>]) {
    let text = fs::read_to_string(path(file)).expect("a file of cases");
    let mut read = read.iter();
    let mut written = String::new();
    for line in text.lines().filter(|line| !line.starts_with("> ")) {
        written.push_str(line);
        written.push('\n');
        if line.starts_with("= ") {
            for line in read.next().expect("a result for each case") {
                written.push_str(&format!("> {line}\n"));
            }
        }
    }
    fs::write(path(file), written).expect("a file that can be written");
}

/// `\t`, `\r`, `\n`, `\\` and `\xff` are escapes.
fn octets(line: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = line.as_bytes();
    while let [first, after @ ..] = rest {
        let (octet, len) = match (first, after) {
            (b'\\', [b't', ..]) => (b'\t', 2),
            (b'\\', [b'r', ..]) => (b'\r', 2),
            (b'\\', [b'n', ..]) => (b'\n', 2),
            (b'\\', [b'\\', ..]) => (b'\\', 2),
            (b'\\', [b'x', high, low, ..]) => {
                let digits = [*high, *low].map(char::from);
                let digits: String = digits.iter().collect();
                (u8::from_str_radix(&digits, 16).expect("two hex digits"), 4)
            }
            (octet, _) => (*octet, 1),
        };
        octets.push(octet);
        rest = &rest[len..];
    }
    octets
}
