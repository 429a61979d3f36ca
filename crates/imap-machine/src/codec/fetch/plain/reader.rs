//! Strings, NIL and numbers in a list of ASCII.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use imap_types::core::{IString, NString, Quoted};

use crate::lexer::{number, quoted};

/// A reader of ASCII. Each method takes what its name says, or returns `None`; after that nothing more is read.
pub(super) struct PlainReader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> PlainReader<'a> {
    /// `None` if any octet is not ASCII.
    pub(super) fn new(list: &'a [u8]) -> Option<Self> {
        // One check for all strings, instead of one for each.
        let text = core::str::from_utf8(list).ok()?;
        text.is_ascii().then_some(Self { text, at: 0 })
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Whether this octet is next.
    pub(super) fn is_at(&self, octet: u8) -> bool {
        self.text.as_bytes().get(self.at) == Some(&octet)
    }

    /// Takes this octet.
    pub(super) fn octet(&mut self, octet: u8) -> Option<()> {
        if !self.is_at(octet) {
            return None;
        }
        self.at += 1;
        Some(())
    }

    /// Takes one space.
    pub(super) fn space(&mut self) -> Option<()> {
        self.octet(b' ')
    }

    /// Takes this word, which is given in capitals, in upper or lower case.
    fn word(&mut self, word: &[u8]) -> Option<()> {
        let end = self.at + word.len();
        let found = self.text.as_bytes().get(self.at..end)?;
        if !found.eq_ignore_ascii_case(word) {
            return None;
        }
        self.at = end;
        Some(())
    }

    pub(super) fn nil(&mut self) -> Option<()> {
        self.word(b"NIL")
    }

    /// A quoted string without escapes.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.octet(b'"')?;
        let inside = self.text.as_bytes().get(self.at..)?;
        let end = self.at + quoted::plain_end(inside)?;
        let text = self.text.get(self.at..end)?;
        self.at = end + 1;
        Some(text)
    }

    pub(super) fn string(&mut self) -> Option<IString<'a>> {
        self.text().map(string)
    }

    pub(super) fn nstring(&mut self) -> Option<NString<'a>> {
        if self.is_at(b'"') {
            return self.string().map(|string| NString(Some(string)));
        }
        self.nil().map(|()| NString(None))
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        let (number, digits) = number::leading(self.text.as_bytes().get(self.at..)?)?;
        self.at += digits;
        u32::try_from(number).ok()
    }

    /// Takes `(`, what `item` takes, once or more, and `)`; or takes NIL.
    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self, usize) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut list = Vec::new();
        if !self.is_at(b'(') {
            self.nil()?;
            return Some(list);
        }
        self.octet(b'(')?;
        while !self.is_at(b')') || list.is_empty() {
            list.push(item(self, list.len())?);
        }
        self.octet(b')')?;
        Some(list)
    }
}

pub(super) fn string(text: &str) -> IString<'_> {
    IString::Quoted(Quoted::unvalidated(Cow::Borrowed(text)))
}
