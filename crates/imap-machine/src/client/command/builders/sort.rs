//! SORT and THREAD (RFC 5256).

use super::{Checked, typed};
use crate::client::answers::{Found, Threaded};
use crate::client::command::answers::Answers;
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::profile::Profile;
use crate::client::command::search::Search;
use crate::client::command::search_return::SearchReturn;
use crate::client::command::sort::SortBy;
use crate::client::command::table::{self, Row};
use crate::client::command::written::{CommandText, atom};
use crate::outgoing::fragments::{Fragment, SaysCharset};

impl Command {
    /// `SORT` (RFC 5256 section 3): what SEARCH finds, in this order. The answer does not name its command, so one SORT waits for another.
    /// A server with ESORT would name it, but its set may lose the order: [`sort_with`](Self::sort_with) is for who knows the server.
    ///
    /// Needs SORT.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::sort(SortBy::reverse(SortKey::Date), Search::unseen())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 SORT (REVERSE DATE) US-ASCII UNSEEN\r\n");
    #[doc = example!(end)]
    pub fn sort(by: impl Into<SortBy>, criteria: impl Into<Search>) -> Checked<Found> {
        sort(table::SORT, None, &by.into(), criteria.into())
    }

    /// `SORT RETURN` (ESORT, RFC 5267 section 3): see [`SearchReturn`].
    ///
    /// Needs ESORT.
    ///
    #[doc = example!(selected)]
    /// let returns = SearchReturn::new().partial(1, 100);
    /// connection.send(Command::sort_with(SortKey::Size, Search::all(), &returns)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 SORT RETURN (PARTIAL 1:100) (SIZE) US-ASCII ALL\r\n");
    #[doc = example!(end)]
    pub fn sort_with(
        by: impl Into<SortBy>,
        criteria: impl Into<Search>,
        returns: &SearchReturn,
    ) -> Checked<Found> {
        sort(table::SORT, Some(returns), &by.into(), criteria.into())
    }

    /// `UID SORT`: see [`sort`](Self::sort).
    ///
    /// Needs SORT.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_sort(SortKey::Subject, Search::all())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID SORT (SUBJECT) US-ASCII ALL\r\n");
    #[doc = example!(end)]
    pub fn uid_sort(by: impl Into<SortBy>, criteria: impl Into<Search>) -> Checked<Found> {
        sort(table::UID_SORT, None, &by.into(), criteria.into())
    }

    /// `UID SORT RETURN`: see [`sort_with`](Self::sort_with).
    ///
    /// Needs ESORT.
    ///
    #[doc = example!(selected)]
    /// let returns = SearchReturn::new().count();
    /// connection.send(Command::uid_sort_with(SortKey::Size, Search::all(), &returns)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID SORT RETURN (COUNT) (SIZE) US-ASCII ALL\r\n");
    #[doc = example!(end)]
    pub fn uid_sort_with(
        by: impl Into<SortBy>,
        criteria: impl Into<Search>,
        returns: &SearchReturn,
    ) -> Checked<Found> {
        sort(table::UID_SORT, Some(returns), &by.into(), criteria.into())
    }

    /// `THREAD` (RFC 5256 section 3) with this algorithm, a [`ThreadAlgorithm`](crate::client::ThreadAlgorithm) or the name of another one.
    ///
    /// Needs `THREAD=` with the name of the algorithm.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::thread(ThreadAlgorithm::References, Search::all())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 THREAD REFERENCES US-ASCII ALL\r\n");
    #[doc = example!(end)]
    pub fn thread(algorithm: impl AsRef<str>, criteria: impl Into<Search>) -> Checked<Threaded> {
        thread(table::THREAD, algorithm.as_ref(), criteria.into())
    }

    /// `UID THREAD`: see [`thread`](Self::thread).
    ///
    /// Needs `THREAD=` with the name of the algorithm.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_thread("REFS", Search::unseen())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID THREAD REFS US-ASCII UNSEEN\r\n");
    #[doc = example!(end)]
    pub fn uid_thread(
        algorithm: impl AsRef<str>,
        criteria: impl Into<Search>,
    ) -> Checked<Threaded> {
        thread(table::UID_THREAD, algorithm.as_ref(), criteria.into())
    }
}

fn sort(row: Row, returns: Option<&SearchReturn>, by: &SortBy, criteria: Search) -> Checked<Found> {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    if let Some(returns) = returns {
        returns.write(&mut written)?;
    }
    written.text(b"(");
    written.text(by.as_str().as_bytes());
    written.text(b") ");
    let mut profile = in_order(row, &mut written, criteria)?;
    if returns.is_some() {
        profile.answers = Answers::ESEARCH;
    }
    Ok(typed(written, profile))
}

fn thread(row: Row, algorithm: &str, criteria: Search) -> Checked<Threaded> {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    written.text(atom(algorithm)?.as_bytes());
    written.text(b" ");
    let profile = in_order(row, &mut written, criteria)?;
    Ok(typed(written, profile))
}

/// Writes the charset and the criteria. Every server has US-ASCII and UTF-8 (RFC 5256 section 3).
fn in_order(
    row: Row,
    written: &mut CommandText,
    criteria: Search,
) -> Result<Profile, InvalidArgument> {
    match criteria.is_ascii() {
        true => written.text(b"US-ASCII "),
        false => written.fragment(Fragment::Utf8Charset(SaysCharset::Always)),
    }
    let profile = Profile::searching(row, criteria.names_numbers(), criteria.reads_flags());
    criteria.write(written)?;
    Ok(profile)
}
