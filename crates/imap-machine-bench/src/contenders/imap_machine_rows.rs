//! Every field of ENVELOPE and BODYSTRUCTURE, as imap-machine lends them.

use imap_machine::codec::{Address, Addresses, BodyStructure, Envelope, Parameters, Part, Value};

/// Reads every field.
pub(super) fn envelope_octets(envelope: Envelope<'_>) -> u64 {
    let fields = envelope.fields();
    let strings = [
        fields.date,
        fields.subject,
        fields.in_reply_to,
        fields.message_id,
    ];
    let lists = [
        fields.from,
        fields.sender,
        fields.reply_to,
        fields.to,
        fields.cc,
        fields.bcc,
    ];
    let strings: u64 = strings.into_iter().map(octets).sum();
    strings + lists.into_iter().map(addresses).sum::<u64>()
}

fn addresses(list: Option<Addresses<'_>>) -> u64 {
    list.expect("a list").iter().map(address).sum()
}

fn address(address: Address<'_>) -> u64 {
    let fields = [address.name, address.adl, address.mailbox, address.host];
    fields.into_iter().map(octets).sum()
}

/// Reads every field that has a value in the input, of all parts.
pub(super) fn structure_octets(structure: BodyStructure<'_>) -> u64 {
    structure.parts().iter().map(part).sum()
}

fn part(part: &Part<'_>) -> u64 {
    let content = &part.content;
    let kind = part
        .media
        .kind
        .filter(|kind| !kind.is("text") && !part.is_message());
    let subtype = part.media.subtype.filter(|_| !part.is_message());
    let disposition = part
        .disposition
        .map_or(0, |it| octets(it.kind) + parameters(it.parameters));
    let strings = [
        kind,
        subtype,
        content.id,
        content.description,
        content.encoding,
        content.md5,
    ];
    let strings: u64 = strings.into_iter().map(octets).sum();
    let numbers = content.size.unwrap_or(0) + content.lines.unwrap_or(0);
    let envelope = part.envelope.map_or(0, envelope_octets);
    strings + numbers + parameters(part.parameters) + disposition + envelope
}

fn parameters(list: Option<Parameters<'_>>) -> u64 {
    let pairs = list.into_iter().flatten();
    pairs
        .map(|pair| octets(Some(pair.name)) + octets(pair.value))
        .sum()
}

fn octets(value: Option<Value<'_>>) -> u64 {
    let octets = value.and_then(|value| value.octets());
    octets.map_or(0, |octets| octets.len() as u64)
}
