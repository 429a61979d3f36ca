//! A date and a time, as the protocol writes them.

use core::fmt;

use bounded_static::ToStatic;

/// A date and a time of a calendar and a clock (Gregorian), in a zone: a `date-time` (RFC 9051 section 9).
///
/// ```
/// use imap_machine::codec::CivilTime;
///
/// let time = CivilTime::from_unix_seconds(837_596_665, -7 * 60).unwrap();
/// assert_eq!(time, CivilTime::new((1996, 7, 17), (2, 44, 25), -7 * 60).unwrap());
/// assert_eq!(time.to_string(), "17-Jul-1996 02:44:25 -0700");
/// assert_eq!(CivilTime::new((2026, 2, 30), (0, 0, 0), 0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct CivilTime {
    /// 0 to 9999.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// How far the zone is east of Greenwich, in minutes.
    pub zone: i16,
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const SECONDS_OF_A_DAY: i64 = 86_400;

impl CivilTime {
    /// The year, the month and the day; the hour, the minute and the second; how far the zone is east of Greenwich, in minutes. `None`
    /// if there is no such time. There are no leap seconds.
    #[must_use]
    pub fn new(date: (u16, u8, u8), time: (u8, u8, u8), zone: i16) -> Option<Self> {
        let (year, month, day) = date;
        let (hour, minute, second) = time;
        let time = Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            zone,
        };
        time.is_valid().then_some(time)
    }

    /// The time in this zone, so many seconds after 1970 began in Greenwich. `None` if the year has not four digits, or if there is
    /// no such zone.
    #[must_use]
    pub fn from_unix_seconds(seconds: i64, zone: i16) -> Option<Self> {
        let seconds = seconds.checked_add(i64::from(zone) * 60)?;
        let (year, month, day) = date_of(seconds.div_euclid(SECONDS_OF_A_DAY))?;
        let second = u32::try_from(seconds.rem_euclid(SECONDS_OF_A_DAY)).ok()?;
        let part = |number: u32| u8::try_from(number % 60).ok();
        let hour = part(second / 3600)?;
        let time = (hour, part(second / 60)?, part(second)?);
        Self::new((year, month, day), time, zone)
    }

    /// Seconds since 1970 began in Greenwich.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        let minutes = i64::from(self.hour) * 60 + i64::from(self.minute) - i64::from(self.zone);
        self.days() * SECONDS_OF_A_DAY + minutes * 60 + i64::from(self.second)
    }

    /// Days since 1970 began. Years begin in March here, so that a leap day is the last one of its year.
    fn days(&self) -> i64 {
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let (year, month) = match month > 2 {
            true => (year, month - 3),
            false => (year - 1, month + 9),
        };
        let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        365 * year + leaps + day_of_year - FROM_YEAR_0
    }

    /// Whether there is such a time.
    pub(crate) fn is_valid(&self) -> bool {
        is_date(self.year, self.month, self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60
            && self.zone.unsigned_abs() < 24 * 60
    }

    /// Reads `date-day-fixed "-" date-month "-" date-year SP time SP zone`. A day below 10 need not have a space or a zero before it.
    #[inline]
    pub(crate) fn read(raw: &[u8]) -> Option<Self> {
        let (day, rest) = match raw {
            [b' ', ones, b'-', rest @ ..] | [ones, b'-', rest @ ..] => (digit(*ones)?, rest),
            [tens, ones, b'-', rest @ ..] => (two_digits(*tens, *ones)?, rest),
            _ => return None,
        };
        let [m1, m2, m3, b'-', y1, y2, y3, y4, b' ', rest @ ..] = rest else {
            return None;
        };
        let year = u16::from(two_digits(*y1, *y2)?) * 100 + u16::from(two_digits(*y3, *y4)?);
        let month = month([*m1, *m2, *m3])?;
        let (time, zone) = rest.split_first_chunk()?;
        let [h1, h2, b':', i1, i2, b':', s1, s2, b' '] = *time else {
            return None;
        };
        let [sign, z1, z2, z3, z4] = *zone else {
            return None;
        };
        let time = (
            two_digits(h1, h2)?,
            two_digits(i1, i2)?,
            two_digits(s1, s2)?,
        );
        let zone = i16::from(two_digits(z1, z2)?) * 60 + i16::from(two_digits(z3, z4)?);
        let zone = match sign {
            b'+' => zone,
            b'-' => -zone,
            _ => return None,
        };
        Self::new((year, month, day), time, zone)
    }
}

/// From 1 March of the year 0 to the beginning of 1970.
const FROM_YEAR_0: i64 = 719_468;

/// The date, so many days after 1970 began. `None` if the year has not four digits.
fn date_of(days: i64) -> Option<(u16, u8, u8)> {
    const DAYS_OF_400_YEARS: i64 = 146_097;
    let days = days.checked_add(FROM_YEAR_0)?;
    let (era, day) = (
        days.div_euclid(DAYS_OF_400_YEARS),
        days.rem_euclid(DAYS_OF_400_YEARS),
    );
    // Without the leap days before it: one in 4 years, none in 100, one in 400.
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month < 10 {
        true => (year, month + 3),
        false => (year + 1, month - 9),
    };
    let year = u16::try_from(era * 400 + year).ok()?;
    Some((year, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

/// Whether the calendar has this date, in a year of four digits.
pub(crate) const fn is_date(year: u16, month: u8, day: u8) -> bool {
    let days = match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year <= 9999 && day >= 1 && day <= days
}

/// A year, a month and a day as `date-text`, with two digits for the day: `01-Nov-2026`.
pub(crate) struct DateText(pub(crate) u16, pub(crate) u8, pub(crate) u8);

impl fmt::Display for DateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(year, month, day) = self;
        let month = usize::from(*month).checked_sub(1);
        let month = month.and_then(|month| MONTHS.get(month)).unwrap_or(&"???");
        write!(f, "{day:02}-{month}-{year:04}")
    }
}

/// The number of the month.
fn month(name: [u8; 3]) -> Option<u8> {
    Some(match &name.map(|octet| octet.to_ascii_lowercase()) {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" => 10,
        b"nov" => 11,
        b"dec" => 12,
        _ => return None,
    })
}

/// Gregorian, also before the calendar was introduced.
const fn is_leap(year: u16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn digit(octet: u8) -> Option<u8> {
    octet.is_ascii_digit().then(|| octet - b'0')
}

/// The beginning of 1970 in Greenwich.
impl Default for CivilTime {
    fn default() -> Self {
        Self {
            year: 1970,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
            zone: 0,
        }
    }
}

/// As the protocol writes it, without quotes: `17-Jul-1996 02:44:25 -0700`.
impl fmt::Display for CivilTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = DateText(self.year, self.month, self.day);
        let (hour, minute, second) = (self.hour, self.minute, self.second);
        let sign = if self.zone < 0 { '-' } else { '+' };
        let zone = self.zone.unsigned_abs();
        let (hours, minutes) = (zone / 60, zone % 60);
        write!(
            f,
            "{date} {hour:02}:{minute:02}:{second:02} {sign}{hours:02}{minutes:02}"
        )
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years() {
        let mut days = CivilTime::new((0, 1, 1), (0, 0, 0), 0).unwrap().days();
        for year in 0..=9999 {
            for month in 1..=12 {
                for day in (1..=31).filter(|day| is_date(year, month, *day)) {
                    let date = CivilTime::new((year, month, day), (0, 0, 0), 0).unwrap();
                    assert_eq!(date.days(), days);
                    assert_eq!(date_of(days), Some((year, month, day)));
                    days += 1;
                }
            }
        }
        assert_eq!(days * SECONDS_OF_A_DAY, 253_402_300_800);
        assert_eq!(CivilTime::from_unix_seconds(253_402_300_800, 0), None);
        assert_eq!(CivilTime::from_unix_seconds(-62_167_219_201, 0), None);
        for seconds in [i64::MIN, i64::MAX] {
            for zone in [i16::MIN, 0, i16::MAX] {
                assert_eq!(CivilTime::from_unix_seconds(seconds, zone), None);
            }
        }
    }

    #[test]
    fn no_such_time() {
        let date = (2026, 11, 27);
        assert!(CivilTime::new(date, (23, 59, 59), 1439).is_some());
        for (date, time, zone) in [
            ((2026, 0, 1), (0, 0, 0), 0),
            ((2026, 13, 1), (0, 0, 0), 0),
            ((2026, 11, 31), (0, 0, 0), 0),
            ((1900, 2, 29), (0, 0, 0), 0),
            ((10_000, 1, 1), (0, 0, 0), 0),
            (date, (24, 0, 0), 0),
            (date, (0, 60, 0), 0),
            (date, (0, 0, 60), 0),
            (date, (0, 0, 0), 1440),
            (date, (0, 0, 0), i16::MIN),
        ] {
            assert_eq!(CivilTime::new(date, time, zone), None);
        }
    }

    /// Its fields can be set to anything.
    #[test]
    fn a_time_that_is_none_is_shown_all_the_same() {
        let mut time = CivilTime::default();
        assert_eq!(time.unix_seconds(), 0);
        (time.month, time.zone) = (0, i16::MIN);
        assert_eq!(time.to_string(), "01-???-1970 00:00:00 -54608");
        assert!(!time.is_valid());
    }

    proptest! {
        #[test]
        fn a_time_is_read_as_it_is_written(
            seconds in -62_167_000_000_i64..253_402_000_000,
            zone in -1439_i16..1440,
        ) {
            let time = CivilTime::from_unix_seconds(seconds, zone).unwrap();
            prop_assert_eq!((time.unix_seconds(), time.zone), (seconds, zone));
            prop_assert_eq!(CivilTime::read(time.to_string().as_bytes()), Some(time));
        }
    }
}
