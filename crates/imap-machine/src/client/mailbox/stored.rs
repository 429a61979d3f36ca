//! How the client's own STORE changes the known flags (docs/decisions/0013).

use alloc::vec::Vec;
use core::num::NonZeroU32;

use super::messages::Facts;
use super::{Access, MailboxView};
use crate::client::command::{FlagChange, Scope};
use crate::codec::SystemFlags;

/// How much of a STORE was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it but for these messages (RFC 7162 section 3.1.3, MODIFIED). They are named as the command names its own, in
    /// ranges that ascend and do not touch.
    Except(Vec<(u32, u32)>),
    /// Not known: all of it, some or none.
    Perhaps,
}

impl MailboxView {
    /// Flags have changed, or may have. `scope`: the messages, if they are known.
    pub(super) fn stored(&mut self, change: FlagChange, scope: Option<&Scope>, extent: &Extent) {
        // A loud change in a read-only mailbox: nothing has changed (RFC 9051 section 6.3.3), or a row has told it.
        if self.access == Access::ReadOnly && !change.is_silent() {
            return;
        }
        let (permanent, except) = match extent {
            Extent::Except(except) => (self.changeable(), except.as_slice()),
            Extent::Perhaps => (SystemFlags::NONE, &[][..]),
        };
        let Some(messages) = &mut self.messages else {
            return;
        };
        let perhaps = |facts: Facts| change.of(facts.flags?, SystemFlags::NONE);
        let surely = |facts: Facts| change.of(facts.flags?, permanent);
        for (first, last) in scope.into_iter().flat_map(|scope| without(scope, except)) {
            let uids = NonZeroU32::new(first).zip(NonZeroU32::new(last));
            match uids.filter(|_| scope.is_some_and(Scope::is_by_uid)) {
                Some((low, high)) => {
                    messages.change_flags_by_uid(low, high, &|facts| match facts.uid {
                        Some(_) => surely(facts),
                        None => perhaps(facts),
                    })
                }
                None => messages.change_flags(first, last, &surely),
            }
        }
        // `*` names the last message, which depends on how many there were at that moment.
        if scope.is_none_or(Scope::has_star) {
            messages.change_flags(1, u32::MAX, &perhaps);
        }
    }

    /// Forgets the flags of a message: they may have changed since they were told.
    pub(super) fn forget_flags(&mut self, number: u32) {
        if let Some(messages) = &mut self.messages {
            messages.change_flags(number, number, &|_| None);
        }
    }

    /// The flags that STORE certainly changes (RFC 9051 section 7.1, PERMANENTFLAGS).
    fn changeable(&self) -> SystemFlags {
        match self.access {
            Access::ReadWrite => self.permanent,
            Access::ReadOnly => SystemFlags::NONE,
        }
    }
}

/// The flags of a PERMANENTFLAGS code. `\*` stands for any keyword.
pub(super) fn permanent(list: &[u8]) -> SystemFlags {
    let flags = list.split(|octet| matches!(octet, b' ' | b'(' | b')'));
    flags.fold(SystemFlags::NONE, |all, flag| match flag {
        b"" => all,
        b"\\*" => all | SystemFlags::KEYWORDS,
        // One keyword that can be changed does not mean that all can.
        flag => match SystemFlags::of(flag) {
            SystemFlags::KEYWORDS => all,
            flag => all | flag,
        },
    })
}

/// The ranges of `scope` without those of `except`, which ascend and do not touch.
fn without(scope: &Scope, except: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut left = Vec::with_capacity(scope.ranges().len());
    for (first, last) in scope.ranges().iter().copied() {
        // `None`: nothing is left of the range.
        let mut next = Some(first);
        let start = except.partition_point(|(_, end)| *end < first);
        for (low, high) in except.iter().copied().skip(start) {
            if low > last {
                break;
            }
            left.extend(next.filter(|next| *next < low).map(|next| (next, low - 1)));
            next = high.checked_add(1);
        }
        left.extend(next.filter(|next| *next <= last).map(|next| (next, last)));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::SequenceSet;

    #[test]
    fn what_was_modified_by_others_is_left_out() {
        let left = |set: &str, except: &[(u32, u32)]| {
            let set = SequenceSet::from(set).into_ranges().unwrap();
            without(&Scope::new(set, true), except)
        };
        assert_eq!(left("1:9", &[]), [(1, 9)]);
        assert_eq!(
            left("1:9,20", &[(1, 1), (5, 6), (20, 20)]),
            [(2, 4), (7, 9)]
        );
        assert_eq!(
            left("4,8", &[(1, 3), (5, 7), (9, u32::MAX)]),
            [(4, 4), (8, 8)]
        );
        assert_eq!(left("4:8", &[(1, u32::MAX)]), []);
        assert_eq!(left("4:*", &[(6, 7)]), [(4, 5), (8, u32::MAX)]);
        assert_eq!(left("4:*", &[(6, u32::MAX)]), [(4, 5)]);
    }

    #[test]
    fn permanent_flags() {
        let (seen, keywords) = (SystemFlags::SEEN, SystemFlags::KEYWORDS);
        assert_eq!(permanent(b"(\\Seen \\*)"), seen | keywords);
        assert_eq!(permanent(b"(\\seen $Junk)"), seen);
        assert_eq!(permanent(b"()"), SystemFlags::NONE);
    }
}
