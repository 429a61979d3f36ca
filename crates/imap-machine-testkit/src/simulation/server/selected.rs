//! The model server's commands about messages.

use std::fmt::Write as _;

use super::model::{Answer, Model, Session, ok};
use crate::server::Body;
use crate::server::command::{Cursor, Refusal, to_set};
use crate::server::mailbox::{FlagChange, Message};
use crate::server::view::{Access, Numbering};

pub(super) fn by_uid(server: &mut Model, name: &str, args: &mut Cursor<'_>) -> Answer {
    match name {
        "EXPUNGE" => {
            args.arg(Cursor::sequence_set)?;
            expunge(server)
        }
        name => numbered(server, name, args, Numbering::Uid, None),
    }
}

pub(super) fn by_number(
    server: &mut Model,
    tag: &str,
    name: &str,
    args: &mut Cursor<'_>,
) -> Answer {
    match name {
        "EXPUNGE" => expunge(server),
        "CLOSE" => {
            _ = expunge(server);
            server.session = Session::Authenticated;
            ok("closed")
        }
        "UNSELECT" => {
            server.session = Session::Authenticated;
            ok("unselected")
        }
        name => numbered(server, name, args, Numbering::Sequence, Some(tag)),
    }
}

fn expunge(server: &mut Model) -> Answer {
    let Session::Selected(view) = &server.session else {
        return Err(Refusal::Bad("not now"));
    };
    if view.access == Access::ReadOnly {
        return Err(Refusal::No("read-only"));
    }
    let mailbox = server.store.valid_mut(view.uid_validity);
    let mailbox = mailbox.ok_or(Refusal::No("the mailbox is gone"))?;
    mailbox.remove(|message| message.has("\\Deleted"));
    ok("expunged")
}

fn numbered(
    server: &mut Model,
    name: &str,
    args: &mut Cursor<'_>,
    numbering: Numbering,
    tag: Option<&str>,
) -> Answer {
    if name == "SEARCH" {
        return search(server, numbering);
    }
    if !matches!(name, "FETCH" | "STORE" | "COPY" | "MOVE") {
        return Err(Refusal::Bad("unknown command"));
    }
    let set = args.arg(Cursor::sequence_set)?;
    let Session::Selected(view) = &server.session else {
        return Err(Refusal::Bad("not now"));
    };
    let places = view.resolve(&set, numbering)?;
    let meant: Vec<u32> = places.iter().map(|at| view.known[*at].uid).collect();
    if let Some(tag) = tag {
        server.record.meant.insert(tag.to_owned(), meant.clone());
    }
    match name {
        "FETCH" => fetch(server, &places, args, numbering),
        "STORE" => store(server, &places, args, numbering),
        _ => transfer(server, name, &meant, args),
    }
}

fn search(server: &mut Model, numbering: Numbering) -> Answer {
    let Session::Selected(view) = &server.session else {
        return Err(Refusal::Bad("not now"));
    };
    let mut line = "* SEARCH".to_owned();
    let lines = 1 + view.known.len() % 2;
    for (at, known) in view.known.iter().enumerate() {
        // An answer may have several lines (mjl-/mox#389).
        if lines == 2 && at == 1 {
            line.push_str("\r\n* SEARCH");
        }
        _ = match numbering {
            Numbering::Sequence => write!(line, " {}", at + 1),
            Numbering::Uid => write!(line, " {}", known.uid),
        };
    }
    server.say(&line);
    ok("searched")
}

fn fetch(server: &mut Model, places: &[usize], args: &Cursor<'_>, numbering: Numbering) -> Answer {
    let items = String::from_utf8_lossy(args.rest()).to_ascii_uppercase();
    let Session::Selected(view) = &server.session else {
        return Err(Refusal::Bad("not now"));
    };
    let mailbox = server.store.valid(view.uid_validity);
    let mailbox = mailbox.ok_or(Refusal::No("the mailbox is gone"))?;
    let (mut rows, mut missing) = (Vec::new(), false);
    let numbering = match (numbering, server.random.chance(30)) {
        // RFC 9051 section 6.4.9 says that the UID is in the row, but not where in it.
        (Numbering::Uid, true) => UidPlace::Last,
        (Numbering::Uid, false) => UidPlace::First,
        (Numbering::Sequence, _) => UidPlace::IfAsked,
    };
    for at in places {
        let uid = view.known[*at].uid;
        match mailbox.get(uid) {
            Some(message) => rows.extend(row(*at + 1, message, &items, numbering)),
            None => missing = true,
        }
    }
    server.output.extend(rows);
    match missing && numbering == UidPlace::IfAsked {
        true => Err(Refusal::No("[EXPUNGEISSUED] some are gone")),
        false => ok("fetched"),
    }
}

/// Where in a row its UID stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UidPlace {
    First,
    Last,
    IfAsked,
}

fn row(number: usize, message: &Message, items: &str, place: UidPlace) -> Vec<u8> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let uid = format!("UID {}", message.uid()).into_bytes();
    if place == UidPlace::First || place == UidPlace::IfAsked && items.contains("UID") {
        parts.push(uid.clone());
    }
    if items.contains("FLAGS") || items.contains("FAST") {
        parts.push(format!("FLAGS ({})", message.flags.join(" ")).into_bytes());
    }
    let Body::Bytes(octets) = &message.body else {
        return Vec::new();
    };
    for section in ["[]", "[HEADER]", "[TEXT]"] {
        if !items.contains(&format!("BODY.PEEK{section}")) {
            continue;
        }
        // The header is the first half here, and the text is the second.
        let (header, text) = octets.split_at(octets.len() / 2);
        let octets = match section {
            "[HEADER]" => header,
            "[TEXT]" => text,
            _ => octets,
        };
        let mut part = format!("BODY{section} {{{}}}\r\n", octets.len()).into_bytes();
        part.extend_from_slice(octets);
        parts.push(part);
    }
    if parts.is_empty() {
        parts.push(format!("RFC822.SIZE {}", message.body.size()).into_bytes());
    }
    if place == UidPlace::Last {
        parts.push(uid);
    }
    let mut row = format!("* {number} FETCH (").into_bytes();
    row.extend(parts.join(&b' '));
    row.extend(b")\r\n");
    row
}

fn store(
    server: &mut Model,
    places: &[usize],
    args: &mut Cursor<'_>,
    numbering: Numbering,
) -> Answer {
    let what = args.arg(Cursor::word)?;
    let flags = args.arg(|args| args.list(Cursor::flag))?;
    let silent = what.ends_with(".SILENT");
    let change = match what.trim_end_matches(".SILENT") {
        "+FLAGS" => FlagChange::Add(flags),
        "-FLAGS" => FlagChange::Remove(flags),
        _ => FlagChange::Replace(flags),
    };
    let Session::Selected(view) = &mut server.session else {
        return Err(Refusal::Bad("not now"));
    };
    if view.access == Access::ReadOnly {
        return Err(Refusal::No("read-only"));
    }
    let mailbox = server.store.valid_mut(view.uid_validity);
    let mailbox = mailbox.ok_or(Refusal::No("the mailbox is gone"))?;
    let (mut rows, mut missing) = (Vec::new(), false);
    for at in places {
        let known = &mut view.known[*at];
        let Some(message) = mailbox.store(known.uid, &mut known.change, &change) else {
            missing = true;
            continue;
        };
        if !silent {
            known.change = message.change;
            let place = match numbering {
                Numbering::Uid => UidPlace::First,
                Numbering::Sequence => UidPlace::IfAsked,
            };
            rows.extend(row(*at + 1, &message, "FLAGS", place));
        }
    }
    server.output.extend(rows);
    match missing && numbering == Numbering::Sequence {
        true => Err(Refusal::No("[EXPUNGEISSUED] some are gone")),
        false => ok("stored"),
    }
}

fn transfer(server: &mut Model, name: &str, meant: &[u32], args: &mut Cursor<'_>) -> Answer {
    let to = server.mailbox(args)?;
    let Session::Selected(view) = &server.session else {
        return Err(Refusal::Bad("not now"));
    };
    if name == "MOVE" && view.access == Access::ReadOnly {
        return Err(Refusal::No("read-only"));
    }
    let validity = view.uid_validity;
    let from = server.store.valid(validity);
    let from = from.ok_or(Refusal::No("the mailbox is gone"))?;
    let found: Vec<Message> = meant
        .iter()
        .filter_map(|uid| from.get(*uid).cloned())
        .collect();
    let gone: Vec<u32> = found.iter().map(Message::uid).collect();
    let Some(target) = server.store.find_mut(&to) else {
        return Err(Refusal::No("[TRYCREATE] no such mailbox"));
    };
    let new: Vec<u32> = found.into_iter().map(|it| target.push(it)).collect();
    let code = match new.is_empty() {
        true => String::new(),
        false => {
            let target = target.uid_validity;
            format!("[COPYUID {target} {} {}] ", to_set(&gone), to_set(&new))
        }
    };
    if let ("MOVE", Some(from)) = (name, server.store.valid_mut(validity)) {
        from.remove(|message| gone.contains(&message.uid()));
    }
    Ok(Some(format!("{code}done")))
}
