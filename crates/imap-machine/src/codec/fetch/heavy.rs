//! ENVELOPE and BODYSTRUCTURE: delimited in place, decoded on request.
//!
//! `plain` reads the common forms, imap-codec all others.

use imap_codec::ResponseCodec;
use imap_codec::decode::Decoder;
use imap_types::IntoStatic;
use imap_types::body::BodyStructure;
use imap_types::envelope::Envelope;
use imap_types::fetch::MessageDataItem;
use imap_types::response::{Data, Response};
use thiserror::Error;

use super::plain;
use super::value::Raw;

/// An envelope as received, a parenthesized list (RFC 9051 section 7.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawEnvelope<'a>(Raw<'a>);

impl<'a> RawEnvelope<'a> {
    pub(super) fn new(list: Raw<'a>) -> Self {
        Self(list)
    }

    /// The list as received, parentheses included.
    #[must_use]
    pub fn raw(&self) -> Raw<'a> {
        self.0
    }

    /// Decodes it. Strings without escapes are lent from the response; `into_static()` makes a value to keep.
    ///
    /// # Errors
    ///
    /// See [`DecodeError`]. The octets remain readable.
    pub fn decode(&self) -> Result<Envelope<'a>, DecodeError> {
        let list = complete(self.0)?;
        if let Some(envelope) = plain::envelope(list) {
            return Ok(envelope);
        }
        match decode_item(b"ENVELOPE", list) {
            Some(MessageDataItem::Envelope(envelope)) => Ok(envelope),
            _ => Err(DecodeError::Grammar),
        }
    }
}

/// A body structure as received, a parenthesized list (RFC 9051 section 7.5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawBodyStructure<'a>(Raw<'a>);

impl<'a> RawBodyStructure<'a> {
    pub(super) fn new(list: Raw<'a>) -> Self {
        Self(list)
    }

    /// The list as received, parentheses included.
    #[must_use]
    pub fn raw(&self) -> Raw<'a> {
        self.0
    }

    /// Decodes it. Strings without escapes are lent from the response; `into_static()` makes a value to keep.
    ///
    /// # Errors
    ///
    /// See [`DecodeError`]. The octets remain readable.
    pub fn decode(&self) -> Result<BodyStructure<'a>, DecodeError> {
        let list = complete(self.0)?;
        if let Some(structure) = plain::structure(list) {
            return Ok(structure);
        }
        match decode_item(b"BODYSTRUCTURE", list) {
            Some(MessageDataItem::BodyStructure(structure)) => Ok(structure),
            _ => Err(DecodeError::Grammar),
        }
    }
}

/// Why an item could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum DecodeError {
    /// A literal in it was streamed out, so its octets are not all here.
    #[error("a literal of the item was streamed out")]
    Incomplete,
    /// The octets are outside the grammar, or nested deeper than imap-codec reads.
    #[error("the item is outside the grammar")]
    Grammar,
}

/// All octets of the item. If those of a literal were missing, its header would swallow what follows.
fn complete(raw: Raw<'_>) -> Result<&[u8], DecodeError> {
    match raw.is_complete() {
        true => Ok(raw.octets()),
        false => Err(DecodeError::Incomplete),
    }
}

/// Decodes one item as the only one of a response.
pub(super) fn decode_item(name: &[u8], value: &[u8]) -> Option<MessageDataItem<'static>> {
    let line = [b"* 1 FETCH (", name, b" ", value, b")\r\n"].concat();
    let (rest, response) = ResponseCodec::default().decode(&line).ok()?;
    match response {
        Response::Data(Data::Fetch { items, .. }) if rest.is_empty() => {
            let mut items = items.into_iter();
            let item = items.next()?;
            items.next().is_none().then(|| item.into_static())
        }
        _ => None,
    }
}
