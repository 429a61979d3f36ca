//! Untagged data as it is written in a `>` line: what was read, not what was received.

use std::num::NonZeroU32;

use imap_codec::ResponseCodec;
use imap_codec::encode::Encoder;
use imap_machine::codec::{
    Defect, DefectKind, Esearch, List, ListKind, MailboxName, Metadata, MetadataValue,
    NamespaceList, Octets, SearchKind, SearchResult, StatusItem, Threads, Untagged,
};
use imap_machine::imap_types::response::{Data, Response};

use super::octets::{quoted, shown};

/// The data, and its defects.
pub(super) fn data(data: &Untagged<'_>) -> String {
    let strict = data.to_imap_types().map(|data| encoded(&data));
    format!("data {}", strict.unwrap_or_else(|| own(data)))
}

/// As imap-codec writes it, without `*` and line end.
fn encoded(data: &Data<'_>) -> String {
    let line = ResponseCodec::default()
        .encode(&Response::Data(data.clone()))
        .dump();
    let line = line.strip_suffix(b"\r\n").unwrap_or(&line);
    shown(line.strip_prefix(b"* ").unwrap_or(line))
}

/// ` defects: space@12 number@20`
pub(super) fn defects(defects: &[Defect]) -> String {
    if defects.is_empty() {
        return String::new();
    }
    let shown = defects
        .iter()
        .map(|it| format!(" {}@{}", word(it.kind), it.at));
    format!(" defects:{}", shown.collect::<String>())
}

const fn word(kind: DefectKind) -> &'static str {
    match kind {
        DefectKind::Space => "space",
        DefectKind::Quoting => "quoting",
        DefectKind::Octets => "octets",
        DefectKind::Form => "form",
        DefectKind::Number => "number",
        DefectKind::Missing => "missing",
        DefectKind::Excess => "excess",
        DefectKind::Unclosed => "unclosed",
        DefectKind::Word => "word",
    }
}

/// What imap-types has no type for.
fn own(data: &Untagged<'_>) -> String {
    match data {
        Untagged::Capability(it) => format!("CAPABILITY {}", shown(it.words.raw())),
        Untagged::Enabled(it) => format!("ENABLED {}", shown(it.words.raw())),
        Untagged::Flags(it) => format!("FLAGS ({})", words(it.words.iter())),
        Untagged::Language(it) => format!("LANGUAGE ({})", words(it.words.iter())),
        Untagged::List(it) => list(it),
        Untagged::Status(it) => {
            let items: Vec<_> = it.items().map(|item| status_item(&item)).collect();
            format!("STATUS {} ({})", name(&it.mailbox), items.join(" "))
        }
        Untagged::Search(it) => {
            let word = match it.kind {
                SearchKind::Search => "SEARCH",
                SearchKind::Sort => "SORT",
            };
            let numbers: String = it.numbers().map(|number| format!(" {number}")).collect();
            let modseq = it.modseq.map(|modseq| format!(" (MODSEQ {modseq})"));
            format!("{word}{numbers}{}", modseq.unwrap_or_default())
        }
        Untagged::Esearch(it) => esearch(it),
        Untagged::Thread(it) => thread(it),
        Untagged::Namespace(it) => {
            let kinds = [&it.personal, &it.other_users, &it.shared].map(namespaces);
            format!("NAMESPACE {}", kinds.join(" "))
        }
        Untagged::Id(it) => {
            let pairs = it.parameters().map(|(name, value)| {
                let value = value.map_or("NIL".to_owned(), |value| quoted(&value));
                format!("{} {value}", quoted(&name))
            });
            format!("ID ({})", pairs.collect::<Vec<_>>().join(" "))
        }
        other => own_of_extensions(other),
    }
}

/// The same for responses of extensions that few servers have.
fn own_of_extensions(data: &Untagged<'_>) -> String {
    match data {
        Untagged::Quota(it) => {
            let resources = it
                .resources()
                .map(|one| format!("{} {} {}", shown(&one.name), one.usage, one.limit));
            let resources: Vec<_> = resources.collect();
            format!("QUOTA {} ({})", quoted(&it.root), resources.join(" "))
        }
        Untagged::QuotaRoot(it) => {
            let roots: String = it
                .roots
                .iter()
                .map(|root| format!(" {}", quoted(&root)))
                .collect();
            format!("QUOTAROOT {}{roots}", name(&it.mailbox))
        }
        Untagged::Acl(it) => {
            let entries = it
                .entries()
                .map(|(who, rights)| format!(" {} {}", quoted(&who), quoted(&rights)));
            format!("ACL {}{}", name(&it.mailbox), entries.collect::<String>())
        }
        Untagged::ListRights(it) => {
            let optional = it
                .optional
                .iter()
                .map(|rights| format!(" {}", quoted(&rights)));
            let fixed = format!("{} {}", quoted(&it.identifier), quoted(&it.required));
            let optional: String = optional.collect();
            format!("LISTRIGHTS {} {fixed}{optional}", name(&it.mailbox))
        }
        Untagged::MyRights(it) => format!("MYRIGHTS {} {}", name(&it.mailbox), quoted(&it.rights)),
        Untagged::Metadata(it) => metadata(it),
        other => own_of_urls(other),
    }
}

fn metadata(metadata: &Metadata<'_>) -> String {
    let entries = metadata.entries().map(|(entry, value)| match value {
        MetadataValue::Changed => format!(" {}", shown(&entry)),
        MetadataValue::None => format!(" {} NIL", shown(&entry)),
        MetadataValue::Octets(octets) => format!(" {} {}", shown(&entry), quoted(&octets)),
    });
    let entries: String = entries.collect();
    format!("METADATA {}{entries}", name(&metadata.mailbox))
}

fn own_of_urls(data: &Untagged<'_>) -> String {
    match data {
        Untagged::Comparator(it) => {
            format!(
                "COMPARATOR {} ({})",
                quoted(&it.active),
                words(it.matching.iter())
            )
        }
        Untagged::UidBatches(it) => {
            let of = correlator(it.tag.as_ref(), it.mailbox.as_ref(), it.uid_validity);
            let batches = it.batches().map(|(first, last)| format!(" {first}:{last}"));
            format!("UIDBATCHES{of}{}", batches.collect::<String>())
        }
        Untagged::GenUrlAuth(it) => {
            let urls: String = it
                .urls
                .iter()
                .map(|url| format!(" {}", quoted(&url)))
                .collect();
            format!("GENURLAUTH{urls}")
        }
        Untagged::UrlFetch(it) => {
            let urls = it
                .urls()
                .map(|(url, contents)| format!(" {} {}", quoted(&url), shown(contents.octets())));
            format!("URLFETCH{}", urls.collect::<String>())
        }
        Untagged::Other(it) => {
            let number = it
                .number
                .map_or(String::new(), |number| format!("{number} "));
            let arguments = match it.arguments.is_empty() {
                true => String::new(),
                false => format!(" {}", shown(&it.arguments)),
            };
            format!("other {number}{}{arguments}", shown(&it.name))
        }
        other => format!("{other:?}"),
    }
}

fn words<'a>(words: impl Iterator<Item = &'a [u8]>) -> String {
    words.map(shown).collect::<Vec<_>>().join(" ")
}

/// The name as people write it.
fn name(name: &MailboxName<'_>) -> String {
    match std::str::from_utf8(name.wire()) {
        Ok(_) => quoted(name.to_str().as_bytes()),
        Err(_) => quoted(name.wire()),
    }
}

fn list(list: &List<'_>) -> String {
    let word = match list.kind {
        ListKind::List => "LIST",
        ListKind::Lsub => "LSUB",
        ListKind::Xlist => "XLIST",
    };
    let delimiter = match list.delimiter {
        Some(letter) => quoted(letter.to_string().as_bytes()),
        None => "NIL".to_owned(),
    };
    let extended = list
        .extended
        .iter()
        .map(|(name, value)| format!("{} {}", shown(&name), shown(value.octets())));
    let extended: Vec<_> = extended.collect();
    let extended = match extended.is_empty() {
        true => String::new(),
        false => format!(" ({})", extended.join(" ")),
    };
    let attributes = words(list.attributes.iter());
    format!(
        "{word} ({attributes}) {delimiter} {}{extended}",
        name(&list.mailbox)
    )
}

fn status_item(item: &StatusItem<'_>) -> String {
    match item {
        StatusItem::Messages(value) => format!("MESSAGES {value}"),
        StatusItem::Recent(value) => format!("RECENT {value}"),
        StatusItem::UidNext(value) => format!("UIDNEXT {value}"),
        StatusItem::UidValidity(value) => format!("UIDVALIDITY {value}"),
        StatusItem::Unseen(value) => format!("UNSEEN {value}"),
        StatusItem::Deleted(value) => format!("DELETED {value}"),
        StatusItem::DeletedStorage(value) => format!("DELETED-STORAGE {value}"),
        StatusItem::Size(value) => format!("SIZE {value}"),
        StatusItem::HighestModSeq(value) => format!("HIGHESTMODSEQ {value}"),
        StatusItem::AppendLimit(Some(value)) => format!("APPENDLIMIT {value}"),
        StatusItem::AppendLimit(None) => "APPENDLIMIT NIL".to_owned(),
        StatusItem::MailboxId(id) => format!("MAILBOXID ({})", shown(id)),
        StatusItem::Other { name, value } => format!("other {} {}", shown(name), shown(value)),
        other => format!("{other:?}"),
    }
}

fn correlator(
    tag: Option<&Octets<'_>>,
    mailbox: Option<&MailboxName<'_>>,
    uid_validity: Option<NonZeroU32>,
) -> String {
    let tag = tag.map(|tag| format!(" tag {}", quoted(tag)));
    let mailbox = mailbox.map(|mailbox| format!(" mailbox {}", name(mailbox)));
    let validity = uid_validity.map(|it| format!(" uidvalidity {it}"));
    [tag, mailbox, validity].into_iter().flatten().collect()
}

fn esearch(esearch: &Esearch<'_>) -> String {
    let tag = esearch.tag.as_ref();
    let of = correlator(tag, esearch.mailbox.as_ref(), esearch.uid_validity);
    let uid = esearch.uid.then(|| " UID".to_owned());
    let parts = [Some(of), uid].into_iter().flatten();
    let results = esearch.results().map(|result| match result {
        SearchResult::Min(number) => format!(" MIN {number}"),
        SearchResult::Max(number) => format!(" MAX {number}"),
        SearchResult::Count(count) => format!(" COUNT {count}"),
        SearchResult::All(numbers) => format!(" ALL {numbers}"),
        SearchResult::ModSeq(modseq) => format!(" MODSEQ {modseq}"),
        SearchResult::Partial { range, numbers } => {
            let numbers = numbers.map_or("NIL".to_owned(), |numbers| numbers.to_string());
            format!(" PARTIAL ({} {numbers})", shown(&range))
        }
        SearchResult::AddTo(updates) => {
            let updates = updates.iter().map(|(at, set)| format!(" {at}: {set}"));
            format!(" ADDTO{}", updates.collect::<String>())
        }
        SearchResult::RemoveFrom(updates) => {
            let updates = updates.iter().map(|(at, set)| format!(" {at}: {set}"));
            format!(" REMOVEFROM{}", updates.collect::<String>())
        }
        SearchResult::Other { name, value } => format!(" other {} {}", shown(&name), shown(&value)),
        other => format!(" {other:?}"),
    });
    format!(
        "ESEARCH{}{}",
        parts.collect::<String>(),
        results.collect::<String>()
    )
}

/// Each message with a dot for each one above it; `0` is one that is missing.
fn thread(threads: &Threads<'_>) -> String {
    let members = threads.members().map(|member| {
        let number = member.number.map_or(0, NonZeroU32::get);
        format!(" {}{number}", ".".repeat(member.depth))
    });
    format!("THREAD{}", members.collect::<String>())
}

fn namespaces(list: &NamespaceList<'_>) -> String {
    if list.is_empty() {
        return "NIL".to_owned();
    }
    let namespaces = list.iter().map(|namespace| {
        let delimiter = match namespace.delimiter {
            Some(letter) => quoted(letter.to_string().as_bytes()),
            None => "NIL".to_owned(),
        };
        let extensions = match namespace.extensions.is_empty() {
            true => String::new(),
            false => format!(" {}", shown(namespace.extensions.raw())),
        };
        format!("({} {delimiter}{extensions})", name(&namespace.prefix))
    });
    format!("({})", namespaces.collect::<String>())
}
