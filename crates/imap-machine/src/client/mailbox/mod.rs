//! The selected mailbox as the server has described it so far.
//!
//! Data is applied in wire order, before the application sees its event. Nothing is fetched or guessed: what the server has
//! not said is `None`.

mod messages;
mod selection;
mod stored;

use alloc::boxed::Box;
use core::num::NonZeroU32;

use messages::Contradiction;

pub use messages::Messages;
pub(crate) use selection::{Applied, Selection};
pub(crate) use stored::Extent;

use crate::codec::{Fetch, FetchNumber, ResponseText, SystemFlags, Vanished};
use crate::error::PeerMisbehaved;

/// A selected mailbox (RFC 9051 section 6.3.2).
#[derive(Clone, Debug)]
pub struct MailboxView {
    name: Box<str>,
    access: Access,
    exists: u32,
    recent: u32,
    uid_validity: Option<NonZeroU32>,
    uid_next: Option<NonZeroU32>,
    unseen: Option<NonZeroU32>,
    highest_modseq: Option<u64>,
    /// The flags that STORE can change: all, unless the server has said otherwise.
    permanent: SystemFlags,
    counts: Certainty,
    // Boxed, since most connections do not track messages.
    messages: Option<Box<Messages>>,
}

/// Whether the mailbox can be changed (RFC 9051 section 6.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// SELECT, unless the server says otherwise.
    ReadWrite,
    /// EXAMINE, or `[READ-ONLY]`.
    ReadOnly,
}

/// Whether the view can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The numbers follow from what the server said.
    Exact,
    /// The server has contradicted itself; select the mailbox again before using sequence numbers.
    Unreliable,
}

impl MailboxView {
    /// `blocks`: the bound of the map of messages, if there is one.
    pub(crate) fn new(name: Box<str>, access: Access, blocks: Option<usize>) -> Self {
        Self {
            name,
            access,
            exists: 0,
            recent: 0,
            uid_validity: None,
            uid_next: None,
            unseen: None,
            highest_modseq: None,
            permanent: SystemFlags::from_bits(u8::MAX),
            counts: Certainty::Exact,
            messages: blocks.map(|blocks| Box::new(Messages::new(blocks))),
        }
    }

    /// The name it was selected by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Read-only or not.
    #[must_use]
    pub const fn access(&self) -> Access {
        self.access
    }

    /// The number of messages, which is also the highest sequence number.
    #[must_use]
    pub const fn exists(&self) -> u32 {
        self.exists
    }

    /// `RECENT` (RFC 3501 section 7.3.2).
    #[must_use]
    pub const fn recent(&self) -> u32 {
        self.recent
    }

    /// `UIDVALIDITY` (RFC 9051 section 2.3.1.1).
    #[must_use]
    pub const fn uid_validity(&self) -> Option<NonZeroU32> {
        self.uid_validity
    }

    /// `UIDNEXT` as announced (section 2.3.1.1): a lower bound of the next message's UID.
    #[must_use]
    pub const fn uid_next(&self) -> Option<NonZeroU32> {
        self.uid_next
    }

    /// Number of the first unseen message (RFC 3501 section 7.1). Unknown again when messages are renumbered.
    #[must_use]
    pub const fn unseen(&self) -> Option<NonZeroU32> {
        self.unseen
    }

    /// `HIGHESTMODSEQ` as announced (RFC 7162 section 3.1.2.1). The MODSEQ of single messages does not raise it: within one FETCH
    /// lower values may still come, and a client that has stored the higher value would miss those messages. `None` also if the
    /// server said `NOMODSEQ`.
    #[must_use]
    pub const fn highest_modseq(&self) -> Option<u64> {
        self.highest_modseq
    }

    /// Whether the view can be relied on.
    #[must_use]
    pub const fn certainty(&self) -> Certainty {
        self.counts
    }

    /// UIDs and flags by sequence number; `None` unless they are
    /// [tracked](super::Tracking::Messages).
    #[must_use]
    pub fn messages(&self) -> Option<&Messages> {
        self.messages.as_deref()
    }

    /// The UID of a message, if it is known.
    #[must_use]
    pub fn uid(&self, number: u32) -> Option<NonZeroU32> {
        self.messages.as_ref()?.uid(number)
    }

    /// The system flags of a message, if they are known.
    #[must_use]
    pub fn flags(&self, number: u32) -> Option<SystemFlags> {
        let flags = self.messages.as_ref()?.flags(number)?;
        Some(SystemFlags::from_bits(flags))
    }

    fn exists_now(&mut self, count: u32) -> Option<PeerMisbehaved> {
        let before = self.exists;
        self.exists = count;
        if let Some(messages) = &mut self.messages {
            messages.resize(count);
        }
        // EXISTS must not remove messages (RFC 9051 section 7.4.1).
        if count >= before {
            return None;
        }
        self.counts = Certainty::Unreliable;
        Some(PeerMisbehaved::ExistsWentDown {
            before,
            after: count,
        })
    }

    /// There are `count` messages, and nothing that was known about any of them still holds.
    fn begin_again(&mut self, count: u32) {
        self.exists = count;
        if let Some(messages) = &mut self.messages {
            messages.clear();
            messages.resize(count);
        }
    }

    /// The contradiction was about another mailbox, and does not count.
    const fn trust(&mut self) {
        self.counts = Certainty::Exact;
    }

    fn expunge(&mut self, number: u32) -> Option<PeerMisbehaved> {
        let exists = self.exists;
        if number == 0 || number > exists {
            self.counts = Certainty::Unreliable;
            return Some(PeerMisbehaved::NumberOutOfRange { number, exists });
        }
        self.exists -= 1;
        self.unseen = None;
        if let Some(messages) = &mut self.messages {
            // In range: checked above, and the two counts change together.
            let _ = messages.expunge(number);
        }
        None
    }

    /// RFC 7162 section 3.2.10: without EARLIER, each UID removes one message.
    fn vanish(&mut self, vanished: &Vanished<'_>) -> Option<PeerMisbehaved> {
        if vanished.earlier {
            return None;
        }
        let mut violation = None;
        // Counted once for the whole line, which may have millions of ranges.
        let mut unknown = self.messages().map_or(0, Messages::unknown);
        for (first, last) in vanished.ranges() {
            let gone = match &mut self.messages {
                Some(messages) if unknown == 0 => messages.vanish(first, last),
                Some(messages) => {
                    // A UID without an entry may belong to any message whose UID is not known. How many messages went is certain if the
                    // server names no UIDs but those of messages in the mailbox; which ones is not.
                    let known = messages.vanish(first, last);
                    let named = last.get() - first.get();
                    let others = named.saturating_add(1).saturating_sub(known);
                    let others = others.min(unknown);
                    if others > 0 {
                        unknown = messages.len() - others;
                        messages.forget(unknown);
                    }
                    known + others
                }
                None => (last.get() - first.get()).saturating_add(1),
            };
            if gone > self.exists {
                self.counts = Certainty::Unreliable;
                violation = Some(PeerMisbehaved::NumberOutOfRange {
                    number: gone,
                    exists: self.exists,
                });
            }
            self.exists = self.exists.saturating_sub(gone);
            self.unseen = None;
        }
        violation
    }

    /// Whether a row breaks no rule.
    #[inline]
    pub(crate) fn admits(&self, fetch: &Fetch<'_>) -> bool {
        let FetchNumber::Seq(number) = fetch.number() else {
            return true;
        };
        let is_in_range = number != 0 && number <= self.exists;
        match &self.messages {
            Some(messages) if is_in_range => {
                let uid = fetch.uid();
                uid.is_none_or(|uid| messages.admits(number, uid))
            }
            _ => is_in_range,
        }
    }

    /// Applies a row of FETCH.
    #[inline]
    pub(crate) fn fetch(&mut self, fetch: &Fetch<'_>) -> Option<PeerMisbehaved> {
        let FetchNumber::Seq(number) = fetch.number() else {
            return None;
        };
        let exists = self.exists;
        if number == 0 || number > exists {
            // cyrusimap/cyrus-imapd#1967: the row comes before its EXISTS. It is delivered all the same.
            return Some(PeerMisbehaved::NumberOutOfRange { number, exists });
        }
        let messages = self.messages.as_mut()?;
        let flags = fetch.flags().map(|flags| flags.system().bits());
        match messages.record(number, fetch.uid(), flags) {
            Err(Contradiction::NotAscending { uid, .. }) => {
                let uid = uid.get();
                Some(PeerMisbehaved::UidNotAscending { number, uid })
            }
            // In range: checked above.
            Ok(()) | Err(Contradiction::OutOfRange { .. }) => None,
        }
    }

    /// A response code that describes the mailbox (RFC 9051 section 7.1, RFC 7162).
    fn code(&mut self, text: &ResponseText<'_>) {
        let number = |name| {
            let value = text.code_number(name)?;
            NonZeroU32::new(u32::try_from(value).ok()?)
        };
        self.uid_validity = number("UIDVALIDITY").or(self.uid_validity);
        self.uid_next = number("UIDNEXT").or(self.uid_next);
        self.unseen = number("UNSEEN").or(self.unseen);
        self.highest_modseq = text.code_number("HIGHESTMODSEQ").or(self.highest_modseq);
        if let Some(list) = text.code_arguments("PERMANENTFLAGS") {
            self.permanent = stored::permanent(list);
        }
        if text.has_code("NOMODSEQ") {
            self.highest_modseq = None;
        } else if text.has_code("READ-ONLY") {
            self.access = Access::ReadOnly;
        } else if text.has_code("READ-WRITE") {
            self.access = Access::ReadWrite;
        }
    }
}
