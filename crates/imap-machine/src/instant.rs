//! Time as an argument: the core is told what time it is, and has no clock.

use core::fmt;
use core::ops::{Add, Sub};
use core::time::Duration;

/// A point in time, in microseconds from an origin that the adapter chooses.
///
/// The core only compares instants and adds durations to them. So any monotonic clock will do: microseconds since the
/// program's start, since boot, or a simulator's virtual time.
///
/// ```
/// use core::time::Duration;
/// use imap_machine::Instant;
///
/// let start = Instant::ORIGIN;
/// let later = start + Duration::from_secs(2);
/// assert_eq!(later.saturating_since(start), Duration::from_secs(2));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The adapter's origin of time.
    pub const ORIGIN: Self = Self(0);

    /// The instant `micros` microseconds after the origin.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// The instant `since_origin` after the origin; saturates after 584,000 years.
    #[must_use]
    pub fn from_duration(since_origin: Duration) -> Self {
        Self::ORIGIN + since_origin
    }

    /// Microseconds since the origin.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// How long ago `earlier` was; zero when it is not in the past.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.saturating_since(earlier)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06} s", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_saturates() {
        let end = Instant::from_micros(u64::MAX);
        assert_eq!(end + Duration::from_secs(1), end);
        assert_eq!(end + Duration::MAX, end);
        assert_eq!(Instant::ORIGIN - end, Duration::ZERO);
    }
}
