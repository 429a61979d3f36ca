//! Imports within a crate: no circles between files, and no detours.
//!
//! A detour is an import from the `mod.rs` of a module that contains the importing file, of something that is only passed on
//! there. It has to be imported from where it lives. (From outside a module, its `mod.rs` is the right place.)

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::uses::{Path, Source, read};

/// `["client", "session"]`, for `client/session/mod.rs` or `client/session.rs`.
type Module = Vec<String>;

/// The files of a crate, by module.
pub struct Crate {
    modules: BTreeMap<Module, (String, Source)>,
}

/// Where something is defined.
enum Found {
    /// It is defined in this module, or is this module.
    Here(Module),
    /// This module imports it, from another of the crate.
    PassedOn(Module, Path),
    /// In another crate, or in the language.
    Elsewhere,
}

impl Crate {
    /// A crate of these files: their names below `src`, and their code.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files = files.into_iter();
        let modules = files.map(|(name, code)| (module(&name), (name, read(&code))));
        let modules = modules.collect();
        Self { modules }
    }

    /// The other files that each file needs.
    fn needs(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut needs = BTreeMap::new();
        for (module, (name, source)) in &self.modules {
            let mut of: BTreeSet<&str> = BTreeSet::new();
            for path in &source.paths {
                // A file does not need what it only passes on.
                let named = path.name.as_ref();
                if path.public && named.is_some_and(|named| !source.words.contains(named)) {
                    continue;
                }
                of.extend(self.home(module, path).map(|home| self.file(&home)));
            }
            of.remove(name.as_str());
            needs.insert(name.as_str(), of);
        }
        needs
    }

    fn file(&self, module: &Module) -> &str {
        &self.modules[module].0
    }

    /// The module where it is defined that this path names, as far as it can be told.
    fn home(&self, from: &Module, path: &Path) -> Option<Module> {
        let (mut from, mut path) = (from.clone(), path.clone());
        // An import may lead to another import. The bound ends a circle.
        for _ in 0..20 {
            match self.find(&from, &path) {
                Found::Here(module) => return Some(module),
                Found::PassedOn(by, next) => (from, path) = (by, next),
                Found::Elsewhere => return None,
            }
        }
        None
    }

    fn find(&self, from: &Module, path: &Path) -> Found {
        let Some((module, name)) = self.split(from, path) else {
            return Found::Elsewhere;
        };
        let Some(name) = name else {
            return Found::Here(module);
        };
        let (_, source) = &self.modules[&module];
        if source.defines.contains(&name) || module == *from {
            return Found::Here(module);
        }
        let named = source.paths.iter().filter(|path| path.name.is_some());
        let by_name = named.clone().find(|path| path.name.as_ref() == Some(&name));
        if let Some(path) = by_name {
            return Found::PassedOn(module, path.clone());
        }
        for all in named.filter(|path| path.segments.last().is_some_and(|last| last == "*")) {
            let mut path = all.clone();
            path.segments.pop();
            path.segments.push(name.clone());
            path.name = Some(name.clone());
            let there = self.split(&module, &path);
            if there.is_some_and(|(there, rest)| match rest {
                None => true,
                Some(rest) => self.modules[&there].1.defines.contains(&rest),
            }) {
                return Found::PassedOn(module, path);
            }
        }
        // A variant of an enum, a macro, or something that a macro makes.
        Found::Here(module)
    }

    /// The module of this crate that a path leads to, and what it names there.
    fn split(&self, from: &Module, path: &Path) -> Option<(Module, Option<String>)> {
        let mut module = from.clone();
        let mut segments = path.segments.iter().peekable();
        let mut rooted = false;
        while let Some(first) = segments.peek() {
            match first.as_str() {
                "crate" => module.clear(),
                "self" => {}
                "super" => drop(module.pop()),
                _ => break,
            }
            rooted = true;
            segments.next();
        }
        while let Some(next) = segments.peek() {
            let mut inner = module.clone();
            inner.push((*next).clone());
            if !self.modules.contains_key(&inner) {
                break;
            }
            (module, rooted) = (inner, true);
            segments.next();
        }
        let known = rooted && self.modules.contains_key(&module);
        let name = segments.next().filter(|name| *name != "*").cloned();
        known.then_some((module, name))
    }

    /// The files that are part of a circle, each with the shortest one.
    pub fn circles(&self) -> BTreeMap<String, String> {
        let needs = self.needs();
        let circles = needs.keys().filter_map(|file| {
            let circle = shortest(&needs, file)?.join(" -> ");
            Some(((*file).to_owned(), circle))
        });
        circles.collect()
    }

    /// The files with detours, and what they could write instead.
    pub fn detours(&self) -> BTreeMap<String, Vec<String>> {
        let mut detours: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (module, (file, source)) in &self.modules {
            for path in source.paths.iter().filter(|path| !path.public) {
                if let Some(better) = self.better(module, path) {
                    let detour = format!("{} is to be had from {better}", path.segments.join("::"));
                    detours.entry(file.clone()).or_default().push(detour);
                }
            }
        }
        detours
    }

    /// The path to where it lives, past all `mod.rs` above the importing file that only pass it on.
    fn better(&self, from: &Module, path: &Path) -> Option<String> {
        let mut better = None;
        let (mut at, mut path) = (from.clone(), path.clone());
        for _ in 0..20 {
            let Found::PassedOn(by, next) = self.find(&at, &path) else {
                break;
            };
            if by.len() >= from.len() || !from.starts_with(&by) {
                break;
            }
            let (there, name) = self.split(&by, &next)?;
            let whole: Vec<_> = ["crate".to_owned()]
                .into_iter()
                .chain(there)
                .chain(name)
                .collect();
            better = Some(whole.join("::"));
            (at, path) = (by, next);
        }
        better
    }
}

fn module(file: &str) -> Module {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let mut module: Module = path.split('/').map(str::to_owned).collect();
    let last = module.last().map(String::as_str);
    let stem = last == Some("mod") || (module.len() == 1 && matches!(last, Some("lib" | "main")));
    if stem {
        module.pop();
    }
    module
}

/// The shortest way from a file back to it.
fn shortest<'f>(
    needs: &BTreeMap<&'f str, BTreeSet<&'f str>>,
    file: &'f str,
) -> Option<Vec<&'f str>> {
    let mut seen = BTreeSet::new();
    let mut ways = VecDeque::from([vec![file]]);
    while let Some(way) = ways.pop_front() {
        for next in needs.get(way.last()?).into_iter().flatten() {
            let longer: Vec<_> = way.iter().copied().chain([*next]).collect();
            if *next == file {
                return Some(longer);
            }
            if seen.insert(*next) {
                ways.push_back(longer);
            }
        }
    }
    None
}

#[cfg(test)]
fn sources(files: &[(&str, &str)]) -> Crate {
    Crate::new(
        files
            .iter()
            .map(|(name, code)| ((*name).to_owned(), (*code).to_owned())),
    )
}

#[test]
fn circles_are_found() {
    let rest = [
        ("lib.rs", "mod a; mod b; pub use a::A;"),
        ("a/mod.rs", "mod c; pub use c::C;"),
    ];
    for (files, expected) in [
        (
            vec![
                ("b.rs", "use crate::a::A; struct B;"),
                ("a/c.rs", "use crate::b::B; struct C;"),
            ],
            &[][..],
        ),
        // A name that is passed on counts as a need of the file where it lives.
        (
            vec![
                ("b.rs", "use crate::a::C; struct B;"),
                ("a/c.rs", "use crate::b::B; struct C;"),
            ],
            &["a/c.rs", "b.rs"],
        ),
        (
            vec![
                ("b.rs", "struct B(super::a::C);"),
                ("a/c.rs", "struct C(Box<crate::b::B>);"),
            ],
            &["a/c.rs", "b.rs"],
        ),
        // A file that passes a name on and uses it needs it.
        (
            vec![
                ("a/mod.rs", "mod c; pub use c::C; struct A(C);"),
                ("a/c.rs", "use super::A; struct C;"),
            ],
            &["a/c.rs", "a/mod.rs"],
        ),
        (
            vec![
                ("a/mod.rs", "mod c; pub use c::C; struct A;"),
                ("a/c.rs", "use super::A; struct C;"),
            ],
            &[],
        ),
        // By another name, and by all names.
        (
            vec![
                ("b.rs", "use crate::a::c::C as D; struct B;"),
                ("a/c.rs", "use crate::b::*; struct C(B);"),
            ],
            &["a/c.rs", "b.rs"],
        ),
        // The module itself.
        (
            vec![
                ("b.rs", "use crate::a; fn b() { a::f() }"),
                ("a/mod.rs", "use crate::b::b; fn f() {}"),
            ],
            &["a/mod.rs", "b.rs"],
        ),
        // Another crate's, of the same name.
        (
            vec![
                ("b.rs", "use c::C; struct B;"),
                ("a/c.rs", "use crate::b::B; struct C;"),
            ],
            &[],
        ),
        // Three, not two.
        (
            vec![
                ("b.rs", "use crate::d::D; struct B;"),
                ("d.rs", "use crate::a::C; struct D;"),
                ("a/c.rs", "use crate::b::B; struct C;"),
            ],
            &["a/c.rs", "b.rs", "d.rs"],
        ),
    ] {
        let circles = sources(&[&rest[..], &files].concat()).circles();
        let found: Vec<_> = circles.keys().map(String::as_str).collect();
        assert_eq!(found, expected, "{files:?}");
    }
}

#[test]
fn a_circle_is_told_whole() {
    let circle = sources(&[
        ("a.rs", "use crate::b::B; struct A;"),
        ("b.rs", "use crate::a::A; struct B;"),
    ]);
    assert_eq!(circle.circles()["a.rs"], "a.rs -> b.rs -> a.rs");
}

#[test]
fn detours_are_found() {
    let rest = [
        (
            "lib.rs",
            "mod a; mod b; pub use a::{C as K, e::E}; pub use other::O; struct Own;",
        ),
        (
            "a/mod.rs",
            "mod c; mod d; pub mod e; pub use c::C; use e::E; struct A;",
        ),
        ("a/c.rs", "struct C;"),
        ("a/e/mod.rs", "mod f; pub use f::F; struct E;"),
        ("a/e/f.rs", "struct F;"),
    ];
    for (file, code, better) in [
        (
            "a/d.rs",
            "use super::C;",
            Some("super::C is to be had from crate::a::c::C"),
        ),
        (
            "a/d.rs",
            "use crate::a::C;",
            Some("crate::a::C is to be had from crate::a::c::C"),
        ),
        // The `mod.rs` only imports it.
        (
            "a/d.rs",
            "use super::{A, E};",
            Some("super::E is to be had from crate::a::e::E"),
        ),
        // Two `mod.rs` pass it on.
        (
            "a/d.rs",
            "use crate::K;",
            Some("crate::K is to be had from crate::a::c::C"),
        ),
        // An import from outside a module needs no detour past its `mod.rs`.
        ("a/d.rs", "use super::e::F;", None),
        ("b.rs", "use crate::a::C;", None),
        (
            "b.rs",
            "use crate::K;",
            Some("crate::K is to be had from crate::a::C"),
        ),
        (
            "b.rs",
            "fn f(e: crate::E) {}",
            Some("crate::E is to be had from crate::a::e::E"),
        ),
        (
            "a/d.rs",
            "use super::c::C; use super::A; use crate::Own;",
            None,
        ),
        ("a/d.rs", "use crate::O; use other::C;", None),
    ] {
        let detours = sources(&[&rest[..], &[(file, code)]].concat()).detours();
        let told = detours.get(file).map(|told| told.join("; "));
        assert_eq!(told.as_deref(), better, "{file}: {code}");
    }
}
