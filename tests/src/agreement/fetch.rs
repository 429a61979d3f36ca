//! The items of FETCH.

use std::num::NonZeroU32;

use imap_machine::codec::{BodySection, Fetch, FetchItem};
use imap_machine::imap_types::IntoStatic;
use imap_machine::imap_types::core::{NString, NString8};
use imap_machine::imap_types::fetch::MessageDataItem;
use imap_machine::imap_types::flag::FlagFetch;
use imap_machine::imap_types::response::{Data, Response};

pub(super) fn agree(ours: &Fetch<'_>, seq: NonZeroU32, theirs: &[MessageDataItem<'_>]) -> bool {
    ours.seq() == Some(seq.get())
        && ours.items().count() == theirs.len()
        && ours
            .items()
            .zip(theirs)
            .all(|(ours, theirs)| item_agrees(ours, theirs))
}

fn item_agrees(ours: FetchItem<'_>, theirs: &MessageDataItem<'_>) -> bool {
    match (ours, theirs) {
        (FetchItem::Uid(ours), MessageDataItem::Uid(theirs)) => ours == *theirs,
        (FetchItem::Flags(ours), MessageDataItem::Flags(theirs)) => {
            let ours = ours.iter().map(<[u8]>::to_ascii_lowercase);
            ours.eq(theirs.iter().map(|flag| flag_text(flag).into_bytes()))
        }
        (FetchItem::ModSeq(ours), MessageDataItem::ModSeq(theirs)) => ours == theirs.get(),
        (FetchItem::Rfc822Size(ours), MessageDataItem::Rfc822Size(theirs)) => {
            ours == u64::from(*theirs)
        }
        (FetchItem::InternalDate(ours), MessageDataItem::InternalDate(theirs)) => {
            ours.decode().as_ref() == Some(theirs)
        }
        (FetchItem::BinarySize(ours), MessageDataItem::BinarySize { section, size }) => {
            let renamed = item(ours.name, b"0");
            let section = section.clone();
            ours.size == u64::from(*size)
                && matches!(renamed, Some(MessageDataItem::BinarySize { section: ours, .. }) if ours == section)
        }
        (FetchItem::Envelope(ours), MessageDataItem::Envelope(theirs)) => {
            ours.decode().as_ref() == Ok(&theirs.clone().into_static())
        }
        (FetchItem::BodyStructure(ours), MessageDataItem::BodyStructure(theirs))
        | (FetchItem::Body(ours), MessageDataItem::Body(theirs)) => {
            ours.decode().as_ref() == Ok(&theirs.clone().into_static())
        }
        (FetchItem::Section(ours), theirs) => section_agrees(ours, theirs),
        _ => false,
    }
}

fn section_agrees(ours: BodySection<'_>, theirs: &MessageDataItem<'_>) -> bool {
    let value = match theirs {
        MessageDataItem::BodyExt { data, origin, .. } => {
            if ours.origin != origin.map(u64::from) {
                return false;
            }
            nstring(data)
        }
        MessageDataItem::Rfc822(data)
        | MessageDataItem::Rfc822Header(data)
        | MessageDataItem::Rfc822Text(data) => nstring(data),
        MessageDataItem::Binary { value, .. } => match value {
            NString8::NString(data) => nstring(data),
            NString8::Literal8(data) => Some(data.data.to_vec()),
        },
        _ => return false,
    };
    // Whether imap-codec reads our name as the same section of the same item.
    let renamed = item(ours.name, b"NIL");
    let same_name = match (renamed, theirs) {
        (
            Some(MessageDataItem::BodyExt { section: ours, .. }),
            MessageDataItem::BodyExt { section, .. },
        ) => ours == section.clone().into_static(),
        (
            Some(MessageDataItem::Binary { section: ours, .. }),
            MessageDataItem::Binary { section, .. },
        ) => ours == *section,
        (Some(ours), theirs) => std::mem::discriminant(&ours) == std::mem::discriminant(theirs),
        (None, _) => false,
    };
    same_name && ours.value.octets().map(std::borrow::Cow::into_owned) == value
}

/// The item of that name and value, as imap-codec reads it.
fn item(name: &[u8], value: &[u8]) -> Option<MessageDataItem<'static>> {
    let line = [b"* 1 FETCH (", name, b" ", value, b")\r\n"].concat();
    match super::decode(&line)? {
        Response::Data(Data::Fetch { items, .. }) => items.into_inner().into_iter().next(),
        _ => None,
    }
}

fn nstring(data: &NString<'_>) -> Option<Vec<u8>> {
    data.0.as_ref().map(|data| data.as_ref().to_vec())
}

fn flag_text(flag: &FlagFetch<'_>) -> String {
    match flag {
        FlagFetch::Flag(flag) => flag.to_string().to_ascii_lowercase(),
        FlagFetch::Recent => "\\recent".into(),
    }
}
