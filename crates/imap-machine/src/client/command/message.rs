//! The message of an APPEND.

use alloc::vec::Vec;
use core::mem;

use imap_types::command::CommandBody;
use imap_types::core::Literal;
use imap_types::extensions::binary::LiteralOrLiteral8;

use crate::outgoing::fragments::{Fragment, Holds};

/// What a message holds. It decides how APPEND announces the message.
///
/// Headers of octets above 0x7f, as internationalized mail has them (RFC 6532), make no difference: RFC 9755 has no mark for such
/// messages any more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MessageContent {
    /// It holds NUL: sent as `~{n}` (RFC 3516 section 4.4), to servers that have announced BINARY. For others the command is
    /// not sent ([`NotSent::NulNotAccepted`](crate::client::NotSent::NulNotAccepted)).
    pub nul: bool,
}

impl MessageContent {
    /// What this message holds.
    #[must_use]
    pub fn of(message: &[u8]) -> Self {
        Self {
            nul: memchr::memchr(0, message).is_some(),
        }
    }

    const fn holds(self) -> Holds {
        match self.nul {
            true => Holds::BinaryMessage,
            false => Holds::Text,
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AppendMessage {
    pub(super) content: MessageContent,
    pub(super) octets: Source,
}

/// Where its octets come from.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Source {
    Memory(Vec<u8>),
    /// The application supplies as many in pieces.
    Pieces(u64),
}

impl AppendMessage {
    /// The message of an APPEND, whose body keeps an empty one. `None` for other commands.
    pub(super) fn taken_from(body: &mut CommandBody<'static>) -> Option<Self> {
        let CommandBody::Append { message, .. } = body else {
            return None;
        };
        let empty = LiteralOrLiteral8::Literal(Literal::unvalidated(Vec::new()));
        let (octets, is_literal8) = match mem::replace(message, empty) {
            LiteralOrLiteral8::Literal(literal) => (literal.into_inner(), false),
            LiteralOrLiteral8::Literal8(literal) => (literal.data, true),
        };
        let mut content = MessageContent::of(&octets);
        content.nul |= is_literal8;
        let octets = Source::Memory(octets.into_owned());
        Some(Self { content, octets })
    }

    pub(super) fn into_fragment(self) -> Fragment {
        let holds = self.content.holds();
        match self.octets {
            Source::Memory(octets) => Fragment::Literal(holds, octets),
            Source::Pieces(size) => Fragment::Supplied(holds, size),
        }
    }
}
