//! How a command changes the flags of messages.

use imap_types::flag::{Flag, StoreResponse, StoreType};

use super::raw::RawCommand;
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
    /// The change of a STORE written by hand, which is not parsed.
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

    pub(crate) fn of_store(kind: StoreType, response: StoreResponse, flags: &[Flag<'_>]) -> Self {
        let all = flags.iter().map(system_flag);
        let named = all.fold(SystemFlags::NONE, |named, flag| named | flag);
        Self {
            kind: match kind {
                StoreType::Add => Operation::Add(named),
                StoreType::Remove => Operation::Remove(named),
                StoreType::Replace => Operation::Replace(named),
            },
            told: match response {
                StoreResponse::Answer => Told::Changes,
                StoreResponse::Silent => Told::Nothing,
            },
        }
    }

    pub(crate) fn of_raw(raw: &RawCommand) -> Option<Self> {
        let stores = match raw.verb() {
            "UID" => raw.begins_with("STORE"),
            verb => matches!(verb, "STORE" | "UID STORE"),
        };
        stores.then_some(Self {
            kind: Operation::Any,
            told: Told::Nothing,
        })
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

fn system_flag(flag: &Flag<'_>) -> SystemFlags {
    match flag {
        Flag::Answered => SystemFlags::ANSWERED,
        Flag::Deleted => SystemFlags::DELETED,
        Flag::Draft => SystemFlags::DRAFT,
        Flag::Flagged => SystemFlags::FLAGGED,
        Flag::Seen => SystemFlags::SEEN,
        Flag::Keyword(_) => SystemFlags::KEYWORDS,
        // Such a name may be any flag, as in responses.
        Flag::Extension(_) => SystemFlags::of(alloc::format!("{flag}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A flag means the same here as in a row.
    #[test]
    fn a_flag_is_what_its_name_says() {
        for name in [
            "\\Answered",
            "\\Deleted",
            "\\Draft",
            "\\Flagged",
            "\\Seen",
            "\\Recent",
            "\\Other",
            "$Junk",
        ] {
            let Ok(flag) = Flag::try_from(name) else {
                assert_eq!(name, "\\Recent", "imap-types reads all but that");
                continue;
            };
            assert_eq!(
                system_flag(&flag),
                SystemFlags::of(name.as_bytes()),
                "{name}"
            );
        }
    }

    const ALL: SystemFlags = SystemFlags::from_bits(0x7f);

    fn change(kind: StoreType, flags: &[&str]) -> impl Fn(SystemFlags, SystemFlags) -> Option<u8> {
        let flags: alloc::vec::Vec<_> = flags
            .iter()
            .map(|flag| Flag::try_from(*flag).unwrap())
            .collect();
        let change = FlagChange::of_store(kind, StoreResponse::Silent, &flags);
        move |before, permanent| change.of(before.bits(), permanent)
    }

    #[test]
    fn flags_are_added_removed_and_replaced() {
        let (seen, draft) = (SystemFlags::SEEN, SystemFlags::DRAFT);
        let (recent, keywords) = (SystemFlags::RECENT, SystemFlags::KEYWORDS);
        let some = |flags: SystemFlags| Some(flags.bits());
        let add = change(StoreType::Add, &["\\Seen", "$Junk"]);
        assert_eq!(add(draft, ALL), some(draft | seen | keywords));
        let remove = change(StoreType::Remove, &["\\Seen"]);
        assert_eq!(remove(draft | seen | keywords, ALL), some(draft | keywords));
        let replace = change(StoreType::Replace, &["\\Seen"]);
        assert_eq!(replace(draft | recent | keywords, ALL), some(seen | recent));
        // It is not known which keywords there are.
        let remove = change(StoreType::Remove, &["$Junk"]);
        assert_eq!(
            (remove(keywords, ALL), remove(seen, ALL)),
            (None, some(seen))
        );
    }

    /// RFC 9051 section 7.1, PERMANENTFLAGS: a server may ignore a change of any other flag.
    #[test]
    fn a_change_that_may_be_ignored_is_not_certain() {
        let (seen, draft) = (SystemFlags::SEEN, SystemFlags::DRAFT);
        let add = change(StoreType::Add, &["\\Seen"]);
        assert_eq!(add(draft, draft), None);
        assert_eq!(add(draft, seen), Some((draft | seen).bits()));
        assert_eq!(add(seen, SystemFlags::NONE), Some(seen.bits()));
    }

    /// The result does not depend on how the verb and its arguments are cut.
    #[test]
    fn a_store_by_hand_may_change_anything() {
        let raw = |verb, arguments| RawCommand::new(verb).unwrap().verbatim(arguments).unwrap();
        for (verb, arguments) in [
            ("store", "1 FLAGS ()"),
            ("UID STORE", "1 FLAGS ()"),
            ("uid", "store 1 FLAGS ()"),
        ] {
            let change = FlagChange::of_raw(&raw(verb, arguments)).unwrap();
            assert_eq!((change.of(0, ALL), change.is_silent()), (None, true));
        }
        assert_eq!(FlagChange::of_raw(&raw("UID", "FETCH 1 FLAGS")), None);
    }
}
