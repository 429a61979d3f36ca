//! The answers to GETACL, LISTRIGHTS and MYRIGHTS.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bounded_static::{IntoBoundedStatic, ToBoundedStatic};

use super::Uptake;
use super::required::FromLines;
use crate::client::event::Event;
use crate::codec::{MailboxName, Octets, Untagged};

/// Rights to a mailbox, a letter each (RFC 4314 section 2.1): `l` see it, `r` read it, `s` keep `\Seen`, `w` set other flags, `i` put
/// messages into it, `p` send mail to it, `k` create mailboxes below it, `x` delete it, `t` set `\Deleted`, `e` expunge, `a` change
/// who may do what. Servers of RFC 2086 have `c` for what is now `k` or `x`, and `d` for `t`, `e` or `x`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rights(String);

impl Rights {
    pub(super) fn of(octets: &[u8], uptake: &mut Uptake) -> Self {
        Self(uptake.text(octets))
    }

    /// Whether this letter is among them.
    #[must_use]
    pub fn has(&self, right: char) -> bool {
        self.0.contains(right)
    }

    /// As received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// MYRIGHTS (RFC 4314 section 3.5): what the user may do with a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRights {
    /// The mailbox as the server names it. A line that names another one is among the [unread](Self::unread).
    pub mailbox: MailboxName<'static>,
    /// The rights.
    pub rights: Rights,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

impl FromLines for OwnRights {
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let Untagged::MyRights(mine) = line else {
            return None;
        };
        let mut uptake = Uptake::of(line);
        let own = Self {
            mailbox: mine.mailbox.to_static(),
            rights: Rights::of(&mine.rights, &mut uptake),
            unread: Vec::new(),
        };
        Some((own, uptake))
    }

    // The same once more is nothing new.
    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        match Self::begin(line) {
            Some((again, uptake)) if again == *self => uptake,
            _ => Uptake::Left,
        }
    }

    fn octets(&self) -> usize {
        self.rights.0.capacity() + self.mailbox.wire().len()
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}

/// GETACL (RFC 4314 section 3.3): who may do what with a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessList {
    /// The mailbox as the server names it. A line that names another one is among the [unread](Self::unread).
    pub mailbox: MailboxName<'static>,
    /// Identifiers and their rights, in the order of the server. An identifier that begins with `-` is denied them.
    pub entries: Vec<(Octets<'static>, Rights)>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the entries hold beside themselves, in octets.
    held: usize,
}

impl AccessList {
    /// The rights of an identifier. `None` if it has no entry.
    #[must_use]
    pub fn rights_of(&self, identifier: impl AsRef<[u8]>) -> Option<&Rights> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|(known, _)| **known == *identifier.as_ref());
        entry.map(|(_, rights)| rights)
    }
}

impl FromLines for AccessList {
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let Untagged::Acl(acl) = line else {
            return None;
        };
        let mut list = Self {
            mailbox: acl.mailbox.to_static(),
            entries: Vec::new(),
            unread: Vec::new(),
            held: acl.mailbox.wire().len(),
        };
        let uptake = list.add(line);
        Some((list, uptake))
    }

    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        let Untagged::Acl(acl) = line else {
            return Uptake::Left;
        };
        if self.mailbox != acl.mailbox {
            return Uptake::Left;
        }
        let mut uptake = Uptake::of(line);
        for (identifier, rights) in acl.entries() {
            self.held += identifier.len() + rights.len();
            let identifier = Octets::from(identifier).into_static();
            let rights = Rights::of(&rights, &mut uptake);
            self.entries.push((identifier, rights));
        }
        uptake
    }

    fn octets(&self) -> usize {
        self.entries.capacity() * size_of::<(Octets<'_>, Rights)>() + self.held
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}

/// LISTRIGHTS (RFC 4314 section 3.4): which rights can be given to an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantableRights {
    /// The mailbox as the server names it. A line that names another one is among the [unread](Self::unread).
    pub mailbox: MailboxName<'static>,
    /// The identifier as the server names it.
    pub identifier: Octets<'static>,
    /// The rights that it always has.
    pub required: Rights,
    /// The rights that it can be given, in groups that go together.
    pub optional: Vec<Rights>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the rights hold beside themselves, in octets.
    held: usize,
}

impl FromLines for GrantableRights {
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let Untagged::ListRights(list) = line else {
            return None;
        };
        let mut uptake = Uptake::of(line);
        let fixed = list.mailbox.wire().len() + list.identifier.len() + list.required.len();
        let required = Rights::of(&list.required, &mut uptake);
        let optional = list.optional.iter();
        let optional = optional.map(|them| Rights::of(&them, &mut uptake));
        let grantable = Self {
            mailbox: list.mailbox.to_static(),
            identifier: list.identifier.clone().into_static(),
            required,
            optional: optional.collect(),
            unread: Vec::new(),
            held: fixed + list.optional.raw().len(),
        };
        Some((grantable, uptake))
    }

    // One line answers the command.
    fn add(&mut self, _: &Untagged<'_>) -> Uptake {
        Uptake::Left
    }

    fn octets(&self) -> usize {
        self.optional.capacity() * size_of::<Rights>() + self.held
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}
