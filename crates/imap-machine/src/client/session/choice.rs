//! Which logins are tried, and in which order.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

use super::credentials::{Credentials, Method};
use super::error::OpenError;
use super::mechanism::{Mechanism, Mechanisms};
use super::messages::{LoginMechanism, OneMessage};
use super::plan::Plan;
use crate::capabilities::Capabilities;
use crate::client::answers::Done;
use crate::client::command::{Command, InvalidArgument, TypedCommand};

/// A login that is to be tried.
#[derive(Debug)]
pub(super) enum Attempt {
    /// AUTHENTICATE.
    Mechanism(Box<dyn Mechanism>),
    /// LOGIN.
    Login(TypedCommand<Done>),
}

impl Attempt {
    /// Whether the login is bound to the TLS below it (RFC 5802 section 4).
    fn is_bound(&self) -> bool {
        matches!(self, Self::Mechanism(mechanism) if mechanism.name().ends_with("-PLUS"))
    }

    fn of(mechanism: impl Mechanism + 'static) -> Self {
        Self::Mechanism(Box::new(mechanism))
    }
}

/// What is tried with these credentials where the server offers this, one after the other.
pub(super) fn attempts(
    plan: &Plan,
    credentials: &Credentials,
    offered: &Capabilities,
) -> Result<VecDeque<Attempt>, InvalidArgument> {
    let only = match credentials {
        Credentials::Password {
            user,
            password,
            method,
        } => return by_password(plan, (user, password), *method, offered),
        Credentials::Sasl(mechanisms) => return Ok(made(mechanisms, offered)),
        Credentials::Token { user, token } => {
            if offered.has("AUTH=OAUTHBEARER") {
                Some(OneMessage::oauthbearer(user, token)?)
            } else if offered.has("AUTH=XOAUTH2") {
                Some(OneMessage::xoauth2(user, token)?)
            } else {
                None
            }
        }
        Credentials::External { act_as } => {
            let is_offered = offered.has("AUTH=EXTERNAL");
            is_offered.then(|| OneMessage::new("EXTERNAL", act_as.as_str()))
        }
        Credentials::Anonymous { trace } => {
            let is_offered = offered.has("AUTH=ANONYMOUS");
            is_offered.then(|| OneMessage::new("ANONYMOUS", trace.as_str()))
        }
    };
    Ok(only.map(Attempt::of).into_iter().collect())
}

fn made(mechanisms: &Mechanisms, offered: &Capabilities) -> VecDeque<Attempt> {
    let made = mechanisms.make(offered).into_iter();
    made.map(Attempt::Mechanism).collect()
}

fn by_password(
    plan: &Plan,
    (user, password): (&str, &str),
    method: Method,
    offered: &Capabilities,
) -> Result<VecDeque<Attempt>, InvalidArgument> {
    let keeping = || {
        let mechanisms = plan.mechanisms.as_ref();
        mechanisms.map_or_else(VecDeque::new, |mechanisms| made(mechanisms, offered))
    };
    let only = match method {
        Method::Scram => return Ok(keeping()),
        Method::ScramPlus => {
            let mut attempts = keeping();
            attempts.retain(Attempt::is_bound);
            return Ok(attempts);
        }
        Method::Strongest => {
            let mut attempts = keeping();
            match sending(user, password, offered) {
                Ok(attempt) => attempts.extend(attempt),
                // What cannot be sent can still be proved.
                Err(error) if attempts.is_empty() => return Err(error),
                Err(_) => {}
            }
            return Ok(attempts);
        }
        Method::Offered => match sending(user, password, offered)? {
            Some(attempt) => Some(attempt),
            None => return Ok(keeping()),
        },
        Method::Login if offered.has("LOGINDISABLED") => None,
        Method::Login => Some(Attempt::Login(Command::login(user, password)?)),
        Method::Plain => Some(Attempt::of(OneMessage::plain(user, password)?)),
    };
    Ok(only.into_iter().collect())
}

/// The way of sending the password that takes the fewest round trips.
fn sending(
    user: &str,
    password: &str,
    offered: &Capabilities,
) -> Result<Option<Attempt>, InvalidArgument> {
    let plain = offered.has("AUTH=PLAIN");
    let login = !offered.has("LOGINDISABLED");
    let is_better = offered.has("SASL-IR") || !(user.is_ascii() && password.is_ascii());
    Ok(if plain && (is_better || !login) {
        Some(Attempt::of(OneMessage::plain(user, password)?))
    } else if login {
        Some(Attempt::Login(Command::login(user, password)?))
    } else if offered.has("AUTH=LOGIN") {
        Some(Attempt::of(LoginMechanism::new(user, password)))
    } else {
        None
    })
}

/// There is nothing to be tried.
pub(super) fn no_mechanism(credentials: &Credentials, offered: &Capabilities) -> OpenError {
    let wanted = match credentials {
        Credentials::Password { method, .. } => match method {
            Method::Login => "a password by LOGIN",
            Method::Scram => "a password by SCRAM",
            Method::ScramPlus => "a password by SCRAM with PLUS",
            Method::Offered | Method::Strongest | Method::Plain => "a password",
        },
        Credentials::Token { .. } => "a token",
        Credentials::External { .. } => "EXTERNAL",
        Credentials::Anonymous { .. } => "ANONYMOUS",
        Credentials::Sasl(_) => "any of our mechanisms",
    };
    let names: Vec<_> = offered.iter().collect();
    let offered = names.join(" ");
    OpenError::NoMechanism { wanted, offered }
}
