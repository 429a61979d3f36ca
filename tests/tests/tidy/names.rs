//! Names of types.

use std::collections::BTreeMap;

use crate::tokens::{is_word, tokens};

/// The names that several types of a crate have, each with the files. `files`: the code of each.
pub fn repeated(files: &BTreeMap<String, String>) -> Vec<(String, Vec<&str>)> {
    let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (file, code) in files {
        for name in types(code) {
            places.entry(name).or_default().push(file.as_str());
        }
    }
    places.retain(|_, files| files.len() > 1);
    let places = places.into_iter();
    places
        .map(|(name, files)| (name.to_owned(), files))
        .collect()
}

/// The types that the code declares; not the associated ones, whose names are those of their trait.
fn types(code: &str) -> Vec<&str> {
    let (mut depth, mut names) = (0_usize, Vec::new());
    for pair in tokens(code).windows(2) {
        match *pair {
            ["{", _] => depth += 1,
            ["}", _] => depth = depth.saturating_sub(1),
            ["struct" | "enum" | "union" | "trait", name] if is_word(name) => names.push(name),
            ["type", name] if depth == 0 => names.push(name),
            _ => {}
        }
    }
    names
}

#[test]
fn names_that_several_types_have_are_found() {
    let files = |one: &str, other: &str| {
        let file = |name: &str, code: &str| (name.to_owned(), code.to_owned());
        BTreeMap::from([file("a.rs", one), file("b.rs", other)])
    };
    for other in [
        "pub(crate) enum Step { Go }",
        "pub trait Step {}",
        "type Step<T> = Vec<T>;",
        "fn f() { struct Step; }",
    ] {
        let files = files("struct Step<'a>(&'a str);", other);
        let expected = [("Step".to_owned(), vec!["a.rs", "b.rs"])];
        assert_eq!(repeated(&files), expected, "{other}");
    }
    for other in [
        "enum Stage { Step }",
        "impl Iterator for Stage { type Step = u8; }",
        "use super::Step;",
        "const A: &str = \"struct Step\";",
    ] {
        assert_eq!(repeated(&files("struct Step;", other)), [], "{other}");
    }
}
