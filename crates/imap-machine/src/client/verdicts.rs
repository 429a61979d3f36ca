//! Outcomes that do not come from a line of the server.

use alloc::collections::VecDeque;

use super::command::{CommandHandle, Outcome};

// Enough for a connection that loses a command now and then, without allocating again.
const KEPT: usize = 4;

/// Outcomes that the application has not polled yet, in the order in which they were decided.
#[derive(Default)]
pub(crate) struct Verdicts(VecDeque<(CommandHandle, Outcome<'static>)>);

impl Verdicts {
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn push(&mut self, handle: CommandHandle, outcome: Outcome<'static>) {
        self.0.push_back((handle, outcome));
    }

    /// The memory of many is given back with the last.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<(CommandHandle, Outcome<'static>)> {
        match self.0.is_empty() {
            // The usual case: this is asked for each event.
            true => None,
            false => self.pop_one(),
        }
    }

    #[inline(never)]
    fn pop_one(&mut self) -> Option<(CommandHandle, Outcome<'static>)> {
        let verdict = self.0.pop_front()?;
        if self.0.is_empty() {
            self.0.shrink_to(KEPT);
        }
        Some(verdict)
    }
}
