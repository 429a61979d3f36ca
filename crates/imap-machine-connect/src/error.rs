//! Why there is no connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use imap_machine::client::session::OpenError;
use imap_machine::client::{Closed, Failure};
use imap_machine::error::CloseReason;
use thiserror::Error;

use crate::address::UrlError;
use crate::step::Step;
use crate::tls_error::TlsError;

/// Why there is no connection.
///
/// [`is_retryable`](Self::is_retryable) says whether to try again later, [`is_credentials`](Self::is_credentials) whether to ask the
/// user for a password, and [`closed`](Self::closed) how the connection ended, if there was one.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// The URL.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A user without a password, or a password without a user.
    #[error("user name and password are needed both, or neither (`password`, `credentials`)")]
    Credentials,
    /// [`Connector::provider`](crate::Connector::provider) has no credentials.
    #[error("there are no credentials: {0}")]
    Provider(#[source] Failure),
    /// Connecting took longer than [`Connector::connect_timeout`](crate::Connector::connect_timeout).
    #[error("no session after {} s: {doing}", .after.as_secs_f32())]
    TimedOut {
        /// The time that it was given.
        after: Duration,
        /// The step that it was at.
        step: Step,
        /// What was being waited for, for people.
        doing: String,
    },
    /// The host is not known or cannot be reached.
    #[error("cannot connect to {address}: {error}")]
    Unreachable {
        /// Host and port.
        address: String,
        /// What the system says.
        #[source]
        error: Arc<io::Error>,
    },
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The transport failed while the session was being opened.
    #[error("the connection failed: {0}")]
    Transport(#[source] Failure),
    /// The server refused a step, or ended the connection.
    #[error(transparent)]
    Open(OpenError),
}

impl ConnectError {
    /// The transport failed after it had been connected.
    pub(crate) fn transport(error: Failure) -> Self {
        let inside = error.downcast_ref().and_then(TlsError::inside);
        inside.map_or(Self::Transport(error), Self::Tls)
    }

    /// Whether connecting in the same way can succeed later.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::TimedOut { .. } | Self::Unreachable { .. } | Self::Transport(_) => true,
            Self::Open(error) => error.is_retryable(),
            Self::Url(_) | Self::Credentials | Self::Provider(_) | Self::Tls(_) => false,
        }
    }

    /// Whether other credentials are needed.
    #[must_use]
    pub fn is_credentials(&self) -> bool {
        match self {
            Self::Credentials | Self::Provider(_) => true,
            Self::Open(error) => error.is_credentials(),
            _ => false,
        }
    }

    /// The end of the connection, if there was one and it has ended. `None` for a failure of the transport, which is
    /// [`Transport`](Self::Transport) or [`Tls`](Self::Tls).
    #[must_use]
    pub fn closed(&self) -> Option<&Closed> {
        match self {
            Self::Open(OpenError::Closed(closed)) => Some(closed),
            Self::Open(OpenError::Failed { error, .. }) => error.closed(),
            _ => None,
        }
    }
}

impl From<OpenError> for ConnectError {
    /// If the transport is at fault, it is the transport's error.
    fn from(error: OpenError) -> Self {
        let OpenError::Closed(closed) = &error else {
            return Self::Open(error);
        };
        match (closed.reason(), closed.failure()) {
            (CloseReason::Transport | CloseReason::UpgradeFailed(_), Some(failure)) => {
                Self::transport(Arc::clone(failure))
            }
            _ => Self::Open(error),
        }
    }
}
