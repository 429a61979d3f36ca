//! ENVELOPE and BODYSTRUCTURE in the form in which nearly every server writes them, read in place and lent.
//!
//! The contract: the same value as imap-codec reads, or `None`; then imap-codec is asked. So this need not be complete.
//! Literals, escapes, octets beyond ASCII, extensions and disputed forms are left to imap-codec.

mod envelope;
mod reader;
mod structure;

#[cfg(test)]
mod tests;

use imap_types::body::BodyStructure;
use imap_types::envelope::Envelope;

use self::reader::PlainReader;

/// The list of an ENVELOPE, parentheses included.
pub(super) fn envelope(list: &[u8]) -> Option<Envelope<'_>> {
    let mut cursor = PlainReader::new(list)?;
    let envelope = cursor.envelope()?;
    cursor.is_at_end().then_some(envelope)
}

/// The list of a BODY or BODYSTRUCTURE, parentheses included.
pub(super) fn structure(list: &[u8]) -> Option<BodyStructure<'_>> {
    let mut cursor = PlainReader::new(list)?;
    let structure = cursor.structure(structure::MAX_DEPTH)?;
    cursor.is_at_end().then_some(structure)
}
