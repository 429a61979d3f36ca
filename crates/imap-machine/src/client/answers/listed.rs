//! The answer to LIST and LSUB.

use alloc::string::String;
use alloc::vec::{self, Vec};

use bounded_static::IntoBoundedStatic;

use super::{Answer, Unreadable, Uptake, course_of_command, keep_code};
use crate::client::command::Completion;
use crate::client::event::Event;
use crate::codec::{List, Octets, Untagged};

/// LIST and LSUB (RFC 9051 section 6.3.9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// In the order of the server.
    pub mailboxes: Vec<ListedMailbox>,
    /// Lines that could not be read, or not to their end.
    pub unread: Vec<Event<'static>>,
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
}

impl ListedMailbox {
    /// Whether it has this attribute, in upper or lower case.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        let mut attributes = self.attributes.iter();
        attributes.any(|one| one.eq_ignore_ascii_case(attribute))
    }

    pub(super) fn of(list: &List<'_>, uptake: &mut Uptake) -> Self {
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
        }
    }

    /// What it holds beside itself, in octets.
    pub(super) fn held(&self) -> usize {
        let attributes = self.attributes.iter();
        let attributes = attributes.map(|one| size_of::<String>() + one.capacity());
        let extended = self.extended.iter();
        let extended = extended
            .map(|(name, value)| size_of::<(String, Octets<'_>)>() + name.capacity() + value.len());
        let wire_name = self.wire_name.as_ref().map_or(0, |name| name.len());
        self.name.capacity() + wire_name + attributes.sum::<usize>() + extended.sum::<usize>()
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
            return Uptake::Left;
        };
        let mut uptake = Uptake::of(data);
        let mailbox = ListedMailbox::of(list, &mut uptake);
        self.held += mailbox.held();
        self.mailboxes.push(mailbox);
        uptake
    }

    fn octets(&self) -> usize {
        self.mailboxes.capacity() * size_of::<ListedMailbox>() + self.held
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
