//! Which commands may be on the wire together: the rules of RFC 9051 section 5.5 as data.
//!
//! A command *exhibits* traits and *answers* with kinds of data (see `profile`); whether it may start is
//! a check against what is in progress. What the RFC calls an ambiguity cannot be sent.

use core::fmt;

use super::profile::{Answers, Effect, Profile, Traits};
use super::{CommandHandle, Entry, Interest, Scope};

/// Why a command is not sent yet, and whose fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The command that has to end first.
    pub by: CommandHandle,
    /// The reason.
    pub why: Why,
}

/// What keeps two commands from being in progress together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Why {
    /// The command in progress has the wire for itself (AUTHENTICATE, IDLE, SELECT, STARTTLS, ...).
    Barrier,
    /// The waiting command needs the wire for itself.
    NeedsSilence,
    /// Messages may be renumbered by the command in progress, and the waiting one names messages by number.
    MayRenumber,
    /// Both are answered with the same kind of data, which says not for whom it is.
    SameAnswer,
    /// One reads flags that the other changes.
    Flags,
    /// A part of the command in progress still waits for permission; nothing can come in between (RFC 9051
    /// section 5.5).
    HalfSent,
    /// As many commands as [`Limits::in_flight`](crate::Limits::in_flight) are on the wire.
    WindowFull,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Barrier => "has the wire for itself",
            Self::NeedsSilence => "is not done",
            Self::MayRenumber => "may renumber",
            Self::SameAnswer => "has the same kind of answer",
            Self::Flags => "is about flags of the same messages",
            Self::HalfSent => "is not all sent",
            Self::WindowFull => "is one of too many on the wire",
        })
    }
}

/// Whether `candidate` may go out while `in_flight` are in progress.
pub(crate) fn may_start<'a>(
    candidate: &Profile,
    in_flight: impl Iterator<Item = &'a Entry>,
) -> Result<(), Blocked> {
    for entry in in_flight {
        let why = match entry.interest {
            Interest::Open => conflict(candidate, &entry.profile),
            Interest::Given => conflict_with_tombstone(candidate, &entry.profile),
        };
        if let Some(why) = why {
            let by = entry.handle();
            return Err(Blocked { by, why });
        }
    }
    Ok(())
}

/// Why `candidate` must not start while a command that nobody waits for any more is still unanswered. That may be for good,
/// so only what would be ambiguous or change the ground waits for it.
fn conflict_with_tombstone(candidate: &Profile, other: &Profile) -> Option<Why> {
    match (&candidate.effect, &other.effect) {
        // Whatever is sent in the middle of these would be taken for a part of them.
        (_, Effect::Authenticate | Effect::Idle | Effect::StartTls | Effect::Compress) => {
            return conflict(candidate, other);
        }
        (Effect::Logout, _) => return None,
        (_, Effect::None) => {}
        _ => return conflict(candidate, other),
    }
    if !matches!(candidate.effect, Effect::None | Effect::Idle) {
        return Some(Why::NeedsSilence);
    }
    if candidate.traits.has(Traits::USES_NUMBERS) && other.traits.has(Traits::MAY_RENUMBER) {
        return Some(Why::MayRenumber);
    }
    // Its answer may still come, and must not be taken for another's.
    flags(candidate, other).or_else(|| same_answer(candidate, other))
}

/// Why `candidate` must not start while `other` is in progress.
fn conflict(candidate: &Profile, other: &Profile) -> Option<Why> {
    if other.traits.has(Traits::BARRIER) {
        return Some(Why::Barrier);
    }
    if candidate.traits.has(Traits::BARRIER) {
        return Some(Why::NeedsSilence);
    }
    if candidate.traits.has(Traits::USES_NUMBERS) && other.traits.has(Traits::MAY_RENUMBER) {
        return Some(Why::MayRenumber);
    }
    flags(candidate, other).or_else(|| same_answer(candidate, other))
}

/// One reads flags that the other changes, such as SEARCH UNSEEN next to a FETCH that sets `\Seen`. Two STOREs are done in order
/// and say nothing ambiguous.
fn flags(candidate: &Profile, other: &Profile) -> Option<Why> {
    let affects = |one: &Profile, another: &Profile| {
        one.traits.has(Traits::CHANGES_FLAGS) && another.traits.has(Traits::READS_FLAGS)
    };
    if !affects(candidate, other) && !affects(other, candidate) {
        return None;
    }
    let apart = match (&candidate.scope, &other.scope) {
        (Some(ours), Some(theirs)) => !ours.may_overlap(theirs),
        _ => false,
    };
    (!apart).then_some(Why::Flags)
}

fn same_answer(candidate: &Profile, other: &Profile) -> Option<Why> {
    if (candidate.answers & other.answers).has(Answers::EARLIER) {
        return Some(Why::SameAnswer);
    }
    if let (Some(ours), Some(theirs)) = (&candidate.scope, &other.scope) {
        return same_messages(candidate, ours, other, theirs);
    }
    let elsewhere = other.mailbox.as_ref();
    let apart = elsewhere.is_some_and(|mailbox| candidate.is_elsewhere(mailbox));
    let same = candidate.answers.has(other.answers) && !apart;
    same.then_some(Why::SameAnswer)
}

/// FETCH and STORE next to each other: two FETCHes of the same items cannot be told apart.
fn same_messages(ours: &Profile, scope: &Scope, theirs: &Profile, other: &Scope) -> Option<Why> {
    let answers = !ours.is_store()
        && !theirs.is_store()
        && ours.answers.telling().has(theirs.answers.telling());
    (answers && scope.may_overlap(other)).then_some(Why::SameAnswer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Command;
    use alloc::vec;
    use imap_types::fetch::{Macro, MessageDataItemName};
    use imap_types::flag::{Flag, StoreType};
    use imap_types::search::SearchKey;

    fn fetch(set: &str) -> Command {
        Command::fetch(set, Macro::Fast).unwrap()
    }

    fn uid_fetch(set: &str) -> Command {
        Command::uid_fetch(set, Macro::Fast).unwrap()
    }

    fn store(set: &str) -> Command {
        Command::store(set, StoreType::Add, vec![Flag::Seen]).unwrap()
    }

    fn uid_store(set: &str) -> Command {
        Command::uid_store(set, StoreType::Add, vec![Flag::Seen]).unwrap()
    }

    fn search() -> Command {
        Command::search(vec![SearchKey::All]).unwrap()
    }

    fn first_conflict(
        commands: &[Command],
        conflict: fn(&Profile, &Profile) -> Option<Why>,
    ) -> Option<Why> {
        let profiles: vec::Vec<_> = commands.iter().map(Profile::new).collect();
        let (last, others) = profiles.split_last()?;
        others.iter().find_map(|other| conflict(last, other))
    }

    /// Why the last may not follow the others at once.
    fn blocked(commands: &[Command]) -> Option<Why> {
        first_conflict(commands, conflict)
    }

    /// The same when nobody waits for the others any more.
    fn blocked_by_tombstones(commands: &[Command]) -> Option<Why> {
        first_conflict(commands, conflict_with_tombstone)
    }

    /// The queue relies on it: see `Commands::only_uid_stores`.
    #[test]
    fn uid_stores_never_keep_each_other_waiting() {
        let silent = Command::uid_store_silent("1:*", StoreType::Remove, vec![Flag::Deleted]);
        let stores = [uid_store("1"), uid_store("1,5:*"), silent.unwrap()];
        for store in &stores {
            assert!(Profile::new(store).is_uid_store());
            for other in &stores {
                assert_eq!(blocked(&[other.clone(), store.clone()]), None);
                assert_eq!(blocked_by_tombstones(&[other.clone(), store.clone()]), None);
            }
        }
        for other in [store("1"), uid_fetch("1"), search(), Command::noop()] {
            assert!(!Profile::new(&other).is_uid_store());
        }
    }

    #[test]
    fn examples_of_rfc_9051_section_5_5() {
        let copy = || Command::copy("1", "x").unwrap();
        // "no waiting": FETCH + STORE + SEARCH + NOOP; STORE + COPY + EXPUNGE
        assert_eq!(blocked(&[fetch("1"), store("2")]), None);
        assert_eq!(blocked(&[fetch("1"), store("2"), search()]), None);
        assert_eq!(
            blocked(&[fetch("1"), store("2"), search(), Command::noop()]),
            None
        );
        assert_eq!(blocked(&[store("1"), copy()]), None);
        assert_eq!(blocked(&[store("1"), copy(), Command::expunge()]), None);
        // "waiting": NOOP + STORE, COPY + FETCH, COPY + COPY
        assert_eq!(
            blocked(&[Command::noop(), store("1")]),
            Some(Why::MayRenumber)
        );
        assert_eq!(blocked(&[copy(), fetch("1")]), Some(Why::MayRenumber));
        assert_eq!(blocked(&[copy(), copy()]), Some(Why::MayRenumber));
        // UID commands may renumber, and may be renumbered under.
        assert_eq!(
            blocked(&[uid_fetch("1"), fetch("1")]),
            Some(Why::MayRenumber)
        );
        assert_eq!(blocked(&[Command::noop(), uid_store("1")]), None);
        // "This may include UID SEARCH."
        let set = SearchKey::SequenceSet("1:2".try_into().unwrap());
        let by_number = Command::uid_search(vec![SearchKey::Not(set.into())]).unwrap();
        assert_eq!(
            blocked(&[Command::noop(), by_number]),
            Some(Why::MayRenumber)
        );
    }

    #[test]
    fn flags_of_the_same_message() {
        assert_eq!(blocked(&[store("1:5"), fetch("5")]), Some(Why::Flags));
        assert_eq!(blocked(&[fetch("5"), store("1:5")]), Some(Why::Flags));
        assert_eq!(blocked(&[store("1:5"), store("5")]), None);
        let body = |peek| {
            let section = None;
            let body = MessageDataItemName::BodyExt {
                section,
                partial: None,
                peek,
            };
            Command::fetch("5", vec![body]).unwrap()
        };
        // BODY[] sets \Seen, BODY.PEEK[] does not.
        assert_eq!(blocked(&[fetch("5"), body(false)]), Some(Why::Flags));
        assert_eq!(blocked(&[fetch("5"), body(true)]), None);
        // "FETCH that would cause \\Seen flags to be set and a SEARCH UNSEEN command" (RFC 9051 section 5.5)
        let unseen = || Command::search(vec![SearchKey::Unseen]).unwrap();
        assert_eq!(blocked(&[body(false), unseen()]), Some(Why::Flags));
        assert_eq!(blocked(&[unseen(), store("1")]), Some(Why::Flags));
        assert_eq!(blocked(&[body(true), unseen()]), None);
        assert_eq!(blocked(&[body(false), search()]), None);
    }

    #[test]
    fn answers_that_cannot_be_told_apart() {
        assert_eq!(blocked(&[search(), search()]), Some(Why::SameAnswer));
        assert_eq!(blocked(&[fetch("1:9"), fetch("9")]), Some(Why::SameAnswer));
        assert_eq!(blocked(&[fetch("1:9"), fetch("10")]), None);
        let list = || Command::list("", "*").unwrap();
        assert_eq!(blocked(&[list(), list()]), Some(Why::SameAnswer));
        // The answer to STATUS names the mailbox.
        let status = |name| {
            let items = vec![imap_types::status::StatusDataItemName::Messages];
            Command::status(name, items).unwrap()
        };
        assert_eq!(blocked(&[status("a"), status("a")]), Some(Why::SameAnswer));
        assert_eq!(blocked(&[status("a"), status("b c")]), None);
    }

    #[test]
    fn barriers_hold_both_ways() {
        for barrier in [
            Command::idle(),
            Command::starttls(),
            Command::logout(),
            Command::select("x").unwrap(),
            Command::login("a", "b").unwrap(),
            Command::raw("XFOO").unwrap().into(),
        ] {
            let noop = Command::noop();
            assert_eq!(
                blocked(&[barrier.clone(), noop.clone()]),
                Some(Why::Barrier),
                "{barrier:?}"
            );
            assert_eq!(blocked(&[noop, barrier]), Some(Why::NeedsSilence));
        }
    }

    #[test]
    fn a_tombstone_holds_up_only_what_it_could_spoil() {
        let raw = || Command::from(Command::raw("XFOO").unwrap());
        for lost in [search(), raw(), uid_fetch("1")] {
            for free in [Command::logout(), Command::idle(), Command::noop()] {
                let what = alloc::format!("{free:?} behind {lost:?}");
                assert_eq!(blocked_by_tombstones(&[lost.clone(), free]), None, "{what}");
            }
            let select = Command::select("x").unwrap();
            assert_eq!(
                blocked_by_tombstones(&[lost, select]),
                Some(Why::NeedsSilence)
            );
        }
        assert_eq!(
            blocked_by_tombstones(&[search(), search()]),
            Some(Why::SameAnswer)
        );
        assert_eq!(
            blocked_by_tombstones(&[raw(), search()]),
            Some(Why::MayRenumber)
        );
        let uid_search = Command::uid_search(vec![SearchKey::All]).unwrap();
        assert_eq!(
            blocked_by_tombstones(&[raw(), uid_search]),
            Some(Why::SameAnswer)
        );
        // What the server may be in the middle of stays a barrier.
        let select = Command::select("x").unwrap();
        for (lost, next, why) in [
            (select.clone(), Command::logout(), None),
            (select, Command::noop(), Some(Why::Barrier)),
            (Command::idle(), Command::noop(), Some(Why::Barrier)),
            (Command::idle(), Command::logout(), Some(Why::Barrier)),
        ] {
            assert_eq!(blocked_by_tombstones(&[lost, next]), why);
        }
    }
}
