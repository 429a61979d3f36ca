//! The results of other libraries: `peers/results.toml`, written by the package beside it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What the libraries made of the same exchanges.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// The libraries, in the order in which they are shown.
    #[serde(rename = "library")]
    pub libraries: Vec<Library>,
    /// The exchanges.
    #[serde(rename = "exchange")]
    pub exchanges: Vec<Exchange>,
}

/// A library and its version.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// Its name on crates.io.
    pub name: String,
    /// The version that was run.
    pub version: String,
}

/// What happened in one exchange.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// The entries of the catalogue that it comes from.
    pub entries: Vec<String>,
    /// What it is, in words.
    pub title: String,
    /// The octets, and what the application does.
    pub wire: String,
    /// What a client should make of it.
    pub right: String,
    /// Library -> what it made of it.
    pub results: BTreeMap<String, String>,
}

/// The kind of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Correct,
    /// Something else.
    Differs,
    /// The library has no way to say it.
    NotExpressed,
}

impl Verdict {
    /// The word for a result.
    #[must_use]
    pub fn of(result: &str) -> Self {
        match result {
            _ if result.starts_with("correct") => Self::Correct,
            _ if result.starts_with("cannot be expressed") => Self::NotExpressed,
            _ => Self::Differs,
        }
    }

    /// A sign that fits into a narrow table.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Correct => "✔",
            Self::Differs => "✘",
            Self::NotExpressed => "–",
        }
    }
}

/// Reads the results and checks that they are complete.
///
/// # Errors
///
/// The text is not what the other package writes, or a library has no result; in words.
pub fn read(text: &str) -> Result<Results, String> {
    let results: Results = toml::from_str(text).map_err(|error| error.to_string())?;
    for exchange in &results.exchanges {
        for library in &results.libraries {
            match exchange.results.get(&library.name) {
                Some(result) if !result.contains(['|', '\n']) => {}
                _ => return Err(format!("{}: no result of {}", exchange.title, library.name)),
            }
        }
    }
    match results.exchanges.is_empty() {
        true => Err("no exchanges".to_owned()),
        false => Ok(results),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[library]]
        name = "a"
        version = "1"

        [[exchange]]
        entries = ["x-1"]
        title = "t"
        wire = "S: * OK"
        right = "r"

        [exchange.results]
        a = "correct"
    "#;

    #[test]
    fn results_are_whole() {
        assert!(read(GOOD).is_ok());
        for (good, bad) in [
            ("a = \"correct\"", ""),
            ("a = \"correct\"", "b = \"correct\""),
            ("a = \"correct\"", "a = \"x | y\""),
            ("title", "titel"),
        ] {
            assert!(read(&GOOD.replace(good, bad)).is_err(), "{bad}");
        }
        assert!(read("library = []\nexchange = []").is_err());
    }

    #[test]
    fn verdicts() {
        assert_eq!(Verdict::of("correct"), Verdict::Correct);
        assert_eq!(Verdict::of("correct: goes on waiting"), Verdict::Correct);
        assert_eq!(
            Verdict::of("cannot be expressed: why"),
            Verdict::NotExpressed
        );
        assert_eq!(Verdict::of("NOOP waits for ever"), Verdict::Differs);
    }
}
