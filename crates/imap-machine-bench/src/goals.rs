//! The goals of this project, and whether they are met.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::contenders::Contender::{
    self, Copy, ImapMachineLazy, ImapMachineMany, ImapMachineNarrow, ImapMachineView,
    ImapMachineWalk, ImapMachineWide, ImapNext, RawStd, RawTokio, Std, Tokio, TokioTyped,
};
use crate::line::Line;
use crate::workloads::queues::KINDS;

/// One goal.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Goal {
    /// The work it is about.
    pub work: &'static str,
    /// The contender that has to reach it: imap-machine, in one of its ways.
    pub who: Contender,
    /// In words.
    pub says: &'static str,
    #[serde(skip)]
    test: Test,
}

/// How a goal is judged.
#[derive(Clone, Copy, Debug)]
enum Test {
    /// The value is at most this.
    AtMost(f64),
    /// The value is at most this, after the cost of the server and the copies is taken off.
    Own(f64),
    /// Heap blocks for each unit are at most this.
    Allocations(f64),
    /// The other's value is at least this many times as large.
    Faster(Contender, f64),
    /// The value is at most this many times the other's.
    Within(Contender, f64),
    /// The value is at most this many times that of another work.
    Like(&'static str, f64),
}

/// A goal and what was measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Verdict {
    /// The goal.
    #[serde(flatten)]
    pub goal: Goal,
    /// The value it is judged by, if the work was done.
    pub measured: Option<f64>,
    /// Whether it is met.
    pub met: bool,
}

const fn goal(work: &'static str, says: &'static str, test: Test) -> Goal {
    let who = Contender::ImapMachine;
    Goal {
        work,
        who,
        says,
        test,
    }
}

const fn by(who: Contender, goal: Goal) -> Goal {
    Goal { who, ..goal }
}

/// No allocation per unit. What is set up once (a buffer that grows) is spread over the units, and may give up to this.
const NONE: f64 = 0.03;

const KIB: f64 = 1024.0;

#[rustfmt::skip]
const GOALS: &[Goal] = &[
    by(ImapMachineMany, goal("W1", "many rows: >= 20 x imap-next", Test::Faster(ImapNext, 20.0))),
    goal("W1", "one by one: >= 13 x imap-next", Test::Faster(ImapNext, 13.0)),
    goal("W1", "no allocation per response", Test::Allocations(NONE)),
    by(ImapMachineMany, goal("W1mix", "many rows: >= 12 x imap-next", Test::Faster(ImapNext, 12.0))),
    goal("W1mix", "no allocation per response", Test::Allocations(NONE)),
    goal("W2", "every field read: >= 5 x imap-next", Test::Faster(ImapNext, 5.0)),
    by(ImapMachineWalk, goal("W2", "walked, not read: <= 400 ns", Test::AtMost(400.0))),
    by(ImapMachineLazy, goal("W2", "envelope not asked for: <= 190 ns", Test::AtMost(190.0))),
    goal("W3", "<= 1.5 x the copies", Test::Within(Copy, 1.5)),
    goal("W3 resident", "<= 4 MiB", Test::AtMost(4.0)),
    goal("W3 out", "<= 1.5 x the copies", Test::Within(Copy, 1.5)),
    goal("W3 out resident", "<= 4 MiB", Test::AtMost(4.0)),
    goal("W4", ">= 15 x imap-next", Test::Faster(ImapNext, 15.0)),
    goal("W5", "own CPU <= 250 ns", Test::Own(250.0)),
    goal("W5", "<= 2 allocations", Test::Allocations(2.0)),
    goal("W5 one by one", "own CPU <= 400 ns", Test::Own(400.0)),
    goal("W5 20 ms away", "<= 1.25 round trips", Test::AtMost(1.25)),
    goal("W6 reads of 1", "<= 1,200 ns", Test::AtMost(1_200.0)),
    goal("W6 SEARCH of 4 MiB", "<= 5 ms", Test::AtMost(5e6)),
    goal("W6 text of 4 MiB", "<= 5 ms", Test::AtMost(5e6)),
    goal("W7 idle", "<= 1 KiB", Test::AtMost(KIB)),
    goal("W7 after the body", "<= 1 KiB", Test::AtMost(KIB)),
    by(ImapMachineView, goal("W7 each UID known", "<= 5.1 octets a message", Test::AtMost(5.1))),
    by(ImapMachineView, goal("W7 each UID known, after the body", "<= 5.1 octets a message", Test::AtMost(5.1))),
    goal("W8 given up, of 200,000", "<= 1.5 x of 10,000", Test::Like("W8 given up, of 10,000", 1.5)),
    by(ImapMachineView, goal("View: EXPUNGE", "<= 1 us", Test::AtMost(1e3))),
    goal("Queue of 1,000,000", "<= 1.5 x a queue of 10,000", Test::Like("Queue of 10,000", 1.5)),
    by(Tokio, goal("IDLE over TCP", "tokio: <= 3 KiB", Test::AtMost(3.0 * KIB))),
    by(Std, goal("IDLE over TCP", "std: <= 3 KiB", Test::AtMost(3.0 * KIB))),
    by(Tokio, goal("IDLE over TLS", "tokio: <= 11 KiB", Test::AtMost(11.0 * KIB))),
    by(Std, goal("IDLE over TLS", "std: <= 11 KiB", Test::AtMost(11.0 * KIB))),
    by(TokioTyped, goal("Value of a row", "<= 200 octets", Test::AtMost(200.0))),
    by(Tokio, goal("NOOP", "tokio: <= 3 allocations", Test::Allocations(3.0 + NONE))),
    by(Std, goal("NOOP", "std: <= 3 allocations", Test::Allocations(3.0 + NONE))),
    by(Tokio, goal("Body over TCP", "tokio: <= 1.3 x a raw loop", Test::Within(RawTokio, 1.3))),
    by(Std, goal("Body over TCP", "std: <= 1.3 x a raw loop", Test::Within(RawStd, 1.3))),
    by(Tokio, goal("Body over TCP resident", "tokio: <= 8 MiB", Test::AtMost(8.0))),
    by(Std, goal("Body over TCP resident", "std: <= 8 MiB", Test::AtMost(8.0))),
];

/// The goals of a queue of one kind of command (W8): it costs no more than with imap-next, and the window makes no difference.
#[rustfmt::skip]
const fn of_queue(work: &'static str) -> [Goal; 3] {
    [
        goal(work, "no more than imap-next", Test::Within(ImapNext, 1.0)),
        by(ImapMachineWide, goal(work, "<= 1.25 x a window of 16", Test::Within(ImapMachineNarrow, 1.25))),
        by(ImapMachineNarrow, goal(work, "<= 1.25 x a window of 4,096", Test::Within(ImapMachineWide, 1.25))),
    ]
}

/// A goal for a count of instructions.
#[derive(Clone, Copy, Debug)]
pub struct CountGoal {
    /// The work, as in `instructions.toml`.
    pub work: &'static str,
    /// The work whose count is taken off: the server's part.
    pub without: Option<&'static str>,
    /// The most instructions of one unit.
    most: Most,
}

/// What a count is compared with.
#[derive(Clone, Copy, Debug)]
enum Most {
    /// This count.
    Of(u64),
    /// So many hundredths of the count of another work.
    Percent(u64, &'static str),
}

const fn count(work: &'static str, without: Option<&'static str>, most: u64) -> CountGoal {
    CountGoal {
        work,
        without,
        most: Most::Of(most),
    }
}

const fn within(work: &'static str, percent: u64, other: &'static str) -> CountGoal {
    CountGoal {
        work,
        without: None,
        most: Most::Percent(percent, other),
    }
}

/// The goals for instructions.
pub const COUNTS: &[CountGoal] = &[
    count("tokio-noop", Some("noop-server"), 9_000),
    count("std-noop", Some("noop-server"), 9_000),
    count("tokio-row-stream", None, 1_800),
    count("tokio-row-typed", None, 3_000),
    count("std-row-stream", None, 1_800),
    count("std-row-typed", None, 3_000),
    count("absent", None, 20),
    count("absent-uid-last", None, 20),
    within("W2-uid-last", 130, "W2"),
    within("W2-uid-last-walk", 130, "W2-walk"),
    within("W2-uid-last-lazy", 130, "W2-lazy"),
];

impl CountGoal {
    /// Says in a line whether it is met. `None` when the work was not counted.
    pub fn judge(&self, counts: &BTreeMap<String, u64>) -> Option<String> {
        let whole = *counts.get(self.work)?;
        let (taken_off, note) = match self.without {
            Some(part) => (*counts.get(part)?, format!(" without {part}")),
            None => (0, String::new()),
        };
        let count = whole.saturating_sub(taken_off);
        let most = match self.most {
            Most::Of(most) => most,
            Most::Percent(percent, other) => counts.get(other)? * percent / 100,
        };
        let judgement = if count <= most { "met" } else { "NOT MET" };
        let what = format!("{}{note}", self.work);
        Some(format!("{what:<36}<= {most:<9}{count:>10}   {judgement}"))
    }
}

/// Judges all goals, also those whose work was not done.
#[must_use]
pub fn judge(lines: &[Line]) -> Vec<Verdict> {
    let queues = KINDS.iter().flat_map(|(work, _)| of_queue(work));
    let goals = GOALS.iter().copied().chain(queues);
    goals.map(|goal| verdict(goal, lines)).collect()
}

fn verdict(goal: Goal, lines: &[Line]) -> Verdict {
    let find = |work, contender| {
        let mut of_work = lines.iter().filter(|line| line.work == work);
        of_work.find(|line| line.contender == contender)
    };
    let Some(ours) = find(goal.work, goal.who) else {
        return Verdict {
            goal,
            measured: None,
            met: false,
        };
    };
    let of = |who| find(goal.work, who);
    let (measured, limit) = match goal.test {
        Test::AtMost(most) => (Some(ours.median()), most),
        Test::Own(most) => (of(Copy).map(|copies| ours.above(copies)), most),
        Test::Allocations(most) => (ours.heap.map(|heap| heap.allocations), most),
        Test::Faster(than, times) => (of(than).map(|other| ours.ratio(other)), times),
        Test::Within(other, times) => (of(other).map(|other| other.ratio(ours)), times),
        Test::Like(work, times) => {
            let other = find(work, goal.who);
            (other.map(|other| other.ratio(ours)), times)
        }
    };
    let more_is_better = matches!(goal.test, Test::Faster(..));
    let met = measured.is_some_and(|value| match more_is_better {
        true => value >= limit,
        false => value <= limit,
    });
    Verdict {
        goal,
        measured,
        met,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_judged_without_the_servers_part() {
        let mut counts = BTreeMap::from([("tokio-noop".to_owned(), 9_500)]);
        assert_eq!(COUNTS[0].judge(&counts), None);
        counts.insert("noop-server".to_owned(), 500);
        assert!(
            COUNTS[0]
                .judge(&counts)
                .is_some_and(|said| said.ends_with("   met"))
        );
        counts.insert("noop-server".to_owned(), 499);
        assert!(
            COUNTS[0]
                .judge(&counts)
                .is_some_and(|said| said.ends_with("NOT MET"))
        );
    }

    #[test]
    fn counts_are_judged_beside_those_of_another_work() {
        let goal = within("last", 130, "first");
        let mut counts = BTreeMap::from([("last".to_owned(), 13)]);
        assert_eq!(goal.judge(&counts), None);
        for (first, judgement) in [(10, "   met"), (9, "NOT MET")] {
            counts.insert("first".to_owned(), first);
            let said = goal.judge(&counts).expect("both were counted");
            assert!(said.ends_with(judgement), "{said}");
        }
    }

    #[test]
    fn goals_are_judged_by_what_was_measured() {
        let ours = Line::exact("W1", ImapMachineMany, "ns", 50.0);
        let met = |next: f64| {
            let next = Line::exact("W1", ImapNext, "ns", next);
            verdict(GOALS[0], &[ours.clone(), next]).met
        };
        assert!(met(1_000.0));
        assert!(!met(999.0));
        let alone = verdict(GOALS[0], std::slice::from_ref(&ours));
        assert!(!alone.met && alone.measured.is_none());
    }
}
