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
    /// [`Untagged::defects`](crate::codec::Untagged::defects). What is no number in place of one is the next name.
    pub fn resources(&self) -> impl Iterator<Item = QuotaResource<'_>> {
        let mut cursor = Cursor::new(&self.list, 0, &[], usize::MAX);
        let mut next = move || {
            loop {
                cursor.skip_spaces();
                if let Element::Token(token) = cursor.element()? {
                    return Value::from_token(token);
                }
            }
        };
        let mut next_name = None;
        core::iter::from_fn(move || {
            loop {
                let name = next_name.take().or_else(&mut next)?;
                let value = next()?;
                let Some(usage) = count(value) else {
                    next_name = Some(value);
                    continue;
                };
                let value = next()?;
                let Some(limit) = count(value) else {
                    next_name = Some(value);
                    continue;
                };
                let name = match name {
                    Value::Nil => Cow::Borrowed(&b"NIL"[..]),
                    name => name.octets()?,
                };
                return Some(QuotaResource { name, usage, limit });
            }
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

fn count(value: Value<'_>) -> Option<u64> {
    match value {
        Value::Atom(digits) => number::whole(digits),
        _ => None,
    }
}

/// The same steps as those of [`Quota::resources`].
fn check(resources: &mut ValueReader<'_, '_>) {
    // How many numbers of the last resource are still to come.
    let mut missing = 0;
    while !resources.is_at_end() {
        let at = resources.next_position();
        if resources.is_at(b'(') {
            if resources.next_list().is_none() {
                return;
            }
            resources.note_at(DefectKind::Form, at);
        } else if missing > 0 && resources.is_at_number() {
            resources.number();
            missing -= 1;
        } else {
            if missing > 0 {
                resources.note_at(DefectKind::Number, at);
            }
            if resources.astring().is_none() {
                return;
            }
            missing = 2;
        }
    }
    if missing > 0 {
        resources.note(DefectKind::Missing);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Untagged;
    use crate::codec::data;

    #[test]
    fn a_resource_that_cannot_be_read_costs_itself() {
        use DefectKind::{Form, Missing, Number};
        let context = Context {
            nesting: 9,
            ..Context::default()
        };
        for (list, read, defects) in [
            ("A 1 2 B 3 4", "A12B34", &[][..]),
            (
                "A 1 2 STORAGE x 10 B 3 4",
                "A12B34",
                &[(Number, 26), (Number, 31)],
            ),
            ("A 1 B 3 4", "B34", &[(Number, 16)]),
            ("(A 1 2) B 3 4", "B34", &[(Form, 12)]),
            ("B 3 4 A 1", "B34", &[(Missing, 21)]),
            ("NIL 3 4", "NIL34", &[]),
            ("", "", &[]),
        ] {
            let line = alloc::format!("* QUOTA \"\" ({list})");
            let data = data::parse(line.as_bytes(), &context).unwrap();
            let Untagged::Quota(quota) = &data else {
                panic!("{list}");
            };
            let found = quota.resources().map(|it| {
                let name = alloc::string::String::from_utf8_lossy(&it.name).into_owned();
                alloc::format!("{name}{}{}", it.usage, it.limit)
            });
            assert_eq!(found.collect::<alloc::string::String>(), read, "{list}");
            let found = data.defects().into_iter().map(|it| (it.kind, it.at));
            assert_eq!(found.collect::<Vec<_>>(), defects, "{list}");
        }
    }
}
