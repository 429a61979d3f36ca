//! What a `?` line can ask.

use imap_machine::Instant;
use imap_machine::client::{Access, Certainty, ClientConnection, MailboxView};
use imap_machine::codec::SystemFlags;

use super::render::{Names, state_name};

/// The line `? question ...` as the connection answers it. `None` when there is no such question.
pub(super) fn answer(
    line: &str,
    connection: &ClientConnection,
    names: &Names,
    now: Instant,
) -> Option<String> {
    let mut words = line.split_whitespace();
    let question = words.next()?;
    let argument = words.next();
    let mailbox = connection.mailbox();
    let number = |value: Option<u64>| match value {
        Some(value) => format!("{question} {value}"),
        None => format!("{question} unknown"),
    };
    let of = |read: fn(&MailboxView) -> Option<u64>| number(mailbox.and_then(read));
    Some(match question {
        "state" => format!("state {}", state_name(connection.state())),
        "mailbox" => format!("mailbox {}", mailbox.map_or("none", MailboxView::name)),
        "exists" => of(|view| Some(view.exists().into())),
        "recent" => of(|view| Some(view.recent().into())),
        "uidnext" => of(|view| Some(view.uid_next()?.get().into())),
        "uidvalidity" => of(|view| Some(view.uid_validity()?.get().into())),
        "highestmodseq" => of(MailboxView::highest_modseq),
        "access" => format!("access {}", access(mailbox)),
        "counts" => format!("counts {}", counts(mailbox)),
        "uid" => {
            let number = argument?.parse().ok()?;
            match mailbox.and_then(|view| view.uid(number)) {
                Some(uid) => format!("uid {number} = {uid}"),
                None => format!("uid {number} = unknown"),
            }
        }
        "flags" => {
            let number = argument?.parse().ok()?;
            match mailbox.and_then(|view| view.flags(number)) {
                Some(flags) => format!("flags {number} = ({})", names_of(flags)),
                None => format!("flags {number} = unknown"),
            }
        }
        "capabilities" => {
            let capabilities = connection.capabilities();
            let none = if capabilities.is_known() {
                ""
            } else {
                "unknown"
            };
            listed(question, capabilities.iter(), none)
        }
        "enabled" => listed(question, connection.enabled().names(), "none"),
        "open" => format!("open {}", connection.open_commands()),
        "wants-read" => format!("wants-read {}", connection.wants_read()),
        "supply" => match connection.wants_supply() {
            Some((handle, room)) => format!("supply {} {room}", names.name(handle)),
            None => "supply none".to_owned(),
        },
        "deadline" => match connection.poll_timeout() {
            Some(deadline) => {
                let left = deadline.at.saturating_since(now).as_secs_f64();
                format!("deadline {} in {left}s", deadline.timer)
            }
            None => "deadline none".to_owned(),
        },
        _ => return None,
    })
}

fn access(mailbox: Option<&MailboxView>) -> &'static str {
    match mailbox.map(MailboxView::access) {
        Some(Access::ReadWrite) => "read-write",
        Some(Access::ReadOnly) => "read-only",
        None => "none",
    }
}

fn counts(mailbox: Option<&MailboxView>) -> &'static str {
    match mailbox.map(MailboxView::certainty) {
        Some(Certainty::Exact) => "exact",
        Some(Certainty::Unreliable) => "unreliable",
        None => "none",
    }
}

fn listed<'a>(question: &str, names: impl Iterator<Item = &'a str>, none: &str) -> String {
    let names: Vec<_> = names.collect();
    match names.is_empty() {
        true => format!("{question} {none}"),
        false => format!("{question} {}", names.join(" ")),
    }
}

fn names_of(flags: SystemFlags) -> String {
    let named = [
        (SystemFlags::SEEN, "\\Seen"),
        (SystemFlags::ANSWERED, "\\Answered"),
        (SystemFlags::FLAGGED, "\\Flagged"),
        (SystemFlags::DELETED, "\\Deleted"),
        (SystemFlags::DRAFT, "\\Draft"),
        (SystemFlags::RECENT, "\\Recent"),
        (SystemFlags::KEYWORDS, "keywords"),
    ];
    let names = named.iter().filter(|(flag, _)| flags.contains(*flag));
    let names: Vec<_> = names.map(|(_, name)| *name).collect();
    names.join(" ")
}
