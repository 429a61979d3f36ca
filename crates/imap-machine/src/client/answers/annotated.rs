//! The answer to GETMETADATA.

use alloc::string::String;
use alloc::vec::Vec;

use bounded_static::IntoBoundedStatic;

use super::{Answer, Uptake, course_of_command, is_about};
use crate::client::event::Event;
use crate::codec::{Code, MailboxName, Metadata, MetadataValue, Octets, ResponseText, Untagged};

/// GETMETADATA (RFC 5464 section 4.2): annotations of a mailbox, or of the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotated {
    /// The mailbox as the server names it; empty for the server's own annotations. A line that names another one is among the
    /// [unread](Self::unread).
    pub mailbox: Option<MailboxName<'static>>,
    /// In the order of the server.
    pub entries: Vec<Annotation>,
    /// The size of the largest value that was left out because it has more octets than
    /// [asked for](crate::client::MetadataOptions::max_size). `None` if there is no such value.
    pub long_entries: Option<u64>,
    /// Lines that could not be read, or not to their end, or that say what has changed.
    pub unread: Vec<Event<'static>>,
    /// What the entries hold beside themselves, in octets.
    held: usize,
}

/// One annotation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Annotation {
    /// Its name: `/private/comment`.
    pub name: String,
    /// Its value. `None` if there is none.
    pub value: Option<Octets<'static>>,
}

impl Annotation {
    /// The annotations of a line. `None` if it says only which have changed (section 4.4.2).
    pub(super) fn of(metadata: &Metadata<'_>, uptake: &mut Uptake) -> Option<Vec<Self>> {
        let entries = metadata.entries().map(|(name, value)| {
            let value = match value {
                MetadataValue::Changed => return None,
                MetadataValue::None => None,
                MetadataValue::Octets(octets) => Some(Octets::from(octets).into_static()),
            };
            let name = uptake.text(&name);
            Some(Self { name, value })
        });
        entries.collect()
    }

    /// What it takes, in octets.
    pub(super) fn held(&self) -> usize {
        let value = self.value.as_ref().map_or(0, |value| value.len());
        size_of::<Self>() + self.name.capacity() + value
    }
}

impl Annotated {
    /// The value of an annotation, by its name in upper or lower case. `None` if it has none.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&[u8]> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        entry.value.as_deref()
    }
}

impl Answer for Annotated {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Metadata(metadata) = data else {
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(data);
        let Some(entries) = Annotation::of(metadata, &mut uptake) else {
            return Uptake::Left;
        };
        if !is_about(&mut self.mailbox, &metadata.mailbox) {
            return Uptake::Left;
        }
        self.held += metadata.mailbox.wire().len();
        self.held += entries.iter().map(Annotation::held).sum::<usize>();
        self.entries.extend(entries);
        uptake
    }

    fn octets(&self) -> usize {
        self.entries.capacity() * size_of::<Annotation>() + self.held
    }

    fn completion(&mut self, text: &ResponseText<'_>) -> Uptake {
        let Some(Code::MetadataLongEntries(size)) = text.code() else {
            return Uptake::Left;
        };
        self.long_entries = Some(size);
        Uptake::Taken
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}
