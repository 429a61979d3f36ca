//! Mailboxes with names that are hard to write.

use std::collections::BTreeSet;

use imap_machine::client::answers::{Counted, Listed};
use imap_machine::client::{Command, MailboxArgument, StatusName};
use imap_machine::codec::{StatusItem, encode_mailbox_name};
use imap_machine_tests::live::message;
use imap_machine_tests::nasty;

use super::session::{Kind, Mode, Session};
use crate::client::Client;

pub(super) fn cases<C: Client>(session: &mut Session<C>) {
    let made: Vec<&str> = nasty::MAILBOXES
        .into_iter()
        .filter(|name| make(session, name))
        .collect();
    listed(session, "LIST", &made);
    listed_by_another(session, &made);
    named_as_listed(session);
    named_by_hand(session);
    for name in &made {
        visit(session, name);
    }
    listed(session, "LSUB", &made);
    // Courier takes 2 s for each RENAME and for each DELETE.
    let stays = |name: &&str| session.kind == Kind::Courier && *name != "say \"hi\"";
    let (left, removed): (Vec<&str>, Vec<&str>) = made.into_iter().partition(stays);
    for name in removed {
        remove(session, name);
    }
    listed(session, "LIST", &left);
    listed(session, "LSUB", &left);
}

fn make<C: Client>(session: &mut Session<C>, name: &str) -> bool {
    let mailbox = session.below(name);
    let made = session.ask(&format!("CREATE {name}"), Command::create(&mailbox));
    made.is_some()
}

/// All mailboxes below the top.
fn listed<C: Client>(session: &mut Session<C>, verb: &str, names: &[&str]) {
    let pattern = session.below("*");
    let listed = match verb {
        "LIST" => session.ask(verb, Command::list("", &pattern)),
        _ => session.ask(verb, Command::lsub("", &pattern)),
    };
    let listed: BTreeSet<String> = names_of(listed).collect();
    for name in names {
        let found = listed.contains(&session.below(name));
        session.expect(found, || format!("{verb}: {name} is missing"));
    }
    let expected: BTreeSet<String> = names.iter().map(|name| session.below(name)).collect();
    for name in listed.difference(&expected) {
        session.expect(false, || format!("{verb}: {name} should not be there"));
    }
}

/// What a session sees that turns nothing on: what is turned on must change how names are written, and not what they are.
fn listed_by_another<C: Client>(session: &mut Session<C>, names: &[&str]) {
    let mut another = session.another();
    let listed = another.run(Command::list("", session.below("*")));
    let listed: BTreeSet<String> = names_of(listed.ok()).collect();
    for name in names {
        let found = listed.contains(&session.below(name));
        session.expect(found, || {
            format!("LIST of another session: {name} is missing")
        });
    }
    another.logout().unwrap();
}

/// A mailbox that LIST has told is named again, also to a server that writes names in another encoding than it has enabled.
fn named_as_listed<C: Client>(session: &mut Session<C>) {
    let listed = session.ask("LIST", Command::list("", session.below("*")));
    for mailbox in listed.into_iter().flatten() {
        let what = format!("STATUS as listed {}", mailbox.name);
        let status = Command::status(&mailbox, [StatusName::Messages]);
        session.ask(&what, status);
    }
}

/// What an application sends to a server that requires modified UTF-7 after ENABLE UTF8=ACCEPT.
fn named_by_hand<C: Client>(session: &mut Session<C>) {
    if (session.kind, session.mode) != (Kind::Dovecot24, Mode::Utf8) {
        return;
    }
    let name = session.below("Entw\u{fc}rfe");
    let argument = MailboxArgument::from_wire(encode_mailbox_name(&name));
    session.ask("CREATE by hand", Command::create(&argument));
    let mut another = session.another();
    let listed = another.run(Command::list("", &name));
    let found = names_of(listed.ok()).any(|listed| listed == name);
    session.expect(found, || "LIST: the one by hand is missing".to_owned());
    another.logout().unwrap();
    session.ask("DELETE by hand", Command::delete(argument));
}

fn names_of(listed: Option<Listed>) -> impl Iterator<Item = String> {
    let mailboxes = listed.into_iter().flat_map(|listed| listed.mailboxes);
    mailboxes.map(|mailbox| mailbox.name)
}

fn visit<C: Client>(session: &mut Session<C>, name: &str) {
    let mailbox = session.below(name);
    let append = Command::append(&mailbox, message(name, 1));
    session.ask(&format!("APPEND to {name}"), append);
    let items = [StatusName::Messages];
    let what = format!("STATUS {name}");
    let status = session.ask(&what, Command::status(&mailbox, items));
    let messages = status.and_then(|status| messages(&status));
    session.expect(messages == Some(1), || {
        format!("{what}: {messages:?} messages")
    });
    for (verb, command) in [
        ("SELECT", Command::select(&mailbox)),
        ("EXAMINE", Command::examine(&mailbox)),
    ] {
        let what = format!("{verb} {name}");
        let exists = session.ask(&what, command).map(|selected| selected.exists);
        session.expect(exists == Some(1), || format!("{what}: {exists:?} exist"));
    }
    session.ask("CLOSE", Ok(Command::close()));
    session.ask(&format!("SUBSCRIBE {name}"), Command::subscribe(&mailbox));
}

/// Renames it before, back and forth.
fn remove<C: Client>(session: &mut Session<C>, name: &str) {
    let (mailbox, renamed) = (session.below(name), session.below("renamed"));
    session.ask(
        &format!("UNSUBSCRIBE {name}"),
        Command::unsubscribe(&mailbox),
    );
    session.ask(
        &format!("RENAME {name}"),
        Command::rename(&mailbox, &renamed),
    );
    let listed: Vec<String> = names_of(session.ask("LIST", Command::list("", &renamed))).collect();
    let is_there = listed == [renamed.clone()];
    session.expect(is_there, || format!("RENAME {name}: LIST has {listed:?}"));
    session.ask(
        &format!("RENAME to {name}"),
        Command::rename(&renamed, &mailbox),
    );
    session.ask(&format!("DELETE {name}"), Command::delete(&mailbox));
}

pub(super) fn messages(status: &Counted) -> Option<u32> {
    status.items.iter().find_map(|item| match item {
        StatusItem::Messages(count) => Some(*count),
        _ => None,
    })
}
