//! The mailboxes that ESEARCH looks into.

use super::argument::InvalidArgument;
use super::mailbox_argument::MailboxArgument;
use super::written::CommandText;

/// The mailboxes that [`Command::esearch`](super::form::Command::esearch) looks into (RFC 7377 section 2.2). [`and`](Self::and) adds others.
///
#[doc = example!(connected)]
/// let sources = SearchSources::inboxes().and(SearchSources::subtree(["Lists", "Work"]));
/// let returns = SearchReturn::new().count();
/// connection.send(Command::esearch(sources, &returns, Search::unseen())?, options, now)?;
/// assert_eq!(
///     connection.transmit(),
///     b"A1 ESEARCH IN (inboxes subtree (Lists Work)) RETURN (COUNT) UNSEEN\r\n"
/// );
#[doc = example!(end)]
#[derive(Clone, PartialEq, Eq)]
pub struct SearchSources {
    written: Result<CommandText, InvalidArgument>,
}

impl SearchSources {
    /// `selected`: the selected mailbox.
    #[must_use]
    pub fn selected() -> Self {
        Self::word("selected")
    }

    /// `inboxes`: all mailboxes into which messages are delivered (RFC 5465 section 6.2).
    #[must_use]
    pub fn inboxes() -> Self {
        Self::word("inboxes")
    }

    /// `personal`: all mailboxes of the personal namespace (RFC 5465 section 6.3).
    #[must_use]
    pub fn personal() -> Self {
        Self::word("personal")
    }

    /// `subscribed`: all mailboxes that are subscribed (RFC 5465 section 6.4).
    #[must_use]
    pub fn subscribed() -> Self {
        Self::word("subscribed")
    }

    /// `subtree`: these mailboxes and all below them (RFC 5465 section 6.5).
    #[must_use]
    pub fn subtree(names: impl IntoIterator<Item = impl Into<MailboxArgument>>) -> Self {
        Self::named("subtree", names)
    }

    /// `subtree-one`: these mailboxes and those one level below them (RFC 7377 section 2.2).
    #[must_use]
    pub fn subtree_one(names: impl IntoIterator<Item = impl Into<MailboxArgument>>) -> Self {
        Self::named("subtree-one", names)
    }

    /// `mailboxes`: these mailboxes (RFC 5465 section 6.6).
    #[must_use]
    pub fn mailboxes(names: impl IntoIterator<Item = impl Into<MailboxArgument>>) -> Self {
        Self::named("mailboxes", names)
    }

    /// These and others. A mailbox that is among both is searched once (RFC 7377 section 2.2).
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        let written = self.written.and_then(|mut written| {
            written.text(b" ");
            written.append(others.written?);
            Ok(written)
        });
        Self { written }
    }

    fn word(word: &str) -> Self {
        let written = Ok(CommandText::new(word));
        Self { written }
    }

    fn named(word: &str, names: impl IntoIterator<Item = impl Into<MailboxArgument>>) -> Self {
        let write = || {
            let mut written = CommandText::new(word);
            let mut before = &b" ("[..];
            for name in names {
                written.text(before);
                written.mailbox(&name.into())?;
                before = b" ";
            }
            if before == b" (" {
                return Err(InvalidArgument::Empty);
            }
            written.text(b")");
            Ok(written)
        };
        Self { written: write() }
    }

    /// Writes `IN (...)`, with a space after it.
    pub(super) fn write(self, written: &mut CommandText) -> Result<(), InvalidArgument> {
        written.text(b"IN (");
        written.append(self.written?);
        written.text(b") ");
        Ok(())
    }
}

impl core::fmt::Debug for SearchSources {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match &self.written {
            Ok(_) => f.write_str("SearchSources(..)"),
            Err(error) => write!(f, "SearchSources({error})"),
        }
    }
}
