//! Reads the values of a list, or of a line, one by one, and forgives what can be forgiven.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::defect::{Defect, DefectKind, Notes};
use super::fetch::{Raw, Value};
use super::octets::Octets;
use crate::lexer::{Cursor, Element, Token, number};

/// A reader of values. Whatever it meets, each call moves on or says that there is nothing more.
#[derive(Debug)]
pub(crate) struct ValueReader<'a, 'n> {
    cursor: Cursor<'a>,
    notes: &'n mut Notes,
    /// Whether a value has been read, so that a space has to follow.
    begun: bool,
}

/// ASTRING-CHAR (RFC 9051 section 9).
const fn is_astring_char(octet: &u8) -> bool {
    octet.is_ascii_graphic() && !matches!(octet, b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\')
}

impl<'a, 'n> ValueReader<'a, 'n> {
    /// Reads what `cursor` is over. The first value is expected at once.
    pub(crate) fn new(cursor: Cursor<'a>, notes: &'n mut Notes) -> Self {
        Self {
            cursor,
            notes,
            begun: false,
        }
    }

    /// Reads what `cursor` is over, after a word: the first value is expected after a space.
    pub(crate) fn after(cursor: Cursor<'a>, notes: &'n mut Notes) -> Self {
        Self {
            begun: true,
            ..Self::new(cursor, notes)
        }
    }

    /// A reader of a list that has been read before, with a bound on nesting, and of which these are the octets.
    pub(crate) fn of_list(octets: &'a [u8], notes: &'n mut Notes) -> Self {
        Self::new(Cursor::new(octets, 0, &[], usize::MAX), notes)
    }

    /// A reader of a list that this one has read.
    pub(crate) fn list<'r>(&'r mut self, inside: Cursor<'a>) -> ValueReader<'a, 'r> {
        ValueReader::new(inside, self.notes)
    }

    /// The offset of what is read next.
    pub(crate) fn position(&self) -> usize {
        self.cursor.position()
    }

    /// A cursor from here on.
    pub(crate) const fn cursor(&self) -> Cursor<'a> {
        self.cursor
    }

    /// Leaves out all that is left.
    pub(crate) fn skip_to_end(&mut self) {
        self.cursor.skip_to_end();
    }

    /// Goes on at this offset.
    pub(crate) fn skip_to(&mut self, at: usize) {
        self.cursor.skip_to(at);
        self.begun = true;
    }

    /// What has been read from this offset on.
    pub(crate) fn since(&self, start: usize) -> Raw<'a> {
        Raw::new(self.cursor.since(start))
    }

    /// All defects so far, and what is left, if anything is.
    pub(crate) fn defects(&mut self) -> Vec<Defect> {
        self.finish();
        self.notes.take()
    }

    /// All that is left, from the next value on.
    pub(crate) fn rest(&self) -> &'a [u8] {
        let mut cursor = self.cursor;
        cursor.skip_spaces();
        cursor.rest()
    }

    /// Moves to the next value, and lends all octets from there on.
    pub(crate) fn all_left(&mut self) -> &'a [u8] {
        let start = self.cursor.position();
        self.cursor.skip_spaces();
        let is_at_end = self.cursor.rest().is_empty();
        self.check_gap(start, usize::from(self.begun && !is_at_end));
        self.begun = false;
        self.cursor.rest()
    }

    /// Whether there is nothing more but spaces.
    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// Whether the next value begins with this octet.
    pub(crate) fn is_at(&self, octet: u8) -> bool {
        self.rest().first() == Some(&octet)
    }

    /// Whether the next value is a quoted string or a literal.
    pub(crate) fn is_at_string(&self) -> bool {
        let mut cursor = self.cursor;
        cursor.skip_spaces();
        cursor.rest().starts_with(b"\"") || cursor.literal_start().is_some()
    }

    /// Whether the next value is a number.
    pub(crate) fn is_at_number(&self) -> bool {
        let mut cursor = self.cursor;
        cursor.skip_spaces();
        matches!(cursor.token(), Some(Token::Atom(digits)) if number::whole(digits).is_some())
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

    /// The octets of the next value if it is an atom or a string. What should have been quoted is noted.
    pub(crate) fn astring(&mut self) -> Option<Octets<'a>> {
        let at = self.next_position();
        let octets = match self.value()? {
            Value::Atom(atom) => {
                if !atom.iter().all(is_astring_char) {
                    self.note_at(DefectKind::Quoting, at);
                }
                Cow::Borrowed(atom)
            }
            // An atom that is written like NIL.
            Value::Nil => Cow::Borrowed(&b"NIL"[..]),
            value => value.octets()?,
        };
        Some(Octets::from(octets))
    }

    /// The name of a mailbox that no list follows without a space. All octets up to a space count, since servers do not quote names
    /// like `a(b)c`.
    pub(crate) fn mailbox(&mut self) -> Option<Octets<'a>> {
        if self.is_at_string() {
            return self.astring();
        }
        let all = self.all_left();
        let end = memchr::memchr(b' ', all).unwrap_or(all.len());
        let name = all.get(..end).filter(|name| !name.is_empty())?;
        if !name.iter().all(is_astring_char) {
            self.note(DefectKind::Quoting);
        }
        self.skip_to(self.position() + end);
        Some(Octets::from(name))
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
        self.check_gap(start, if ends { 0 } else { expected });
        if ends {
            return None;
        }
        self.begun = true;
        let element = self.cursor.element();
        match element {
            Some(Element::Token(token)) if self.notes.are_kept() => self.notes.check(token, at),
            Some(_) => {}
            None => {
                self.note_at(DefectKind::Unclosed, at);
                self.cursor.skip_to_end();
            }
        }
        element
    }

    /// Between two values there is one space.
    fn check_gap(&mut self, start: usize, expected: usize) {
        let gap = self.cursor.since(start).octets;
        if gap.len() != expected || gap.iter().any(|octet| *octet != b' ') {
            self.note_at(DefectKind::Space, start);
        }
    }
}
