//! Time and heap, side by side.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::alloc;
use crate::contenders::{Contender, Run};
use crate::line::{Line, PerUnit};
use crate::tally::Tally;

/// CPU time of this thread. Other work on the machine does not count, except for what it takes from the caches.
#[must_use]
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

/// A contender and how it gets ready. What `prepare` does is not measured.
pub struct Entry {
    /// Who.
    pub contender: Contender,
    /// Opens the session.
    pub prepare: Box<dyn Fn() -> Run>,
    /// What it must have read, if that is not what all others read.
    expected: Option<Tally>,
    /// How many rounds at most.
    rounds: usize,
}

impl Entry {
    /// A contender that gets ready like this.
    pub fn new(contender: Contender, prepare: impl Fn() -> Run + 'static) -> Self {
        Self {
            contender,
            prepare: Box::new(prepare),
            expected: None,
            rounds: usize::MAX,
        }
    }

    /// The same contender, which reads something else than all others.
    #[must_use]
    pub const fn expecting(mut self, expected: Tally) -> Self {
        self.expected = Some(expected);
        self
    }

    /// The same contender in the first round only, since all rounds would take minutes.
    #[must_use]
    pub const fn once(mut self) -> Self {
        self.rounds = 1;
        self
    }
}

/// The same work for all.
pub struct Work<'a> {
    /// As in the table of goals.
    pub name: &'a str,
    /// What one unit is: `response`.
    pub unit: &'a str,
    /// How many units a run has.
    pub units: u64,
    /// What every contender must have read.
    pub expected: Tally,
    /// Who does it.
    pub entries: Vec<Entry>,
}

/// Runs the work in `rounds` rounds, in each of which all contenders take their turn. Before that they run once to touch the
/// memory, and after it once more with the heap counted.
///
/// # Panics
///
/// When a contender did not read what is there.
#[must_use]
pub fn side_by_side(work: &Work<'_>, rounds: usize) -> Vec<Line> {
    let mut times = vec![Vec::with_capacity(rounds); work.entries.len()];
    for round in 0..=rounds {
        for (entry, times) in work.entries.iter().zip(&mut times) {
            if times.len() >= entry.rounds {
                continue;
            }
            let mut run = (entry.prepare)();
            let begin = cpu_time();
            let tally = run();
            let spent = cpu_time().saturating_sub(begin);
            check(work, entry, tally);
            if round > 0 || entry.rounds == 1 {
                times.push(spent.as_nanos() as f64 / work.units as f64);
            }
        }
    }
    let lines = work.entries.iter().zip(times);
    lines
        .map(|(entry, rounds)| line(work, entry, rounds))
        .collect()
}

fn line(work: &Work<'_>, entry: &Entry, rounds: Vec<f64>) -> Line {
    let heap = (entry.rounds > 1).then(|| {
        let mut run = (entry.prepare)();
        let (tally, heap) = alloc::count(&mut run);
        check(work, entry, tally);
        PerUnit {
            allocations: heap.allocations as f64 / work.units as f64,
            octets: heap.octets as f64 / work.units as f64,
            peak: heap.peak.max(0).unsigned_abs(),
        }
    });
    Line {
        work: work.name.to_owned(),
        contender: entry.contender,
        unit: format!("ns/{}", work.unit),
        rounds,
        heap,
    }
}

fn check(work: &Work<'_>, entry: &Entry, tally: Tally) {
    let (name, contender) = (work.name, entry.contender.name());
    let expected = entry.expected.unwrap_or(work.expected);
    assert_eq!(
        tally, expected,
        "{name}: {contender} has not read what was sent"
    );
}
