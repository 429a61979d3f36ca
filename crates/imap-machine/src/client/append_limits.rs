//! How large a message may be for the server to take it (RFC 7889).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::capabilities::Capabilities;
use crate::codec::{MailboxStatus, StatusItem};

// More mailboxes than anyone appends to in turn, and longer names than people give.
const MAILBOXES: usize = 16;
const NAME: usize = 1_000;

/// What STATUS has said about single mailboxes. The oldest of too many is forgotten: then only the server knows.
#[derive(Debug, Default)]
pub(crate) struct AppendLimits(Vec<(Box<[u8]>, Option<u64>)>);

impl AppendLimits {
    /// Whether a STATUS says something about it.
    pub(crate) fn are_in(status: &MailboxStatus<'_>) -> bool {
        let mut items = status.items();
        items.any(|item| matches!(item, StatusItem::AppendLimit(_)))
    }

    /// Learns from a STATUS.
    pub(crate) fn learn(&mut self, status: &MailboxStatus<'_>) {
        let mut limits = status.items().filter_map(|item| match item {
            StatusItem::AppendLimit(limit) => Some(limit),
            _ => None,
        });
        let name = status.mailbox.normal();
        let Some(limit) = limits.next().filter(|_| name.len() <= NAME) else {
            return;
        };
        self.0.retain(|(known, _)| **known != *name);
        if self.0.len() == MAILBOXES {
            self.0.remove(0);
        }
        self.0.push((name.into(), limit));
    }

    /// Another user may have others.
    pub(crate) fn forget(&mut self) {
        self.0 = Vec::new();
    }

    /// The largest message that this mailbox takes, if that is known: what STATUS has said, or the one limit of all mailboxes, which
    /// is a capability, `APPENDLIMIT=n` (section 2).
    pub(crate) fn of(
        told: Option<&Self>,
        mailbox: &[u8],
        capabilities: &Capabilities,
    ) -> Option<u64> {
        let mut told = told.into_iter().flat_map(|told| &told.0);
        match told.find(|(name, _)| **name == *mailbox) {
            Some((_, limit)) => *limit,
            None => capabilities.iter().find_map(|name| {
                let limit = name.strip_prefix("APPENDLIMIT=")?;
                limit.parse().ok()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::codec::{Context, NameEncoding, Response, Untagged, decode};

    fn told(limits: &mut AppendLimits, line: &str) {
        let context = Context {
            nesting: 9,
            names: NameEncoding::default(),
        };
        match decode(line.as_bytes(), &context) {
            Response::Untagged(Untagged::Status(status)) => limits.learn(&status),
            _ => panic!("{line}"),
        }
    }

    #[test]
    fn a_mailbox_has_its_own_or_that_of_all() {
        let mut capabilities = Capabilities::default();
        let mut limits = AppendLimits::default();
        assert_eq!(AppendLimits::of(Some(&limits), b"a", &capabilities), None);
        capabilities.learn(b"IMAP4rev1 APPENDLIMIT", 1000);
        assert_eq!(AppendLimits::of(Some(&limits), b"a", &capabilities), None);
        capabilities.learn(b"IMAP4rev1 APPENDLIMIT=500", 1000);
        assert_eq!(
            AppendLimits::of(Some(&limits), b"a", &capabilities),
            Some(500)
        );
        told(&mut limits, "* STATUS a (MESSAGES 3 APPENDLIMIT 900)\r\n");
        told(&mut limits, "* STATUS inbox (APPENDLIMIT NIL)\r\n");
        told(&mut limits, "* STATUS b (MESSAGES 3)\r\n");
        assert_eq!(
            AppendLimits::of(Some(&limits), b"a", &capabilities),
            Some(900)
        );
        assert_eq!(
            AppendLimits::of(Some(&limits), b"INBOX", &capabilities),
            None
        );
        assert_eq!(
            AppendLimits::of(Some(&limits), b"b", &capabilities),
            Some(500)
        );
        limits.forget();
        assert_eq!(
            AppendLimits::of(Some(&limits), b"a", &capabilities),
            Some(500)
        );
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut limits = AppendLimits::default();
        for number in 0..99 {
            told(
                &mut limits,
                &format!("* STATUS {number} (APPENDLIMIT 5)\r\n"),
            );
        }
        let long = "x".repeat(NAME + 1);
        told(&mut limits, &format!("* STATUS {long} (APPENDLIMIT 5)\r\n"));
        assert_eq!(limits.0.len(), MAILBOXES);
        let none = Capabilities::default();
        assert_eq!(AppendLimits::of(Some(&limits), b"98", &none), Some(5));
        assert_eq!(AppendLimits::of(Some(&limits), b"1", &none), None);
        assert_eq!(
            AppendLimits::of(Some(&limits), long.as_bytes(), &none),
            None
        );
    }
}
