//! QUOTA and QUOTAROOT (RFC 9208, RFC 2087).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bounded_static::ToStatic;

use super::strings::Strings;
use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::fetch::Value;
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element, number};

/// What is used of a quota root, and how much there may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Quota<'a> {
    /// The name of the quota root.
    pub root: Octets<'a>,
    list: Octets<'a>,
    pub(super) defects: Vec<Defect>,
}

/// One resource of a [`Quota`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaResource<'a> {
    /// `STORAGE`, `MESSAGE`, ... as received.
    pub name: Cow<'a, [u8]>,
    /// How much is used. `STORAGE` is counted in units of 1,024 octets (RFC 9208 section 5.1).
    pub usage: u64,
    /// How much there may be.
    pub limit: u64,
}

impl Quota<'_> {
    /// The resources as received, without the parentheses.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.list
    }

    /// The resources in the order received. Those that are not a name and two numbers are left out; see
    /// [`Untagged::defects`](crate::codec::Untagged::defects).
    pub fn resources(&self) -> impl Iterator<Item = QuotaResource<'_>> {
        let mut cursor = Cursor::new(&self.list, 0, &[], usize::MAX);
        core::iter::from_fn(move || {
            let mut next = || {
                cursor.skip_spaces();
                match cursor.element()? {
                    Element::Token(token) => Value::from_token(token),
                    Element::List(_) => None,
                }
            };
            let name = next()?.octets()?;
            let mut count = || match next()? {
                Value::Atom(digits) => number::whole(digits),
                _ => None,
            };
            Some(QuotaResource {
                name,
                usage: count()?,
                limit: count()?,
            })
        })
    }
}

/// The quota roots of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct QuotaRoots<'a> {
    /// The mailbox.
    pub mailbox: MailboxName<'a>,
    /// The names of its quota roots, in the order received.
    pub roots: Strings<'a>,
    pub(super) defects: Vec<Defect>,
}

pub(super) fn read_quota<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Quota<'a>> {
    let root = reader.astring()?;
    let list = reader.next_list();
    match list {
        Some(list) => check(&mut reader.list(list)),
        None => reader.note(DefectKind::Missing),
    }
    Some(Quota {
        root,
        list: Octets::from(list.map(|list| list.rest()).unwrap_or_default()),
        defects: reader.defects(),
    })
}

fn check(resources: &mut ValueReader<'_, '_>) {
    while resources.astring().is_some() {
        if resources.number().is_none() || resources.number().is_none() {
            resources.note(DefectKind::Missing);
            return;
        }
    }
    resources.finish();
}

pub(super) fn read_roots<'a>(
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<QuotaRoots<'a>> {
    let name = reader.mailbox()?;
    let roots = Strings::new(reader.rest());
    while reader.astring().is_some() {}
    Some(QuotaRoots {
        mailbox: MailboxName::new(name, context.names),
        roots,
        defects: reader.defects(),
    })
}
