//! METADATA (RFC 5464 section 4.4).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bounded_static::ToStatic;

use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::fetch::Value;
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element};

/// Annotations of a mailbox, or of the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct Metadata<'a> {
    /// The mailbox; its name is empty if the annotations are the server's.
    pub mailbox: MailboxName<'a>,
    entries: Octets<'a>,
    /// Whether values are given.
    valued: bool,
    pub(super) defects: Vec<Defect>,
}

/// What METADATA says about one annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetadataValue<'a> {
    /// It has changed (section 4.4.2).
    Changed,
    /// There is none (`NIL`).
    None,
    /// This is it.
    Octets(Cow<'a, [u8]>),
}

impl Metadata<'_> {
    /// The annotations as received, without parentheses.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.entries
    }

    /// The names of annotations, `/shared/comment`, and what is said about them, in the order received.
    pub fn entries(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, MetadataValue<'_>)> {
        let mut cursor = Cursor::new(&self.entries, 0, &[], usize::MAX);
        let mut next = move || {
            loop {
                cursor.skip_spaces();
                match cursor.element()? {
                    Element::Token(token) => return Value::from_token(token),
                    Element::List(_) => {}
                }
            }
        };
        core::iter::from_fn(move || {
            let name = next()?.octets().unwrap_or_default();
            let value = match self.valued {
                false => MetadataValue::Changed,
                true => match next().and_then(|value| value.octets()) {
                    Some(octets) => MetadataValue::Octets(octets),
                    None => MetadataValue::None,
                },
            };
            Some((name, value))
        })
    }
}

pub(super) fn read<'a>(
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<Metadata<'a>> {
    let name = reader.mailbox()?;
    let (entries, valued) = match reader.next_list() {
        Some(list) => {
            check(&mut reader.list(list));
            (list.rest(), true)
        }
        None => {
            let names = reader.rest();
            if names.is_empty() {
                reader.note(DefectKind::Missing);
            }
            while reader.astring().is_some() {}
            (names, false)
        }
    };
    Some(Metadata {
        mailbox: MailboxName::new(name, context.names),
        entries: Octets::from(entries),
        valued,
        defects: reader.defects(),
    })
}

fn check(entries: &mut ValueReader<'_, '_>) {
    while entries.astring().is_some() {
        if entries.is_at_end() {
            entries.note(DefectKind::Missing);
        }
        entries.nstring();
    }
    entries.finish();
}
