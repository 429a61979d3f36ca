//! The commands of extensions that a scenario can send: messages in other ways, and the session.

use imap_machine::client::{AppendMessage, CatenatePart, Command, Items, Notify, NotifyEvent};

use super::arguments::{Built, date, flags};
use super::problem::Problem;
use super::words::{Word, Words};

pub(super) fn command(verb: &str, words: &mut Words<'_>) -> Result<Built, Problem> {
    Ok(match verb {
        "append-all" => {
            let name = words.mailbox()?;
            let mut messages = Vec::new();
            while !words.is_empty() {
                messages.push(message(words)?);
            }
            Command::append_all(name, messages).map(Into::into)
        }
        "append-catenate" => {
            let (name, flags, date) = (words.mailbox()?, flags(words)?, date(words)?);
            let message = AppendMessage::catenate(parts(words)?).flags(flags);
            let message = match date {
                Some(date) => message.date(date.as_str()),
                None => message,
            };
            Command::append(name, message).map(Into::into)
        }
        "replace" => {
            Command::replace(number(words)?, words.mailbox()?, message(words)?).map(Into::into)
        }
        "uid-replace" => {
            Command::uid_replace(number(words)?, words.mailbox()?, message(words)?).map(Into::into)
        }
        "unauthenticate" => Ok(Command::unauthenticate().into()),
        "language" => Command::language(words.rest().split_whitespace()).map(Into::into),
        "uidbatches" => {
            let size = number(words)?;
            match words.is_empty() {
                true => Command::uid_batches(size).map(Into::into),
                false => {
                    Command::uid_batches_in(size, number(words)?..=number(words)?).map(Into::into)
                }
            }
        }
        "comparator" => Command::comparator(words.rest().split_whitespace()).map(Into::into),
        "notify" => Command::notify(&notify(words)?).map(Into::into),
        "notify-none" => Ok(Command::notify_none().into()),
        "genurlauth" => {
            let (url, mechanism) = (words.text("a URL")?, words.text("a mechanism")?);
            Command::genurlauth([(url.as_str(), mechanism.as_str())]).map(Into::into)
        }
        "urlfetch" => Command::urlfetch([words.text("a URL")?]).map(Into::into),
        "resetkey" => match words.is_empty() {
            true => Ok(Command::resetkey_all().into()),
            false => Command::resetkey(words.mailbox()?).map(Into::into),
        },
        verb => return Err(Problem::Verb(verb.to_owned())),
    })
}

fn number(words: &mut Words<'_>) -> Result<u32, Problem> {
    let number = words.number("the number of a message")?;
    u32::try_from(number).map_err(|_| Problem::Missing("a number of 32 bits"))
}

/// `(\\Seen) at "17-Jul-1996 02:44:25 -0700" {310}`; a size alone is a message that is supplied.
fn message(words: &mut Words<'_>) -> Result<AppendMessage, Problem> {
    let (flags, date) = (flags(words)?, date(words)?);
    let message = match words.next()? {
        Some(Word::Quoted(octets) | Word::Literal(octets)) => AppendMessage::new(octets),
        Some(Word::Literal8(octets)) => AppendMessage::new(octets).binary(),
        Some(Word::Bare(size)) => AppendMessage::supplied(sized(&size)?),
        _ => return Err(Problem::Missing("a message or its size")),
    };
    let message = message.flags(flags);
    Ok(match date {
        Some(date) => message.date(date.as_str()),
        None => message,
    })
}

fn sized(size: &str) -> Result<u64, Problem> {
    size.parse().map_err(|_| Problem::Missing("a size"))
}

/// `url "/INBOX/;UID=1" text {310} supplied 5000`
fn parts(words: &mut Words<'_>) -> Result<Vec<CatenatePart>, Problem> {
    let mut parts = Vec::new();
    while !words.is_empty() {
        parts.push(match words.text("url, text or supplied")?.as_str() {
            "url" => CatenatePart::url(words.text("a URL")?),
            "text" => CatenatePart::text(words.octets("a text")?),
            "supplied" => CatenatePart::supplied(words.number("a size")?),
            other => return Err(Problem::Syntax(other.to_owned())),
        });
    }
    Ok(parts)
}

/// `status (selected (MessageNew (UID FLAGS) MessageExpunge)) (subtree "Lists" NONE)`
fn notify(words: &mut Words<'_>) -> Result<Notify, Problem> {
    let mut notify = Notify::new();
    if words.flag("status") {
        notify = notify.status();
    }
    while let Some(group) = words.list()? {
        let mut inside = Words::new(inside(&group));
        let about = inside.text("which mailboxes")?;
        notify = match about.as_str() {
            "selected" => notify.selected(events(&mut inside)?),
            "selected-delayed" => notify.selected_delayed(events(&mut inside)?),
            "inboxes" => notify.inboxes(events(&mut inside)?),
            "personal" => notify.personal(events(&mut inside)?),
            "subscribed" => notify.subscribed(events(&mut inside)?),
            "subtree" => notify.subtree([inside.mailbox()?], events(&mut inside)?),
            "mailboxes" => notify.mailboxes([inside.mailbox()?], events(&mut inside)?),
            _ => return Err(Problem::Syntax(about)),
        };
    }
    Ok(notify)
}

fn events(words: &mut Words<'_>) -> Result<Vec<NotifyEvent>, Problem> {
    let Some(list) = words.list()? else {
        // NONE
        return match words.flag("NONE") {
            true => Ok(Vec::new()),
            false => Err(Problem::Missing("events in parentheses, or NONE")),
        };
    };
    let mut words = Words::new(inside(&list));
    let mut events = Vec::new();
    while !words.is_empty() {
        let name = words.text("an event")?;
        let items = words.list()?;
        events.push(match (name.as_str(), items) {
            ("MessageNew", Some(items)) => NotifyEvent::new_messages(Items::from(inside(&items))),
            ("MessageNew", None) => NotifyEvent::MessageNew,
            ("MessageExpunge", None) => NotifyEvent::MessageExpunge,
            ("FlagChange", None) => NotifyEvent::FlagChange,
            ("MailboxName", None) => NotifyEvent::MailboxName,
            ("SubscriptionChange", None) => NotifyEvent::SubscriptionChange,
            _ => NotifyEvent::Other(name.into()),
        });
    }
    Ok(events)
}

fn inside(list: &str) -> &str {
    let inside = list.strip_prefix('(').unwrap_or(list);
    inside.strip_suffix(')').unwrap_or(inside)
}
