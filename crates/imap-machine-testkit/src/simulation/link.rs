//! One direction of a network connection: octets arrive late, in other pieces than they were sent in, or not at all.

use std::collections::VecDeque;
use std::ops::Range;
use std::time::Duration;

use imap_machine::Instant;

use crate::random::Random;
use crate::scenario::End;

/// What a [`Link`] does to octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weather {
    /// How long they are on the way, in milliseconds.
    pub latency: Range<usize>,
    /// The longest piece that arrives in one.
    pub piece: usize,
    /// Whether one read brings everything that has arrived by then.
    pub coalesces: bool,
    /// How many octets can be on the way at a time. A sender of more has to wait.
    pub window: usize,
    /// At this octet the link stands still for this long.
    pub stall: Option<(u64, Duration)>,
    /// The connection breaks before the octet of this number.
    pub cut: Option<(u64, End)>,
}

impl Weather {
    /// Everything arrives at once, and in one piece.
    pub const FAIR: Self = Self {
        latency: 0..1,
        piece: usize::MAX,
        coalesces: true,
        window: usize::MAX,
        stall: None,
        cut: None,
    };

    pub(super) fn any(random: &mut Random) -> Self {
        let latency = *random.pick(&[0, 1, 5, 20, 200]);
        Self {
            latency: latency..latency + 1 + random.below(2 * latency + 2),
            piece: *random.pick(&[1, 2, 7, 40, 1460, usize::MAX]),
            coalesces: random.chance(50),
            window: *random.pick(&[1, 10, 100, 4096, usize::MAX]),
            stall: None,
            cut: None,
        }
    }

    /// The same weather with a stall or a break at some place.
    pub(super) fn stormy(mut self, random: &mut Random) -> Self {
        let place = random.below(2_000) as u64;
        if random.chance(50) {
            self.stall = Some((place, random.span(200_000)));
        } else {
            let end = *random.pick(&[End::Eof, End::Failure]);
            self.cut = Some((place, end));
        }
        self
    }
}

/// What arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// These octets, in one read.
    Octets(Vec<u8>),
    /// Nothing will come any more.
    End(End),
}

/// One direction of a connection.
///
/// ```
/// use imap_machine::Instant;
/// use imap_machine_testkit::scenario::End;
/// use imap_machine_testkit::simulation::{Arrival, Link, Weather};
///
/// let weather = Weather { latency: 20..21, piece: 1, coalesces: false, ..Weather::FAIR };
/// let mut link = Link::new(weather, 1);
/// link.send(b"hi", Instant::ORIGIN);
/// link.end(End::Eof, Instant::ORIGIN);
/// assert_eq!(link.receive(Instant::ORIGIN), None);
///
/// let later = Instant::from_micros(20_000);
/// assert_eq!(link.next(), Some(later));
/// assert_eq!(link.receive(later), Some(Arrival::Octets(b"h".to_vec())));
/// assert_eq!(link.receive(later), Some(Arrival::Octets(b"i".to_vec())));
/// assert_eq!(link.receive(later), Some(Arrival::End(End::Eof)));
/// ```
#[derive(Clone, Debug)]
pub struct Link {
    weather: Weather,
    random: Random,
    under_way: VecDeque<(Instant, Arrival)>,
    /// When the last octets that were sent arrive. Later ones do not arrive earlier.
    last: Instant,
    /// Octets sent.
    sent: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    /// An end is under way, or has arrived.
    Ended,
}

impl Link {
    /// A link on which nothing is under way. The same seed does the same to the same octets.
    #[must_use]
    pub const fn new(weather: Weather, seed: u64) -> Self {
        Self {
            weather,
            random: Random::new(seed),
            under_way: VecDeque::new(),
            last: Instant::ORIGIN,
            sent: 0,
            state: State::Open,
        }
    }

    /// Octets are sent. Those that are sent after an end are lost.
    pub fn send(&mut self, octets: &[u8], now: Instant) {
        let mut rest = octets;
        while !rest.is_empty() && self.state == State::Open {
            let mut len = match self.weather.piece {
                usize::MAX => rest.len(),
                piece => 1 + self.random.below(piece.min(rest.len())),
            };
            if let Some((place, end)) = self.weather.cut {
                match usize::try_from(place.saturating_sub(self.sent)) {
                    Ok(0) => return self.end(end, now),
                    Ok(left) => len = len.min(left),
                    Err(_) => {}
                }
            }
            let (piece, left) = rest.split_at(len);
            let at = self.arrival(now, piece.len());
            self.under_way
                .push_back((at, Arrival::Octets(piece.to_vec())));
            rest = left;
        }
    }

    /// The sender ends its side, or the connection breaks, after all octets that are on the way.
    pub fn end(&mut self, end: End, now: Instant) {
        if self.state == State::Open {
            let at = self.arrival(now, 0);
            self.under_way.push_back((at, Arrival::End(end)));
            self.state = State::Ended;
        }
    }

    fn arrival(&mut self, now: Instant, octets: usize) -> Instant {
        let Range { start, end } = self.weather.latency;
        let latency = start + self.random.below(end.saturating_sub(start));
        let mut at = now + Duration::from_millis(latency as u64);
        self.sent += octets as u64;
        if let Some((place, span)) = self.weather.stall {
            if self.sent > place {
                at = at + span;
                self.weather.stall = None;
            }
        }
        self.last = self.last.max(at);
        self.last
    }

    /// When the next thing arrives.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        self.under_way.front().map(|(at, _)| *at)
    }

    /// What has arrived by now.
    pub fn receive(&mut self, now: Instant) -> Option<Arrival> {
        self.next().filter(|at| *at <= now)?;
        let (_, first) = self.under_way.pop_front()?;
        let Arrival::Octets(mut octets) = first else {
            return Some(first);
        };
        while self.weather.coalesces {
            match self.under_way.front() {
                Some((at, Arrival::Octets(more))) if *at <= now => octets.extend(more),
                _ => break,
            }
            self.under_way.pop_front();
        }
        Some(Arrival::Octets(octets))
    }

    /// How many more octets fit on the way.
    #[must_use]
    pub fn room(&self) -> usize {
        let under_way = self.under_way.iter().map(|(_, arrival)| match arrival {
            Arrival::Octets(octets) => octets.len(),
            Arrival::End(_) => 0,
        });
        self.weather.window.saturating_sub(under_way.sum())
    }

    /// Whether an end is under way or has arrived.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }
}
