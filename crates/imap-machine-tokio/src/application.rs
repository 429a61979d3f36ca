//! The two applications that the driver serves: opening a session, then its clients.

use std::task::Context;

use imap_machine::Instant;
use imap_machine::client::session::{OpenError, Opening, Readiness};
use imap_machine::client::{ClientConnection, CommandHandle, Event};
use imap_machine::error::Closed;

/// The part above a connection.
pub(crate) trait Application {
    /// Takes an event. Returns a command whose answer is not wanted any more.
    fn event(&mut self, event: &Event<'_>) -> Option<CommandHandle>;

    /// Makes the calls to the connection that are wanted now.
    fn act(&mut self, core: &mut ClientConnection, now: Instant, cx: &mut Context<'_>) -> Acted;
}

/// What an application did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Acted {
    Nothing,
    Something,
    /// It is done with this driver.
    Finished,
}

/// Why a driver stopped.
pub(crate) enum Exit {
    Finished,
    Closed(Closed),
}

/// From the greeting to a session.
pub(crate) struct Open {
    opening: Opening,
    pub(crate) result: Result<(), OpenError>,
}

impl Open {
    pub(crate) const fn new(opening: Opening) -> Self {
        let result = Ok(());
        Self { opening, result }
    }
}

impl Application for Open {
    fn event(&mut self, event: &Event<'_>) -> Option<CommandHandle> {
        self.opening.observe(event);
        None
    }

    fn act(&mut self, core: &mut ClientConnection, now: Instant, _: &mut Context<'_>) -> Acted {
        match self.opening.advance(core, now) {
            Ok(Readiness::Pending) => Acted::Nothing,
            Ok(Readiness::Ready) => Acted::Finished,
            Err(error) => {
                self.result = Err(error);
                Acted::Finished
            }
        }
    }
}
