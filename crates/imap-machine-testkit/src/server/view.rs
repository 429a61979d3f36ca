//! What a session knows of its mailbox.
//!
//! Sequence numbers are the session's own: they follow from what its client has been told (RFC 9051
//! section 2.3.1.2), whatever other connections do to the mailbox in the meantime.

use super::command::{Refusal, SequenceSet};
use super::mailbox::{Mailbox, Message, Store};
use std::fmt::Write as _;

/// What the numbers in a command are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbering {
    Sequence,
    Uid,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWrite,
    ReadOnly,
}

/// A message the client has been told of.
pub(crate) struct Known {
    pub uid: u32,
    /// The last change of its flags that the client knows.
    pub change: u64,
}

pub(crate) struct View {
    pub uid_validity: u32,
    pub access: Access,
    /// In order: the first has sequence number 1.
    pub known: Vec<Known>,
    /// Messages from this UID on are new to the client.
    uid_next: u32,
    /// The change of the mailbox up to which the client knows everything.
    change: u64,
}

impl View {
    pub fn open(mailbox: &Mailbox, access: Access) -> Self {
        let known = |message: &Message| Known {
            uid: message.uid(),
            change: message.change,
        };
        View {
            uid_validity: mailbox.uid_validity,
            access,
            known: mailbox.messages().iter().map(known).collect(),
            uid_next: mailbox.uid_next,
            change: mailbox.change,
        }
    }

    /// The responses that bring the client up to date. From now on it counts as told.
    pub fn news(&mut self, store: &Store, may_expunge: bool) -> String {
        let mut news = String::new();
        let Some(mailbox) = store.valid(self.uid_validity) else {
            if may_expunge {
                (0..self.known.len()).for_each(|_| news.push_str("* 1 EXPUNGE\r\n"));
                self.known.clear();
            }
            return news;
        };
        if mailbox.change == self.change {
            return news;
        }
        if may_expunge {
            self.change = mailbox.change;
            // From the end, so that the numbers still to come stay as they are.
            for index in (0..self.known.len()).rev() {
                if mailbox.get(self.known[index].uid).is_none() {
                    self.known.remove(index);
                    let _ = write!(news, "* {} EXPUNGE\r\n", index + 1);
                }
            }
        }
        if mailbox.uid_next > self.uid_next {
            let new = mailbox
                .messages()
                .iter()
                .filter(|message| message.uid() >= self.uid_next);
            self.known.extend(new.map(|message| Known {
                uid: message.uid(),
                change: message.change,
            }));
            self.uid_next = mailbox.uid_next;
            let _ = write!(news, "* {} EXISTS\r\n", self.known.len());
        }
        for (index, known) in self.known.iter_mut().enumerate() {
            if let Some(message) = mailbox
                .get(known.uid)
                .filter(|message| message.change > known.change)
            {
                known.change = message.change;
                let flags = message.flags.join(" ");
                let _ = write!(
                    news,
                    "* {} FETCH (UID {} FLAGS ({flags}))\r\n",
                    index + 1,
                    known.uid
                );
            }
        }
        news
    }

    pub fn largest_uid(&self) -> u32 {
        self.known.last().map_or(0, |known| known.uid)
    }

    /// The places in `known` that a set means. UIDs that are not there are no error (RFC 9051
    /// section 6.4.9); sequence numbers that are not there are.
    pub fn resolve(&self, set: &SequenceSet, numbering: Numbering) -> Result<Vec<usize>, Refusal> {
        let count = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        if numbering == Numbering::Sequence && !set.fits(count) {
            return Err(Refusal::Bad("no such message number"));
        }
        Ok((0..self.known.len())
            .filter(|&index| self.is_in(index, set, numbering))
            .collect())
    }

    pub fn is_in(&self, index: usize, set: &SequenceSet, numbering: Numbering) -> bool {
        match numbering {
            Numbering::Sequence => set.contains(index as u32 + 1, self.known.len() as u32),
            Numbering::Uid => set.contains(self.known[index].uid, self.largest_uid()),
        }
    }
}
