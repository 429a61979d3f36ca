//! The entries of the timeline.

use imap_machine::client::{Diagnosis, Outcome, Phase};

/// One line of the timeline.
pub enum Entry<'a> {
    /// A command is in a new phase.
    Phase {
        command: &'a Name,
        phase: Phase,
        /// Why it waits in the queue.
        because: Option<String>,
    },
    /// The end of a command.
    Outcome {
        command: &'a Name,
        verdict: Verdict,
        text: String,
    },
    /// An event about a command that is not a change of phase.
    About { command: &'a Name, text: String },
    /// The connection says what it waits for.
    Diagnosis(&'a Diagnosis),
    /// Anything else that matters.
    Note(String),
}

/// A command as it is shown.
#[derive(Clone)]
pub struct Name {
    /// `A7 UID STORE`
    pub shown: String,
    /// Commands are numbered in the order in which they appear.
    pub number: usize,
}

/// How good an outcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Done,
    Refused,
    NotSent,
    Unknown,
}

impl Verdict {
    pub fn of(outcome: &Outcome<'_>) -> Self {
        match outcome {
            Outcome::Ok(_) => Self::Done,
            Outcome::Refused { .. } => Self::Refused,
            Outcome::NotSent(_) => Self::NotSent,
            Outcome::Unknown(_) => Self::Unknown,
        }
    }
}
