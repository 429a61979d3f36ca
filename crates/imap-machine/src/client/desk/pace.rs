//! How fast the connection reads: as fast as its readers take what it brings.

use alloc::vec::Vec;
use core::time::Duration;

use super::error::Overflow;
use crate::client::command::CommandHandle;
use crate::instant::Instant;

/// How much is held for readers, and how long others wait for a slow one.
///
/// While a stream holds [`hold`](Self::hold) octets or more, the connection does not read. It reads on when the reader has taken
/// half of them. A reader that has the connection to itself may take its time. If another command is open, the reader has
/// [`patience`](Self::patience): after that its stream ends with [`Overflow::SlowReader`], the rest of its answer is skipped, and
/// the connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// Octets that a stream holds for its reader. One event always fits. Default 16 MiB.
    pub hold: usize,
    /// How long other commands wait until a reader has taken half of what its stream holds. Default 5 s.
    pub patience: Duration,
    /// Octets that the value of one typed answer may take. Default 256 MiB.
    pub answer: usize,
    /// Octets that are held for one listener. Default 1 MiB.
    pub news: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            hold: 16 << 20,
            patience: Duration::from_secs(5),
            answer: 256 << 20,
            news: 1 << 20,
        }
    }
}

impl Pace {
    pub(super) const fn answer_overflow(&self, octets: usize) -> Option<Overflow> {
        let limit = self.answer;
        match octets > limit {
            true => Some(Overflow::TooLarge { limit }),
            false => None,
        }
    }
}

/// Which streams are full, and whether the connection reads.
pub(super) struct Flow {
    pace: Pace,
    /// The streams whose readers have to take half of what is held, and since when.
    full: Vec<(CommandHandle, Instant)>,
    /// Since when another command waits for them.
    contended: Option<Instant>,
    stopped: bool,
}

/// A change of the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Stop,
    Go,
}

impl Flow {
    pub(super) const fn new(pace: Pace) -> Self {
        Self {
            pace,
            full: Vec::new(),
            contended: None,
            stopped: false,
        }
    }

    pub(super) const fn pace(&self) -> &Pace {
        &self.pace
    }

    /// An event has been added: the stream holds so many octets.
    #[inline]
    pub(super) fn held(&mut self, handle: CommandHandle, octets: usize, now: Instant) {
        if octets >= self.pace.hold {
            self.fill(handle, now);
        }
    }

    fn fill(&mut self, handle: CommandHandle, now: Instant) {
        if self.full.iter().all(|(full, _)| *full != handle) {
            self.full.push((handle, now));
        }
    }

    /// Whether a stream is full.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        !self.full.is_empty()
    }

    /// Whether the connection reads, and no stream is full: nothing has to change.
    #[inline]
    pub(super) fn is_even(&self) -> bool {
        self.full.is_empty() && self.contended.is_none() && !self.stopped
    }

    /// An event has been taken: the stream holds so many octets. Returns whether it is no longer full.
    #[inline]
    pub(super) fn taken(&mut self, handle: CommandHandle, octets: usize) -> bool {
        self.is_full() && octets <= self.pace.hold / 2 && self.forget(handle)
    }

    /// The stream has ended, or has room again. Returns whether it was full.
    pub(super) fn forget(&mut self, handle: CommandHandle) -> bool {
        let full = self.full.len();
        self.full.retain(|(full, _)| *full != handle);
        self.full.len() < full
    }

    /// Whether another command is open.
    pub(super) fn contend(&mut self, others: bool, now: Instant) {
        match others && !self.full.is_empty() {
            true => self.contended = self.contended.or(Some(now)),
            false => self.contended = None,
        }
    }

    /// When the patience with the first full stream ends.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let (_, since) = self.full.first()?;
        Some((*since).max(self.contended?) + self.pace.patience)
    }

    /// A stream whose reader has been waited for long enough.
    pub(super) fn late(&self, now: Instant) -> Option<(CommandHandle, Overflow)> {
        let (handle, _) = *self.full.first()?;
        let Pace { hold, patience, .. } = self.pace;
        (self.deadline()? <= now).then_some((handle, Overflow::SlowReader { hold, patience }))
    }

    /// Whether the connection has to begin or to stop reading.
    pub(super) fn turn(&mut self) -> Option<Turn> {
        let stop = !self.full.is_empty();
        match core::mem::replace(&mut self.stopped, stop) == stop {
            true => None,
            false if stop => Some(Turn::Stop),
            false => Some(Turn::Go),
        }
    }
}
