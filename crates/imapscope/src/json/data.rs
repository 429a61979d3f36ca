//! Untagged data as imap-codec reads it.

use imap_machine::client::answers::ListedMailbox;
use imap_machine::codec::decode_mailbox_name;
use imap_machine::imap_types::core::{IString, NString, NString8, QuotedChar, Vec1};
use imap_machine::imap_types::extensions::metadata::MetadataResponse;
use imap_machine::imap_types::extensions::namespace::Namespace;
use imap_machine::imap_types::extensions::quota::QuotaGet;
use imap_machine::imap_types::flag::FlagNameAttribute;
use imap_machine::imap_types::mailbox::Mailbox;
use imap_machine::imap_types::response::Data;
use imap_machine::imap_types::status::StatusDataItem;
use serde_json::{Value, json};

use super::{Object, object, octets};

pub(super) fn data(data: &Data<'_>) -> Object {
    match data {
        Data::Capability(names) => object("capability", json!({ "capabilities": shown(names) })),
        Data::Enabled { capabilities } => {
            object("enabled", json!({ "capabilities": shown(capabilities) }))
        }
        Data::List {
            items,
            delimiter,
            mailbox,
        } => list("list", items, delimiter.as_ref(), mailbox),
        Data::Lsub {
            items,
            delimiter,
            mailbox,
        } => list("lsub", items, delimiter.as_ref(), mailbox),
        Data::Status { mailbox, items } => object(
            "mailbox-status",
            json!({ "mailbox": name(mailbox), "items": status_items(items) }),
        ),
        Data::Search(numbers, modseq) => object("search", found(numbers, *modseq)),
        Data::Sort(numbers, modseq) => object("sort", found(numbers, *modseq)),
        Data::Thread(threads) => object("thread", json!({ "threads": shown(threads) })),
        Data::Flags(flags) => object("flags", json!({ "flags": shown(flags) })),
        Data::Quota { root, quotas } => {
            let fields = json!({ "root": octets(root.as_ref()), "quotas": resources(quotas) });
            object("quota", fields)
        }
        Data::QuotaRoot { mailbox, roots } => {
            let roots: Vec<_> = roots.iter().map(|root| octets(root.as_ref())).collect();
            object(
                "quota-root",
                json!({ "mailbox": name(mailbox), "roots": roots }),
            )
        }
        Data::Id { parameters } => object("id", json!({ "parameters": pairs(parameters) })),
        Data::Metadata { mailbox, items } => object(
            "metadata",
            json!({ "mailbox": name(mailbox), "entries": metadata(items) }),
        ),
        Data::Namespace {
            personal,
            other,
            shared,
        } => object(
            "namespace",
            json!({
                "personal": namespaces(personal),
                "other": namespaces(other),
                "shared": namespaces(shared),
            }),
        ),
        // The core reads these itself, as `Untagged`.
        Data::Exists(_)
        | Data::Recent(_)
        | Data::Expunge(_)
        | Data::Fetch { .. }
        | Data::Vanished { .. } => object("other", json!({ "debug": format!("{data:?}") })),
    }
}

fn resources(quotas: &Vec1<QuotaGet<'_>>) -> Vec<Value> {
    let resource = |quota: &QuotaGet<'_>| {
        let name = quota.resource.to_string();
        json!({ "resource": name, "usage": quota.usage, "limit": quota.limit })
    };
    quotas.as_ref().iter().map(resource).collect()
}

fn pairs(parameters: &Option<Vec<(IString<'_>, NString<'_>)>>) -> Vec<Value> {
    let pair = |(key, value): &(IString<'_>, NString<'_>)| {
        let value = value.0.as_ref().map(|value| octets(value.as_ref()));
        json!([octets(key.as_ref()), value])
    };
    parameters.iter().flatten().map(pair).collect()
}

/// A mailbox of LIST.
pub fn listed(mailbox: &ListedMailbox) -> Value {
    json!({
        "name": mailbox.name,
        "delimiter": mailbox.delimiter,
        "attributes": mailbox.attributes,
    })
}

fn list(
    event: &str,
    attributes: &[FlagNameAttribute<'_>],
    delimiter: Option<&QuotedChar>,
    mailbox: &Mailbox<'_>,
) -> Object {
    let mut object = object(
        event,
        json!({
            "name": name(mailbox),
            "delimiter": delimiter.map(QuotedChar::inner),
            "attributes": shown(attributes),
        }),
    );
    if let Mailbox::Other(other) = mailbox {
        let wire = octets(other.inner().as_ref());
        if object.get("name") != Some(&wire) {
            object.insert("name_on_the_wire".to_owned(), wire);
        }
    }
    object
}

/// The name as people write it.
fn name(mailbox: &Mailbox<'_>) -> Value {
    match mailbox {
        Mailbox::Inbox => "INBOX".into(),
        Mailbox::Other(other) => {
            let wire = other.inner().as_ref();
            let decoded = std::str::from_utf8(wire).ok().and_then(decode_mailbox_name);
            decoded.map_or_else(|| octets(wire), Value::from)
        }
    }
}

fn shown<T: ToString>(items: impl AsRef<[T]>) -> Vec<String> {
    items.as_ref().iter().map(ToString::to_string).collect()
}

fn found(numbers: &[std::num::NonZeroU32], modseq: Option<std::num::NonZeroU64>) -> Value {
    match modseq {
        Some(modseq) => json!({ "numbers": numbers, "modseq": modseq }),
        None => json!({ "numbers": numbers }),
    }
}

fn status_items(items: &[StatusDataItem]) -> Value {
    let pair = |item: &StatusDataItem| {
        let (name, value) = match item {
            StatusDataItem::Messages(value) => ("messages", json!(value)),
            StatusDataItem::Recent(value) => ("recent", json!(value)),
            StatusDataItem::UidNext(value) => ("uidnext", json!(value)),
            StatusDataItem::UidValidity(value) => ("uidvalidity", json!(value)),
            StatusDataItem::Unseen(value) => ("unseen", json!(value)),
            StatusDataItem::Deleted(value) => ("deleted", json!(value)),
            StatusDataItem::DeletedStorage(value) => ("deleted_storage", json!(value)),
            StatusDataItem::Size(value) => ("size", json!(value)),
            StatusDataItem::HighestModSeq(value) => ("highestmodseq", json!(value)),
        };
        (name.to_owned(), value)
    };
    Value::Object(items.iter().map(pair).collect())
}

fn metadata(items: &MetadataResponse<'_>) -> Vec<Value> {
    match items {
        MetadataResponse::WithValues(entries) => entries
            .as_ref()
            .iter()
            .map(|entry| {
                let value = match &entry.value {
                    NString8::NString(value) => {
                        value.0.as_ref().map(|value| octets(value.as_ref()))
                    }
                    NString8::Literal8(value) => Some(octets(&value.data)),
                };
                json!({ "entry": octets(entry.entry.inner().as_ref()), "value": value })
            })
            .collect(),
        MetadataResponse::WithoutValues(entries) => entries
            .as_ref()
            .iter()
            .map(|entry| json!({ "entry": octets(entry.inner().as_ref()) }))
            .collect(),
    }
}

fn namespaces(namespaces: &[Namespace<'_>]) -> Vec<Value> {
    let namespace = |namespace: &Namespace<'_>| {
        let extensions: Vec<_> = namespace
            .extensions
            .iter()
            .map(|extension| {
                let values = extension.values.as_ref().iter();
                let values: Vec<_> = values.map(|value| octets(value.as_ref())).collect();
                json!({ "key": octets(extension.key.as_ref()), "values": values })
            })
            .collect();
        json!({
            "prefix": octets(namespace.prefix.as_ref()),
            "delimiter": namespace.delimiter.as_ref().map(QuotedChar::inner),
            "extensions": extensions,
        })
    };
    namespaces.iter().map(namespace).collect()
}
