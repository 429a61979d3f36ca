//! Conversations as text that anyone can read, write and re-record.
//!
//! A scenario says what the server sends (`S:`), what the client must write (`C:`), what the application does (`!`), which
//! events it must get (`>`), what the connection says of itself (`=`, `?`) and how time goes by (`@`):
//!
//! ```text
//! # a literal refused with NO releases the queue            RFC 9051 section 2.2.1
//! S: * OK ready
//! > greeting ok "ready"
//! ! c1 = append "Big" {310}
//! C: A1 APPEND Big {310}
//! S: A1 NO [TRYCREATE] no such mailbox
//! > outcome c1 refused no TRYCREATE
//! ```
//!
//! [`run`] plays it once, cut as [`Chunking`] says; [`run_all`] plays it in every way there is; [`run_through`] plays it
//! through the loop of a runtime, if that is made an [`Adapter`]; [`record`] rewrites what the connection is expected to say;
//! [`serve`] plays the server's part on a socket.

mod adapter;
mod arguments;
mod chunking;
mod commands;
mod data;
mod extensions;
mod mailboxes;
mod octets;
mod parse;
mod player;
mod problem;
mod record;
mod render;
mod run;
mod searches;
mod served;
#[cfg(test)]
mod tests;
mod through;
mod verbs;
mod view;
mod wire;
mod words;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use imap_machine::client::Config;
use thiserror::Error;

pub use adapter::Adapter;
pub(crate) use adapter::MOST_DEADLINES;
pub use chunking::{Chunking, Input, Output};
pub(crate) use octets::block;
pub use octets::{escape, unescape};
pub use parse::ParseError;
pub use problem::Problem;
pub use record::{RecordError, record};
pub use render::{Names, event, outcome};
pub use run::{Interruption, LONGEST_SILENCE, Place, interrupt, run, run_all};
pub use served::serve;
pub use through::{Report, run_folder_through, run_through};
pub use verbs::Verb;
pub use wire::Wire;

/// A conversation, ready to be played.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The first comment.
    pub title: String,
    /// What the connection is allowed and expected to do.
    pub config: Config,
    /// Whether the server's octets may be cut anywhere.
    pub cuts: Cuts,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// Whether the result may depend on how the server's octets are cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cuts {
    /// It must not: the scenario is played under every chunking.
    #[default]
    Anywhere,
    /// It may: octets have to arrive together (injection after STARTTLS).
    Nowhere,
}

/// One thing that happens, or that is expected.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its first line in the file, from 1.
    pub line: usize,
    /// Its last line.
    pub last_line: usize,
    /// What.
    pub action: Action,
}

/// What a [`Step`] does.
#[derive(Clone, Debug)]
pub enum Action {
    /// `C:` the client must have written exactly this since the last such step.
    Client(Vec<u8>),
    /// `S:` the server sends this.
    Server(Vec<u8>),
    /// `S: <EOF>`, `S: <FAIL>`: the transport ends.
    End(End),
    /// `!` the application or the adapter does this.
    Call(Box<Verb>),
    /// `>` this event comes next.
    Event(String),
    /// `=` the connection's diagnosis.
    Diagnosis(String),
    /// `?` the connection's state: see the manual for what can be asked.
    State(String),
    /// `@` time goes by.
    Time(Duration),
}

/// How a transport ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The server closed its side.
    Eof,
    /// Reading or writing failed.
    Failure,
}

/// A play that went otherwise than the scenario says.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line} ({play}):\n  expected: {expected}\n       got: {got}")]
pub struct Mismatch {
    /// The line of the scenario, from 1.
    pub line: usize,
    /// How it was played.
    pub play: String,
    /// What the scenario, or an invariant, asks for.
    pub expected: String,
    /// What came instead.
    pub got: String,
}

/// The scenario files (`*.imap`) in a folder and all folders in it, sorted. A file is taken by whatever name it has.
///
/// # Errors
///
/// It is not there, or cannot be read.
pub fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() || path.extension().is_some_and(|it| it == "imap") {
            files.append(&mut self::files(&path)?);
        }
    }
    files.sort();
    Ok(files)
}

impl Scenario {
    /// How many octets the server sends in all.
    #[must_use]
    pub fn server_octets(&self) -> usize {
        self.blocks().map(<[u8]>::len).sum()
    }

    /// What must never show up in any `Debug` output.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.steps
            .iter()
            .filter_map(|step| match &step.action {
                Action::Call(verb) => verb.secret(),
                _ => None,
            })
            .map(str::to_owned)
            .collect()
    }

    fn blocks(&self) -> impl Iterator<Item = &[u8]> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Server(octets) => Some(octets.as_slice()),
            _ => None,
        })
    }
}
