//! SEARCH (RFC 9051 section 6.4.4), and ESEARCH of several mailboxes (RFC 7377).

use super::{Checked, typed};
use crate::client::answers::{Done, Found, FoundInMailboxes};
use crate::client::command::answers::Answers;
use crate::client::command::argument::InvalidArgument;
use crate::client::command::charset::SearchCharset;
use crate::client::command::form::Command;
use crate::client::command::profile::Profile;
use crate::client::command::search::Search;
use crate::client::command::search_return::SearchReturn;
use crate::client::command::search_sources::SearchSources;
use crate::client::command::table::{self, Row};
use crate::client::command::typed::TypedCommand;
use crate::client::command::written::CommandText;
use crate::outgoing::fragments::{Fragment, SaysCharset};

impl Command {
    /// `SEARCH` (section 6.4.4): answers with sequence numbers.
    ///
    /// A server with ESEARCH or IMAP4rev2 is asked to `RETURN (ALL)`. That finds the same, but the answer has the tag of its command, so
    /// the next SEARCH need not wait for it.
    ///
    /// If it looks for text that is not ASCII, it says `CHARSET UTF-8`, except when IMAP4rev2 or UTF8=ACCEPT is enabled, where that
    /// goes without saying and must not be said (RFC 9755 section 3). A server that cannot search in UTF-8 refuses with `BADCHARSET`,
    /// as Exchange does: [`search_in`](Self::search_in) is for that.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::search(Search::unseen().since(2026, 11, 1))?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 SEARCH RETURN (ALL) UNSEEN SINCE \"01-Nov-2026\"\r\n");
    #[doc = example!(end)]
    pub fn search(criteria: impl Into<Search>) -> Checked<Found> {
        plain(table::SEARCH, criteria.into())
    }

    /// `SEARCH RETURN` (RFC 4731): see [`SearchReturn`]. The server must have ESEARCH or IMAP4rev2, and for some options more.
    ///
    #[doc = example!(selected)]
    /// let returns = SearchReturn::new().min().count();
    /// connection.send(Command::search_with(Search::unseen(), &returns)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 SEARCH RETURN (MIN COUNT) UNSEEN\r\n");
    #[doc = example!(end)]
    pub fn search_with(criteria: impl Into<Search>, returns: &SearchReturn) -> Checked<Found> {
        returning(table::SEARCH, criteria.into(), returns)
    }

    /// `SEARCH CHARSET`: the text in the criteria is sent in this charset: `UTF-8`, `US-ASCII` or `ISO-8859-1`. Another one, and a letter
    /// that the charset does not have, is refused here.
    ///
    /// After `BADCHARSET (US-ASCII)` only words that are ASCII can be looked for. Nothing here leaves out letters or words by itself: that
    /// would find other messages than those that were asked for.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::search_in("US-ASCII", Search::all().subject("plan"))?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 SEARCH RETURN (ALL) CHARSET US-ASCII SUBJECT plan\r\n");
    #[doc = example!(end)]
    pub fn search_in(charset: &str, criteria: impl Into<Search>) -> Checked<Found> {
        in_charset(table::SEARCH, charset, criteria.into())
    }

    /// `UID SEARCH` (section 6.4.9): answers with UIDs. See [`search`](Self::search).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_search(Search::all().from("ann"))?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID SEARCH RETURN (ALL) FROM ann\r\n");
    #[doc = example!(end)]
    pub fn uid_search(criteria: impl Into<Search>) -> Checked<Found> {
        plain(table::UID_SEARCH, criteria.into())
    }

    /// `UID SEARCH RETURN`: see [`search_with`](Self::search_with).
    ///
    #[doc = example!(selected)]
    /// let returns = SearchReturn::new().partial(-1, -100);
    /// connection.send(Command::uid_search_with(Search::unseen(), &returns)?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID SEARCH RETURN (PARTIAL -1:-100) UNSEEN\r\n");
    #[doc = example!(end)]
    pub fn uid_search_with(criteria: impl Into<Search>, returns: &SearchReturn) -> Checked<Found> {
        returning(table::UID_SEARCH, criteria.into(), returns)
    }

    /// `UID SEARCH CHARSET`: see [`search_in`](Self::search_in).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::uid_search_in("US-ASCII", Search::all().subject("plan"))?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UID SEARCH RETURN (ALL) CHARSET US-ASCII SUBJECT plan\r\n");
    #[doc = example!(end)]
    pub fn uid_search_in(charset: &str, criteria: impl Into<Search>) -> Checked<Found> {
        in_charset(table::UID_SEARCH, charset, criteria.into())
    }

    /// `ESEARCH` (RFC 7377): UIDs in several mailboxes, none of which need be selected.
    ///
    /// Needs MULTISEARCH.
    ///
    #[doc = example!(connected)]
    /// let sources = SearchSources::mailboxes(["INBOX"]).and(SearchSources::subtree(["Lists"]));
    /// let returns = SearchReturn::new().count();
    /// connection.send(Command::esearch(sources, &returns, Search::unseen())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 ESEARCH IN (mailboxes (INBOX) subtree (Lists)) RETURN (COUNT) UNSEEN\r\n");
    #[doc = example!(end)]
    pub fn esearch(
        sources: SearchSources,
        returns: &SearchReturn,
        criteria: impl Into<Search>,
    ) -> Checked<FoundInMailboxes> {
        let criteria = criteria.into();
        let mut written = verb(table::ESEARCH);
        sources.write(&mut written)?;
        returns.write(&mut written)?;
        let command = looking_for(table::ESEARCH, written, criteria)?;
        Ok(TypedCommand::new(command))
    }

    /// `CANCELUPDATE` (RFC 5267 section 4.3.2): no more updates of these searches, which are named by their
    /// [tags](crate::client::answers::Found::tag).
    ///
    /// Needs CONTEXT=SEARCH or CONTEXT=SORT.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::cancel_update(["A1"])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 CANCELUPDATE \"A1\"\r\n");
    #[doc = example!(end)]
    pub fn cancel_update(tags: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Checked<Done> {
        let mut written = CommandText::new(table::CANCELUPDATE.verb);
        let mut is_empty = true;
        for tag in tags {
            written.text(b" ");
            written.string(tag.as_ref())?;
            is_empty = false;
        }
        if is_empty {
            return Err(InvalidArgument::Empty);
        }
        Ok(typed(written, Profile::plain(table::CANCELUPDATE)))
    }

    /// The same SEARCH, SORT or THREAD with its text in this charset, for a server that has answered `BADCHARSET`. `None` if no text in
    /// it depends on a charset, or if it cannot be written in this one.
    ///
    /// ```
    /// use imap_machine::client::{Command, Search};
    ///
    /// let search = Command::from(Command::uid_search(Search::all().from("jörg"))?);
    /// assert!(search.in_charset("ISO-8859-1").is_some());
    /// assert!(search.in_charset("US-ASCII").is_none());
    /// assert!(Command::from(Command::noop()).in_charset("ISO-8859-1").is_none());
    /// # Ok::<(), imap_machine::client::InvalidArgument>(())
    /// ```
    #[must_use]
    pub fn in_charset(&self, charset: &str) -> Option<Self> {
        let charset = SearchCharset::named(charset).ok()?;
        let has_text = self.written.has_charset();
        let written = has_text.then(|| self.written.clone().in_charset(charset))?;
        Some(Self {
            written: written.ok()?,
            ..self.clone()
        })
    }
}

fn verb(row: Row) -> CommandText {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    written
}

fn plain(row: Row, criteria: Search) -> Checked<Found> {
    let mut written = verb(row);
    written.fragment(Fragment::ReturnAll);
    looking_for(row, written, criteria).map(TypedCommand::new)
}

fn returning(row: Row, criteria: Search, returns: &SearchReturn) -> Checked<Found> {
    let mut written = verb(row);
    returns.write(&mut written)?;
    let mut command = looking_for(row, written, criteria)?;
    command.profile.answers = Answers::ESEARCH;
    Ok(TypedCommand::new(command))
}

fn in_charset(row: Row, charset: &str, criteria: Search) -> Checked<Found> {
    let charset = SearchCharset::named(charset)?;
    let mut written = verb(row);
    written.fragment(Fragment::ReturnAll);
    written.fragment(Fragment::Utf8Charset(SaysCharset::WithoutUtf8));
    let profile = Profile::searching(row, criteria.names_numbers(), criteria.reads_flags());
    criteria.write(&mut written)?;
    Ok(typed(written.in_charset(charset)?, profile))
}

/// The criteria after what is written, and their charset if it matters.
fn looking_for(
    row: Row,
    mut written: CommandText,
    criteria: Search,
) -> Result<Command, InvalidArgument> {
    if !criteria.is_ascii() {
        written.fragment(Fragment::Utf8Charset(SaysCharset::WithoutUtf8));
    }
    let profile = Profile::searching(row, criteria.names_numbers(), criteria.reads_flags());
    criteria.write(&mut written)?;
    Ok(Command::new(written, profile))
}
