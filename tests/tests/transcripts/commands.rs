//! The commands of a transcript, made with our API.

use imap_machine::client::{AppendMessage, Command, MailboxArgument};
use imap_machine_testkit::scenario::{Action, Scenario, Verb};

use super::conversation::{Issue, Part};

/// How a command is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// By type where there is one.
    Typed,
    /// By hand.
    Raw,
}

/// No client of the transcripts sends a larger literal.
const LARGE: u64 = 1 << 30;

/// The command of the transcript's client, made with our API.
pub fn command(issue: &Issue, style: Style) -> Option<Command> {
    let Some(Part::Text(first)) = issue.parts.first() else {
        return None;
    };
    let text = std::str::from_utf8(first).ok()?;
    let large = issue.parts.iter().find_map(|part| match part {
        Part::Literal { size, .. } if *size > LARGE => Some(*size),
        _ => None,
    });
    if let Some(size) = large {
        let mailbox = text.strip_prefix("APPEND ")?;
        // By hand, since the server has said that it takes no such message (RFC 7889).
        let append = Command::raw("APPEND").ok()?.verbatim(mailbox).ok()?;
        return Some(append.supplied(size).into());
    }
    match (text, style) {
        ("IDLE", _) => return Some(Command::idle()),
        // By hand its message would wait for a `+`, which the server of the transcript did not send.
        (text, _) if text.starts_with("APPEND ") && issue.parts.len() <= 3 => {
            if let Some(command) = append(text, &issue.parts[1..]) {
                return Some(command);
            }
        }
        (_, Style::Typed) if issue.parts.len() == 1 => {
            if let Some(command) = typed(text) {
                return Some(command);
            }
        }
        _ => {}
    }
    raw(text, &issue.parts[1..])
}

/// `APPEND box (\\Seen) `, and the message.
fn append(text: &str, parts: &[Part]) -> Option<Command> {
    let [Part::Literal { size, octets }, rest @ ..] = parts else {
        return None;
    };
    let is_end = rest
        .iter()
        .all(|part| matches!(part, Part::Text(text) if text.is_empty()));
    let arguments = text.strip_prefix("APPEND ")?.trim_end();
    let (name, flags) = match arguments.split_once(" (") {
        Some((name, flags)) => (name, flags.strip_suffix(')')?),
        None => (arguments, ""),
    };
    if !is_end || name.contains(['"', ' ']) {
        return None;
    }
    let mut octets = octets.clone();
    octets.resize(usize::try_from(*size).ok()?, b'x');
    let message = AppendMessage::new(octets).flags(flags.split_whitespace());
    let name = MailboxArgument::from_wire(name.as_bytes());
    Command::append(name, message).ok().map(Into::into)
}

/// The command as imap-codec reads it.
fn typed(text: &str) -> Option<Command> {
    let scenario = Scenario::parse(&format!("# x\n! c = imap {text}\n")).ok()?;
    match scenario.steps.into_iter().next()?.action {
        Action::Call(verb) => match *verb {
            Verb::Send {
                command: Ok(command),
                ..
            } => Some(*command),
            _ => None,
        },
        _ => None,
    }
}

fn raw(text: &str, parts: &[Part]) -> Option<Command> {
    let words: Vec<_> = text.splitn(3, ' ').collect();
    let (verb, arguments) = match words.as_slice() {
        ["UID", verb, arguments @ ..] => (format!("UID {verb}"), arguments.join(" ")),
        [verb, arguments @ ..] => ((*verb).to_owned(), arguments.join(" ")),
        [] => return None,
    };
    let mut command = Command::raw(&verb).ok()?;
    if !arguments.is_empty() {
        command = command.verbatim(&arguments).ok()?;
    }
    for part in parts {
        command = match part {
            Part::Text(text) if text.is_empty() => command,
            Part::Text(text) => command.verbatim(std::str::from_utf8(text).ok()?).ok()?,
            Part::Literal { size, octets } => {
                // A refused literal was never sent, so any octets will do.
                let mut octets = octets.clone();
                octets.resize(usize::try_from(*size).ok()?, b'x');
                command.literal(octets).ok()?
            }
        };
    }
    Some(command.into())
}
