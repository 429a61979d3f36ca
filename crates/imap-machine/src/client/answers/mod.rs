//! Answers: the events of one command as a value.
//!
//! An accumulator is shown each event that belongs to its command ([`Cause::handle`](crate::client::Cause::handle)), then the
//! completion. If several lines answer one command, they add up (mjl-/mox#389); none replaces another.

mod annotated;
mod appended;
mod batched;
mod copied;
mod counted;
mod enabled;
mod fetched;
mod flags;
mod found;
mod identified;
mod languages;
mod listed;
#[cfg(test)]
mod mailbox_tests;
mod message;
mod namespaced;
mod notified;
mod quotas;
mod required;
mod rights;
mod role;
mod selected;
#[cfg(test)]
mod tests;
mod threaded;
mod urls;

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use bounded_static::{IntoBoundedStatic, ToBoundedStatic};
use thiserror::Error;

use crate::client::command::Completion;
use crate::client::event::{Cause, Event};
use crate::codec::{Code, Defect, DefectKind, MailboxName, ResponseText, StatusKind, Untagged};

pub use annotated::{Annotated, Annotation};
pub use appended::Appended;
pub use batched::Batched;
pub use copied::Copied;
pub use counted::Counted;
pub use enabled::Enabled;
pub use fetched::Fetched;
pub use flags::FlagList;
pub use found::{Found, FoundInMailboxes, FoundMailbox};
pub use identified::Identified;
pub use languages::{Collation, Languages};
pub use listed::{Listed, ListedMailbox};
pub use message::{FetchedExtensions, FetchedMessage, FetchedSection};
pub use namespaced::{NamespaceRoot, Namespaced};
pub use notified::{Notified, NotifiedMailbox};
pub use quotas::{Quotas, ResourceQuota, RootQuota};
pub use required::{FromLines, Required};
pub use rights::{AccessList, GrantableRights, OwnRights, Rights};
pub use role::{Role, RoleSource};
pub use selected::{Selected, SelectedFlags, SelectedRev1, SelectedUids};
pub use threaded::Threaded;
pub use urls::{UrlAuthorizations, UrlTexts};

/// Reads the events of one command.
pub trait Answer: Default + Send + 'static {
    /// The value that it makes of them.
    type Value: Send;

    /// Takes one event of the command, or says that the value has no place for it.
    fn event(&mut self, event: &Event<'_>) -> Uptake;

    /// How much memory the value takes by now, in octets. Whoever collects answers bounds it.
    fn octets(&self) -> usize;

    /// Takes the code of the tagged OK. Most values have no place for one.
    fn completion(&mut self, text: &ResponseText<'_>) -> Uptake {
        let _ = text;
        Uptake::Left
    }

    /// The value. It keeps `unread`, the events for which it has no place, in order.
    ///
    /// # Errors
    ///
    /// `unread` again: there is no value, because it cannot keep them, or because the server did not send what the command asks for.
    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self::Value, Vec<Event<'static>>>;

    /// The command has succeeded, and `unread` are the events for which the value has no place. A code of the OK for which it has none
    /// is kept as well.
    ///
    /// # Errors
    ///
    /// [`Unreadable`]: there is no [value](Self::into_value).
    fn finish(
        mut self,
        completion: &Completion<'_>,
        mut unread: Vec<Event<'static>>,
    ) -> Result<Self::Value, Unreadable> {
        let text = &completion.text;
        let events = unread.len();
        if self.completion(text) == Uptake::Left && own_code(text).is_some() {
            unread.push(as_event(completion));
        }
        self.into_value(unread).map_err(|mut unread| {
            unread.truncate(events);
            Unreadable {
                text: text.to_static(),
                events: unread,
            }
        })
    }
}

/// What became of an event that an [`Answer`] was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uptake {
    /// It is in the value, or belongs to the course of the command and not to its answer.
    Taken,
    /// The value has no place for it, or for a part of it, or it could not be read.
    Left,
}

/// The command has succeeded, and what the server said about it makes no value: it is not what the command asks for, or it is more than
/// the value has a place for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the server executed the command, and {}: {text}", match .events.len() {
    0 => "did not answer it",
    _ => "its answer could not be read",
})]
pub struct Unreadable {
    /// The text of the OK and its code.
    pub text: ResponseText<'static>,
    /// What it said before, in order. Empty if it said nothing, and had to.
    pub events: Vec<Event<'static>>,
}

impl Uptake {
    /// The value has taken what could be read. If a part of the line is in no part of the value, the line is kept as well.
    fn of(data: &Untagged<'_>) -> Self {
        Self::of_defects(&data.defects())
    }

    fn of_defects(defects: &[Defect]) -> Self {
        // What comes after the first hundred is not known.
        let takes_all = |kind| {
            matches!(
                kind,
                DefectKind::Space | DefectKind::Quoting | DefectKind::Octets | DefectKind::Missing
            )
        };
        let all_known = defects.len() < Defect::MOST;
        match all_known && defects.iter().all(|defect| takes_all(defect.kind)) {
            true => Self::Taken,
            false => Self::Left,
        }
    }

    fn also(&mut self, other: Self) {
        if other == Self::Left {
            *self = Self::Left;
        }
    }

    /// The octets as text. If some are not UTF-8, the text has others in their place, and the line is kept.
    fn text(&mut self, octets: &[u8]) -> String {
        let text = String::from_utf8_lossy(octets);
        if let Cow::Owned(_) = text {
            *self = Self::Left;
        }
        text.into_owned()
    }

    /// The same for a list of flags, without its parentheses.
    fn flags(&mut self, list: &[u8]) -> FlagList {
        FlagList::read(list).unwrap_or_else(|replaced| {
            *self = Self::Left;
            replaced
        })
    }

    /// A fact that does not change: if it has another value already, the line is kept.
    fn once<T: PartialEq>(&mut self, place: &mut Option<T>, value: T) {
        match place {
            Some(known) if *known != value => *self = Self::Left,
            _ => *place = Some(value),
        }
    }

    fn text_once(&mut self, place: &mut Option<String>, octets: &[u8]) {
        let text = self.text(octets);
        self.once(place, text);
    }
}

/// Whether a line is about the mailbox of the value, which the first line names.
fn is_about(place: &mut Option<MailboxName<'static>>, name: &MailboxName<'_>) -> bool {
    if place.is_none() {
        *place = Some(name.to_static());
    }
    place.as_ref().is_some_and(|known| known == name)
}

/// For commands whose only answer is OK. Capabilities and messages that are expunged are in
/// [`capabilities`](crate::client::ClientConnection::capabilities) and the [mailbox view](crate::client::MailboxView). The value is the
/// code of the OK, if it has one: `MAILBOXID` of CREATE (RFC 8474 section 4.1), for example.
#[derive(Clone, Debug, Default)]
pub struct Done(Option<Code<'static>>);

impl Answer for Done {
    type Value = Option<Code<'static>>;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Untagged { data, .. } => match data {
                Untagged::Capability(_) => Uptake::Taken,
                data => expunged(data),
            },
            event => course_of_command(event),
        }
    }

    fn octets(&self) -> usize {
        0
    }

    fn completion(&mut self, text: &ResponseText<'_>) -> Uptake {
        self.0 = own_code(text).map(IntoBoundedStatic::into_static);
        Uptake::Taken
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self::Value, Vec<Event<'static>>> {
        match unread.is_empty() {
            true => Ok(self.0),
            false => Err(unread),
        }
    }
}

/// The mailbox view has what is expunged; not what was gone before (RFC 7162 section 3.2.10).
const fn expunged(data: &Untagged<'_>) -> Uptake {
    match data {
        Untagged::Expunge(_) => Uptake::Taken,
        Untagged::Vanished(vanished) if !vanished.earlier => Uptake::Taken,
        _ => Uptake::Left,
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

/// A code that is neither for the connection nor for all who listen.
pub(in crate::client) fn own_code<'t>(text: &'t ResponseText<'_>) -> Option<Code<'t>> {
    let is_elsewhere = text.has_code("ALERT") || text.has_code("CAPABILITY");
    text.code().filter(|_| !is_elsewhere)
}

/// The tagged OK as an untagged one, for a value that cannot read its code.
pub(in crate::client) fn as_event(completion: &Completion<'_>) -> Event<'static> {
    Event::Status {
        status: StatusKind::Ok,
        text: completion.text.to_static(),
        cause: Cause::Unsolicited,
    }
}

fn lossy(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}
