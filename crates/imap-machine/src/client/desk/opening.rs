//! Opening the session: what a desk does before its first reader.

use alloc::boxed::Box;

use super::Desk;
use super::entrance::Entrance;
use super::pace::Pace;
use crate::client::connection::ClientConnection;
use crate::client::session::{OpenError, Opening, Plan, Readiness};
use crate::instant::Instant;

impl Desk {
    /// A desk that first opens a session on this fresh connection, as `plan` says: [`take_opened`](Self::take_opened).
    #[must_use]
    pub fn opening(connection: ClientConnection, pace: Pace, plan: Plan) -> Self {
        let mut desk = Self::new(connection, pace);
        desk.entrance = Some(Box::new(Entrance::Opening(Opening::new(plan))));
        desk
    }

    /// Whether the session can be used, or why not. `None` until that is known, and when it has been taken. It changes only in
    /// [`poll`](Self::poll).
    ///
    /// After an error the connection is of no use.
    pub fn take_opened(&mut self) -> Option<Result<(), OpenError>> {
        match *self.entrance.take_if(|entrance| entrance.is_over())? {
            Entrance::Over(result) => Some(result),
            Entrance::Opening(_) => None,
        }
    }

    /// Sends the next command of the plan. Returns whether there was something to do.
    pub(super) fn go_on_opening(&mut self, now: Instant) -> bool {
        let Some(Entrance::Opening(opening)) = self.entrance.as_deref_mut() else {
            return false;
        };
        if !opening.has_next() {
            return false;
        }
        let result = match opening.advance_once(&mut self.connection, now) {
            Ok(Readiness::Pending) => return true,
            Ok(Readiness::Ready) => Ok(()),
            Err(error) => Err(error),
        };
        self.entrance = Some(Box::new(Entrance::Over(result)));
        true
    }
}
