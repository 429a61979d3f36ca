//! The commands about mailboxes that have options, and those about quotas, rights and annotations.

use imap_machine::client::{
    Command, InvalidArgument, ListOptions, MailboxArgument, MetadataDepth, MetadataOptions,
};

use super::problem::Problem;
use super::words::{Word, Words};

pub(super) type Built = Result<Command, InvalidArgument>;

pub(super) fn command(verb: &str, words: &mut Words<'_>) -> Result<Option<Built>, Problem> {
    const IDENTIFIER: &str = "an identifier";
    Ok(Some(match verb {
        "getquota" => Command::get_quota(words.text("a quota root")?).map(Into::into),
        "getquotaroot" => Command::get_quota_root(words.mailbox()?).map(Into::into),
        "setquota" => set_quota(words)?,
        "setacl" => {
            let (name, identifier) = (words.mailbox()?, words.text(IDENTIFIER)?);
            Command::set_acl(name, identifier, &words.text("rights")?).map(Into::into)
        }
        "deleteacl" => {
            Command::delete_acl(words.mailbox()?, words.text(IDENTIFIER)?).map(Into::into)
        }
        "getacl" => Command::get_acl(words.mailbox()?).map(Into::into),
        "listrights" => {
            Command::list_rights(words.mailbox()?, words.text(IDENTIFIER)?).map(Into::into)
        }
        "myrights" => Command::my_rights(words.mailbox()?).map(Into::into),
        "getmetadata" => get_metadata(words)?,
        "setmetadata" => set_metadata(words)?,
        _ => return Ok(None),
    }))
}

/// `create Outbox (\\Sent)`
pub(super) fn create(words: &mut Words<'_>) -> Result<Built, Problem> {
    let name = words.mailbox()?;
    Ok(match words.list()? {
        None => Command::create(name).map(Into::into),
        Some(uses) => Command::create_for(name, inside(&uses).split_whitespace()).map(Into::into),
    })
}

/// `list (SUBSCRIBED) "" (INBOX Work/%) return (CHILDREN STATUS (MESSAGES) METADATA (/shared/comment))`
pub(super) fn list(words: &mut Words<'_>) -> Result<Built, Problem> {
    let mut options = ListOptions::new();
    for word in inside(&words.list()?.unwrap_or_default()).split_whitespace() {
        options = match word {
            "SUBSCRIBED" => options.subscribed(),
            "REMOTE" => options.remote(),
            "RECURSIVEMATCH" => options.recursive_match(),
            "SPECIAL-USE" => options.special_use(),
            word => return Err(Problem::Syntax(word.to_owned())),
        };
    }
    let reference = words.mailbox()?;
    let patterns = match words.list()? {
        None => vec![words.mailbox()?],
        Some(list) => {
            let mut names = Words::new(inside(&list));
            let mut patterns: Vec<MailboxArgument> = Vec::new();
            while !names.is_empty() {
                patterns.push(names.mailbox()?);
            }
            patterns
        }
    };
    if words.keyword("return") {
        let list = words.list()?.ok_or(Problem::Missing("what to return"))?;
        options = returned(options, &mut Words::new(inside(&list)))?;
    }
    Ok(Command::list_with(reference, patterns, &options).map(Into::into))
}

fn returned(mut options: ListOptions, words: &mut Words<'_>) -> Result<ListOptions, Problem> {
    while !words.is_empty() {
        let word = words.text("what to return")?;
        options = match word.as_str() {
            "SUBSCRIBED" => options.return_subscribed(),
            "CHILDREN" => options.return_children(),
            "SPECIAL-USE" => options.return_special_use(),
            "MYRIGHTS" => options.return_my_rights(),
            "STATUS" | "METADATA" => {
                let list = words.list()?.ok_or(Problem::Missing("a list"))?;
                let names = inside(&list).split_whitespace();
                match word.as_str() {
                    "STATUS" => options.return_status(names),
                    _ => options.return_metadata(names),
                }
            }
            _ => return Err(Problem::Syntax(word)),
        };
    }
    Ok(options)
}

/// `setquota "" (STORAGE 512)`
fn set_quota(words: &mut Words<'_>) -> Result<Built, Problem> {
    let root = words.text("a quota root")?;
    let list = words
        .list()?
        .ok_or(Problem::Missing("limits in parentheses"))?;
    let mut resources = Words::new(inside(&list));
    let mut limits = Vec::new();
    while !resources.is_empty() {
        limits.push((resources.text("a resource")?, resources.number("a limit")?));
    }
    let limits = limits.iter().map(|(name, limit)| (name.as_str(), *limit));
    Ok(Command::set_quota(root, limits).map(Into::into))
}

/// `getmetadata (MAXSIZE 1024 DEPTH infinity) INBOX /shared /private`
fn get_metadata(words: &mut Words<'_>) -> Result<Built, Problem> {
    let mut options = MetadataOptions::new();
    let list = words.list()?.unwrap_or_default();
    let mut given = Words::new(inside(&list));
    while !given.is_empty() {
        options = match given.text("an option")?.as_str() {
            "MAXSIZE" => {
                let octets = u32::try_from(given.number("a size")?);
                options.max_size(octets.map_err(|_| Problem::Missing("a size"))?)
            }
            "DEPTH" => options.depth(match given.text("a depth")?.as_str() {
                "0" => MetadataDepth::None,
                "1" => MetadataDepth::Children,
                "infinity" => MetadataDepth::All,
                _ => return Err(Problem::Missing("0, 1 or infinity")),
            }),
            option => return Err(Problem::Syntax(option.to_owned())),
        };
    }
    let name = words.mailbox()?;
    let mut entries = Vec::new();
    while !words.is_empty() {
        entries.push(words.text("an entry")?);
    }
    Ok(Command::get_metadata_with(name, entries, &options).map(Into::into))
}

/// `setmetadata INBOX /private/comment "text" /shared/comment NIL`
fn set_metadata(words: &mut Words<'_>) -> Result<Built, Problem> {
    const VALUE: &str = "octets or NIL";
    let name = words.mailbox()?;
    let mut values = Vec::new();
    while !words.is_empty() {
        let entry = words.text("an entry")?;
        let value = match words.next()? {
            Some(Word::Bare(nil)) if nil == "NIL" => None,
            Some(Word::Quoted(octets) | Word::Literal(octets)) => Some(octets),
            _ => return Err(Problem::Missing(VALUE)),
        };
        values.push((entry, value));
    }
    let values = values.iter();
    let values = values.map(|(entry, value)| (entry.as_str(), value.as_deref()));
    Ok(Command::set_metadata(name, values).map(Into::into))
}

/// Without the parentheses.
fn inside(list: &str) -> &str {
    let inside = list
        .strip_prefix('(')
        .and_then(|list| list.strip_suffix(')'));
    inside.unwrap_or_default()
}
