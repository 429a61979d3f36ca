//! In which order the addresses of a host are tried, and when (RFC 8305, "Happy Eyeballs"), without I/O.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use imap_machine::Instant;

/// How long an attempt has before the next one begins beside it (RFC 8305 section 5, "Connection Attempt Delay").
const CONNECTION_ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// The attempts to reach one host. An attempt begins when the one before it has failed or has had its head start. All go on until
/// one succeeds or all have failed.
#[derive(Debug)]
pub struct Attempts {
    waiting: VecDeque<SocketAddr>,
    running: usize,
    /// When the next one begins.
    next_at: Instant,
    failure: Option<io::Error>,
}

/// What to do about the attempts.
#[derive(Debug)]
pub enum Attempt {
    /// Begin an attempt with this address, beside those that run.
    Start(SocketAddr),
    /// Wait until one ends, or until this time.
    WaitUntil(Option<Instant>),
    /// All have failed: the last failure.
    Failed(io::Error),
}

impl Attempts {
    /// Attempts with these addresses of one host.
    #[must_use]
    pub fn new(addresses: impl IntoIterator<Item = SocketAddr>) -> Self {
        Self {
            waiting: interleaved(addresses),
            running: 0,
            next_at: Instant::ORIGIN,
            failure: None,
        }
    }

    /// What to do next. Ask again until it is not [`Attempt::Start`].
    pub fn next(&mut self, now: Instant) -> Attempt {
        if self.running > 0 && (now < self.next_at || self.waiting.is_empty()) {
            let next_at = (!self.waiting.is_empty()).then_some(self.next_at);
            return Attempt::WaitUntil(next_at);
        }
        match self.waiting.pop_front() {
            Some(address) => {
                self.running += 1;
                self.next_at = now + CONNECTION_ATTEMPT_DELAY;
                Attempt::Start(address)
            }
            None => {
                let none = || io::Error::new(io::ErrorKind::NotFound, "the host has no address");
                Attempt::Failed(self.failure.take().unwrap_or_else(none))
            }
        }
    }

    /// An attempt has failed: the next one begins at once.
    pub fn failed(&mut self, error: io::Error) {
        self.running = self.running.saturating_sub(1);
        self.next_at = Instant::ORIGIN;
        self.failure = Some(error);
    }
}

/// The families alternate, beginning with that of the first address, since a broken route breaks all addresses of a family
/// (RFC 8305 section 4). Otherwise the system's order is kept (RFC 6724).
fn interleaved(addresses: impl IntoIterator<Item = SocketAddr>) -> VecDeque<SocketAddr> {
    let addresses: Vec<_> = addresses.into_iter().collect();
    let six_first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == six_first);
    let mut second = second.into_iter();
    let mut turns: VecDeque<_> = first
        .into_iter()
        .flat_map(|address| [Some(address), second.next()])
        .flatten()
        .collect();
    turns.extend(second);
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The result of an attempt, in milliseconds after its beginning.
    #[derive(Clone, Copy)]
    enum Fate {
        Silence,
        Refused,
        StandsAfter(u64),
    }

    use Fate::{Refused, Silence, StandsAfter};

    const LONG: u64 = 3_600_000;

    fn at(millis: u64) -> Instant {
        Instant::from_micros(1000 * millis)
    }

    /// The winner and its time, and when each attempt began. In milliseconds.
    fn raced(fates: &[Fate]) -> (io::Result<(u16, u64)>, Vec<u64>) {
        let hosts = 0..u16::try_from(fates.len()).unwrap();
        let addresses = hosts.map(|host| SocketAddr::from(([127, 0, 0, 1], host)));
        let mut attempts = Attempts::new(addresses);
        let (mut now, mut begun) = (0, Vec::new());
        let mut stands: Vec<(u64, u16)> = Vec::new();
        loop {
            let until = match attempts.next(at(now)) {
                Attempt::Start(address) => {
                    begun.push(now);
                    let host = address.port();
                    match fates[usize::from(host)] {
                        Silence => {}
                        Refused => {
                            attempts.failed(io::Error::other(format!("{host} refuses")));
                        }
                        StandsAfter(millis) => stands.push((now + millis, host)),
                    }
                    continue;
                }
                Attempt::WaitUntil(until) => until.map(|until| until.as_micros() / 1000),
                Attempt::Failed(error) => return (Err(error), begun),
            };
            let until = until.unwrap_or(LONG);
            match stands.iter().min() {
                Some(&(first, host)) if first <= until => return (Ok((host, first)), begun),
                _ if until == LONG => return (Err(io::ErrorKind::TimedOut.into()), begun),
                _ => now = until,
            }
        }
    }

    #[test]
    fn silence_delays_the_next_and_does_not_prevent_it() {
        let (won, begun) = raced(&[Silence, Silence, StandsAfter(10), StandsAfter(0)]);
        assert_eq!((won.unwrap(), begun), ((2, 510), vec![0, 250, 500]));
    }

    #[test]
    fn after_a_refusal_the_next_begins_at_once() {
        let (won, begun) = raced(&[Refused, Refused, StandsAfter(30)]);
        assert_eq!((won.unwrap(), begun), ((2, 30), vec![0, 0, 0]));
    }

    #[test]
    fn a_slow_one_goes_on_beside_the_next() {
        let (won, begun) = raced(&[StandsAfter(400), Silence, Silence]);
        assert_eq!((won.unwrap(), begun), ((0, 400), vec![0, 250]));
    }

    #[test]
    fn the_last_refusal_is_told() {
        let (won, _) = raced(&[Refused, Refused]);
        assert_eq!(won.unwrap_err().to_string(), "1 refuses");
        let (won, _) = raced(&[]);
        assert_eq!(won.unwrap_err().kind(), io::ErrorKind::NotFound);
        let (won, begun) = raced(&[Refused, Silence]);
        assert_eq!(won.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(begun, [0, 0]);
    }

    #[test]
    fn families_take_turns() {
        let six = |host| SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, host], 143));
        let four = |host| SocketAddr::from(([127, 0, 0, host], 143));
        let told = [six(1), six(2), six(3), four(1)];
        assert_eq!(interleaved(told), [six(1), four(1), six(2), six(3)]);
        let told = [four(1), six(1), six(2)];
        assert_eq!(interleaved(told), [four(1), six(1), six(2)]);
        assert_eq!(interleaved([]), []);
    }
}
