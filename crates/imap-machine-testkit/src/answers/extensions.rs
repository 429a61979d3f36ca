//! The values of answers to commands of extensions, as words.

use imap_machine::client::Event;
use imap_machine::client::answers::{
    AccessList, Annotated, Collation, FoundInMailboxes, FoundMailbox, GrantableRights, Languages,
    NamespaceRoot, Namespaced, Notified, NotifiedMailbox, OwnRights, Quotas, RootQuota, Threaded,
    UrlAuthorizations, UrlTexts,
};

use super::held::{Held, annotation, found, plain, status_item};
use super::part::Part;

macro_rules! held {
    ($($value:ty: $parts:expr;)+) => {
        $(impl Held for $value {
            fn parts(&self) -> Vec<Part> {
                $parts(self)
            }

            fn unread(&self) -> &[Event<'static>] {
                &self.unread
            }
        })+
    };
}

held! {
    Threaded: |it: &Self| vec![numbers(it)];
    FoundInMailboxes: |it: &Self| it.mailboxes.iter().map(found_mailbox).collect();
    Namespaced: |it: &Self| vec![namespaces(it)];
    Quotas: quotas;
    AccessList: |it: &Self| vec![access_list(it)];
    GrantableRights: |it: &Self| vec![grantable_rights(it)];
    OwnRights: |it: &Self| vec![Part::default().text(it.mailbox.wire()).text(it.rights.as_str())];
    Annotated: |it: &Self| vec![annotated(it)];
    Notified: |it: &Self| it.mailboxes.iter().map(notified_mailbox).collect();
    Languages: |it: &Self| vec![texts(&it.tags)];
    Collation: |it: &Self| vec![texts(it.active.iter().chain(&it.matching))];
    UrlAuthorizations: |it: &Self| vec![texts(&it.urls)];
    UrlTexts: |it: &Self| vec![url_texts(it)];
}

fn texts(texts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Part {
    texts.into_iter().fold(Part::default(), Part::text)
}

fn numbers(it: &Threaded) -> Part {
    let numbers = it.members.iter().filter_map(|member| member.number);
    numbers.fold(Part::default(), |part, number| {
        part.range(number.get(), number.get())
    })
}

fn found_mailbox(it: &FoundMailbox) -> Part {
    // UIDVALIDITY without a number says nothing.
    let part = found(&it.found).names("MAILBOX UIDVALIDITY");
    let part = part.text(it.name.wire());
    part.number("UIDVALIDITY", plain(it.uid_validity))
}

fn namespaces(it: &Namespaced) -> Part {
    let all = [&it.personal, &it.other_users, &it.shared];
    all.into_iter().flatten().fold(Part::default(), namespace)
}

fn namespace(part: Part, it: &NamespaceRoot) -> Part {
    let part = part.text(&it.prefix);
    let part = it
        .wire_prefix
        .iter()
        .fold(part, |part, wire| part.text(&wire[..]));
    let delimiter = it.delimiter.iter();
    let part = delimiter.fold(part, |part, delimiter| part.text(delimiter.to_string()));
    let extensions = it.extensions.iter();
    extensions.fold(part, |part, (name, value)| part.text(name).text(&value[..]))
}

fn quotas(it: &Quotas) -> Vec<Part> {
    let mailbox = it.mailbox.as_ref().map_or(&b""[..], |name| name.wire());
    let roots = it.roots.iter();
    let roots = roots.fold(Part::default().text(mailbox), |part, root| {
        part.text(&root[..])
    });
    it.quotas.iter().map(quota).chain([roots]).collect()
}

fn quota(it: &RootQuota) -> Part {
    let part = Part::default().text(&it.root[..]);
    it.resources.iter().fold(part, |part, it| {
        let part = part.text(&it.name);
        part.range(it.usage, it.usage).range(it.limit, it.limit)
    })
}

fn access_list(it: &AccessList) -> Part {
    let part = Part::default().text(it.mailbox.wire());
    it.entries.iter().fold(part, |part, (identifier, rights)| {
        part.text(&identifier[..]).text(rights.as_str())
    })
}

fn grantable_rights(it: &GrantableRights) -> Part {
    let part = Part::default().text(it.mailbox.wire());
    let part = part.text(&it.identifier[..]).text(it.required.as_str());
    let optional = it.optional.iter();
    optional.fold(part, |part, rights| part.text(rights.as_str()))
}

fn annotated(it: &Annotated) -> Part {
    let mailbox = it.mailbox.as_ref().map_or(&b""[..], |name| name.wire());
    let part = Part::default().text(mailbox);
    let part = it.entries.iter().fold(part, annotation);
    part.number("[METADATA LONGENTRIES", it.long_entries)
}

fn notified_mailbox(it: &NotifiedMailbox) -> Part {
    it.items
        .iter()
        .fold(Part::default().text(it.name.wire()), status_item)
}

fn url_texts(it: &UrlTexts) -> Part {
    it.texts.iter().fold(Part::default(), |part, (url, text)| {
        part.text(url).text(text.as_deref().unwrap_or_default())
    })
}
