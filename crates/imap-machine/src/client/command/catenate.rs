//! The parts of a message that the server puts together.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::argument::InvalidArgument;
use super::written::CommandText;
use crate::outgoing::fragments::{Fragment, Holds};

/// A part of a message that the server puts together (RFC 4469): see [`AppendMessage::catenate`](super::AppendMessage::catenate).
#[derive(Clone, PartialEq, Eq)]
pub struct CatenatePart(Catenated);

#[derive(Clone, PartialEq, Eq)]
enum Catenated {
    Url(String),
    Text(Vec<u8>),
    Supplied(u64),
}

impl CatenatePart {
    /// What an IMAP URL (RFC 5092) names: a message, or a part of one. The server knows only URLs of itself, absolute or beginning
    /// with the mailbox: `/INBOX;UIDVALIDITY=1/;UID=7/;SECTION=2.MIME`.
    #[must_use]
    pub fn url(url: impl Into<String>) -> Self {
        Self(Catenated::Url(url.into()))
    }

    /// Octets, without NUL.
    #[must_use]
    pub fn text(octets: impl Into<Vec<u8>>) -> Self {
        Self(Catenated::Text(octets.into()))
    }

    /// As many octets that are [supplied](crate::client::ClientConnection::supply) in pieces. They have no NUL.
    #[must_use]
    pub const fn supplied(size: u64) -> Self {
        Self(Catenated::Supplied(size))
    }

    /// How many octets of it are sent with the command.
    pub(super) fn size(&self) -> u64 {
        match &self.0 {
            Catenated::Url(_) => 0,
            Catenated::Text(octets) => octets.len() as u64,
            Catenated::Supplied(size) => *size,
        }
    }
}

/// RFC 4469 section 5: `"CATENATE" SP "(" cat-part *(SP cat-part) ")"`.
///
/// Cyrus 3.6 and 3.10 have refused such a command and then executed the octets of its text, so these always wait for permission.
pub(super) fn write(
    parts: Vec<CatenatePart>,
    written: &mut CommandText,
) -> Result<(), InvalidArgument> {
    if parts.is_empty() {
        return Err(InvalidArgument::Empty);
    }
    let mut before = &b"CATENATE ("[..];
    for part in parts {
        written.text(before);
        match part.0 {
            Catenated::Url(url) => {
                written.text(b"URL ");
                written.astring(url.as_bytes())?;
            }
            Catenated::Text(octets) => {
                if memchr::memchr(0, &octets).is_some() {
                    return Err(InvalidArgument::Nul);
                }
                written.text(b"TEXT ");
                written.fragment(Fragment::Literal(Holds::Guarded, octets));
            }
            Catenated::Supplied(size) => {
                written.text(b"TEXT ");
                written.fragment(Fragment::Supplied(Holds::Guarded, size));
            }
        }
        before = b" ";
    }
    written.text(b")");
    Ok(())
}

/// Without the octets, which are mail.
impl fmt::Debug for CatenatePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Catenated::Url(_) => f.write_str("CatenatePart(a URL)"),
            Catenated::Text(_) | Catenated::Supplied(_) => {
                write!(f, "CatenatePart({} octets)", self.size())
            }
        }
    }
}
