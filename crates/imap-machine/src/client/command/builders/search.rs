//! SEARCH (RFC 9051 section 6.4.4).

use super::{Checked, typed};
use crate::client::answers::Found;
use crate::client::command::form::Command;
use crate::client::command::profile::Profile;
use crate::client::command::search::Search;
use crate::client::command::table::{self, Row};
use crate::client::command::written::{CommandText, atom};
use crate::outgoing::fragments::Fragment;

impl Command {
    /// `SEARCH` (section 6.4.4): answers with sequence numbers.
    ///
    /// If it looks for text that is not ASCII, it says `CHARSET UTF-8`, except when IMAP4rev2 or UTF8=ACCEPT is enabled, where that
    /// goes without saying and must not be said (RFC 9755 section 3). A server that cannot search in UTF-8 refuses with `BADCHARSET`,
    /// as Exchange does: [`search_in`](Self::search_in) is for that.
    pub fn search(criteria: impl Into<Search>) -> Checked<Found> {
        search(table::SEARCH, None, criteria.into())
    }

    /// `SEARCH CHARSET`: the text in the criteria is in this charset. The caller has encoded it.
    ///
    /// After `BADCHARSET (US-ASCII)` only words that are ASCII can be looked for. Nothing here leaves out letters or words by itself: that
    /// would find other messages than those that were asked for.
    pub fn search_in(charset: &str, criteria: impl Into<Search>) -> Checked<Found> {
        search(table::SEARCH, Some(charset), criteria.into())
    }

    /// `UID SEARCH` (section 6.4.9): answers with UIDs. See [`search`](Self::search) for text that is not ASCII.
    pub fn uid_search(criteria: impl Into<Search>) -> Checked<Found> {
        search(table::UID_SEARCH, None, criteria.into())
    }

    /// `UID SEARCH CHARSET`: see [`search_in`](Self::search_in).
    pub fn uid_search_in(charset: &str, criteria: impl Into<Search>) -> Checked<Found> {
        search(table::UID_SEARCH, Some(charset), criteria.into())
    }
}

fn search(row: Row, charset: Option<&str>, criteria: Search) -> Checked<Found> {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    match charset {
        Some(charset) => {
            written.text(b"CHARSET ");
            written.astring(atom(charset)?.as_bytes())?;
            written.text(b" ");
        }
        // Only UTF-8 says how it is read (RFC 9755 section 3).
        None if !criteria.is_ascii() => written.fragment(Fragment::WithoutUtf8(b"CHARSET UTF-8 ")),
        None => {}
    }
    let profile = Profile::searching(row, criteria.names_numbers(), criteria.reads_flags());
    criteria.write(&mut written)?;
    Ok(typed(written, profile))
}
