//! The sending half of a connection.

use super::command::CommandHandle;
use super::continuation::Continuation;
use crate::outgoing::transmit::Transmit;

/// The octets that may leave now, and what keeps the rest from leaving.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) queue: Transmit,
    /// The command that is half written.
    pub(crate) writer: Option<CommandHandle>,
    pub(crate) continuation: Continuation,
    /// The head of the queue when it was last found to have to wait, and the number of changes on the wire at that time.
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
