//! Untagged data other than counts and FETCH.

use imap_machine::client::answers::ListedMailbox;
use imap_machine::codec::{
    Esearch, List, ListKind, MailboxName, MetadataValue, NamespaceList, NumberSet, Pairs, Quota,
    SearchKind, SearchResult, StatusItem, Threads, Untagged, Updates, Words,
};
use serde_json::{Value, json};

use super::object::{Object, object, octets};

pub(super) fn data(data: &Untagged<'_>) -> Object {
    match data {
        Untagged::Capability(it) => {
            object("capability", json!({ "capabilities": words(&it.words) }))
        }
        Untagged::Enabled(it) => object("enabled", json!({ "capabilities": words(&it.words) })),
        Untagged::Flags(it) => object("flags", json!({ "flags": words(&it.words) })),
        Untagged::Language(it) => object("language", json!({ "languages": words(&it.words) })),
        Untagged::List(it) => list(it),
        Untagged::Status(it) => {
            let items = it.items().map(|item| status_item(&item)).collect();
            let fields = json!({ "mailbox": name(&it.mailbox), "items": Value::Object(items) });
            object("mailbox-status", fields)
        }
        Untagged::Search(it) => {
            let word = match it.kind {
                SearchKind::Search => "search",
                SearchKind::Sort => "sort",
            };
            let numbers: Vec<_> = it.numbers().collect();
            let mut object = object(word, json!({ "numbers": numbers }));
            if let Some(modseq) = it.modseq {
                object.insert("modseq".to_owned(), modseq.into());
            }
            object
        }
        Untagged::Esearch(it) => esearch(it),
        Untagged::Thread(it) => object("thread", json!({ "members": thread(it) })),
        Untagged::Quota(it) => object(
            "quota",
            json!({ "root": octets(&it.root), "quotas": resources(it) }),
        ),
        Untagged::QuotaRoot(it) => {
            let roots: Vec<_> = it.roots.iter().map(|root| octets(&root)).collect();
            let fields = json!({ "mailbox": name(&it.mailbox), "roots": roots });
            object("quota-root", fields)
        }
        Untagged::Id(it) => {
            let pairs = it
                .parameters()
                .map(|(name, value)| json!([octets(&name), value.map(|value| octets(&value))]));
            object("id", json!({ "parameters": pairs.collect::<Vec<_>>() }))
        }
        Untagged::Metadata(it) => {
            let entries = it.entries().map(|(entry, value)| match value {
                MetadataValue::Changed => json!({ "entry": octets(&entry) }),
                MetadataValue::None => json!({ "entry": octets(&entry), "value": null }),
                MetadataValue::Octets(value) => {
                    json!({ "entry": octets(&entry), "value": octets(&value) })
                }
            });
            let entries: Vec<_> = entries.collect();
            let fields = json!({ "mailbox": name(&it.mailbox), "entries": entries });
            object("metadata", fields)
        }
        Untagged::Namespace(it) => object(
            "namespace",
            json!({
                "personal": namespaces(&it.personal),
                "other": namespaces(&it.other_users),
                "shared": namespaces(&it.shared),
            }),
        ),
        other => rights_and_more(other),
    }
}

/// Responses of extensions that few servers have.
fn rights_and_more(data: &Untagged<'_>) -> Object {
    match data {
        Untagged::Acl(it) => {
            let entries = it.entries();
            let entries = entries.map(|(who, rights)| json!([octets(&who), octets(&rights)]));
            let entries: Vec<_> = entries.collect();
            let fields = json!({ "mailbox": name(&it.mailbox), "entries": entries });
            object("acl", fields)
        }
        Untagged::ListRights(it) => {
            let optional: Vec<_> = it.optional.iter().map(|rights| octets(&rights)).collect();
            object(
                "list-rights",
                json!({
                    "mailbox": name(&it.mailbox),
                    "identifier": octets(&it.identifier),
                    "required": octets(&it.required),
                    "optional": optional,
                }),
            )
        }
        Untagged::MyRights(it) => object(
            "my-rights",
            json!({ "mailbox": name(&it.mailbox), "rights": octets(&it.rights) }),
        ),
        Untagged::Comparator(it) => object(
            "comparator",
            json!({ "active": octets(&it.active), "matching": words(&it.matching) }),
        ),
        Untagged::UidBatches(it) => {
            let mut fields = json!({ "batches": it.batches().collect::<Vec<_>>() });
            if let Some(mailbox) = &it.mailbox {
                fields["mailbox"] = name(mailbox);
            }
            if let Some(validity) = it.uid_validity {
                fields["uid-validity"] = validity.get().into();
            }
            object("uid-batches", fields)
        }
        Untagged::GenUrlAuth(it) => {
            let urls: Vec<_> = it.urls.iter().map(|url| octets(&url)).collect();
            object("genurlauth", json!({ "urls": urls }))
        }
        Untagged::UrlFetch(it) => {
            let urls = it.urls();
            let urls = urls.map(|(url, contents)| {
                let contents = match contents.nstring() {
                    Some(value) => value.octets().map(|value| octets(&value)),
                    None => Some(octets(contents.octets())),
                };
                json!([octets(&url), contents])
            });
            object("urlfetch", json!({ "urls": urls.collect::<Vec<_>>() }))
        }
        Untagged::Other(it) => {
            let mut fields =
                json!({ "name": octets(&it.name), "arguments": octets(&it.arguments) });
            if let Some(number) = it.number {
                fields["number"] = number.into();
            }
            object("other-data", fields)
        }
        other => object("other", json!({ "debug": format!("{other:?}") })),
    }
}

fn words(words: &Words<'_>) -> Vec<Value> {
    words.iter().map(octets).collect()
}

fn resources(quota: &Quota<'_>) -> Vec<Value> {
    let resources = quota.resources().map(
        |one| json!({ "resource": octets(&one.name), "usage": one.usage, "limit": one.limit }),
    );
    resources.collect()
}

/// A mailbox of LIST.
pub fn listed(mailbox: &ListedMailbox) -> Value {
    let mut object = json!({
        "name": mailbox.name,
        "delimiter": mailbox.delimiter,
        "attributes": mailbox.attributes,
    });
    if let Some(wire) = &mailbox.wire_name {
        object["name_on_the_wire"] = octets(wire);
    }
    if !mailbox.extended.is_empty() {
        let extended = mailbox.extended.iter();
        let extended = extended.map(|(name, value)| json!([name, octets(value)]));
        object["extended"] = extended.collect();
    }
    if let Some((role, source)) = mailbox.role_and_source() {
        let role = role.as_str().trim_start_matches('\\').to_lowercase();
        object["role"] = json!({ "is": role, "by": format!("{source:?}").to_lowercase() });
    }
    object
}

fn list(list: &List<'_>) -> Object {
    let word = match list.kind {
        ListKind::List => "list",
        ListKind::Lsub => "lsub",
        ListKind::Xlist => "xlist",
    };
    let mut object = object(
        word,
        json!({
            "name": name(&list.mailbox),
            "delimiter": list.delimiter,
            "attributes": words(&list.attributes),
        }),
    );
    let wire = octets(list.mailbox.wire());
    if !list.mailbox.is_inbox() && object.get("name") != Some(&wire) {
        object.insert("name_on_the_wire".to_owned(), wire);
    }
    if !list.extended.is_empty() {
        object.insert("extended".to_owned(), pairs(&list.extended));
    }
    object
}

fn pairs(pairs: &Pairs<'_>) -> Value {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| json!([octets(&name), octets(value.octets())]))
        .collect()
}

/// The name as people write it; its octets if they are no text.
fn name(mailbox: &MailboxName<'_>) -> Value {
    match std::str::from_utf8(mailbox.wire()) {
        Ok(_) => mailbox.to_str().into(),
        Err(_) => octets(mailbox.wire()),
    }
}

fn status_item(item: &StatusItem<'_>) -> (String, Value) {
    let (name, value) = match item {
        StatusItem::Messages(value) => ("messages", json!(value)),
        StatusItem::Recent(value) => ("recent", json!(value)),
        StatusItem::UidNext(value) => ("uidnext", json!(value)),
        StatusItem::UidValidity(value) => ("uidvalidity", json!(value)),
        StatusItem::Unseen(value) => ("unseen", json!(value)),
        StatusItem::Deleted(value) => ("deleted", json!(value)),
        StatusItem::DeletedStorage(value) => ("deleted_storage", json!(value)),
        StatusItem::Size(value) => ("size", json!(value)),
        StatusItem::HighestModSeq(value) => ("highestmodseq", json!(value)),
        StatusItem::AppendLimit(value) => ("appendlimit", json!(value)),
        StatusItem::MailboxId(id) => ("mailboxid", octets(id)),
        StatusItem::Other { name, value } => {
            return (String::from_utf8_lossy(name).into_owned(), octets(value));
        }
        other => ("other", json!(format!("{other:?}"))),
    };
    (name.to_owned(), value)
}

/// Items of STATUS by name.
pub fn counted(items: &[StatusItem<'_>]) -> Value {
    Value::Object(items.iter().map(status_item).collect())
}

fn esearch(esearch: &Esearch<'_>) -> Object {
    let mut object = object("esearch", json!({ "uid": esearch.uid }));
    let mut put = |name: &str, value: Value| object.insert(name.to_owned(), value);
    if let Some(tag) = &esearch.tag {
        put("tag", octets(tag));
    }
    if let Some(mailbox) = &esearch.mailbox {
        put("mailbox", name(mailbox));
    }
    if let Some(validity) = esearch.uid_validity {
        put("uid_validity", validity.get().into());
    }
    for result in esearch.results() {
        match result {
            SearchResult::Min(number) => put("min", number.get().into()),
            SearchResult::Max(number) => put("max", number.get().into()),
            SearchResult::Count(count) => put("count", count.into()),
            SearchResult::All(numbers) => put("all", ranges(&numbers)),
            SearchResult::ModSeq(modseq) => put("modseq", modseq.into()),
            SearchResult::Partial { range, numbers } => put(
                "partial",
                json!({ "range": octets(&range), "numbers": numbers.as_ref().map(ranges) }),
            ),
            SearchResult::AddTo(updates) => put("addto", changes(&updates)),
            SearchResult::RemoveFrom(updates) => put("removefrom", changes(&updates)),
            SearchResult::Other { name, value } => {
                put(&String::from_utf8_lossy(&name), octets(&value))
            }
            other => put("other", json!(format!("{other:?}"))),
        };
    }
    object
}

fn ranges(set: &NumberSet<'_>) -> Value {
    set.ranges()
        .map(|(first, last)| json!([first, last]))
        .collect()
}

fn changes(updates: &Updates<'_>) -> Value {
    let updates = updates.iter();
    updates
        .map(|(position, numbers)| json!([position, ranges(&numbers)]))
        .collect()
}

/// Each message with how many are above it.
fn thread(threads: &Threads<'_>) -> Value {
    let members = threads.members();
    members
        .map(|member| json!([member.depth, member.number]))
        .collect()
}

fn namespaces(list: &NamespaceList<'_>) -> Value {
    let namespaces = list.iter().map(|namespace| {
        json!({
            "prefix": name(&namespace.prefix),
            "delimiter": namespace.delimiter,
            "extensions": pairs(&namespace.extensions),
        })
    });
    namespaces.collect()
}
