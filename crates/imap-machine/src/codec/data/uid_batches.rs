//! `UIDBATCHES` (RFC 10022).

use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use super::correlator;
use crate::codec::context::Context;
use crate::codec::defect::Defect;
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::codec::set::NumberSet;

/// Ranges of UIDs that have as many messages each, those with the highest UIDs first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct UidBatches<'a> {
    /// The tag of the command (`TAG`).
    pub tag: Option<Octets<'a>>,
    /// The mailbox, if it is named.
    pub mailbox: Option<MailboxName<'a>>,
    /// Its UIDVALIDITY, if it is named.
    pub uid_validity: Option<NonZeroU32>,
    batches: NumberSet<'a>,
    pub(super) defects: Vec<Defect>,
}

impl UidBatches<'_> {
    /// The batches in wire order, each with its lowest and its highest UID. There are none if the mailbox is empty, or has fewer
    /// batches than those that were asked for.
    pub fn batches(&self) -> impl Iterator<Item = (NonZeroU32, NonZeroU32)> + '_ {
        self.batches.ranges()
    }

    /// The batches as received: `215295:99695,99696:20350`.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        self.batches.raw()
    }

    pub(super) fn held(&self) -> usize {
        let tag = self.tag.as_ref().map_or(0, |tag| tag.len());
        let mailbox = self.mailbox.as_ref().map_or(0, |name| name.wire().len());
        tag + mailbox + self.raw().len()
    }
}

pub(super) fn read<'a>(
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<UidBatches<'a>> {
    let correlator = correlator::read(reader, context);
    let batches = match reader.is_at_end() {
        true => Octets::default(),
        false => reader.astring()?,
    };
    if !reader.is_at_end() {
        return None;
    }
    Some(UidBatches {
        tag: correlator.tag,
        mailbox: correlator.mailbox,
        uid_validity: correlator.uid_validity,
        batches: NumberSet::new(batches)?,
        defects: reader.defects(),
    })
}
