//! From the greeting to a usable session: STARTTLS, capabilities, authentication, compression.
//!
//! A small machine above [`ClientConnection`]. The adapter shows it every event, and lets it act when there are none left:
//!
//! ```text
//! while let Some(event) = connection.poll_event() { opening.observe(&event); /* Upgrade, ... */ }
//! match opening.advance(&mut connection, now)? { Readiness::Pending => ..., Readiness::Ready => ... }
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bounded_static::ToBoundedStatic;

use super::error::{OpenError, OpenStep};
use crate::client::answers::Done;
use crate::client::command::{Command, CommandHandle, CommandOptions, Outcome, TypedCommand};
use crate::client::connection::ClientConnection;
use crate::client::event::Event;
use crate::client::exchange::answer::SaslAnswer;
use crate::error::ApiMisuse;
use crate::instant::Instant;
use crate::state::State;

/// What opening a session has to do.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Plan {
    /// STARTTLS before anything else. Goes together with
    /// [`TlsPolicy::RequireStartTls`](crate::client::TlsPolicy::RequireStartTls).
    pub starttls: bool,
    /// The user to log in as. No login when this is `None` or when the greeting is PREAUTH.
    pub credentials: Option<Credentials>,
    /// COMPRESS (RFC 4978) if the server offers it. The adapter has to be able to put the layer under the connection.
    pub compress: bool,
}

impl Plan {
    /// Logs in, without STARTTLS.
    #[must_use]
    pub const fn login(credentials: Credentials) -> Self {
        Self {
            starttls: false,
            credentials: Some(credentials),
            compress: false,
        }
    }
}

/// The user to log in as. `Debug` shows no secret.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credentials {
    /// A user name and a password.
    Password {
        /// The user name.
        user: String,
        /// The password.
        password: String,
        /// How they are sent.
        method: Method,
    },
    /// One message of a SASL mechanism, such as XOAUTH2 or OAUTHBEARER.
    Sasl {
        /// The mechanism.
        mechanism: String,
        /// The message, not in base64.
        initial: Vec<u8>,
    },
}

/// How a password is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Method {
    /// In one round trip where that is possible: AUTHENTICATE PLAIN where the server takes the password with the command (SASL-IR,
    /// RFC 4959), else LOGIN unless it is disabled, else AUTHENTICATE PLAIN. What is not ASCII goes by AUTHENTICATE PLAIN where
    /// that is offered, since LOGIN does not say which charset it has.
    #[default]
    Offered,
    /// LOGIN (RFC 9051 section 6.2.3).
    Login,
    /// AUTHENTICATE PLAIN (RFC 4616).
    Plain,
}

impl Credentials {
    /// A user name and a password, sent in the way that the server offers.
    #[must_use]
    pub fn password(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self::Password {
            user: user.into(),
            password: password.into(),
            method: Method::Offered,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { method, .. } => write!(f, "Password({method:?})"),
            Self::Sasl { mechanism, .. } => write!(f, "Sasl({mechanism})"),
        }
    }
}

/// How far opening has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Not done: continue with the connection.
    Pending,
    /// The session can be used.
    Ready,
}

/// Opens a session on a fresh connection.
#[derive(Clone, Debug)]
pub struct Opening {
    plan: Plan,
    stage: OpeningStage,
    beside: Beside,
}

/// Whether CAPABILITY goes with LOGIN, to save a round trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beside {
    /// It does.
    Goes,
    /// It waits for the OK: the greeting named capabilities, so that a round trip is saved already. Courier, whose greeting does,
    /// loses what comes with a LOGIN, since another process reads on then.
    Waits,
    /// It has gone, and is open.
    Gone(CommandHandle),
}

#[derive(Clone, Debug)]
enum OpeningStage {
    Greeting,
    /// This step is next.
    Next(PlanStep),
    /// This step is being done.
    Doing(PlanStep, CommandHandle),
    /// The server has sent a further challenge to a mechanism of one message.
    Asked(PlanStep, CommandHandle),
    Ready,
    Failed(OpenError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlanStep {
    StartTls,
    AskBefore,
    Authenticate,
    AskAfter,
    Compress,
}

impl Opening {
    /// An opening that carries out this plan.
    #[must_use]
    pub const fn new(plan: Plan) -> Self {
        Self {
            plan,
            stage: OpeningStage::Greeting,
            beside: Beside::Goes,
        }
    }

    /// Takes an event of the connection.
    pub fn observe(&mut self, event: &Event<'_>) {
        match event {
            Event::Greeting { text, .. } if text.has_code("CAPABILITY") => {
                self.beside = Beside::Waits;
            }
            Event::Outcome { handle, .. } if self.beside == Beside::Gone(*handle) => {
                self.beside = Beside::Waits;
            }
            _ => {}
        }
        let stage = match (&self.stage, event) {
            (OpeningStage::Failed(_), _) => return,
            (_, Event::Closed(closed)) => OpeningStage::Failed(OpenError::Closed(closed.clone())),
            (OpeningStage::Greeting, Event::Greeting { .. }) => {
                OpeningStage::Next(PlanStep::StartTls)
            }
            // The server may keep the socket open after it.
            (OpeningStage::Greeting, Event::Bye { text }) => {
                let text = text.to_static();
                OpeningStage::Failed(OpenError::Bye { text })
            }
            (OpeningStage::Doing(step, ours), Event::Challenge { handle, .. })
                if handle == ours =>
            {
                OpeningStage::Asked(*step, *ours)
            }
            (
                OpeningStage::Doing(step, ours) | OpeningStage::Asked(step, ours),
                Event::Outcome { handle, outcome },
            ) if handle == ours => step.after(outcome),
            _ => return,
        };
        self.stage = stage;
    }

    /// Whether [`advance`](Self::advance) has something to do.
    pub(crate) const fn has_next(&self) -> bool {
        !matches!(self.stage, OpeningStage::Greeting | OpeningStage::Doing(..))
    }

    /// Sends the next command of the plan. Call it when all events have been observed.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: the plan cannot be carried out. Close the connection then.
    pub fn advance(
        &mut self,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<Readiness, OpenError> {
        let advanced = self.advance_once(connection, now);
        if let Err(error) = &advanced {
            self.stage = OpeningStage::Failed(error.clone());
        }
        advanced
    }

    /// The same, but after an error it is of no use. To copy the error costs a program 60 kB: it may hold events.
    pub(crate) fn advance_once(
        &mut self,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<Readiness, OpenError> {
        loop {
            match &self.stage {
                OpeningStage::Failed(_) => return Err(self.take_failure()),
                OpeningStage::Ready => return Ok(Readiness::Ready),
                OpeningStage::Greeting | OpeningStage::Doing(..) => return Ok(Readiness::Pending),
                OpeningStage::Asked(step, handle) => {
                    // A further challenge to a mechanism of one message means that it has failed. An empty answer brings the tagged NO
                    // (mscdex/node-imap#254).
                    let (step, handle) = (*step, *handle);
                    connection.answer(handle, &SaslAnswer::Response(Vec::new()), now)?;
                    self.stage = OpeningStage::Doing(step, handle);
                }
                OpeningStage::Next(step) => {
                    let step = *step;
                    self.stage = match self.command(step, connection)? {
                        Some(command) => {
                            OpeningStage::Doing(step, self.send(command, connection, now)?)
                        }
                        None => step.next(),
                    };
                }
            }
        }
    }

    /// Why it has failed.
    fn take_failure(&mut self) -> OpenError {
        let failed = OpeningStage::Failed(ApiMisuse::NotOpen.into());
        match core::mem::replace(&mut self.stage, failed) {
            OpeningStage::Failed(error) => error,
            _ => ApiMisuse::NotOpen.into(),
        }
    }

    /// CAPABILITY may go with LOGIN, since not every server says its capabilities with the OK. It is not asked twice.
    fn send(
        &mut self,
        command: TypedCommand<Done>,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<CommandHandle, ApiMisuse> {
        let (command, options) = (Command::from(command), CommandOptions::default());
        if command.verb() == "CAPABILITY" {
            if let Beside::Gone(beside) = self.beside {
                self.beside = Beside::Waits;
                return Ok(beside);
            }
        }
        let is_login = command.verb() == "LOGIN";
        let handle = connection.send(command, options, now)?;
        if is_login && self.beside == Beside::Goes {
            let ask = Command::capability();
            self.beside = Beside::Gone(connection.send(ask, options.early(), now)?);
        }
        Ok(handle)
    }

    /// The command of a step; `None` when there is nothing to do.
    fn command(
        &self,
        step: PlanStep,
        connection: &ClientConnection,
    ) -> Result<Option<TypedCommand<Done>>, OpenError> {
        let capabilities = connection.capabilities();
        let wanted = match step {
            PlanStep::StartTls => self.plan.starttls,
            PlanStep::AskBefore | PlanStep::AskAfter => !capabilities.is_known(),
            PlanStep::Authenticate => connection.state() == State::NotAuthenticated,
            PlanStep::Compress => self.plan.compress && capabilities.has("COMPRESS=DEFLATE"),
        };
        if !wanted {
            return Ok(None);
        }
        Ok(match step {
            PlanStep::StartTls => Some(Command::starttls()),
            PlanStep::AskBefore | PlanStep::AskAfter => Some(Command::capability()),
            PlanStep::Authenticate => match &self.plan.credentials {
                Some(credentials) => Some(authenticate(credentials, connection)?),
                None => None,
            },
            PlanStep::Compress => Some(Command::compress()),
        })
    }
}

fn authenticate(
    credentials: &Credentials,
    connection: &ClientConnection,
) -> Result<TypedCommand<Done>, OpenError> {
    let capabilities = connection.capabilities();
    match credentials {
        Credentials::Sasl { mechanism, initial } => {
            Ok(Command::authenticate(mechanism, Some(initial.clone()))?)
        }
        Credentials::Password {
            user,
            password,
            method,
        } => {
            let plain = capabilities.has("AUTH=PLAIN");
            let at_once = capabilities.has("SASL-IR") || !(user.is_ascii() && password.is_ascii());
            let login = !capabilities.has("LOGINDISABLED");
            match method {
                Method::Plain => Ok(Command::authenticate_plain(user, password)?),
                Method::Offered if plain && (at_once || !login) => {
                    Ok(Command::authenticate_plain(user, password)?)
                }
                Method::Login | Method::Offered if login => Ok(Command::login(user, password)?),
                Method::Login | Method::Offered => {
                    let offered: Vec<_> = capabilities.iter().collect();
                    let offered = offered.join(" ");
                    Err(OpenError::NoMechanism { offered })
                }
            }
        }
    }
}

impl PlanStep {
    const fn next(self) -> OpeningStage {
        match self {
            Self::StartTls => OpeningStage::Next(Self::AskBefore),
            Self::AskBefore => OpeningStage::Next(Self::Authenticate),
            Self::Authenticate => OpeningStage::Next(Self::AskAfter),
            Self::AskAfter => OpeningStage::Next(Self::Compress),
            Self::Compress => OpeningStage::Ready,
        }
    }

    fn after(self, outcome: &Outcome<'_>) -> OpeningStage {
        match OpenError::of(self.shown(), outcome) {
            None => self.next(),
            // If a server offers compression and then refuses it, the session goes on without.
            Some(OpenError::Refused { .. }) if self == Self::Compress => self.next(),
            Some(error) => OpeningStage::Failed(error),
        }
    }

    const fn shown(self) -> OpenStep {
        match self {
            Self::StartTls => OpenStep::StartTls,
            Self::AskBefore | Self::AskAfter => OpenStep::Capability,
            Self::Authenticate => OpenStep::Authenticate,
            Self::Compress => OpenStep::Compress,
        }
    }
}

#[cfg(test)]
mod tests;
