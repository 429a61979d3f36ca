//! What is known of one message, in four octets.

use core::num::NonZeroU32;

/// How many UIDs share a page: as many as 24 bits can tell apart beside "unknown".
const PAGE_UIDS: u32 = 0x00FF_FFFF;
const FLAGS_KNOWN: u8 = 0x80;

/// The UID's place in its page above (24 bits, 0 = unknown), the flags below (8 bits, the highest set = known).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry(u32);

impl Entry {
    /// Nothing known.
    pub(super) const BLANK: Self = Self(0);

    pub(super) fn set_place(&mut self, place: u32) {
        self.0 = (place << 8) | (self.0 & 0xFF);
    }

    pub(super) fn set_flags(&mut self, flags: u8) {
        self.0 = (self.0 & !0xFF) | u32::from(flags | FLAGS_KNOWN);
    }

    /// The UID's place in its page, from 1; 0 when the UID is unknown.
    pub(super) fn place(self) -> u32 {
        self.0 >> 8
    }

    pub(super) fn uid(self, page: u16) -> Option<NonZeroU32> {
        match self.place() {
            0 => None,
            place => NonZeroU32::new(u32::from(page) * PAGE_UIDS + place),
        }
    }

    pub(super) fn flags(self) -> Option<u8> {
        let flags = (self.0 & 0xFF) as u8;
        (flags & FLAGS_KNOWN != 0).then_some(flags & !FLAGS_KNOWN)
    }
}

/// The page of a UID (0 to 256) and its place there (from 1).
pub(super) fn page_and_place(uid: NonZeroU32) -> (u16, u32) {
    let index = uid.get() - 1;
    ((index / PAGE_UIDS) as u16, index % PAGE_UIDS + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_uid_survives_the_page() {
        let edges = (0..=256u32).flat_map(|page| {
            let first = page * PAGE_UIDS;
            [
                first.saturating_sub(1),
                first,
                first + 1,
                first + 2,
                first + 255,
            ]
        });
        for uid in edges.filter_map(NonZeroU32::new) {
            let (page, place) = page_and_place(uid);
            let mut entry = Entry::BLANK;
            entry.set_place(place);
            assert_eq!((entry.uid(page), entry.flags()), (Some(uid), None));
            entry.set_flags(0x7F);
            assert_eq!((entry.uid(page), entry.flags()), (Some(uid), Some(0x7F)));
        }
        assert_eq!(page_and_place(NonZeroU32::MAX), (256, 255));
    }

    #[test]
    fn no_flags_is_not_the_same_as_unknown_flags() {
        let mut entry = Entry::BLANK;
        assert_eq!(entry.flags(), None);
        entry.set_flags(0);
        assert_eq!((entry.flags(), entry.uid(0)), (Some(0), None));
    }
}
