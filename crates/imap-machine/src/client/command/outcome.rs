//! How a command ends. Each handle gets exactly one outcome.

use bounded_static::ToStatic;
use thiserror::Error;

use crate::client::closed::Closed;
use crate::codec::ResponseText;
use crate::state::State;

/// The end of a command. A refusal is not an error: the caller asked, and this is the answer.
#[derive(Clone, Debug, PartialEq, Eq, ToStatic)]
pub enum Outcome<'a> {
    /// The server executed it; for LOGOUT also: the connection has ended (see [`Evidence`]).
    Ok(Completion<'a>),
    /// The server did not execute it, and the connection goes on.
    Refused {
        /// `NO` or `BAD`.
        refusal: Refusal,
        /// What the server says about it.
        text: ResponseText<'a>,
    },
    /// No octet of it has left: sending it again, here or elsewhere, is safe.
    NotSent(NotSent),
    /// It may have been executed or not. Sending it again may execute it twice (OfflineIMAP/offlineimap#414: 119 copies of one
    /// message).
    Unknown(Unknown),
}

/// The server's OK.
#[derive(Clone, Debug, PartialEq, Eq, ToStatic)]
pub struct Completion<'a> {
    /// The text of the tagged OK, with its code: `[APPENDUID 1 7]`, `[MODIFIED 7,9]`.
    pub text: ResponseText<'a>,
    /// How we know that it was executed.
    pub evidence: Evidence,
}

/// How we know that a command was executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ToStatic)]
pub enum Evidence {
    /// The tagged OK.
    Tagged,
    /// LOGOUT only: the connection ended, which is what LOGOUT asks for (RFC 9051 section 6.1.3). The server ended it, or
    /// did not answer in time: [`Closed`](crate::client::Closed) says which.
    ConnectionEnded,
}

/// NO or BAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum Refusal {
    /// `NO`: the server could not do it (RFC 9051 section 7.1.2).
    No,
    /// `BAD`: the server did not understand it, or it was out of place (section 7.1.3).
    Bad,
}

/// Why a command was not sent.
#[derive(Clone, Debug, Error, PartialEq, Eq, ToStatic)]
#[non_exhaustive]
pub enum NotSent {
    /// The caller cancelled it.
    #[error("cancelled before it was sent")]
    Cancelled,
    /// Its deadline passed while it was waiting for its turn.
    #[error("its deadline passed before it could be sent")]
    TimedOut,
    /// The connection ended first.
    #[error("not sent: {0}")]
    Closed(Closed),
    /// Messages have been expunged since its sequence numbers were chosen (RFC 9051 section 5.5), so the numbers would name
    /// other messages. Use UIDs, or choose the numbers again.
    #[error(
        "its message sequence numbers are stale: messages were expunged since they were chosen"
    )]
    StaleSequenceNumbers,
    /// The command is not allowed in the state that the connection was in when its turn came.
    #[error("not allowed in the state the connection is in ({0})")]
    WrongState(State),
    /// It carries credentials, the configuration requires TLS, and there is no TLS yet.
    #[error("credentials are not sent without TLS; use STARTTLS first")]
    TlsRequired,
    /// It names messages by sequence number, or would be answered with numbers, and UIDONLY is enabled (RFC 9586 section 3). Use
    /// the UID form of the command.
    #[error("message sequence numbers cannot be used: UIDONLY is enabled")]
    UidOnly,
    /// The server has no MOVE, and nothing else does the same. COPY, STORE and UID EXPUNGE do it for UID MOVE, if the server has UIDPLUS;
    /// a plain EXPUNGE would remove whatever else is marked as deleted (RFC 6851 section 3.3). Clients say this, and so does a
    /// [`Desk`](crate::client::desk::Desk); a bare connection sends what it is given.
    #[error(
        "the server cannot move messages, and a plain EXPUNGE would remove others as well; use UID MOVE, or copy and mark them"
    )]
    NoMove,
    /// The message of APPEND has a NUL octet, and the server has not announced BINARY (RFC 3516 section 4.4). IMAP4rev2 does not
    /// include that part of BINARY (RFC 9051 appendix B).
    #[error(
        "the message has a NUL octet, which this server does not take: it has not announced BINARY"
    )]
    NulNotAccepted,
    /// A message is larger than the server takes, as it has said (RFC 7889): with the capability `APPENDLIMIT=n`, or with the STATUS
    /// of this mailbox.
    #[error("a message is larger than the {limit} octets that the server takes")]
    TooLarge {
        /// The largest size in octets.
        limit: u64,
    },
}

/// Why it is not known whether a command was executed.
#[derive(Clone, Debug, Error, PartialEq, Eq, ToStatic)]
#[non_exhaustive]
pub enum Unknown {
    /// The caller cancelled it after it, or a part of it, had been sent. The connection goes on, unless only a part of the command
    /// had left ([`CloseReason::HalfSent`](crate::error::CloseReason::HalfSent)).
    #[error("cancelled when it had been sent")]
    Cancelled,
    /// Its deadline passed without an answer. The connection goes on, as after [`Cancelled`](Self::Cancelled).
    #[error("the server did not answer before its deadline")]
    TimedOut,
    /// The connection ended before the answer.
    #[error("no answer: {0}")]
    Closed(Closed),
}

impl Outcome<'_> {
    /// Whether the server executed it.
    #[must_use]
    pub const fn is_ok(&self) -> bool {
        matches!(self, Self::Ok(_))
    }
}

impl core::fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Ok(completion) => match completion.evidence {
                Evidence::Tagged => write!(f, "OK {}", completion.text),
                Evidence::ConnectionEnded => f.write_str("OK (the server ended the connection)"),
            },
            Self::Refused { refusal, text } => write!(f, "{refusal} {text}"),
            Self::NotSent(reason) => write!(f, "{reason}"),
            Self::Unknown(reason) => write!(f, "{reason}"),
        }
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::No => "NO",
            Self::Bad => "BAD",
        })
    }
}
