//! Addresses of an envelope (RFC 9051 section 7.5.2).

use core::fmt;
use core::iter::FusedIterator;

use super::value::Value;
use super::walker::{Next, Walker, after_space, plain_nstring};
use crate::codec::defect::DefectKind;

/// A list of addresses, or NIL. They are read one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Addresses<'a> {
    /// With parentheses; nothing for NIL.
    list: &'a [u8],
}

impl<'a> Addresses<'a> {
    pub(super) const NIL: Self = Self { list: b"" };

    /// The list or NIL that the grammar has here. Anything else is skipped.
    #[inline]
    pub(super) fn read(walker: &mut Walker<'a, '_>) -> Option<Self> {
        match walker.next() {
            Next::Open => walker
                .list_of(next_address, plain_address)
                .map(|list| Self { list }),
            Next::Value => {
                let at = walker.position();
                let is_nil = walker.value()?.is_nil();
                if !is_nil {
                    walker.note_at(DefectKind::Form, at);
                }
                is_nil.then_some(Self::NIL)
            }
            Next::End => {
                walker.note(DefectKind::Missing);
                None
            }
        }
    }

    /// Whether it is NIL. A list that is empty is not, though it means the same.
    #[must_use]
    pub const fn is_nil(&self) -> bool {
        self.list.is_empty()
    }

    /// The list as received; nothing for NIL.
    #[must_use]
    pub const fn raw(&self) -> &'a [u8] {
        self.list
    }

    /// The addresses, and the starts and ends of groups, in the order received.
    #[must_use]
    #[inline]
    pub fn iter(&self) -> AddressIter<'a> {
        AddressIter {
            walker: Walker::inside(self.list),
        }
    }
}

impl<'a> IntoIterator for Addresses<'a> {
    type Item = Address<'a>;
    type IntoIter = AddressIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &Addresses<'a> {
    type Item = Address<'a>;
    type IntoIter = AddressIter<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Addresses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The addresses of [`Addresses`], one by one.
#[derive(Debug)]
pub struct AddressIter<'a> {
    walker: Walker<'a, 'static>,
}

impl<'a> Iterator for AddressIter<'a> {
    type Item = Address<'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        next_address(&mut self.walker)
    }
}

impl FusedIterator for AddressIter<'_> {}

/// One address. A field is `None` if it is missing, and [`Value::Nil`] if the server says NIL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address<'a> {
    /// The name that people read, as the message has it (RFC 2047 words are not decoded).
    pub name: Option<Value<'a>>,
    /// The source route of RFC 5321, which no one uses any more.
    pub adl: Option<Value<'a>>,
    /// What stands before the `@`; the name of the group where one [starts](AddressKind::GroupStart).
    pub mailbox: Option<Value<'a>>,
    /// What stands after the `@`.
    pub host: Option<Value<'a>>,
}

/// What an [`Address`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressKind {
    /// The address of a mailbox.
    Mailbox,
    /// The members of a group follow, up to its end. Some servers leave out the end.
    GroupStart,
    /// The members of the group are complete.
    GroupEnd,
}

impl<'a> Address<'a> {
    /// What it is. Without a host it belongs to a group (RFC 9051 section 7.5.2), unless it has a name, which no group has.
    #[must_use]
    pub fn kind(&self) -> AddressKind {
        let has = |field: Option<Value<'_>>| field.is_some_and(|field| !field.is_nil());
        if has(self.host) || has(self.name) {
            AddressKind::Mailbox
        } else if has(self.mailbox) {
            AddressKind::GroupStart
        } else {
            AddressKind::GroupEnd
        }
    }

    #[inline]
    fn read(walker: &mut Walker<'a, '_>) -> Self {
        Self {
            name: walker.nstring(),
            adl: walker.nstring(),
            mailbox: walker.nstring(),
            host: walker.nstring(),
        }
    }
}

/// The next address of the list that the walker is in.
#[inline]
pub(super) fn next_address<'a>(walker: &mut Walker<'a, '_>) -> Option<Address<'a>> {
    loop {
        walker.adjacent();
        match walker.next() {
            Next::Open => {
                if let Some(address) = walker.plain(plain_address) {
                    return Some(address);
                }
                walker.enter();
                let address = Address::read(walker);
                walker.leave();
                return Some(address);
            }
            Next::Value => {
                if let Some(address) = loose_address(walker) {
                    return Some(address);
                }
            }
            Next::End => return None,
        }
    }
}

/// An address as plain as most are, and what follows it.
#[inline(always)]
fn plain_address(octets: &[u8]) -> Option<(Address<'_>, &[u8])> {
    let (name, after) = plain_nstring(octets.strip_prefix(b"(")?)?;
    let (adl, after) = plain_nstring(after_space(after)?)?;
    let (mailbox, after) = plain_nstring(after_space(after)?)?;
    let (host, after) = plain_nstring(after_space(after)?)?;
    let address = Address {
        name: Some(name),
        adl: Some(adl),
        mailbox: Some(mailbox),
        host: Some(host),
    };
    Some((address, after.strip_prefix(b")")?))
}

/// Values of an address without its own list (jstedfast/MailKit#991). `None` if they are all NIL.
#[cold]
fn loose_address<'a>(walker: &mut Walker<'a, '_>) -> Option<Address<'a>> {
    walker.note(DefectKind::Form);
    let address = Address {
        name: walker.value(),
        adl: walker.value(),
        mailbox: walker.value(),
        host: walker.value(),
    };
    let fields = [address.name, address.adl, address.mailbox, address.host];
    let says_something = fields.iter().flatten().any(|field| !field.is_nil());
    says_something.then_some(address)
}
