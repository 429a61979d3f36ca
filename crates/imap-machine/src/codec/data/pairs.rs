//! Lists of names and values in turn.

use alloc::borrow::Cow;
use core::fmt;

use bounded_static::ToStatic;

use crate::codec::defect::DefectKind;
use crate::codec::fetch::{Raw, Value};
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element};

/// Names and values in turn, as the server sent them: extended data of LIST (RFC 5258), for example.
#[derive(Clone, PartialEq, Eq, Hash, Default, ToStatic)]
pub struct Pairs<'a>(Octets<'a>);

impl<'a> Pairs<'a> {
    pub(crate) fn new(list: Cursor<'a>) -> Self {
        Self(Octets::from(list.rest()))
    }

    /// The names, and their values of any kind; the value is empty if there is none. A list in place of a name is left out.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, Raw<'_>)> {
        let mut cursor = Cursor::new(&self.0, 0, &[], usize::MAX);
        core::iter::from_fn(move || {
            let name = loop {
                cursor.skip_spaces();
                if let Element::Token(token) = cursor.element()? {
                    break Value::from_token(token)?;
                }
            };
            let name = match name {
                Value::Nil => Cow::Borrowed(&b"NIL"[..]),
                name => name.octets()?,
            };
            cursor.skip_spaces();
            let start = cursor.position();
            cursor.element();
            Some((name, Raw::new(cursor.since(start))))
        })
    }

    /// The value of the first pair with this name, in upper or lower case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Raw<'_>> {
        let mut pairs = self.iter();
        let found = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()));
        found.map(|(_, value)| value)
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

/// Notes what names and values in turn have of defects.
pub(super) fn check_pairs(reader: &mut ValueReader<'_, '_>) {
    loop {
        let at = reader.next_position();
        if reader.next_list().is_some() {
            reader.note_at(DefectKind::Form, at);
        } else if reader.astring().is_none() {
            break;
        } else if reader.element().is_none() {
            reader.note(DefectKind::Missing);
        }
    }
    reader.finish();
}

impl fmt::Debug for Pairs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use super::*;
    use crate::codec::defect::{Defect, Notes};

    #[test]
    fn a_list_for_a_name_costs_itself() {
        let cursor = Cursor::new(b"A 1 (x y) B (2) C", 0, &[], 9);
        let pairs = Pairs::new(cursor);
        let read: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (name, value.octets()))
            .collect();
        let known: [(&[u8], &[u8]); 3] = [(b"A", b"1"), (b"B", b"(2)"), (b"C", b"")];
        assert_eq!(
            read,
            known.map(|(name, value)| (Cow::Borrowed(name), value))
        );
        let mut notes = Notes::kept();
        check_pairs(&mut ValueReader::new(cursor, &mut notes));
        let defects = [(DefectKind::Form, 4), (DefectKind::Missing, 17)];
        let defects = defects.map(|(kind, at)| Defect { kind, at });
        assert_eq!(notes.take(), vec![defects[0], defects[1]]);
    }
}
