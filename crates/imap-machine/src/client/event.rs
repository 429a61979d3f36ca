//! What a connection tells its application.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use super::closed::Closed;
use super::command::{CommandHandle, Outcome};
use crate::codec::{Defect, FetchNumber, Octets, ResponseText, StatusKind, Untagged};
use crate::error::PeerMisbehaved;
use crate::upgrade::Layer;

/// One thing that happened, in the order of the wire. Every line the server sends is one event, or the first of two.
///
/// An event is lent from the receive buffer; the octets are released by the next call of
/// [`poll_event`](super::ClientConnection::poll_event). `into_static()` (from
/// [`bounded_static::IntoBoundedStatic`]) makes a copy to keep.
#[derive(Clone, Debug, PartialEq, Eq, ToStatic)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The server's first line, `OK` or `PREAUTH` (RFC 9051 section 7.1).
    Greeting {
        /// [`StatusKind::Ok`] or [`StatusKind::Preauth`].
        status: StatusKind,
        /// Its text.
        text: ResponseText<'a>,
    },
    /// Untagged data (RFC 9051 sections 7.2 to 7.5), applied to the
    /// [`MailboxView`](super::MailboxView) already.
    Untagged {
        /// The data.
        data: Untagged<'a>,
        /// Which command it answers.
        cause: Cause,
        /// A rule that the server broke with this data. The data was applied all the same, as far as it makes sense. Boxed, since
        /// few do, and events are moved often.
        violation: Option<Box<PeerMisbehaved>>,
    },
    /// Untagged `OK`, `NO` or `BAD` (RFC 9051 section 7.1), and the tagged OK between two rounds of IDLE: information, never the
    /// end of a command.
    Status {
        /// Which.
        status: StatusKind,
        /// Its text.
        text: ResponseText<'a>,
        /// Which command it belongs to.
        cause: Cause,
    },
    /// The server is about to close (RFC 9051 section 7.1.5). Nothing new is sent; open commands end when
    /// the connection does.
    Bye {
        /// Its text.
        text: ResponseText<'a>,
    },
    /// A piece of a large FETCH literal. When the row is complete it follows as [`Event::Untagged`], with this item as
    /// `Value::Streamed`.
    Literal(LiteralPiece<'a>),
    /// The server said `+`, and the command went on by itself: with its literal (RFC 9051 section 4.3),
    /// its initial SASL response (RFC 4959), or the `*` of an AUTHENTICATE that was cancelled.
    Proceed {
        /// The command.
        handle: CommandHandle,
        /// The text after `+`.
        text: Octets<'a>,
    },
    /// A SASL challenge (RFC 9051 section 6.2.2). The command waits for
    /// [`answer`](super::ClientConnection::answer).
    Challenge {
        /// The AUTHENTICATE.
        handle: CommandHandle,
        /// The challenge.
        challenge: Challenge<'a>,
    },
    /// The server is idling (RFC 2177). Comes again after each refresh.
    Idling {
        /// The IDLE.
        handle: CommandHandle,
        /// The text after `+`.
        text: Octets<'a>,
    },
    /// The transport has to change now. The connection reads and writes nothing until
    /// [`handle_upgraded`](super::ClientConnection::handle_upgraded).
    Upgrade {
        /// The STARTTLS or COMPRESS; its outcome follows when the layer stands.
        handle: CommandHandle,
        /// The layer to put under the connection.
        layer: Layer,
        /// Octets that came after the OK: the first input of the new layer. Always empty for TLS.
        surplus: Octets<'a>,
    },
    /// The end of a command: the only one it gets.
    Outcome {
        /// The command.
        handle: CommandHandle,
        /// How it ended.
        outcome: Outcome<'a>,
    },
    /// The tagged response to a command that had been cancelled or timed out: it says what became of the command.
    Late {
        /// The command.
        handle: CommandHandle,
        /// Its status.
        status: StatusKind,
        /// Its text.
        text: ResponseText<'a>,
    },
    /// A `+` that no command waits for. It released nothing.
    UnexpectedContinuation {
        /// The text after `+`.
        text: Octets<'a>,
    },
    /// A tagged response whose tag is that of no command in progress.
    UnexpectedTag {
        /// The tag.
        tag: Octets<'a>,
        /// Its status.
        status: StatusKind,
        /// Its text.
        text: ResponseText<'a>,
    },
    /// A line that cannot be read, without its line end.
    Unrecognized {
        /// The octets.
        line: Octets<'a>,
        /// The command it may answer: one that asks for data of this name, or a raw command in progress.
        cause: Cause,
    },
    /// The end. All commands have had their outcomes; nothing comes after it.
    Closed(Closed),
}

impl Event<'_> {
    /// Where the response breaks the grammar and was read all the same, in wire order. What could not be read at all is
    /// [`Event::Unrecognized`].
    #[must_use]
    pub fn defects(&self) -> Vec<Defect> {
        match self {
            Event::Untagged { data, .. } => data.defects(),
            Event::Status { text, .. } => text.defect().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The event as it may be logged: a `Debug` without what may be mail or private.
    #[must_use]
    pub const fn loggable(&self) -> Loggable<'_, '_> {
        Loggable(self)
    }

    /// Whether the event is news of the mailbox, or a status text. News count even if the command that they came with was given up
    /// ([`Cause::Abandoned`]); the rest of that command's answer does not.
    #[must_use]
    pub fn is_news(&self) -> bool {
        match self {
            Event::Status { .. } => true,
            Event::Untagged { data, .. } => match data {
                Untagged::Exists(_) | Untagged::Recent(_) => true,
                Untagged::Expunge(_) | Untagged::Vanished(_) => true,
                Untagged::Fetch(row) => row.flags().is_some(),
                _ => false,
            },
            _ => false,
        }
    }
}

/// Which command untagged data answers. This is an annotation: the data itself belongs to the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ToStatic)]
pub enum Cause {
    /// This command.
    Solicited(CommandHandle),
    /// No command asked for it, or it cannot be told which one did.
    Unsolicited,
    /// This command, whose outcome has been given already: it was cancelled or timed out.
    Abandoned(CommandHandle),
}

impl Cause {
    /// The command, given up or not.
    #[must_use]
    pub const fn handle(self) -> Option<CommandHandle> {
        match self {
            Self::Solicited(handle) | Self::Abandoned(handle) => Some(handle),
            Self::Unsolicited => None,
        }
    }
}

/// A piece of a literal that is too large to be held.
#[derive(Clone, PartialEq, Eq, ToStatic)]
pub struct LiteralPiece<'a> {
    /// The command that asked for it.
    pub cause: Cause,
    /// The message.
    pub message: FetchNumber,
    /// The message's UID, if it came before the literal or is known from the mailbox.
    pub uid: Option<NonZeroU32>,
    /// The item as received: `BODY[]`, `BODY[1.MIME]`, `RFC822`.
    pub section: Octets<'a>,
    /// The origin of a partial fetch: `BODY[]<origin>`.
    pub origin: Option<u64>,
    /// Where in the literal `data` begins, in octets.
    pub offset: u64,
    /// The size of the literal, in octets.
    pub size: u64,
    /// The octets.
    pub data: Octets<'a>,
}

impl LiteralPiece<'_> {
    /// Whether the literal ends with this piece.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.offset.saturating_add(self.data.len() as u64) >= self.size
    }
}

impl fmt::Debug for LiteralPiece<'_> {
    // Mail does not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiteralPiece")
            .field("cause", &self.cause)
            .field("message", &self.message)
            .field("uid", &self.uid)
            .field(
                "section",
                &alloc::string::String::from_utf8_lossy(&self.section),
            )
            .field("origin", &self.origin)
            .field("offset", &self.offset)
            .field("size", &self.size)
            .field("data", &format_args!("{} octets", self.data.len()))
            .finish()
    }
}

/// An [`Event`] as it may be logged.
pub struct Loggable<'a, 'e>(&'a Event<'e>);

impl fmt::Debug for Loggable<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            // The line may be mail that was mangled on its way.
            Event::Unrecognized { line, cause } => {
                write!(f, "unrecognized line: {} octets, {cause:?}", line.len())
            }
            // So may these be, when the server counts a literal wrong; and values may be private.
            Event::UnexpectedTag { tag, status, .. } => {
                write!(f, "unexpected tag: {} octets, {status}", tag.len())
            }
            Event::UnexpectedContinuation { text } => {
                write!(f, "unexpected continuation: {} octets", text.len())
            }
            Event::Untagged {
                data:
                    Untagged::Id(_) | Untagged::Metadata(_) | Untagged::UrlFetch(_) | Untagged::Other(_),
                cause,
                ..
            } => write!(f, "private data: {cause:?}"),
            event => event.fmt(f),
        }
    }
}

/// What the server says in a SASL exchange.
#[derive(Clone, PartialEq, Eq, ToStatic)]
pub struct Challenge<'a> {
    pub(crate) text: Octets<'a>,
}

impl Challenge<'_> {
    /// The challenge, decoded from base64; `None` when it is not base64.
    #[must_use]
    pub fn decode(&self) -> Option<Vec<u8>> {
        super::exchange::answer::decode_base64(&self.text)
    }

    /// The challenge as received.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.text
    }
}

impl fmt::Debug for Challenge<'_> {
    // Secrets of the server (a nonce, a token's error) stay out of logs as well.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({} octets)", self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::desk::CommandError;
    use crate::codec::Fetch;

    /// A row of a large answer is moved half a dozen times on its way to its reader. What has more than 128 octets is moved by a call
    /// of `memcpy`: when this was 176, a row cost 200 instructions more.
    #[test]
    fn what_is_moved_often_is_small() {
        assert!(size_of::<Fetch<'_>>() <= 96);
        assert!(size_of::<Untagged<'_>>() <= 96);
        assert!(size_of::<Event<'_>>() <= 120);
        assert!(size_of::<Option<Result<Event<'_>, CommandError>>>() <= 120);
    }
}
