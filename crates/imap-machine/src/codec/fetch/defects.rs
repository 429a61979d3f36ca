//! Where the items of a FETCH response break the grammar.

use super::flags::Flags;
use super::item::{FetchItem, ItemName};
use super::section::BodySection;
use super::value::Value;
use crate::codec::defect::{Defect, DefectKind, Notes};
use crate::lexer::{Cursor, Element};

/// An item as it is written.
struct Written<'a> {
    name: &'a [u8],
    /// Where its value begins.
    value: usize,
    /// `None` if there is no value.
    element: Option<Element<'a>>,
}

impl<'a> Written<'a> {
    /// The same steps as when the item was read. It begins at `at` and ends at `end`.
    fn read(item: &FetchItem<'_>, end: Cursor<'a>, at: usize, notes: &mut Notes) -> Self {
        let mut cursor = end.back_to(at);
        let name = match item {
            FetchItem::Other { name: b"", .. } => {
                notes.add(DefectKind::Missing, at);
                b""
            }
            _ => cursor.name().unwrap_or_default(),
        };
        let before = cursor.position();
        cursor.skip_spaces();
        let value = cursor.position();
        let is_there = value < end.position();
        if !name.is_empty() && is_there && value - before != 1 {
            notes.add(DefectKind::Space, before);
        }
        let element = if is_there { cursor.element() } else { None };
        if let Some(Element::Token(token)) = element {
            if end.since(value).octets.starts_with(b"~{") {
                // It may hold NUL, but only BINARY may have it (RFC 9051 section 9, `literal8`).
                let is_binary = name.to_ascii_uppercase().starts_with(b"BINARY");
                note_if(!is_binary, notes, DefectKind::Form, value);
            } else {
                notes.check(token, value);
            }
        }
        Self {
            name,
            value,
            element,
        }
    }
}

/// Notes what is wrong with an item that begins at `at` and ends at `end`.
pub(super) fn of_item(item: &FetchItem<'_>, end: Cursor<'_>, at: usize, notes: &mut Notes) {
    let Written {
        name,
        value,
        element,
    } = Written::read(item, end, at, notes);
    let is_there = element.is_some();
    match item {
        FetchItem::Flags(flags) => of_flags(*flags, value, notes),
        FetchItem::ModSeq(modseq) => {
            note_if(is_spaced(element), notes, DefectKind::Space, value);
            note_if(*modseq == 0, notes, DefectKind::Number, value);
        }
        FetchItem::InternalDate(date) | FetchItem::SaveDate(Some(date)) => {
            let is_quoted = end.since(value).octets.starts_with(b"\"");
            note_if(
                !is_quoted || !date.is_sound(),
                notes,
                DefectKind::Form,
                value,
            );
        }
        FetchItem::Section(section) => of_section(section, name, at, value, notes),
        FetchItem::Preview(value_of) => {
            note_if(
                matches!(value_of, Value::Atom(_)),
                notes,
                DefectKind::Form,
                value,
            );
        }
        FetchItem::EmailId(id) | FetchItem::ThreadId(id) => {
            let may_be_nil = matches!(item, FetchItem::ThreadId(_));
            let is_sound = is_object_id(*id, element, may_be_nil);
            note_if(!is_sound, notes, DefectKind::Form, value);
        }
        FetchItem::Envelope(envelope) => all(envelope.defects(), notes),
        FetchItem::BodyStructure(structure) | FetchItem::Body(structure) => {
            all(structure.defects(), notes);
        }
        FetchItem::GmailLabels(labels) => all(labels.defects(), notes),
        FetchItem::Other { .. } => {
            note_if(!is_there, notes, DefectKind::Missing, value);
            let is_known = ItemName::of(name).is_some() || BodySection::is_name(name);
            note_if(is_there && is_known, notes, DefectKind::Form, value);
        }
        FetchItem::Uid(_)
        | FetchItem::Rfc822Size(_)
        | FetchItem::BinarySize(_)
        | FetchItem::SaveDate(None)
        | FetchItem::GmailMessageId(_)
        | FetchItem::GmailThreadId(_)
        | FetchItem::Malformed(_) => {}
    }
}

/// Whether a list has spaces beside what is in it.
fn is_spaced(element: Option<Element<'_>>) -> bool {
    match element {
        Some(Element::List(inside)) => inside.rest().trim_ascii() != inside.rest(),
        _ => false,
    }
}

fn note_if(is_wrong: bool, notes: &mut Notes, kind: DefectKind, at: usize) {
    if is_wrong {
        notes.add(kind, at);
    }
}

fn all(defects: impl IntoIterator<Item = Defect>, notes: &mut Notes) {
    for Defect { kind, at } in defects {
        notes.add(kind, at);
    }
}

/// A list of one atom, or NIL where that may be.
fn is_object_id(id: Value<'_>, element: Option<Element<'_>>, may_be_nil: bool) -> bool {
    match (id, element) {
        (Value::Nil, Some(Element::Token(_))) => may_be_nil,
        (Value::Atom(_), Some(Element::List(mut inside))) => {
            inside.token().is_some() && inside.rest().is_empty()
        }
        _ => false,
    }
}

fn of_section(section: &BodySection<'_>, name: &[u8], at: usize, value: usize, notes: &mut Notes) {
    note_if(section.is_peek(), notes, DefectKind::Word, at);
    let origin = name.get(section.name.len()..).unwrap_or_default();
    note_if(origin.contains(&b'.'), notes, DefectKind::Form, at);
    note_if(
        matches!(section.value, Value::Atom(_)),
        notes,
        DefectKind::Form,
        value,
    );
}

fn of_flags(flags: Flags<'_>, at: usize, notes: &mut Notes) {
    let list = flags.raw();
    let is_spaced =
        list.starts_with(b" ") || list.ends_with(b" ") || list.windows(2).any(|two| two == b"  ");
    note_if(is_spaced, notes, DefectKind::Space, at);
    for flag in flags {
        if core::str::from_utf8(flag).is_err() {
            notes.add(DefectKind::Octets, at);
        } else if !is_flag(flag) {
            notes.add(DefectKind::Form, at);
        }
    }
}

/// RFC 9051 section 9: `flag-fetch`, without obsolete ones.
fn is_flag(flag: &[u8]) -> bool {
    let atom = flag.strip_prefix(b"\\").unwrap_or(flag);
    let is_atom_char = |octet: &u8| octet.is_ascii_graphic() && !b"(){%*\"\\]".contains(octet);
    !atom.is_empty() && atom.iter().all(is_atom_char)
}
