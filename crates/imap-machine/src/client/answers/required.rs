//! Answers of which the server has to send at least one line.

use alloc::vec::Vec;

use super::{Answer, Uptake, course_of_command};
use crate::client::event::Event;
use crate::codec::Untagged;

/// Reads a value that its first line begins. The RFCs oblige the server to send one ("REQUIRED untagged responses" of STATUS, RFC 9051
/// section 6.3.11). After an OK without one, the command ends with [`Unreadable`](super::Unreadable) and not with a value that says
/// that there is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Required<V>(Option<V>);

/// A value of lines, the first of which begins it.
pub trait FromLines: Send + Sized + 'static {
    /// The value of the first line, and whether it has all of it. `None` if the line begins no value.
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)>;

    /// Takes a later line.
    fn add(&mut self, line: &Untagged<'_>) -> Uptake;

    /// How much memory the value takes by now, in octets.
    fn octets(&self) -> usize;

    /// Keeps the events for which the value has no place.
    #[must_use]
    fn keep(self, unread: Vec<Event<'static>>) -> Self;
}

impl<V> Default for Required<V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<V: FromLines> Answer for Required<V> {
    type Value = V;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        if let Some(value) = &mut self.0 {
            return value.add(data);
        }
        let Some((value, uptake)) = V::begin(data) else {
            return Uptake::Left;
        };
        self.0 = Some(value);
        uptake
    }

    fn octets(&self) -> usize {
        self.0.as_ref().map_or(0, V::octets)
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<V, Vec<Event<'static>>> {
        match self.0 {
            Some(value) => Ok(value.keep(unread)),
            None => Err(unread),
        }
    }
}
