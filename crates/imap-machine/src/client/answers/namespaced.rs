//! The answer to NAMESPACE.

use alloc::string::String;
use alloc::vec::Vec;

use bounded_static::IntoBoundedStatic;

use super::Uptake;
use super::required::FromLines;
use crate::client::event::Event;
use crate::codec::{Namespace, NamespaceList, Octets, Untagged};

/// NAMESPACE (RFC 9051 section 6.3.10, RFC 2342): where mailboxes are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespaced {
    /// The user's own.
    pub personal: Vec<NamespaceRoot>,
    /// Those of other users.
    pub other_users: Vec<NamespaceRoot>,
    /// Those that are shared.
    pub shared: Vec<NamespaceRoot>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What the namespaces hold beside themselves, in octets.
    held: usize,
}

/// One namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamespaceRoot {
    /// What the names of its mailboxes begin with, as people write it: `""`, `INBOX.`, `#shared/`.
    pub prefix: String,
    /// The prefix on the wire, if that is not how people write it.
    pub wire_prefix: Option<Octets<'static>>,
    /// The separator of levels in its hierarchy; `None` if it has no levels.
    pub delimiter: Option<char>,
    /// Extensions by name, with their value as received: `TRANSLATION` (RFC 5255 section 3.4), for example.
    pub extensions: Vec<(String, Octets<'static>)>,
}

impl NamespaceRoot {
    fn of(namespace: &Namespace<'_>, uptake: &mut Uptake) -> Self {
        let wire = namespace.prefix.wire();
        let prefix = match namespace.prefix.is_inbox() {
            true => uptake.text(wire),
            false => namespace.prefix.to_str().into_owned(),
        };
        let wire_prefix = (prefix.as_bytes() != wire).then(|| Octets::from(wire).into_static());
        let extensions = namespace.extensions.iter();
        let extensions = extensions.map(|(name, value)| {
            (
                uptake.text(&name),
                Octets::from(value.octets()).into_static(),
            )
        });
        Self {
            prefix,
            wire_prefix,
            delimiter: namespace.delimiter,
            extensions: extensions.collect(),
        }
    }

    fn held(&self) -> usize {
        let extensions = self.extensions.iter();
        let extensions = extensions
            .map(|(name, value)| size_of::<(String, Octets<'_>)>() + name.capacity() + value.len());
        let wire = self.wire_prefix.as_ref().map_or(0, |prefix| prefix.len());
        size_of::<Self>() + self.prefix.capacity() + wire + extensions.sum::<usize>()
    }
}

impl Namespaced {
    fn read(&mut self, list: &NamespaceList<'_>, uptake: &mut Uptake) -> Vec<NamespaceRoot> {
        let roots: Vec<_> = list
            .iter()
            .map(|root| NamespaceRoot::of(&root, uptake))
            .collect();
        self.held += roots.iter().map(NamespaceRoot::held).sum::<usize>();
        roots
    }
}

impl FromLines for Namespaced {
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        let Untagged::Namespace(_) = line else {
            return None;
        };
        let mut namespaced = Self::default();
        let uptake = namespaced.add(line);
        // Without its lists it says nothing; three times NIL says that there are none.
        let says_nothing = namespaced.held == 0 && !line.defects().is_empty();
        (!says_nothing).then_some((namespaced, uptake))
    }

    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        let Untagged::Namespace(all) = line else {
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(line);
        let personal = self.read(&all.personal, &mut uptake);
        self.personal.extend(personal);
        let other_users = self.read(&all.other_users, &mut uptake);
        self.other_users.extend(other_users);
        let shared = self.read(&all.shared, &mut uptake);
        self.shared.extend(shared);
        uptake
    }

    fn octets(&self) -> usize {
        self.held
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}
