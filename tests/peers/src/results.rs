//! The results as a file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{exchanges, libraries};

/// The results of all libraries in all exchanges.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// The libraries, in the order in which they are shown.
    pub library: Vec<Library>,
    /// The exchanges.
    pub exchange: Vec<Exchange>,
}

/// A library and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// Its name on crates.io.
    pub name: String,
    /// The version that was run.
    pub version: String,
}

/// What happened in one exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The entries of the catalogue.
    pub entries: Vec<String>,
    /// What it is.
    pub title: String,
    /// The octets, and what the application does.
    pub wire: String,
    /// What a client should make of it.
    pub right: String,
    /// Library -> what it made of it.
    pub results: BTreeMap<String, String>,
}

/// Plays everything.
#[must_use]
pub fn all() -> Results {
    let library = libraries::ALL.iter().map(|(name, _)| Library {
        name: (*name).to_owned(),
        version: version(name),
    });
    let exchange = exchanges::all().into_iter().map(|exchange| {
        let results = libraries::ALL.iter().map(|(name, open)| {
            let (result, _) = exchange.play(*open);
            ((*name).to_owned(), result)
        });
        Exchange {
            entries: exchange.entries.iter().map(|id| (*id).to_owned()).collect(),
            title: exchange.title.to_owned(),
            wire: exchange.wire(),
            right: exchange.right.to_owned(),
            results: results.collect(),
        }
    });
    Results {
        library: library.collect(),
        exchange: exchange.collect(),
    }
}

/// The version that is built in.
///
/// # Panics
///
/// When `Cargo.lock` does not know the package.
#[must_use]
pub fn version(name: &str) -> String {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Library>,
    }
    let lock: Lock = toml::from_str(include_str!("../Cargo.lock")).expect("a lock file");
    let found = lock
        .package
        .into_iter()
        .find(|package| package.name == name);
    found
        .unwrap_or_else(|| panic!("{name} is not built in"))
        .version
}
