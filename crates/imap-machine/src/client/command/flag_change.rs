//! How a command changes the flags of messages.

use crate::codec::SystemFlags;

/// How flags change (RFC 9051 section 6.4.6), and whether the server tells the new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FlagChange {
    kind: Operation,
    told: Told,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Add(SystemFlags),
    Remove(SystemFlags),
    Replace(SystemFlags),
    /// Not known.
    Any,
}

/// What the server tells about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// The new flags, in untagged FETCH responses; it may leave out those that did not change.
    Changes,
    /// Nothing: `.SILENT`.
    Nothing,
}

impl FlagChange {
    /// FETCH of a body without PEEK (RFC 9051 section 6.4.5).
    pub(crate) const SEEN: Self = Self {
        kind: Operation::Add(SystemFlags::SEEN),
        told: Told::Changes,
    };

    /// Any change, of which nothing is told: of a STORE written by hand, or of labels.
    pub(crate) const ANY: Self = Self {
        kind: Operation::Any,
        told: Told::Nothing,
    };

    pub(crate) const fn add(flags: SystemFlags) -> Self {
        Self::told(Operation::Add(flags))
    }

    pub(crate) const fn remove(flags: SystemFlags) -> Self {
        Self::told(Operation::Remove(flags))
    }

    pub(crate) const fn replace(flags: SystemFlags) -> Self {
        Self::told(Operation::Replace(flags))
    }

    const fn told(kind: Operation) -> Self {
        let told = Told::Changes;
        Self { kind, told }
    }

    /// The same with `.SILENT`.
    pub(crate) const fn silent(self) -> Self {
        let told = Told::Nothing;
        Self { told, ..self }
    }

    pub(crate) const fn is_silent(self) -> bool {
        matches!(self.told, Told::Nothing)
    }

    /// The flags after the change, if the server may change `permanent` flags. `None` if they are not certain. If the server may
    /// change none, flags stay known that the change would leave as they are.
    pub(crate) fn of(self, before: u8, permanent: SystemFlags) -> Option<u8> {
        let keywords = SystemFlags::KEYWORDS.bits();
        // Only the server changes it (RFC 3501 section 2.3.2).
        let recent = SystemFlags::RECENT.bits();
        let after = match self.kind {
            Operation::Add(flags) => before | flags.bits() & !recent,
            // There may be further keywords besides the removed one.
            Operation::Remove(flags) if flags.bits() & before & keywords != 0 => return None,
            Operation::Remove(flags) => before & !(flags.bits() & !recent),
            Operation::Replace(flags) => flags.bits() & !recent | before & recent,
            Operation::Any => return None,
        };
        let changed = before ^ after;
        (changed & !permanent.bits() == 0).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: SystemFlags = SystemFlags::from_bits(0x7f);

    fn change(change: FlagChange) -> impl Fn(SystemFlags, SystemFlags) -> Option<u8> {
        move |before, permanent| change.of(before.bits(), permanent)
    }

    #[test]
    fn flags_are_added_removed_and_replaced() {
        let (seen, draft) = (SystemFlags::SEEN, SystemFlags::DRAFT);
        let (recent, keywords) = (SystemFlags::RECENT, SystemFlags::KEYWORDS);
        let some = |flags: SystemFlags| Some(flags.bits());
        let add = change(FlagChange::add(seen | keywords));
        assert_eq!(add(draft, ALL), some(draft | seen | keywords));
        let remove = change(FlagChange::remove(seen));
        assert_eq!(remove(draft | seen | keywords, ALL), some(draft | keywords));
        let replace = change(FlagChange::replace(seen));
        assert_eq!(replace(draft | recent | keywords, ALL), some(seen | recent));
        // It is not known which keywords there are.
        let remove = change(FlagChange::remove(keywords));
        assert_eq!(
            (remove(keywords, ALL), remove(seen, ALL)),
            (None, some(seen))
        );
    }

    /// RFC 9051 section 7.1, PERMANENTFLAGS: a server may ignore a change of any other flag.
    #[test]
    fn a_change_that_may_be_ignored_is_not_certain() {
        let (seen, draft) = (SystemFlags::SEEN, SystemFlags::DRAFT);
        let add = change(FlagChange::add(seen));
        assert_eq!(add(draft, draft), None);
        assert_eq!(add(draft, seen), Some((draft | seen).bits()));
        assert_eq!(add(seen, SystemFlags::NONE), Some(seen.bits()));
    }
}
