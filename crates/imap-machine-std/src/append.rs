//! APPEND of a message that is read while it is sent.

use std::io::{ErrorKind, Read};
use std::sync::Arc;
use std::task::{Poll, Waker};

use imap_machine::client::TypedCommand;
use imap_machine::client::desk::{CommandError, SourceError};

use crate::answers::Appended;
use crate::client::Client;

impl Client {
    /// Sends the command and supplies its message.
    pub(crate) fn supply(
        &mut self,
        command: TypedCommand<Appended>,
        mut message: impl Read,
    ) -> Result<Appended, CommandError> {
        let ticket = self.send(command, self.options)?;
        let driver = &mut self.driver;
        loop {
            // Reading may have taken a while.
            let now = driver.present();
            if let Poll::Ready(answer) = driver.desk.poll_answer(&ticket, Waker::noop()) {
                return answer;
            }
            let supplied = driver.desk.supply(now, |wanting, space| {
                Poll::Ready(match wanting == ticket.handle() {
                    true => read(&mut message, space),
                    false => Err(SourceError::Absent),
                })
            });
            if !supplied {
                driver.turn(None, |_| ());
            }
        }
    }
}

fn read(message: &mut impl Read, space: &mut [u8]) -> Result<usize, SourceError> {
    loop {
        match message.read(space) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read.map_err(|error| SourceError::Read(Arc::new(error))),
        }
    }
}
