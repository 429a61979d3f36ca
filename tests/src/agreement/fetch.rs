//! The items of FETCH.

use std::num::NonZeroU32;

use imap_machine::codec::{BodySection, BodyStructure, Defect, DefectKind, Fetch, FetchItem};
use imap_machine::imap_types::core::{NString, NString8};
use imap_machine::imap_types::fetch::MessageDataItem;
use imap_machine::imap_types::flag::FlagFetch;
use imap_machine::imap_types::response::{Data, Response};
use imap_machine::imap_types::{self, IntoStatic};

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
            let (ours, theirs) = (ours.civil(), theirs.as_ref());
            let zone = theirs.offset().local_minus_utc();
            ours.unix_seconds() == theirs.timestamp() && i32::from(ours.zone) * 60 == zone
        }
        (FetchItem::BinarySize(ours), MessageDataItem::BinarySize { section, size }) => {
            let renamed = item(ours.name, b"0");
            let section = section.clone();
            ours.size == u64::from(*size)
                && matches!(renamed, Some(MessageDataItem::BinarySize { section: ours, .. }) if ours == section)
        }
        (FetchItem::Envelope(ours), MessageDataItem::Envelope(theirs)) => {
            same(ours.to_imap_types(), theirs.clone())
        }
        (FetchItem::BodyStructure(ours), MessageDataItem::BodyStructure(theirs))
        | (FetchItem::Body(ours), MessageDataItem::Body(theirs)) => structures_agree(ours, theirs),
        (FetchItem::Section(ours), theirs) => section_agrees(ours, theirs),
        _ => false,
    }
}

/// imap-codec accepts what the grammar does not have: NIL for the value of a parameter or for an encoding (it reads an empty string), a
/// negative size (it reads 0), and a text without lines or an embedded message without its envelope (it reads any other part).
fn structures_agree(ours: BodyStructure<'_>, theirs: &imap_types::body::BodyStructure<'_>) -> bool {
    let octets = ours.raw().octets();
    let is_disputed = |defect: Defect| match defect.kind {
        DefectKind::Missing => true,
        DefectKind::Form => {
            let rest = octets.get(defect.at..defect.at + 3);
            rest.is_some_and(|rest| rest.eq_ignore_ascii_case(b"NIL"))
        }
        DefectKind::Number => octets.get(defect.at) == Some(&b'-'),
        _ => false,
    };
    let kept = BodyStructure::from_raw(octets).expect("a list");
    match ours.to_imap_types() {
        None => kept.defects().into_iter().any(is_disputed),
        ours => same(ours, theirs.clone()),
    }
}

/// Whether two values of imap-types are the same, however their literals are announced.
fn same<T: std::fmt::Debug>(ours: Option<T>, theirs: T) -> bool {
    let shown = |value: T| format!("{value:?}").replace("NonSync", "Sync");
    ours.map(shown) == Some(shown(theirs))
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
