//! Untagged data as imap-types defines it, where it has a type for it.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroU64};

use imap_types::core::{AString, Atom, IString, NString, NString8, QuotedChar, Vec1, Vec2};
use imap_types::extensions::enable::CapabilityEnable;
use imap_types::extensions::metadata::{Entry, EntryValue, MetadataResponse};
use imap_types::extensions::namespace as ns;
use imap_types::extensions::quota::{QuotaGet, Resource};
use imap_types::extensions::thread::Thread;
use imap_types::flag::{Flag, FlagNameAttribute};
use imap_types::mailbox::Mailbox;
use imap_types::response::{Capability, Data};
use imap_types::status::StatusDataItem;

use super::Untagged;
use super::id::Identity;
use super::list::{List, ListKind};
use super::metadata::{Metadata, MetadataValue};
use super::namespace::NamespaceList;
use super::quota::Quota;
use super::search::{SearchData, SearchKind};
use super::status::StatusItem;
use super::thread::ThreadMember;
use super::vanished::Vanished;
use super::words::Words;
use crate::codec::code::sequence;
use crate::codec::mailbox_name::MailboxName;

impl Untagged<'_> {
    /// The same as imap-types defines it. `None` if imap-types has nothing for it: FETCH (see
    /// [`FetchItem`](crate::codec::FetchItem) for its parts), what came after it, and values outside its grammar.
    #[must_use]
    pub fn to_imap_types(&self) -> Option<Data<'static>> {
        Some(match self {
            Self::Exists(count) => Data::Exists(*count),
            Self::Recent(count) => Data::Recent(*count),
            Self::Expunge(number) => Data::Expunge(NonZeroU32::new(*number)?),
            Self::Vanished(it) => vanished(it)?,
            Self::Capability(names) => {
                let names = atoms(&names.words).map(|name| name.map(Capability::from));
                Data::Capability(Vec1::try_from(names.collect::<Option<Vec<_>>>()?).ok()?)
            }
            Self::Enabled(names) => {
                let names = atoms(&names.words).map(|name| name.map(CapabilityEnable::from));
                let capabilities = names.collect::<Option<_>>()?;
                Data::Enabled { capabilities }
            }
            Self::Flags(flags) => Data::Flags(flags.words.iter().map(flag).collect::<Option<_>>()?),
            Self::List(it) => list(it)?,
            Self::Status(it) => {
                let items = it.items().map(|item| status_item(&item));
                Data::Status {
                    mailbox: mailbox(&it.mailbox)?,
                    items: Cow::Owned(items.collect::<Option<_>>()?),
                }
            }
            Self::Search(it) => search(it)?,
            Self::Thread(threads) => {
                let members: Vec<_> = threads.members().collect();
                Data::Thread(siblings(&members, 0)?)
            }
            Self::Namespace(it) => Data::Namespace {
                personal: namespaces(&it.personal)?,
                other: namespaces(&it.other_users)?,
                shared: namespaces(&it.shared)?,
            },
            Self::Id(it) => id(it)?,
            Self::Quota(it) => quota(it)?,
            Self::QuotaRoot(it) => {
                let roots = it.roots.iter().map(|root| astring(&root));
                Data::QuotaRoot {
                    mailbox: mailbox(&it.mailbox)?,
                    roots: roots.collect::<Option<_>>()?,
                }
            }
            Self::Metadata(it) => metadata(it)?,
            _ => return None,
        })
    }
}

fn vanished(vanished: &Vanished<'_>) -> Option<Data<'static>> {
    Some(Data::Vanished {
        earlier: vanished.earlier,
        known_uids: sequence(&vanished.uids)?,
    })
}

fn list(list: &List<'_>) -> Option<Data<'static>> {
    if !list.extended.is_empty() {
        return None;
    }
    let attributes = list.attributes.iter();
    let items = attributes.map(attribute).collect::<Option<_>>()?;
    let delimiter = delimiter(list.delimiter)?;
    let mailbox = mailbox(&list.mailbox)?;
    match list.kind {
        ListKind::List => Some(Data::List {
            items,
            delimiter,
            mailbox,
        }),
        ListKind::Lsub => Some(Data::Lsub {
            items,
            delimiter,
            mailbox,
        }),
        ListKind::Xlist => None,
    }
}

fn search(search: &SearchData<'_>) -> Option<Data<'static>> {
    let numbers = search.numbers().collect();
    let modseq = match search.modseq {
        Some(modseq) => Some(NonZeroU64::new(modseq)?),
        None => None,
    };
    Some(match search.kind {
        SearchKind::Search => Data::Search(numbers, modseq),
        SearchKind::Sort => Data::Sort(numbers, modseq),
    })
}

fn id(id: &Identity<'_>) -> Option<Data<'static>> {
    let pairs = id.parameters().map(|(name, value)| {
        let value = match value {
            Some(value) => Some(istring(&value)?),
            None => None,
        };
        Some((istring(&name)?, NString(value)))
    });
    let pairs = pairs.collect::<Option<Vec<_>>>()?;
    let parameters = (!id.is_nil).then_some(pairs);
    Some(Data::Id { parameters })
}

fn quota(quota: &Quota<'_>) -> Option<Data<'static>> {
    let resources = quota.resources().map(|resource| {
        let name = Resource::from(Atom::try_from(resource.name.into_owned()).ok()?);
        Some(QuotaGet::new(name, resource.usage, resource.limit))
    });
    let quotas = Vec1::try_from(resources.collect::<Option<Vec<_>>>()?).ok()?;
    let root = astring(&quota.root)?;
    Some(Data::Quota { root, quotas })
}

fn metadata(metadata: &Metadata<'_>) -> Option<Data<'static>> {
    let mailbox = mailbox(&metadata.mailbox)?;
    let mut entries = metadata.entries().peekable();
    let items = match entries.peek()? {
        (_, MetadataValue::Changed) => {
            let names = entries.map(|(name, _)| entry(&name));
            let names = names.collect::<Option<Vec<_>>>()?;
            MetadataResponse::WithoutValues(Vec1::try_from(names).ok()?)
        }
        _ => {
            let values = entries.map(|(name, value)| entry_value(&name, value));
            let values = values.collect::<Option<Vec<_>>>()?;
            MetadataResponse::WithValues(Vec1::try_from(values).ok()?)
        }
    };
    Some(Data::Metadata { mailbox, items })
}

fn atoms(words: &Words<'_>) -> impl Iterator<Item = Option<Atom<'static>>> {
    words.iter().map(|word| Atom::try_from(word.to_vec()).ok())
}

fn text(octets: &[u8]) -> Option<&str> {
    core::str::from_utf8(octets).ok()
}

fn flag(word: &[u8]) -> Option<Flag<'static>> {
    use bounded_static::IntoBoundedStatic;
    Flag::try_from(text(word)?).ok().map(Flag::into_static)
}

fn attribute(word: &[u8]) -> Option<FlagNameAttribute<'static>> {
    let name = word.strip_prefix(b"\\")?;
    Some(FlagNameAttribute::from(Atom::try_from(name.to_vec()).ok()?))
}

fn delimiter(delimiter: Option<char>) -> Option<Option<QuotedChar>> {
    match delimiter {
        Some(letter) => Some(Some(QuotedChar::try_from(letter).ok()?)),
        None => Some(None),
    }
}

fn astring(octets: &[u8]) -> Option<AString<'static>> {
    AString::try_from(octets.to_vec()).ok()
}

fn istring(octets: &[u8]) -> Option<IString<'static>> {
    IString::try_from(octets.to_vec()).ok()
}

fn mailbox(name: &MailboxName<'_>) -> Option<Mailbox<'static>> {
    Mailbox::try_from(name.wire().to_vec()).ok()
}

fn status_item(item: &StatusItem<'_>) -> Option<StatusDataItem> {
    Some(match item {
        StatusItem::Messages(value) => StatusDataItem::Messages(*value),
        StatusItem::Recent(value) => StatusDataItem::Recent(*value),
        StatusItem::UidNext(value) => StatusDataItem::UidNext(*value),
        StatusItem::UidValidity(value) => StatusDataItem::UidValidity(*value),
        StatusItem::Unseen(value) => StatusDataItem::Unseen(*value),
        StatusItem::Deleted(value) => StatusDataItem::Deleted(*value),
        StatusItem::DeletedStorage(value) => StatusDataItem::DeletedStorage(*value),
        StatusItem::Size(value) => StatusDataItem::Size(*value),
        StatusItem::HighestModSeq(value) => StatusDataItem::HighestModSeq(*value),
        _ => return None,
    })
}

// imap-codec reads no deeper either.
const MOST_THREADS: usize = 8;

/// The threads of members of which the first ones are `depth` deep.
fn siblings(members: &[ThreadMember], depth: usize) -> Option<Vec<Thread>> {
    if depth > MOST_THREADS {
        return None;
    }
    let mut threads = Vec::new();
    let mut rest = members;
    while let Some((first, after)) = rest.split_first() {
        let end = after.iter().position(|member| member.depth <= first.depth);
        let (below, next) = after.split_at_checked(end.unwrap_or(after.len()))?;
        threads.push(thread(*first, below)?);
        rest = next;
    }
    Some(threads)
}

fn thread(first: ThreadMember, below: &[ThreadMember]) -> Option<Thread> {
    let Some(number) = first.number else {
        let answers = Vec2::try_from(siblings(below, first.depth + 1)?).ok()?;
        return Some(Thread::Nested { answers });
    };
    let mut prefix = Vec::from([number]);
    let mut rest = below;
    // An only answer goes on with the line of its parent.
    while let Some((next, after)) = rest.split_first() {
        let only = after.iter().all(|member| member.depth > next.depth);
        match next.number.filter(|_| only) {
            Some(number) => prefix.push(number),
            None => break,
        }
        rest = after;
    }
    let answers = match rest.is_empty() {
        true => None,
        false => Some(Vec2::try_from(siblings(rest, first.depth + 1)?).ok()?),
    };
    let prefix = Vec1::try_from(prefix).ok()?;
    Some(Thread::Members { prefix, answers })
}

fn namespaces(list: &NamespaceList<'_>) -> Option<Vec<ns::Namespace<'static>>> {
    let namespaces = list.iter().map(|namespace| {
        let mut read = ns::Namespace::new(
            istring(namespace.prefix.wire())?,
            delimiter(namespace.delimiter)?,
        );
        for (name, value) in namespace.extensions.iter() {
            let values = value
                .values()
                .map(|value| istring(&value.octets()?))
                .collect::<Option<Vec<_>>>()?;
            read.extensions.push(ns::NamespaceResponseExtension {
                key: istring(&name)?,
                values: Vec1::try_from(values).ok()?,
            });
        }
        Some(read)
    });
    namespaces.collect()
}

fn entry(name: &[u8]) -> Option<Entry<'static>> {
    Entry::try_from(astring(name)?).ok()
}

fn entry_value(name: &[u8], value: MetadataValue<'_>) -> Option<EntryValue<'static>> {
    let value = match value {
        MetadataValue::Octets(octets) => Some(istring(&octets)?),
        _ => None,
    };
    Some(EntryValue {
        entry: entry(name)?,
        value: NString8::NString(NString(value)),
    })
}
