//! ID (RFC 2971).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bounded_static::ToStatic;

use crate::codec::defect::{Defect, DefectKind};
use crate::codec::fetch::Value;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element, Token};

/// What the server says about itself: names and values. `NIL` is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Identity<'a> {
    /// Whether the server says `NIL` in place of a list.
    pub is_nil: bool,
    list: Octets<'a>,
    pub(super) defects: Vec<Defect>,
}

/// Some servers write one between two parameters.
const COMMA: Token<'static> = Token::Atom(b",");

impl Identity<'_> {
    /// The parameters as received, without the parentheses.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.list
    }

    /// The names and their values, in the order received. A value is `None` if the server has none (`NIL`).
    pub fn parameters(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, Option<Cow<'_, [u8]>>)> {
        let mut cursor = Cursor::new(&self.list, 0, &[], usize::MAX);
        let mut next = move || {
            loop {
                cursor.skip_spaces();
                match cursor.element()? {
                    Element::Token(COMMA) | Element::List(_) => {}
                    Element::Token(token) => return Value::from_token(token),
                }
            }
        };
        core::iter::from_fn(move || {
            let name = match next()? {
                Value::Nil => Cow::Borrowed(&b"NIL"[..]),
                name => name.octets()?,
            };
            Some((name, next().and_then(|value| value.octets())))
        })
    }
}

pub(super) fn read<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Identity<'a>> {
    let list = reader.next_list();
    match list {
        Some(list) => check(&mut reader.list(list)),
        None => _ = reader.value().filter(|value| *value == Value::Nil)?,
    }
    Some(Identity {
        is_nil: list.is_none(),
        list: Octets::from(list.map(|list| list.rest()).unwrap_or_default()),
        defects: reader.defects(),
    })
}

fn check(parameters: &mut ValueReader<'_, '_>) {
    loop {
        let at = parameters.next_position();
        let Some(name) = string(parameters) else {
            break;
        };
        if name == Value::Nil {
            parameters.note_at(DefectKind::Form, at);
        }
        if string(parameters).is_none() {
            parameters.note(DefectKind::Missing);
        }
    }
    parameters.finish();
}

/// A comma is no value.
fn string<'a>(parameters: &mut ValueReader<'a, '_>) -> Option<Value<'a>> {
    loop {
        let at = parameters.next_position();
        match parameters.value()? {
            Value::Atom(b",") => parameters.note_at(DefectKind::Space, at),
            Value::Atom(atom) => {
                parameters.note_at(DefectKind::Quoting, at);
                return Some(Value::Atom(atom));
            }
            value => return Some(value),
        }
    }
}
