//! APPEND of a message that is read while it is sent.

use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::task::{Poll, Waker};

use imap_machine::client::desk::{CommandError, SourceError};
use imap_machine::client::{CommandHandle, TypedCommand};

use crate::answers::Appended;
use crate::client::Client;

impl Client {
    /// Sends the command and supplies its message.
    pub(crate) fn supply(
        &mut self,
        command: TypedCommand<Appended>,
        mut missing: u64,
        mut message: impl Read,
    ) -> Result<Appended, CommandError> {
        let ticket = self.send(command, self.options)?;
        let handle = ticket.handle();
        loop {
            let desk = &mut self.driver.desk;
            if let Poll::Ready(answer) = desk.poll_answer(&ticket, Waker::noop()) {
                return answer;
            }
            if self.wants_supply() != Some(handle) {
                self.turn(None);
                continue;
            }
            let driver = &mut self.driver;
            // The command wants octets, so there is space.
            let space = driver.desk.supply_space(handle).unwrap_or_default();
            let read = message.read(space);
            let now = driver.present();
            let error = match read {
                Ok(0) => SourceError::Short { missing },
                Ok(octets) => {
                    missing = missing.saturating_sub(octets as u64);
                    // If the command has ended in between, its outcome says how.
                    let _ = driver.desk.supplied(handle, octets, now);
                    continue;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => SourceError::Read(Arc::new(error)),
            };
            driver.desk.source_failed(handle, error, now);
        }
    }

    /// The command that takes octets of its message now.
    pub(crate) fn wants_supply(&self) -> Option<CommandHandle> {
        let (handle, room) = self.driver.desk.connection().wants_supply()?;
        (room > 0).then_some(handle)
    }
}
