//! The observer of the demo: it shows what happens to every command, as it happens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use imap_machine::client::{
    ClientConnection, CommandHandle, Diagnosis, Event, Outcome, Phase, Place, Unknown,
};
use imap_machine::codec::Untagged;
use imap_machine::error::CloseReason;
use imap_machine_tokio::Observer;
use tokio::sync::Notify;

use super::entry::{Entry, Name, Verdict};
use super::report::Report;
use crate::json;

/// The timeline of one connection, shared by the observer and the scenes.
#[derive(Clone)]
pub struct Timeline(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    /// An outcome has been given.
    ended: Notify,
}

struct State {
    begin: Instant,
    report: Report,
    lives: BTreeMap<CommandHandle, Life>,
    appeared: usize,
    outcomes: BTreeMap<CommandHandle, String>,
    /// The most memory that the connection had for octets received.
    peak: usize,
}

struct Life {
    name: Name,
    phase: Phase,
}

impl Timeline {
    pub fn new(report: Report) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State {
                begin: Instant::now(),
                report,
                lives: BTreeMap::new(),
                appeared: 0,
                outcomes: BTreeMap::new(),
                peak: 0,
            }),
            ended: Notify::new(),
        }))
    }

    /// Makes the observer that fills it.
    pub fn observer(&self) -> Box<dyn Observer + Send> {
        Box::new(self.clone())
    }

    pub fn note(&self, text: impl Into<String>) {
        self.state().entry(&Entry::Note(text.into()));
    }

    pub fn diagnosis(&self, diagnosis: &Diagnosis) {
        self.state().entry(&Entry::Diagnosis(diagnosis));
    }

    /// Writes something that is not an entry: a heading, a result.
    pub fn report(&self, tell: impl FnOnce(&mut Report)) {
        tell(&mut self.state().report);
    }

    /// One word for the outcome of a command, when it has one.
    pub async fn outcome(&self, handle: CommandHandle) -> String {
        loop {
            let ended = self.0.ended.notified();
            if let Some(outcome) = self.state().outcomes.get(&handle) {
                return outcome.clone();
            }
            ended.await;
        }
    }

    /// The most memory that the connection had for octets received, since the last time this was asked.
    pub fn peak(&self) -> usize {
        std::mem::take(&mut self.state().peak)
    }

    // A panic in another thread does not make the timeline wrong.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Timeline {
    fn event(&mut self, event: &Event<'_>, _: imap_machine::Instant) {
        self.state().event(event);
        if matches!(event, Event::Outcome { .. }) {
            self.0.ended.notify_waiters();
        }
    }

    fn drained(&mut self, connection: &ClientConnection, now: imap_machine::Instant) {
        self.state().drained(connection, now);
    }
}

impl State {
    fn entry(&mut self, entry: &Entry<'_>) {
        let at = self.begin.elapsed();
        self.report.entry(at, entry);
    }

    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Outcome { handle, outcome } => self.outcome(*handle, outcome),
            Event::Proceed { handle, .. } => self.about(*handle, "the server says +: go on"),
            Event::Idling { handle, .. } => self.about(*handle, "the server says +: it idles"),
            Event::Late { handle, status, .. } => {
                self.about(
                    *handle,
                    &format!("{status} after all: too late, and recognised"),
                );
            }
            Event::Untagged {
                data: Untagged::Exists(count),
                cause,
                ..
            } if cause.handle().is_none() => {
                self.entry(&Entry::Note(format!("new mail: now {count} messages")));
            }
            // The end of the demo.
            Event::Closed(closed) if *closed.reason() == CloseReason::ClosedLocally => {}
            Event::Closed(closed) => self.entry(&Entry::Note(format!("connection: {closed}"))),
            _ => {}
        }
    }

    fn about(&mut self, handle: CommandHandle, text: &str) {
        let name = self.name(handle);
        self.entry(&Entry::About {
            command: &name,
            text: text.to_owned(),
        });
    }

    fn outcome(&mut self, handle: CommandHandle, outcome: &Outcome<'_>) {
        let command = self.name(handle);
        self.lives.remove(&handle);
        let word = match outcome {
            Outcome::Unknown(Unknown::TimedOut) => "timed out",
            other => json::outcome_name(other),
        };
        self.outcomes.insert(handle, word.to_owned());
        self.entry(&Entry::Outcome {
            command: &command,
            verdict: Verdict::of(outcome),
            text: outcome.to_string(),
        });
    }

    fn drained(&mut self, connection: &ClientConnection, now: imap_machine::Instant) {
        self.peak = self.peak.max(connection.received_octets().1);
        let mut before = None;
        for progress in connection.commands() {
            let after = before.replace(progress.command.tag.clone());
            let handle = progress.command.handle;
            let known = self.lives.get(&handle).map(|life| life.phase);
            if known == Some(progress.phase) {
                continue;
            }
            let name = match self.lives.get(&handle) {
                Some(life) => life.name.clone(),
                None => self.appear(progress.command.to_string()),
            };
            let because = match progress.phase {
                Phase::Queued => {
                    let why = why(&connection.diagnosis(now), handle);
                    // No command overtakes another.
                    why.or(after.map(|after| format!("after {after}")))
                }
                _ => None,
            };
            self.entry(&Entry::Phase {
                command: &name,
                phase: progress.phase,
                because,
            });
            let phase = progress.phase;
            self.lives.insert(handle, Life { name, phase });
        }
    }

    fn appear(&mut self, shown: String) -> Name {
        self.appeared += 1;
        Name {
            shown,
            number: self.appeared,
        }
    }

    fn name(&mut self, handle: CommandHandle) -> Name {
        match self.lives.get(&handle) {
            Some(life) => life.name.clone(),
            None => self.appear(handle.to_string()),
        }
    }
}

/// The command that keeps another one in the queue, and why.
fn why(diagnosis: &Diagnosis, handle: CommandHandle) -> Option<String> {
    let mut others = diagnosis.behind.iter();
    let this = others.find(|other| other.command.handle == handle)?;
    match &this.place {
        Place::Blocked { by, why } => Some(format!("{by} {why}")),
        Place::Queued | Place::OnTheWire => None,
    }
}
