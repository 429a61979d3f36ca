//! APPEND of a message that is read while it is sent.

use std::io::{ErrorKind, Read};

use imap_machine::client::session::answers::{Answer, Appended};
use imap_machine::client::{Command, CommandHandle};

use crate::client::Client;
use crate::error::{CommandError, SourceError};
use crate::inboxes::Item;

// As much as the machine holds by default.
const CHUNK: usize = 64 << 10;

/// What is still to be sent of a message.
struct Source<R> {
    reader: R,
    missing: u64,
    chunk: Vec<u8>,
}

impl<R: Read> Source<R> {
    /// The next octets, at most `room`; never none.
    fn read(&mut self, room: usize) -> Result<&[u8], SourceError> {
        let room = room
            .min(CHUNK)
            .min(usize::try_from(self.missing).unwrap_or(CHUNK));
        let octets = loop {
            match self.reader.read(&mut self.chunk[..room]) {
                Ok(0) => {
                    let missing = self.missing;
                    return Err(SourceError::Short { missing });
                }
                Ok(octets) => break octets,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(SourceError::Read(error)),
            }
        };
        self.missing -= octets as u64;
        Ok(&self.chunk[..octets])
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
            chunk: vec![0; CHUNK],
        };
        loop {
            match self.inboxes.take(handle) {
                Some(Ok(Item::End(completion))) => {
                    return Ok(Appended::default().finish(&completion));
                }
                Some(Ok(Item::Event(_))) => {}
                Some(Err(error)) => return Err(error),
                None => match self.room(handle) {
                    None => self.turn(None),
                    Some(room) => self.supply_some(handle, source.read(room))?,
                },
            }
        }
    }

    /// How many octets the command takes now.
    pub(crate) fn room(&self, handle: CommandHandle) -> Option<usize> {
        match self.driver.connection.wants_supply() {
            Some((wanting, room)) if wanting == handle && room > 0 => Some(room),
            _ => None,
        }
    }

    fn supply_some(
        &mut self,
        handle: CommandHandle,
        octets: Result<&[u8], SourceError>,
    ) -> Result<(), CommandError> {
        match octets {
            Ok(octets) => {
                // There is room for them: it was asked for. When the command has ended meanwhile, its outcome says how.
                let _ = self.tell(|connection, now| connection.supply(handle, octets, now));
                Ok(())
            }
            Err(error) => {
                self.cancel(handle)?;
                Err(error.into())
            }
        }
    }
}
