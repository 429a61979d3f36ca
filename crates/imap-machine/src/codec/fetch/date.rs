//! INTERNALDATE and SAVEDATE: checked in place, read on request.

use core::fmt;

/// The internal date of a message, or when it came into its mailbox: a `date-time` (RFC 9051 section 9).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InternalDate<'a> {
    raw: &'a [u8],
}

/// A date and a time of a calendar and a clock (Gregorian), in a zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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

impl<'a> InternalDate<'a> {
    pub(super) const LENGTH: usize = 26;

    /// Takes the octets between the quotes, or octets that were kept. `None` if they are not a calendar date, a time and a zone. A day
    /// below 10 need not have a space or a zero before it (MailCore/mailcore2#1029).
    #[must_use]
    pub fn from_raw(raw: &'a [u8]) -> Option<Self> {
        civil(raw).map(|_| Self { raw })
    }

    /// The same, written as the grammar has it.
    pub(super) fn new(raw: &'a [u8]) -> Option<Self> {
        let date = Self::from_raw(raw)?;
        date.is_sound().then_some(date)
    }

    /// The same for octets that [`new`](Self::new) has accepted before.
    pub(super) const fn known(raw: &'a [u8]) -> Self {
        Self { raw }
    }

    /// The octets between the quotes: `17-Jul-1996 02:44:25 -0700`.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Whether it is written as the grammar has it.
    pub(super) fn is_sound(&self) -> bool {
        self.raw.len() == Self::LENGTH
    }

    /// The date and the time.
    #[must_use]
    pub fn civil(&self) -> CivilTime {
        // It has been read before.
        civil(self.raw).unwrap_or_default()
    }

    /// Seconds since 1970 began in Greenwich.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.civil().unix_seconds()
    }
}

impl CivilTime {
    /// Seconds since 1970 began in Greenwich.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        let minutes = i64::from(self.hour) * 60 + i64::from(self.minute) - i64::from(self.zone);
        self.days() * 86_400 + minutes * 60 + i64::from(self.second)
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
        // From 1 March of the year 0 to 1970.
        365 * year + leaps + day_of_year - 719_468
    }
}

impl fmt::Debug for InternalDate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InternalDate({})", self.raw.escape_ascii())
    }
}

/// `date-day-fixed "-" date-month "-" date-year SP time SP zone`
#[inline]
fn civil(raw: &[u8]) -> Option<CivilTime> {
    let (day, rest) = match raw {
        [b' ', ones, b'-', rest @ ..] | [ones, b'-', rest @ ..] => (digit(*ones)?, rest),
        [tens, ones, b'-', rest @ ..] => (two_digits(*tens, *ones)?, rest),
        _ => return None,
    };
    let [m1, m2, m3, b'-', y1, y2, y3, y4, b' ', rest @ ..] = rest else {
        return None;
    };
    let year = u16::from(two_digits(*y1, *y2)?) * 100 + u16::from(two_digits(*y3, *y4)?);
    let (month, days) = month([*m1, *m2, *m3], year)?;
    let [
        h1,
        h2,
        b':',
        i1,
        i2,
        b':',
        s1,
        s2,
        b' ',
        sign,
        z1,
        z2,
        z3,
        z4,
    ] = rest
    else {
        return None;
    };
    let (hour, minute) = (two_digits(*h1, *h2)?, two_digits(*i1, *i2)?);
    // There are no leap seconds: no other field of the protocol knows them.
    let second = two_digits(*s1, *s2)?;
    let zone = i16::from(two_digits(*z1, *z2)?) * 60 + i16::from(two_digits(*z3, *z4)?);
    let zone = match sign {
        b'+' => zone,
        b'-' => -zone,
        _ => return None,
    };
    let is_date = (1..=days).contains(&day);
    let is_time = hour < 24 && minute < 60 && second < 60 && zone.abs() < 24 * 60;
    (is_date && is_time).then_some(CivilTime {
        year,
        month,
        day,
        hour,
        minute,
        second,
        zone,
    })
}

/// The number of the month and how many days it has.
fn month(name: [u8; 3], year: u16) -> Option<(u8, u8)> {
    Some(match &name.map(|octet| octet.to_ascii_lowercase()) {
        b"jan" => (1, 31),
        b"feb" if is_leap(year) => (2, 29),
        b"feb" => (2, 28),
        b"mar" => (3, 31),
        b"apr" => (4, 30),
        b"may" => (5, 31),
        b"jun" => (6, 30),
        b"jul" => (7, 31),
        b"aug" => (8, 31),
        b"sep" => (9, 30),
        b"oct" => (10, 31),
        b"nov" => (11, 30),
        b"dec" => (12, 31),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (valid, seconds) in [
            ("17-Jul-1996 02:44:25 -0700", 837_596_665),
            (" 1-jan-2020 23:59:59 +0000", 1_577_923_199),
            ("29-FEB-2000 00:00:00 +2359", 951_696_060),
            ("31-Dec-0000 00:00:00 -0000", -62_135_683_200),
            ("01-Jan-1970 00:00:00 +0000", 0),
            ("31-Dec-9999 23:59:59 +0000", 253_402_300_799),
        ] {
            let date = InternalDate::new(valid.as_bytes()).expect(valid);
            assert_eq!(date.unix_seconds(), seconds, "{valid}");
            assert!(date.is_sound());
        }
        let date = InternalDate::new(b"17-Jul-1996 02:44:25 -0730").unwrap();
        let civil = date.civil();
        assert_eq!((civil.year, civil.month, civil.day), (1996, 7, 17));
        assert_eq!((civil.hour, civil.minute, civil.second), (2, 44, 25));
        assert_eq!(civil.zone, -450);
    }

    #[test]
    fn a_day_of_one_digit() {
        let date = b"4-Jan-2015 16:53:35 +0800";
        assert_eq!(InternalDate::new(date), None);
        let date = InternalDate::from_raw(date).unwrap();
        assert_eq!(date.unix_seconds(), 1_420_361_615);
        assert!(!date.is_sound());
    }

    #[test]
    fn not_dates() {
        for invalid in [
            "",
            "-Jan-2020 00:00:00 +0000",
            "0-Jan-2020 00:00:00 +0000",
            "00-Jan-2020 00:00:00 +0000",
            "30-Feb-2020 00:00:00 +0000",
            "29-Feb-1900 00:00:00 +0000",
            "01-Foo-2020 00:00:00 +0000",
            "01-Jan-20 00:00:00 +0000",
            "17-Jul-1996 02:44:60 -0700",
            "17-Jul-1996 24:00:00 -0700",
            "17-Jul-1996 02:44:25 +2400",
            "17-Jul-1996 02:44:25 -00:00",
            "17-Jul-1996 02:44:25 -0700 ",
            "17-Jul-1996 02:44:25  0700",
            "17/Jul/1996 02:44:25 -0700",
        ] {
            assert_eq!(
                InternalDate::from_raw(invalid.as_bytes()),
                None,
                "{invalid}"
            );
        }
    }
}
