//! STATUS (RFC 9051 section 7.3.4).

use alloc::vec::Vec;
use core::num::NonZeroU32;

use bounded_static::ToStatic;

use crate::codec::context::Context;
use crate::codec::defect::{Defect, DefectKind, Notes};
use crate::codec::fetch::{Raw, Value};
use crate::codec::mailbox_name::MailboxName;
use crate::codec::octets::Octets;
use crate::codec::reader::ValueReader;
use crate::lexer::{Cursor, Element, Token, number};

/// What STATUS says about a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub struct MailboxStatus<'a> {
    /// Its name.
    pub mailbox: MailboxName<'a>,
    list: Octets<'a>,
    /// Where the items begin in the line.
    at: usize,
    /// The defects beside the items.
    pub(super) noted: Vec<Defect>,
}

/// One item of a [`MailboxStatus`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, ToStatic)]
#[non_exhaustive]
pub enum StatusItem<'a> {
    /// `MESSAGES`
    Messages(u32),
    /// `RECENT` (RFC 3501)
    Recent(u32),
    /// `UIDNEXT`
    UidNext(NonZeroU32),
    /// `UIDVALIDITY`
    UidValidity(NonZeroU32),
    /// `UNSEEN`: how many messages have no `\Seen`.
    Unseen(u32),
    /// `DELETED`: how many messages have `\Deleted`.
    Deleted(u32),
    /// `DELETED-STORAGE`, in octets (RFC 9208 section 5.2).
    DeletedStorage(u64),
    /// `SIZE` of all messages, in octets.
    Size(u64),
    /// `HIGHESTMODSEQ` (RFC 7162); 0 if the mailbox has no mod-sequences.
    HighestModSeq(u64),
    /// `APPENDLIMIT`, in octets; `None` if there is none (RFC 7889).
    AppendLimit(Option<u64>),
    /// `MAILBOXID` (RFC 8474).
    MailboxId(Octets<'a>),
    /// Another item, or one of the above with a value that cannot be read.
    Other {
        /// The name as received.
        name: Octets<'a>,
        /// The value as received. Empty if there is none.
        value: Octets<'a>,
    },
}

impl StatusItem<'_> {
    /// Its name: in upper case, but that of another item as received.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        match self {
            Self::Messages(_) => b"MESSAGES",
            Self::Recent(_) => b"RECENT",
            Self::UidNext(_) => b"UIDNEXT",
            Self::UidValidity(_) => b"UIDVALIDITY",
            Self::Unseen(_) => b"UNSEEN",
            Self::Deleted(_) => b"DELETED",
            Self::DeletedStorage(_) => b"DELETED-STORAGE",
            Self::Size(_) => b"SIZE",
            Self::HighestModSeq(_) => b"HIGHESTMODSEQ",
            Self::AppendLimit(_) => b"APPENDLIMIT",
            Self::MailboxId(_) => b"MAILBOXID",
            Self::Other { name, .. } => name,
        }
    }

    /// Its value, if that is a number. An `APPENDLIMIT` of NIL is none.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Messages(number)
            | Self::Recent(number)
            | Self::Unseen(number)
            | Self::Deleted(number) => Some((*number).into()),
            Self::UidNext(number) | Self::UidValidity(number) => Some(number.get().into()),
            Self::DeletedStorage(number) | Self::Size(number) | Self::HighestModSeq(number) => {
                Some(*number)
            }
            Self::AppendLimit(limit) => *limit,
            Self::MailboxId(_) => None,
            Self::Other { value, .. } => core::str::from_utf8(value).ok()?.parse().ok(),
        }
    }
}

impl<'a> MailboxStatus<'a> {
    /// The items in the order received.
    pub fn items(&self) -> impl Iterator<Item = StatusItem<'_>> {
        let mut cursor = Cursor::new(&self.list, 0, &[], usize::MAX);
        core::iter::from_fn(move || item(&mut cursor))
    }

    /// The items as received, without the parentheses.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.list
    }

    pub(super) fn defects(&self) -> Vec<Defect> {
        Notes::with_inner(&self.noted, self.at, |notes| {
            check(ValueReader::of_list(&self.list, notes));
        })
    }
}

pub(super) fn read<'a>(
    reader: &mut ValueReader<'a, '_>,
    context: &Context,
) -> Option<MailboxStatus<'a>> {
    let at = reader.next_position();
    let all = reader.rest();
    let begins_as_string = reader.is_at_string();
    let mut name = reader.astring()?;
    let goes_on = !reader.is_at_end() && !reader.is_at(b'(');
    if goes_on && !begins_as_string {
        // A name with spaces in it and without quotes: all octets up to the list.
        let open = memchr::memrchr(b'(', all)?;
        let whole = all.get(..open)?.trim_ascii_end();
        name = Octets::from(whole);
        reader.note_at(DefectKind::Quoting, at);
        reader.skip_to(at + whole.len());
    }
    let list = reader.next_list();
    if list.is_none() {
        reader.note(DefectKind::Missing);
    }
    Some(MailboxStatus {
        mailbox: MailboxName::new(name, context.names),
        list: Octets::from(list.map(|list| list.rest()).unwrap_or_default()),
        at: list.map_or(0, |list| list.position()),
        noted: reader.defects(),
    })
}

/// Notes what the items have of defects.
fn check(mut items: ValueReader<'_, '_>) {
    while let Some(name) = items.element() {
        let at = items.position();
        let start = items.next_position();
        match items.element() {
            Some(Element::List(inside)) => {
                let mut values = items.list(inside);
                while values.element().is_some() {}
            }
            Some(Element::Token(_)) => {}
            None => {
                items.note(DefectKind::Missing);
                break;
            }
        }
        let Element::Token(Token::Atom(name)) = name else {
            items.note_at(DefectKind::Form, at);
            continue;
        };
        let value = items.since(start);
        if known(name, &value).is_none() && is_known(name) {
            items.note_at(DefectKind::Number, start);
        }
    }
}

fn item<'a>(cursor: &mut Cursor<'a>) -> Option<StatusItem<'a>> {
    cursor.skip_spaces();
    let start = cursor.position();
    let element = cursor.element()?;
    let name = match element {
        Element::Token(Token::Atom(name)) => name,
        _ => cursor.since(start).octets,
    };
    cursor.skip_spaces();
    let start = cursor.position();
    // A name without a value is the last one.
    let value = match cursor.element() {
        Some(_) => cursor.since(start),
        None => {
            cursor.skip_to_end();
            cursor.since(start)
        }
    };
    let other = || StatusItem::Other {
        name: Octets::from(name),
        value: Octets::from(value.octets),
    };
    Some(known(name, &Raw::new(value)).unwrap_or_else(other))
}

const NAMES: [&[u8]; 11] = [
    b"MESSAGES",
    b"RECENT",
    b"UIDNEXT",
    b"UIDVALIDITY",
    b"UNSEEN",
    b"DELETED",
    b"DELETED-STORAGE",
    b"SIZE",
    b"HIGHESTMODSEQ",
    b"APPENDLIMIT",
    b"MAILBOXID",
];

fn is_known(name: &[u8]) -> bool {
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn known<'a>(name: &[u8], value: &Raw<'a>) -> Option<StatusItem<'a>> {
    use StatusItem as Item;
    let large = || number::whole(value.octets());
    let small = || u32::try_from(large()?).ok();
    let positive = || NonZeroU32::new(small()?);
    let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
    if is("MESSAGES") {
        small().map(Item::Messages)
    } else if is("UNSEEN") {
        small().map(Item::Unseen)
    } else if is("UIDNEXT") {
        positive().map(Item::UidNext)
    } else if is("UIDVALIDITY") {
        positive().map(Item::UidValidity)
    } else if is("RECENT") {
        small().map(Item::Recent)
    } else if is("HIGHESTMODSEQ") {
        large().map(Item::HighestModSeq)
    } else if is("SIZE") {
        large().map(Item::Size)
    } else if is("DELETED") {
        small().map(Item::Deleted)
    } else if is("DELETED-STORAGE") {
        large().map(Item::DeletedStorage)
    } else if is("APPENDLIMIT") {
        match value.octets().eq_ignore_ascii_case(b"NIL") {
            true => Some(Item::AppendLimit(None)),
            false => large().map(|limit| Item::AppendLimit(Some(limit))),
        }
    } else if is("MAILBOXID") {
        let element = Cursor::new(value.octets(), 0, &[], usize::MAX).element()?;
        let id = Value::only(element)?.octets()?;
        Some(Item::MailboxId(Octets::from(id)))
    } else {
        None
    }
}
