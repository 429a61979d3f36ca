//! Why a session could not be opened.

use alloc::string::String;
use core::fmt;

use thiserror::Error;

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
    #[error("{step}: {refused}")]
    Refused {
        /// The step.
        step: OpenStep,
        /// What the server said.
        refused: Refused,
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
    /// The server takes passwords neither by AUTHENTICATE PLAIN nor by LOGIN (LOGINDISABLED).
    #[error("the server accepts no password here; it offers: {offered}")]
    NoMechanism {
        /// Its capabilities.
        offered: String,
    },
    /// The credentials cannot be sent.
    #[error("the user name or password cannot be sent: {0}")]
    Credentials(#[from] InvalidArgument),
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
    /// COMPRESS
    Compress,
}

impl fmt::Display for OpenStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StartTls => "STARTTLS",
            Self::Capability => "CAPABILITY",
            Self::Authenticate => "login",
            Self::Compress => "COMPRESS",
        })
    }
}

impl OpenError {
    /// How a step ended, if not with OK.
    pub(super) fn of(step: OpenStep, outcome: &Outcome<'_>) -> Option<Self> {
        Some(match CommandError::of(outcome).err()? {
            CommandError::Refused(refused) => Self::Refused { step, refused },
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
            Self::NoMechanism { .. } | Self::Credentials(_) | Self::Misuse(_) => false,
        }
    }

    /// Whether other credentials are needed: the server says so (`AUTHENTICATIONFAILED`, `EXPIRED`, RFC 5530), or it answered NO to
    /// the login and says nothing else about it, or they cannot be sent.
    #[must_use]
    pub fn is_credentials(&self) -> bool {
        match self {
            Self::Refused { step, refused } => match refused.reason() {
                Reason::Credentials => true,
                Reason::Unsaid => *step == OpenStep::Authenticate && refused.refusal == Refusal::No,
                _ => false,
            },
            Self::Credentials(_) => true,
            _ => false,
        }
    }
}
