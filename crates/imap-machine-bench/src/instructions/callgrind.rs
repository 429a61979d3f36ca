//! callgrind as a counter.

use std::env;
use std::process::{Command, Stdio};

use super::failure::Failure;

/// Whether valgrind is there.
pub fn available() -> Result<(), Failure> {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    match version {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Failure::NoValgrind),
    }
}

/// Instructions of the measured section of one piece of work of one size.
pub fn count(name: &str, size: u32) -> Result<u64, Failure> {
    let program = env::current_exe().map_err(|error| Failure::NoCount(error.to_string()))?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--toggle-collect=imap_machine_bench::instructions::measured*")
        .arg(program)
        .args(["work", name, &size.to_string()])
        .output()
        .map_err(|error| Failure::NoCount(error.to_string()))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = output.status.success().then(|| collected(&said)).flatten();
    match count {
        Some(count) if count > 0 => Ok(count),
        _ => Err(Failure::NoCount(said)),
    }
}

/// Reads `==123== Collected : 456`.
fn collected(said: &str) -> Option<u64> {
    let line = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))?;
    line.1.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_valgrind_says() {
        let said = "==7== \n==7== Events    : Ir\n==7== Collected : 60213\n==7==\n";
        assert_eq!(collected(said), Some(60_213));
        assert_eq!(collected("==7== no"), None);
    }
}
