//! What was measured.

use serde::Serialize;

use crate::contenders::Contender;

/// One contender at one piece of work.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// `W1`
    pub work: String,
    /// Who.
    pub contender: Contender,
    /// What is counted.
    pub unit: String,
    /// One value for each round.
    pub rounds: Vec<f64>,
    /// What one unit asks of the heap, where that was counted.
    pub heap: Option<PerUnit>,
}

/// What one unit asks of the heap.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PerUnit {
    /// Blocks.
    pub allocations: f64,
    /// Octets.
    pub octets: f64,
    /// The most octets held at a time, of all units, above those held before.
    pub peak: u64,
}

impl Line {
    /// A value that is the same in every round.
    #[must_use]
    pub fn exact(work: &str, contender: Contender, unit: &str, value: f64) -> Self {
        Self {
            work: work.to_owned(),
            contender,
            unit: unit.to_owned(),
            rounds: vec![value],
            heap: None,
        }
    }

    /// The value in the middle of the rounds.
    #[must_use]
    pub fn median(&self) -> f64 {
        median(self.rounds.clone())
    }

    /// How many times the other one's value is this one's: ratios of each round, then the median.
    #[must_use]
    pub fn ratio(&self, other: &Self) -> f64 {
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.map(|(ours, theirs)| theirs / ours).collect())
    }

    /// How much larger its value is than the other one's: differences of each round, then the median.
    #[must_use]
    pub fn above(&self, other: &Self) -> f64 {
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.map(|(ours, theirs)| ours - theirs).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        len if len % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}
