//! The answers to GENURLAUTH and URLFETCH.

use alloc::string::String;
use alloc::vec::Vec;

use super::Uptake;
use super::required::FromLines;
use crate::client::event::Event;
use crate::codec::Untagged;

/// GENURLAUTH (RFC 4467 section 7.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrlAuthorizations {
    /// The authorized URLs, in the order of the command.
    pub urls: Vec<String>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

/// URLFETCH (RFC 4467 section 7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrlTexts {
    /// The URLs, and what they name: `None` if the server gives nothing.
    pub texts: Vec<(String, Option<Vec<u8>>)>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the texts hold beside themselves, in octets.
    held: usize,
}

impl FromLines for UrlAuthorizations {
    // At least one URL is asked for: a line without one is no answer.
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let mut value = Self::default();
        let uptake = value.add(line);
        (!value.urls.is_empty()).then_some((value, uptake))
    }

    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        let Untagged::GenUrlAuth(urls) = line else {
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(line);
        let urls = urls.urls.iter().map(|url| uptake.text(&url));
        self.urls.extend(urls);
        uptake
    }

    fn octets(&self) -> usize {
        let urls = self.urls.iter().map(String::capacity);
        self.urls.capacity() * size_of::<String>() + urls.sum::<usize>()
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}

impl FromLines for UrlTexts {
    // At least one URL is asked for: a line without one is no answer.
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let mut value = Self::default();
        let uptake = value.add(line);
        (!value.texts.is_empty()).then_some((value, uptake))
    }

    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        let Untagged::UrlFetch(contents) = line else {
            return Uptake::Left;
        };
        // A list has parts of a kind that was not asked for (RFC 5524 section 5): the line is kept then.
        let mut uptake = Uptake::of(line);
        for (url, text) in contents.urls() {
            let value = match text.octets().first() {
                Some(b'(') => None,
                _ => text.values().next(),
            };
            let text = match value {
                Some(crate::codec::fetch::Value::Nil) => None,
                Some(value) if value.octets().is_some() => value.octets().map(Into::into),
                _ => {
                    uptake = Uptake::Left;
                    continue;
                }
            };
            let text: Option<Vec<u8>> = text;
            let url = uptake.text(&url);
            self.held += url.capacity() + text.as_ref().map_or(0, Vec::capacity);
            self.texts.push((url, text));
        }
        uptake
    }

    fn octets(&self) -> usize {
        self.texts.capacity() * size_of::<(String, Option<Vec<u8>>)>() + self.held
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}
