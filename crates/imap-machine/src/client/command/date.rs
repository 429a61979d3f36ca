//! The date of a message, as an argument of APPEND.

use super::argument::InvalidArgument;
use super::written::CommandText;
use crate::codec::CivilTime;

/// The date and time that a message gets (RFC 9051 section 6.3.12).
///
/// A [`CivilTime`] converts into one, and so does text. Text that is not a date is refused when a command is built of it.
///
/// ```
/// use imap_machine::client::AppendDate;
/// use imap_machine::codec::CivilTime;
///
/// let date = AppendDate::from("17-Jul-1996 02:44:25 -0700");
/// let time = CivilTime::new((1996, 7, 17), (2, 44, 25), -7 * 60).unwrap();
/// assert_eq!(date, AppendDate::from(time));
/// assert_eq!(time, CivilTime::try_from("17-Jul-1996 02:44:25 -0700")?);
/// # Ok::<(), imap_machine::client::InvalidArgument>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppendDate(Result<CivilTime, InvalidArgument>);

impl AppendDate {
    /// Writes the date with its quotes.
    pub(crate) fn write(self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let time = self.0?;
        written.display(format_args!("\"{time}\""));
        Ok(())
    }
}

impl From<CivilTime> for AppendDate {
    fn from(time: CivilTime) -> Self {
        // Its fields can be set to anything.
        Self(match time.is_valid() {
            true => Ok(time),
            false => Err(InvalidArgument::NotADate),
        })
    }
}

impl From<&str> for AppendDate {
    fn from(text: &str) -> Self {
        Self(CivilTime::try_from(text))
    }
}

/// Reads `17-Jul-1996 02:44:25 -0700`. A day below 10 need not have a space or a zero before it.
impl TryFrom<&str> for CivilTime {
    type Error = InvalidArgument;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::read(text.as_bytes()).ok_or(InvalidArgument::NotADate)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::oracle;
    use super::*;

    #[test]
    fn no_such_date() {
        let time = CivilTime {
            day: 32,
            ..CivilTime::default()
        };
        for date in [
            AppendDate::from(time),
            AppendDate::from("30-Feb-2026 00:00:00 +0000"),
            AppendDate::from(""),
        ] {
            let written = oracle::written("", |written| date.write(written));
            assert_eq!(written, Err(InvalidArgument::NotADate));
        }
    }

    proptest! {
        #[test]
        fn as_imap_codec_writes_it(
            // Their years begin with 1, and have four digits.
            seconds in -62_100_000_000_i64..253_402_000_000,
            zone in -1439_i16..1440,
        ) {
            let time = CivilTime::from_unix_seconds(seconds, zone).unwrap();
            let date = AppendDate::from(time);
            let ours = oracle::written("APPEND INBOX ", |written| {
                date.write(written)?;
                written.text(b" {1}\r\na");
                Ok(())
            });
            let ours = ours.unwrap();
            prop_assert_eq!(oracle::by_codec(oracle::read(&ours)), ours);
        }
    }
}
