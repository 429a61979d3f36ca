//! Reading the values of imap-types, which imap-codec, imap-next and io-imap hand out, and imap-machine for the heavy items.

use imap_machine::imap_types::body::{BodyStructure, Disposition, SpecificFields};
use imap_machine::imap_types::core::{IString, NString};
use imap_machine::imap_types::envelope::{Address, Envelope};
use imap_machine::imap_types::fetch::MessageDataItem;
use imap_machine::imap_types::flag::{Flag, FlagFetch};

use super::Read;
use crate::tally::{FlagRow, Tally, flag, samples};

/// Reads one response.
pub fn read(items: &[MessageDataItem<'_>], read: Read, tally: &mut Tally) {
    match read {
        Read::Flags | Read::Plain => tally.row(plain_row(items)),
        Read::Heavy => tally.add(heavy_row(items)),
        Read::Body => tally.add(body_row(items)),
    }
}

fn plain_row(items: &[MessageDataItem<'_>]) -> FlagRow {
    let mut row = FlagRow::default();
    for item in items {
        match item {
            MessageDataItem::Uid(uid) => row.uid = uid.get(),
            MessageDataItem::Flags(flags) => row.flags = flags.iter().map(fetched_flag).sum(),
            MessageDataItem::ModSeq(modseq) => row.modseq = modseq.get(),
            MessageDataItem::Rfc822Size(size) => row.size = u64::from(*size),
            MessageDataItem::InternalDate(_) => row.dates += 1,
            _ => {}
        }
    }
    row
}

fn fetched_flag(fetched: &FlagFetch<'_>) -> u64 {
    match fetched {
        FlagFetch::Flag(Flag::Answered) => flag(b"\\Answered"),
        FlagFetch::Flag(Flag::Deleted) => flag(b"\\Deleted"),
        FlagFetch::Flag(Flag::Draft) => flag(b"\\Draft"),
        FlagFetch::Flag(Flag::Flagged) => flag(b"\\Flagged"),
        FlagFetch::Flag(Flag::Seen) => flag(b"\\Seen"),
        FlagFetch::Flag(Flag::Keyword(keyword)) => flag(keyword.as_ref().as_bytes()),
        FlagFetch::Flag(Flag::Extension(_)) => 0,
        FlagFetch::Recent => flag(b"\\Recent"),
    }
}

fn heavy_row(items: &[MessageDataItem<'_>]) -> u64 {
    let read = |item: &MessageDataItem<'_>| match item {
        MessageDataItem::Uid(uid) => u64::from(uid.get()),
        MessageDataItem::Envelope(envelope) => envelope_octets(envelope),
        MessageDataItem::BodyStructure(structure) => structure_octets(structure),
        _ => 0,
    };
    items.iter().map(read).sum()
}

fn body_row(items: &[MessageDataItem<'_>]) -> u64 {
    let read = |item: &MessageDataItem<'_>| match item {
        MessageDataItem::Uid(uid) => u64::from(uid.get()),
        MessageDataItem::BodyExt { data, .. } => data.0.as_ref().map_or(0, |data| {
            let octets = data.as_ref();
            octets.len() as u64 + samples(octets, 0)
        }),
        _ => 0,
    };
    items.iter().map(read).sum()
}

/// Reads every field.
#[must_use]
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
    let strings: u64 = strings.into_iter().map(nstring).sum();
    strings + addresses.into_iter().flatten().map(address).sum::<u64>()
}

fn address(address: &Address<'_>) -> u64 {
    let Address {
        name,
        adl,
        mailbox,
        host,
    } = address;
    [name, adl, mailbox, host].into_iter().map(nstring).sum()
}

/// Reads every field that has a value in the input, of this part and those in it.
#[must_use]
pub fn structure_octets(structure: &BodyStructure<'_>) -> u64 {
    match structure {
        BodyStructure::Single {
            body,
            extension_data,
        } => {
            let basic = &body.basic;
            let specific = match &body.specific {
                SpecificFields::Basic { r#type, subtype } => istring(r#type) + istring(subtype),
                SpecificFields::Message {
                    envelope,
                    body_structure,
                    number_of_lines,
                } => {
                    envelope_octets(envelope)
                        + structure_octets(body_structure)
                        + u64::from(*number_of_lines)
                }
                SpecificFields::Text {
                    subtype,
                    number_of_lines,
                } => istring(subtype) + u64::from(*number_of_lines),
            };
            let extension = extension_data.as_ref().map_or(0, |data| {
                nstring(&data.md5) + disposition(data.tail.as_ref())
            });
            parameters(&basic.parameter_list)
                + nstring(&basic.id)
                + nstring(&basic.description)
                + istring(&basic.content_transfer_encoding)
                + u64::from(basic.size)
                + specific
                + extension
        }
        BodyStructure::Multi {
            bodies,
            subtype,
            extension_data,
        } => {
            let extension = extension_data.as_ref().map_or(0, |data| {
                parameters(&data.parameter_list) + disposition(data.tail.as_ref())
            });
            let parts: u64 = bodies.as_ref().iter().map(structure_octets).sum();
            parts + istring(subtype) + extension
        }
    }
}

fn disposition(disposition: Option<&Disposition<'_>>) -> u64 {
    let value = disposition.and_then(|disposition| disposition.disposition.as_ref());
    value.map_or(0, |(kind, list)| istring(kind) + parameters(list))
}

fn parameters(list: &[(IString<'_>, IString<'_>)]) -> u64 {
    list.iter()
        .map(|(name, value)| istring(name) + istring(value))
        .sum()
}

fn istring(string: &IString<'_>) -> u64 {
    string.as_ref().len() as u64
}

fn nstring(string: &NString<'_>) -> u64 {
    string.0.as_ref().map_or(0, istring)
}
