//! Lists of words: flags, attributes, capabilities.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use bounded_static::ToStatic;

use crate::codec::defect::DefectKind;
use crate::codec::fetch::FlagTokens;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element, Token};

/// Words with spaces between them, as the server sent them: flags, mailbox attributes, names of capabilities.
#[derive(Clone, PartialEq, Eq, Hash, Default, ToStatic)]
pub struct Words<'a>(Octets<'a>);

impl<'a> Words<'a> {
    pub(crate) fn new(list: &'a [u8]) -> Self {
        Self(Octets::from(list))
    }

    /// The words as received, in their order. A word in quotes keeps them.
    #[must_use]
    pub fn iter(&self) -> FlagTokens<'_> {
        FlagTokens::over(&self.0)
    }

    /// The words as text. Octets that are not UTF-8 are replaced.
    pub fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.iter().map(String::from_utf8_lossy)
    }

    /// Whether this word is among them, in upper or lower case.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.iter()
            .any(|known| known.eq_ignore_ascii_case(word.as_bytes()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// All of them as received, with what is between them.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.0
    }
}

/// The words of a list that the reader has read, checked.
pub(super) fn read_words<'a>(reader: &mut ValueReader<'a, '_>, list: Cursor<'a>) -> Words<'a> {
    check_words(&mut reader.list(list));
    Words::new(list.rest())
}

/// Notes what is no word: a list or a literal.
pub(super) fn check_words(reader: &mut ValueReader<'_, '_>) {
    while let Some(element) = reader.element() {
        if let Element::List(_) | Element::Token(Token::Literal(_)) = element {
            reader.note(DefectKind::Form);
        }
    }
}

impl<'s> IntoIterator for &'s Words<'_> {
    type Item = &'s [u8];
    type IntoIter = FlagTokens<'s>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.texts()).finish()
    }
}
