//! A message that is put into a mailbox.

use alloc::vec::Vec;
use core::fmt;
use core::mem;

use imap_types::command::CommandBody;
use imap_types::core::Literal;
use imap_types::extensions::binary::LiteralOrLiteral8;

use super::argument::InvalidArgument;
use super::catenate::{self, CatenatePart};
use super::date::AppendDate;
use super::written::CommandText;
use crate::codec::Flag;
use crate::outgoing::fragments::{Fragment, Holds};

/// A message for APPEND (RFC 9051 section 6.3.12), with the flags and the date that it gets.
///
/// Headers of octets above 0x7f, as internationalized mail has them (RFC 6532), make no difference: RFC 9755 has no mark for such
/// messages any more.
///
/// ```
/// use imap_machine::client::{AppendMessage, Command, Flag};
///
/// let append = Command::append("INBOX", "Subject: hi\r\n\r\nhello\r\n")?;
/// let message = AppendMessage::new("Subject: hi\r\n\r\nhello\r\n")
///     .flags([Flag::SEEN, "$Work".into()])
///     .date("17-Jul-1996 02:44:25 -0700");
/// let append = Command::append("INBOX", message)?;
/// # Ok::<(), imap_machine::client::InvalidArgument>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AppendMessage {
    flags: Vec<Flag<'static>>,
    date: Option<AppendDate>,
    holds: Holds,
    octets: Source,
}

/// Where the octets come from.
#[derive(Clone, PartialEq, Eq)]
enum Source {
    Memory(Vec<u8>),
    /// The application supplies as many in pieces.
    Pieces(u64),
    /// The server puts it together.
    Parts(Vec<CatenatePart>),
}

impl AppendMessage {
    /// A message in memory. One with NUL is sent as `~{n}` (RFC 3516 section 4.4), to servers that have announced BINARY. For others the
    /// command is not sent ([`NotSent::NulNotAccepted`](crate::client::NotSent::NulNotAccepted)).
    #[must_use]
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        let octets = octets.into();
        let holds = match memchr::memchr(0, &octets) {
            Some(_) => Holds::BinaryMessage,
            None => Holds::Text,
        };
        Self::of(holds, Source::Memory(octets))
    }

    /// A message of `size` octets that is [supplied](crate::client::ClientConnection::supply) in pieces, or written
    /// [into the output](crate::client::ClientConnection::supply_space). It has no NUL, unless it is [binary](Self::binary).
    #[must_use]
    pub const fn supplied(size: u64) -> Self {
        Self::of(Holds::Text, Source::Pieces(size))
    }

    /// A message that the server puts together from these parts, in this order (`CATENATE`, RFC 4469): of messages that it has, and
    /// of text. At least one.
    ///
    #[doc = example!(connected)]
    /// let parts = [
    ///     CatenatePart::url("/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=HEADER"),
    ///     CatenatePart::text("hello\r\n"),
    /// ];
    /// connection.send(Command::append("Drafts", AppendMessage::catenate(parts))?, options, now)?;
    /// let written = "A1 APPEND Drafts CATENATE \
    ///     (URL /Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=HEADER TEXT {7}\r\n";
    /// assert_eq!(connection.transmit(), written.as_bytes());
    #[doc = example!(end)]
    #[must_use]
    pub fn catenate(parts: impl IntoIterator<Item = CatenatePart>) -> Self {
        Self::of(Holds::Guarded, Source::Parts(parts.into_iter().collect()))
    }

    /// It holds NUL, or may hold it: see [`new`](Self::new).
    #[must_use]
    pub fn binary(self) -> Self {
        let holds = Holds::BinaryMessage;
        Self { holds, ..self }
    }

    /// The flags that it gets.
    #[must_use]
    pub fn flags<'f>(self, flags: impl IntoIterator<Item = impl Into<Flag<'f>>>) -> Self {
        let flags = flags.into_iter();
        let flags = flags.map(|flag| Flag::from(alloc::string::String::from(flag.into().as_str())));
        Self {
            flags: flags.collect(),
            ..self
        }
    }

    /// The internal date that it gets. Without it the server takes the time at which the message comes.
    #[must_use]
    pub fn date(self, date: impl Into<AppendDate>) -> Self {
        let date = Some(date.into());
        Self { date, ..self }
    }

    /// How many octets it has. Of a [catenated](Self::catenate) one those of its texts count: how many its URLs have is not known
    /// here.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.octets {
            Source::Memory(octets) => octets.len() as u64,
            Source::Pieces(size) => *size,
            Source::Parts(parts) => {
                let sizes = parts.iter().map(CatenatePart::size);
                sizes.fold(0, u64::saturating_add)
            }
        }
    }

    /// The same message, of a command that the server may not know, or not in this place.
    pub(super) fn guarded(self, guard: Holds) -> Self {
        let holds = match self.holds {
            Holds::Text => guard,
            holds => holds,
        };
        Self { holds, ..self }
    }

    const fn of(holds: Holds, octets: Source) -> Self {
        Self {
            flags: Vec::new(),
            date: None,
            holds,
            octets,
        }
    }

    /// The message of an APPEND, whose body keeps an empty one. `None` for other commands.
    pub(super) fn taken_from(body: &mut CommandBody<'static>) -> Option<Self> {
        let CommandBody::Append { message, .. } = body else {
            return None;
        };
        let empty = LiteralOrLiteral8::Literal(Literal::unvalidated(Vec::new()));
        Some(match mem::replace(message, empty) {
            LiteralOrLiteral8::Literal(literal) => Self::new(literal.into_inner()),
            LiteralOrLiteral8::Literal8(literal) => Self::new(literal.data).binary(),
        })
    }

    /// The octets of the message of a body.
    pub(super) fn into_fragment(self) -> Option<Fragment> {
        match self.octets {
            Source::Memory(octets) => Some(Fragment::Literal(self.holds, octets)),
            Source::Pieces(size) => Some(Fragment::Supplied(self.holds, size)),
            Source::Parts(_) => None,
        }
    }

    /// Flags, date and octets, each with a space before it.
    pub(super) fn write(self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        let mut before = &b" ("[..];
        for flag in &self.flags {
            written.text(before);
            written.text(flag.check()?.as_bytes());
            before = b" ";
        }
        if !self.flags.is_empty() {
            written.text(b")");
        }
        if let Some(date) = &self.date {
            written.text(b" ");
            date.write(written)?;
        }
        written.text(b" ");
        match self.octets {
            Source::Memory(octets) => written.fragment(Fragment::Literal(self.holds, octets)),
            Source::Pieces(size) => written.fragment(Fragment::Supplied(self.holds, size)),
            Source::Parts(parts) => catenate::write(parts, written)?,
        }
        Ok(())
    }
}

impl<T: Into<Vec<u8>>> From<T> for AppendMessage {
    fn from(octets: T) -> Self {
        Self::new(octets)
    }
}

/// Without the octets, which are mail.
impl fmt::Debug for AppendMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppendMessage({} octets)", self.size())
    }
}
