//! STORE in all its forms, compared with what the flags should be.

use imap_machine::client::answers::Fetched;
use imap_machine::client::{Command, InvalidArgument, Store, TypedCommand};

use super::messages::{Bag, flags_of};
use super::session::{Mode, Session};
use crate::client::Client;

/// Messages by UID, messages by number, and what happens to their flags. It changes each of them: a server need not speak of
/// flags that stay.
type Step = (&'static str, &'static str, Kind, &'static [&'static str]);

#[derive(Clone, Copy)]
enum Kind {
    Add,
    Remove,
    Replace,
}

impl Kind {
    fn store(self, flags: &[&'static str]) -> Store {
        let flags = flags.iter().copied();
        match self {
            Self::Add => Store::add(flags),
            Self::Remove => Store::remove(flags),
            Self::Replace => Store::replace(flags),
        }
    }
}

const STEPS: [Step; 4] = [
    ("1:3", "7:9", Kind::Add, &["\\Draft", "$Forwarded"]),
    ("2:3", "8:9", Kind::Remove, &["\\Draft"]),
    ("5", "10", Kind::Replace, &["\\Answered", "MyKeyword"]),
    ("6", "11", Kind::Replace, &[]),
];

pub(super) fn cases<C: Client>(session: &mut Session<C>, bag: &mut Bag) {
    for (uids, numbers, kind, flags) in STEPS {
        store(
            session,
            bag,
            "UID STORE",
            Command::uid_store(uids, kind.store(flags)),
            uids,
        );
        apply(bag, uids, kind, flags);
        if session.mode != Mode::UidOnly {
            store(
                session,
                bag,
                "STORE",
                Command::store(numbers, kind.store(flags)),
                numbers,
            );
            apply(bag, numbers, kind, flags);
        }
    }
    compare(session, bag);
    for (uids, numbers, kind, flags) in STEPS {
        let kind = match kind {
            Kind::Add => Kind::Remove,
            Kind::Remove => Kind::Add,
            Kind::Replace => Kind::Replace,
        };
        session.ask(
            "UID STORE .SILENT",
            Command::uid_store(uids, kind.store(flags).silent()),
        );
        apply(bag, uids, kind, flags);
        if session.mode != Mode::UidOnly {
            session.ask(
                "STORE .SILENT",
                Command::store(numbers, kind.store(flags).silent()),
            );
            apply(bag, numbers, kind, flags);
        }
    }
    compare(session, bag);
    if session.has("CONDSTORE") {
        conditional(session);
        compare(session, bag);
    }
}

fn places(set: &str) -> std::ops::RangeInclusive<usize> {
    let (first, last) = set.split_once(':').unwrap_or((set, set));
    first.parse().unwrap()..=last.parse().unwrap()
}

fn apply(bag: &mut Bag, set: &str, kind: Kind, flags: &[&'static str]) {
    for place in places(set) {
        let has = &mut bag.flags[place - 1];
        match kind {
            Kind::Replace => *has = flags.to_vec(),
            Kind::Remove => has.retain(|flag| !flags.contains(flag)),
            Kind::Add => {
                has.retain(|flag| !flags.contains(flag));
                has.extend(flags);
            }
        }
    }
}

/// Each message has a row with its flags.
fn store<C: Client>(
    session: &mut Session<C>,
    bag: &Bag,
    what: &str,
    command: Result<TypedCommand<Fetched>, InvalidArgument>,
    set: &str,
) {
    let stored = session.ask(what, command);
    let rows = stored.map_or_else(Vec::new, |stored| stored.messages);
    let told = rows.iter().filter(|row| row.flags.is_some()).count();
    session.expect(told == places(set).count(), || {
        format!("{what} {set} of {}: {told} rows", bag.all())
    });
}

/// No message is as old as it has to be, so none is changed.
fn conditional<C: Client>(session: &mut Session<C>) {
    let store = Command::uid_store("1:2", Store::add(["\\Deleted"]).unchanged_since(1));
    session.ask("UID STORE UNCHANGEDSINCE", store);
}

/// What the server says now.
fn compare<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let items = "UID FLAGS";
    let fetched = session.ask("UID FETCH", Command::uid_fetch(&bag.all(), items));
    let rows = fetched.map_or_else(Vec::new, |fetched| fetched.messages);
    session.expect(rows.len() == bag.mails.len(), || {
        format!("UID FETCH: {} rows", rows.len())
    });
    for (row, flags) in rows.iter().zip(&bag.flags) {
        let mut expected = flags.clone();
        expected.sort_unstable();
        let has = flags_of(row);
        session.expect(has == expected, || {
            format!("STORE: {:?} has {has:?}, not {expected:?}", row.uid)
        });
    }
}
