//! What happened to a connection, so that it can happen again.

use std::fmt;
use std::time::Duration;

use imap_machine::Instant;
use imap_machine::client::Config;

use super::subject::Subject;
use crate::rule::Broken;
use crate::scenario::{End, Interruption, block};

/// Everything that happened to one connection, in order. It needs no chance: the same again ends the same.
#[derive(Clone, Debug)]
pub struct History {
    /// The connection's settings.
    pub config: Config,
    /// What happened.
    pub steps: Vec<Step>,
    /// How it was brought to its end.
    pub ending: Interruption,
}

/// One thing that happens to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Octets arrive in one read.
    Arrive(Vec<u8>),
    /// The stream ends.
    End(End),
    /// The application or its adapter calls this: a line as in scenario files, without `!`.
    Call(String),
    /// Time goes by, and the adapter says so.
    Pass(Duration),
    /// The application takes at most so many events.
    Poll(usize),
    /// The transport takes at most so many octets.
    Take(usize),
    /// All events and all octets, until there are neither: what a good adapter does.
    Settle,
}

/// Where a history breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The rule, and what was seen.
    pub broken: Broken,
    /// Which step it was, from 0; at the end, how many there are.
    pub step: usize,
}

impl History {
    /// Lets it all happen again.
    ///
    /// # Errors
    ///
    /// The first rule that did not hold.
    pub fn replay(&self) -> Result<Subject, Breach> {
        let mut subject = Subject::new(&self.config);
        for (step, what) in self.steps.iter().enumerate() {
            let happened = subject.step(what);
            happened.map_err(|broken| Breach { broken, step })?;
        }
        let ended = subject.finish(self.ending);
        ended.map_err(|broken| Breach {
            broken,
            step: self.steps.len(),
        })?;
        Ok(subject)
    }

    /// The same, where every step is followed by a good adapter's loop. Then it is a scenario.
    #[must_use]
    pub fn settled(&self) -> Self {
        let mut settled = self.calm();
        let steps = settled.steps.into_iter();
        settled.steps = steps.flat_map(|step| [step, Step::Settle]).collect();
        settled
    }

    /// The same without what the adapter does.
    pub(super) fn calm(&self) -> Self {
        let mut calm = self.clone();
        calm.steps.retain(|step| !step.is_handling());
        calm
    }

    /// As a scenario file, to be recorded when the fault is mended. `None` when the application or the transport
    /// do what the format has no words for.
    #[must_use]
    pub fn scenario(&self, title: &str) -> Option<String> {
        if self.settled().steps != self.steps {
            return None;
        }
        let mut text = format!("# {title}\n");
        settings(&self.config, &mut text);
        let mut before: Option<&Step> = None;
        for step in self.steps.iter().filter(|step| !step.is_handling()) {
            if let (Some(Step::Arrive(_)), Step::Arrive(_)) = (before, step) {
                text.push_str(NEXT_READ);
            }
            text.push_str(&step.to_string());
            before = Some(step);
        }
        text.push_str(match self.ending {
            Interruption::Eof => "S: <EOF>\n",
            Interruption::Failure => "S: <FAIL>\n",
            Interruption::Close => "! close\n",
            Interruption::Silence => "@ +25h\n",
        });
        Some(text)
    }
}

impl Step {
    /// Whether it is the adapter's part.
    const fn is_handling(&self) -> bool {
        matches!(self, Self::Poll(_) | Self::Take(_) | Self::Settle)
    }
}

/// As in a scenario file, line ends included; what the format has no words for is a comment.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arrive(octets) => f.write_str(&block("S: ", octets)),
            Self::End(End::Eof) => f.write_str("S: <EOF>\n"),
            Self::End(End::Failure) => f.write_str("S: <FAIL>\n"),
            Self::Call(call) => writeln!(f, "! {call}"),
            Self::Pass(span) => writeln!(f, "@ +{}ms", span.as_millis()),
            Self::Settle => f.write_str("# all events are taken and all octets written\n"),
            Self::Poll(usize::MAX) => f.write_str("# all events are taken\n"),
            Self::Poll(events) => writeln!(f, "# at most {events} events are taken"),
            Self::Take(usize::MAX) => f.write_str("# all octets are written\n"),
            Self::Take(octets) => writeln!(f, "# at most {octets} octets are written"),
        }
    }
}

fn settings(config: &Config, text: &mut String) {
    let (ours, usual) = (config.limits, Config::default().limits);
    let limits = [
        ("line", ours.line as u64, usual.line as u64),
        ("literal", ours.literal, usual.literal),
        (
            "inline_literal",
            ours.inline_literal as u64,
            usual.inline_literal as u64,
        ),
        ("message", ours.message as u64, usual.message as u64),
        ("commands", ours.commands as u64, usual.commands as u64),
        ("in_flight", ours.in_flight as u64, usual.in_flight as u64),
        ("supply", ours.supply as u64, usual.supply as u64),
        (
            "non_synchronizing",
            ours.non_synchronizing,
            usual.non_synchronizing,
        ),
        (
            "mailbox_blocks",
            ours.mailbox_blocks as u64,
            usual.mailbox_blocks as u64,
        ),
    ];
    for (name, value, _) in limits.iter().filter(|(_, ours, usual)| ours != usual) {
        text.push_str(&format!("config: limits.{name} {value}\n"));
    }
    if config.tracking != Config::default().tracking {
        text.push_str("config: tracking messages\n");
    }
    if config.security != Config::default().security {
        text.push_str("config: security require-starttls\n");
    }
}

/// Between two reads: lines in a row are one.
const NEXT_READ: &str = "@ +0ms\n";

/// The moment at which a history begins.
pub(crate) const BEGIN: Instant = Instant::ORIGIN;
