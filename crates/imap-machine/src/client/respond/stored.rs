//! How commands that change flags update the mailbox view: see docs/decisions/0013.

use alloc::vec::Vec;

use crate::client::command::{CommandHandle, Entry, MessageNumbers, Numbering, Scope, joined};
use crate::client::machine::Machine;
use crate::client::mailbox::Extent;
use crate::codec::{Fetch, FetchNumber, ResponseText, StatusKind, SystemFlags, known_set};

impl Machine {
    /// A command has ended with its tagged response.
    pub(super) fn stored(
        &mut self,
        handle: CommandHandle,
        status: StatusKind,
        text: &ResponseText<'_>,
    ) {
        let Some(entry) = self.commands.get(handle) else {
            return;
        };
        let Some(change) = entry.profile.change else {
            return;
        };
        if self.standing.selection.knows_no_flags() {
            return;
        }
        // The server refused it before all of it was sent: a part of a STORE changes nothing.
        if !entry.is_sent(self.sent()) {
            return;
        }
        let modified = match text.code_arguments("MODIFIED") {
            Some(set) => known_set(set).map(joined),
            None => Some(Vec::new()),
        };
        let extent = match modified {
            // Only a silent STORE: a loud one has told the new flags in FETCH responses.
            Some(except) if status == StatusKind::Ok && change.is_silent() => {
                Extent::Except(except)
            }
            _ => Extent::Perhaps,
        };
        let scope = self.meant(entry);
        self.standing.selection.stored(change, scope, &extent);
        // Where the order matters, servers keep it (RFC 9051 section 5.5). An older STORE without an answer was done before this
        // one, or will be done after it.
        for older in self.commands.silent() {
            if older.handle() >= handle {
                break;
            }
            if let Some(change) = older.profile.change {
                let scope = self.meant(older);
                self.standing
                    .selection
                    .stored(change, scope, &Extent::Perhaps);
            }
        }
    }

    /// A row of FETCH has been applied. If a silent STORE of its message is in progress, the row may show the flags before it or
    /// after it. Flags stay known if they are the same before and after.
    #[inline(never)] // Rows are many, and silent STOREs are few.
    pub(super) fn told_meanwhile(&mut self, fetch: &Fetch<'_>) {
        let FetchNumber::Seq(number) = fetch.number() else {
            return;
        };
        let view = self.standing.selection.current();
        let told = fetch.flags().and_then(|_| view?.flags(number));
        let Some(told) = told else {
            return;
        };
        let uid = view.and_then(|view| view.uid(number));
        let message = MessageNumbers {
            number,
            uid: uid.map(core::num::NonZeroU32::get),
            exists: self.standing.selection.exists(),
        };
        let mut silent = self.commands.silent_about(message);
        let is_changed = silent.any(|entry| self.may_change(entry, &message, told));
        if is_changed {
            self.standing.selection.forget_flags(number);
        }
    }

    /// Whether this command may change these flags of this message. Only for commands that have left to their end.
    fn may_change(&self, entry: &Entry, message: &MessageNumbers, flags: SystemFlags) -> bool {
        let may_mean = |scope: &Scope| scope.has_star() || scope.contains(message) != Some(false);
        let change = entry.profile.change;
        change.is_some_and(|change| change.of(flags.bits(), SystemFlags::NONE).is_none())
            && entry.is_sent(self.sent())
            && self.meant(entry).is_none_or(may_mean)
    }

    /// The messages that a command names. `None` if they cannot be told: the command names sequence numbers, and messages have
    /// been renumbered since.
    fn meant<'e>(&self, entry: &'e Entry) -> Option<&'e Scope> {
        let renumbered = match entry.numbering {
            Numbering::Epoch(epoch) => epoch != self.standing.selection.epoch(),
            Numbering::Unused | Numbering::SelectedBy(_) => false,
        };
        let scope = entry.profile.scope();
        scope.filter(|_| !renumbered)
    }
}
