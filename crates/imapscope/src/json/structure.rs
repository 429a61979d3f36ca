//! ENVELOPE and BODYSTRUCTURE. A field that is missing is left out; NIL is null.

use imap_machine::codec::{
    Address, AddressKind, Addresses, BodyStructure, Disposition, Envelope, Parameters, Part,
    Value as Octets,
};
use serde_json::{Value, json};

use super::object::{Object, octets};

pub(super) fn envelope(envelope: &Envelope<'_>) -> Value {
    let fields = envelope.fields();
    let mut object = Object::new();
    let mut add = |name, value| put(&mut object, name, value);
    add("date", fields.date.map(nstring));
    add("subject", fields.subject.map(nstring));
    add("from", fields.from.map(addresses));
    add("sender", fields.sender.map(addresses));
    add("reply_to", fields.reply_to.map(addresses));
    add("to", fields.to.map(addresses));
    add("cc", fields.cc.map(addresses));
    add("bcc", fields.bcc.map(addresses));
    add("in_reply_to", fields.in_reply_to.map(nstring));
    add("message_id", fields.message_id.map(nstring));
    object.into()
}

fn addresses(list: Addresses<'_>) -> Value {
    list.iter().map(address).collect()
}

fn address(address: Address<'_>) -> Value {
    match address.kind() {
        AddressKind::GroupStart => return json!({ "group": address.mailbox.map(nstring) }),
        AddressKind::GroupEnd => return json!({ "group": null }),
        AddressKind::Mailbox => {}
    }
    let mut object = Object::new();
    put(&mut object, "name", address.name.map(nstring));
    let adl = address.adl.filter(|adl| !adl.is_nil());
    put(&mut object, "adl", adl.map(nstring));
    put(&mut object, "mailbox", address.mailbox.map(nstring));
    put(&mut object, "host", address.host.map(nstring));
    object.into()
}

pub(super) fn structure(structure: &BodyStructure<'_>) -> Value {
    let parts = structure.parts();
    // From the last part to the first, so that the parts of a part are made before it: structures nest deeper than the stack.
    let mut made: Vec<Value> = Vec::new();
    for part in parts.iter().rev() {
        let mut its = made.split_off(made.len() - part.len());
        its.reverse();
        let mut object = self::part(part);
        let number = parts.number(part).map(Value::from);
        put(&mut object, "part", number);
        if part.is_message() {
            put(&mut object, "structure", its.pop());
        } else if part.is_multipart() {
            put(&mut object, "parts", Some(its.into()));
        }
        made.push(object.into());
    }
    made.pop().unwrap_or(Value::Null)
}

fn part(part: &Part<'_>) -> Object {
    let mut object = Object::new();
    let mut add = |name, value| put(&mut object, name, value);
    let kind = part.media.kind.map_or("multipart".into(), nstring);
    add("type", Some(kind));
    add("subtype", part.media.subtype.map(nstring));
    add("parameters", part.parameters.map(parameters));
    add("id", part.content.id.map(nstring));
    add("description", part.content.description.map(nstring));
    add("encoding", part.content.encoding.map(nstring));
    add("size", part.content.size.map(Value::from));
    add("lines", part.content.lines.map(Value::from));
    add("md5", part.content.md5.map(nstring));
    add("disposition", part.disposition.map(disposition));
    let languages = part.language.map(|it| it.iter().map(nstring).collect());
    add("language", languages);
    add("location", part.location.map(nstring));
    let rest = Some(part.rest).filter(|rest| !rest.is_empty());
    add("extensions", rest.map(octets));
    add("envelope", part.envelope.as_ref().map(envelope));
    object
}

fn disposition(disposition: Disposition<'_>) -> Value {
    let mut object = Object::new();
    put(&mut object, "type", disposition.kind.map(nstring));
    let its = disposition.parameters.map(parameters);
    put(&mut object, "parameters", its);
    object.into()
}

fn parameters(list: Parameters<'_>) -> Value {
    let pairs = list.iter();
    pairs
        .map(|pair| json!([nstring(pair.name), pair.value.map(nstring)]))
        .collect()
}

fn put(object: &mut Object, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value);
    }
}

pub(super) fn nstring(value: Octets<'_>) -> Value {
    value.octets().map_or(Value::Null, |value| octets(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_structure_is_left_out() {
        let list = br#"(("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 5 1 "md5=" ("attachment" ("filename" "a.txt")) ("en" "de") "http://x/" ("new" 7)) "mixed" ("boundary" "b") ("inline" NIL) NIL)"#;
        let shown = structure(&BodyStructure::from_raw(list).unwrap());
        assert_eq!(
            shown,
            json!({
                "type": "multipart",
                "subtype": "mixed",
                "parameters": [["boundary", "b"]],
                "disposition": { "type": "inline", "parameters": [] },
                "language": [],
                "parts": [{
                    "part": "1",
                    "type": "text",
                    "subtype": "plain",
                    "parameters": [["charset", "utf-8"]],
                    "id": null,
                    "description": null,
                    "encoding": "7bit",
                    "size": 5,
                    "lines": 1,
                    "md5": "md5=",
                    "disposition": { "type": "attachment", "parameters": [["filename", "a.txt"]] },
                    "language": ["en", "de"],
                    "location": "http://x/",
                    "extensions": "(\"new\" 7)",
                }],
            })
        );
    }
}
