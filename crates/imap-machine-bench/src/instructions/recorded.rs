//! The counts as they are kept in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::failure::Failure;

const HEAD: &str = "# Instructions for one unit of work, counted by callgrind. Written by `UPDATE=1 ./run instructions`.
";

/// The file.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Recorded {
    /// The compiler they were counted with: another one makes other code.
    pub rustc: String,
    /// By the name of the work.
    pub instructions: BTreeMap<String, u64>,
}

impl Recorded {
    /// Nothing counted yet.
    pub fn of_this_compiler() -> Self {
        let version = Command::new("rustc").arg("--version").output();
        let version =
            version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        Self {
            rustc: version.unwrap_or_default(),
            instructions: BTreeMap::new(),
        }
    }

    /// What was recorded; nothing when there is no file.
    pub fn read(path: &str) -> Result<Self, Failure> {
        match fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).map_err(|error| Failure::File(error.to_string())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Failure::File(error.to_string())),
        }
    }

    /// Records.
    pub fn write(&self, path: &str) -> Result<(), Failure> {
        let text = toml::to_string(self).map_err(|error| Failure::File(error.to_string()))?;
        fs::write(path, format!("{HEAD}{text}")).map_err(|error| Failure::File(error.to_string()))
    }
}
