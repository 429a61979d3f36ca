//! Why a session could not be opened.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use thiserror::Error;

use super::mechanism::MechanismError;
use super::reason::ServerReason;
use crate::client::closed::Closed;
use crate::client::command::{InvalidArgument, NotSent, Outcome, Refusal, Unknown};
use crate::client::desk::{CommandError, Reason, Refused};
use crate::codec::ResponseText;
use crate::error::{ApiMisuse, CloseReason};

/// Why a session could not be opened.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The server refused a step. The connection stays as it was: after a refused STARTTLS nothing is sent in clear.
    #[error("{step}: {refused}{}", InParentheses(.reason.as_deref()))]
    Refused {
        /// The step.
        step: OpenStep,
        /// What the server said.
        refused: Refused,
        /// What it told before, in a challenge of the login: about a token, what is wrong with it.
        reason: Option<Box<ServerReason>>,
    },
    /// A mechanism of SASL did not accept what the server said, or could not begin. The server may have said OK: who cannot prove that
    /// it knows the password may be someone else.
    #[error("login by {mechanism}: {error}")]
    Mechanism {
        /// The mechanism.
        mechanism: String,
        /// Why.
        error: MechanismError,
    },
    /// A step ended without an answer.
    #[error("{step}: {error}")]
    Failed {
        /// The step.
        step: OpenStep,
        /// How it ended.
        error: CommandError,
    },
    /// The server greeted with BYE: it wants no connection now (RFC 9051 section 7.1.5).
    #[error("the server refused the connection: {text}")]
    Bye {
        /// Why.
        text: ResponseText<'static>,
    },
    /// The server offers no way to log in with these credentials.
    #[error("the server does not accept {wanted} here; it offers: {offered}")]
    NoMechanism {
        /// What was to be sent, for people: `a password`, `a token`.
        wanted: &'static str,
        /// Its capabilities.
        offered: String,
    },
    /// The credentials cannot be sent.
    #[error("the user name or password cannot be sent: {0}")]
    Credentials(#[from] InvalidArgument),
    /// What [`Plan::id`](super::Plan::id) says cannot be sent.
    #[error("the ID cannot be sent: {0}")]
    Id(InvalidArgument),
    /// The connection ended.
    #[error("{0}")]
    Closed(Closed),
    /// The connection had been used before.
    #[error(transparent)]
    Misuse(#[from] ApiMisuse),
}

/// A step of opening a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OpenStep {
    /// STARTTLS
    StartTls,
    /// CAPABILITY
    Capability,
    /// LOGIN or AUTHENTICATE
    Authenticate,
    /// ID
    Id,
    /// COMPRESS
    Compress,
}

impl fmt::Display for OpenStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StartTls => "STARTTLS",
            Self::Capability => "CAPABILITY",
            Self::Authenticate => "login",
            Self::Id => "ID",
            Self::Compress => "COMPRESS",
        })
    }
}

/// What the server told before, if it did.
struct InParentheses<'a>(Option<&'a ServerReason>);

impl fmt::Display for InParentheses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

impl OpenError {
    /// How a step ended, if not with OK.
    pub(super) fn of(step: OpenStep, outcome: &Outcome<'_>) -> Option<Self> {
        Some(match CommandError::of(outcome).err()? {
            CommandError::Refused(refused) => Self::Refused {
                step,
                refused,
                reason: None,
            },
            CommandError::NotSent(NotSent::Closed(closed))
            | CommandError::Unknown(Unknown::Closed(closed)) => Self::Closed(closed),
            error => Self::Failed { step, error },
        })
    }

    /// Whether a new connection with the same settings can succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused { refused, .. } => refused.reason().may_pass(),
            // No reason is given, as most often: the server has no room now.
            Self::Bye { text } => {
                let reason = Reason::of(text);
                reason == Reason::Unsaid || reason.may_pass()
            }
            Self::Failed { error, .. } => matches!(
                error,
                CommandError::NotSent(NotSent::TimedOut) | CommandError::Unknown(Unknown::TimedOut)
            ),
            Self::Closed(closed) => matches!(
                closed.reason(),
                CloseReason::Bye(_)
                    | CloseReason::Eof
                    | CloseReason::Transport
                    | CloseReason::TimedOut(_)
            ),
            Self::Mechanism { .. }
            | Self::NoMechanism { .. }
            | Self::Credentials(_)
            | Self::Id(_)
            | Self::Misuse(_) => false,
        }
    }

    /// Whether other credentials are needed: the server says so (`AUTHENTICATIONFAILED`, `EXPIRED`, RFC 5530), or it answered NO to
    /// the login and says nothing else about it, or they cannot be sent.
    #[must_use]
    pub fn is_credentials(&self) -> bool {
        match self {
            Self::Refused { step, refused, .. } => match refused.reason() {
                Reason::Credentials => true,
                Reason::Unsaid => *step == OpenStep::Authenticate && refused.refusal == Refusal::No,
                _ => false,
            },
            Self::Credentials(_) => true,
            _ => false,
        }
    }
}
