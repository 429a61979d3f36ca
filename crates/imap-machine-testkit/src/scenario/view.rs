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
        "access" => match mailbox.map(MailboxView::access) {
            Some(Access::ReadWrite) => "access read-write".to_owned(),
            Some(Access::ReadOnly) => "access read-only".to_owned(),
            None => "access none".to_owned(),
        },
        "counts" => match mailbox.map(MailboxView::certainty) {
            Some(Certainty::Exact) => "counts exact".to_owned(),
            Some(Certainty::Unreliable) => "counts unreliable".to_owned(),
            None => "counts none".to_owned(),
        },
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
        "capabilities" => match connection.capabilities().is_known() {
            true => {
                let names: Vec<_> = connection.capabilities().iter().collect();
                format!("capabilities {}", names.join(" "))
            }
            false => "capabilities unknown".to_owned(),
        },
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
