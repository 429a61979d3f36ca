//! What is going out.

use super::command::CommandHandle;
use super::continuation::Continuation;
use crate::outgoing::transmit::Transmit;

/// The octets that may leave now, and what stands between them and the rest.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) queue: Transmit,
    /// The command of which a part is out and a part is not.
    pub(crate) writer: Option<CommandHandle>,
    pub(crate) continuation: Continuation,
    /// The command at the head of the queue that was found to have to wait, and how many changes there had been then.
    pub(crate) held_back: Option<(CommandHandle, u64)>,
}

impl Output {
    /// Nothing more is written.
    pub(crate) fn close(&mut self) {
        self.queue.close();
        self.continuation = Continuation::Nobody;
        self.writer = None;
    }
}
