//! Many rows of FETCH with one call.

use super::ClientConnection;
use crate::client::respond::Rows;

impl ClientConnection {
    /// The rows of FETCH that are next, if there is nothing else to say about them: they have the plain items UID, FLAGS, MODSEQ,
    /// RFC822.SIZE and INTERNALDATE, answer the same command, and break no rule. Everything else is left to
    /// [`poll_event`](Self::poll_event), so call that when this returns `None`.
    ///
    /// Rows come as [`poll_event`](Self::poll_event) would bring them, in the same order and with the same effects, for two thirds of
    /// the cost. An application that never calls this misses nothing. Like `poll_event` it moves commands that may start into the
    /// output.
    pub fn poll_rows(&mut self) -> Option<Rows<'_>> {
        if !self.may_have_rows() {
            return None;
        }
        self.receive.release();
        let machine = self.machine.go_on();
        machine.schedule();
        if machine.verdicts.len() > 0 || !self.may_read() {
            return None;
        }
        self.machine.go_on().rows(self.receive.unread()?)
    }

    /// Whether there may be rows: `false` is certain.
    #[inline]
    pub(in crate::client) fn may_have_rows(&self) -> bool {
        self.receive.has_number_next()
    }
}
