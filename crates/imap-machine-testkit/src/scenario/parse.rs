//! From text to a [`Scenario`].

use std::collections::BTreeSet;
use std::time::Duration;

use imap_machine::client::{Config, TlsPolicy, Tracking};
use thiserror::Error;

use super::octets::unescape;
use super::problem::Problem;
use super::verbs::{self, Verb};
use super::words::span;
use super::{Action, Cuts, End, Scenario, Step};

/// A line that is not in the format.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("line {line}: {problem}")]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The parts of a file, before they mean anything.
pub(super) enum Line<'t> {
    Blank,
    Comment(&'t str),
    Config(&'t str),
    Client(&'t str),
    Server(&'t str),
    Call(&'t str),
    Event(&'t str),
    Diagnosis(&'t str),
    State(&'t str),
    Time(&'t str),
}

impl<'t> Line<'t> {
    pub(super) fn of(line: &'t str) -> Result<Self, Problem> {
        if line.trim().is_empty() {
            return Ok(Self::Blank);
        }
        type Make<'t> = fn(&'t str) -> Line<'t>;
        let sigils: [(&str, Make<'t>); 9] = [
            ("#", Line::Comment),
            ("config:", Line::Config),
            ("C:", Line::Client),
            ("S:", Line::Server),
            ("!", Line::Call),
            (">", Line::Event),
            ("=", Line::Diagnosis),
            ("?", Line::State),
            ("@", Line::Time),
        ];
        let found = sigils.into_iter().find_map(|(sigil, make)| {
            let rest = line.strip_prefix(sigil)?;
            Some(make(rest.strip_prefix(' ').unwrap_or(rest)))
        });
        found.ok_or(Problem::Sigil)
    }
}

/// The lines of a file, with the line ends of any system. They stand for no octets: those of the wire are escaped.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.trim_end_matches('\r'))
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    ///
    /// [`ParseError`] names the first line that is not in the format.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut parser = Parser {
            scenario: Self {
                title: String::new(),
                config: Config::default(),
                cuts: Cuts::default(),
                steps: Vec::new(),
            },
            names: BTreeSet::new(),
        };
        for (index, line) in lines(text).enumerate() {
            let line_number = index + 1;
            let parsed = Line::of(line).and_then(|line| parser.line(line_number, line));
            parsed.map_err(|problem| ParseError {
                line: line_number,
                problem,
            })?;
        }
        Ok(parser.scenario)
    }
}

struct Parser {
    scenario: Scenario,
    names: BTreeSet<String>,
}

impl Parser {
    fn line(&mut self, number: usize, line: Line<'_>) -> Result<(), Problem> {
        let action = match line {
            Line::Blank => return Ok(()),
            Line::Comment(text) => {
                if self.scenario.title.is_empty() {
                    text.trim().clone_into(&mut self.scenario.title);
                }
                return Ok(());
            }
            Line::Config(text) => return self.setting(text),
            Line::Client(text) => match wire(text)? {
                octets if octets.is_empty() => return Ok(()),
                octets => Action::Client(octets),
            },
            Line::Server("<EOF>") => Action::End(End::Eof),
            Line::Server("<FAIL>") => Action::End(End::Failure),
            Line::Server(text) => Action::Server(wire(text)?),
            Line::Call(text) => Action::Call(Box::new(self.call(text)?)),
            Line::Event(text) => Action::Event(text.trim_end().to_owned()),
            Line::Diagnosis(text) => Action::Diagnosis(text.trim_end().to_owned()),
            Line::State(text) => Action::State(text.trim_end().to_owned()),
            Line::Time(text) => Action::Time(span(text.trim().trim_start_matches('+'))?),
        };
        self.push(number, action);
        Ok(())
    }

    /// Lines of the same side in a row are one block.
    fn push(&mut self, line: usize, action: Action) {
        if let Some(last) = self.scenario.steps.last_mut() {
            match (&mut last.action, &action) {
                (Action::Client(block), Action::Client(more))
                | (Action::Server(block), Action::Server(more)) => {
                    block.extend_from_slice(more);
                    last.last_line = line;
                    return;
                }
                _ => {}
            }
        }
        self.scenario.steps.push(Step {
            line,
            last_line: line,
            action,
        });
    }

    fn call(&mut self, text: &str) -> Result<Verb, Problem> {
        let verb = verbs::parse(text)?;
        let known = match &verb {
            Verb::Send { name, .. } => self.names.insert(name.clone()),
            verb => verb.name().is_none_or(|name| self.names.contains(name)),
        };
        match known {
            true => Ok(verb),
            false => Err(Problem::Name(verb.name().unwrap_or_default().to_owned())),
        }
    }

    fn setting(&mut self, text: &str) -> Result<(), Problem> {
        let (key, value) = text.trim().split_once(' ').unwrap_or((text, ""));
        let value = value.trim();
        let config = &mut self.scenario.config;
        match (key, value) {
            ("security", "require-starttls") => config.security = TlsPolicy::RequireStartTls,
            ("tracking", "messages") => config.tracking = Tracking::Messages,
            ("cuts", "none") => self.scenario.cuts = Cuts::Nowhere,
            ("security" | "tracking" | "cuts", value) => return Err(Problem::Value(value.into())),
            (key, value) => match key.split_once('.') {
                Some(("limits", key)) => limit(config, key, value)?,
                Some(("timeouts", key)) => timeout(config, key, span(value)?)?,
                _ => return Err(Problem::Setting(key.into())),
            },
        }
        Ok(())
    }
}

fn limit(config: &mut Config, key: &str, value: &str) -> Result<(), Problem> {
    let number: u64 = value.parse().map_err(|_| Problem::Value(value.into()))?;
    let size = usize::try_from(number).map_err(|_| Problem::Value(value.into()))?;
    let limits = &mut config.limits;
    match key {
        "line" => limits.line = size,
        "literal" => limits.literal = number,
        "inline_literal" => limits.inline_literal = size,
        "message" => limits.message = size,
        "nesting" => limits.nesting = size,
        "commands" => limits.commands = size,
        "in_flight" => limits.in_flight = size,
        "supply" => limits.supply = size,
        "non_synchronizing" => limits.non_synchronizing = number,
        "mailbox_blocks" => limits.mailbox_blocks = size,
        "capabilities" => limits.capabilities = size,
        _ => return Err(Problem::Setting(format!("limits.{key}"))),
    }
    Ok(())
}

fn timeout(config: &mut Config, key: &str, span: Duration) -> Result<(), Problem> {
    let timeouts = &mut config.timeouts;
    match key {
        "greeting" => timeouts.greeting = span,
        "completion" => timeouts.completion = span,
        "continuation" => timeouts.continuation = span,
        "literal" => timeouts.literal = span,
        "application" => timeouts.application = span,
        "idle" => timeouts.idle = span,
        "done" => timeouts.done = span,
        "logout" => timeouts.logout = span,
        "upgrade" => timeouts.upgrade = span,
        "command" => timeouts.command = span,
        _ => return Err(Problem::Setting(format!("timeouts.{key}"))),
    }
    Ok(())
}

/// The octets of a `C:` or `S:` line: with CRLF, unless it ends in a single backslash.
fn wire(text: &str) -> Result<Vec<u8>, Problem> {
    let backslashes = text.len() - text.trim_end_matches('\\').len();
    if backslashes % 2 == 1 {
        let open = &text[..text.len() - 1];
        return unescape(open).ok_or(Problem::Escape);
    }
    let mut octets = unescape(text).ok_or(Problem::Escape)?;
    octets.extend_from_slice(b"\r\n");
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> Problem {
        Scenario::parse(text).unwrap_err().problem
    }

    #[test]
    fn blocks_and_line_ends() {
        let text = "# a title  RFC 9051\nS: * OK\nS: two\\\n# between\nS: three\n\nC: x\nC: y\\\\\nS: <EOF>\n";
        let scenario = Scenario::parse(text).unwrap();
        assert_eq!(scenario.title, "a title  RFC 9051");
        let [server, client, end] = scenario.steps.as_slice() else {
            panic!("{scenario:?}");
        };
        assert!(
            matches!(&server.action, Action::Server(block) if block == b"* OK\r\ntwothree\r\n")
        );
        assert!(matches!(&client.action, Action::Client(block) if block == b"x\r\ny\\\r\n"));
        assert_eq!((server.line, client.line, end.line), (2, 7, 9));
        assert_eq!(scenario.server_octets(), 16);
    }

    #[test]
    fn settings() {
        let text = "config: limits.line 100\nconfig: timeouts.idle 28min\nconfig: tracking messages\nconfig: security require-starttls\nconfig: cuts none\n";
        let scenario = Scenario::parse(text).unwrap();
        assert_eq!(scenario.config.limits.line, 100);
        assert_eq!(scenario.config.timeouts.idle, Duration::from_secs(28 * 60));
        assert_eq!(scenario.config.tracking, Tracking::Messages);
        assert_eq!(scenario.config.security, TlsPolicy::RequireStartTls);
        assert_eq!(scenario.cuts, Cuts::Nowhere);
    }

    #[test]
    fn mistakes_name_their_line() {
        let error = Scenario::parse("# x\n\nX: y\n").unwrap_err();
        assert_eq!((error.line, error.problem), (3, Problem::Sigil));
        assert_eq!(problem("S: \\q"), Problem::Escape);
        assert_eq!(problem("@ +5"), Problem::Span("5".into()));
        assert_eq!(problem("! cancel c1"), Problem::Name("c1".into()));
        let twice = "! c1 = noop\n! c1 = noop";
        assert_eq!(problem(twice), Problem::Name("c1".into()));
        assert_eq!(
            problem("config: colour red"),
            Problem::Setting("colour".into())
        );
        assert_eq!(problem("config: limits.line x"), Problem::Value("x".into()));
        assert_eq!(problem("! c1 = dance"), Problem::Verb("dance".into()));
    }
}
