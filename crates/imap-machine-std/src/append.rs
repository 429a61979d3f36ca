//! APPEND of a message that is read while it is sent.

use std::io::{ErrorKind, Read};

use imap_machine::client::session::answers::{Answer, Appended};
use imap_machine::client::{Command, CommandHandle};

use crate::client::Client;
use crate::error::{CommandError, SourceError};
use crate::inboxes::Item;

/// The rest of a message.
struct Source<R> {
    reader: R,
    missing: u64,
}

impl<R: Read> Source<R> {
    /// Reads the next octets, at least one, and returns how many.
    fn read(&mut self, space: &mut [u8]) -> Result<usize, SourceError> {
        let octets = loop {
            match self.reader.read(space) {
                Ok(0) => {
                    let missing = self.missing;
                    return Err(SourceError::Short { missing });
                }
                Ok(octets) => break octets,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(SourceError::Read(error)),
            }
        };
        self.missing = self.missing.saturating_sub(octets as u64);
        Ok(octets)
    }
}

impl Client {
    /// Sends the command and supplies its message.
    pub(crate) fn supply(
        &mut self,
        command: Command,
        size: u64,
        reader: impl Read,
    ) -> Result<Appended, CommandError> {
        let handle = self.send(command, self.options)?;
        let mut source = Source {
            reader,
            missing: size,
        };
        loop {
            match self.take(handle) {
                Some(Ok(Item::End(completion))) => {
                    return Ok(Appended::default().finish(&completion));
                }
                Some(Ok(Item::Event(_))) => {}
                Some(Err(error)) => return Err(error),
                None if self.wants_supply(handle) => {
                    let space = self.driver.connection.supply_space(handle);
                    // The command wants octets, so there is space.
                    let read = source.read(space.unwrap_or_default());
                    self.supply_some(handle, read)?;
                }
                None => self.turn(None),
            }
        }
    }

    /// Whether the command takes octets now.
    pub(crate) fn wants_supply(&self, handle: CommandHandle) -> bool {
        let wants = self.driver.connection.wants_supply();
        matches!(wants, Some((wanting, room)) if wanting == handle && room > 0)
    }

    fn supply_some(
        &mut self,
        handle: CommandHandle,
        read: Result<usize, SourceError>,
    ) -> Result<(), CommandError> {
        match read {
            Ok(octets) => {
                // If the command has ended in between, its outcome says how.
                let _ = self.tell(|connection, now| connection.supplied(handle, octets, now));
                Ok(())
            }
            Err(error) => {
                self.cancel(handle)?;
                Err(error.into())
            }
        }
    }
}
