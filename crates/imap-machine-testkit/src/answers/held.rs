//! The values of typed answers, as words.

use std::fmt::Debug;
use std::num::NonZeroU32;

use imap_machine::client::Access;
use imap_machine::client::Event;
use imap_machine::client::answers::{
    Annotation, Appended, Copied, Counted, Enabled, Fetched, FetchedExtensions, FetchedMessage,
    FlagList, Found, Identified, Listed, ListedMailbox, Selected,
};
use imap_machine::codec::{Code, StatusItem};

use super::part::Part;

/// A value that can be looked through.
pub trait Held: Debug {
    /// What it says: one part for each thing that it is about.
    fn parts(&self) -> Vec<Part>;

    /// What it keeps as it was said.
    fn unread(&self) -> &[Event<'static>];
}

pub(super) fn plain(number: Option<NonZeroU32>) -> Option<u32> {
    number.map(NonZeroU32::get)
}

impl Held for Option<Code<'static>> {
    fn parts(&self) -> Vec<Part> {
        vec![self.iter().fold(Part::default(), code)]
    }

    fn unread(&self) -> &[Event<'static>] {
        &[]
    }
}

impl Held for Listed {
    fn parts(&self) -> Vec<Part> {
        self.mailboxes.iter().map(mailbox).collect()
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

fn mailbox(it: &ListedMailbox) -> Part {
    let mut part = Part::default().text(&it.name);
    if let Some(wire) = &it.wire_name {
        part = part.text(&wire[..]);
    }
    // INBOX is the same in upper and lower case.
    if it.name == "INBOX" {
        part = part.names("INBOX");
    }
    if let Some(delimiter) = it.delimiter {
        part = part.text(delimiter.to_string());
    }
    for attribute in &it.attributes {
        part = part.text(attribute);
    }
    let extended = it.extended.iter();
    let part = extended.fold(part, |part, (name, value)| part.text(name).text(&value[..]));
    let part = it.status.iter().fold(part, status_item);
    let part = it.metadata.iter().fold(part, annotation);
    let rights = it.my_rights.iter();
    rights.fold(part, |part, rights| part.text(rights.as_str()))
}

pub(super) fn annotation(part: Part, it: &Annotation) -> Part {
    part.text(&it.name)
        .text(it.value.as_deref().unwrap_or_default())
}

impl Held for Counted {
    fn parts(&self) -> Vec<Part> {
        let part = Part::default().text(self.mailbox.wire());
        vec![self.items.iter().fold(part, status_item)]
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

pub(super) fn status_item(part: Part, item: &StatusItem<'_>) -> Part {
    match item {
        StatusItem::Messages(it) => part.number("MESSAGES", Some(*it)),
        StatusItem::Recent(it) => part.number("RECENT", Some(*it)),
        StatusItem::UidNext(it) => part.number("UIDNEXT", Some(it.get())),
        StatusItem::UidValidity(it) => part.number("UIDVALIDITY", Some(it.get())),
        StatusItem::Unseen(it) => part.number("UNSEEN", Some(*it)),
        StatusItem::Deleted(it) => part.number("DELETED", Some(*it)),
        StatusItem::DeletedStorage(it) => part.number("DELETED-STORAGE", Some(*it)),
        StatusItem::Size(it) => part.number("SIZE", Some(*it)),
        StatusItem::HighestModSeq(it) => part.number("HIGHESTMODSEQ", Some(*it)),
        StatusItem::AppendLimit(it) => part.names("APPENDLIMIT").number("", *it),
        StatusItem::MailboxId(it) => part.names("MAILBOXID").text(&it[..]),
        StatusItem::Other { name, value } => part.text(&name[..]).text(&value[..]),
        _ => part,
    }
}

impl Held for Found {
    fn parts(&self) -> Vec<Part> {
        vec![found(self)]
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

pub(super) fn found(it: &Found) -> Part {
    // `(MODSEQ)` without a number says nothing.
    let part = Part::default()
        .names("MODSEQ")
        .number("MIN", plain(it.min))
        .number("MAX", plain(it.max))
        .number("COUNT", it.count)
        .number("MODSEQ", it.modseq);
    let part = match it.partial {
        Some((from, to)) => part.text("PARTIAL").text(format!("{from}:{to}")),
        None => part,
    };
    let ranges = it.ranges().iter();
    ranges.fold(part, |part, (first, last)| {
        part.range(first.get(), last.get())
    })
}

impl Held for Identified {
    fn parts(&self) -> Vec<Part> {
        let parameters = self.parameters.iter();
        vec![parameters.fold(Part::default(), |part, (name, value)| {
            part.text(name).text(value.as_deref().unwrap_or_default())
        })]
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

impl Held for Enabled {
    fn parts(&self) -> Vec<Part> {
        let names = self.capabilities.iter();
        vec![names.fold(Part::default(), |part, name| part.text(name))]
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

impl Held for Appended {
    fn parts(&self) -> Vec<Part> {
        let part = Part::default().number("[HIGHESTMODSEQ", self.highest_modseq);
        vec![match self.uid {
            Some((validity, uid)) => part
                .number("[APPENDUID", Some(validity.get()))
                .range(uid.get(), uid.get()),
            None => part,
        }]
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

impl Held for Copied {
    fn parts(&self) -> Vec<Part> {
        let part = Part::default().number("[COPYUID COPYUID", plain(self.uid_validity));
        vec![self.pairs().fold(part, |part, (from, to)| {
            part.range(from, from).range(to, to)
        })]
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

impl Held for Fetched {
    fn parts(&self) -> Vec<Part> {
        let vanished = self.vanished.iter();
        let vanished = vanished.fold(Part::default(), |part, (first, last)| {
            part.range(first.get(), last.get())
        });
        let modified = self.modified.iter();
        let modified = modified.fold(Part::default().names("[MODIFIED"), |part, (first, last)| {
            part.range(first.get(), last.get())
        });
        let messages = self.messages.iter().map(message);
        messages.chain([vanished, modified]).collect()
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

fn message(it: &FetchedMessage) -> Part {
    let mut part = Part::default()
        .range(it.number, it.number)
        .number("UID", plain(it.uid))
        .number("MODSEQ", it.modseq)
        .number("RFC822.SIZE", it.size);
    if let Some(list) = &it.flags {
        part = flags(part, "FLAGS", list);
    }
    if let Some(date) = &it.internal_date {
        part = part.names("INTERNALDATE").text(date);
    }
    if let Some(envelope) = it.envelope() {
        part = part.names("ENVELOPE").text(envelope.raw().octets());
    }
    if let Some(structure) = it.structure() {
        let names = part.names("BODYSTRUCTURE BODY");
        part = names.text(structure.raw().octets());
    }
    for section in &it.sections {
        let origin = section.origin.map(|origin| format!("<{origin}>"));
        part = part
            .text(format!("{}{}", section.name, origin.unwrap_or_default()))
            .text(section.octets.as_deref().unwrap_or_default());
    }
    if let Some(its) = &it.extensions {
        part = extensions(part, its);
    }
    let others = it.others.iter();
    others.fold(part, |part, (name, value)| part.text(name).text(value))
}

fn flags(part: Part, name: &str, list: &FlagList) -> Part {
    list.iter()
        .fold(part.names(name), |part, flag| part.text(flag.as_str()))
}

fn extensions(part: Part, its: &FetchedExtensions) -> Part {
    let texts = [
        ("PREVIEW", &its.preview),
        ("SAVEDATE", &its.save_date),
        ("EMAILID", &its.email_id),
        ("THREADID", &its.thread_id),
    ];
    let part = texts.iter().fold(part, |part, (name, text)| match text {
        Some(text) => part.names(name).text(text),
        None => part,
    });
    let labels = its.gmail_labels.iter().flatten();
    labels
        .fold(part, |part, label| part.names("X-GM-LABELS").text(label))
        .number("X-GM-MSGID", its.gmail_message_id)
        .number("X-GM-THRID", its.gmail_thread_id)
        .names(match its.gmail_labels {
            Some(_) => "X-GM-LABELS",
            None => "",
        })
}

impl Held for Selected {
    fn parts(&self) -> Vec<Part> {
        let mut part = Part::default()
            .range(self.exists, self.exists)
            .range(self.rev1.recent, self.rev1.recent)
            .number("[UNSEEN", plain(self.rev1.unseen))
            .number("[UIDVALIDITY", plain(self.uids.validity))
            .number("[UIDNEXT", plain(self.uids.next))
            .number("[HIGHESTMODSEQ", self.highest_modseq)
            .names("[CLOSED");
        part = flags(part, "FLAGS", &self.flags.defined);
        if let Some(permanent) = &self.flags.permanent {
            part = flags(part, "[PERMANENTFLAGS", permanent);
        }
        if self.highest_modseq == Some(0) {
            part = part.names("[NOMODSEQ");
        }
        if self.uids.not_sticky {
            part = part.names("[UIDNOTSTICKY");
        }
        if let Some(id) = &self.mailbox_id {
            part = part.names("[MAILBOXID").text(id);
        }
        part = part.names(match self.access {
            Some(Access::ReadOnly) => "[READ-ONLY",
            Some(Access::ReadWrite) => "[READ-WRITE",
            None => "",
        });
        let part = self.codes.iter().fold(part, code);
        let mailboxes = self.listed.iter().map(mailbox);
        let parts = mailboxes.chain(self.changes.parts());
        parts.chain([part]).collect()
    }

    fn unread(&self) -> &[Event<'static>] {
        &self.unread
    }
}

fn code(part: Part, code: &Code<'_>) -> Part {
    match code {
        Code::Other { name, arguments } => {
            let name = [b"[", &name[..]].concat();
            part.text(name).text(&arguments[..])
        }
        Code::Annotate(arguments) => part.names("[ANNOTATIONS [ANNOTATE").text(&arguments[..]),
        Code::MailboxId(id) => part.names("[MAILBOXID").text(&id[..]),
        Code::Modified(set) => part.names("[MODIFIED").text(set.raw()),
        Code::AppendUid { uid_validity, uids } => part
            .number("[APPENDUID", Some(uid_validity.get()))
            .text(uids.raw()),
        Code::CopyUid {
            uid_validity,
            source,
            destination,
        } => part
            .number("[COPYUID", Some(uid_validity.get()))
            .text(source.raw())
            .text(destination.raw()),
        Code::MetadataLongEntries(size) => part.number("[METADATA LONGENTRIES", Some(*size)),
        Code::ReadOnly => part.names("[READ-ONLY"),
        Code::ReadWrite => part.names("[READ-WRITE"),
        // Codes without arguments have the name that they have on the wire.
        code => part.names(&format!("[{code:?}").to_uppercase()),
    }
}
