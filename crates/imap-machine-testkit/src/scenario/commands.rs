//! The commands that a scenario can send: the words after `! c1 =`.

use imap_codec::decode::Decoder;
use imap_codec::{CommandCodec, ResponseCodec};
use imap_machine::client::{Command, InvalidArgument, MessageContent, RawCommand};
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::auth::AuthMechanism;
use imap_machine::imap_types::command::CommandBody;
use imap_machine::imap_types::datetime::DateTime;
use imap_machine::imap_types::fetch::MessageDataItem;
use imap_machine::imap_types::flag::{Flag, StoreResponse};
use imap_machine::imap_types::response::{Data, Response};

use super::problem::Problem;
use super::words::{Word, Words};

type Built = Result<Command, InvalidArgument>;

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
            let mechanism = AuthMechanism::try_from(mechanism.clone())
                .map_err(|_| Problem::Syntax(mechanism))?;
            let initial = match words.is_empty() {
                true => None,
                false => Some(words.octets("an initial response in quotes")?),
            };
            let secret = initial.as_deref().map(String::from_utf8_lossy);
            let secret = secret.unwrap_or_default().into_owned();
            (Ok(Command::authenticate(mechanism, initial).into()), secret)
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
        "namespace" => Ok(Command::namespace()),
        "idle" => Ok(Command::idle()),
        "close" => Ok(Command::close().into()),
        "unselect" => Ok(Command::unselect().into()),
        "expunge" => Ok(Command::expunge().into()),
        "select" => select(words)?,
        "examine" => Command::examine(words.mailbox()?).map(Into::into),
        "create" => Command::create(words.mailbox()?).map(Into::into),
        "delete" => Command::delete(words.mailbox()?).map(Into::into),
        "rename" => Command::rename(words.mailbox()?, words.mailbox()?).map(Into::into),
        "subscribe" => Command::subscribe(words.mailbox()?).map(Into::into),
        "unsubscribe" => Command::unsubscribe(words.mailbox()?).map(Into::into),
        "list" => Command::list(words.mailbox()?, words.mailbox()?).map(Into::into),
        "lsub" => Command::lsub(words.mailbox()?, words.mailbox()?).map(Into::into),
        "id" => id(words)?,
        "status" => status(words)?,
        "enable" => Command::enable(words.rest().split_whitespace()).map(Into::into),
        "append" => {
            let (name, flags) = (words.mailbox()?, flags(words.list()?)?);
            let date = date(words)?;
            Command::append(name, flags, date, words.octets("a message")?).map(Into::into)
        }
        "append-streamed" => {
            let (name, flags) = (words.mailbox()?, flags(words.list()?)?);
            let date = date(words)?;
            let size = words.number("a size")?;
            let content = MessageContent {
                nul: words.flag("nul"),
            };
            Command::append_streamed_with(name, flags, date, size, content).map(Into::into)
        }
        "raw" => raw(words)?,
        "imap" => Ok(imap(words.rest())?.into()),
        verb => return messages(verb, words),
    })
}

/// The commands about messages.
fn messages(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    const SET: &str = "a set of messages";
    Ok(match verb {
        "uid-expunge" => Command::uid_expunge(&words.text(SET)?).map(Into::into),
        "search" | "uid-search" => {
            let CommandBody::Search { criteria, .. } = imap(&format!("SEARCH {}", words.rest()))?
            else {
                return Err(Problem::Syntax(verb.to_owned()));
            };
            match verb {
                "search" => Command::search(criteria.into_inner()).map(Into::into),
                _ => Command::uid_search(criteria.into_inner()).map(Into::into),
            }
        }
        "fetch" | "uid-fetch" => fetch(verb, words)?,
        "store" | "uid-store" => store(verb, words)?,
        "copy" => Command::copy(&words.text(SET)?, words.mailbox()?).map(Into::into),
        "move" => Command::r#move(&words.text(SET)?, words.mailbox()?).map(Into::into),
        "uid-copy" => Command::uid_copy(&words.text(SET)?, words.mailbox()?).map(Into::into),
        "uid-move" => Command::uid_move(&words.text(SET)?, words.mailbox()?).map(Into::into),
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
    Ok(Command::id(about_us).map(Into::into))
}

fn select(words: &mut Words<'_>) -> Result<Built, Problem> {
    let name = words.mailbox()?;
    Ok(match words.list()? {
        None => Command::select(name).map(Into::into),
        Some(list) => match imap(&format!("SELECT x {list}"))? {
            CommandBody::Select { parameters, .. } => {
                Command::select_with(name, parameters).map(Into::into)
            }
            _ => return Err(Problem::Syntax(list)),
        },
    })
}

fn status(words: &mut Words<'_>) -> Result<Built, Problem> {
    let name = words.mailbox()?;
    match imap(&format!("STATUS x {}", words.rest()))? {
        CommandBody::Status { item_names, .. } => {
            Ok(Command::status(name, item_names.into_owned()).map(Into::into))
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
        ("fetch", true) => Command::fetch(&set, items).map(Into::into),
        ("fetch", false) => return Err(Problem::Surplus("modifiers".into())),
        (_, true) => Command::uid_fetch(&set, items).map(Into::into),
        (_, false) => Command::uid_fetch_with(&set, items, modifiers).map(Into::into),
    })
}

fn store(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    let set = words.text("a set of messages")?;
    let modifiers = words.list()?.unwrap_or_default();
    let CommandBody::Store {
        kind,
        response,
        flags,
        modifiers,
        ..
    } = imap(&format!("STORE 1 {modifiers} {}", words.rest()).replace("  ", " "))?
    else {
        return Err(Problem::Syntax("STORE".into()));
    };
    let silent = response == StoreResponse::Silent;
    Ok(match (verb, modifiers.is_empty()) {
        ("store", true) if silent => Command::store_silent(&set, kind, flags).map(Into::into),
        ("store", true) => Command::store(&set, kind, flags).map(Into::into),
        (_, true) if silent => Command::uid_store_silent(&set, kind, flags).map(Into::into),
        (_, true) => Command::uid_store(&set, kind, flags).map(Into::into),
        ("uid-store", false) if !silent => {
            Command::uid_store_with(&set, kind, flags, modifiers).map(Into::into)
        }
        (_, false) => return Err(Problem::Surplus("modifiers".into())),
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

/// `at "17-Jul-1996 02:44:25 -0700"`, which may come next.
fn date(words: &mut Words<'_>) -> Result<Option<DateTime>, Problem> {
    if !words.keyword("at") {
        return Ok(None);
    }
    let date = words.text("a date and time in quotes")?;
    // imap-codec reads a date only as a part of something. A response is the shortest.
    let row = format!("* 1 FETCH (INTERNALDATE \"{date}\")\r\n");
    match ResponseCodec::default().decode(row.as_bytes()) {
        Ok(([], Response::Data(Data::Fetch { items, .. }))) => match items.into_inner().pop() {
            Some(MessageDataItem::InternalDate(date)) => Ok(Some(date)),
            _ => Err(Problem::Syntax(date)),
        },
        _ => Err(Problem::Syntax(date)),
    }
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
