//! Reads the values of imap-proto. Two versions of it are in use, with the same fields. This file is a module for each of them,
//! and `super::imap_proto` is its version.

use super::imap_proto::{
    Address, BodyContentSinglePart, BodyParams, BodyStructure, ContentDisposition, ContentEncoding,
    Envelope,
};

/// Reads every field.
pub fn envelope_octets(envelope: &Envelope<'_>) -> u64 {
    let strings = [
        &envelope.date,
        &envelope.subject,
        &envelope.in_reply_to,
        &envelope.message_id,
    ];
    let addresses = [
        &envelope.from,
        &envelope.sender,
        &envelope.reply_to,
        &envelope.to,
        &envelope.cc,
        &envelope.bcc,
    ];
    let strings: u64 = strings.into_iter().map(optional).sum();
    strings
        + addresses
            .into_iter()
            .flatten()
            .flatten()
            .map(address)
            .sum::<u64>()
}

fn address(address: &Address<'_>) -> u64 {
    let Address {
        name,
        adl,
        mailbox,
        host,
    } = address;
    [name, adl, mailbox, host].into_iter().map(optional).sum()
}

/// Reads every field that has a value in the input, of this part and those in it.
pub fn structure_octets(structure: &BodyStructure<'_>) -> u64 {
    match structure {
        BodyStructure::Basic { common, other, .. } => {
            let kind = common.ty.ty.len() + common.ty.subtype.len();
            kind as u64
                + parameters(&common.ty.params)
                + disposition(common.disposition.as_ref())
                + single(other)
        }
        BodyStructure::Text {
            common,
            other,
            lines,
            ..
        } => {
            common.ty.subtype.len() as u64
                + parameters(&common.ty.params)
                + disposition(common.disposition.as_ref())
                + single(other)
                + u64::from(*lines)
        }
        BodyStructure::Message {
            common,
            other,
            envelope,
            body,
            lines,
            ..
        } => {
            parameters(&common.ty.params)
                + disposition(common.disposition.as_ref())
                + single(other)
                + envelope_octets(envelope)
                + structure_octets(body)
                + u64::from(*lines)
        }
        BodyStructure::Multipart { common, bodies, .. } => {
            common.ty.subtype.len() as u64
                + parameters(&common.ty.params)
                + disposition(common.disposition.as_ref())
                + bodies.iter().map(structure_octets).sum::<u64>()
        }
    }
}

fn single(part: &BodyContentSinglePart<'_>) -> u64 {
    let text = [&part.id, &part.md5, &part.description];
    let text: usize = text.into_iter().flatten().map(|text| text.len()).sum();
    let encoding = match &part.transfer_encoding {
        ContentEncoding::SevenBit | ContentEncoding::EightBit => "7BIT".len(),
        ContentEncoding::Binary => "BINARY".len(),
        ContentEncoding::Base64 => "BASE64".len(),
        ContentEncoding::QuotedPrintable => "QUOTED-PRINTABLE".len(),
        ContentEncoding::Other(name) => name.len(),
    };
    (text + encoding) as u64 + u64::from(part.octets)
}

fn disposition(disposition: Option<&ContentDisposition<'_>>) -> u64 {
    disposition.map_or(0, |disposition| {
        disposition.ty.len() as u64 + parameters(&disposition.params)
    })
}

fn parameters(list: &BodyParams<'_>) -> u64 {
    let list = list.iter().flatten();
    list.map(|(name, value)| (name.len() + value.len()) as u64)
        .sum()
}

fn optional(octets: &Option<std::borrow::Cow<'_, [u8]>>) -> u64 {
    octets.as_ref().map_or(0, |octets| octets.len() as u64)
}
