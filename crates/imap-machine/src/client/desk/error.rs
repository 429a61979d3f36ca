//! How a command ends, if not with OK.

use alloc::boxed::Box;
use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;

use bounded_static::ToBoundedStatic;
use thiserror::Error;

use crate::client::answers::Unreadable;
use crate::client::closed::Closed;
use crate::client::command::{Completion, InvalidArgument, NotSent, Outcome, Refusal, Unknown};
use crate::codec::ResponseText;
use crate::error::{ApiMisuse, CloseReason};
use crate::upgrade::Layer;

/// How a command ended, if not with OK.
///
/// [`is_retryable`](Self::is_retryable) says whether to send it again, [`is_credentials`](Self::is_credentials) whether to ask the
/// user for a password, [`is_timed_out`](Self::is_timed_out) whether time was up, and [`refused`](Self::refused) what the server said. The
/// connection goes on after all of these but [`Source`](Self::Source), unless [`closed`](Self::closed) says that it has ended.
///
/// With the feature `std` it converts into a `std::io::Error`, whose kind says the same.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum CommandError {
    /// The server answered NO or BAD. What it said before, such as the first rows of a FETCH (RFC 9051 section 6.4.5), is dropped
    /// together with the value; a [stream](super::Desk::stream) brings it.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No octet has left: sending it again is safe.
    #[error(transparent)]
    NotSent(NotSent),
    /// It may have been executed or not: sending it again may execute it twice.
    #[error("{0}; it is not known whether the command was executed")]
    Unknown(Unknown),
    /// The answer was larger than its reader could take. The command itself was sent and may have been executed.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// The server executed the command, and what it said about it makes no value: it did not say what the command asks for, or said
    /// things for which the value has no place.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
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
    /// The adapter cannot set up the layer that the command asks for. The command was not sent.
    #[error("this client cannot put {0} under a connection; the command was not sent")]
    Unsupported(Layer),
    /// The messages of a UID MOVE have been copied, but not removed from where they were. The server has no MOVE, so the client sent
    /// COPY, STORE `+FLAGS.SILENT (\Deleted)` and UID EXPUNGE in its place (RFC 6851 section 3.3); one of the last two ended like this.
    /// Moving them again would copy them twice: mark and expunge those that are left.
    #[error("the messages have been copied, but not removed from where they were: {0}")]
    NotRemoved(Box<Self>),
    /// There is no connection any more.
    #[error("the connection is closed: {0}")]
    Closed(Closed),
}

/// A NO or a BAD.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the server refused: {refusal} {text}")]
pub struct Refused {
    /// NO: the server could not do it. BAD: it did not understand the command.
    pub refusal: Refusal,
    /// The server's text and its code.
    pub text: ResponseText<'static>,
}

/// What a refusal means for the application, by its response code (RFC 9051 section 7.1, RFC 5530).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// `AUTHENTICATIONFAILED`, `EXPIRED`: other credentials are needed.
    Credentials,
    /// `AUTHORIZATIONFAILED`, `NOPERM`, `PRIVACYREQUIRED`, `CONTACTADMIN`, `CANNOT`: the user may not do this, or not so.
    Forbidden,
    /// `LIMIT`, `THROTTLED`, `INUSE`: not now; later, and less often.
    Throttled,
    /// `UNAVAILABLE`, `SERVERBUG`: a fault of the server that may pass.
    Unavailable,
    /// `NONEXISTENT`, `TRYCREATE`: there is no such mailbox.
    NotThere,
    /// `ALREADYEXISTS`
    Exists,
    /// `OVERQUOTA`
    Quota,
    /// `BADCHARSET`: the server cannot search for text in this charset. The code may name those that it can
    /// ([`Refused::text`]); see [`Command::search_in`](crate::client::Command::search_in).
    Charset,
    /// No code, or one that says nothing about this.
    Unsaid,
}

impl Refused {
    /// What it means.
    #[must_use]
    pub fn reason(&self) -> Reason {
        Reason::of(&self.text)
    }
}

impl Reason {
    /// The reason in this code.
    pub(crate) fn of(text: &ResponseText<'_>) -> Self {
        let reasons: [(Self, &[&str]); 8] = [
            (Self::Credentials, &["AUTHENTICATIONFAILED", "EXPIRED"]),
            (
                Self::Forbidden,
                &[
                    "AUTHORIZATIONFAILED",
                    "NOPERM",
                    "PRIVACYREQUIRED",
                    "CONTACTADMIN",
                    "CANNOT",
                ],
            ),
            (Self::Throttled, &["LIMIT", "THROTTLED", "INUSE"]),
            (Self::Unavailable, &["UNAVAILABLE", "SERVERBUG"]),
            (Self::NotThere, &["NONEXISTENT", "TRYCREATE"]),
            (Self::Exists, &["ALREADYEXISTS"]),
            (Self::Quota, &["OVERQUOTA"]),
            (Self::Charset, &["BADCHARSET"]),
        ];
        let said = |codes: &[&str]| codes.iter().any(|code| text.has_code(code));
        let mut reasons = reasons.into_iter();
        let reason = reasons.find(|(_, codes)| said(codes));
        reason.map_or(Self::Unsaid, |(reason, _)| reason)
    }

    /// Whether it may be gone later.
    pub(crate) const fn may_pass(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }
}

/// An answer did not fit.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// Other commands waited for the reader of this stream. What was held until then can still be taken.
    #[error(
        "other commands waited {} s for the reader of this answer, which held {hold} octets; the rest was discarded; \
         read faster, or use a connection of its own",
        .patience.as_secs_f32()
    )]
    SlowReader {
        /// [`Pace::hold`](super::Pace::hold).
        hold: usize,
        /// [`Pace::patience`](super::Pace::patience).
        patience: Duration,
    },
    /// The value of the answer is too large for memory.
    #[error(
        "the answer is larger than {limit} octets and was discarded; ask for less, read it as a stream, or raise the limit"
    )]
    TooLarge {
        /// [`Pace::answer`](super::Pace::answer).
        limit: usize,
    },
}

/// Why the message of an APPEND ended early.
#[derive(Clone, Debug, Error)]
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
    Read(#[source] Arc<dyn core::error::Error + Send + Sync>),
    /// There is no source: the command was sent without one.
    #[error("a supplied message needs `append_stream`")]
    Absent,
}

impl CommandError {
    /// The outcome as a result.
    pub(crate) fn of<'o>(outcome: &'o Outcome<'o>) -> Result<&'o Completion<'o>, Self> {
        match outcome {
            Outcome::Ok(completion) => Ok(completion),
            Outcome::Refused { refusal, text } => Err(Self::Refused(Refused {
                refusal: *refusal,
                text: text.to_static(),
            })),
            Outcome::NotSent(reason) => Err(Self::NotSent(reason.clone())),
            Outcome::Unknown(reason) => Err(Self::Unknown(reason.clone())),
        }
    }

    /// Whether the same command can succeed later, and sending it again does it at most once: on this connection if it goes on, or
    /// on a new one.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused(refused) => refused.reason().may_pass(),
            Self::NotSent(reason) => {
                matches!(
                    reason,
                    NotSent::Closed(_) | NotSent::TimedOut | NotSent::StaleSequenceNumbers
                )
            }
            Self::Closed(_) => true,
            _ => false,
        }
    }

    /// Whether other credentials are needed.
    #[must_use]
    pub fn is_credentials(&self) -> bool {
        matches!(self, Self::Refused(refused) if refused.reason() == Reason::Credentials)
    }

    /// Whether time was up: the deadline of the command passed, or the server was silent for so long that the connection has ended
    /// (then there is [`closed`](Self::closed) too).
    #[must_use]
    pub fn is_timed_out(&self) -> bool {
        match self {
            Self::NotSent(NotSent::TimedOut) | Self::Unknown(Unknown::TimedOut) => true,
            Self::NotRemoved(error) => error.is_timed_out(),
            error => error
                .closed()
                .is_some_and(|closed| matches!(closed.reason(), CloseReason::TimedOut(_))),
        }
    }

    /// The end of the connection, if the command ended with it or came after it.
    #[must_use]
    pub fn closed(&self) -> Option<&Closed> {
        match self {
            Self::Closed(closed)
            | Self::NotSent(NotSent::Closed(closed))
            | Self::Unknown(Unknown::Closed(closed)) => Some(closed),
            Self::NotRemoved(error) => error.closed(),
            _ => None,
        }
    }

    /// The server's NO or BAD, if the command ended with one.
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        match self {
            Self::Refused(refused) => Some(refused),
            Self::NotRemoved(error) => error.refused(),
            _ => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Credentials => "other credentials are needed",
            Self::Forbidden => "not allowed",
            Self::Throttled => "too much at a time; try again later",
            Self::Unavailable => "the server has a fault; try again later",
            Self::NotThere => "there is no such mailbox",
            Self::Exists => "it exists already",
            Self::Quota => "over quota",
            Self::Charset => "the server cannot search for text in this charset",
            Self::Unsaid => "no reason given",
        })
    }
}

/// Errors for tests.
#[cfg(test)]
pub(super) mod samples {
    use alloc::format;

    use super::*;
    use crate::capabilities::Capabilities;
    use crate::codec::{Context, NameEncoding, Response, decode};

    pub(in super::super) fn closed(reason: CloseReason) -> Closed {
        Closed::new(reason, None, None, None, Capabilities::default())
    }

    /// NO with this code.
    pub(in super::super) fn refused(code: &str) -> CommandError {
        let context = Context {
            nesting: 9,
            names: NameEncoding::default(),
        };
        let line = format!("A1 NO [{code}] x\r\n");
        let response = decode(line.as_bytes(), &context);
        let Response::Tagged { text, .. } = response else {
            panic!("{line}");
        };
        CommandError::Refused(Refused {
            refusal: Refusal::No,
            text: text.to_static(),
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::samples::{closed, refused};
    use super::*;
    use crate::client::answers::Unreadable;
    use crate::timer::Timer;

    /// What is asked of an error: is it timed out, has the connection ended, was it refused?
    fn told(error: &CommandError) -> (bool, bool, bool) {
        let (closed, refused) = (error.closed(), error.refused());
        (error.is_timed_out(), closed.is_some(), refused.is_some())
    }

    #[test]
    fn each_error_says_whether_time_was_up_or_the_server_or_the_end_is_the_reason() {
        let silence = closed(CloseReason::TimedOut(Timer::Completion));
        let CommandError::Refused(Refused { text, .. }) = refused("NOPERM") else {
            panic!()
        };
        let unreadable = Unreadable {
            text,
            events: Vec::new(),
        };
        use CommandError::{NotSent as Never, Unknown as Perhaps};
        let nothing: [CommandError; 9] = [
            Never(NotSent::Cancelled),
            Never(NotSent::NoMove),
            Perhaps(Unknown::Cancelled),
            Overflow::TooLarge { limit: 1 }.into(),
            unreadable.into(),
            InvalidArgument::NotASet.into(),
            ApiMisuse::NotOpen.into(),
            SourceError::Absent.into(),
            CommandError::Unsupported(Layer::Deflate),
        ];
        let late = [Never(NotSent::TimedOut), Perhaps(Unknown::TimedOut)];
        let ended = |end: Closed| {
            let never = Never(NotSent::Closed(end.clone()));
            let perhaps = Perhaps(Unknown::Closed(end.clone()));
            [never, perhaps, CommandError::Closed(end)]
        };
        for (errors, expected) in [
            (&nothing[..], (false, false, false)),
            (&[refused("NOPERM")], (false, false, true)),
            (&late, (true, false, false)),
            (&ended(closed(CloseReason::Eof)), (false, true, false)),
            (&ended(silence), (true, true, false)),
        ] {
            for error in errors {
                assert_eq!(told(error), expected, "{error:?}");
                let inside = CommandError::NotRemoved(Box::new(error.clone()));
                assert_eq!(told(&inside), expected, "{inside:?}");
            }
        }
    }
}
