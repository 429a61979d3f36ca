//! Outcomes that do not come from a line of the server.

use alloc::boxed::Box;
use alloc::collections::VecDeque;

use super::command::{CommandHandle, Outcome};
use crate::memory::smaller;

/// Outcomes that the application has not polled yet, in the order in which they were decided.
#[derive(Default)]
#[expect(clippy::box_collection, reason = "most connections never have one")]
pub(crate) struct Verdicts(Option<Box<VecDeque<Verdict>>>);

type Verdict = (CommandHandle, Outcome<'static>);

impl Verdicts {
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |verdicts| verdicts.len())
    }

    pub(crate) fn push(&mut self, handle: CommandHandle, outcome: Outcome<'static>) {
        self.0.get_or_insert_default().push_back((handle, outcome));
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Verdict> {
        match &mut self.0 {
            // The usual case: this is asked for each event.
            None => None,
            Some(verdicts) => pop_one(verdicts),
        }
    }
}

#[inline(never)]
fn pop_one(verdicts: &mut VecDeque<Verdict>) -> Option<Verdict> {
    let verdict = verdicts.pop_front()?;
    if let Some(capacity) = smaller(verdicts.capacity(), verdicts.len()) {
        verdicts.shrink_to(capacity);
    }
    Some(verdict)
}
