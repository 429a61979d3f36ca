//! Which situations were reached: states by transitions, and what was waited for by what came instead.

use std::collections::BTreeMap;
use std::fmt;

use imap_machine::client::{Command, CommandHandle, Event, Outcome, Waiting};
use imap_machine::codec::{ResponseText, StatusKind, Untagged};
use imap_machine::{State, Transition};

use crate::model::verb;
use crate::scenario::Verb;

/// Counts of what a simulation came across.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    transitions: BTreeMap<(State, usize), u64>,
    hazards: BTreeMap<(Situation, Happening), u64>,
    /// The verbs of the commands of this connection.
    verbs: Vec<(CommandHandle, String)>,
}

/// What a connection is waiting for: [`Waiting`] without its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Situation {
    Nothing,
    Greeting,
    Completion,
    Continuation,
    Literal,
    Answer,
    Supply,
    Idle,
    Done,
    Logout,
    Reader,
    Bye,
    Upgrade,
    Closed,
}

/// What happens while it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Happening {
    TaggedOk,
    TaggedNoOrBad,
    ForeignTag,
    Late,
    Continuation,
    Data,
    Expunge,
    Status,
    Bye,
    Unrecognized,
    Piece,
    Eof,
    Failure,
    Timeout,
    HalfAWrite,
    Send,
    CancelOfIt,
    CancelOfAnother,
    Done,
    Answer,
    Supply,
    Upgraded,
    Pause,
    Resume,
    Close,
}

impl Situation {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Nothing,
        Self::Greeting,
        Self::Completion,
        Self::Continuation,
        Self::Literal,
        Self::Answer,
        Self::Supply,
        Self::Idle,
        Self::Done,
        Self::Logout,
        Self::Reader,
        Self::Bye,
        Self::Upgrade,
        Self::Closed,
    ];

    /// The situation in which this is waited for.
    #[must_use]
    pub const fn of(waiting: Waiting) -> Self {
        match waiting {
            Waiting::Greeting => Self::Greeting,
            Waiting::Completion(_) => Self::Completion,
            Waiting::Continuation(_) => Self::Continuation,
            Waiting::Literal { .. } => Self::Literal,
            Waiting::Answer(_) => Self::Answer,
            Waiting::Supply(_) => Self::Supply,
            Waiting::Idle(_) => Self::Idle,
            Waiting::Done(_) => Self::Done,
            Waiting::Logout(_) => Self::Logout,
            Waiting::Reader => Self::Reader,
            Waiting::Bye => Self::Bye,
            Waiting::Upgrade(_) => Self::Upgrade,
            Waiting::Closed => Self::Closed,
            _ => Self::Nothing,
        }
    }
}

impl Happening {
    /// All of them.
    pub const ALL: [Self; 25] = [
        Self::TaggedOk,
        Self::TaggedNoOrBad,
        Self::ForeignTag,
        Self::Late,
        Self::Continuation,
        Self::Data,
        Self::Expunge,
        Self::Status,
        Self::Bye,
        Self::Unrecognized,
        Self::Piece,
        Self::Eof,
        Self::Failure,
        Self::Timeout,
        Self::HalfAWrite,
        Self::Send,
        Self::CancelOfIt,
        Self::CancelOfAnother,
        Self::Done,
        Self::Answer,
        Self::Supply,
        Self::Upgraded,
        Self::Pause,
        Self::Resume,
        Self::Close,
    ];

    pub(super) fn of_call(verb: &Verb, about: Option<CommandHandle>, waiting: Waiting) -> Self {
        match verb {
            Verb::Send { .. } => Self::Send,
            Verb::Cancel(_) if about.is_some() && about == waiting.command() => Self::CancelOfIt,
            Verb::Cancel(_) => Self::CancelOfAnother,
            Verb::Done(_) => Self::Done,
            Verb::Answer { .. } => Self::Answer,
            Verb::Supply { .. } => Self::Supply,
            Verb::Upgraded => Self::Upgraded,
            Verb::Pause => Self::Pause,
            Verb::Resume => Self::Resume,
            _ => Self::Close,
        }
    }

    const fn of(event: &Event<'_>) -> Option<Self> {
        Some(match event {
            Event::Outcome { outcome, .. } => match outcome {
                Outcome::Ok(_) => Self::TaggedOk,
                Outcome::Refused { .. } => Self::TaggedNoOrBad,
                Outcome::NotSent(_) | Outcome::Unknown(_) => return None,
            },
            Event::Upgrade { .. } => Self::TaggedOk,
            Event::Late { .. } => Self::Late,
            Event::UnexpectedTag { .. } => Self::ForeignTag,
            Event::Proceed { .. }
            | Event::Challenge { .. }
            | Event::Idling { .. }
            | Event::UnexpectedContinuation { .. } => Self::Continuation,
            Event::Untagged { data, .. } => match data {
                Untagged::Expunge(_) | Untagged::Vanished(_) => Self::Expunge,
                _ => Self::Data,
            },
            Event::Greeting { .. } | Event::Status { .. } => Self::Status,
            Event::Bye { .. } => Self::Bye,
            Event::Unrecognized { .. } => Self::Unrecognized,
            Event::Literal(_) => Self::Piece,
            _ => return None,
        })
    }
}

impl Coverage {
    pub(super) fn issued(&mut self, handle: CommandHandle, command: &Command) {
        self.verbs.push((handle, verb(command)));
    }

    /// The verb of a command of this connection.
    pub(super) fn verb(&self, handle: CommandHandle) -> &str {
        let known = self.verbs.iter().find(|(known, _)| *known == handle);
        known.map_or("", |(_, verb)| verb)
    }

    pub(super) fn hazard(&mut self, situation: Situation, what: Happening) {
        *self.hazards.entry((situation, what)).or_default() += 1;
    }

    pub(super) fn event(&mut self, event: &Event<'_>, state: State, situation: Situation) {
        if let Some(what) = Happening::of(event) {
            self.hazard(situation, what);
        }
        let transition = self.transition(event);
        let at = transition.and_then(|transition| {
            Transition::ALL
                .iter()
                .position(|known| *known == transition)
        });
        if let Some(at) = at {
            *self.transitions.entry((state, at)).or_default() += 1;
        }
    }

    fn transition(&self, event: &Event<'_>) -> Option<Transition> {
        let closed =
            |text: &ResponseText<'_>| text.has_code("CLOSED").then_some(Transition::Closed);
        match event {
            Event::Greeting { status, .. } => Some(match status {
                StatusKind::Preauth => Transition::GreetingPreauth,
                _ => Transition::GreetingOk,
            }),
            Event::Bye { .. } => Some(Transition::Bye),
            Event::Status { text, .. } => closed(text),
            Event::Outcome { handle, outcome } => match outcome {
                Outcome::Ok(_) => self.completed(*handle, true),
                Outcome::Refused { .. } => self.completed(*handle, false),
                Outcome::NotSent(_) | Outcome::Unknown(_) => None,
            },
            Event::Late { handle, status, .. } => {
                self.completed(*handle, *status == StatusKind::Ok)
            }
            _ => None,
        }
    }

    fn completed(&self, handle: CommandHandle, ok: bool) -> Option<Transition> {
        Some(match (self.verb(handle), ok) {
            ("LOGIN" | "AUTHENTICATE", true) => Transition::AuthenticateOk,
            ("SELECT" | "EXAMINE", true) => Transition::SelectOk,
            ("SELECT" | "EXAMINE", false) => Transition::SelectFailed,
            ("CLOSE" | "UNSELECT", true) => Transition::Closed,
            ("UNAUTHENTICATE", true) => Transition::UnauthenticateOk,
            ("LOGOUT", true) => Transition::LogoutOk,
            _ => return None,
        })
    }

    /// Adds what another connection came across.
    pub fn merge(&mut self, other: &Self) {
        for (key, count) in &other.transitions {
            *self.transitions.entry(*key).or_default() += count;
        }
        for (key, count) in &other.hazards {
            *self.hazards.entry(*key).or_default() += count;
        }
    }

    /// How many times a transition came in a state.
    #[must_use]
    pub fn transitions(&self, state: State, transition: Transition) -> u64 {
        let at = Transition::ALL
            .iter()
            .position(|known| *known == transition);
        let counted = at.and_then(|at| self.transitions.get(&(state, at)));
        counted.copied().unwrap_or_default()
    }

    /// How many times something happened in a situation.
    #[must_use]
    pub fn hazards(&self, situation: Situation, what: Happening) -> u64 {
        let counted = self.hazards.get(&(situation, what));
        counted.copied().unwrap_or_default()
    }

    /// How many pairs of situation and happening were reached.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.hazards.len()
    }
}

/// Two tables.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<18}{}",
            "state \\ transition",
            heads(&Transition::ALL)
        )?;
        for state in State::ALL {
            write!(f, "{:<18}", format!("{state:?}"))?;
            for transition in Transition::ALL {
                write!(f, "{:>18}", shown(self.transitions(state, transition)))?;
            }
            writeln!(f)?;
        }
        writeln!(
            f,
            "\n{:<18}{}",
            "hazard \\ waits for",
            heads(&Situation::ALL)
        )?;
        for what in Happening::ALL {
            write!(f, "{:<18}", format!("{what:?}"))?;
            for situation in Situation::ALL {
                write!(f, "{:>18}", shown(self.hazards(situation, what)))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn heads<T: fmt::Debug>(all: &[T]) -> String {
    let heads = all.iter().map(|one| format!("{:>18}", format!("{one:?}")));
    heads.collect()
}

fn shown(count: u64) -> String {
    match count {
        0 => "-".to_owned(),
        count => count.to_string(),
    }
}
