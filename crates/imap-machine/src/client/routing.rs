//! Which command an untagged response answers.
//!
//! Data belongs to the session; a command is only an annotation. The table is [`kind`]: what each response can be an
//! answer to. The pipelining rules see to it that at most one command in progress can be meant; where two could be all the same,
//! the one whose items fit best, then the oldest. FETCH data that fits none is unsolicited, like everything else
//! that nobody asked for.

use imap_types::mailbox::Mailbox;
use imap_types::response::Data;

use super::command::{Answers, Commands, Entry, Interest, Profile};
use super::event::Cause;
use crate::codec::fetch::Kind;
use crate::codec::{Fetch, FetchItem, FetchNumber, ResponseText, Untagged};

/// The command that `data` answers.
pub(crate) fn cause(commands: &Commands, data: &Untagged<'_>, exists: u32) -> Cause {
    match data {
        Untagged::Fetch(fetch) => fetch_cause(commands, fetch, exists),
        Untagged::Data(Data::Status { mailbox, .. }) => status_data_cause(commands, mailbox),
        data => of_kind(commands, kind(data)),
    }
}

/// The command that an untagged OK, NO or BAD belongs to: a SELECT, whose answer is made of them, or a MOVE, whose
/// COPYUID comes untagged (RFC 6851 section 4.3).
pub(crate) fn status_cause(commands: &Commands, text: &ResponseText<'_>) -> Cause {
    let kind = match text.has_code("COPYUID") {
        true => Answers::EXPUNGE,
        false => Answers::MAILBOX,
    };
    of_kind(commands, kind)
}

/// The command that a line may answer which nobody can read: one that asks for data of this name, or a raw one.
pub(crate) fn unrecognized_cause(commands: &Commands, line: &[u8]) -> Cause {
    let mut words = line
        .split(|octet| *octet == b' ')
        .filter(|word| !word.is_empty());
    let name = match words.next() {
        Some(b"*") => words.next().unwrap_or_default(),
        _ => return of_kind(commands, Answers::UNRECOGNIZED),
    };
    let named = NAMES
        .iter()
        .find_map(|(known, kind)| name.eq_ignore_ascii_case(known.as_bytes()).then_some(*kind));
    of_kind(commands, named.unwrap_or(Answers::UNRECOGNIZED))
}

const NAMES: [(&str, Answers); 12] = [
    ("LIST", Answers::LIST),
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
];

/// The command that a FETCH literal belongs to, of which only the head is there: the UID may still follow.
pub(crate) fn literal_cause(
    commands: &Commands,
    number: FetchNumber,
    uid: Option<u32>,
    exists: u32,
) -> Cause {
    let message = Message::new(number, uid, exists);
    best(commands, Answers::SECTION, |profile| {
        message.asked(profile, true)
    })
}

fn kind(data: &Untagged<'_>) -> Answers {
    match data {
        Untagged::Exists(_) | Untagged::Recent(_) => Answers::MAILBOX,
        Untagged::Vanished(vanished) if vanished.earlier => Answers::EARLIER,
        Untagged::Expunge(_) | Untagged::Vanished(_) => Answers::EXPUNGE,
        Untagged::Fetch(_) => Answers::NONE,
        Untagged::Data(data) => match data {
            Data::Capability(_) => Answers::CAPABILITY,
            Data::List { .. } => Answers::LIST,
            Data::Lsub { .. } => Answers::LSUB,
            Data::Status { .. } => Answers::STATUS,
            Data::Search(..) => Answers::SEARCH,
            Data::Sort(..) => Answers::SORT,
            Data::Thread(_) => Answers::THREAD,
            Data::Enabled { .. } => Answers::ENABLED,
            Data::Quota { .. } | Data::QuotaRoot { .. } => Answers::QUOTA,
            Data::Id { .. } => Answers::ID,
            Data::Metadata { .. } => Answers::METADATA,
            Data::Namespace { .. } => Answers::NAMESPACE,
            _ => Answers::MAILBOX,
        },
    }
}

/// STATUS in progress for the mailbox of this answer. Servers may spell the name in another way: when there is only one, it is
/// that one.
fn status_data_cause(commands: &Commands, mailbox: &Mailbox<'_>) -> Cause {
    let status = |profile: &Profile| profile.answers.has(Answers::STATUS);
    let named = first(commands, |profile| {
        status(profile) && !profile.is_elsewhere(mailbox)
    });
    let in_flight = commands.in_flight();
    let asked = in_flight.filter(|entry| status(&entry.profile)).count();
    match named {
        Cause::Unsolicited if asked == 1 => of_kind(commands, Answers::STATUS),
        named => named,
    }
}

fn of_kind(commands: &Commands, kind: Answers) -> Cause {
    first(commands, |profile| profile.answers.has(kind))
}

fn first(commands: &Commands, fits: impl Fn(&Profile) -> bool) -> Cause {
    let mut commands = commands.in_flight();
    let answered = commands.find(|entry| fits(&entry.profile));
    answered.map_or(Cause::Unsolicited, annotate)
}

fn annotate(entry: &Entry) -> Cause {
    match entry.interest {
        Interest::Open => Cause::Solicited(entry.handle()),
        Interest::Given => Cause::Abandoned(entry.handle()),
    }
}

/// The command that a row of FETCH answers.
pub(crate) fn fetch_cause(commands: &Commands, fetch: &Fetch<'_>, exists: u32) -> Cause {
    if commands.in_flight_count() == 0 {
        return Cause::Unsolicited;
    }
    let uid = fetch.uid().map(core::num::NonZeroU32::get);
    let message = Message::new(fetch.number(), uid, exists);
    // Rows of UID FETCH say the UID (RFC 9051 section 6.4.9): one that does not is no answer to it.
    let asked = |profile: &Profile| message.asked(profile, false);
    let mut meant = commands.in_flight().filter_map(|entry| {
        let asked = asked(&entry.profile);
        (asked != Answers::NONE).then_some((entry, asked))
    });
    let oldest = meant.next();
    // A row fits all UID STOREs alike, so the oldest that is meant is the one; there may be hundreds.
    let another = match commands.only_uid_stores() {
        true => None,
        false => meant.next(),
    };
    // A row is walked to its end only when that decides.
    match (oldest, another) {
        (None, _) => Cause::Unsolicited,
        (Some((one, asked)), None) if asked & front_items(fetch) != Answers::NONE => annotate(one),
        _ => best(commands, items(fetch), asked),
    }
}

/// A message of which a row speaks.
struct Message {
    number: u32,
    uid: Option<u32>,
    exists: u32,
}

impl Message {
    fn new(number: FetchNumber, uid: Option<u32>, exists: u32) -> Self {
        let (number, uid) = match number {
            FetchNumber::Seq(number) => (number, uid),
            FetchNumber::Uid(uid) => (0, Some(uid)),
        };
        Self {
            number,
            uid,
            exists,
        }
    }

    /// What the command wants to know of it; nothing, if the command is about other messages.
    fn asked(&self, profile: &Profile, if_unsure: bool) -> Answers {
        match &profile.scope {
            Some(scope) => {
                let meant = scope.contains(self.number, self.uid, self.exists);
                match meant.unwrap_or(if_unsure) {
                    true => profile.answers.telling(),
                    false => Answers::NONE,
                }
            }
            // SELECT with QRESYNC, and raw commands: whatever comes is theirs.
            None if profile.answers.is_fetch() => profile.answers,
            None => Answers::NONE,
        }
    }
}

/// The command that asked for most of these items.
fn best(commands: &Commands, items: Answers, asked: impl Fn(&Profile) -> Answers) -> Cause {
    let mut best: Option<(u32, &Entry)> = None;
    for entry in commands.in_flight() {
        let fit = fit(asked(&entry.profile), items);
        if fit > best.map_or(0, |(fit, _)| fit) {
            best = Some((fit, entry));
        }
    }
    best.map_or(Cause::Unsolicited, |(_, entry)| annotate(entry))
}

/// Every row has a UID, so that says least about whose it is.
fn fit(asked: Answers, items: Answers) -> u32 {
    let common = asked & items;
    2 * common.count() - u32::from(common.has(Answers::UID))
}

/// The items that were read with the head of the line.
fn front_items(fetch: &Fetch<'_>) -> Answers {
    let kinds = fetch.front_kinds();
    let answer = |kind: Kind, answer| match kinds & kind.bit() {
        0 => Answers::NONE,
        _ => answer,
    };
    answer(Kind::Uid, Answers::UID)
        | answer(Kind::Flags, Answers::FLAGS)
        | answer(Kind::ModSeq, Answers::MODSEQ)
        | answer(Kind::Size, Answers::SIZE)
        | answer(Kind::Date, Answers::DATE)
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
            FetchItem::Other { .. } | FetchItem::Malformed(_) => Answers::OTHER_ITEM,
        }
    })
}
