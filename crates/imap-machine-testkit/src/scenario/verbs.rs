//! What the application, or the adapter, does: the words behind `!`.

use imap_codec::CommandCodec;
use imap_codec::decode::Decoder;
use imap_machine::client::{Answer, Command, CommandOptions, InvalidArgument, RawCommand};
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::auth::AuthMechanism;
use imap_machine::imap_types::command::CommandBody;
use imap_machine::imap_types::flag::{Flag, StoreResponse};

use super::parse::{Problem, span};
use super::words::{Word, Words, sized};

/// One call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Verb {
    /// `c1 = noop`: sends a command, known as `c1` from now on.
    Send {
        /// The command's name in this scenario.
        name: String,
        /// The command; an error is part of what is played (`> invalid ...`).
        command: Result<Command, InvalidArgument>,
        /// `deadline=10s`, `refresh`.
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
        answer: Answer,
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
    /// Reads what stands behind `!` in a scenario file.
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
            Self::Close | Self::Upgraded | Self::HoldOutput | Self::ReleaseOutput => None,
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

/// Reads what stands behind `!`.
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
        Some(Word::Bare(star)) if star == "*" => (Answer::Cancel, None),
        Some(Word::Quoted(octets)) => {
            let secret = String::from_utf8_lossy(&octets).into_owned();
            (Answer::Response(octets), Some(secret))
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
            command,
            options,
            secret,
        }),
        surplus => Err(Problem::Surplus(surplus.to_owned())),
    }
}

type Built = Result<Command, InvalidArgument>;

fn credentials(verb: &str, words: &mut Words<'_>) -> Result<Option<(Built, String)>, Problem> {
    Ok(Some(match verb {
        "login" => {
            let (user, password) = (words.text("a user")?, words.text("a password")?);
            (Command::login(&user, &password), password)
        }
        "authenticate-plain" => {
            let (user, password) = (words.text("a user")?, words.text("a password")?);
            (Command::authenticate_plain(&user, &password), password)
        }
        "authenticate" => {
            let mechanism = words.text("a mechanism")?;
            let mechanism = AuthMechanism::try_from(mechanism.clone())
                .map_err(|_| Problem::Syntax(mechanism))?;
            let initial = match words.is_empty() {
                true => None,
                false => Some(words.octets("an initial response in quotes")?),
            };
            let secret = initial.as_deref().map(String::from_utf8_lossy);
            let secret = secret.unwrap_or_default().into_owned();
            (Ok(Command::authenticate(mechanism, initial)), secret)
        }
        _ => return Ok(None),
    }))
}

/// The commands without credentials: those without arguments and about mailboxes here, the others below.
fn command(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    const NAME: &str = "a mailbox name";
    Ok(match verb {
        "capability" => Ok(Command::capability()),
        "noop" => Ok(Command::noop()),
        "logout" => Ok(Command::logout()),
        "starttls" => Ok(Command::starttls()),
        "compress" => Ok(Command::compress()),
        "namespace" => Ok(Command::namespace()),
        "idle" => Ok(Command::idle()),
        "close" => Ok(Command::close()),
        "unselect" => Ok(Command::unselect()),
        "expunge" => Ok(Command::expunge()),
        "select" => select(words)?,
        "examine" => Command::examine(&words.text(NAME)?),
        "create" => Command::create(&words.text(NAME)?),
        "delete" => Command::delete(&words.text(NAME)?),
        "rename" => Command::rename(&words.text(NAME)?, &words.text(NAME)?),
        "subscribe" => Command::subscribe(&words.text(NAME)?),
        "unsubscribe" => Command::unsubscribe(&words.text(NAME)?),
        "list" => Command::list(&words.text("a reference")?, &words.text("a pattern")?),
        "lsub" => Command::lsub(&words.text("a reference")?, &words.text("a pattern")?),
        "id" => id(words)?,
        "status" => status(words)?,
        "enable" => Command::enable(words.rest().split_whitespace()),
        "append" => {
            let (name, flags) = (words.text(NAME)?, flags(words.list()?)?);
            Command::append(&name, flags, None, words.octets("a message")?)
        }
        "append-streamed" => {
            let (name, flags) = (words.text(NAME)?, flags(words.list()?)?);
            Command::append_streamed(&name, flags, None, words.number("a size")?)
        }
        "raw" => raw(words)?,
        "imap" => Ok(imap(words.rest())?.into()),
        verb => return messages(verb, words),
    })
}

/// The commands about messages.
fn messages(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    const SET: &str = "a set of messages";
    const NAME: &str = "a mailbox name";
    Ok(match verb {
        "uid-expunge" => Command::uid_expunge(&words.text(SET)?),
        "search" | "uid-search" => {
            let CommandBody::Search { criteria, .. } = imap(&format!("SEARCH {}", words.rest()))?
            else {
                return Err(Problem::Syntax(verb.to_owned()));
            };
            match verb {
                "search" => Command::search(criteria.into_inner()),
                _ => Command::uid_search(criteria.into_inner()),
            }
        }
        "fetch" | "uid-fetch" => fetch(verb, words)?,
        "store" | "uid-store" => store(verb, words)?,
        "copy" => Command::copy(&words.text(SET)?, &words.text(NAME)?),
        "move" => Command::r#move(&words.text(SET)?, &words.text(NAME)?),
        "uid-copy" => Command::uid_copy(&words.text(SET)?, &words.text(NAME)?),
        "uid-move" => Command::uid_move(&words.text(SET)?, &words.text(NAME)?),
        verb => return Err(Problem::Verb(verb.to_owned())),
    })
}

fn id(words: &mut Words<'_>) -> Result<Built, Problem> {
    let mut about_us = Vec::new();
    while !words.is_empty() {
        about_us.push((words.text("a name")?, words.text("a value")?));
    }
    let about_us = about_us
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(Command::id(about_us))
}

fn select(words: &mut Words<'_>) -> Result<Built, Problem> {
    let name = words.text("a mailbox name")?;
    Ok(match words.list()? {
        None => Command::select(&name),
        Some(list) => match imap(&format!("SELECT x {list}"))? {
            CommandBody::Select { parameters, .. } => Command::select_with(&name, parameters),
            _ => return Err(Problem::Syntax(list)),
        },
    })
}

fn status(words: &mut Words<'_>) -> Result<Built, Problem> {
    let name = words.text("a mailbox name")?;
    match imap(&format!("STATUS x {}", words.rest()))? {
        CommandBody::Status { item_names, .. } => {
            Ok(Command::status(&name, item_names.into_owned()))
        }
        _ => Err(Problem::Syntax("STATUS".into())),
    }
}

fn fetch(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    let set = words.text("a set of messages")?;
    let CommandBody::Fetch {
        macro_or_item_names: items,
        modifiers,
        ..
    } = imap(&format!("FETCH 1 {}", words.rest()))?
    else {
        return Err(Problem::Syntax("FETCH".into()));
    };
    Ok(match (verb, modifiers.is_empty()) {
        ("fetch", true) => Command::fetch(&set, items),
        ("fetch", false) => return Err(Problem::Surplus("modifiers".into())),
        (_, true) => Command::uid_fetch(&set, items),
        (_, false) => Command::uid_fetch_with(&set, items, modifiers),
    })
}

fn store(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    let set = words.text("a set of messages")?;
    let modifiers = words.list()?.unwrap_or_default();
    let CommandBody::Store {
        kind,
        response: StoreResponse::Answer,
        flags,
        modifiers,
        ..
    } = imap(&format!("STORE 1 {modifiers} {}", words.rest()).replace("  ", " "))?
    else {
        return Err(Problem::Syntax("STORE".into()));
    };
    Ok(match (verb, modifiers.is_empty()) {
        ("store", true) => Command::store(&set, kind, flags),
        ("store", false) => return Err(Problem::Surplus("modifiers".into())),
        (_, true) => Command::uid_store(&set, kind, flags),
        (_, false) => Command::uid_store_with(&set, kind, flags, modifiers),
    })
}

fn flags(list: Option<String>) -> Result<Vec<Flag<'static>>, Problem> {
    let Some(list) = list else {
        return Ok(Vec::new());
    };
    match imap(&format!("STORE 1 FLAGS {list}"))? {
        CommandBody::Store { flags, .. } => Ok(flags),
        _ => Err(Problem::Syntax(list)),
    }
}

/// `raw VERB word "string" {"literal"} (anything)`
fn raw(words: &mut Words<'_>) -> Result<Built, Problem> {
    let mut command = Command::raw(&words.text("a verb")?);
    while let (Some(word), Ok(so_far)) = (words.next()?, command.clone()) {
        command = argument(so_far, word);
    }
    Ok(command.map(Command::from))
}

fn argument(command: RawCommand, word: Word) -> Result<RawCommand, InvalidArgument> {
    match word {
        Word::Bare(word) | Word::List(word) => command.verbatim(&word),
        Word::Quoted(octets) => command.string(octets),
        Word::Literal(octets) => command.literal(octets),
    }
}

/// A command as it stands on the wire, without its tag.
fn imap(text: &str) -> Result<CommandBody<'static>, Problem> {
    let line = format!("A {}\r\n", text.trim_end());
    match CommandCodec::default().decode(line.as_bytes()) {
        Ok(([], command)) => Ok(command.into_static().body),
        _ => Err(Problem::Syntax(text.to_owned())),
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
            "append-streamed x 5000",
            "uid-expunge 1:4",
            "search ALL",
            "uid-search UNSEEN",
            "fetch 1:* FAST",
            "uid-fetch 1 (UID BODY.PEEK[])",
            "uid-fetch 1 FLAGS (CHANGEDSINCE 5)",
            "store 1 +FLAGS (\\Seen)",
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
            "hold",
            "answer c1",
            "c1 = noop x",
            "c1 =",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
