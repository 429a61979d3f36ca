//! The exchange of one mechanism: what it says goes into AUTHENTICATE, and what the server says to it.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::mem;

use super::error::{OpenError, OpenStep};
use super::mechanism::{Mechanism, MechanismError};
use crate::client::command::{Command, CommandHandle, CommandOptions, Outcome};
use crate::client::connection::ClientConnection;
use crate::client::desk::Reason;
use crate::client::event::Challenge;
use crate::client::exchange::answer::SaslAnswer;
use crate::error::ApiMisuse;
use crate::instant::Instant;

/// An AUTHENTICATE that is open.
#[derive(Debug)]
pub(super) struct MechanismExchange {
    pub(super) handle: CommandHandle,
    mechanism: Box<dyn Mechanism>,
    turn: MechanismTurn,
}

#[derive(Debug)]
enum MechanismTurn {
    /// The server's.
    Server,
    /// Ours, with this answer.
    Answer(SaslAnswer),
    /// Ours: it has to be cancelled.
    Cancel(MechanismError),
    /// It was cancelled, and the server has to end it.
    Cancelled(MechanismError),
}

/// How a login ended.
#[derive(Debug)]
pub(super) enum Ended {
    LoggedIn,
    /// The server cannot use this mechanism, as it seems.
    Unusable(OpenError),
    Failed(OpenError),
}

impl MechanismExchange {
    /// Sends AUTHENTICATE.
    pub(super) fn begin(
        mut mechanism: Box<dyn Mechanism>,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<Self, Ended> {
        let initial = match mechanism.initial() {
            Ok(initial) => initial,
            Err(error) => return Err(Ended::Unusable(failed(&*mechanism, error))),
        };
        let command = Command::authenticate(mechanism.name(), initial);
        let command = command.map_err(|error| Ended::Failed(error.into()))?;
        let sent = connection.send(command, CommandOptions::default(), now);
        Ok(Self {
            handle: sent.map_err(|error| Ended::Failed(error.into()))?,
            mechanism,
            turn: MechanismTurn::Server,
        })
    }

    pub(super) fn challenged(&mut self, challenge: &Challenge<'_>) {
        let not_base64 = || MechanismError::new("the challenge of the server is not base64");
        let challenge = challenge.decode().ok_or_else(not_base64);
        self.turn = match challenge.and_then(|challenge| self.mechanism.answer(&challenge)) {
            Ok(answer) => MechanismTurn::Answer(SaslAnswer::Response(answer)),
            Err(error) => MechanismTurn::Cancel(error),
        };
    }

    /// Whether it is our turn.
    pub(super) const fn is_ours(&self) -> bool {
        matches!(
            self.turn,
            MechanismTurn::Answer(_) | MechanismTurn::Cancel(_)
        )
    }

    /// Sends what is due.
    pub(super) fn go_on(
        &mut self,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<(), ApiMisuse> {
        self.turn = match mem::replace(&mut self.turn, MechanismTurn::Server) {
            MechanismTurn::Answer(answer) => {
                connection.answer(self.handle, &answer, now)?;
                MechanismTurn::Server
            }
            MechanismTurn::Cancel(error) => {
                connection.answer(self.handle, &SaslAnswer::Cancel, now)?;
                MechanismTurn::Cancelled(error)
            }
            turn => turn,
        };
        Ok(())
    }

    /// The command has ended.
    pub(super) fn ended(mut self, outcome: &Outcome<'_>) -> Ended {
        if let MechanismTurn::Cancel(error) | MechanismTurn::Cancelled(error) = self.turn {
            return Ended::Failed(failed(&*self.mechanism, error));
        }
        let Some(mut error) = OpenError::of(OpenStep::Authenticate, outcome) else {
            return match self.mechanism.finish() {
                Ok(()) => Ended::LoggedIn,
                Err(error) => Ended::Failed(failed(&*self.mechanism, error)),
            };
        };
        if let OpenError::Refused {
            refused, reason, ..
        } = &mut error
        {
            *reason = self.mechanism.reason().map(Box::new);
            if self.mechanism.may_be_unusable() && refused.reason() == Reason::Unsaid {
                return Ended::Unusable(error);
            }
        }
        Ended::Failed(error)
    }

    /// The connection has ended. Why we gave up is more than that.
    pub(super) fn closed(self) -> Option<OpenError> {
        match self.turn {
            MechanismTurn::Cancel(error) | MechanismTurn::Cancelled(error) => {
                Some(failed(&*self.mechanism, error))
            }
            MechanismTurn::Server | MechanismTurn::Answer(_) => None,
        }
    }
}

fn failed(mechanism: &dyn Mechanism, error: MechanismError) -> OpenError {
    let mechanism: String = mechanism.name().to_string();
    OpenError::Mechanism { mechanism, error }
}
