//! The answer to ID.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::codec::Untagged;

/// ID (RFC 2971): what the server says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identified {
    /// Names and values. Empty if the server says NIL.
    pub parameters: Vec<(String, Option<String>)>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the parameters hold beside themselves, in octets.
    held: usize,
}

impl Identified {
    /// What the server says under this name, in upper or lower case. `None` if it says nothing, or NIL.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let (_, value) = parameters.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        value.as_deref()
    }
}

impl Answer for Identified {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Id(identity) = data else {
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(data);
        for (name, value) in identity.parameters() {
            let name = uptake.text(&name);
            let value = value.map(|value| uptake.text(&value));
            self.held += name.capacity() + value.as_ref().map_or(0, String::capacity);
            self.parameters.push((name, value));
        }
        uptake
    }

    fn octets(&self) -> usize {
        self.parameters.capacity() * size_of::<(String, Option<String>)>() + self.held
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}
