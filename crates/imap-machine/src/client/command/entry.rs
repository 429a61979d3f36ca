//! One open command.

use core::ops::Range;

use super::handle::{CommandHandle, Tag};
use super::profile::{About, Profile};
use super::told::ToldMailboxes;
use crate::client::exchange::Exchange;
use crate::codec::NameEncoding;
use crate::instant::Instant;
use crate::outgoing::fragments::{Fragment, Fragments, Holds};

/// A command from `send` to its outcome. If it was given up, it stays as a tombstone until the server has answered it.
pub(crate) struct Entry {
    pub(crate) tag: Tag,
    pub(crate) profile: Profile,
    pub(crate) transit: Transit,
    pub(crate) interest: Interest,
    pub(crate) exchange: Exchange,
    /// The part that has not been handed to the output queue yet.
    pub(crate) fragments: Fragments,
    pub(crate) numbering: Numbering,
    pub(crate) issued: Instant,
    pub(crate) deadline: Option<Instant>,
}

/// How far a command has come. Positions count octets of the output (see `transmit`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transit {
    /// Waiting for its turn.
    Queued,
    /// Its first octets are in the output queue; its last are not.
    Sending { start: u64 },
    /// It waits for permission. The octet that asks for it ends at `asked`.
    AwaitingContinuation { start: u64, asked: u64 },
    /// Its last octet is in the output queue.
    AwaitingCompletion { start: u64, end: u64 },
}

impl Transit {
    /// The same phase after `octets` octets before it have been taken out of the output.
    pub(crate) fn moved_down(self, octets: u64) -> Self {
        let down = |position: u64| position.saturating_sub(octets);
        match self {
            Self::Queued => Self::Queued,
            Self::Sending { start } => Self::Sending { start: down(start) },
            Self::AwaitingContinuation { start, asked } => Self::AwaitingContinuation {
                start: down(start),
                asked: down(asked),
            },
            Self::AwaitingCompletion { start, end } => Self::AwaitingCompletion {
                start: down(start),
                end: down(end),
            },
        }
    }
}

/// Whether the application still waits for an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interest {
    /// The outcome is still to come.
    Open,
    /// The outcome has been given. The command is a tombstone, and takes the rest of its responses.
    Given,
}

/// What the command's sequence numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbering {
    /// Nothing: it names no message by number.
    Unused,
    /// Messages of the mailbox at this epoch.
    Epoch(u64),
    /// Messages of the mailbox that this command, which is not done yet, selects.
    SelectedBy(CommandHandle),
}

impl Entry {
    /// A command that waits for its turn, and has no deadline.
    #[cfg(test)]
    pub(super) fn of(handle: CommandHandle, command: impl Into<super::Command>) -> Self {
        let tag = Tag { handle, round: 0 };
        let (fragments, profile) = command.into().tagged(tag);
        Self {
            tag,
            profile,
            transit: Transit::Queued,
            interest: Interest::Open,
            exchange: Exchange::Plain,
            fragments,
            numbering: Numbering::Unused,
            issued: Instant::ORIGIN,
            deadline: None,
        }
    }

    pub(crate) const fn handle(&self) -> CommandHandle {
        self.tag.handle
    }

    /// Whether it is one line that is written already: nothing of it is decided when its turn comes.
    pub(crate) fn is_written(&self) -> bool {
        self.fragments.is_text()
    }

    /// Puts the name of its mailbox into the form in which it will be sent, since the answer has it.
    pub(crate) fn name_mailbox(&mut self, form: NameEncoding) {
        let About::Mailboxes(ToldMailboxes::One(mailbox)) = &mut self.profile.about else {
            return;
        };
        let mut names = self.fragments.iter().filter_map(|fragment| match fragment {
            Fragment::Name(name) => Some(name),
            _ => None,
        });
        if let Some(name) = names.next() {
            *mailbox = form.encode(name).as_bytes().into();
        }
    }

    /// Whether it is a search that asks for its tag where the server answers with it.
    pub(crate) fn may_ask_for_tag(&self) -> bool {
        let mut fragments = self.fragments.iter();
        fragments.any(|fragment| *fragment == Fragment::ReturnAll)
    }

    /// Whether it has a message with NUL.
    pub(crate) fn has_binary_message(&self) -> bool {
        self.fragments.iter().any(|fragment| {
            matches!(
                fragment,
                Fragment::Literal(Holds::BinaryMessage, _)
                    | Fragment::Supplied(Holds::BinaryMessage, _)
            )
        })
    }

    pub(crate) const fn is_open(&self) -> bool {
        matches!(self.interest, Interest::Open)
    }

    /// Where its first octet is in the output.
    pub(crate) const fn start(&self) -> Option<u64> {
        match self.transit {
            Transit::Queued => None,
            Transit::Sending { start }
            | Transit::AwaitingContinuation { start, .. }
            | Transit::AwaitingCompletion { start, .. } => Some(start),
        }
    }

    /// Whether its last octet has left. `sent`: octets of the whole output that have left.
    pub(crate) const fn is_sent(&self, sent: u64) -> bool {
        matches!(self.transit, Transit::AwaitingCompletion { end, .. } if end <= sent)
    }

    /// Its octets in the output. `queued`: octets of the whole output that have been queued.
    pub(crate) const fn written(&self, queued: u64) -> Option<Range<u64>> {
        match self.transit {
            Transit::Queued => None,
            Transit::Sending { start } | Transit::AwaitingContinuation { start, .. } => {
                Some(start..queued)
            }
            Transit::AwaitingCompletion { start, end } => Some(start..end),
        }
    }

    /// Whether any octet has left, now or in an earlier round of IDLE.
    pub(crate) const fn has_begun(&self, sent: u64) -> bool {
        self.tag.round > 0 || self.has_left(sent)
    }

    /// Whether any octet has left.
    pub(crate) const fn has_left(&self, sent: u64) -> bool {
        matches!(self.start(), Some(start) if start < sent)
    }
}
