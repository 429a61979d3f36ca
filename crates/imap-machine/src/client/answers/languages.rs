//! The answers to LANGUAGE and COMPARATOR.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::codec::{Strings, Untagged, Words};

/// LANGUAGE (RFC 5255 section 3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Languages {
    /// The language that is active now, or those that the server has if none was asked for.
    pub tags: Vec<String>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

/// COMPARATOR (RFC 5255 section 4.7).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collation {
    /// The active comparator.
    pub active: Option<String>,
    /// Those that match what was asked for.
    pub matching: Vec<String>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

impl Answer for Languages {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Language(tags) = data else {
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(data);
        self.tags.extend(unquoted(&tags.words, &mut uptake));
        uptake
    }

    fn octets(&self) -> usize {
        held(&self.tags)
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}

impl Answer for Collation {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Comparator(comparator) = data else {
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(data);
        uptake.text_once(&mut self.active, &comparator.active);
        let matching = unquoted(&comparator.matching, &mut uptake);
        self.matching.extend(matching);
        uptake
    }

    fn octets(&self) -> usize {
        held(&self.matching) + self.active.as_ref().map_or(0, String::capacity)
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(Self { unread, ..self })
    }
}

/// They are strings, with quotes or without (RFC 5255 section 5).
fn unquoted(words: &Words<'_>, uptake: &mut Uptake) -> Vec<String> {
    let strings = Strings::new(words.raw());
    strings.iter().map(|word| uptake.text(&word)).collect()
}

fn held(words: &Vec<String>) -> usize {
    let octets: usize = words.iter().map(String::capacity).sum();
    words.capacity() * size_of::<String>() + octets
}
