//! The answer to STORE.

use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::fetched::Fetched;
use super::message::FetchedMessage;
use super::{Answer, Unreadable, Uptake};
use crate::client::command::Completion;
use crate::client::event::Event;

/// STORE and UID STORE (RFC 9051 section 6.4.6): what the server tells of the messages, which for `.SILENT` is nothing, or their
/// mod-sequences (RFC 7162 section 3.1.3).
///
/// ```
/// use imap_machine::client::answers::Stored;
///
/// fn again(stored: &Stored) -> bool {
///     // Another client was faster: look at these messages again, and decide anew.
///     !stored.modified.is_empty()
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Stored {
    /// The messages whose rows came, in the order in which the server first told of them.
    pub messages: Vec<FetchedMessage>,
    /// The messages that have changed since the mod-sequence of
    /// [`unchanged_since`](crate::client::Store::unchanged_since), so that nothing was stored in them (`MODIFIED`, RFC 7162 section 3.1.3).
    /// They are ranges from the first to the last: of UIDs if the command was by UID.
    pub modified: Vec<(NonZeroU32, NonZeroU32)>,
    /// Lines that could not be read, and other news that came with the rows.
    pub unread: Vec<Event<'static>>,
    rows: Fetched,
}

impl Answer for Stored {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        self.rows.event(event)
    }

    fn octets(&self) -> usize {
        self.rows.octets()
    }

    fn finish(
        self,
        completion: &Completion<'_>,
        unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        let rows = self.rows.finish(completion, unread)?;
        Ok(Self {
            messages: rows.messages,
            modified: rows.modified,
            unread: rows.unread,
            rows: Fetched::default(),
        })
    }
}
