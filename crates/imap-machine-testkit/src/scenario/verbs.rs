//! The calls of the application or the adapter: the words after `!`.

use imap_machine::client::{Command, CommandOptions, InvalidArgument, SaslAnswer};

use super::commands::{command, credentials};
use super::problem::Problem;
use super::words::{Word, Words, sized, span};

/// One call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verb {
    /// `c1 = noop`: sends a command, known as `c1` from now on.
    Send {
        /// The command's name in this scenario.
        name: String,
        /// The command; an error is part of what is played (`> invalid ...`).
        command: Result<Box<Command>, InvalidArgument>,
        /// `deadline=10s`, `refresh`, `early`.
        options: CommandOptions,
        /// The password in it.
        secret: Option<String>,
    },
    /// `cancel c1`
    Cancel(String),
    /// `done c1`
    Done(String),
    /// `answer c1 "text"`, `answer c1 *`
    Answer {
        /// The AUTHENTICATE.
        name: String,
        /// The answer to its challenge.
        answer: SaslAnswer,
        /// The answer as text.
        secret: Option<String>,
    },
    /// `supply c1 100`, `supply c1 "text"`
    Supply {
        /// The command with a streamed literal.
        name: String,
        /// The octets.
        octets: Vec<u8>,
    },
    /// `pause`: no octet is read from now on.
    Pause,
    /// `resume`: octets are read again.
    Resume,
    /// `close`
    Close,
    /// `upgraded`: the new layer stands.
    Upgraded,
    /// `hold output`: the transport takes nothing from now on.
    HoldOutput,
    /// `release output`: it takes everything again.
    ReleaseOutput,
}

impl Verb {
    /// Reads the words after `!` in a scenario file.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        parse(text)
    }

    /// The command it is about.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Send { name, .. }
            | Self::Cancel(name)
            | Self::Done(name)
            | Self::Answer { name, .. }
            | Self::Supply { name, .. } => Some(name),
            Self::Pause
            | Self::Resume
            | Self::Close
            | Self::Upgraded
            | Self::HoldOutput
            | Self::ReleaseOutput => None,
        }
    }

    /// What must stay out of logs.
    pub(super) fn secret(&self) -> Option<&str> {
        match self {
            Self::Send { secret, .. } | Self::Answer { secret, .. } => secret.as_deref(),
            _ => None,
        }
    }
}

/// Reads the words after `!`.
pub(super) fn parse(text: &str) -> Result<Verb, Problem> {
    let text = text.trim();
    let mut words = Words::new(text);
    let first = words.text("a verb")?;
    if let Some(command) = words_after_equals(text, &first) {
        return send(first, command);
    }
    let verb = match first.as_str() {
        "cancel" => Verb::Cancel(words.text("a command's name")?),
        "done" => Verb::Done(words.text("a command's name")?),
        "answer" => answer(&mut words)?,
        "supply" => supply(&mut words)?,
        "pause" => Verb::Pause,
        "resume" => Verb::Resume,
        "close" => Verb::Close,
        "upgraded" => Verb::Upgraded,
        "hold" | "release" if words.text("`output`")? != "output" => {
            return Err(Problem::Missing("`output`"));
        }
        "hold" => Verb::HoldOutput,
        "release" => Verb::ReleaseOutput,
        verb => return Err(Problem::Verb(verb.to_owned())),
    };
    match words.rest() {
        "" => Ok(verb),
        surplus => Err(Problem::Surplus(surplus.to_owned())),
    }
}

fn words_after_equals<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(name)?.trim_start();
    rest.strip_prefix('=')
}

fn answer(words: &mut Words<'_>) -> Result<Verb, Problem> {
    let name = words.text("a command's name")?;
    let (answer, secret) = match words.next()? {
        Some(Word::Bare(star)) if star == "*" => (SaslAnswer::Cancel, None),
        Some(Word::Quoted(octets)) => {
            let secret = String::from_utf8_lossy(&octets).into_owned();
            (SaslAnswer::Response(octets), Some(secret))
        }
        _ => return Err(Problem::Missing("an answer in quotes, or `*`")),
    };
    Ok(Verb::Answer {
        name,
        answer,
        secret,
    })
}

fn supply(words: &mut Words<'_>) -> Result<Verb, Problem> {
    let name = words.text("a command's name")?;
    let octets = match words.next()? {
        Some(Word::Bare(size)) => sized(&size)?,
        Some(Word::Quoted(octets)) => octets,
        _ => return Err(Problem::Missing("a size, or octets in quotes")),
    };
    Ok(Verb::Supply { name, octets })
}

/// `noop deadline=10s`
fn send(name: String, text: &str) -> Result<Verb, Problem> {
    let mut text = text.trim();
    let mut options = CommandOptions::default();
    while let Some((before, last)) = text.rsplit_once(' ') {
        match last.strip_prefix("deadline=") {
            Some(value) => options.deadline = Some(span(value)?),
            None if last == "refresh" => options.refresh_idle = true,
            None if last == "early" => options.early = true,
            None => break,
        }
        text = before.trim_end();
    }
    let mut words = Words::new(text);
    let verb = words.text("a command")?;
    let (command, secret) = match credentials(&verb, &mut words)? {
        Some((command, secret)) => (command, Some(secret)),
        None => (command(&verb, &mut words)?, None),
    };
    match words.rest() {
        "" => Ok(Verb::Send {
            name,
            command: command.map(Box::new),
            options,
            secret,
        }),
        surplus => Err(Problem::Surplus(surplus.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_builder_has_a_verb() {
        for text in [
            "capability",
            "noop",
            "logout",
            "starttls",
            "compress",
            "namespace",
            "idle refresh",
            "close",
            "unselect",
            "expunge deadline=10s",
            "login u p",
            "authenticate-plain u p",
            "authenticate XOAUTH2",
            "authenticate EXTERNAL \"\"",
            "enable CONDSTORE UTF8=ACCEPT",
            "select INBOX",
            "select \"a b\" (CONDSTORE)",
            "select x (QRESYNC (1 2))",
            "examine x",
            "create x",
            "delete x",
            "rename x y",
            "subscribe x",
            "unsubscribe x",
            "list \"\" *",
            "lsub \"\" *",
            "id",
            "id name testkit version 1",
            "status x (MESSAGES UIDNEXT)",
            "append x {310}",
            "append x (\\Seen) \"hi\"",
            "append x (\\Seen) at \"17-Jul-1996 02:44:25 -0700\" \"hi\"",
            "append-streamed x 5000",
            "append-streamed x at \"17-Jul-1996 02:44:25 -0700\" 5000",
            "uid-expunge 1:4",
            "search ALL",
            "uid-search UNSEEN",
            "fetch 1:* FAST",
            "uid-fetch 1 (UID BODY.PEEK[])",
            "uid-fetch 1 FLAGS (CHANGEDSINCE 5)",
            "store 1 +FLAGS (\\Seen)",
            "store 1 +FLAGS.SILENT (\\Seen)",
            "uid-store 7 FLAGS.SILENT (a)",
            "uid-store 1 (UNCHANGEDSINCE 5) FLAGS (a)",
            "uid-store 7 -FLAGS (\\Seen)",
            "copy 1 x",
            "uid-copy 1 x",
            "move 1 x",
            "uid-move 1 x",
            "raw XLIST \"\" \"*\"",
            "raw X {\"lit\"} (a b)",
            "imap GETQUOTAROOT INBOX",
        ] {
            let verb = parse(&format!("c1 = {text}"));
            assert!(
                matches!(verb, Ok(Verb::Send { command: Ok(_), .. })),
                "{text}: {verb:?}"
            );
        }
        let invalid = parse("c1 = fetch 1:2:3 FAST");
        assert!(
            matches!(
                invalid,
                Ok(Verb::Send {
                    command: Err(_),
                    ..
                })
            ),
            "{invalid:?}"
        );
    }

    #[test]
    fn options_and_calls() {
        let Ok(Verb::Send { options, .. }) = parse("c1 = idle refresh deadline=10s") else {
            panic!("not sent");
        };
        assert!(options.refresh_idle && options.deadline.is_some());
        for text in [
            "cancel c1",
            "done c1",
            "answer c1 \"x\"",
            "answer c1 *",
            "supply c1 100",
            "supply c1 \"abc\"",
            "pause",
            "resume",
            "close",
            "upgraded",
            "hold output",
            "release output",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
        for text in [
            "cancel",
            "close now",
            "pause c1",
            "hold",
            "answer c1",
            "c1 = noop x",
            "c1 =",
            "c1 = uid-store 1 (UNCHANGEDSINCE five) FLAGS (a)",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
