//! Which commands may be in progress together: the rules of RFC 9051 section 5.5 as data.
//!
//! A command *imposes* requirements on those in progress when it is sent, and *exhibits* behaviors while it is in progress
//! itself. [`RULES`] says which behavior breaks which requirement; `profile` says what each command imposes and exhibits. A
//! command is not sent while that would be ambiguous in the sense of the RFC.
//!
//! [`conflict`] compares two commands. `Index` answers the same question for all commands in flight, with one look-up for each
//! rule.

use core::fmt;

use super::answers::Answers;
use super::behaviors::{Behaviors, Requirements};
use super::entry::Interest;
use super::handle::CommandHandle;
use super::profile::{Effect, Profile};

/// Why a command is not sent yet.
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
    /// The command in progress needs the wire for itself (AUTHENTICATE, IDLE, SELECT, STARTTLS, ...).
    Barrier,
    /// The waiting command needs the wire for itself.
    NeedsSilence,
    /// The command in progress may renumber messages, and the waiting one names messages by number.
    MayRenumber,
    /// Both are answered with the same kind of data, which does not say which command it answers.
    SameAnswer,
    /// One reads flags that the other one changes.
    Flags,
    /// A part of the command in progress still waits for permission, and no other command may be sent in between (RFC 9051
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

/// A command that imposes `imposed` waits for a command in progress that exhibits `broken_by`.
pub(super) struct Rule {
    pub(super) imposed: Requirements,
    pub(super) broken_by: Behaviors,
    pub(super) between: Between,
    pub(super) why: Why,
}

/// The pairs of commands that a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    /// Any two.
    Any,
    /// Two that may be about the same message.
    SharedMessages,
    /// Two with answers that cannot be told apart.
    SharedAnswers,
}

const fn rule(imposed: Requirements, broken_by: Behaviors, between: Between, why: Why) -> Rule {
    Rule {
        imposed,
        broken_by,
        between,
        why,
    }
}

use {Behaviors as B, Between as In, Requirements as R};

/// All rules. If several are broken, the diagnosis names the first.
#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    // "Any command continuation request responses and command continuations MUST be negotiated before any subsequent
    // command is initiated" (RFC 9051 section 5.5); only DONE may be sent while the server idles (RFC 2177 section 3); after
    // STARTTLS and COMPRESS octets belong to the new layer (RFC 9051 section 6.2.1, RFC 4978 section 3).
    rule(R::FREE_WIRE,       B::HOLDS_WIRE,         In::Any,            Why::Barrier),
    // The state and the mailbox decide what is allowed and what names and numbers mean (RFC 9051 sections 3, 6.3.2).
    rule(R::KNOWN_SESSION,   B::MAKES_SESSION,      In::Any,            Why::Barrier),
    rule(R::SETTLED_SESSION, B::MAY_CHANGE_SESSION, In::Any,            Why::Barrier),
    rule(R::SILENCE,         B::IN_PROGRESS,        In::Any,            Why::NeedsSilence),
    rule(R::ALL_ANSWERED,    B::UNANSWERED,         In::Any,            Why::NeedsSilence),
    // "If the client sends any command other than FETCH, STORE, or SEARCH, it MUST wait for the completion result response
    // before sending a command with message sequence numbers"; the same for UID commands (RFC 9051 section 5.5).
    rule(R::STABLE_NUMBERS,  B::MAY_RENUMBER,       In::Any,            Why::MayRenumber),
    // "FETCH that would cause \Seen flags to be set and a SEARCH UNSEEN command" (RFC 9051 section 5.5). Two STOREs are
    // executed in order, which is not ambiguous.
    rule(R::NO_FLAG_CHANGES, B::CHANGES_FLAGS,      In::SharedMessages, Why::Flags),
    rule(R::NO_FLAG_READS,   B::READS_FLAGS,        In::SharedMessages, Why::Flags),
    // A command is ambiguous if it "would affect the results of other commands" (RFC 9051 section 5.5). So are two answers
    // if nothing says which command each of them is for.
    rule(R::OWN_ANSWER,      B::IS_ANSWERED,        In::SharedAnswers,  Why::SameAnswer),
];

/// Why `candidate` must not go out while `other` is in progress.
pub(super) fn conflict(candidate: &Profile, other: &Profile, interest: Interest) -> Option<Why> {
    let exhibited = other.exhibits(interest);
    let broken = RULES.iter().find(|rule| {
        candidate.imposes.has(rule.imposed)
            && exhibited.has(rule.broken_by)
            && match rule.between {
                Between::Any => true,
                Between::SharedMessages => share_messages(candidate, other),
                Between::SharedAnswers => share_answers(candidate, other),
            }
    });
    broken.map(|rule| rule.why)
}

impl Profile {
    /// The behaviors of the command while it is in progress, and after it was given up.
    pub(crate) fn exhibits(&self, interest: Interest) -> Behaviors {
        let lasting =
            self.exhibits & (B::MAY_RENUMBER | B::CHANGES_FLAGS | B::READS_FLAGS | B::IS_ANSWERED);
        match (interest, &self.effect) {
            (Interest::Open, _) => self.exhibits | B::IN_PROGRESS,
            // It may never be answered, so only commands that it could spoil wait for it.
            (Interest::Given, Effect::None | Effect::Upload(_)) => lasting | B::UNANSWERED,
            (
                Interest::Given,
                Effect::Authenticate(_) | Effect::Idle | Effect::StartTls | Effect::Compress,
            ) => lasting | B::HOLDS_WIRE,
            (Interest::Given, _) => lasting | B::MAY_CHANGE_SESSION,
        }
    }
}

/// A command without a scope may be about any message.
fn share_messages(candidate: &Profile, other: &Profile) -> bool {
    match (candidate.scope(), other.scope()) {
        (Some(ours), Some(theirs)) => ours.may_overlap(theirs),
        _ => true,
    }
}

fn share_answers(candidate: &Profile, other: &Profile) -> bool {
    if (candidate.answers & other.answers).has(Answers::EARLIER) {
        return true;
    }
    if let (Some(ours), Some(theirs)) = (candidate.scope(), other.scope()) {
        // A row says its number and UID, but not which of two FETCHes it answers.
        return candidate.asks_for().has(other.asks_for()) && ours.may_overlap(theirs);
    }
    let apart = match (candidate.told(), other.told()) {
        (Some(ours), Some(theirs)) => ours.is_apart(theirs),
        _ => false,
    };
    candidate.answers.is_shared(other.answers) && !apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::Command;
    use crate::client::{Flag, Search, SearchReturn, StatusName, Store};
    use alloc::vec;

    fn fetch(set: &str) -> Command {
        Command::fetch(set, "FAST").unwrap().into()
    }

    fn uid_fetch(set: &str) -> Command {
        Command::uid_fetch(set, "FAST").unwrap().into()
    }

    fn store(set: &str) -> Command {
        Command::store(set, Store::add([Flag::SEEN]))
            .unwrap()
            .into()
    }

    fn uid_store(set: &str) -> Command {
        Command::uid_store(set, Store::add([Flag::SEEN]))
            .unwrap()
            .into()
    }

    fn search() -> Command {
        Command::search(Search::all()).unwrap().into()
    }

    fn first_conflict(commands: &[Command], interest: Interest) -> Option<Why> {
        let profiles: vec::Vec<_> = commands.iter().map(|it| it.profile.clone()).collect();
        let (last, others) = profiles.split_last()?;
        let mut others = others.iter();
        others.find_map(|other| conflict(last, other, interest))
    }

    /// Why the last command may not be sent while the others are in progress.
    fn blocked(commands: &[Command]) -> Option<Why> {
        first_conflict(commands, Interest::Open)
    }

    /// The same after the others were given up.
    fn blocked_by_tombstones(commands: &[Command]) -> Option<Why> {
        first_conflict(commands, Interest::Given)
    }

    /// Programs send them by the hundred. So do NOOPs: they have no answer that could be mistaken.
    #[test]
    fn stores_by_uid_and_noops_never_keep_each_other_waiting() {
        let silent = Command::uid_store("1:*", Store::remove([Flag::DELETED]).silent());
        let stores = [uid_store("1"), uid_store("1,5:*"), silent.unwrap().into()];
        let together = [&stores[..], &[Command::noop().into()]].concat();
        for one in &together {
            for other in &together {
                assert_eq!(blocked(&[other.clone(), one.clone()]), None);
                assert_eq!(blocked_by_tombstones(&[other.clone(), one.clone()]), None);
            }
        }
    }

    #[test]
    fn examples_of_rfc_9051_section_5_5() {
        let copy = || Command::copy("1", "x").unwrap();
        // "no waiting": FETCH + STORE + SEARCH + NOOP; STORE + COPY + EXPUNGE
        assert_eq!(blocked(&[fetch("1"), store("2")]), None);
        assert_eq!(blocked(&[fetch("1"), store("2"), search()]), None);
        assert_eq!(
            blocked(&[fetch("1"), store("2"), search(), Command::noop().into()]),
            None
        );
        assert_eq!(blocked(&[store("1"), copy().into()]), None);
        assert_eq!(
            blocked(&[store("1"), copy().into(), Command::expunge().into()]),
            None
        );
        // "waiting": NOOP + STORE, COPY + FETCH, COPY + COPY
        assert_eq!(
            blocked(&[Command::noop().into(), store("1")]),
            Some(Why::MayRenumber)
        );
        assert_eq!(
            blocked(&[copy().into(), fetch("1")]),
            Some(Why::MayRenumber)
        );
        assert_eq!(
            blocked(&[copy().into(), copy().into()]),
            Some(Why::MayRenumber)
        );
        // UID commands may renumber, and may be renumbered under.
        assert_eq!(
            blocked(&[uid_fetch("1"), fetch("1")]),
            Some(Why::MayRenumber)
        );
        assert_eq!(blocked(&[Command::noop().into(), uid_store("1")]), None);
        // "This may include UID SEARCH."
        let by_number = Command::uid_search(!Search::all().numbers("1:2")).unwrap();
        assert_eq!(
            blocked(&[Command::noop().into(), by_number.into()]),
            Some(Why::MayRenumber)
        );
    }

    #[test]
    fn flags_of_the_same_message() {
        assert_eq!(blocked(&[store("1:5"), fetch("5")]), Some(Why::Flags));
        assert_eq!(blocked(&[fetch("5"), store("1:5")]), Some(Why::Flags));
        assert_eq!(blocked(&[store("1:5"), store("5")]), None);
        let body = |peek| {
            let item = if peek { "BODY.PEEK[]" } else { "BODY[]" };
            Command::fetch("5", item).unwrap()
        };
        // BODY[] sets \Seen, BODY.PEEK[] does not.
        assert_eq!(blocked(&[fetch("5"), body(false).into()]), Some(Why::Flags));
        assert_eq!(blocked(&[fetch("5"), body(true).into()]), None);
        // "FETCH that would cause \\Seen flags to be set and a SEARCH UNSEEN command" (RFC 9051 section 5.5)
        let unseen = || Command::search(Search::unseen()).unwrap();
        assert_eq!(
            blocked(&[body(false).into(), unseen().into()]),
            Some(Why::Flags)
        );
        assert_eq!(blocked(&[unseen().into(), store("1")]), Some(Why::Flags));
        assert_eq!(blocked(&[body(true).into(), unseen().into()]), None);
        assert_eq!(blocked(&[body(false).into(), search()]), None);
    }

    #[test]
    fn answers_that_cannot_be_told_apart() {
        assert_eq!(blocked(&[search(), search()]), Some(Why::SameAnswer));
        assert_eq!(blocked(&[fetch("1:9"), fetch("9")]), Some(Why::SameAnswer));
        assert_eq!(blocked(&[fetch("1:9"), fetch("10")]), None);
        // An ESEARCH names its command.
        let tagged = || {
            let search = Command::uid_search_with(Search::all(), &SearchReturn::new());
            Command::from(search.unwrap())
        };
        let plain = || Command::from(Command::uid_search(Search::all()).unwrap());
        for pair in [
            [tagged(), tagged()],
            [tagged(), plain()],
            [plain(), tagged()],
        ] {
            assert_eq!(blocked(&pair), None);
            assert_eq!(blocked_by_tombstones(&pair), None);
        }
        let list = || Command::list("", "*").unwrap();
        assert_eq!(
            blocked(&[list().into(), list().into()]),
            Some(Why::SameAnswer)
        );
        // Names say which LIST they answer, if the patterns can match no name both.
        let list = |reference, pattern| Command::list(reference, pattern).unwrap();
        for (one, other, expected) in [
            (list("", "A/%"), list("", "B/%"), None),
            (list("", "box1"), list("", "box10"), None),
            (list("", "Box"), list("", "bOX"), Some(Why::SameAnswer)),
            (list("", "A/%"), list("", "A/b/%"), Some(Why::SameAnswer)),
            (list("", "A*"), list("", "A/%"), Some(Why::SameAnswer)),
            (list("", "%/a"), list("", "b/%"), Some(Why::SameAnswer)),
            (list("~", "A/%"), list("", "B/%"), Some(Why::SameAnswer)),
            (list("", ""), list("", "B/%"), Some(Why::SameAnswer)),
        ] {
            assert_eq!(blocked(&[one.into(), other.into()]), expected);
        }
        // The answer to STATUS names the mailbox.
        let status = |name| Command::status(name, [StatusName::Messages]).unwrap();
        assert_eq!(
            blocked(&[status("a").into(), status("a").into()]),
            Some(Why::SameAnswer)
        );
        assert_eq!(blocked(&[status("a").into(), status("b c").into()]), None);
    }

    #[test]
    fn barriers_hold_both_ways() {
        for barrier in [
            Command::idle(),
            Command::starttls().into(),
            Command::logout().into(),
            Command::select("x").unwrap().into(),
            Command::login("a", "b").unwrap().into(),
            Command::raw("XFOO").unwrap().into(),
        ] {
            let noop = Command::noop();
            assert_eq!(
                blocked(&[barrier.clone(), noop.clone().into()]),
                Some(Why::Barrier),
                "{barrier:?}"
            );
            assert_eq!(blocked(&[noop.into(), barrier]), Some(Why::NeedsSilence));
        }
    }

    #[test]
    fn a_tombstone_holds_up_only_what_it_could_spoil() {
        let raw = || Command::from(Command::raw("XFOO").unwrap());
        for lost in [search(), raw(), uid_fetch("1")] {
            for free in [
                Command::logout().into(),
                Command::idle(),
                Command::noop().into(),
            ] {
                let what = alloc::format!("{free:?} after {lost:?}");
                assert_eq!(blocked_by_tombstones(&[lost.clone(), free]), None, "{what}");
            }
            let select = Command::select("x").unwrap();
            assert_eq!(
                blocked_by_tombstones(&[lost, select.into()]),
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
        let uid_search = Command::uid_search(Search::all()).unwrap();
        assert_eq!(
            blocked_by_tombstones(&[raw(), uid_search.into()]),
            Some(Why::SameAnswer)
        );
        // A conversation that the server may be in the middle of stays a barrier.
        let select = Command::from(Command::select("x").unwrap());
        for (lost, next, why) in [
            (select.clone(), Command::logout(), None),
            (select, Command::noop(), Some(Why::Barrier)),
            (Command::idle(), Command::noop(), Some(Why::Barrier)),
            (Command::idle(), Command::logout(), Some(Why::Barrier)),
        ] {
            assert_eq!(blocked_by_tombstones(&[lost, next.into()]), why);
        }
    }
}
