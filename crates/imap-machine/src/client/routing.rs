//! Which command an untagged response answers.
//!
//! Data belongs to the session; the command is only an annotation. The table is [`kind`]: which commands a response can answer.
//! The pipelining rules keep apart commands that could be confused. If a response still fits two commands, it is for the one
//! that asks for most of its items, then for the oldest. FETCH data that fits none is unsolicited.

pub(crate) mod lane;

use core::cmp::Reverse;

use super::command::{Answers, Commands, Entry, Interest, MessageNumbers, Profile};
use super::event::Cause;
use crate::codec::fetch::PlainItem;
use crate::codec::{
    Esearch, Fetch, FetchItem, FetchNumber, ListKind, MailboxName, ResponseText, SearchKind,
    Untagged,
};

/// The command that `data` answers.
pub(crate) fn cause(commands: &Commands, data: &Untagged<'_>, exists: u32) -> Cause {
    match data {
        Untagged::Fetch(fetch) => fetch_cause(commands, fetch, exists),
        Untagged::Esearch(esearch) => esearch_cause(commands, esearch),
        data => match (mailbox(data), kind(data)) {
            (Some(name), kind) => caused_by(commands.asking_about(kind, name.normal())),
            (None, Answers::SEARCH) => search_cause(commands),
            (None, kind) => of_kind(commands, kind),
        },
    }
}

/// The command that an untagged OK, NO or BAD belongs to. It is a SELECT, whose answer consists of such lines, or a MOVE,
/// whose COPYUID is untagged (RFC 6851 section 4.3), or a COPY, of a server that does the same there.
pub(crate) fn status_cause(commands: &Commands, text: &ResponseText<'_>) -> Cause {
    // It is about what the server will tell, whatever is going on (RFC 5465 section 5.8).
    if text.has_code("NOTIFICATIONOVERFLOW") {
        return Cause::Unsolicited;
    }
    if text.has_code("APPENDUID") {
        let replaces = |entry: &&Entry| entry.profile.verb.ends_with("REPLACE");
        let replacing = commands.in_flight().find(replaces);
        if replacing.is_some() {
            return caused_by(replacing);
        }
    }
    if !text.has_code("COPYUID") {
        return of_kind(commands, Answers::MAILBOX);
    }
    let moving = commands.answered_with(Answers::EXPUNGE);
    let copies = |entry: &&Entry| entry.profile.verb.ends_with("COPY");
    caused_by(moving.or_else(|| commands.in_flight().find(copies)))
}

/// ESEARCH names its command, or is the answer to a search.
fn esearch_cause(commands: &Commands, esearch: &Esearch<'_>) -> Cause {
    match &esearch.tag {
        // A tag that no command has is that of a search whose updates were asked for (RFC 5267 section 4.3).
        Some(tag) => caused_by(commands.by_tag(tag)),
        None => search_cause(commands),
    }
}

/// The search that data without a tag answers: one that has not asked for its tag, or else the oldest.
fn search_cause(commands: &Commands) -> Cause {
    let plain = commands.answered_with(Answers::SEARCH);
    caused_by(plain.or_else(|| commands.answered_with(Answers::ESEARCH)))
}

/// The command that an unreadable line may answer: one that asks for data of this name, or a raw one.
pub(crate) fn unrecognized_cause(commands: &Commands, line: &[u8], exists: u32) -> Cause {
    let mut words = line
        .split(|octet| *octet == b' ')
        .filter(|word| !word.is_empty());
    let name = match words.next() {
        Some(b"*") => words.next().unwrap_or_default(),
        _ => return of_kind(commands, Answers::UNRECOGNIZED),
    };
    let number = core::str::from_utf8(name)
        .ok()
        .and_then(|name| name.parse().ok());
    if let (Some(number), Some(kind)) = (number, words.next()) {
        if kind.eq_ignore_ascii_case(b"FETCH") {
            let of = FetchNumber::Seq(number);
            return unread_row_cause(commands, &message(of, None, exists));
        }
        if kind.eq_ignore_ascii_case(b"UIDFETCH") {
            let of = FetchNumber::Uid(number);
            return unread_row_cause(commands, &message(of, None, exists));
        }
    }
    let named = NAMES
        .iter()
        .find_map(|(known, kind)| name.eq_ignore_ascii_case(known.as_bytes()).then_some(*kind));
    match named {
        Some(Answers::SEARCH) => search_cause(commands),
        named => of_kind(commands, named.unwrap_or(Answers::UNRECOGNIZED)),
    }
}

const NAMES: [(&str, Answers); 23] = [
    ("LIST", Answers::LIST),
    ("XLIST", Answers::LIST),
    ("ESEARCH", Answers::SEARCH),
    ("COPYUID", Answers::EXPUNGE),
    ("LSUB", Answers::LSUB),
    ("STATUS", Answers::STATUS),
    ("SEARCH", Answers::SEARCH),
    ("SORT", Answers::SORT),
    ("THREAD", Answers::THREAD),
    ("ENABLED", Answers::ENABLED),
    ("QUOTA", Answers::QUOTA),
    ("QUOTAROOT", Answers::QUOTA),
    ("ID", Answers::ID),
    ("METADATA", Answers::METADATA),
    ("NAMESPACE", Answers::NAMESPACE),
    ("ACL", Answers::ACL),
    ("LISTRIGHTS", Answers::LIST_RIGHTS),
    ("MYRIGHTS", Answers::MY_RIGHTS),
    ("LANGUAGE", Answers::LANGUAGE),
    ("COMPARATOR", Answers::COMPARATOR),
    ("UIDBATCHES", Answers::UID_BATCHES),
    ("GENURLAUTH", Answers::URLS),
    ("URLFETCH", Answers::URLS),
];

/// The command that a FETCH literal belongs to. Only the head of the row is there: the UID may still follow.
pub(crate) fn literal_cause(
    commands: &Commands,
    number: FetchNumber,
    uid: Option<u32>,
    exists: u32,
) -> Cause {
    let message = message(number, uid, exists);
    let asked = |profile: &Profile| asked(profile, &message, true);
    best(commands.asked_about(message), Answers::SECTION, asked)
}

/// The command that a FETCH literal belongs to whose item cannot be told: the one that gets its row.
pub(crate) fn unread_literal_cause(
    commands: &Commands,
    number: FetchNumber,
    uid: Option<u32>,
    exists: u32,
) -> Cause {
    unread_row_cause(commands, &message(number, uid, exists))
}

/// The oldest command that may be answered with a row about this message. Its items cannot be read.
fn unread_row_cause(commands: &Commands, message: &MessageNumbers) -> Cause {
    let about = commands.asked_about(*message);
    let meant = about.filter(|entry| asked(&entry.profile, message, true) != Answers::NONE);
    caused_by(meant.min_by_key(|entry| entry.handle()))
}

fn kind(data: &Untagged<'_>) -> Answers {
    match data {
        Untagged::Exists(_) | Untagged::Recent(_) => Answers::MAILBOX,
        Untagged::Vanished(vanished) if vanished.earlier => Answers::EARLIER,
        Untagged::Expunge(_) | Untagged::Vanished(_) => Answers::EXPUNGE,
        Untagged::Fetch(_) => Answers::NONE,
        Untagged::Flags(_) => Answers::MAILBOX,
        Untagged::Capability(_) => Answers::CAPABILITY,
        Untagged::List(list) => match list.kind {
            ListKind::List | ListKind::Xlist => Answers::LIST,
            ListKind::Lsub => Answers::LSUB,
        },
        Untagged::Status(_) => Answers::STATUS,
        Untagged::Search(search) => match search.kind {
            SearchKind::Search => Answers::SEARCH,
            SearchKind::Sort => Answers::SORT,
        },
        Untagged::Esearch(_) => Answers::SEARCH,
        Untagged::Thread(_) => Answers::THREAD,
        Untagged::Enabled(_) => Answers::ENABLED,
        Untagged::Quota(_) | Untagged::QuotaRoot(_) => Answers::QUOTA,
        Untagged::Id(_) => Answers::ID,
        Untagged::Metadata(_) => Answers::METADATA,
        Untagged::Namespace(_) => Answers::NAMESPACE,
        Untagged::Acl(_) => Answers::ACL,
        Untagged::ListRights(_) => Answers::LIST_RIGHTS,
        Untagged::MyRights(_) => Answers::MY_RIGHTS,
        Untagged::Language(_) => Answers::LANGUAGE,
        Untagged::Comparator(_) => Answers::COMPARATOR,
        Untagged::UidBatches(_) => Answers::UID_BATCHES,
        Untagged::GenUrlAuth(_) | Untagged::UrlFetch(_) => Answers::URLS,
        // No command has a type for it: a raw one has asked for it.
        Untagged::Other(_) => Answers::UNRECOGNIZED,
    }
}

/// The mailbox that the data is about.
const fn mailbox<'s, 'a>(data: &'s Untagged<'a>) -> Option<&'s MailboxName<'a>> {
    match data {
        Untagged::List(it) => Some(&it.mailbox),
        Untagged::Status(it) => Some(&it.mailbox),
        Untagged::QuotaRoot(it) => Some(&it.mailbox),
        Untagged::Metadata(it) => Some(&it.mailbox),
        Untagged::Acl(it) => Some(&it.mailbox),
        Untagged::ListRights(it) => Some(&it.mailbox),
        Untagged::MyRights(it) => Some(&it.mailbox),
        _ => None,
    }
}

fn of_kind(commands: &Commands, kind: Answers) -> Cause {
    caused_by(commands.answered_with(kind))
}

fn caused_by(entry: Option<&Entry>) -> Cause {
    match entry {
        None => Cause::Unsolicited,
        Some(entry) if entry.interest == Interest::Open => Cause::Solicited(entry.handle()),
        Some(entry) => Cause::Abandoned(entry.handle()),
    }
}

/// The command that a row of FETCH answers.
pub(crate) fn fetch_cause(commands: &Commands, fetch: &Fetch<'_>, exists: u32) -> Cause {
    if commands.in_flight_count() == 0 {
        return Cause::Unsolicited;
    }
    let uid = fetch.uid().map(core::num::NonZeroU32::get);
    let message = message(fetch.number(), uid, exists);
    // The two branches are compiled separately, because there are many rows.
    let cause = match commands.are_few() {
        true => row_cause(|| commands.in_flight(), fetch, &message),
        false => row_cause(|| commands.asked_about(message), fetch, &message),
    };
    match cause == Cause::Unsolicited && !fetch.is_readable() {
        true => unread_row_cause(commands, &message),
        false => cause,
    }
}

/// `candidates`: all commands that the row may answer.
fn row_cause<'a, I: Iterator<Item = &'a Entry>>(
    candidates: impl Fn() -> I,
    fetch: &Fetch<'_>,
    message: &MessageNumbers,
) -> Cause {
    // Rows of UID FETCH have a UID (RFC 9051 section 6.4.9): one without does not answer it.
    let asked = |profile: &Profile| asked(profile, message, false);
    let mut meant = candidates().filter_map(|entry| {
        let asked = asked(&entry.profile);
        (asked != Answers::NONE).then_some((entry, asked))
    });
    let Some((one, asked_of_one)) = meant.next() else {
        return Cause::Unsolicited;
    };
    let only = meant.all(|(other, _)| other.handle() == one.handle());
    // Reading a row to its end is slow: done only when it decides.
    match only && asked_of_one & front_items(fetch) != Answers::NONE {
        true => caused_by(Some(one)),
        false => best(candidates(), items(fetch), asked),
    }
}

fn message(number: FetchNumber, uid: Option<u32>, exists: u32) -> MessageNumbers {
    let (number, uid) = match number {
        FetchNumber::Seq(number) => (number, uid),
        FetchNumber::Uid(uid) => (0, Some(uid)),
    };
    MessageNumbers {
        number,
        uid,
        exists,
    }
}

/// What the command asks of this message; nothing if it asks for other messages.
fn asked(profile: &Profile, message: &MessageNumbers, if_unsure: bool) -> Answers {
    match profile.scope() {
        Some(scope) => match scope.contains(message).unwrap_or(if_unsure) {
            true => profile.answers.telling(),
            false => Answers::NONE,
        },
        // SELECT with QRESYNC and raw commands may be answered by any message.
        None if profile.answers.is_fetch() => profile.answers,
        None => Answers::NONE,
    }
}

/// The command that asked for most of these items; of several such, the oldest.
fn best<'a>(
    meant: impl Iterator<Item = &'a Entry>,
    items: Answers,
    asked: impl Fn(&Profile) -> Answers,
) -> Cause {
    let fitting = meant.filter_map(|entry| {
        let fit = fit(asked(&entry.profile), items);
        (fit > 0).then_some((fit, entry))
    });
    let best = fitting.max_by_key(|(fit, entry)| (*fit, Reverse(entry.handle())));
    caused_by(best.map(|(_, entry)| entry))
}

/// How well the items fit. UID counts least, since every row has one.
fn fit(asked: Answers, items: Answers) -> u32 {
    let common = asked & items;
    2 * common.count() - u32::from(common.has(Answers::UID))
}

/// The items that were read with the head of the line.
fn front_items(fetch: &Fetch<'_>) -> Answers {
    let kinds = fetch.front_kinds();
    let answer = |kind: PlainItem, answer| match kinds & kind.bit() {
        0 => Answers::NONE,
        _ => answer,
    };
    answer(PlainItem::Uid, Answers::UID)
        | answer(PlainItem::Flags, Answers::FLAGS)
        | answer(PlainItem::ModSeq, Answers::MODSEQ)
        | answer(PlainItem::Size, Answers::SIZE)
        | answer(PlainItem::Date, Answers::DATE)
}

fn items(fetch: &Fetch<'_>) -> Answers {
    fetch.items().fold(Answers::NONE, |set, item| {
        set | match item {
            FetchItem::Uid(_) => Answers::UID,
            FetchItem::Flags(_) => Answers::FLAGS,
            FetchItem::ModSeq(_) => Answers::MODSEQ,
            FetchItem::Rfc822Size(_) => Answers::SIZE,
            FetchItem::InternalDate(_) => Answers::DATE,
            FetchItem::Envelope(_) => Answers::ENVELOPE,
            FetchItem::BodyStructure(_) | FetchItem::Body(_) => Answers::STRUCTURE,
            FetchItem::Section(_) | FetchItem::BinarySize(_) => Answers::SECTION,
            FetchItem::Other { name, .. } => Answers::OTHER_ITEM | unread_item(name),
            _ => Answers::OTHER_ITEM,
        }
    })
}

/// An item whose value cannot be read, by its name: it is still what the command asked for.
fn unread_item(name: &[u8]) -> Answers {
    let named = ITEMS
        .iter()
        .find(|(known, _)| name.eq_ignore_ascii_case(known.as_bytes()));
    named.map_or(Answers::NONE, |(_, answers)| *answers)
}

const ITEMS: [(&str, Answers); 8] = [
    ("UID", Answers::UID),
    ("FLAGS", Answers::FLAGS),
    ("MODSEQ", Answers::MODSEQ),
    ("RFC822.SIZE", Answers::SIZE),
    ("INTERNALDATE", Answers::DATE),
    ("ENVELOPE", Answers::ENVELOPE),
    ("BODYSTRUCTURE", Answers::STRUCTURE),
    ("BODY", Answers::STRUCTURE),
];

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;
    use proptest::sample::subsequence;

    use super::*;
    use crate::client::command::{Run, history};

    const ITEMS: [&str; 6] = [
        "FLAGS (\\Seen)",
        "MODSEQ (7)",
        "RFC822.SIZE 5",
        "BODY[] \"x\"",
        "X-GUID 9",
        "UID ",
    ];

    /// A row with its items in any order, and how many messages there are.
    fn row() -> impl Strategy<Value = (String, u32)> {
        let items = subsequence(ITEMS.to_vec(), 1..=ITEMS.len()).prop_shuffle();
        let uid = prop_oneof![8 => 1_u32..70, 1 => 1_u32..=u32::MAX];
        (1_u32..70, uid, items, 1_u32..70).prop_map(|(number, uid, items, exists)| {
            let items = items.into_iter().map(|item| match item {
                "UID " => format!("UID {uid}"),
                item => String::from(item),
            });
            let items: Vec<_> = items.collect();
            (
                format!("* {number} FETCH ({})\r\n", items.join(" ")),
                exists,
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn a_row_is_for_the_command_that_a_walk_finds(
            history in history(),
            rows in prop::collection::vec(row(), 10),
        ) {
            let mut run = Run::new();
            for op in history {
                run.step(op);
                for (line, exists) in &rows {
                    let fetch = Fetch::parse(line.as_bytes(), &[]).unwrap();
                    let uid = fetch.uid().map(core::num::NonZeroU32::get);
                    let commands = &run.commands;
                    let walked = |items, if_unsure, uid| {
                        let message = message(fetch.number(), uid, *exists);
                        let asked = |profile: &Profile| asked(profile, &message, if_unsure);
                        best(commands.in_flight(), items, asked)
                    };
                    let expected = walked(items(&fetch), false, uid);
                    prop_assert_eq!(fetch_cause(commands, &fetch, *exists), expected);
                    for uid in [uid, None] {
                        let found = literal_cause(commands, fetch.number(), uid, *exists);
                        prop_assert_eq!(found, walked(Answers::SECTION, true, uid));
                    }
                }
            }
        }
    }
}
