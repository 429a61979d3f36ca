//! The distance to a server: how long its answers are on their way.

use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

/// The way between a client and its server.
#[derive(Debug)]
pub struct Distance {
    round_trip: Duration,
    /// Octets on their way, and when they arrive.
    under_way: VecDeque<(Instant, usize)>,
    arrived: usize,
}

impl Distance {
    /// A command and its answer take `round_trip` together. `arrived` octets are there already.
    #[must_use]
    pub const fn new(round_trip: Duration, arrived: usize) -> Self {
        Self {
            round_trip,
            under_way: VecDeque::new(),
            arrived,
        }
    }

    /// This number of octets answers what has just been written.
    pub fn sent(&mut self, octets: usize) {
        if octets > 0 {
            let arrival = Instant::now() + self.round_trip;
            self.under_way.push_back((arrival, octets));
        }
    }

    /// How long it takes until something arrives.
    pub fn arrives_in(&mut self) -> Option<Duration> {
        let now = Instant::now();
        while let Some((arrival, octets)) = self.under_way.front().copied()
            && arrival <= now
        {
            self.arrived += octets;
            self.under_way.pop_front();
        }
        if self.arrived > 0 {
            return Some(Duration::ZERO);
        }
        let next = self.under_way.front();
        next.map(|(arrival, _)| *arrival - now)
    }

    /// Waits until something arrives, if anything is on its way. Returns how many octets are taken, at most `most`.
    pub fn receive(&mut self, most: usize) -> usize {
        while let Some(wait) = self.arrives_in()
            && !wait.is_zero()
        {
            thread::sleep(wait);
        }
        let taken = most.min(self.arrived);
        self.arrived -= taken;
        taken
    }
}
