//! What happened, and what to do about it.

use anyhow::anyhow;
use imap_machine::State;
use imap_machine::client::session::OpenError;
use imap_machine::client::{NotSent, Refusal};
use imap_machine::error::CloseReason;
use imap_machine_tokio::{CommandError, ConnectError, Reason, TlsError, UrlError, rustls};

use super::unread::not_read;
use crate::terminal::printable_lines;

const PATIENCE: &str =
    "the server may be down, or the port speaks something else; --timeout SECONDS waits longer";

/// An error of connecting, in the words of the command line.
pub fn connecting(error: ConnectError) -> anyhow::Error {
    let advice = match &error {
        ConnectError::Url(UrlError::Password) => {
            return anyhow!(
                "the URL holds a password. It would end up in the shell's history, and other users can see it in the \
                 list of processes. Write imaps://USER@HOST and use --password-file FILE or --password-stdin"
            );
        }
        ConnectError::Url(UrlError::User) => {
            return anyhow!("the URL's user is not a plain user name; use --user NAME");
        }
        ConnectError::Url(UrlError::Malformed) => "an example: imaps://alice@mail.example:993",
        ConnectError::Url(UrlError::Path) => {
            "the mailbox is an argument of the command: imapscope run imaps://HOST select INBOX"
        }
        ConnectError::Unreachable { .. } => {
            "check the host's name and the port (993 for imaps://, 143 for imap+starttls://), and whether the server runs"
        }
        ConnectError::Tls(TlsError::UnknownIssuer) => {
            return anyhow!(
                "the server's certificate is not signed by an authority that is trusted here. If the server has a CA \
                 of its own, pass the CA's certificate with --ca FILE"
            );
        }
        ConnectError::Tls(TlsError::CaAsServer) => {
            return anyhow!(
                "the server's certificate is signed by itself, as that of a CA. If you trust it, pass this very \
                 certificate with --ca FILE"
            );
        }
        ConnectError::Tls(TlsError::Other(rustls::Error::InvalidCertificate(_))) => {
            "the server needs another certificate; --ca FILE says who may sign it, and switches no check off"
        }
        error if error.is_credentials() => {
            "check the user name and the password; some servers want a password made for this application"
        }
        ConnectError::Open(OpenError::NoMechanism { .. }) => {
            "over imap:// many servers take no password; try imap+starttls:// or imaps://"
        }
        ConnectError::Open(OpenError::Closed(closed))
            if matches!(closed.reason(), CloseReason::TimedOut(_)) =>
        {
            PATIENCE
        }
        ConnectError::TimedOut { .. } => PATIENCE,
        _ => return error.into(),
    };
    advised(&error.into(), advice)
}

/// An error of a command, in the words of the command line.
pub fn explain(error: anyhow::Error) -> anyhow::Error {
    let advice = match error.downcast_ref::<CommandError>() {
        Some(CommandError::Refused(refused)) => match (refused.reason(), refused.refusal) {
            (Reason::NotThere, _) => {
                "there is no such mailbox; `create NAME` makes it, `list` shows those there are"
            }
            (Reason::Quota, _) => "the mailbox is full: delete messages, or ask for more room",
            (Reason::Charset, _) => {
                "the server cannot search for text that is not ASCII: look for words that are"
            }
            (Reason::Throttled, _) => {
                "it is more than the server allows, of one request or of many; try again later, or with less"
            }
            (Reason::Forbidden, _) => "the server does not allow this to the user logged in",
            (Reason::Unavailable, _) => "try again later",
            (_, Refusal::Bad) => {
                "the server did not understand the command, or does not allow it now"
            }
            (_, Refusal::No) => return error,
        },
        Some(CommandError::Unknown(_)) => {
            "the server may still do it: look before trying again. --timeout SECONDS waits longer"
        }
        Some(CommandError::NotSent(NotSent::WrongState(State::NotAuthenticated))) => {
            "log in first: --user NAME with --password-file FILE or --password-stdin"
        }
        Some(CommandError::NotSent(_)) => "nothing was sent, so trying again is safe",
        Some(CommandError::Overflow(_)) => {
            "the output took the data too slowly; write it into a file with --output"
        }
        Some(CommandError::Unreadable(unreadable)) => {
            not_read(&unreadable.events);
            return error;
        }
        _ => return error,
    };
    advised(&error, advice)
}

fn advised(error: &anyhow::Error, advice: &str) -> anyhow::Error {
    anyhow!("{}\n       {advice}", told(error))
}

/// An error with its causes, fit for a terminal, since servers decide some of the text. A cause that the error's own text contains
/// is left out.
pub fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    printable_lines(&told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow!("gone")
            .context("cannot read: gone")
            .context("stopped");
        assert_eq!(told(&error), "stopped: cannot read: gone");
    }
}
