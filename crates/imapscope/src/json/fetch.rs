//! FETCH responses.

use imap_machine::codec::{BodySection, Fetch, FetchItem, Value as Octets};
use serde_json::{Value, json};

use super::number;
use super::object::{Object, object, octets};
use super::structure::{envelope, nstring, structure};

/// One FETCH line: its items in the order received, and where it breaks the grammar.
pub(super) fn fetch(fetch: &Fetch<'_>) -> Object {
    let mut object = object("fetch", json!({}));
    number(&mut object, fetch.number());
    let items: Vec<_> = fetch.items().map(|entry| item(&entry)).collect();
    object.insert("items".to_owned(), items.into());
    let defects = fetch.defects();
    if !defects.is_empty() {
        let defects = defects.iter();
        let defects = defects.map(|it| json!({ "at": it.at, "defect": it.kind.to_string() }));
        object.insert("defects".to_owned(), defects.collect());
    }
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
        FetchItem::Envelope(it) => json!({ "item": "ENVELOPE", "value": envelope(it) }),
        FetchItem::BodyStructure(it) => json!({ "item": "BODYSTRUCTURE", "value": structure(it) }),
        FetchItem::Body(it) => json!({ "item": "BODY", "value": structure(it) }),
        FetchItem::Preview(preview) => string("PREVIEW", *preview),
        FetchItem::SaveDate(date) => {
            json!({ "item": "SAVEDATE", "value": date.map(|date| octets(date.raw())) })
        }
        FetchItem::EmailId(id) => string("EMAILID", *id),
        FetchItem::ThreadId(id) => string("THREADID", *id),
        FetchItem::GmailMessageId(id) => json!({ "item": "X-GM-MSGID", "value": id }),
        FetchItem::GmailThreadId(id) => json!({ "item": "X-GM-THRID", "value": id }),
        FetchItem::GmailLabels(labels) => {
            let labels: Vec<_> = labels.iter().map(|label| label.to_string()).collect();
            json!({ "item": "X-GM-LABELS", "value": labels })
        }
        FetchItem::Other { name, value } => {
            json!({ "item": octets(name), "raw": octets(value.octets()) })
        }
        FetchItem::Malformed(rest) => json!({ "item": null, "malformed": octets(rest) }),
        other => json!({ "item": format!("{other:?}") }),
    }
}

fn string(name: &str, value: Octets<'_>) -> Value {
    match value {
        Octets::Streamed { size } => json!({ "item": name, "streamed": size }),
        value => json!({ "item": name, "value": nstring(value) }),
    }
}

fn body_section(section: &BodySection<'_>) -> Value {
    let mut item = Object::new();
    item.insert("item".to_owned(), octets(section.name));
    if let Some(origin) = section.origin {
        item.insert("origin".to_owned(), origin.into());
    }
    let value = match section.value {
        Octets::Streamed { size } => {
            item.insert("streamed".to_owned(), size.into());
            return item.into();
        }
        value => value.octets().map(|value| octets(&value)),
    };
    item.insert("value".to_owned(), value.into());
    item.into()
}
