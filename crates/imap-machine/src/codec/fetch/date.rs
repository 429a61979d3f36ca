//! INTERNALDATE: checked in place, decoded on request.

use core::fmt;

use imap_types::datetime::DateTime;
use imap_types::fetch::MessageDataItem;

use super::heavy;

/// The internal date of a message: a valid `date-time` (RFC 9051 section 9).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InternalDate<'a> {
    raw: &'a [u8],
}

impl<'a> InternalDate<'a> {
    pub(super) const LENGTH: usize = 26;

    /// Takes the octets between the quotes. `None` if they are not a calendar date, a time and a zone.
    pub(super) fn new(raw: &'a [u8]) -> Option<Self> {
        let (date, rest) = raw.split_first_chunk::<11>()?;
        let (time, zone) = rest.split_first_chunk::<10>()?;
        check_date(*date)?;
        check_time(*time)?;
        check_zone(zone)?;
        Some(Self { raw })
    }

    /// The same for octets that [`new`](Self::new) has accepted before.
    pub(super) const fn known(raw: &'a [u8]) -> Self {
        Self { raw }
    }

    /// The octets between the quotes: `17-Jul-1996 02:44:25 -0700`, always 26 octets.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Decodes it with imap-codec.
    ///
    /// `None` cannot happen, since both check the same grammar; tests hold that.
    #[must_use]
    pub fn decode(&self) -> Option<DateTime> {
        let quoted = [b"\"", self.raw, b"\""].concat();
        match heavy::decode_item(b"INTERNALDATE", &quoted)? {
            MessageDataItem::InternalDate(date) => Some(date),
            _ => None,
        }
    }
}

impl fmt::Debug for InternalDate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InternalDate({})", self.raw.escape_ascii())
    }
}

/// `date-day-fixed "-" date-month "-" date-year`
fn check_date([d1, d2, dash1, m1, m2, m3, dash2, y1, y2, y3, y4]: [u8; 11]) -> Option<()> {
    let day = match d1 {
        b' ' => digit(d2)?,
        _ => two_digits(d1, d2)?,
    };
    let year = two_digits(y1, y2)? * 100 + two_digits(y3, y4)?;
    let days = days_in_month([m1, m2, m3], year)?;
    (dash1 == b'-' && dash2 == b'-' && (1..=days).contains(&day)).then_some(())
}

/// `SP time SP`. There are no leap seconds: imap-codec knows none.
fn check_time([sp1, h1, h2, colon1, m1, m2, colon2, s1, s2, sp2]: [u8; 10]) -> Option<()> {
    let hour = two_digits(h1, h2)?;
    let minute = two_digits(m1, m2)?;
    let second = two_digits(s1, s2)?;
    let in_range = hour < 24 && minute < 60 && second < 60;
    let separated = (sp1, colon1, colon2, sp2) == (b' ', b':', b':', b' ');
    (in_range && separated).then_some(())
}

/// `zone`: east or west of Greenwich by less than a day.
fn check_zone(zone: &[u8]) -> Option<()> {
    let [b'+' | b'-', h1, h2, m1, m2] = *zone else {
        return None;
    };
    let minutes = two_digits(h1, h2)? * 60 + two_digits(m1, m2)?;
    (minutes < 24 * 60).then_some(())
}

fn days_in_month(month: [u8; 3], year: u32) -> Option<u32> {
    match &month.map(|octet| octet.to_ascii_lowercase()) {
        b"jan" | b"mar" | b"may" | b"jul" | b"aug" | b"oct" | b"dec" => Some(31),
        b"apr" | b"jun" | b"sep" | b"nov" => Some(30),
        b"feb" if is_leap(year) => Some(29),
        b"feb" => Some(28),
        _ => None,
    }
}

/// Gregorian, also before the calendar was introduced.
fn is_leap(year: u32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn two_digits(tens: u8, ones: u8) -> Option<u32> {
    Some(digit(tens)? * 10 + digit(ones)?)
}

fn digit(octet: u8) -> Option<u32> {
    octet.is_ascii_digit().then(|| u32::from(octet - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for valid in [
            "17-Jul-1996 02:44:25 -0700",
            " 1-jan-2020 23:59:59 +0000",
            "29-FEB-2000 00:00:00 +2359",
            "31-Dec-0000 00:00:00 -0000",
        ] {
            let date = InternalDate::new(valid.as_bytes()).expect(valid);
            assert!(date.decode().is_some(), "{valid}");
        }
    }

    #[test]
    fn not_dates() {
        for invalid in [
            "",
            "1-Jan-2020 00:00:00 +0000",
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
            assert_eq!(InternalDate::new(invalid.as_bytes()), None, "{invalid}");
        }
    }
}
