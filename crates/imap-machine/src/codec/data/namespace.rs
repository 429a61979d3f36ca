//! NAMESPACE (RFC 9051 section 7.3.3, RFC 2342).

use alloc::vec::Vec;

use bounded_static::ToStatic;

use super::pairs::{Pairs, check_pairs};
use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::fetch::Value;
use crate::codec::mailbox_name::{MailboxName, NameEncoding};
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element, Token};

/// Where a user's mailboxes are, and those of others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct Namespaces<'a> {
    /// The user's own.
    pub personal: NamespaceList<'a>,
    /// Those of other users.
    pub other_users: NamespaceList<'a>,
    /// Those that are shared.
    pub shared: NamespaceList<'a>,
    pub(super) defects: Vec<Defect>,
}

impl Namespaces<'_> {
    pub(super) fn held(&self) -> usize {
        let kinds = [&self.personal, &self.other_users, &self.shared];
        kinds.iter().map(|kind| kind.list.len()).sum()
    }
}

/// Namespaces of one kind. `NIL` is a list of none.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct NamespaceList<'a> {
    list: Octets<'a>,
    encoding: NameEncoding,
}

/// One namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Namespace<'a> {
    /// What the names of its mailboxes begin with.
    pub prefix: MailboxName<'a>,
    /// The separator of levels in its hierarchy; `None` if it has no levels.
    pub delimiter: Option<char>,
    /// Extensions by name: `TRANSLATION` (RFC 5255 section 3.4), for example.
    pub extensions: Pairs<'a>,
}

impl NamespaceList<'_> {
    /// The namespaces in the order received.
    pub fn iter(&self) -> impl Iterator<Item = Namespace<'_>> {
        let mut cursor = Cursor::new(&self.list, 0, &[], usize::MAX);
        core::iter::from_fn(move || {
            loop {
                cursor.skip_spaces();
                if let Element::List(inside) = cursor.element()? {
                    return Some(namespace(inside, self.encoding));
                }
            }
        })
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

fn namespace(mut inside: Cursor<'_>, encoding: NameEncoding) -> Namespace<'_> {
    let mut value = || {
        inside.skip_spaces();
        match inside.element()? {
            Element::Token(token) => Value::from_token(token),
            Element::List(_) => None,
        }
    };
    let prefix = value().and_then(|value| value.octets()).unwrap_or_default();
    let delimiter = value().and_then(|value| delimiter(&value));
    inside.skip_spaces();
    Namespace {
        prefix: MailboxName::new(Octets::from(prefix), encoding),
        delimiter,
        extensions: Pairs::new(inside),
    }
}

/// One character. `None` for NIL, and for anything else.
fn delimiter(value: &Value<'_>) -> Option<char> {
    let octets = value.octets()?;
    let mut letters = core::str::from_utf8(&octets).ok()?.chars();
    letters.next().filter(|_| letters.next().is_none())
}

pub(super) fn read<'a>(
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<Namespaces<'a>> {
    let personal = kind(reader, context)?;
    let other_users = kind(reader, context)?;
    let shared = kind(reader, context)?;
    Some(Namespaces {
        personal,
        other_users,
        shared,
        defects: reader.defects(),
    })
}

/// NIL, or a list of namespaces. `None` if it is anything else; a kind that is missing is noted.
fn kind<'a>(reader: &mut ValueReader<'a, '_>, context: &Context) -> Option<NamespaceList<'a>> {
    let list = match reader.next_list() {
        Some(list) => {
            check(&mut reader.list(list));
            list.rest()
        }
        None if reader.is_at_end() => {
            reader.note(DefectKind::Missing);
            &[]
        }
        None => match reader.value()? {
            Value::Nil => &[],
            _ => return None,
        },
    };
    Some(NamespaceList {
        list: Octets::from(list),
        encoding: context.names,
    })
}

fn check(namespaces: &mut ValueReader<'_, '_>) {
    loop {
        let at = namespaces.next_position();
        let Some(element) = namespaces.adjacent() else {
            return;
        };
        let Element::List(inside) = element else {
            namespaces.note_at(DefectKind::Form, at);
            continue;
        };
        let mut parts = namespaces.list(inside);
        let prefix = parts.element();
        let separator = parts.element();
        let sound = match separator {
            Some(Element::Token(token)) => Value::from_token(token)
                .is_some_and(|value| value == Value::Nil || delimiter(&value).is_some()),
            _ => false,
        };
        if !matches!(
            prefix,
            Some(Element::Token(Token::Quoted(_) | Token::Literal(_)))
        ) || !sound
        {
            parts.note_at(DefectKind::Form, at);
        }
        check_pairs(&mut parts);
    }
}
