//! The answers to GETACL, LISTRIGHTS and MYRIGHTS.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use bounded_static::IntoBoundedStatic;

use super::{Answer, Unreadable, Uptake, course_of_command, is_about, keep_code};
use crate::client::command::Completion;
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnRights {
    /// The mailbox as the server names it; `None` if it has told nothing. A line that names another one is among the [unread](Self::unread).
    pub mailbox: Option<MailboxName<'static>>,
    /// The rights.
    pub rights: Rights,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
}

impl Answer for OwnRights {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::MyRights(mine) = data else {
            return Uptake::Left;
        };
        let is_first = self.mailbox.is_none();
        if !is_about(&mut self.mailbox, &mine.mailbox) {
            return Uptake::Left;
        }
        let mut uptake = Uptake::of(data);
        let rights = Rights::of(&mine.rights, &mut uptake);
        match is_first || rights == self.rights {
            true => self.rights = rights,
            false => uptake = Uptake::Left,
        }
        uptake
    }

    fn octets(&self) -> usize {
        let name = self.mailbox.as_ref().map_or(0, |name| name.wire().len());
        self.rights.0.capacity() + name
    }

    fn finish(
        self,
        completion: &Completion<'_>,
        mut unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        keep_code(completion, &mut unread);
        Ok(Self { unread, ..self })
    }
}

/// GETACL (RFC 4314 section 3.3): who may do what with a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessList {
    /// The mailbox as the server names it; `None` if it has told nothing. A line that names another one is among the [unread](Self::unread).
    pub mailbox: Option<MailboxName<'static>>,
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

impl Answer for AccessList {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::Acl(acl) = data else {
            return Uptake::Left;
        };
        if !is_about(&mut self.mailbox, &acl.mailbox) {
            return Uptake::Left;
        }
        self.held += acl.mailbox.wire().len();
        let mut uptake = Uptake::of(data);
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

    fn finish(
        self,
        completion: &Completion<'_>,
        mut unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        keep_code(completion, &mut unread);
        Ok(Self { unread, ..self })
    }
}

/// LISTRIGHTS (RFC 4314 section 3.4): which rights can be given to an identifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantableRights {
    /// The mailbox as the server names it; `None` if it has told nothing. A line that names another one is among the [unread](Self::unread).
    pub mailbox: Option<MailboxName<'static>>,
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

impl Answer for GrantableRights {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::ListRights(list) = data else {
            return Uptake::Left;
        };
        // One line answers the command.
        if self.mailbox.is_some() || !is_about(&mut self.mailbox, &list.mailbox) {
            return Uptake::Left;
        }
        let mut uptake = Uptake::of(data);
        self.identifier = list.identifier.clone().into_static();
        self.required = Rights::of(&list.required, &mut uptake);
        let optional = list.optional.iter();
        let optional = optional.map(|them| Rights::of(&them, &mut uptake));
        self.optional = optional.collect();
        let fixed = list.mailbox.wire().len() + list.identifier.len() + list.required.len();
        self.held = fixed + list.optional.raw().len();
        uptake
    }

    fn octets(&self) -> usize {
        self.optional.capacity() * size_of::<Rights>() + self.held
    }

    fn finish(
        self,
        completion: &Completion<'_>,
        mut unread: Vec<Event<'static>>,
    ) -> Result<Self, Unreadable> {
        keep_code(completion, &mut unread);
        Ok(Self { unread, ..self })
    }
}
