//! What a search returns.

use alloc::format;
use alloc::string::String;

use super::argument::{InvalidArgument, partial_range};
use super::written::CommandText;

/// What SEARCH, SORT and ESEARCH return (RFC 4466 section 2.6.1), written `RETURN (MIN COUNT)`. With nothing in it, it is the same as
/// [`all`](Self::all) (RFC 4731 section 3.1).
///
#[doc = example!(selected)]
/// let first = SearchReturn::new().min().count();
/// connection.send(Command::uid_search_with(Search::unseen(), &first)?, options, now)?;
/// assert_eq!(connection.transmit(), b"A2 UID SEARCH RETURN (MIN COUNT) UNSEEN\r\n");
/// // What the first saves, the second moves: they may be sent at once.
/// let save = Command::uid_search_with(Search::deleted(), &SearchReturn::new().save())?;
/// let moved = Command::uid_move(SequenceSet::search_result(), "Trash")?;
#[doc = example!(end)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchReturn {
    options: Result<String, InvalidArgument>,
}

impl SearchReturn {
    /// Nothing in particular.
    #[must_use]
    pub const fn new() -> Self {
        let options = Ok(String::new());
        Self { options }
    }

    /// `MIN`: the lowest number (RFC 4731 section 3.1).
    #[must_use]
    pub fn min(self) -> Self {
        self.with("MIN")
    }

    /// `MAX`: the highest number.
    #[must_use]
    pub fn max(self) -> Self {
        self.with("MAX")
    }

    /// `COUNT`: how many there are.
    #[must_use]
    pub fn count(self) -> Self {
        self.with("COUNT")
    }

    /// `ALL`: all numbers.
    #[must_use]
    pub fn all(self) -> Self {
        self.with("ALL")
    }

    /// `SAVE`: the server keeps the result, as [`SequenceSet::search_result`](super::sequence_set::SequenceSet::search_result) (RFC 5182).
    /// Needs SEARCHRES or IMAP4rev2. With MIN or MAX it keeps these only (section 2.4).
    #[must_use]
    pub fn save(self) -> Self {
        self.with("SAVE")
    }

    /// `PARTIAL`: some of the numbers (RFC 9394 section 3.1, RFC 5267 section 4.4). They are counted from the first with `(1, 100)`, and from
    /// the last with `(-1, -100)`. It cannot be together with [`all`](Self::all).
    #[must_use]
    pub fn partial(self, from: i64, to: i64) -> Self {
        match partial_range(from, to) {
            Ok(()) => self.with(&format!("PARTIAL {from}:{to}")),
            Err(error) => Self {
                options: Err(error),
            },
        }
    }

    /// `UPDATE`: the server tells, also after the end of the command, how the result changes (RFC 5267 section 4.3). It does so with an
    /// [`Esearch`](crate::codec::Esearch) that has the [tag](crate::client::answers::Found::tag) of the search, until
    /// [`cancel_update`](super::form::Command::cancel_update) or another SELECT.
    #[must_use]
    pub fn update(self) -> Self {
        self.with("UPDATE")
    }

    /// `CONTEXT`: the search will be repeated or updated, so the server had better keep what it has found (RFC 5267 section 4.2).
    #[must_use]
    pub fn context(self) -> Self {
        self.with("CONTEXT")
    }

    fn with(mut self, option: &str) -> Self {
        if let Ok(options) = &mut self.options {
            if !options.is_empty() {
                options.push(' ');
            }
            options.push_str(option);
        }
        self
    }

    /// Writes it, with a space after it.
    pub(super) fn write(&self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let options = self.options.as_ref().map_err(|error| *error)?;
        written.text(b"RETURN (");
        written.text(options.as_bytes());
        written.text(b") ");
        Ok(())
    }
}

impl Default for SearchReturn {
    fn default() -> Self {
        Self::new()
    }
}
