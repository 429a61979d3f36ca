//! Content transfer encodings (RFC 2045 section 6).

mod base64;
pub(super) mod quoted_printable;

use alloc::vec::Vec;

pub(super) use self::base64::Base64;
use self::quoted_printable::QuotedPrintable;
use crate::codec::Content;

/// How the octets of a part are encoded in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferEncoding {
    /// Not at all: `7BIT`, `8BIT`, `BINARY`.
    Identity,
    /// `BASE64`.
    Base64,
    /// `QUOTED-PRINTABLE`.
    QuotedPrintable,
}

impl TransferEncoding {
    /// The encoding of this name, in upper or lower case. `None` if it is not known.
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        let name = name.trim_ascii();
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        if is("base64") {
            Some(Self::Base64)
        } else if is("quoted-printable") {
            Some(Self::QuotedPrintable)
        } else {
            let is_identity = ["7bit", "8bit", "binary", ""].into_iter().any(is);
            is_identity.then_some(Self::Identity)
        }
    }
}

impl Content<'_> {
    /// [`encoding`](Self::encoding), read. What names none is in none. `None` if it is not known.
    #[must_use]
    pub fn transfer_encoding(&self) -> Option<TransferEncoding> {
        match self.encoding.and_then(|encoding| encoding.octets()) {
            Some(name) => TransferEncoding::named(&name),
            None => Some(TransferEncoding::Identity),
        }
    }
}

/// Takes a transfer encoding off, in pieces of any size: the same octets come out, however they are cut.
///
/// It holds no more than 64 KiB of what it was given.
#[derive(Debug)]
pub struct TransferDecoder(Scheme);

#[derive(Debug)]
enum Scheme {
    Identity,
    Base64(Base64),
    QuotedPrintable(QuotedPrintable),
}

impl TransferDecoder {
    /// For the octets of one part.
    #[must_use]
    pub fn new(encoding: TransferEncoding) -> Self {
        Self(match encoding {
            TransferEncoding::Identity => Scheme::Identity,
            TransferEncoding::Base64 => Scheme::Base64(Base64::default()),
            TransferEncoding::QuotedPrintable => {
                Scheme::QuotedPrintable(QuotedPrintable::default())
            }
        })
    }

    /// Whether there is nothing to take off.
    #[must_use]
    pub(crate) const fn is_identity(&self) -> bool {
        matches!(self.0, Scheme::Identity)
    }

    /// Takes the next octets, and adds to `decoded` what they are.
    pub fn push(&mut self, octets: &[u8], decoded: &mut Vec<u8>) {
        match &mut self.0 {
            Scheme::Identity => decoded.extend_from_slice(octets),
            Scheme::Base64(its) => its.push(octets, decoded),
            Scheme::QuotedPrintable(its) => its.push(octets, decoded),
        }
    }

    /// No octets follow. Adds what was waiting for them.
    pub fn finish(&mut self, decoded: &mut Vec<u8>) {
        match &mut self.0 {
            Scheme::Identity => {}
            Scheme::Base64(its) => its.finish(decoded),
            Scheme::QuotedPrintable(its) => its.finish(decoded),
        }
    }

    /// Whether anything so far was not as the encoding has it. What could be decoded was.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        match &self.0 {
            Scheme::Identity => false,
            Scheme::Base64(its) => its.is_damaged(),
            Scheme::QuotedPrintable(its) => its.is_damaged(),
        }
    }
}
