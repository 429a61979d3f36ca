//! Reading what the clients of this project hand out.

use std::num::NonZeroU32;

use imap_machine::client::Event;
use imap_machine::client::answers::FetchedMessage;
use imap_machine::codec::Untagged;

use super::imap_machine::{body_row, flag_row};
use crate::tally::{FlagRow, Tally, flag, samples};

/// What an application reads of the events of a FETCH: rows of flags, or a body that is streamed.
#[derive(Debug, Default)]
pub(super) struct EventReader {
    pub(super) tally: Tally,
    /// The samples of a body whose row has not come yet.
    streamed: Option<u64>,
}

impl EventReader {
    pub(super) fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Literal(piece) => {
                *self.streamed.get_or_insert(0) += samples(&piece.data, piece.offset);
            }
            Event::Untagged {
                data: Untagged::Fetch(row),
                ..
            } => match self.streamed.take() {
                Some(streamed) => self.tally.add(streamed + body_row(row)),
                None => self.tally.row(flag_row(row)),
            },
            _ => {}
        }
    }
}

/// Reads a row of flags that has become a value.
pub(super) fn message_row(message: &FetchedMessage) -> FlagRow {
    let flags = message.flags.iter().flat_map(|flags| flags.iter());
    FlagRow {
        uid: message.uid.map_or(0, NonZeroU32::get),
        flags: flags.map(|name| flag(name.as_str().as_bytes())).sum(),
        modseq: message.modseq.unwrap_or_default(),
        ..FlagRow::default()
    }
}
