//! Messages that are hard to read: put there, and fetched in every way.

use std::num::NonZeroU32;

use imap_machine::client::answers::{Fetched, FetchedMessage};
use imap_machine::client::{AppendMessage, Command, Flag};
use imap_machine_tests::nasty::{self, Mail};

use super::session::{Mode, Session};
use crate::client::Client;

/// What was put into a mailbox. The UID of each message is its place, from 1.
pub(super) struct Bag {
    pub(super) mailbox: String,
    pub(super) mails: Vec<Mail>,
    /// The flags of each, without `\Recent`.
    pub(super) flags: Vec<Vec<&'static str>>,
    pub(super) uid_validity: Option<NonZeroU32>,
}

impl Bag {
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.mails.len()).unwrap()
    }

    /// All of them, as a set.
    pub(super) fn all(&self) -> String {
        format!("1:{}", self.mails.len())
    }
}

/// Makes a mailbox and puts the messages into it.
pub(super) fn put<C: Client>(session: &mut Session<C>) -> Bag {
    let mut bag = Bag {
        mailbox: session.below("mail"),
        mails: Vec::new(),
        flags: Vec::new(),
        uid_validity: None,
    };
    session.ask("CREATE", Command::create(&bag.mailbox));
    for (at, mail) in nasty::messages().into_iter().enumerate() {
        let flags = [
            &[][..],
            &["\\Seen"],
            &["\\Flagged", "\\Answered"],
            &["$Junk"],
        ][at % 4];
        let message = AppendMessage::new(mail.octets.clone()).flags(flags.iter().copied());
        let append = Command::append(&bag.mailbox, message);
        let appended = session.ask(&format!("APPEND {}", mail.name), append);
        let uid = appended.map(|appended| appended.uid);
        added(session, &mut bag, mail, flags, uid);
    }
    for mail in nasty::refusable() {
        let size = mail.octets.len() as u64;
        let appended = session
            .client
            .append_stream(&bag.mailbox, size, mail.octets.clone());
        let appended = session.take(&format!("APPEND {}", mail.name), appended);
        let uid = appended.map(|appended| appended.uid);
        added(session, &mut bag, mail, &[], uid);
    }
    bag
}

/// `uid` is `None` if the message was refused.
fn added<C: Client>(
    session: &mut Session<C>,
    bag: &mut Bag,
    mail: Mail,
    flags: &[&'static str],
    uid: Option<Option<(NonZeroU32, NonZeroU32)>>,
) {
    let Some(uid) = uid else { return };
    let name = mail.name;
    bag.mails.push(mail);
    bag.flags.push(flags.to_vec());
    match uid {
        Some((validity, uid)) => {
            let expected = bag.len();
            session.expect(uid.get() == expected, || {
                format!("APPEND {name}: UID {uid}, not {expected}")
            });
            bag.uid_validity.get_or_insert(validity);
        }
        None => {
            let promised = session.has("UIDPLUS");
            session.expect(!promised, || format!("APPEND {name}: no APPENDUID"));
        }
    }
}

/// Opens the mailbox and fetches.
pub(super) fn read<C: Client>(session: &mut Session<C>, bag: &Bag) {
    if let Some(selected) = session.ask("SELECT", Command::select(&bag.mailbox)) {
        session.expect(selected.exists == bag.len(), || {
            format!("SELECT: {} exist, not {}", selected.exists, bag.len())
        });
        let next = selected.uids.next.map(NonZeroU32::get);
        session.expect(next == Some(bag.len() + 1), || {
            format!("SELECT: UIDNEXT {next:?}")
        });
        let validity = selected.uids.validity;
        let agrees = validity.is_some() && bag.uid_validity.is_none_or(|it| Some(it) == validity);
        session.expect(agrees, || {
            format!(
                "SELECT: UIDVALIDITY {validity:?}, not {:?}",
                bag.uid_validity
            )
        });
    }
    let items = "UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE";
    for row in rows(session, bag, "FETCH", items) {
        described(session, bag, &row);
    }
    for row in rows(session, bag, "FETCH BODY", "UID BODY") {
        let name = name_of(bag, &row);
        session.expect(row.structure().is_some(), || {
            format!("BODY of {name}: {}", others(&row))
        });
    }
    bodies(session, bag);
    sections(session, bag);
    if session.mode != Mode::UidOnly {
        old_names(session, bag);
    }
}

/// One row for each message, in order.
fn rows<C: Client>(
    session: &mut Session<C>,
    bag: &Bag,
    what: &str,
    items: &str,
) -> Vec<FetchedMessage> {
    let by_uid = session.ask(
        &format!("UID {what}"),
        Command::uid_fetch(&bag.all(), items),
    );
    let mut rows = whole(session, bag, &format!("UID {what}"), by_uid);
    if session.mode != Mode::UidOnly {
        let by_number = session.ask(what, Command::fetch(&bag.all(), items));
        rows = whole(session, bag, what, by_number);
        for (number, row) in (1..).zip(&rows) {
            session.expect(row.number == number, || {
                format!("{what}: {number} is {}", row.number)
            });
        }
    }
    for (uid, row) in (1..).zip(&rows) {
        let has = row.uid.map(NonZeroU32::get);
        session.expect(has == Some(uid), || {
            format!("{what}: UID {has:?}, not {uid}")
        });
    }
    rows
}

/// Whether there are as many rows as messages, and none has what cannot be read.
fn whole<C: Client>(
    session: &mut Session<C>,
    bag: &Bag,
    what: &str,
    fetched: Option<Fetched>,
) -> Vec<FetchedMessage> {
    let rows = fetched.map_or_else(Vec::new, |fetched| fetched.messages);
    session.expect(rows.len() == bag.mails.len(), || {
        format!(
            "{what}: {} rows for {} messages",
            rows.len(),
            bag.mails.len()
        )
    });
    for row in &rows {
        let malformed = row.others.iter().any(|(name, _)| name.is_empty());
        session.expect(!malformed, || {
            format!(
                "{what}: malformed: {} of {}",
                others(row),
                name_of(bag, row)
            )
        });
    }
    rows
}

fn name_of(bag: &Bag, row: &FetchedMessage) -> &'static str {
    let place = row.uid.map_or(row.number, NonZeroU32::get) as usize;
    let mail = place.checked_sub(1).and_then(|place| bag.mails.get(place));
    mail.map_or("no message", |mail| mail.name)
}

/// What was kept as received.
fn others(row: &FetchedMessage) -> String {
    let others = row.others.iter().map(|(name, value)| {
        let value = imap_machine_testkit::scenario::escape(value);
        format!("{name} {}", value.chars().take(300).collect::<String>())
    });
    others.collect::<Vec<_>>().join(", ")
}

fn described<C: Client>(session: &mut Session<C>, bag: &Bag, row: &FetchedMessage) {
    let name = name_of(bag, row);
    let place = row.uid.map_or(1, NonZeroU32::get) as usize - 1;
    let (Some(mail), Some(flags)) = (bag.mails.get(place), bag.flags.get(place)) else {
        return;
    };
    session.expect(row.envelope().is_some(), || {
        format!("ENVELOPE of {name}: {}", others(row))
    });
    session.expect(row.structure().is_some(), || {
        format!("BODYSTRUCTURE of {name}: {}", others(row))
    });
    session.expect(row.internal_date.is_some(), || {
        format!("INTERNALDATE of {name}: {}", others(row))
    });
    session.expect(row.size == Some(mail.octets.len() as u64), || {
        format!(
            "RFC822.SIZE of {name}: {:?}, not {}",
            row.size,
            mail.octets.len()
        )
    });
    let has = flags_of(row);
    let mut expected = flags.clone();
    expected.sort_unstable();
    session.expect(has == expected, || {
        format!("FLAGS of {name}: {has:?}, not {expected:?}")
    });
}

/// Sorted, without `\Recent`.
pub(super) fn flags_of(row: &FetchedMessage) -> Vec<String> {
    let flags = row.flags.iter().flat_map(|flags| flags.iter());
    let mut flags: Vec<String> = flags
        .filter(|flag| *flag != Flag::RECENT)
        .map(|flag| flag.to_string())
        .collect();
    flags.sort_unstable();
    flags
}

fn bodies<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let items = "UID BODY.PEEK[]";
    for (mail, row) in bag
        .mails
        .iter()
        .zip(rows(session, bag, "FETCH BODY[]", items))
    {
        let has = row.section("BODY[]");
        session.expect(has == Some(&mail.octets[..]), || {
            let has = has.map(|octets| octets.get(..octets.len().min(60)).unwrap_or_default());
            let has = has.map(imap_machine_testkit::scenario::escape);
            format!("BODY[] of {}: {has:?}", mail.name)
        });
    }
}

/// Parts of messages: header and text are the whole, and each that was asked for is there.
fn sections<C: Client>(session: &mut Session<C>, bag: &Bag) {
    let items = "UID BODY.PEEK[HEADER] BODY.PEEK[TEXT] BODY.PEEK[HEADER.FIELDS (Subject X-Odd)] \
                 BODY.PEEK[HEADER.FIELDS.NOT (Subject)] BODY.PEEK[1] BODY.PEEK[1.MIME] \
                 BODY.PEEK[1.HEADER] BODY.PEEK[]<3.5>";
    for (mail, row) in bag
        .mails
        .iter()
        .zip(rows(session, bag, "FETCH sections", items))
    {
        let name = mail.name;
        session.expect(row.sections.len() == 8, || {
            format!("FETCH sections: {:?} of {name}", row.sections)
        });
        let whole = [row.section("BODY[HEADER]"), row.section("BODY[TEXT]")];
        let whole: Vec<u8> = whole.into_iter().flatten().flatten().copied().collect();
        session.expect(whole == mail.octets, || {
            format!(
                "FETCH sections: header and text of {name} are {} octets, not {}",
                whole.len(),
                mail.octets.len()
            )
        });
        let part = row
            .sections
            .iter()
            .find(|section| section.origin == Some(3));
        let part = part.and_then(|section| section.octets.clone());
        let expected = mail.octets.get(3..).unwrap_or_default();
        let expected = &expected[..expected.len().min(5)];
        session.expect(part.as_deref() == Some(expected), || {
            format!("FETCH sections: BODY[]<3> of {name} is {part:?}")
        });
    }
}

/// The items and macros of RFC 3501.
fn old_names<C: Client>(session: &mut Session<C>, bag: &Bag) {
    // RFC822 and RFC822.TEXT set \Seen.
    let header = rows(session, bag, "FETCH RFC822.HEADER", "UID RFC822.HEADER");
    let headers = header
        .iter()
        .filter(|row| row.section("RFC822.HEADER").is_some())
        .count();
    session.expect(headers == bag.mails.len(), || {
        format!("RFC822.HEADER of {headers}")
    });
    for name in ["RFC822", "RFC822.TEXT"] {
        let fetched = session.ask(name, Command::fetch("2", format!("UID {name} FLAGS")));
        let rows = fetched.map_or_else(Vec::new, |fetched| fetched.messages);
        let there = rows.iter().any(|row| row.section(name).is_some());
        session.expect(there, || format!("{name}: {rows:?}"));
    }
    for name in ["ALL", "FAST", "FULL"] {
        let fetched = session.ask(name, Command::fetch("1", name));
        let rows = fetched.map_or_else(Vec::new, |fetched| fetched.messages);
        let whole = rows.iter().any(|row| {
            let envelope = row.envelope().is_some() || name == "FAST";
            let body = row.structure().is_some() || name != "FULL";
            row.flags.is_some()
                && row.size.is_some()
                && row.internal_date.is_some()
                && envelope
                && body
        });
        session.expect(rows.len() == 1 && whole, || format!("{name}: {rows:?}"));
    }
}
