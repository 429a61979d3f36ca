//! The answer to LIST and LSUB.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::{self, Vec};

use bounded_static::IntoBoundedStatic;

use super::annotated::Annotation;
use super::counted::number_of;
use super::rights::Rights;
use super::role::{Role, RoleSource};
use super::{Answer, Uptake, course_of_command, lossy};
use crate::client::event::Event;
use crate::codec::{List, MailboxName, Octets, StatusItem, Untagged};

/// LIST and LSUB (RFC 9051 section 6.3.9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// In the order of the server.
    pub mailboxes: Vec<ListedMailbox>,
    /// Lines that could not be read, or not to their end, or that are about no mailbox of the list.
    pub unread: Vec<Event<'static>>,
    places: ListedPlaces,
    /// What the mailboxes hold beside themselves, in octets.
    held: usize,
}

/// One mailbox of a LIST. It converts into a [`MailboxArgument`](crate::client::MailboxArgument), for commands about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedMailbox {
    /// The name as people write it; as on the wire if it is not encoded as it should be.
    pub name: String,
    /// The name on the wire, if that is not how people write it.
    pub wire_name: Option<Octets<'static>>,
    /// The separator of levels in the hierarchy.
    pub delimiter: Option<char>,
    /// `\HasNoChildren`, `\Sent`, ...
    pub attributes: Vec<String>,
    /// Extended data by name, with its value as received: `OLDNAME`, `CHILDINFO`, ... (RFC 5258).
    pub extended: Vec<(String, Octets<'static>)>,
    /// The name that it had before (`OLDNAME`, RFC 9051 section 6.3.9.7).
    pub old_name: Option<String>,
    /// What is selected among its children, such as `SUBSCRIBED` (`CHILDINFO`, RFC 5258 section 3.5). `None` if nothing is said
    /// about it.
    pub child_info: Option<Vec<String>>,
    /// What STATUS says about it, if [asked for](crate::client::ListOptions::return_status) (RFC 5819).
    pub status: Vec<StatusItem<'static>>,
    /// The user's rights to it, if [asked for](crate::client::ListOptions::return_my_rights) (RFC 8440).
    pub my_rights: Option<Rights>,
    /// Its annotations, if [asked for](crate::client::ListOptions::return_metadata) (RFC 9590).
    pub metadata: Vec<Annotation>,
}

impl ListedMailbox {
    /// Whether it has this attribute, in upper or lower case.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        let mut attributes = self.attributes.iter();
        attributes.any(|one| one.eq_ignore_ascii_case(attribute))
    }

    /// What it is used for: as its attributes say, or else its name. See [`Role`].
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        self.role_and_source().map(|(role, _)| role)
    }

    /// What it is used for, and what says so.
    #[must_use]
    pub fn role_and_source(&self) -> Option<(Role, RoleSource)> {
        Role::of(&self.name, self.delimiter, |attribute| self.has(attribute))
    }

    /// The number that STATUS says of this item: a [`StatusName`](crate::client::StatusName), or the name of another one, in upper or
    /// lower case. `None` if it was not asked for, or the server says none.
    #[must_use]
    pub fn number(&self, item: impl AsRef<str>) -> Option<u64> {
        number_of(&self.status, item.as_ref())
    }

    pub(super) fn of(list: &List<'_>, uptake: &mut Uptake) -> Self {
        let (old_name, child_info) = (list.old_name(), list.child_info());
        let name = list.mailbox.to_str().into_owned();
        let wire_name = (name.as_bytes() != list.mailbox.wire())
            .then(|| Octets::from(list.mailbox.wire()).into_static())
            .filter(|_| !list.mailbox.is_inbox());
        let extended = list.extended.iter();
        Self {
            name,
            wire_name,
            delimiter: list.delimiter,
            attributes: list.attributes.iter().map(|it| uptake.text(it)).collect(),
            extended: extended
                .map(|(name, value)| {
                    (
                        uptake.text(&name),
                        Octets::from(value.octets()).into_static(),
                    )
                })
                .collect(),
            old_name: old_name.map(|name| name.to_str().into_owned()),
            child_info: child_info.map(|info| info.iter().map(|word| lossy(word)).collect()),
            ..Self::default()
        }
    }

    /// The name on the wire, INBOX in upper case.
    fn wire(&self) -> &[u8] {
        self.wire_name.as_deref().unwrap_or(self.name.as_bytes())
    }

    /// What it holds beside itself, in octets.
    pub(super) fn held(&self) -> usize {
        let words = self.attributes.iter();
        let words = words.chain(self.child_info.iter().flatten());
        let words = words.map(|one| size_of::<String>() + one.capacity());
        let extended = self.extended.iter();
        let extended = extended
            .map(|(name, value)| size_of::<(String, Octets<'_>)>() + name.capacity() + value.len());
        let wire_name = self.wire_name.as_ref().map_or(0, |name| name.len());
        let old_name = self.old_name.as_ref().map_or(0, String::capacity);
        let names = self.name.capacity() + wire_name + old_name;
        names + words.sum::<usize>() + extended.sum::<usize>()
    }
}

impl Listed {
    /// The mailbox that is used for this. What attributes say counts more than names, and of several that have the role for the
    /// same reason it is the first.
    ///
    /// ```
    /// use imap_machine::client::answers::{Listed, Role};
    ///
    /// fn sent(listed: &Listed) -> &str {
    ///     listed.with_role(Role::Sent).map_or("Sent", |mailbox| &mailbox.name)
    /// }
    /// ```
    #[must_use]
    pub fn with_role(&self, role: Role) -> Option<&ListedMailbox> {
        let mailboxes = self.mailboxes.iter();
        let with_source = mailboxes.filter_map(|mailbox| match mailbox.role_and_source()? {
            (its, source) if its == role => Some((source, mailbox)),
            _ => None,
        });
        with_source
            .min_by_key(|(source, _)| *source)
            .map(|(_, mailbox)| mailbox)
    }

    /// The mailbox that a line beside LIST is about.
    fn about(&mut self, name: &MailboxName<'_>) -> Option<&mut ListedMailbox> {
        let name = name.normal();
        // Nearly always it follows the line of its mailbox.
        let last = self.mailboxes.len().checked_sub(1);
        let last = last.filter(|last| self.mailboxes[*last].wire() == name);
        let place = last.or_else(|| self.places.of(name, &self.mailboxes))?;
        self.mailboxes.get_mut(place)
    }

    /// Takes what a line says about a mailbox of the list.
    fn besides(&mut self, data: &Untagged<'_>) -> Uptake {
        let mut uptake = Uptake::of(data);
        let added = match data {
            Untagged::Status(status) => self.about(&status.mailbox).map(|mailbox| {
                let before = mailbox.status.len();
                let items = status.items().map(IntoBoundedStatic::into_static);
                mailbox.status.extend(items);
                let added = mailbox.status.len() - before;
                status.raw().len() + added * size_of::<StatusItem<'_>>()
            }),
            Untagged::MyRights(rights) => self.about(&rights.mailbox).map(|mailbox| {
                let said = Rights::of(&rights.rights, &mut uptake);
                uptake.once(&mut mailbox.my_rights, said);
                rights.rights.len()
            }),
            Untagged::Metadata(metadata) => {
                let annotations = Annotation::of(metadata, &mut uptake);
                let annotations = annotations.filter(|them| !them.is_empty());
                let about = self.about(&metadata.mailbox).zip(annotations);
                about.map(|(mailbox, annotations)| {
                    let held = annotations.iter().map(Annotation::held).sum::<usize>();
                    mailbox.metadata.extend(annotations);
                    held
                })
            }
            _ => None,
        };
        let Some(held) = added else {
            return Uptake::Left;
        };
        self.held += held;
        uptake
    }
}

/// Where each mailbox is in the list. Filled as far as a line needs it that does not follow the one of its mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ListedPlaces {
    by_name: BTreeMap<Vec<u8>, usize>,
    /// How many mailboxes of the list are in it.
    known: usize,
    held: usize,
}

impl ListedPlaces {
    fn of(&mut self, name: &[u8], mailboxes: &[ListedMailbox]) -> Option<usize> {
        for (place, mailbox) in mailboxes.iter().enumerate().skip(self.known) {
            let wire = mailbox.wire().to_vec();
            self.held += wire.len() + size_of::<(Vec<u8>, usize)>();
            self.by_name.insert(wire, place);
        }
        self.known = mailboxes.len();
        self.by_name.get(name).copied()
    }
}

/// The mailboxes. It drops [`unread`](Listed::unread): look at that first if every line counts.
impl IntoIterator for Listed {
    type Item = ListedMailbox;
    type IntoIter = vec::IntoIter<ListedMailbox>;

    fn into_iter(self) -> Self::IntoIter {
        self.mailboxes.into_iter()
    }
}

impl Answer for Listed {
    type Value = Self;

    fn event(&mut self, event: &Event<'_>) -> Uptake {
        let Event::Untagged { data, .. } = event else {
            return course_of_command(event);
        };
        let Untagged::List(list) = data else {
            return self.besides(data);
        };
        let mut uptake = Uptake::of(data);
        let mailbox = ListedMailbox::of(list, &mut uptake);
        self.held += mailbox.held();
        self.mailboxes.push(mailbox);
        uptake
    }

    fn octets(&self) -> usize {
        let mailboxes = self.mailboxes.capacity() * size_of::<ListedMailbox>();
        mailboxes + self.held + self.places.held
    }

    fn into_value(self, unread: Vec<Event<'static>>) -> Result<Self, Vec<Event<'static>>> {
        let places = ListedPlaces::default();
        Ok(Self {
            unread,
            places,
            ..self
        })
    }
}
