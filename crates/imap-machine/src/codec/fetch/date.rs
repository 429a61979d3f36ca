//! INTERNALDATE and SAVEDATE: checked in place, read on request.

use core::fmt;

use crate::codec::civil_time::CivilTime;

/// The internal date of a message, or when it came into its mailbox: a `date-time` (RFC 9051 section 9).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InternalDate<'a> {
    raw: &'a [u8],
}

impl<'a> InternalDate<'a> {
    pub(super) const LENGTH: usize = 26;

    /// Takes the octets between the quotes, or octets that were kept. `None` if they are not a calendar date, a time and a zone. A day
    /// below 10 need not have a space or a zero before it (MailCore/mailcore2#1029).
    #[must_use]
    pub fn from_raw(raw: &'a [u8]) -> Option<Self> {
        CivilTime::read(raw).map(|_| Self { raw })
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
        CivilTime::read(self.raw).unwrap_or_default()
    }

    /// Seconds since 1970 began in Greenwich.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.civil().unix_seconds()
    }
}

impl fmt::Debug for InternalDate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InternalDate({})", self.raw.escape_ascii())
    }
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
