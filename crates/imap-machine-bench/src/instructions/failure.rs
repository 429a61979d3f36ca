//! Why there is no result, or a bad one.

use std::fmt;

/// What the counts are compared with.
pub(super) const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/instructions.toml");

/// By how much a count may grow.
pub(super) const TOLERANCE: f64 = 0.10;

/// Why there is no result, or a bad one.
#[derive(Debug)]
pub enum Failure {
    /// valgrind is not installed.
    NoValgrind,
    /// It ran, and gave no count.
    NoCount(String),
    /// The file with the recorded counts.
    File(String),
    /// These have grown.
    Grown(Vec<&'static str>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoValgrind => f.write_str("valgrind is not installed: NOTHING WAS COUNTED"),
            Self::NoCount(output) => write!(f, "valgrind gave no count:\n{output}"),
            Self::File(error) => write!(f, "{FILE}: {error}"),
            Self::Grown(names) => write!(
                f,
                "grown by more than {:.0} %: {}. If that is what it costs, UPDATE=1 records it",
                TOLERANCE * 100.0,
                names.join(", ")
            ),
        }
    }
}

impl std::error::Error for Failure {}
