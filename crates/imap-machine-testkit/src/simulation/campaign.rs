//! Many seeds, on all processors.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::coverage::Coverage;
use super::{Failure, Life, run};

/// How many seeds a thread runs before it adds to the totals.
const BATCH: u64 = 64;

/// Seeds to be lived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// The seeds.
    pub seeds: Range<u64>,
    /// How many threads.
    pub threads: usize,
}

/// What a campaign came across.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Lives lived to their end.
    pub lives: u64,
    /// Things that happened.
    pub steps: u64,
    /// Commands that ended.
    pub outcomes: u64,
    /// Situations.
    pub coverage: Coverage,
}

impl Campaign {
    /// These seeds, on all processors.
    #[must_use]
    pub fn new(seeds: Range<u64>) -> Self {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Self { seeds, threads }
    }

    /// Runs all seeds. `progress` gets the totals from time to time.
    ///
    /// # Errors
    ///
    /// The lowest seed found that breaks a rule. After the first one no new seeds are started.
    pub fn run(&self, progress: impl Fn(&Totals) + Sync) -> Result<Totals, Box<Failure>> {
        let next = AtomicU64::new(self.seeds.start);
        let stop = AtomicBool::new(false);
        let totals = Mutex::new(Totals::default());
        let work = || -> Result<(), Box<Failure>> {
            while !stop.load(Ordering::Relaxed) {
                let first = next.fetch_add(BATCH, Ordering::Relaxed);
                if first >= self.seeds.end {
                    break;
                }
                let mut batch = Totals::default();
                for seed in first..(first + BATCH).min(self.seeds.end) {
                    let life = run(seed).inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
                    batch.add(&life);
                }
                let mut totals = totals.lock().unwrap_or_else(|it| it.into_inner());
                totals.merge(&batch);
                progress(&totals);
            }
            Ok(())
        };
        let failure = thread::scope(|scope| {
            let workers: Vec<_> = (0..self.threads.max(1))
                .map(|_| scope.spawn(work))
                .collect();
            let ended = workers.into_iter().map(|worker| match worker.join() {
                Ok(ended) => ended,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            let failed = ended.filter_map(Result::err);
            failed.min_by_key(|failure| failure.seed)
        });
        match failure {
            Some(failure) => Err(failure),
            None => Ok(totals.into_inner().unwrap_or_else(|it| it.into_inner())),
        }
    }
}

impl Totals {
    fn add(&mut self, life: &Life) {
        self.lives += 1;
        self.steps += life.steps as u64;
        self.outcomes += life.outcomes as u64;
        self.coverage.merge(&life.coverage);
    }

    fn merge(&mut self, other: &Self) {
        self.lives += other.lives;
        self.steps += other.steps;
        self.outcomes += other.outcomes;
        self.coverage.merge(&other.coverage);
    }
}
