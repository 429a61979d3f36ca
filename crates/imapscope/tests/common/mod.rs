//! Runs the program as people do.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod script;

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// What came of a run.
pub struct Ran {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `imapscope` with nothing on standard input.
pub fn imapscope(arguments: &[&str]) -> Ran {
    with_input(arguments, b"")
}

pub fn with_input(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_imapscope"))
        .args(arguments)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // The program may end before it has read everything.
    let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writing.join().expect("writing ends");
    output.into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

impl Ran {
    /// The objects on standard output.
    pub fn objects(&self) -> Vec<Value> {
        let object = |line: &str| serde_json::from_str(line).expect("JSON on each line");
        self.stdout.lines().map(object).collect()
    }

    /// Asserts that the program succeeded and said nothing about errors.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(self.status, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that the program failed and said this.
    #[track_caller]
    pub fn failed(self, said: &[&str]) -> Self {
        assert_eq!(self.status, Some(1), "{}{}", self.stdout, self.stderr);
        for part in said {
            assert!(self.stderr.contains(part), "no {part:?} in {}", self.stderr);
        }
        self
    }
}
