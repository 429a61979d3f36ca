//! LIST and LSUB (RFC 9051 section 7.3.1, RFC 5258, RFC 3501 section 7.2.3), and the XLIST that some servers still speak.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bounded_static::ToStatic;

use super::pairs::{Pairs, check_pairs};
use super::words::{Words, read_words};
use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::fetch::Value;
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element, Token};

/// One mailbox, as LIST, LSUB or XLIST describes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct List<'a> {
    /// Which of the three.
    pub kind: ListKind,
    /// `\HasNoChildren`, `\Sent`, ...
    pub attributes: Words<'a>,
    /// The separator of levels in the hierarchy. `None` if the mailbox has no levels (`NIL`).
    pub delimiter: Option<char>,
    /// Its name.
    pub mailbox: MailboxName<'a>,
    /// Extended data by name: `OLDNAME`, `CHILDINFO`, ... (RFC 5258 section 6, RFC 9051 section 6.3.9).
    pub extended: Pairs<'a>,
    pub(super) defects: Vec<Defect>,
}

/// The word of a [`List`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum ListKind {
    /// `LIST`
    List,
    /// `LSUB`
    Lsub,
    /// `XLIST`, Gmail's before RFC 6154.
    Xlist,
}

impl List<'_> {
    /// The name that the mailbox had before (RFC 9051 section 6.3.9.7).
    #[must_use]
    pub fn old_name(&self) -> Option<MailboxName<'_>> {
        let value = self.extended.get("OLDNAME")?;
        let name = value.values().next()?.octets()?;
        Some(MailboxName::new(
            Octets::from(name),
            self.mailbox.encoding(),
        ))
    }

    /// What is selected among its children, such as `SUBSCRIBED` (RFC 5258 section 6). `None` if nothing is said about it.
    #[must_use]
    pub fn child_info(&self) -> Option<Vec<Cow<'_, [u8]>>> {
        let value = self.extended.get("CHILDINFO")?;
        Some(value.values().filter_map(|value| value.octets()).collect())
    }
}

pub(super) fn read<'a>(
    kind: ListKind,
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<List<'a>> {
    let attributes = match reader.next_list() {
        Some(list) => read_words(reader, list),
        None => bare_attributes(reader)?,
    };
    let delimiter = delimiter(reader)?;
    let name = name(reader)?;
    let extended = reader.next_list();
    if let Some(list) = extended {
        check_pairs(&mut reader.list(list));
    }
    Some(List {
        kind,
        attributes,
        delimiter,
        mailbox: MailboxName::new(name, context.names),
        extended: extended.map(Pairs::new).unwrap_or_default(),
        defects: reader.defects(),
    })
}

/// Attributes without the parentheses around them, if there are any.
fn bare_attributes<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Words<'a>> {
    let at = reader.next_position();
    reader.note_at(DefectKind::Missing, at);
    let all = reader.rest();
    while reader.is_at(b'\\') {
        reader.element()?;
    }
    let read = reader.position().saturating_sub(at);
    Some(Words::new(all.get(..read)?))
}

/// `DQUOTE QUOTED-CHAR DQUOTE / nil`. Whatever else is there is noted, and is no delimiter.
fn delimiter(reader: &mut ValueReader<'_, '_>) -> Option<Option<char>> {
    let at = reader.next_position();
    let value = reader.value()?;
    if value == Value::Nil {
        return Some(None);
    }
    let octets = value.octets()?;
    let Ok(text) = core::str::from_utf8(&octets) else {
        reader.note_at(DefectKind::Form, at);
        return Some(None);
    };
    let mut letters = text.chars();
    let first = letters.next();
    let only = first.filter(|_| letters.next().is_none());
    match value {
        _ if first.is_none() => reader.note_at(DefectKind::Missing, at),
        Value::Quoted(_) if only.is_some() => {}
        _ if only.is_some() => reader.note_at(DefectKind::Quoting, at),
        _ => reader.note_at(DefectKind::Form, at),
    }
    Some(only)
}

/// An `astring`; or, from servers that do not quote, all octets up to the end.
fn name<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Octets<'a>> {
    let at = reader.next_position();
    let all = reader.rest();
    let begins_as_string = reader.is_at_string();
    let name = reader.astring()?;
    if begins_as_string || reader.is_at_end() || is_extended(reader.cursor()) {
        return Some(name);
    }
    reader.note_at(DefectKind::Quoting, at);
    reader.skip_to_end();
    let end = all.iter().rposition(|octet| *octet != b' ')?;
    Some(Octets::from(all.get(..=end)?))
}

/// Whether a list of names and values follows, and nothing else.
fn is_extended(mut cursor: Cursor<'_>) -> bool {
    cursor.skip_spaces();
    let Some(Element::List(mut inside)) = cursor.element() else {
        return false;
    };
    cursor.skip_spaces();
    inside.skip_spaces();
    let first = inside.element();
    inside.skip_spaces();
    let named = match first {
        // `Sent (2)` is a name.
        Some(Element::Token(Token::Atom(_))) => inside.element().is_some(),
        Some(Element::Token(Token::Quoted(_) | Token::Literal(_))) => true,
        _ => false,
    };
    cursor.rest().is_empty() && named
}
