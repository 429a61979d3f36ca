//! Answers: the events of one command as a value.
//!
//! An accumulator is shown each event that belongs to its command ([`Cause::handle`](crate::client::Cause::handle)), then the
//! completion. If several lines answer one command, they add up (mjl-/mox#389); none replaces another.

mod appended;
mod copied;
mod counted;
mod enabled;
mod fetched;
mod flags;
mod found;
mod identified;
mod listed;
mod selected;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

use bounded_static::ToBoundedStatic;
use thiserror::Error;

use crate::client::command::Completion;
use crate::client::event::{Cause, Event};
use crate::codec::{DefectKind, StatusKind, Untagged};

pub use appended::Appended;
pub use copied::Copied;
pub use counted::Counted;
pub use enabled::Enabled;
pub use fetched::{Fetched, FetchedExtensions, FetchedMessage, FetchedSection};
pub use flags::FlagList;
pub use found::Found;
pub use identified::Identified;
pub use listed::{Listed, ListedMailbox};
pub use selected::{Selected, SelectedFlags, SelectedRev1, SelectedUids};

/// Reads the events of one command.
pub trait Answer: Default + Send + 'static {
    /// The value that it makes of them.
    type Value: Send;

    /// Takes one event of the command, or says that the value has no place for it.
    fn event(&mut self, event: &Event<'_>) -> Uptake;

    /// How much memory the value takes by now, in octets. Whoever collects answers bounds it.
    fn octets(&self) -> usize;

    /// The command has succeeded. `unread` are the events for which the value has no place, in order: it keeps them all the same.
    ///
    /// # Errors
    ///
    /// [`Unreadable`]: it cannot keep them.
    fn finish(
        self,
        completion: &Completion<'_>,
        unread: Vec<Event<'static>>,
    ) -> Result<Self::Value, Unreadable>;
}

/// What became of an event that an [`Answer`] was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uptake {
    /// It is in the value, or belongs to the course of the command and not to its answer.
    Taken,
    /// The value has no place for it, or for a part of it, or it could not be read.
    Left,
}

/// The command has succeeded, and the server has said things about it that the value has no place for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the server executed the command, and {} of its responses could not be read; `events` has them", .events.len())]
pub struct Unreadable {
    /// What it said, in order. At least one.
    pub events: Vec<Event<'static>>,
}

impl Uptake {
    /// The value has taken what could be read. If a part of the line is in no part of the value, the line is kept as well.
    fn of(data: &Untagged<'_>) -> Self {
        let takes_all = |kind| {
            matches!(
                kind,
                DefectKind::Space | DefectKind::Quoting | DefectKind::Octets | DefectKind::Missing
            )
        };
        match data.defects().iter().all(|defect| takes_all(defect.kind)) {
            true => Self::Taken,
            false => Self::Left,
        }
    }
}

/// For commands whose only answer is OK. Capabilities and messages that are expunged are in
/// [`capabilities`](crate::client::ClientConnection::capabilities) and the [mailbox view](crate::client::MailboxView).
#[derive(Clone, Copy, Debug, Default)]
pub struct Done;

impl Answer for Done {
    type Value = ();

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Untagged { data, .. } => match data {
                Untagged::Expunge(_) | Untagged::Vanished(_) | Untagged::Capability(_) => {
                    Uptake::Taken
                }
                _ => Uptake::Left,
            },
            event => course_of_command(event),
        }
    }

    fn octets(&self) -> usize {
        0
    }

    fn finish(self, _: &Completion<'_>, unread: Vec<Event<'static>>) -> Result<(), Unreadable> {
        match unread.is_empty() {
            true => Ok(()),
            false => Err(Unreadable { events: unread }),
        }
    }
}

/// What is no untagged response belongs to the course of the command.
const fn course_of_command(event: &Event<'_>) -> Uptake {
    match event {
        Event::Status { .. }
        | Event::Untagged { .. }
        | Event::Unrecognized { .. }
        | Event::Literal(_) => Uptake::Left,
        _ => Uptake::Taken,
    }
}

/// The tagged OK as an untagged one, for a value that cannot read its code.
fn as_event(completion: &Completion<'_>) -> Event<'static> {
    Event::Status {
        status: StatusKind::Ok,
        text: completion.text.to_static(),
        cause: Cause::Unsolicited,
    }
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}
