//! From the greeting to a usable session: STARTTLS, capabilities, authentication, ID, compression. ENABLE is left to the application, which
//! knows what it needs; it may come at any time after that.
//!
//! A small machine above [`ClientConnection`]. The adapter shows it every event, and lets it act when there are none left:
//!
//! ```text
//! while let Some(event) = connection.poll_event() { opening.observe(&event); /* Upgrade, ... */ }
//! match opening.advance(&mut connection, now)? { Readiness::Pending => ..., Readiness::Ready => ... }
//! ```

use alloc::collections::VecDeque;
use core::mem;

use bounded_static::ToBoundedStatic;

use super::choice::{Attempt, attempts, no_mechanism};
use super::error::{OpenError, OpenStep};
use super::exchange::{Ended, MechanismExchange};
use super::plan::Plan;
use crate::capabilities::Capabilities;
use crate::client::command::{Command, CommandHandle, CommandOptions, Outcome};
use crate::client::connection::ClientConnection;
use crate::client::event::Event;
use crate::error::ApiMisuse;
use crate::instant::Instant;
use crate::state::State;

/// How far opening has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// Not done: continue with the connection.
    Pending,
    /// The session can be used.
    Ready,
}

/// Opens a session on a fresh connection.
#[derive(Debug)]
pub struct Opening {
    plan: Plan,
    stage: OpeningStage,
    /// The logins that have not been tried.
    attempts: VecDeque<Attempt>,
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

#[derive(Debug)]
enum OpeningStage {
    Greeting,
    /// This step is next.
    Next(PlanStep),
    /// This step is being done.
    Doing(PlanStep, CommandHandle),
    /// The first of the attempts to log in is next. If there is none, this is why.
    Trying(OpenError),
    /// AUTHENTICATE is being done.
    Exchanging(MechanismExchange),
    Ready,
    Failed(OpenError),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlanStep {
    StartTls,
    AskBefore,
    Authenticate,
    AskAfter,
    Identify,
    Compress,
}

impl Opening {
    /// An opening that carries out this plan.
    #[must_use]
    pub const fn new(plan: Plan) -> Self {
        Self {
            plan,
            stage: OpeningStage::Greeting,
            attempts: VecDeque::new(),
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
        let stage = mem::replace(&mut self.stage, OpeningStage::Greeting);
        self.stage = stage.after(event);
    }

    /// Whether [`advance`](Self::advance) has something to do.
    pub(crate) const fn has_next(&self) -> bool {
        match &self.stage {
            OpeningStage::Greeting | OpeningStage::Doing(..) => false,
            OpeningStage::Exchanging(exchange) => exchange.is_ours(),
            _ => true,
        }
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
            self.stage = match &mut self.stage {
                OpeningStage::Failed(_) => return Err(self.take_failure()),
                OpeningStage::Ready => return Ok(Readiness::Ready),
                OpeningStage::Greeting | OpeningStage::Doing(..) => return Ok(Readiness::Pending),
                OpeningStage::Exchanging(exchange) => {
                    exchange.go_on(connection, now)?;
                    return Ok(Readiness::Pending);
                }
                OpeningStage::Trying(_) => match self.attempts.pop_front() {
                    Some(attempt) => self.attempt(attempt, connection, now)?,
                    None => return Err(self.take_failure()),
                },
                OpeningStage::Next(PlanStep::Authenticate) => self.begin_login(connection)?,
                OpeningStage::Next(step) => {
                    let step = *step;
                    match self.command(step, connection)? {
                        Some(command) => {
                            OpeningStage::Doing(step, self.send(command, connection, now)?)
                        }
                        None => step.next(),
                    }
                }
            };
        }
    }

    fn begin_login(&mut self, connection: &ClientConnection) -> Result<OpeningStage, OpenError> {
        if connection.state() != State::NotAuthenticated {
            return Ok(PlanStep::Authenticate.next());
        }
        let Some(credentials) = &self.plan.credentials else {
            return Ok(PlanStep::Authenticate.next());
        };
        let offered = connection.capabilities();
        self.attempts = attempts(&self.plan, credentials, offered)?;
        Ok(OpeningStage::Trying(no_mechanism(credentials, offered)))
    }

    fn attempt(
        &mut self,
        attempt: Attempt,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<OpeningStage, OpenError> {
        let mechanism = match attempt {
            Attempt::Mechanism(mechanism) => mechanism,
            Attempt::Login(command) => {
                let handle = self.send(command.into(), connection, now)?;
                return Ok(OpeningStage::Doing(PlanStep::Authenticate, handle));
            }
        };
        Ok(match MechanismExchange::begin(mechanism, connection, now) {
            Ok(exchange) => OpeningStage::Exchanging(exchange),
            Err(ended) => OpeningStage::login_ended(ended),
        })
    }

    /// Why it has failed.
    fn take_failure(&mut self) -> OpenError {
        let failed = OpeningStage::Failed(ApiMisuse::NotOpen.into());
        match mem::replace(&mut self.stage, failed) {
            OpeningStage::Failed(error) | OpeningStage::Trying(error) => error,
            _ => ApiMisuse::NotOpen.into(),
        }
    }

    /// CAPABILITY may go with LOGIN, since not every server says its capabilities with the OK. It is not asked twice.
    fn send(
        &mut self,
        command: Command,
        connection: &mut ClientConnection,
        now: Instant,
    ) -> Result<CommandHandle, ApiMisuse> {
        let options = CommandOptions::default();
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
    ) -> Result<Option<Command>, OpenError> {
        let capabilities = connection.capabilities();
        let (wanted, command) = match step {
            PlanStep::StartTls => (self.plan.starttls, Command::starttls()),
            PlanStep::AskBefore | PlanStep::AskAfter => {
                (!capabilities.is_known(), Command::capability())
            }
            PlanStep::Identify => return self.identification(capabilities),
            PlanStep::Compress => {
                let wanted = self.plan.compress && capabilities.has("COMPRESS=DEFLATE");
                (wanted, Command::compress())
            }
            // It is not one command.
            PlanStep::Authenticate => return Ok(None),
        };
        Ok(wanted.then(|| command.into()))
    }

    fn identification(&self, capabilities: &Capabilities) -> Result<Option<Command>, OpenError> {
        if !capabilities.has("ID") {
            return Ok(None);
        }
        let command = match &self.plan.id {
            Some(about_us) => {
                let pairs = about_us.iter();
                Command::id(pairs.map(|(name, value)| (name.as_str(), value.as_str())))
            }
            None if capabilities.has(COREMAIL) => Command::id([("name", "imap-machine")]),
            None => return Ok(None),
        };
        command
            .map(|command| Some(command.into()))
            .map_err(OpenError::Id)
    }
}

/// Only Coremail announces it.
const COREMAIL: &str = "X-CM-EXT-1";

impl OpeningStage {
    /// What an event makes of it.
    fn after(self, event: &Event<'_>) -> Self {
        match (self, event) {
            (Self::Failed(error), _) => Self::Failed(error),
            (Self::Exchanging(exchange), Event::Closed(closed)) => {
                let closed = || OpenError::Closed(closed.clone());
                Self::Failed(exchange.closed().unwrap_or_else(closed))
            }
            (_, Event::Closed(closed)) => Self::Failed(OpenError::Closed(closed.clone())),
            (Self::Greeting, Event::Greeting { .. }) => Self::Next(PlanStep::StartTls),
            // The server may keep the socket open after it.
            (Self::Greeting, Event::Bye { text }) => {
                let text = text.to_static();
                Self::Failed(OpenError::Bye { text })
            }
            (Self::Doing(step, ours), Event::Outcome { handle, outcome }) if *handle == ours => {
                step.after(outcome)
            }
            (Self::Exchanging(mut exchange), Event::Challenge { handle, challenge })
                if *handle == exchange.handle =>
            {
                exchange.challenged(challenge);
                Self::Exchanging(exchange)
            }
            (Self::Exchanging(exchange), Event::Outcome { handle, outcome })
                if *handle == exchange.handle =>
            {
                Self::login_ended(exchange.ended(outcome))
            }
            (stage, _) => stage,
        }
    }

    fn login_ended(ended: Ended) -> Self {
        match ended {
            Ended::LoggedIn => PlanStep::Authenticate.next(),
            Ended::Unusable(error) => Self::Trying(error),
            Ended::Failed(error) => Self::Failed(error),
        }
    }
}

impl PlanStep {
    const fn next(self) -> OpeningStage {
        match self {
            Self::StartTls => OpeningStage::Next(Self::AskBefore),
            Self::AskBefore => OpeningStage::Next(Self::Authenticate),
            Self::Authenticate => OpeningStage::Next(Self::AskAfter),
            Self::AskAfter => OpeningStage::Next(Self::Identify),
            Self::Identify => OpeningStage::Next(Self::Compress),
            Self::Compress => OpeningStage::Ready,
        }
    }

    fn after(self, outcome: &Outcome<'_>) -> OpeningStage {
        match OpenError::of(self.shown(), outcome) {
            None => self.next(),
            // If a server offers it and then refuses it, the session goes on without.
            Some(OpenError::Refused { .. }) if matches!(self, Self::Identify | Self::Compress) => {
                self.next()
            }
            Some(error) => OpeningStage::Failed(error),
        }
    }

    const fn shown(self) -> OpenStep {
        match self {
            Self::StartTls => OpenStep::StartTls,
            Self::AskBefore | Self::AskAfter => OpenStep::Capability,
            Self::Authenticate => OpenStep::Authenticate,
            Self::Identify => OpenStep::Id,
            Self::Compress => OpenStep::Compress,
        }
    }
}

#[cfg(test)]
mod tests;
