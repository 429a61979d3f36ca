//! What this project wants to reach, and whether it does.

use serde::Serialize;

use crate::contenders::Contender;
use crate::report::Line;

/// One goal.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Goal {
    /// The work it is about.
    pub work: &'static str,
    /// In words.
    pub says: &'static str,
    #[serde(skip)]
    test: Test,
}

/// How a goal is judged; all of it is about imap-machine.
#[derive(Clone, Copy, Debug)]
enum Test {
    /// Its value is at most this.
    AtMost(f64),
    /// Its heap blocks for each unit are at most this.
    Allocations(f64),
    /// The other's value is at least so many times as large.
    Faster(Contender, f64),
    /// Its value is at most so many times the other's.
    Within(Contender, f64),
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
    Goal { work, says, test }
}

/// Set-up that is spread over the units (a buffer that grows once) is not an allocation for each unit.
const NONE: f64 = 0.01;

const GOALS: &[Goal] = &[
    goal(
        "W1",
        ">= 20 x imap-next",
        Test::Faster(Contender::ImapNext, 20.0),
    ),
    goal("W1", "no allocation per response", Test::Allocations(NONE)),
    goal(
        "W1mix",
        ">= 12 x imap-next",
        Test::Faster(Contender::ImapNext, 12.0),
    ),
    goal(
        "W1mix",
        "no allocation per response",
        Test::Allocations(NONE),
    ),
];

/// Judges all goals; those whose work was not done are in it as well.
#[must_use]
pub fn judge(lines: &[Line]) -> Vec<Verdict> {
    GOALS.iter().map(|goal| verdict(*goal, lines)).collect()
}

fn verdict(goal: Goal, lines: &[Line]) -> Verdict {
    let find = |contender| {
        let mut of_work = lines.iter().filter(|line| line.work == goal.work);
        of_work.find(|line| line.contender == contender)
    };
    let ours = find(Contender::ImapMachine);
    let (measured, met) = match goal.test {
        Test::AtMost(most) => {
            let value = ours.map(Line::median);
            (value, value.is_some_and(|value| value <= most))
        }
        Test::Allocations(most) => {
            let value = ours.and_then(|ours| ours.heap).map(|heap| heap.allocations);
            (value, value.is_some_and(|value| value <= most))
        }
        Test::Faster(than, times) => {
            let value = ours.zip(find(than)).map(|(ours, other)| ours.ratio(other));
            (value, value.is_some_and(|value| value >= times))
        }
        Test::Within(of, times) => {
            let value = ours.zip(find(of)).map(|(ours, other)| other.ratio(ours));
            (value, value.is_some_and(|value| value <= times))
        }
    };
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
    fn goals_are_judged_by_what_was_measured() {
        let ours = Line::exact("W1", Contender::ImapMachine, "ns", 50.0);
        let met = |next: f64| {
            let next = Line::exact("W1", Contender::ImapNext, "ns", next);
            verdict(GOALS[0], &[ours.clone(), next]).met
        };
        assert!(met(1_000.0));
        assert!(!met(999.0));
        let alone = verdict(GOALS[0], &[ours.clone()]);
        assert!(!alone.met && alone.measured.is_none());
    }
}
