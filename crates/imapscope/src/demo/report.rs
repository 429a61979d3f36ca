//! How the demo is shown: to people, or as one JSON object for each line.

use std::io::{self, Write};
use std::time::Duration;

use imap_machine::client::Phase;
use serde_json::{Value, json};

use super::entry::{Entry, Name, Verdict};
use crate::json;
use crate::style::{BAD, BOLD, DIM, DOUBT, GOOD, Styled, life, seconds};

/// Where the lines go. A closed pipe must not make the demo fail: it is noted, and reported at the end.
pub struct Report {
    form: Form,
    output: Box<dyn Write + Send>,
    scene: &'static str,
    pub failure: Option<io::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    People,
    Json,
}

/// The heading of a scene.
pub struct Heading {
    pub name: &'static str,
    pub title: &'static str,
    /// A public report of the same hang.
    pub report: &'static str,
    pub story: &'static [&'static str],
}

/// How a scene went.
pub struct Row {
    pub name: &'static str,
    pub expected: String,
    pub got: String,
    pub took: Duration,
}

impl Row {
    pub fn is_as_expected(&self) -> bool {
        self.expected == self.got
    }
}

impl Report {
    pub fn new(form: Form, output: Box<dyn Write + Send>) -> Self {
        Self {
            form,
            output,
            scene: "",
            failure: None,
        }
    }

    pub fn opening(&mut self, server: &str) {
        match self.form {
            Form::Json => self.line(json!({ "entry": "server", "address": server })),
            Form::People => {
                self.text(&format!(
                    "A small IMAP server listens on {}.",
                    Styled(BOLD, server)
                ));
                self.text("A client goes through five situations in which IMAP libraries are known to hang or to lose step.");
                self.text(&format!(
                    "Each line: seconds, command, what becomes of it. After {} the connection itself says what it waits for.",
                    Styled(DIM, "│")
                ));
                self.text("");
            }
        }
    }

    pub fn heading(&mut self, number: usize, heading: &Heading) {
        self.scene = heading.name;
        match self.form {
            Form::Json => self.line(
                json!({ "entry": "scenario", "title": heading.title, "report": heading.report }),
            ),
            Form::People => {
                self.text("");
                let title = format!("{number}. {}", heading.title);
                let line = format!("{}  {}", Styled(BOLD, title), Styled(DIM, heading.report));
                self.text(&line);
                for line in heading.story {
                    self.text(&format!("   {line}"));
                }
                self.text("");
            }
        }
    }

    pub fn entry(&mut self, at: Duration, entry: &Entry<'_>) {
        match self.form {
            Form::Json => {
                let entry = entry_object(at, entry);
                self.line(entry);
            }
            Form::People => {
                let line = entry_line(entry);
                self.text(&format!("  {:>8.3}  {line}", at.as_secs_f64()));
            }
        }
    }

    pub fn result(&mut self, row: &Row) {
        if self.form == Form::Json {
            self.line(json!({
                "entry": "result",
                "expected": row.expected,
                "got": row.got,
                "as_expected": row.is_as_expected(),
                "took": row.took.as_secs_f64(),
            }));
            return;
        }
        self.text("");
        if row.is_as_expected() {
            self.text(&format!("   {} {}", Styled(GOOD, "as expected:"), row.got));
        } else {
            self.text(&format!("   {} {}", Styled(BAD, "expected:"), row.expected));
            self.text(&format!("   {} {}", Styled(BAD, "     got:"), row.got));
        }
    }

    pub fn summary(&mut self, rows: &[Row], took: Duration) {
        let right = rows.iter().filter(|row| row.is_as_expected()).count();
        if self.form == Form::Json {
            self.scene = "";
            self.line(json!({ "entry": "summary", "scenarios": rows.len(), "as_expected": right, "took": took.as_secs_f64() }));
            return;
        }
        let width = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).chars().count()).max();
        let name = width(|row| row.name).unwrap_or(0).max(8);
        let expected = width(|row| &row.expected).unwrap_or(0).max(8);
        let got = width(|row| &row.got).unwrap_or(0).max(3);
        self.text("");
        let head = format!(
            "   {:name$}  {:expected$}  {:got$}  {:>7}",
            "scenario", "expected", "got", "took"
        );
        self.text(&Styled(DIM, head).to_string());
        for row in rows {
            let mark = match row.is_as_expected() {
                true => Styled(GOOD, "✔"),
                false => Styled(BAD, "✘"),
            };
            self.text(&format!(
                " {mark} {:name$}  {:expected$}  {:got$}  {:>7}",
                row.name,
                row.expected,
                row.got,
                seconds(row.took)
            ));
        }
        self.text("");
        let all = format!(
            "{right} of {} as expected, in {}",
            rows.len(),
            seconds(took)
        );
        let style = if right == rows.len() { GOOD } else { BAD };
        self.text(&format!("{}", Styled(style, all)));
    }

    fn line(&mut self, value: Value) {
        let mut value = value;
        if let (Value::Object(object), false) = (&mut value, self.scene.is_empty()) {
            object.insert("scenario".to_owned(), self.scene.into());
        }
        self.text(&json::text(&value));
    }

    fn text(&mut self, line: &str) {
        let written = writeln!(self.output, "{line}").and_then(|()| self.output.flush());
        if let Err(error) = written {
            self.failure.get_or_insert(error);
        }
    }
}

fn entry_line(entry: &Entry<'_>) -> String {
    match entry {
        Entry::Phase {
            command,
            phase,
            because,
        } => {
            let because = because.as_ref().map(|because| format!(": {because}"));
            let because = because.unwrap_or_default();
            format!("{}  {}{because}", shown(command), phase_words(*phase))
        }
        Entry::Outcome {
            command,
            verdict,
            text,
        } => {
            let text = shortened(text);
            let text = match verdict {
                Verdict::Done => Styled(GOOD, format!("✔ {text}")),
                Verdict::Refused => Styled(BAD, format!("✘ {text}")),
                Verdict::NotSent | Verdict::Unknown => Styled(DOUBT, format!("? {text}")),
            };
            format!("{}  {text}", shown(command))
        }
        Entry::About { command, text } => format!("{}  {text}", shown(command)),
        Entry::Diagnosis(diagnosis) => Styled(DIM, format!("│ {diagnosis}")).to_string(),
        Entry::Note(text) => format!("{:18}  {text}", ""),
    }
}

/// The text, cut to fit into a line.
fn shortened(text: &str) -> String {
    const WIDTH: usize = 66;
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn shown(command: &Name) -> Styled<String> {
    Styled(life(command.number), format!("{:18}", command.shown))
}

fn phase_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "· queued",
        Phase::Sending => "↑ sending",
        Phase::AwaitingContinuation => "… begun; waits for the server's +",
        Phase::AwaitingCompletion => "… sent; waits for its completion",
    }
}

fn entry_object(at: Duration, entry: &Entry<'_>) -> Value {
    let at = at.as_secs_f64();
    match entry {
        Entry::Phase {
            command,
            phase,
            because,
        } => {
            let phase = match phase {
                Phase::Queued => "queued",
                Phase::Sending => "sending",
                Phase::AwaitingContinuation => "awaiting-continuation",
                Phase::AwaitingCompletion => "awaiting-completion",
            };
            json!({ "entry": "phase", "at": at, "command": command.shown, "phase": phase, "because": because })
        }
        Entry::Outcome {
            command,
            verdict,
            text,
        } => {
            let verdict = match verdict {
                Verdict::Done => "done",
                Verdict::Refused => "refused",
                Verdict::NotSent => "not-sent",
                Verdict::Unknown => "unknown",
            };
            json!({ "entry": "outcome", "at": at, "command": command.shown, "outcome": verdict, "text": text })
        }
        Entry::About { command, text } => {
            json!({ "entry": "about", "at": at, "command": command.shown, "text": text })
        }
        Entry::Diagnosis(diagnosis) => {
            json!({ "entry": "diagnosis", "at": at, "text": diagnosis.to_string() })
        }
        Entry::Note(text) => json!({ "entry": "note", "at": at, "text": text }),
    }
}
