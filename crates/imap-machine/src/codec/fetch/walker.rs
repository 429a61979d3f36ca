//! Reads lists from the inside, token by token.
//!
//! No list is searched for its end before it is read, so that reading stays linear however deep lists nest.

use alloc::vec::Vec;

use super::value::{RawList, Value};
use crate::codec::defect::{Defect, DefectKind, Notes};
use crate::lexer::{Cursor, Token, number, quoted};

/// A reader of one list and of all lists in it. Whatever it meets, each call moves on, or says that the list ends.
#[derive(Debug)]
pub(super) struct Walker<'a, 'n> {
    cursor: Cursor<'a>,
    /// `None` if no one wants to know of defects.
    notes: Option<&'n mut Notes>,
    /// How many spaces the grammar has before the next value.
    spaces: usize,
    /// Whether they have been skipped.
    arrived: bool,
}

/// What comes next in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A string, an atom or NIL.
    Value,
    /// A list.
    Open,
    /// The end of the list.
    End,
}

impl<'a, 'n> Walker<'a, 'n> {
    /// Before `list`, a delimited list with its parentheses.
    #[inline]
    pub(super) fn before(list: &'a [u8], notes: Option<&'n mut Notes>) -> Self {
        // The list has been delimited with a bound on nesting.
        Self::at(Cursor::new(list, 0, &[], usize::MAX), notes)
    }

    /// Inside of `list`, notes dropped.
    #[inline]
    pub(super) fn inside(list: &'a [u8]) -> Self {
        let mut walker = Self::before(list, None);
        walker.enter();
        walker
    }

    /// Before `values`, which stand in no list; notes dropped.
    pub(super) fn outside(values: &'a [u8]) -> Self {
        Self::before(values, None)
    }

    #[inline]
    const fn at(cursor: Cursor<'a>, notes: Option<&'n mut Notes>) -> Self {
        Self {
            cursor,
            notes,
            spaces: 0,
            arrived: false,
        }
    }

    /// What comes next. Spaces before it are skipped.
    #[inline]
    pub(super) fn next(&mut self) -> Next {
        if !self.arrived {
            self.arrive();
        }
        match self.cursor.peek() {
            None | Some(b')') => Next::End,
            Some(b'(') => Next::Open,
            Some(_) => Next::Value,
        }
    }

    #[inline]
    fn arrive(&mut self) {
        let start = self.cursor.position();
        self.cursor.skip_spaces();
        self.arrived = true;
        if self.notes.is_some() {
            let spaces = match self.cursor.peek() {
                None | Some(b')') => 0,
                Some(_) => self.spaces,
            };
            if self.cursor.position() - start != spaces {
                self.note_at(DefectKind::Space, start);
            }
        }
    }

    /// A value has been read: the grammar has `spaces` before the next one.
    #[inline]
    fn passed(&mut self, spaces: usize) {
        self.spaces = spaces;
        self.arrived = false;
    }

    /// The grammar has no space here.
    #[inline]
    pub(super) fn adjacent(&mut self) {
        self.spaces = 0;
    }

    /// After a list: the grammar has no space before another list here.
    #[inline]
    pub(super) fn between_lists(&mut self) {
        let mut cursor = self.cursor;
        cursor.skip_spaces();
        self.spaces = usize::from(cursor.peek() != Some(b'('));
    }

    /// Whether a quoted string is next.
    #[inline]
    pub(super) fn next_is_quote(&mut self) -> bool {
        self.next() == Next::Value && self.cursor.peek() == Some(b'"')
    }

    /// Whether a digit is next.
    #[inline]
    pub(super) fn next_is_digit(&mut self) -> bool {
        self.next() == Next::Value && self.cursor.peek().is_some_and(|it| it.is_ascii_digit())
    }

    /// Where the next value begins.
    pub(super) fn position(&mut self) -> usize {
        _ = self.next();
        self.cursor.position()
    }

    /// Where the last value ended.
    pub(super) fn reached(&self) -> usize {
        self.cursor.position()
    }

    /// Skips the next value, which ends there.
    pub(super) fn skip_value_to(&mut self, end: usize) {
        self.cursor.skip_to(end);
        self.passed(1);
    }

    /// The octets from `start` on.
    #[inline]
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.cursor.since(start).octets
    }

    /// Notes a defect at the next value.
    pub(super) fn note(&mut self, kind: DefectKind) {
        if self.notes.is_some() {
            let at = self.position();
            self.note_at(kind, at);
        }
    }

    pub(super) fn note_at(&mut self, kind: DefectKind, at: usize) {
        if let Some(notes) = &mut self.notes {
            notes.add(kind, at);
        }
    }

    /// Whether someone wants to know of defects.
    pub(super) const fn keeps_notes(&self) -> bool {
        self.notes.is_some()
    }

    /// Takes the opening parenthesis of a list.
    #[inline]
    pub(super) fn enter(&mut self) -> bool {
        let is_open = self.next() == Next::Open;
        if is_open {
            self.cursor.skip_octet();
            self.passed(0);
        }
        is_open
    }

    /// Skips what is left of the list, with its closing parenthesis.
    #[inline]
    pub(super) fn leave(&mut self) {
        if self.next() != Next::End {
            self.note(DefectKind::Excess);
            self.skip_to_end();
        }
        _ = self.cursor.skip_list_end();
        self.passed(1);
    }

    /// Skips to the end of the list, and returns what was skipped.
    pub(super) fn skip_to_end(&mut self) -> &'a [u8] {
        let start = self.position();
        let mut end = start;
        while self.next() != Next::End {
            self.skip();
            end = self.cursor.position();
        }
        let skipped = self.since(start);
        skipped.get(..end - start).unwrap_or(skipped)
    }

    /// Skips a value or a list.
    pub(super) fn skip(&mut self) {
        match self.next() {
            Next::Value => _ = self.value(),
            Next::Open => _ = self.list(),
            Next::End => {}
        }
    }

    /// The next value if it is no list.
    pub(super) fn value(&mut self) -> Option<Value<'a>> {
        if let Some(value) = self.plain_nstring() {
            return Some(value);
        }
        match self.next() {
            Next::Value => self.any_value(),
            Next::Open | Next::End => None,
        }
    }

    /// A quoted string or NIL that is as plain as most are, after one space at most.
    #[inline(always)]
    fn plain_nstring(&mut self) -> Option<Value<'a>> {
        self.plain(spaced_nstring)
    }

    /// What `read` makes of the octets from here on. It returns what follows as well, and `None` where anything is to be forgiven.
    /// Nothing is read if someone wants to know of defects.
    #[inline(always)]
    pub(super) fn plain<T>(
        &mut self,
        read: impl FnOnce(&'a [u8]) -> Option<(T, &'a [u8])>,
    ) -> Option<T> {
        if self.notes.is_some() {
            return None;
        }
        let (value, after) = read(self.cursor.rest())?;
        self.skip_value_to(self.cursor.end() - after.len());
        Some(value)
    }

    fn any_value(&mut self) -> Option<Value<'a>> {
        let at = self.cursor.position();
        let token = self.token()?;
        if let Some(notes) = &mut self.notes {
            notes.check(token, at);
        }
        self.passed(1);
        Value::from_token(token)
    }

    fn token(&mut self) -> Option<Token<'a>> {
        let at = self.cursor.position();
        let token = self.cursor.token();
        if token.is_none() {
            self.note_at(DefectKind::Unclosed, at);
            self.cursor.skip_to_end();
        }
        token
    }

    /// The next value if it is a list: its octets, with parentheses.
    #[inline]
    pub(super) fn list(&mut self) -> Option<&'a [u8]> {
        if self.next() != Next::Open {
            return None;
        }
        let start = self.cursor.position();
        if self.cursor.skip_list().is_none() {
            self.note_at(DefectKind::Unclosed, start);
            self.cursor.skip_to_end();
        }
        self.passed(1);
        Some(self.since(start))
    }

    /// The same. If defects are wanted, what is in the list is read with `next` until there is no more. If not, and the list is short
    /// and plain, `plain` finds its end in less time than a search that knows nothing of what is in it.
    #[inline]
    pub(super) fn list_of<T>(
        &mut self,
        next: fn(&mut Walker<'a, '_>) -> Option<T>,
        plain: impl Fn(&'a [u8]) -> Option<(T, &'a [u8])>,
    ) -> Option<&'a [u8]> {
        if self.notes.is_none() {
            let start = self.position();
            return match self.plain(|octets| plain_list(octets, plain)) {
                Some(()) => Some(self.since(start)),
                None => self.list(),
            };
        }
        let start = self.position();
        if !self.enter() {
            return None;
        }
        if self.next() == Next::End {
            self.note(DefectKind::Missing);
        }
        while next(self).is_some() {}
        self.leave();
        Some(self.since(start))
    }

    /// The string or NIL that the grammar has here. A list in its place is skipped.
    pub(super) fn nstring(&mut self) -> Option<Value<'a>> {
        match self.plain_nstring() {
            Some(value) => Some(value),
            None => self.any_nstring(),
        }
    }

    #[cold]
    fn any_nstring(&mut self) -> Option<Value<'a>> {
        match self.next() {
            Next::Value => {
                let at = self.cursor.position();
                let value = self.any_value();
                if let Some(Value::Atom(_)) = value {
                    self.note_at(DefectKind::Form, at);
                }
                value
            }
            Next::Open => {
                self.note(DefectKind::Form);
                self.skip();
                None
            }
            Next::End => {
                self.note(DefectKind::Missing);
                None
            }
        }
    }

    /// The same where the grammar does not have NIL.
    #[inline]
    pub(super) fn string(&mut self) -> Option<Value<'a>> {
        let at = self.notes.is_some().then(|| self.position());
        let value = self.nstring();
        if let (Some(at), Some(Value::Nil)) = (at, value) {
            self.note_at(DefectKind::Form, at);
        }
        value
    }

    /// The number that is next. Nothing is read if none is.
    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        if self.next() != Next::Value {
            return None;
        }
        if let Some((number, after @ [b' ' | b')', ..])) = number::short(self.cursor.rest()) {
            self.cursor.skip_to(self.cursor.end() - after.len());
            self.passed(1);
            return Some(number);
        }
        self.odd_number()
    }

    /// A number of more digits, or what is none.
    #[cold]
    fn odd_number(&mut self) -> Option<u64> {
        let mut ahead = self.cursor;
        let Some(Token::Atom(digits)) = ahead.token() else {
            return None;
        };
        let number = number::whole(digits)?;
        self.cursor = ahead;
        self.passed(1);
        Some(number)
    }

    /// A copy that looks ahead and notes nothing.
    #[inline]
    pub(super) fn ahead(&mut self) -> Walker<'a, 'static> {
        _ = self.next();
        Walker {
            cursor: self.cursor,
            notes: None,
            spaces: self.spaces,
            arrived: true,
        }
    }
}

/// A quoted string or NIL that is as plain as most are, after one space at most, and what follows it.
#[inline(always)]
pub(super) fn spaced_nstring(octets: &[u8]) -> Option<(Value<'_>, &[u8])> {
    match octets {
        [b' ', next @ ..] => plain_nstring(next),
        next => plain_nstring(next),
    }
}

/// The same without a space before it.
#[inline(always)]
pub(super) fn plain_nstring(octets: &[u8]) -> Option<(Value<'_>, &[u8])> {
    match octets {
        [b'"', inside @ ..] => {
            let (inside, after) = quoted::split_plain(inside)?;
            Some((Value::Quoted(inside), after))
        }
        [b'N' | b'n', b'I' | b'i', b'L' | b'l', b' ' | b')', ..] => {
            Some((Value::Nil, octets.get(3..)?))
        }
        _ => None,
    }
}

/// What follows a space.
#[inline(always)]
pub(super) fn after_space(octets: &[u8]) -> Option<&[u8]> {
    octets.strip_prefix(b" ")
}

/// A list in which `plain` reads one element after the other, and what follows it.
#[inline(always)]
pub(super) fn plain_list<'a, T>(
    octets: &'a [u8],
    plain: impl Fn(&'a [u8]) -> Option<(T, &'a [u8])>,
) -> Option<((), &'a [u8])> {
    let mut rest = octets.strip_prefix(b"(")?;
    loop {
        rest = match rest {
            [b')', after @ ..] => return Some(((), after)),
            rest => plain(rest)?.1,
        };
    }
}

impl<'a> RawList<'a> {
    /// What `read` notes in it.
    pub(super) fn defects(&self, read: impl FnOnce(Walker<'a, '_>)) -> Vec<Defect> {
        let mut notes = Notes::kept();
        read(Walker::before(self.octets, Some(&mut notes)));
        let mut defects = notes.take();
        for defect in &mut defects {
            defect.at += self.at;
        }
        defects
    }
}
