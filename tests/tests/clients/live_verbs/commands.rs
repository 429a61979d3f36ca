//! Commands of the session, searches, copies, and what removes messages.

use std::num::NonZeroU32;
use std::time::Duration;

use imap_machine::client::desk::Update;
use imap_machine::client::{
    Command, Event, Flag, Items, Resync, Search, SelectOptions, StatusName, Store,
};
use imap_machine::imap_types::command::CommandBody;

use super::mailboxes;
use super::messages::Bag;
use super::session::{Mode, Session};
use crate::client::Client;

pub(super) fn outside_of_a_mailbox<C: Client>(session: &mut Session<C>) {
    session.ask("NOOP", Ok(Command::noop()));
    session.ask("CAPABILITY", Ok(Command::capability()));
    if session.has("ID") {
        let about_us = [("name", "a \"quoted\" name"), ("version", "1")];
        let server = session.ask("ID", Command::id(about_us));
        let named = server.is_some_and(|server| !server.parameters.is_empty());
        session.expect(named, || {
            "ID: the server does not say what it is".to_owned()
        });
    }
    if session.has("CONDSTORE") {
        let enabled = session.ask("ENABLE", Command::enable(["CONDSTORE"]));
        let enabled = enabled.is_some_and(|enabled| enabled.has("CONDSTORE"));
        session.expect(enabled, || "ENABLE CONDSTORE: not enabled".to_owned());
    }
}

/// The numbers or UIDs that an answer has, compared with those of the messages of these names.
fn found<C: Client>(
    session: &mut Session<C>,
    bag: &Bag,
    what: &str,
    keys: Search,
    is_meant: impl Fn(usize) -> bool,
) {
    let expected: Vec<u32> = (1..)
        .zip(0..bag.mails.len())
        .filter(|(_, at)| is_meant(*at))
        .map(|(uid, _)| uid)
        .collect();
    let mut forms = vec![("UID SEARCH", Command::uid_search(keys.clone()))];
    if session.mode != Mode::UidOnly {
        forms.push(("SEARCH", Command::search(keys)));
    }
    for (verb, command) in forms {
        let found = session.ask(verb, command);
        let numbers: Vec<_> = found.map_or_else(Vec::new, |found| found.numbers().collect());
        let mut numbers: Vec<u32> = numbers.into_iter().map(NonZeroU32::get).collect();
        numbers.sort_unstable();
        session.expect(numbers == expected, || {
            format!("{verb} {what}: {numbers:?}, not {expected:?}")
        });
    }
}

pub(super) fn searches<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let flags = bag.flags.clone();
    let has = |at: usize, flag: &str| flags[at].contains(&flag);
    let named = |at: usize, name: &str| bag.mails[at].name == name;
    found(session, bag, "ALL", Search::all(), |_| true);
    found(session, bag, "FLAGGED", Search::flagged(), |at| {
        has(at, "\\Flagged")
    });
    let unseen = !Search::seen();
    found(session, bag, "NOT SEEN", unseen, |at| !has(at, "\\Seen"));
    found(
        session,
        bag,
        "KEYWORD",
        Search::all().keyword("MyKeyword"),
        |at| has(at, "MyKeyword"),
    );
    let subject = Search::all().subject("say \"hi\" \\ (to)");
    found(session, bag, "SUBJECT", subject, |at| named(at, "quotes"));
    let header = Search::all().header("Content-Location", "example");
    found(session, bag, "HEADER", header, |at| named(at, "odd types"));
    let large = Search::all().larger(8_000).smaller(1 << 20);
    found(session, bag, "LARGER", large, |at| {
        bag.mails[at].octets.len() > 8_000
    });
    let nothing = Search::all().from("not there");
    found(session, bag, "FROM", nothing, |_| false);
}

pub(super) fn copies_and_expunges<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let copies = session.below("copies");
    session.ask("CREATE", Command::create(&copies));
    copy(session, &copies);
    status(session, &copies);
    let mut exists = bag.len();
    if session.has("MOVE") {
        moves(session, &copies);
        exists -= if session.mode == Mode::UidOnly { 1 } else { 2 };
    }
    left(session, "MOVE", exists);
    let deleted = || [Flag::DELETED];
    session.ask(
        "UID STORE",
        Command::uid_store("3:5", Store::add(deleted())),
    );
    if session.has("UIDPLUS") {
        session.ask("UID EXPUNGE", Command::uid_expunge("4"));
        left(session, "UID EXPUNGE", exists - 1);
    }
    session.ask("EXPUNGE", Ok(Command::expunge()));
    exists -= 3;
    left(session, "EXPUNGE", exists);
    idle(session);
    session.ask("UID STORE", Command::uid_store("6", Store::add(deleted())));
    session.ask("CLOSE", Ok(Command::close()));
    if session.has("QRESYNC") {
        resynchronize(session, bag);
    }
    let examined = session.ask("EXAMINE", Command::examine(&bag.mailbox));
    let has = examined.map(|examined| examined.exists);
    session.expect(has == Some(exists - 1), || {
        format!("EXAMINE: {has:?}, not {}", exists - 1)
    });
    session.stream("CHECK", CommandBody::Check);
    if session.has("UNSELECT") {
        session.ask("UNSELECT", Ok(Command::unselect()));
    }
    let copied = if session.mode == Mode::UidOnly { 2 } else { 4 };
    let moved = bag.len() - exists - 3;
    let items = [StatusName::Messages];
    let status = session.ask("STATUS", Command::status(&copies, items));
    let has = status.and_then(|status| mailboxes::messages(&status));
    session.expect(has == Some(copied + moved), || {
        format!("STATUS: {has:?} copies, not {}", copied + moved)
    });
}

/// Two messages by UID, and two by number.
fn copy<C: Client>(session: &mut Session<C>, to: &str) {
    let mut forms = vec![("UID COPY", Command::uid_copy("1:2", to), [(1, 1), (2, 2)])];
    if session.mode != Mode::UidOnly {
        forms.push(("COPY", Command::copy("2:3", to), [(2, 3), (3, 4)]));
    }
    for (what, command, expected) in forms {
        let copied = session.ask(what, command);
        let pairs: Vec<_> = copied.iter().flat_map(|copied| copied.pairs()).collect();
        let told = pairs == expected || (pairs.is_empty() && !session.has("UIDPLUS"));
        session.expect(told, || format!("{what}: {pairs:?}, not {expected:?}"));
    }
}

/// One message by UID, and one by number.
fn moves<C: Client>(session: &mut Session<C>, to: &str) {
    let mut forms = vec![("UID MOVE", Command::uid_move("1", to), 1)];
    if session.mode != Mode::UidOnly {
        forms.push(("MOVE", Command::r#move("1", to), 2));
    }
    for (what, command, uid) in forms {
        let moved = session.ask(what, command);
        let pairs: Vec<_> = moved.iter().flat_map(|moved| moved.pairs()).collect();
        let told = matches!(pairs[..], [(from, _)] if from == uid);
        session.expect(told, || format!("{what}: {pairs:?}, not {uid}"));
    }
}

fn left<C: Client>(session: &mut Session<C>, what: &str, exists: u32) {
    session.ask("NOOP", Ok(Command::noop()));
    let has = session.exists();
    session.expect(has == exists, || {
        format!("{what}: {has} left, not {exists}")
    });
}

/// All that can be counted.
fn status<C: Client>(session: &mut Session<C>, mailbox: &str) {
    use StatusName::{
        Deleted, HighestModSeq, Messages, Recent, Size, UidNext, UidValidity, Unseen,
    };
    let mut items = vec![Messages, UidNext, UidValidity, Unseen];
    if session.mode != Mode::Imap4rev2 {
        items.push(Recent);
    }
    for (capability, item) in [
        ("STATUS=SIZE", Size),
        ("CONDSTORE", HighestModSeq),
        ("IMAP4rev2", Deleted),
    ] {
        if session.has(capability) {
            items.push(item);
        }
    }
    let status = session.ask("STATUS", Command::status(mailbox, items.clone()));
    let told = status.map_or(0, |status| status.items.len());
    session.expect(told == items.len(), || {
        format!("STATUS: {told} of {items:?}")
    });
}

fn idle<C: Client>(session: &mut Session<C>) {
    if !session.has("IDLE") {
        return;
    }
    let (idled, done) = session.client.idle(Duration::from_secs(60), |mut news| {
        Iterator::any(&mut news, |update| {
            matches!(update, Ok(Update::Event(Event::Idling { .. })))
        })
    });
    session.expect(idled && done.is_ok(), || format!("IDLE: {done:?}"));
    session.news();
}

/// What changed since the mailbox was new: all of it.
fn resynchronize<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let enabled = session.ask("ENABLE", Command::enable(["QRESYNC"]));
    let enabled = enabled.is_some_and(|enabled| enabled.has("QRESYNC"));
    session.expect(enabled, || "ENABLE QRESYNC: not enabled".to_owned());
    let Some(uid_validity) = bag.uid_validity else {
        return;
    };
    let known = SelectOptions::qresync(Resync::new(uid_validity.get(), 1));
    session.ask("SELECT QRESYNC", Command::select_with(&bag.mailbox, &known));
    let items = Items::from("FLAGS").changed_since(1).vanished();
    let fetch = Command::uid_fetch("1:*", items);
    let fetched = session.ask("UID FETCH CHANGEDSINCE", fetch);
    let rows = fetched.map_or(0, |fetched| fetched.messages.len());
    let exists = session.exists() as usize;
    session.expect(rows == exists, || {
        format!("UID FETCH CHANGEDSINCE: {rows} of {exists}")
    });
    session.ask(
        "UID STORE",
        Command::uid_store("7", Store::add([Flag::DELETED])),
    );
    session.ask(
        "UID STORE",
        Command::uid_store("7", Store::remove([Flag::DELETED])),
    );
}
