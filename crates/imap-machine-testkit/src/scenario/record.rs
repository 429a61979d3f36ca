//! Rewriting what a scenario expects from what the connection says.

use thiserror::Error;

use super::adapter::{Adapter as _, Bare};
use super::chunking::Chunking;
use super::octets::block;
use super::parse::{Line, ParseError, lines};
use super::player::Player;
use super::wire::Wire;
use super::{Action, Scenario, Step};
use crate::rule::Broken;

/// Why a scenario could not be recorded.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RecordError {
    /// The text is no scenario.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// An invariant did not hold.
    #[error("line {line}: invariant: {rule}: {seen}")]
    Broken {
        /// The line, from 1.
        line: usize,
        /// The rule.
        rule: &'static str,
        /// What was seen.
        seen: String,
    },
}

/// Rewrites the `>` and `=` lines of a scenario as the connection has them. Everything else stays as it is. The `C:` lines are for
/// people to decide: they are added only to a scenario that has none.
///
/// # Errors
///
/// [`RecordError`]; nothing can be said about the rest of the scenario then.
pub fn record(text: &str) -> Result<String, RecordError> {
    let scenario = Scenario::parse(text)?;
    let wire = Wire::new(Chunking::WHOLE.output);
    let bare = Bare::new(&scenario, wire.clone());
    let mut recorder = Recorder {
        player: Player::new(bare, wire, Chunking::WHOLE.input),
        text: String::with_capacity(text.len()),
        output: match scenario.steps.iter().any(is_output) {
            true => Output::Decided,
            false => Output::Unsaid,
        },
    };
    let mut steps = scenario.steps.iter().peekable();
    for (index, line) in lines(text).enumerate() {
        let number = index + 1;
        let parsed = Line::of(line);
        match parsed {
            Ok(Line::Event(_)) => recorder.events(),
            Ok(Line::Diagnosis(_)) => recorder.diagnosis(),
            // Events and output that the scenario does not list yet go before the next thing that happens.
            Ok(Line::Server(_) | Line::Call(_) | Line::Time(_)) => {
                recorder.events();
                recorder.output();
                recorder.line(line);
            }
            _ => recorder.line(line),
        }
        while let Some(step) = steps.next_if(|step| step.last_line <= number) {
            recorder
                .play(&step.action)
                .map_err(|broken| RecordError::Broken {
                    line: number,
                    rule: broken.rule,
                    seen: broken.seen,
                })?;
        }
    }
    recorder.events();
    recorder.output();
    Ok(recorder.text)
}

fn is_output(step: &Step) -> bool {
    matches!(step.action, Action::Client(_))
}

struct Recorder {
    player: Player<Bare>,
    text: String,
    output: Output,
}

/// Whether the scenario says what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Output {
    Decided,
    Unsaid,
}

impl Recorder {
    fn play(&mut self, action: &Action) -> Result<(), Broken> {
        match action {
            Action::Server(octets) => self.player.server(octets),
            Action::End(end) => self.player.end(*end),
            Action::Call(verb) => self.player.call(verb).map(|_| ()),
            Action::Time(span) => self.player.work(self.player.adapter.now() + *span),
            Action::Client(_) | Action::Event(_) | Action::Diagnosis(_) | Action::State(_) => {
                Ok(())
            }
        }
    }

    fn events(&mut self) {
        while let Some(event) = self.player.next_line() {
            self.line(&format!("> {event}"));
        }
    }

    fn output(&mut self) {
        if self.output == Output::Unsaid {
            let written = self.player.wire.take_written();
            self.text.push_str(&block("C: ", &written));
        }
    }

    fn diagnosis(&mut self) {
        let adapter = &self.player.adapter;
        let diagnosis = adapter.connection().diagnosis(adapter.now());
        self.line(&format!("= {diagnosis}"));
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::run_all;

    #[test]
    fn what_was_recorded_is_what_is_played() {
        let text = "# x\nS: * OK hi\n! c1 = noop\nC: A1 NOOP\n= wrong\n> wrong\n\n# kept\nS: * 3 EXISTS\nS: A1 OK done\n";
        let recorded = record(text).unwrap();
        assert_eq!(
            recorded,
            "# x\nS: * OK hi\n> greeting ok \"hi\"\n! c1 = noop\nC: A1 NOOP\n\
             = A1 NOOP waits for its completion (0.0 s, deadline in 60.0 s)\n\n# kept\n\
             S: * 3 EXISTS\nS: A1 OK done\n> exists 3 violation: no mailbox is selected\n> outcome c1 ok\n"
        );
        assert_eq!(record(&recorded).as_deref(), Ok(recorded.as_str()));
        assert!(run_all(&Scenario::parse(&recorded).unwrap()).is_ok());
    }

    #[test]
    fn output_is_filled_in_where_none_is_said() {
        let text = "# x\nS: * PREAUTH hi\n! c1 = noop\n! c2 = append INBOX \"abc\"\nS: A1 OK done\n@ +0ms\nS: + go on\n@ +1s\n";
        let recorded = record(text).unwrap();
        assert_eq!(
            recorded,
            "# x\nS: * PREAUTH hi\n> greeting preauth \"hi\"\n! c1 = noop\nC: A1 NOOP\n! c2 = append INBOX \"abc\"\n\
             C: A2 APPEND INBOX {3}\nS: A1 OK done\n> outcome c1 ok\n@ +0ms\nS: + go on\n> proceed c2\nC: abc\n@ +1s\n"
        );
        assert_eq!(record(&recorded).as_deref(), Ok(recorded.as_str()));
        assert!(run_all(&Scenario::parse(&recorded).unwrap()).is_ok());
    }

    #[test]
    fn an_event_that_ends_in_a_space_can_be_played() {
        let recorded = record("# x\nS: * OK [X ]\n").unwrap();
        assert_eq!(recorded, "# x\nS: * OK [X ]\n> greeting ok X\n");
        assert!(run_all(&Scenario::parse(&recorded).unwrap()).is_ok());
    }

    #[test]
    fn line_ends_of_other_systems_are_none_of_the_octets() {
        let recorded = record("# x\r\nS: * OK hi\r\r\n").unwrap();
        assert_eq!(recorded, "# x\nS: * OK hi\n> greeting ok \"hi\"\n");
        assert_eq!(record(&recorded).as_deref(), Ok(recorded.as_str()));
    }
}
