//! What happened to a connection, so that it can happen again.

use imap_machine::client::Config;

use super::step::Step;
use super::subject::Subject;
use crate::rule::Broken;
use crate::scenario::Interruption;

/// Everything that happened to one connection, in order. No chance is left in it: each replay ends the same.
#[derive(Clone, Debug)]
pub struct History {
    /// The connection's settings.
    pub config: Config,
    /// What happened.
    pub steps: Vec<Step>,
    /// How it was brought to its end.
    pub ending: Interruption,
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
    /// Replays the history.
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

    /// The same history with a good adapter's loop after every step. Such a history can be written as a scenario.
    #[must_use]
    pub fn settled(&self) -> Self {
        let mut settled = self.calm();
        let steps = settled.steps.into_iter();
        settled.steps = steps.flat_map(|step| [step, Step::Settle]).collect();
        settled
    }

    /// The same history without the steps of the adapter.
    pub(super) fn calm(&self) -> Self {
        let mut calm = self.clone();
        calm.steps.retain(|step| !step.is_handling());
        calm
    }

    /// Writes the history as a scenario file, to be recorded when the fault is mended. `None` when the application or the transport
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

/// Separates two reads, since `S:` lines in a row are one block.
const NEXT_READ: &str = "@ +0ms\n";
