//! The answer to ENABLE.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::codec::Untagged;

/// ENABLE (RFC 9051 section 6.3.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enabled {
    /// The extensions that it turned on, as received.
    pub capabilities: Vec<String>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

impl Enabled {
    /// Whether this extension was turned on, in upper or lower case.
    #[must_use]
    pub fn has(&self, capability: &str) -> bool {
        let mut names = self.capabilities.iter();
        names.any(|name| name.eq_ignore_ascii_case(capability))
    }
}

impl Answer for Enabled {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Enabled(names) = data else {
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(data);
        let names = names.words.iter().map(|name| uptake.text(name));
        self.capabilities.extend(names);
        uptake
    }

    fn octets(&self) -> usize {
        let names = self.capabilities.iter().map(String::capacity);
        self.capabilities.capacity() * size_of::<String>() + names.sum::<usize>()
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}
