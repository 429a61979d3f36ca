//! The answer to GETQUOTA, GETQUOTAROOT and SETQUOTA.

use alloc::string::String;
use alloc::vec::Vec;

use bounded_static::IntoBoundedStatic;

use super::required::FromLines;
use super::{Answer, Uptake, course_of_command, is_about};
use crate::client::event::Event;
use crate::codec::{Defect, DefectKind, MailboxName, Octets, Untagged};

/// GETQUOTA, GETQUOTAROOT and SETQUOTA (RFC 9208 section 4.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quotas {
    /// GETQUOTAROOT: the mailbox as the server names it.
    pub mailbox: Option<MailboxName<'static>>,
    /// GETQUOTAROOT: the names of the mailbox's quota roots.
    pub roots: Vec<Octets<'static>>,
    /// What is used of each root, in the order of the server.
    pub quotas: Vec<RootQuota>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
    /// What roots and quotas hold beside themselves, in octets.
    held: usize,
}

/// The quota of one root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootQuota {
    /// The name of the root, often empty.
    pub root: Octets<'static>,
    /// In the order of the server. Resources that are not limited are missing.
    pub resources: Vec<ResourceQuota>,
}

/// How much of a resource is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResourceQuota {
    /// `STORAGE`, `MESSAGE`, ... as received.
    pub name: String,
    /// How much is used. `STORAGE` is counted in units of 1,024 octets (section 5.1).
    pub usage: u64,
    /// How much there may be.
    pub limit: u64,
}

impl Quotas {
    /// A resource by its name, in upper or lower case: of the first root that has it.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&ResourceQuota> {
        let mut all = self.quotas.iter().flat_map(|quota| &quota.resources);
        all.find(|resource| resource.name.eq_ignore_ascii_case(name))
    }
}

impl FromLines for Quotas {
    fn begin(line: &Untagged<'_>) -> Option<(Self, Uptake)> {
        matches!(line, Untagged::Quota(_) | Untagged::QuotaRoot(_)).then(|| {
            let mut value = Self::default();
            let uptake = value.add(line);
            (value, uptake)
        })
    }

    fn add(&mut self, line: &Untagged<'_>) -> Uptake {
        let mut uptake = Uptake::of(line);
        match line {
            Untagged::QuotaRoot(roots) => {
                if !is_about(&mut self.mailbox, &roots.mailbox) {
                    return Uptake::Left;
                }
                self.held += roots.mailbox.wire().len();
                self.held += roots.roots.raw().len();
                let roots = roots.roots.iter();
                self.roots
                    .extend(roots.map(|root| Octets::from(root).into_static()));
            }
            Untagged::Quota(quota) => {
                // A resource without both of its numbers is none. (Courier leaves out the whole list if nothing is limited.)
                let is_missing = |defect: &Defect| defect.kind == DefectKind::Missing;
                if !quota.raw().is_empty() && line.defects().iter().any(is_missing) {
                    uptake = Uptake::Left;
                }
                let resources = quota.resources().map(|resource| ResourceQuota {
                    name: uptake.text(&resource.name),
                    usage: resource.usage,
                    limit: resource.limit,
                });
                let resources: Vec<_> = resources.collect();
                self.held += quota.root.len() + quota.raw().len();
                self.held += resources.capacity() * size_of::<ResourceQuota>();
                let root = quota.root.clone().into_static();
                self.quotas.push(RootQuota { root, resources });
            }
            _ => return Uptake::Left,
        }
        uptake
    }

    fn octets(&self) -> usize {
        let roots = self.roots.capacity() * size_of::<Octets<'_>>();
        roots + self.quotas.capacity() * size_of::<RootQuota>() + self.held
    }

    fn keep(self, unread: Vec<Event<'static>>) -> Self {
        Self { unread, ..self }
    }
}

/// The answer to SETQUOTA. Many servers do not send the QUOTA that follows from it.
impl Answer for Quotas {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        match event {
            Event::Untagged { data, .. } => self.add(data),
            event => course_of_command(event),
        }
    }

    fn octets(&self) -> usize {
        FromLines::octets(self)
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        Ok(self.keep(unread))
    }
}
