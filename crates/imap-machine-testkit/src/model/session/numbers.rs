//! Commands that name messages by number (RFC 9051 section 5.5).

use imap_machine::client::{ClientConnection, CommandHandle};

use super::{Checked, Issued, Session, Stage};
use crate::invariants::rule;

/// Whether a command names messages by number, and whether those are still the messages that were meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// It names none.
    None,
    Fresh,
    /// Messages have gone since (RFC 9051 section 5.5).
    Stale,
}

impl Numbers {
    pub(super) fn of(verb: &str) -> Self {
        match verb {
            "FETCH" | "STORE" | "COPY" | "MOVE" => Self::Fresh,
            _ => Self::None,
        }
    }
}

impl Session {
    /// RFC 9051 section 5.5: numbers name what was meant, and go out beside nothing that may change them.
    pub(super) fn begins(&self, handle: CommandHandle, connection: &ClientConnection) -> Checked {
        let queued = |it: &&Issued| it.handle == handle && it.stage == Stage::Queued;
        let numbers = self.commands.iter().find(queued).map(|it| it.numbers);
        let Some(numbers @ (Numbers::Fresh | Numbers::Stale)) = numbers else {
            return Ok(());
        };
        rule(
            "numbers are not sent when they are stale",
            numbers == Numbers::Fresh,
            || handle.to_string(),
        )?;
        // Section 7.5.1: no EXPUNGE while one of these is answered. The OK of COMPRESS may have come: its outcome comes later.
        let keeps =
            |it: &Issued| matches!(it.verb.as_str(), "FETCH" | "STORE" | "SEARCH" | "COMPRESS");
        // One that is not open and not known to be given up is about to be told as not sent.
        let open: Vec<_> = connection.commands().map(|it| it.command.handle).collect();
        let on_the_wire = |it: &Issued| match it.stage {
            Stage::Queued => false,
            Stage::Started => open.contains(&it.handle),
            Stage::GivenUp => true,
        };
        let mut commands = self.commands.iter();
        let beside = commands.find(|it| on_the_wire(it) && !keeps(it));
        rule(
            "numbers are not sent beside what may change them",
            beside.is_none(),
            || format!("{handle} beside {beside:?}"),
        )
    }

    /// Numbers of commands that were sent after this SELECT, and before the next, are about its mailbox.
    pub(super) fn numbers_begin(&mut self, select: CommandHandle) {
        let selects = |it: &Issued| matches!(it.verb.as_str(), "SELECT" | "EXAMINE");
        let after = self.commands.iter_mut().filter(|it| it.handle > select);
        for command in after.take_while(|it| !selects(it)) {
            command.numbers = Numbers::of(&command.verb);
        }
    }

    /// A message has gone: those after it have other numbers now.
    pub(super) fn numbers_end(&mut self) {
        let queued = self.commands.iter_mut();
        for command in queued.filter(|it| it.stage == Stage::Queued) {
            if command.numbers == Numbers::Fresh {
                command.numbers = Numbers::Stale;
            }
        }
    }
}
