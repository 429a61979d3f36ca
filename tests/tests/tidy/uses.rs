//! What a file imports, and what it defines.

use crate::tokens::{is_word, tokens};

/// A path as it is written in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub segments: Vec<String>,
    /// The name that it has in the file. `*`: all names there. `None`: it is used in place, and has no name.
    pub name: Option<String>,
    /// Whether it is exported: `pub use`.
    pub public: bool,
}

/// The imports, words and definitions of one file.
#[derive(Debug, Default)]
pub struct Source {
    pub paths: Vec<Path>,
    pub defines: Vec<String>,
    /// Words of its code outside of imports.
    pub words: Vec<String>,
}

const ITEMS: [&str; 9] = [
    "struct",
    "enum",
    "union",
    "trait",
    "type",
    "fn",
    "const",
    "static",
    "macro_rules",
];

pub fn read(code: &str) -> Source {
    let tokens = tokens(code);
    let mut source = Source::default();
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        if token == "use" && tokens.get(at + 1) != Some(&"<") {
            let public = at > 0 && ["pub", ")"].contains(&tokens[at - 1]);
            let end = tokens[at..].iter().position(|token| *token == ";");
            let end = at + end.unwrap_or(tokens.len() - at);
            let mut rest = &tokens[at + 1..end];
            tree(&mut rest, &[], public, &mut source.paths);
            at = end;
        } else if ["crate", "super", "self"].contains(&token) {
            let segments = path(&tokens[at..]);
            // What a macro writes stands in another crate, and names what is public.
            let is_of_macro = at > 0 && tokens[at - 1] == "$";
            at += 2 * segments.len() - 1;
            if segments.len() > 1 && !is_of_macro {
                let (name, public) = (None, false);
                source.paths.push(Path {
                    segments,
                    name,
                    public,
                });
            }
            continue;
        } else if is_word(token) {
            let before = at.checked_sub(1).map(|before| tokens[before]);
            let before = match before {
                Some("!") => at.checked_sub(2).map(|before| tokens[before]),
                before => before,
            };
            match before {
                Some(item) if ITEMS.contains(&item) => source.defines.push(token.to_owned()),
                Some("mod") => {}
                _ => source.words.push(token.to_owned()),
            }
        }
        at += 1;
    }
    source
}

/// The words that `::` joins.
fn path(tokens: &[&str]) -> Vec<String> {
    let mut segments = vec![tokens[0].to_owned()];
    for pair in tokens[1..].chunks_exact(2) {
        match pair {
            ["::", word] if is_word(word) => segments.push((*word).to_owned()),
            _ => break,
        }
    }
    segments
}

/// One branch of what is imported, up to a comma or the end.
fn tree(rest: &mut &[&str], stem: &[String], public: bool, paths: &mut Vec<Path>) {
    let mut segments = stem.to_vec();
    while let Some((token, after)) = rest.split_first() {
        *rest = after;
        match *token {
            "::" => {}
            "{" => {
                while !matches!(rest.first(), None | Some(&"}")) {
                    tree(rest, &segments, public, paths);
                }
                *rest = rest.get(1..).unwrap_or_default();
                // A comma may follow, which ends this branch.
                segments.clear();
            }
            "," => break,
            "as" => {
                let name = rest.first().map(|name| (*name).to_owned());
                paths.push(Path {
                    segments: std::mem::take(&mut segments),
                    name,
                    public,
                });
                *rest = rest.get(1..).unwrap_or_default();
            }
            word => segments.push(word.to_owned()),
        }
        if rest.first() == Some(&"}") {
            break;
        }
    }
    if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
        segments.pop();
    }
    if let Some(last) = segments.last() {
        let name = Some(last.clone());
        paths.push(Path {
            segments,
            name,
            public,
        });
    }
}

#[cfg(test)]
fn written(code: &str) -> Vec<String> {
    let paths = read(code).paths;
    let shown = |path: &Path| {
        let sign = if path.public { "pub " } else { "" };
        let name = path.name.as_deref().unwrap_or("-");
        format!("{sign}{} {name}", path.segments.join("::"))
    };
    paths.iter().map(shown).collect()
}

#[test]
fn imports_are_read() {
    for (code, expected) in [
        ("use crate::a::B;", &["crate::a::B B"][..]),
        (
            "pub(crate) use super::{A as C, b::{self, D}, e::*};",
            &[
                "pub super::A C",
                "pub super::b b",
                "pub super::b::D D",
                "pub super::e::* *",
            ],
        ),
        (
            "pub use a::{B,\n};\nuse self::c;",
            &["pub a::B B", "self::c c"],
        ),
        (
            "fn f(a: &self::B) -> impl C + use<'a> { crate::d::e(super::super::F::G, self.h) }",
            &["self::B -", "crate::d::e -", "super::super::F::G -"],
        ),
        ("let a = \"use crate::b;\";", &[]),
        ("fn f() -> $crate::a::B {}", &[]),
    ] {
        assert_eq!(written(code), expected, "{code}");
    }
}

#[test]
fn definitions_are_read() {
    let code = "mod f; pub struct A; const fn b() {} macro_rules! c { } type D = E;";
    assert_eq!(read(code).defines, ["A", "fn", "b", "c", "D"]);
    assert_eq!(
        read(code).words,
        ["mod", "pub", "struct", "const", "macro_rules", "type", "E"]
    );
}
