//! The commands that a scenario can send: the words after `! c1 =`.

use imap_codec::CommandCodec;
use imap_codec::decode::Decoder;
use imap_machine::client::{
    AppendMessage, Command, Flag, InvalidArgument, Items, MailboxArgument, RawCommand, Resync,
    SelectOptions, Store,
};
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::command::CommandBody;

use super::arguments::{Built, date, flags};
use super::extensions;
use super::mailboxes;
use super::problem::Problem;
use super::searches;
use super::words::{Word, Words};

pub(super) fn credentials(
    verb: &str,
    words: &mut Words<'_>,
) -> Result<Option<(Built, String)>, Problem> {
    Ok(Some(match verb {
        "login" => {
            let (user, password) = (words.text("a user")?, words.text("a password")?);
            (Command::login(&user, &password).map(Into::into), password)
        }
        "authenticate-plain" => {
            let (user, password) = (words.text("a user")?, words.text("a password")?);
            (
                Command::authenticate_plain(&user, &password).map(Into::into),
                password,
            )
        }
        "authenticate" => {
            let mechanism = words.text("a mechanism")?;
            let initial = match words.is_empty() {
                true => None,
                false => Some(words.octets("an initial response in quotes")?),
            };
            let secret = initial.as_deref().map(String::from_utf8_lossy);
            let secret = secret.unwrap_or_default().into_owned();
            (
                Command::authenticate(&mechanism, initial).map(Into::into),
                secret,
            )
        }
        _ => return Ok(None),
    }))
}

/// The commands without credentials. Those without arguments and those about mailboxes are here, the others in [`messages`].
pub(super) fn command(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    Ok(match verb {
        "capability" => Ok(Command::capability().into()),
        "noop" => Ok(Command::noop().into()),
        "logout" => Ok(Command::logout().into()),
        "starttls" => Ok(Command::starttls().into()),
        "compress" => Ok(Command::compress().into()),
        "namespace" => Ok(Command::namespace().into()),
        "idle" => Ok(Command::idle()),
        "close" => Ok(Command::close().into()),
        "unselect" => Ok(Command::unselect().into()),
        "expunge" => Ok(Command::expunge().into()),
        "select" => select(words)?,
        "examine" => Command::examine(words.mailbox()?).map(Into::into),
        "create" => mailboxes::create(words)?,
        "delete" => Command::delete(words.mailbox()?).map(Into::into),
        "rename" => Command::rename(words.mailbox()?, words.mailbox()?).map(Into::into),
        "subscribe" => Command::subscribe(words.mailbox()?).map(Into::into),
        "unsubscribe" => Command::unsubscribe(words.mailbox()?).map(Into::into),
        "list" => mailboxes::list(words)?,
        "lsub" => Command::lsub(words.mailbox()?, words.mailbox()?).map(Into::into),
        "id" => id(words)?,
        "status" => status(words)?,
        "enable" => Command::enable(words.rest().split_whitespace()).map(Into::into),
        "append" => {
            let (name, flags, date) = (words.mailbox()?, flags(words)?, date(words)?);
            let message = AppendMessage::new(words.octets("a message")?);
            append(name, message, &flags, date)
        }
        "append-streamed" => {
            let (name, flags, date) = (words.mailbox()?, flags(words)?, date(words)?);
            let message = AppendMessage::supplied(words.number("a size")?);
            let message = match words.flag("nul") {
                true => message.binary(),
                false => message,
            };
            append(name, message, &flags, date)
        }
        "raw" => raw(words)?,
        "imap" => Ok(imap(words.rest())?.into()),
        verb => match mailboxes::command(verb, words)? {
            Some(built) => built,
            None => return messages(verb, words),
        },
    })
}

/// The commands about messages.
fn messages(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    const SET: &str = "a set of messages";
    Ok(match verb {
        "uid-expunge" => Command::uid_expunge(words.text(SET)?.as_str()).map(Into::into),
        "search" | "uid-search" => match searches::returning(verb, words)? {
            Some(built) => built,
            None => {
                let verb = verb.replace('-', " ");
                Ok(imap(&format!("{verb} {}", words.rest()))?.into())
            }
        },
        "fetch" | "uid-fetch" => fetch(verb, words)?,
        "store" | "uid-store" => store(verb, words)?,
        "copy" => Command::copy(words.text(SET)?.as_str(), words.mailbox()?).map(Into::into),
        "move" => Command::r#move(words.text(SET)?.as_str(), words.mailbox()?).map(Into::into),
        "uid-copy" => {
            Command::uid_copy(words.text(SET)?.as_str(), words.mailbox()?).map(Into::into)
        }
        "uid-move" => {
            Command::uid_move(words.text(SET)?.as_str(), words.mailbox()?).map(Into::into)
        }
        verb => match searches::search(verb, words)? {
            Some(built) => built,
            None => return extensions::command(verb, words),
        },
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
    Ok(Command::id(about_us).map(Into::into))
}

fn select(words: &mut Words<'_>) -> Result<Built, Problem> {
    let name = words.mailbox()?;
    let Some(list) = words.list()? else {
        return Ok(Command::select(name).map(Into::into));
    };
    let options = match list.strip_prefix("(QRESYNC (") {
        None if list == "(CONDSTORE)" => SelectOptions::condstore(),
        None => return Err(Problem::Syntax(list)),
        Some(known) => {
            let known = known.strip_suffix("))");
            let known = known.and_then(resync);
            SelectOptions::qresync(known.ok_or(Problem::Syntax(list))?)
        }
    };
    Ok(Command::select_with(name, &options).map(Into::into))
}

/// `67890007 20050715194045000 41,43:211 (1:9 2:10)`
fn resync(text: &str) -> Option<Resync> {
    let (known, matched) = match text.split_once(" (") {
        Some((known, matched)) => (known, Some(matched.strip_suffix(')')?.split_once(' ')?)),
        None => (text, None),
    };
    let mut words = known.split(' ');
    let mut resync = Resync::new(words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    if let Some(uids) = words.next() {
        resync = resync.known(uids);
    }
    if let Some((numbers, uids)) = matched {
        resync = resync.matched(numbers, uids);
    }
    words.next().is_none().then_some(resync)
}

fn status(words: &mut Words<'_>) -> Result<Built, Problem> {
    let name = words.mailbox()?;
    let list = words
        .list()?
        .ok_or(Problem::Missing("items in parentheses"))?;
    let items = list.trim_matches(['(', ')']).split_whitespace();
    Ok(Command::status(name, items).map(Into::into))
}

/// The items, and modifiers in parentheses after them.
fn fetch(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    let set = words.text("a set of messages")?;
    let rest = words.rest();
    let (items, modifiers) = match rest.rfind(" (") {
        Some(at) if rest[at..].starts_with(" (CHANGEDSINCE ") => rest.split_at(at),
        _ => (rest, ""),
    };
    let mut items = Items::from(items);
    let mut modifiers = modifiers.trim_matches([' ', '(', ')']).split_whitespace();
    while let Some(modifier) = modifiers.next() {
        items = match (modifier, modifiers.next()) {
            ("CHANGEDSINCE", Some(since)) => {
                let since = since.parse().map_err(|_| Problem::Missing("a number"))?;
                items.changed_since(since)
            }
            ("VANISHED", None) => items.vanished(),
            _ => return Err(Problem::Syntax(rest.to_owned())),
        };
    }
    Ok(match verb {
        "fetch" => Command::fetch(set.as_str(), items).map(Into::into),
        _ => Command::uid_fetch(set.as_str(), items).map(Into::into),
    })
}

/// `1:3 (UNCHANGEDSINCE 5) +FLAGS.SILENT (\\Seen)`
fn store(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    let set = words.text("a set of messages")?;
    let modifiers = words.list()?;
    let how = words.text("FLAGS, +FLAGS or -FLAGS")?;
    let (how, silent) = match how.strip_suffix(".SILENT") {
        Some(how) => (how.to_owned(), true),
        None => (how, false),
    };
    let flags = flags(words)?;
    let store = match how.as_str() {
        "FLAGS" => Store::replace(&flags),
        "+FLAGS" => Store::add(&flags),
        "-FLAGS" => Store::remove(&flags),
        _ => return Err(Problem::Syntax(how)),
    };
    let store = match silent {
        true => store.silent(),
        false => store,
    };
    let store = match modifiers {
        None => store,
        Some(list) => {
            let since = list.strip_prefix("(UNCHANGEDSINCE ");
            let since = since.and_then(|since| since.strip_suffix(')')?.parse().ok());
            store.unchanged_since(since.ok_or(Problem::Syntax(list))?)
        }
    };
    Ok(match verb {
        "store" => Command::store(set.as_str(), store).map(Into::into),
        _ => Command::uid_store(set.as_str(), store).map(Into::into),
    })
}

fn append(
    name: MailboxArgument,
    message: AppendMessage,
    flags: &[Flag<'_>],
    date: Option<String>,
) -> Built {
    let message = message.flags(flags);
    let message = match &date {
        Some(date) => message.date(date.as_str()),
        None => message,
    };
    Command::append(name, message).map(Into::into)
}

/// `raw VERB word "string" {"literal"} ~{"literal8"} @"mailbox" (anything)`
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
        Word::Literal8(octets) => Ok(command.literal8(octets)),
        Word::Mailbox(name) => command.mailbox(name),
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
