//! FETCH responses of servers in the field, from public reports, and what is read of them.
//!
//! `cases.txt`: `@` says where it was reported and what is odd; then the line as received (CRLF implied; `\t`, `\\` and `\xNN` are
//! escapes; a line that ends in `{n}` goes on with the literal on the next line); `=` what is read; `!` the defects.

extern crate std;

use std::borrow::Cow;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::*;

const CASES: &str = include_str!("cases.txt");

struct Case {
    title: String,
    line: Vec<u8>,
    read: String,
    defects: String,
}

fn cases() -> Vec<Case> {
    let blocks = CASES
        .split_inclusive('\n')
        .fold(Vec::new(), |mut blocks: Vec<String>, line| {
            match line.strip_prefix("@ ") {
                Some(title) => blocks.push(title.into()),
                None => blocks.last_mut().expect("a title").push_str(line),
            }
            blocks
        });
    blocks.iter().map(|block| case(block)).collect()
}

fn case(block: &str) -> Case {
    let mut lines = block.lines();
    let title = lines.next().unwrap();
    let (mut received, mut read, mut defects) = (Vec::new(), "", "");
    for line in lines {
        if let Some(text) = line.strip_prefix("= ") {
            read = text;
        } else if let Some(text) = line.strip_prefix("! ") {
            defects = text;
        } else {
            received.extend(unescape(line));
            received.extend(b"\r\n");
        }
    }
    Case {
        title: title.into(),
        line: received,
        read: read.into(),
        defects: defects.into(),
    }
}

fn unescape(line: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut rest = line.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (octet, taken) = match (first, after.first()) {
            (b'\\', Some(b'\\')) => (b'\\', 2),
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(b'x')) => {
                let digits = std::str::from_utf8(&rest[2..4]).unwrap();
                (u8::from_str_radix(digits, 16).unwrap(), 4)
            }
            _ => (*first, 1),
        };
        octets.push(octet);
        rest = &rest[taken..];
    }
    octets
}

fn shown(value: Option<Value<'_>>) -> String {
    match value {
        None => "absent".into(),
        Some(Value::Nil) => "NIL".into(),
        Some(value) => format!(
            "{}",
            value
                .octets()
                .unwrap_or(Cow::Borrowed(b"streamed"))
                .escape_ascii()
        ),
    }
}

fn row(fetch: &Fetch<'_>) -> String {
    let items: Vec<_> = fetch.items().map(item).collect();
    items.join("; ")
}

fn item(item: FetchItem<'_>) -> String {
    match item {
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
        FetchItem::Envelope(it) => format!("ENVELOPE {}", envelope(it)),
        FetchItem::BodyStructure(it) => format!("BODYSTRUCTURE {}", structure(it)),
        FetchItem::Body(it) => format!("BODY {}", structure(it)),
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
    }
}

fn envelope(envelope: Envelope<'_>) -> String {
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
    let strings = strings.map(|(name, value)| (name, shown(value)));
    let lists = lists.map(|(name, list)| (name, list.map_or("absent".into(), addresses)));
    let fields = strings
        .into_iter()
        .chain(lists)
        .filter(|(_, shown)| shown != "NIL");
    let fields: Vec<_> = fields
        .map(|(name, shown)| format!("{name} {shown}"))
        .collect();
    format!("[{}]", fields.join(", "))
}

fn addresses(list: Addresses<'_>) -> String {
    if list.is_nil() {
        return "NIL".into();
    }
    let address = |it: Address<'_>| match it.kind() {
        AddressKind::Mailbox => {
            format!(
                "{} <{}@{}>",
                shown(it.name),
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

fn structure(structure: BodyStructure<'_>) -> String {
    let parts = structure.parts();
    let shown: Vec<_> = parts.iter().map(|one| part(&parts, one)).collect();
    format!("[{}]", shown.join(" | "))
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
    let languages = part.language.into_iter().flatten();
    words.extend(languages.map(|it| format!("language {}", shown(Some(it)))));
    if !part.rest.is_empty() {
        words.push(format!("rest {}", part.rest.escape_ascii()));
    }
    words.extend(part.envelope.map(|it| format!("envelope {}", envelope(it))));
    words.join(" ")
}

fn defects(fetch: &Fetch<'_>) -> String {
    let line = &*fetch.message;
    let defect = |defect: &Defect| {
        let rest = &line[defect.at..];
        let place = rest.iter().take(9).copied().take_while(|it| *it != b'\r');
        format!(
            "{:?} at `{}`",
            defect.kind,
            place.collect::<Vec<_>>().escape_ascii()
        )
    };
    let all: Vec<_> = fetch.defects().iter().map(defect).collect();
    match all.is_empty() {
        true => "none".into(),
        false => all.join(", "),
    }
}

#[test]
fn as_the_cases_say() {
    let cases = cases();
    assert!(cases.len() >= 30);
    for case in &cases {
        let fetch = Fetch::parse(&case.line, &[]).unwrap();
        assert_eq!(row(&fetch), case.read, "{}", case.title);
        assert_eq!(defects(&fetch), case.defects, "{}", case.title);
    }
}
