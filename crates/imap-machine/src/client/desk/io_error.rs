//! Errors as those of std, for readers and writers that have no others.

use std::io::{Error, ErrorKind};

use super::download::{DownloadError, DownloadFailure};
use super::error::{CommandError, Reason, Refused};

/// The error inside is the command's. The kind says what a program can do about it without looking: time was up
/// ([`TimedOut`](ErrorKind::TimedOut)), the connection is gone ([`ConnectionAborted`](ErrorKind::ConnectionAborted)), the server does not
/// allow it ([`PermissionDenied`](ErrorKind::PermissionDenied)) or has no such mailbox ([`NotFound`](ErrorKind::NotFound)).
impl From<CommandError> for Error {
    fn from(error: CommandError) -> Self {
        Self::new(kind(&error), error)
    }
}

/// [`NotFound`](ErrorKind::NotFound) if the section is not there, [`UnexpectedEof`](ErrorKind::UnexpectedEof) if it is not whole, and
/// [`InvalidData`](ErrorKind::InvalidData) if its encoding is damaged.
impl From<DownloadError> for Error {
    fn from(error: DownloadError) -> Self {
        let kind = match error {
            DownloadError::Missing | DownloadError::Nil => ErrorKind::NotFound,
            DownloadError::Truncated => ErrorKind::UnexpectedEof,
            #[cfg(feature = "text")]
            DownloadError::Damaged => ErrorKind::InvalidData,
        };
        Self::new(kind, error)
    }
}

/// That of the error inside.
impl From<DownloadFailure> for Error {
    fn from(failure: DownloadFailure) -> Self {
        match failure {
            DownloadFailure::Command(error) => error.into(),
            DownloadFailure::Section(error) => error.into(),
        }
    }
}

fn kind(error: &CommandError) -> ErrorKind {
    // Also where it has ended the connection.
    if error.is_timed_out() {
        return ErrorKind::TimedOut;
    }
    if error.closed().is_some() {
        return ErrorKind::ConnectionAborted;
    }
    match error.refused().map(Refused::reason) {
        Some(Reason::Credentials | Reason::Forbidden) => ErrorKind::PermissionDenied,
        Some(Reason::NotThere) => ErrorKind::NotFound,
        Some(Reason::Exists) => ErrorKind::AlreadyExists,
        Some(_) => ErrorKind::Other,
        None => match error {
            CommandError::Argument(_) => ErrorKind::InvalidInput,
            CommandError::Unreadable(_) => ErrorKind::InvalidData,
            CommandError::Unsupported(_) => ErrorKind::Unsupported,
            _ => ErrorKind::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::super::error::samples::{closed, refused};
    use super::*;
    use crate::client::command::{InvalidArgument, NotSent, Unknown};
    use crate::error::CloseReason;
    use crate::timer::Timer;
    use crate::upgrade::Layer;

    #[test]
    fn the_kind_says_what_became_of_the_command() {
        let silence = CloseReason::TimedOut(Timer::Completion);
        for (error, kind) in [
            (
                CommandError::Unknown(Unknown::TimedOut),
                ErrorKind::TimedOut,
            ),
            (CommandError::Closed(closed(silence)), ErrorKind::TimedOut),
            (
                CommandError::Unknown(Unknown::Closed(closed(CloseReason::Eof))),
                ErrorKind::ConnectionAborted,
            ),
            (refused("NOPERM"), ErrorKind::PermissionDenied),
            (refused("AUTHENTICATIONFAILED"), ErrorKind::PermissionDenied),
            (refused("NONEXISTENT"), ErrorKind::NotFound),
            (refused("ALREADYEXISTS"), ErrorKind::AlreadyExists),
            (refused("LIMIT"), ErrorKind::Other),
            (InvalidArgument::NotASet.into(), ErrorKind::InvalidInput),
            (
                CommandError::Unsupported(Layer::Deflate),
                ErrorKind::Unsupported,
            ),
            (CommandError::NotSent(NotSent::NoMove), ErrorKind::Other),
        ] {
            let text = error.to_string();
            let error = Error::from(error);
            assert_eq!((error.kind(), error.to_string()), (kind, text));
            let inside = error.get_ref().unwrap();
            assert!(inside.is::<CommandError>(), "{error}");
        }
    }

    #[test]
    fn a_section_that_is_not_there_and_one_that_is_not_whole() {
        for (error, kind) in [
            (DownloadError::Missing, ErrorKind::NotFound),
            (DownloadError::Nil, ErrorKind::NotFound),
            (DownloadError::Truncated, ErrorKind::UnexpectedEof),
            #[cfg(feature = "text")]
            (DownloadError::Damaged, ErrorKind::InvalidData),
        ] {
            let io = Error::from(error);
            let inside = io.get_ref().and_then(|inside| inside.downcast_ref());
            assert_eq!((io.kind(), inside), (kind, Some(&error)));
        }
    }
}
