//! FETCH responses.

use imap_machine::codec::{BodySection, Fetch, FetchItem, RawBodyStructure, Value as Section};
use imap_machine::imap_types::body::{Body, BodyStructure, SpecificFields};
use imap_machine::imap_types::core::{IString, NString};
use imap_machine::imap_types::envelope::{Address, Envelope};
use serde_json::{Value, json};

use super::{Object, number, object, octets};

/// One FETCH line: its items in the order received.
pub(super) fn fetch(fetch: &Fetch<'_>) -> Object {
    let mut object = object("fetch", json!({}));
    number(&mut object, fetch.number());
    let items: Vec<_> = fetch.items().map(|entry| item(&entry)).collect();
    object.insert("items".to_owned(), items.into());
    object
}

fn item(item: &FetchItem<'_>) -> Value {
    match item {
        FetchItem::Uid(uid) => json!({ "item": "UID", "value": uid }),
        FetchItem::Flags(flags) => {
            let flags: Vec<_> = flags.iter().map(octets).collect();
            json!({ "item": "FLAGS", "value": flags })
        }
        FetchItem::ModSeq(modseq) => json!({ "item": "MODSEQ", "value": modseq }),
        FetchItem::Rfc822Size(size) => json!({ "item": "RFC822.SIZE", "value": size }),
        FetchItem::InternalDate(date) => {
            json!({ "item": "INTERNALDATE", "value": octets(date.raw()) })
        }
        FetchItem::Section(section) => body_section(section),
        FetchItem::BinarySize(size) => json!({ "item": octets(size.name), "value": size.size }),
        FetchItem::Envelope(raw) => match raw.decode() {
            Ok(read) => json!({ "item": "ENVELOPE", "value": envelope(&read) }),
            Err(_) => json!({ "item": "ENVELOPE", "raw": octets(raw.raw().octets()) }),
        },
        FetchItem::BodyStructure(raw) => body_structure("BODYSTRUCTURE", raw),
        FetchItem::Body(raw) => body_structure("BODY", raw),
        FetchItem::Other { name, value } => {
            json!({ "item": octets(name), "raw": octets(value.octets()) })
        }
        FetchItem::Malformed(rest) => json!({ "item": null, "malformed": octets(rest) }),
    }
}

fn body_section(section: &BodySection<'_>) -> Value {
    let mut item = Object::new();
    item.insert("item".to_owned(), octets(section.name));
    if let Some(origin) = section.origin {
        item.insert("origin".to_owned(), origin.into());
    }
    let value = match section.value {
        Section::Streamed { size } => {
            item.insert("streamed".to_owned(), size.into());
            return item.into();
        }
        value => value.octets().map(|value| octets(&value)),
    };
    item.insert("value".to_owned(), value.into());
    item.into()
}

fn body_structure(name: &str, raw: &RawBodyStructure<'_>) -> Value {
    match raw.decode() {
        Ok(read) => json!({ "item": name, "value": structure(&read) }),
        Err(_) => json!({ "item": name, "raw": octets(raw.raw().octets()) }),
    }
}

fn envelope(envelope: &Envelope<'_>) -> Value {
    json!({
        "date": nstring(&envelope.date),
        "subject": nstring(&envelope.subject),
        "from": addresses(&envelope.from),
        "sender": addresses(&envelope.sender),
        "reply_to": addresses(&envelope.reply_to),
        "to": addresses(&envelope.to),
        "cc": addresses(&envelope.cc),
        "bcc": addresses(&envelope.bcc),
        "in_reply_to": nstring(&envelope.in_reply_to),
        "message_id": nstring(&envelope.message_id),
    })
}

fn addresses(addresses: &[Address<'_>]) -> Vec<Value> {
    let address = |address: &Address<'_>| {
        json!({
            "name": nstring(&address.name),
            "mailbox": nstring(&address.mailbox),
            "host": nstring(&address.host),
        })
    };
    addresses.iter().map(address).collect()
}

fn structure(part: &BodyStructure<'_>) -> Value {
    match part {
        BodyStructure::Single { body, .. } => single(body),
        BodyStructure::Multi {
            bodies, subtype, ..
        } => {
            let parts: Vec<_> = bodies.as_ref().iter().map(structure).collect();
            json!({ "type": "multipart", "subtype": istring(subtype), "parts": parts })
        }
    }
}

fn single(body: &Body<'_>) -> Value {
    let parameters = body.basic.parameter_list.iter();
    let parameters: Vec<_> = parameters
        .map(|(name, value)| json!([istring(name), istring(value)]))
        .collect();
    let mut part = json!({
        "size": body.basic.size,
        "encoding": istring(&body.basic.content_transfer_encoding),
        "parameters": parameters,
        "id": nstring(&body.basic.id),
        "description": nstring(&body.basic.description),
    });
    match &body.specific {
        SpecificFields::Basic { r#type, subtype } => {
            part["type"] = istring(r#type);
            part["subtype"] = istring(subtype);
        }
        SpecificFields::Text {
            subtype,
            number_of_lines,
        } => {
            part["type"] = "text".into();
            part["subtype"] = istring(subtype);
            part["lines"] = (*number_of_lines).into();
        }
        SpecificFields::Message {
            envelope: of,
            body_structure,
            number_of_lines,
        } => {
            part["type"] = "message".into();
            part["subtype"] = "rfc822".into();
            part["lines"] = (*number_of_lines).into();
            part["envelope"] = envelope(of);
            part["structure"] = structure(body_structure);
        }
    }
    part
}

fn nstring(value: &NString<'_>) -> Value {
    value.0.as_ref().map_or(Value::Null, istring)
}

fn istring(value: &IString<'_>) -> Value {
    octets(value.as_ref())
}
