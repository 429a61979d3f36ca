//! `VANISHED` (RFC 7162 section 3.2.10).

use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use crate::codec::defect::{Defect, DefectKind};
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::codec::set::NumberSet;

/// UIDs of messages that are gone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
pub struct Vanished<'a> {
    /// `(EARLIER)`: they were gone before; the message count does not change.
    pub earlier: bool,
    /// The UIDs.
    pub uids: NumberSet<'a>,
    pub(super) defects: Vec<Defect>,
}

impl Vanished<'_> {
    /// The ranges of UIDs, in wire order, the smaller end first.
    pub fn ranges(&self) -> impl Iterator<Item = (NonZeroU32, NonZeroU32)> + '_ {
        self.uids.ranges()
    }
}

/// The grammar has no empty set, but servers send one (apache/james-project#909), and it is read as such.
pub(super) fn read<'a>(reader: &mut ValueReader<'a, '_>) -> Option<Vanished<'a>> {
    let earlier = match reader.next_list() {
        Some(list) if list.rest().eq_ignore_ascii_case(b"EARLIER") => true,
        Some(_) => return None,
        None => false,
    };
    let uids = match reader.is_at_end() {
        true => {
            reader.note(DefectKind::Missing);
            Octets::default()
        }
        false => reader.astring()?,
    };
    if !reader.is_at_end() {
        return None;
    }
    Some(Vanished {
        earlier,
        uids: NumberSet::new(uids)?,
        defects: reader.defects(),
    })
}
