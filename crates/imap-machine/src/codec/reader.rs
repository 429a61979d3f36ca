//! Reads the values of a list, or of a line, one by one, and forgives what can be forgiven.

use alloc::borrow::Cow;

use super::defect::{DefectKind, Notes};
use super::fetch::Value;
use super::octets::Octets;
use crate::lexer::{Cursor, Element, Token, number, quoted};

/// A reader of values. Whatever it meets, each call moves on or says that there is nothing more.
#[derive(Debug)]
pub(crate) struct Reader<'a, 'n> {
    cursor: Cursor<'a>,
    notes: &'n mut Notes,
    /// Whether a value has been read, so that a space has to follow.
    begun: bool,
}

impl<'a, 'n> Reader<'a, 'n> {
    /// Reads what `cursor` is over. The first value is expected at once.
    pub(crate) fn new(cursor: Cursor<'a>, notes: &'n mut Notes) -> Self {
        Self {
            cursor,
            notes,
            begun: false,
        }
    }

    /// A reader of a list that this one has read.
    pub(crate) fn list<'r>(&'r mut self, inside: Cursor<'a>) -> Reader<'a, 'r> {
        Reader::new(inside, self.notes)
    }

    /// The offset of what is read next.
    pub(crate) fn position(&self) -> usize {
        self.cursor.position()
    }

    /// The cursor, where it is now.
    pub(crate) const fn cursor(&self) -> Cursor<'a> {
        self.cursor
    }

    /// Goes on from `cursor`.
    pub(crate) fn go_to(&mut self, cursor: Cursor<'a>) {
        self.cursor = cursor;
        self.begun = true;
    }

    /// All that is left, from the next value on.
    pub(crate) fn rest(&self) -> &'a [u8] {
        let mut cursor = self.cursor;
        cursor.skip_spaces();
        cursor.rest()
    }

    /// Whether there is nothing more but spaces.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Whether the next value begins with this octet.
    pub(crate) fn is_at(&self, octet: u8) -> bool {
        self.rest().first() == Some(&octet)
    }

    pub(crate) fn note(&mut self, kind: DefectKind) {
        let at = self.cursor.position();
        self.notes.add(kind, at);
    }

    pub(crate) fn note_at(&mut self, kind: DefectKind, at: usize) {
        self.notes.add(kind, at);
    }

    /// The next value. `None` at the end, and where a value does not end.
    pub(crate) fn element(&mut self) -> Option<Element<'a>> {
        self.separated(usize::from(self.begun))
    }

    /// The next value of a list that has no spaces between its values.
    pub(crate) fn adjacent(&mut self) -> Option<Element<'a>> {
        self.separated(0)
    }

    /// The next value if it is a list.
    pub(crate) fn next_list(&mut self) -> Option<Cursor<'a>> {
        if !self.is_at(b'(') {
            return None;
        }
        match self.element()? {
            Element::List(inside) => Some(inside),
            Element::Token(_) => None,
        }
    }

    /// The next value if it is an atom, a string or NIL.
    pub(crate) fn value(&mut self) -> Option<Value<'a>> {
        if self.is_at(b'(') {
            return None;
        }
        match self.element()? {
            Element::Token(token) => Value::from_token(token),
            Element::List(_) => None,
        }
    }

    /// The next value if it is a string or NIL. An atom is taken for a string, and noted.
    pub(crate) fn nstring(&mut self) -> Option<Value<'a>> {
        let at = self.next_position();
        let value = self.value()?;
        if let Value::Atom(_) = value {
            self.note_at(DefectKind::Form, at);
        }
        Some(value)
    }

    /// The octets of the next value if it is an atom or a string.
    pub(crate) fn astring(&mut self) -> Option<Octets<'a>> {
        let octets = match self.value()? {
            // An atom that is written like NIL.
            Value::Nil => Cow::Borrowed(&b"NIL"[..]),
            value => value.octets()?,
        };
        Some(Octets::from(octets))
    }

    /// The next value if it is a number. Anything else that is no list is skipped, and noted.
    pub(crate) fn number(&mut self) -> Option<u64> {
        let at = self.next_position();
        let value = self.value()?;
        let number = match value {
            Value::Atom(digits) => number::whole(digits),
            _ => None,
        };
        if number.is_none() {
            self.note_at(DefectKind::Number, at);
        }
        number
    }

    /// Where the next value begins.
    pub(crate) fn next_position(&self) -> usize {
        let mut cursor = self.cursor;
        cursor.skip_spaces();
        cursor.position()
    }

    /// Notes what is left, if anything is.
    pub(crate) fn finish(&mut self) {
        let start = self.cursor.position();
        self.cursor.skip_spaces();
        if !self.cursor.rest().is_empty() {
            self.note(DefectKind::Excess);
        } else if self.cursor.position() > start {
            self.note_at(DefectKind::Space, start);
        }
    }

    fn separated(&mut self, expected: usize) -> Option<Element<'a>> {
        let start = self.cursor.position();
        self.cursor.skip_spaces();
        let at = self.cursor.position();
        let ends = self.cursor.rest().is_empty();
        if at - start != if ends { 0 } else { expected } {
            self.note_at(DefectKind::Space, start);
        }
        if ends {
            return None;
        }
        self.begun = true;
        let element = self.cursor.element();
        match element {
            Some(Element::Token(token)) if self.notes.are_kept() => self.check(token, at),
            Some(_) => {}
            None => {
                self.note_at(DefectKind::Unclosed, at);
                self.cursor.skip_to_end();
            }
        }
        element
    }

    fn check(&mut self, token: Token<'a>, at: usize) {
        let (Token::Quoted(octets) | Token::Literal(octets) | Token::Atom(octets)) = token else {
            return;
        };
        if matches!(token, Token::Quoted(_)) && !quoted::is_sound(octets) {
            self.note_at(DefectKind::Quoting, at);
        }
        if core::str::from_utf8(octets).is_err() {
            self.note_at(DefectKind::Octets, at);
        }
    }
}
