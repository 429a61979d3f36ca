//! ACL, LISTRIGHTS and MYRIGHTS (RFC 4314 section 3.6 to 3.8).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use bounded_static::ToStatic;

use super::pairs::Pairs;
use super::strings::Strings;
use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind};
use crate::codec::fetch::Raw;
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;

/// Who may do what with a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Acl<'a> {
    /// The mailbox.
    pub mailbox: MailboxName<'a>,
    entries: Pairs<'a>,
    pub(super) defects: Vec<Defect>,
}

impl Acl<'_> {
    /// Identifiers and their rights, in the order received. An identifier that begins with `-` is denied them.
    pub fn entries(&self) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>)> {
        let rights = |value: Raw<'_>| value.values().next()?.octets().map(Cow::into_owned);
        let entries = self.entries.iter();
        entries.map(move |(who, value)| (who, Cow::Owned(rights(value).unwrap_or_default())))
    }

    /// The identifiers and their rights as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.entries.raw()
    }
}

/// Which rights can be given to an identifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct ListRights<'a> {
    /// The mailbox.
    pub mailbox: MailboxName<'a>,
    /// The identifier.
    pub identifier: Octets<'a>,
    /// The rights that it always has.
    pub required: Octets<'a>,
    /// The rights that it can be given; those in one string are given together.
    pub optional: Strings<'a>,
    pub(super) defects: Vec<Defect>,
}

/// The user's own rights to a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct MyRights<'a> {
    /// The mailbox.
    pub mailbox: MailboxName<'a>,
    /// The rights, a letter each.
    pub rights: Octets<'a>,
    pub(super) defects: Vec<Defect>,
}

pub(super) fn read_acl<'a>(reader: &mut ValueReader<'a, '_>, context: &Context) -> Option<Acl<'a>> {
    let mailbox = mailbox(reader, context)?;
    let entries = Pairs::new(reader.cursor());
    while reader.astring().is_some() {
        if reader.astring().is_none() {
            reader.note(DefectKind::Missing);
        }
    }
    Some(Acl {
        mailbox,
        entries,
        defects: reader.defects(),
    })
}

pub(super) fn read_list<'a>(
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<ListRights<'a>> {
    let mailbox = mailbox(reader, context)?;
    let identifier = reader.astring()?;
    let required = reader.astring();
    if required.is_none() {
        reader.note(DefectKind::Missing);
    }
    let optional = Strings::new(reader.rest());
    while reader.astring().is_some() {}
    Some(ListRights {
        mailbox,
        identifier,
        required: required.unwrap_or_default(),
        optional,
        defects: reader.defects(),
    })
}

pub(super) fn read_mine<'a>(
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<MyRights<'a>> {
    let mailbox = mailbox(reader, context)?;
    let rights = reader.astring();
    if rights.is_none() {
        reader.note(DefectKind::Missing);
    }
    Some(MyRights {
        mailbox,
        rights: rights.unwrap_or_default(),
        defects: reader.defects(),
    })
}

fn mailbox<'a>(reader: &mut ValueReader<'a, '_>, context: &Context) -> Option<MailboxName<'a>> {
    let name = reader.mailbox()?;
    Some(MailboxName::new(name, context.names))
}
