//! Rows of FETCH in words: the parts of a body structure by their numbers, the fields of an envelope.

use std::borrow::Cow;

use imap_machine::codec::{
    Address, AddressKind, Addresses, BodyParts, BodyStructure, Envelope, Fetch, FetchItem, Part,
    Value,
};
use imap_machine::text::Text;

fn shown(value: Option<Value<'_>>) -> String {
    match value {
        None => "absent".into(),
        Some(Value::Nil) => "NIL".into(),
        Some(value) => format!(
            "{}",
            value
                .octets()
                .unwrap_or(Cow::Borrowed(&b"streamed"[..]))
                .escape_ascii()
        ),
    }
}

/// What a header field has, and how people read it if that is something else.
fn header(value: Option<Value<'_>>) -> String {
    let octets = shown(value);
    match value.and_then(|value| value.header_text()) {
        Some(text) => with_text(octets, &text),
        None => octets,
    }
}

fn with_text(octets: String, text: &Text<'_>) -> String {
    let is_the_same = text.as_str().as_bytes().escape_ascii().to_string() == octets;
    if text.is_exact() && is_the_same {
        return octets;
    }
    let defects: Vec<_> = text.defects.iter().map(|it| format!(" ({it})")).collect();
    format!("{octets} reads {:?}{}", text.as_str(), defects.concat())
}

/// What was read of a row: a line for each item. A structure has a line for each part.
#[must_use]
pub fn row(fetch: &Fetch<'_>) -> Vec<String> {
    fetch.items().flat_map(item).collect()
}

fn item(item: FetchItem<'_>) -> Vec<String> {
    let line = match item {
        FetchItem::Envelope(it) => return envelope_lines(it),
        FetchItem::BodyStructure(it) => return structure("BODYSTRUCTURE", it),
        FetchItem::Body(it) => return structure("BODY", it),
        FetchItem::Uid(uid) => format!("UID {uid}"),
        FetchItem::Flags(flags) => {
            let flags: Vec<_> = flags
                .iter()
                .map(|flag| flag.escape_ascii().to_string())
                .collect();
            format!("FLAGS {}", flags.join(" "))
        }
        FetchItem::Rfc822Size(size) => format!("RFC822.SIZE {size}"),
        FetchItem::InternalDate(date) => format!("INTERNALDATE {}", date.unix_seconds()),
        FetchItem::Section(section) => {
            let origin = section.origin.map(|origin| format!(" from {origin}"));
            let name = section.name.escape_ascii();
            format!(
                "{name}{} {}",
                origin.unwrap_or_default(),
                shown(Some(section.value))
            )
        }
        FetchItem::Preview(value) => format!("PREVIEW {}", shown(Some(value))),
        FetchItem::SaveDate(date) => format!("SAVEDATE {date:?}"),
        FetchItem::EmailId(id) => format!("EMAILID {}", shown(Some(id))),
        FetchItem::ThreadId(id) => format!("THREADID {}", shown(Some(id))),
        FetchItem::GmailMessageId(id) => format!("X-GM-MSGID {id}"),
        FetchItem::GmailThreadId(id) => format!("X-GM-THRID {id}"),
        FetchItem::GmailLabels(labels) => {
            let labels: Vec<_> = labels.iter().map(|label| label.to_string()).collect();
            format!("X-GM-LABELS {}", labels.join(", "))
        }
        FetchItem::Other { name, value } => {
            format!(
                "kept {} {}",
                name.escape_ascii(),
                value.octets().escape_ascii()
            )
        }
        FetchItem::Malformed(rest) => format!("malformed {}", rest.escape_ascii()),
        hot => format!("{hot:?}"),
    };
    vec![line]
}

fn envelope_lines(it: Envelope<'_>) -> Vec<String> {
    let fields = envelope_fields(it);
    let fields = fields.iter().map(|field| format!("  {field}"));
    std::iter::once("ENVELOPE".to_owned())
        .chain(fields)
        .collect()
}

fn envelope(it: Envelope<'_>) -> String {
    format!("[{}]", envelope_fields(it).join(", "))
}

fn envelope_fields(envelope: Envelope<'_>) -> Vec<String> {
    let fields = envelope.fields();
    let strings = [
        ("date", fields.date),
        ("subject", fields.subject),
        ("in-reply-to", fields.in_reply_to),
        ("message-id", fields.message_id),
    ];
    let lists = [
        ("from", fields.from),
        ("sender", fields.sender),
        ("reply-to", fields.reply_to),
        ("to", fields.to),
        ("cc", fields.cc),
        ("bcc", fields.bcc),
    ];
    let strings = strings.map(|(name, value)| (name, header(value)));
    let lists = lists.map(|(name, list)| (name, list.map_or("absent".into(), addresses)));
    let fields = strings
        .into_iter()
        .chain(lists)
        .filter(|(_, shown)| shown != "NIL");
    fields
        .map(|(name, shown)| format!("{name} {shown}"))
        .collect()
}

fn addresses(list: Addresses<'_>) -> String {
    if list.is_nil() {
        return "NIL".into();
    }
    let address = |it: Address<'_>| match it.kind() {
        AddressKind::Mailbox => {
            format!(
                "{} <{}@{}>",
                header(it.name),
                shown(it.mailbox),
                shown(it.host)
            )
        }
        AddressKind::GroupStart => format!("group {}", shown(it.mailbox)),
        AddressKind::GroupEnd => "end of group".into(),
    };
    let list: Vec<_> = list.iter().map(address).collect();
    format!("({})", list.join(" "))
}

fn structure(name: &str, structure: BodyStructure<'_>) -> Vec<String> {
    let parts = structure.parts();
    let lines = parts.iter().map(|one| format!("  {}", part(&parts, one)));
    std::iter::once(name.to_owned()).chain(lines).collect()
}

fn part(parts: &BodyParts<'_>, part: &Part<'_>) -> String {
    let kind = part
        .media
        .kind
        .map_or("multipart".into(), |kind| shown(Some(kind)));
    let number = parts.number(part).unwrap_or("-".into());
    let mut words = Vec::from([format!("{number} {kind}/{}", shown(part.media.subtype))]);
    for parameter in part.parameters.into_iter().flatten() {
        words.push(format!(
            "{}={}",
            shown(Some(parameter.name)),
            shown(parameter.value)
        ));
    }
    let content = part.content;
    let strings = [
        ("id", content.id),
        ("description", content.description),
        ("encoding", content.encoding),
        ("md5", content.md5),
        ("location", part.location),
    ];
    for (name, value) in strings {
        if value.is_some_and(|value| !value.is_nil()) {
            words.push(format!("{name} {}", shown(value)));
        }
    }
    words.extend(content.size.map(|size| format!("{size} octets")));
    words.extend(content.lines.map(|lines| format!("{lines} lines")));
    if let Some(disposition) = part.disposition {
        words.push(format!("disposition {}", shown(disposition.kind)));
        for parameter in disposition.parameters.into_iter().flatten() {
            words.push(format!(
                "{}={}",
                shown(Some(parameter.name)),
                shown(parameter.value)
            ));
        }
    }
    if let Some(name) = part.file_name_text() {
        let octets = part.file_name().map_or(String::new(), |it| shown(Some(it)));
        if with_text(octets.clone(), &name) != octets {
            words.push(with_text("its file name".into(), &name));
        }
    }
    let languages = part.language.into_iter().flatten();
    words.extend(languages.map(|it| format!("language {}", shown(Some(it)))));
    if !part.rest.is_empty() {
        words.push(format!("rest {}", part.rest.escape_ascii()));
    }
    words.extend(part.envelope.map(|it| format!("envelope {}", envelope(it))));
    words.join(" ")
}
