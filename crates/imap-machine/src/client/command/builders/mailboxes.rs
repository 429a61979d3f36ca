//! Commands about mailboxes (RFC 9051 section 6.3).

use super::{Checked, bare, named, naming, parenthesized, typed};
use crate::client::answers::{Counted, Done, Namespaced, Selected};
use crate::client::command::argument::InvalidArgument;
use crate::client::command::form::Command;
use crate::client::command::mailbox_argument::MailboxArgument;
use crate::client::command::profile::{Effect, Profile};
use crate::client::command::select::SelectOptions;
use crate::client::command::table::{self, Row};
use crate::client::command::typed::TypedCommand;
use crate::client::command::written::atom;

impl Command {
    /// `SELECT` (section 6.3.2).
    pub fn select(name: impl Into<MailboxArgument>) -> Checked<Selected> {
        Self::select_with(name, &SelectOptions::default())
    }

    /// `SELECT` with parameters: CONDSTORE, QRESYNC (RFC 7162).
    pub fn select_with(
        name: impl Into<MailboxArgument>,
        options: &SelectOptions,
    ) -> Checked<Selected> {
        select(table::SELECT, name.into(), options)
    }

    /// `EXAMINE` (section 6.3.3): SELECT, read-only.
    pub fn examine(name: impl Into<MailboxArgument>) -> Checked<Selected> {
        Self::examine_with(name, &SelectOptions::default())
    }

    /// `EXAMINE` with parameters, as [`select_with`](Self::select_with).
    pub fn examine_with(
        name: impl Into<MailboxArgument>,
        options: &SelectOptions,
    ) -> Checked<Selected> {
        select(table::EXAMINE, name.into(), options)
    }

    /// `CREATE` (section 6.3.4).
    pub fn create(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::CREATE, name)
    }

    /// `CREATE` of a mailbox that is used for something (RFC 6154 section 3): a [`Role`](crate::client::answers::Role), or an
    /// attribute by name.
    ///
    /// ```
    /// use imap_machine::client::Command;
    /// use imap_machine::client::answers::Role;
    ///
    /// // A1 CREATE Outbox (USE (\Sent))
    /// let create = Command::create_for("Outbox", [Role::Sent])?;
    /// # Ok::<(), imap_machine::client::InvalidArgument>(())
    /// ```
    pub fn create_for(
        name: impl Into<MailboxArgument>,
        uses: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Checked<Done> {
        let mut written = naming(table::CREATE, &name.into())?;
        written.text(b" (USE ");
        parenthesized(&mut written, uses, |written, attribute| {
            written.text(attribute_of_mailbox(attribute.as_ref())?.as_bytes());
            Ok(())
        })?;
        written.text(b")");
        Ok(typed(written, Profile::plain(table::CREATE)))
    }

    /// `DELETE` (section 6.3.5).
    pub fn delete(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::DELETE, name)
    }

    /// `RENAME` (section 6.3.6).
    pub fn rename(
        from: impl Into<MailboxArgument>,
        to: impl Into<MailboxArgument>,
    ) -> Checked<Done> {
        let mut written = naming(table::RENAME, &from.into())?;
        written.text(b" ");
        written.mailbox(&to.into())?;
        Ok(typed(written, Profile::plain(table::RENAME)))
    }

    /// `SUBSCRIBE` (section 6.3.7).
    pub fn subscribe(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::SUBSCRIBE, name)
    }

    /// `UNSUBSCRIBE` (section 6.3.8).
    pub fn unsubscribe(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::UNSUBSCRIBE, name)
    }

    /// `STATUS` (section 6.3.11), of these [items](crate::client::StatusName) or any others by name.
    pub fn status(
        name: impl Into<MailboxArgument>,
        items: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Checked<Counted> {
        let name = name.into();
        let mut written = naming(table::STATUS, &name)?;
        written.text(b" ");
        parenthesized(&mut written, items, |written, item| {
            written.text(atom(item.as_ref())?.as_bytes());
            Ok(())
        })?;
        Ok(typed(written, Profile::naming(table::STATUS, &name)))
    }

    /// `NAMESPACE` (section 6.3.10, RFC 2342).
    #[must_use]
    pub fn namespace() -> TypedCommand<Namespaced> {
        bare(table::NAMESPACE)
    }

    /// `CLOSE` (section 6.4.1): expunges, then leaves the mailbox.
    #[must_use]
    pub fn close() -> TypedCommand<Done> {
        TypedCommand::new(Self::bare(table::CLOSE, Effect::Deselect))
    }

    /// `UNSELECT` (section 6.4.2): leaves the mailbox.
    #[must_use]
    pub fn unselect() -> TypedCommand<Done> {
        TypedCommand::new(Self::bare(table::UNSELECT, Effect::Deselect))
    }

    /// `EXPUNGE` (section 6.4.3).
    #[must_use]
    pub fn expunge() -> TypedCommand<Done> {
        bare(table::EXPUNGE)
    }
}

fn select(row: Row, name: MailboxArgument, options: &SelectOptions) -> Checked<Selected> {
    let mut written = naming(row, &name)?;
    options.write(&mut written)?;
    let name = match name.told() {
        b"INBOX" => MailboxArgument::from_wire(b"INBOX"),
        _ => name,
    };
    let effect = Effect::Select {
        mailbox: name.into(),
        read_only: row.verb == table::EXAMINE.verb,
    };
    Ok(typed(written, Profile::new(row, effect)))
}

/// A backslash and an atom.
fn attribute_of_mailbox(attribute: &str) -> Result<&str, InvalidArgument> {
    let word = attribute
        .strip_prefix('\\')
        .ok_or(InvalidArgument::NotAnAttribute)?;
    match atom(word) {
        Ok(_) => Ok(attribute),
        Err(_) => Err(InvalidArgument::NotAnAttribute),
    }
}
