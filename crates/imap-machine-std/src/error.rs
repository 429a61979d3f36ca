//! Why connecting or a command failed, and what can be done about it.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use imap_machine::Layer;
use imap_machine::client::session::{OpenError, Overflow};
use imap_machine::client::{Completion, InvalidArgument, NotSent, Outcome, Refusal, Unknown};
use imap_machine::codec::ResponseText;
use imap_machine::error::{self, ApiMisuse, CloseReason};
use imap_machine_connect::{TlsError, UrlError};
use thiserror::Error;

/// Why there is no connection.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A user without a password, or a password without a user.
    #[error("user name and password are needed both, or neither (`password`, `credentials`)")]
    Credentials,
    /// Connecting took longer than [`Connector::connect_timeout`](crate::Connector::connect_timeout).
    #[error("no session after {} s: {doing}", .after.as_secs_f32())]
    TimedOut {
        /// The time that it was given.
        after: Duration,
        /// What was being waited for.
        doing: String,
    },
    /// The host is not known or cannot be reached.
    #[error("cannot connect to {address}: {error}")]
    Unreachable {
        /// Host and port.
        address: String,
        /// What the system says.
        #[source]
        error: io::Error,
    },
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The transport failed while the session was being opened.
    #[error("the connection failed: {0}")]
    Transport(Arc<io::Error>),
    /// The server refused a step, or ended the connection.
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// How a command ended, if not with OK.
///
/// After all of these but [`Source`](Self::Source) the connection goes on, unless the reason inside says that it is
/// closed; see [`Client::closed`](crate::Client::closed).
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The server answered NO or BAD.
    #[error("the server refused: {refusal} {text}")]
    Refused {
        /// NO: the server could not do it. BAD: it did not understand the command.
        refusal: Refusal,
        /// The server's text.
        text: ResponseText<'static>,
    },
    /// No octet has left: sending it again is safe.
    #[error(transparent)]
    NotSent(NotSent),
    /// It may have been executed or not: sending it again may execute it twice.
    #[error("{0}; it is not known whether the command was executed")]
    Unknown(Unknown),
    /// The answer was not taken in time, and grew beyond [`Connector::hold`](crate::Connector::hold). The command itself
    /// was sent and may have been executed.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// An argument cannot be sent.
    #[error(transparent)]
    Argument(#[from] InvalidArgument),
    /// The call was not possible at this point.
    #[error(transparent)]
    Misuse(#[from] ApiMisuse),
    /// The message of an APPEND could not be read to its end. A part of it had been sent, so the connection had to be closed. The
    /// server has not stored the message.
    #[error("APPEND was given up half sent, and the connection with it: {0}")]
    Source(#[from] SourceError),
    /// This client cannot set up the layer that the command asks for. The command was not sent.
    #[error("this client cannot put {0} under a connection; the command was not sent")]
    Unsupported(Layer),
}

/// Why the message of an APPEND ended early.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The source ended before the announced size.
    #[error("the message ended {missing} octets before its announced size")]
    Short {
        /// How many octets are missing.
        missing: u64,
    },
    /// The source cannot be read.
    #[error("the message cannot be read: {0}")]
    Read(#[source] io::Error),
    /// There is no source: the command was sent with `send`.
    #[error("a supplied message needs `append_stream`")]
    Absent,
}

impl CommandError {
    /// The outcome as a result.
    pub(crate) fn of(outcome: Outcome<'static>) -> Result<Completion<'static>, Self> {
        match outcome {
            Outcome::Ok(completion) => Ok(completion),
            Outcome::Refused { refusal, text } => Err(Self::Refused { refusal, text }),
            Outcome::NotSent(reason) => Err(Self::NotSent(reason)),
            Outcome::Unknown(reason) => Err(Self::Unknown(reason)),
        }
    }
}

/// The end of a connection.
#[derive(Clone, Debug)]
pub struct Closed {
    pub(crate) end: error::Closed,
    pub(crate) failure: Option<Arc<io::Error>>,
}

impl Closed {
    /// Why.
    #[must_use]
    pub fn reason(&self) -> &CloseReason {
        self.end.reason()
    }

    /// The last untagged NO or BAD before the end.
    #[must_use]
    pub fn last_warning(&self) -> Option<&str> {
        self.end.last_warning()
    }

    /// How the transport failed, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&io::Error> {
        self.failure.as_deref()
    }

    /// The same as a value of the core.
    #[must_use]
    pub const fn as_core(&self) -> &error::Closed {
        &self.end
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.end)?;
        match &self.failure {
            Some(failure) => write!(f, ": {failure}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Closed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.failure {
            Some(failure) => Some(&**failure),
            None => Some(self.end.reason()),
        }
    }
}
