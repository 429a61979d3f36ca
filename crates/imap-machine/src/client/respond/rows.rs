//! Plain rows of FETCH, many with one call.
//!
//! Most of what servers say are rows of a few plain items, by the hundred thousand, and all for one command. What is the same for
//! all of them is asked once, before the first one. Their ends need not be searched for: a plain row is read up to its `)`.
//!
//! The contract: polled as events, the same octets would bring the same rows with the same cause, and leave everything in the
//! same state.

use core::fmt;
use core::iter::FusedIterator;

use crate::client::event::{Cause, Event};
use crate::client::machine::Machine;
use crate::client::mailbox::MailboxView;
use crate::client::routing::lane::Lane;
use crate::codec::{Fetch, RowStart, Untagged};
use crate::incoming::Unread;
use crate::state::State;

/// Rows of FETCH that follow each other and have the same cause: what
/// [`poll_rows`](crate::client::ClientConnection::poll_rows) found. There is at least one.
///
/// A row is applied to the [`MailboxView`] when it is taken. Rows that are not taken come again, with the next call of
/// [`poll_rows`](crate::client::ClientConnection::poll_rows) or [`poll_event`](crate::client::ClientConnection::poll_event).
#[must_use = "rows that are not taken come again"]
pub struct Rows<'c> {
    unread: Unread<'c>,
    view: &'c mut MailboxView,
    lane: Lane<'c>,
    /// Read already, to find its cause.
    first: Option<Fetch<'c>>,
    nesting: usize,
}

impl Machine {
    /// The rows that `unread` begins with.
    pub(crate) fn rows<'c>(&'c mut self, unread: Unread<'c>) -> Option<Rows<'c>> {
        let selection = &mut self.standing.selection;
        // The first line is a greeting, whatever it looks like. While a STORE is silent, or a SELECT waits for `[CLOSED]`, rows mean
        // less than they say.
        if self.standing.state == State::Greeting
            || self.commands.has_silent()
            || selection.is_before_closed()
        {
            return None;
        }
        let first = unread.row(self.config.limits.nesting)?;
        let exists = selection.exists();
        let view = selection.certain_subject()?;
        if !view.admits(&first) {
            return None;
        }
        self.clock.disturb();
        Some(Rows {
            unread,
            view,
            lane: Lane::of(&self.commands, &first, exists),
            first: Some(first),
            nesting: self.config.limits.nesting,
        })
    }
}

impl<'c> Unread<'c> {
    /// The plain row that is next.
    #[inline]
    fn row(&self, nesting: usize) -> Option<Fetch<'c>> {
        let start = RowStart::read(self.octets())?;
        let len = start.whole().filter(|len| self.allows(*len))?;
        let row = start.of(self.octets().get(..len)?, &[]);
        Some(row.bounded(nesting))
    }
}

impl<'c> Rows<'c> {
    /// Which command they answer.
    #[must_use]
    pub const fn cause(&self) -> Cause {
        self.lane.cause()
    }

    #[inline(never)] // It would be a move of the row for each of the others.
    fn take_first(&mut self) -> Option<Fetch<'c>> {
        let row = self.first.take()?;
        let _ = self.view.fetch(&row);
        self.unread.take(row.len());
        Some(row)
    }

    /// The rows as the events that [`poll_event`](crate::client::ClientConnection::poll_event) would bring.
    pub fn into_events(self) -> impl Iterator<Item = Event<'c>> {
        let cause = self.cause();
        self.map(move |row| Event::Untagged {
            data: Untagged::Fetch(row),
            cause,
            violation: None,
        })
    }
}

impl<'c> Iterator for Rows<'c> {
    type Item = Fetch<'c>;

    #[inline]
    fn next(&mut self) -> Option<Fetch<'c>> {
        if self.first.is_some() {
            return self.take_first();
        }
        let row = self.unread.row(self.nesting)?;
        if !self.view.admits(&row) || !self.lane.takes(&row) {
            return None;
        }
        // It breaks no rule, so nothing comes of it.
        let _ = self.view.fetch(&row);
        self.unread.take(row.len());
        Some(row)
    }
}

// What ends the rows stays where it is.
impl FusedIterator for Rows<'_> {}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("cause", &self.cause())
            .finish_non_exhaustive()
    }
}
