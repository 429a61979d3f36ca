//! The catalogue of public hangs: `hangs/catalogue/NN-slug.toml`, one file for each class.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::report::Report;
use crate::play;

/// Hangs that have one mechanism.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// The mechanism in words.
    pub class: String,
    /// Its number, as in the name of its file.
    pub number: u32,
    /// The hangs.
    #[serde(rename = "entry")]
    pub entries: Vec<Entry>,
}

/// One hang, deadlock or loss.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its name in this repository.
    pub id: String,
    /// Where it was reported: `owner/repo#12`, `owner/repo commit 1a2b3c4`, `project (place)`, `RFC 9051 5.5`.
    pub reports: Vec<String>,
    /// What happens there.
    pub happens: String,
    /// What holds here. Empty if the hang cannot be expressed.
    #[serde(default)]
    pub here: String,
    /// The scenarios that show it: paths below `scenarios/`, without `.imap`.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// The tests that show it: `path/to/file.rs: name_of_the_test`.
    #[serde(default)]
    pub tests: Vec<String>,
    /// Why nothing shows it.
    pub not_expressed: Option<String>,
}

/// Reads all classes, in the order of their numbers.
///
/// # Errors
///
/// All that is wrong with the files, in words.
pub fn read(folder: &Path, root: &Path) -> Result<Vec<Class>, Vec<String>> {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(error) => return Err(vec![format!("{}: {error}", folder.display())]),
    };
    files.sort();
    let (mut classes, mut problems) = (Vec::new(), Vec::new());
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path).unwrap_or_default();
        match toml::from_str::<Class>(&text) {
            Ok(class) => {
                problems.extend(of_class(&name, &class, root));
                classes.push(class);
            }
            Err(error) => problems.push(format!("{name}: {error}")),
        }
    }
    problems.extend(twice(&classes));
    classes.sort_by_key(|class| class.number);
    match problems.is_empty() {
        true => Ok(classes),
        false => Err(problems),
    }
}

/// Finds names and numbers that are used twice.
fn twice(classes: &[Class]) -> Vec<String> {
    let mut numbers = BTreeSet::new();
    let mut ids = BTreeMap::new();
    let mut problems = Vec::new();
    for class in classes {
        if !numbers.insert(class.number) {
            problems.push(format!("two classes have the number {}", class.number));
        }
        for entry in &class.entries {
            if let Some(other) = ids.insert(&entry.id, class.number) {
                let number = class.number;
                problems.push(format!("{}: in classes {other} and {number}", entry.id));
            }
        }
    }
    problems
}

fn of_class(name: &str, class: &Class, root: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    let start = format!("{:02}-", class.number);
    if !name.starts_with(&start) || !name.ends_with(".toml") {
        problems.push(format!("{name}: not named {start}SLUG.toml"));
    }
    if class.entries.is_empty() || !is_cell(&class.class) {
        problems.push(format!("{name}: no entries, or no name of one line"));
    }
    for entry in &class.entries {
        let found = of_entry(entry, root).into_iter();
        problems.extend(found.map(|problem| format!("{name}: {}: {problem}", entry.id)));
    }
    problems
}

fn of_entry(entry: &Entry, root: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    let mut demand = |holds: bool, what: String| {
        if !holds {
            problems.push(what);
        }
    };
    let in_id = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let named = !entry.id.is_empty() && entry.id.chars().all(in_id);
    demand(named, "an id is letters, digits and `-`".to_owned());
    demand(!entry.reports.is_empty(), "no reports".to_owned());
    for report in &entry.reports {
        let parsed = Report::parse(report).is_some() && !report.contains(['|', '\n']);
        demand(parsed, format!("not a report: `{report}`"));
    }
    let shown = !entry.scenarios.is_empty() || !entry.tests.is_empty();
    let texts = [
        ("happens", Some(&entry.happens)),
        ("here", shown.then_some(&entry.here)),
        ("not_expressed", entry.not_expressed.as_ref()),
    ];
    for (key, text) in texts {
        let sane = text.is_none_or(|text| is_cell(text));
        demand(
            sane,
            format!("`{key}` is empty, or has line ends or table bars"),
        );
    }
    demand(
        shown != entry.not_expressed.is_some(),
        "either scenarios or tests, or not_expressed".to_owned(),
    );
    for scenario in &entry.scenarios {
        let path = scenario_path(scenario);
        demand(path.is_file(), format!("no scenario {}", path.display()));
    }
    for test in &entry.tests {
        demand(exists(test, root), format!("no test `{test}`"));
    }
    problems
}

/// Whether a text can stand in a table.
fn is_cell(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(['|', '\n', '\r'])
}

/// Whether there is a function of this name in this file, and it is a test, or a case that is a test of each client.
fn exists(test: &str, root: &Path) -> bool {
    let Some((path, name)) = test.split_once(": ") else {
        return false;
    };
    let text = fs::read_to_string(root.join(path)).unwrap_or_default();
    let start = format!("fn {name}(");
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    let cases = lines.iter().skip_while(|line| **line != "both! {");
    let mut cases = cases.take_while(|line| **line != "}");
    if cases.any(|line| line.strip_suffix(',') == Some(name)) {
        return true;
    }
    let is_start = |line: &&str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.starts_with(&start)
    };
    let place = lines.iter().position(is_start);
    place.is_some_and(|place| {
        let above = lines[..place].iter().rev();
        let mut attributes =
            above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        attributes.any(|line| line.starts_with("#[") && line.contains("test"))
    })
}

/// The file of a scenario that the catalogue names.
#[must_use]
pub fn scenario_path(name: &str) -> PathBuf {
    play::scenario_folder().join(format!("{name}.imap"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        class = "a class"
        number = 4

        [[entry]]
        id = "x-1"
        reports = ["a/b#1"]
        happens = "it hangs"
        here = "it does not"
        scenarios = ["literal/refused-with-no"]
        tests = [
            "tests/src/hangs/catalogue.rs: a_good_class_has_no_problems",
            "tests/tests/clients/pace.rs: a_value_that_is_too_large_is_given_up",
        ]

        [[entry]]
        id = "x-2"
        reports = ["a/b commit 1234567"]
        happens = "a window stays open"
        not_expressed = "there are no windows here"
    "#;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
    }

    fn problems(text: &str) -> Vec<String> {
        match toml::from_str(text) {
            Ok(class) => of_class("04-slug.toml", &class, &root()),
            Err(error) => vec![error.to_string()],
        }
    }

    #[test]
    fn a_good_class_has_no_problems() {
        assert_eq!(problems(GOOD), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_found() {
        for (good, bad) in [
            ("number = 4", "number = 5"),
            ("class = \"a class\"", "class = \"\""),
            ("here = ", "hear = "),
            ("x-1", "x 1"),
            ("[\"a/b#1\"]", "[]"),
            ("a/b#1", "b#1"),
            ("it hangs", "it | hangs"),
            ("it does not", ""),
            ("refused-with-no", "refused-with-maybe"),
            ("a_good_class_has_no_problems", "no_such_test"),
            ("a_good_class_has_no_problems", "problems"),
            ("a_value_that_is_too_large_is_given_up", "drain"),
            ("scenarios = [", "not_expressed = \"why\"\nscenarios = ["),
            ("not_expressed = \"there are no windows here\"", ""),
        ] {
            assert!(GOOD.contains(good), "{good}");
            let text = GOOD.replacen(good, bad, 1);
            assert_eq!(problems(&text).len(), 1, "{bad}: {:?}", problems(&text));
        }
    }

    #[test]
    fn names_stand_for_one_thing() {
        let class: Class = toml::from_str(GOOD).expect("a class");
        assert_eq!(twice(std::slice::from_ref(&class)), [""; 0]);
        // Three problems: the number, and both entries.
        assert_eq!(twice(&[class.clone(), class]).len(), 3);
    }
}
