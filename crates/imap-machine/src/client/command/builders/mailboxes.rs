//! Commands about mailboxes (RFC 9051 section 6.3).

use super::{Checked, bare, named, naming, parenthesized, typed};
use crate::client::answers::{Counted, Done, Namespaced, Required, Selected};
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
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::select("INBOX")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 SELECT INBOX\r\n");
    #[doc = example!(end)]
    pub fn select(name: impl Into<MailboxArgument>) -> Checked<Selected> {
        Self::select_with(name, &SelectOptions::default())
    }

    /// `SELECT` with parameters: CONDSTORE, QRESYNC (RFC 7162).
    ///
    /// Needs CONDSTORE, or QRESYNC, which has to be enabled before.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::select_with("INBOX", &SelectOptions::condstore())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 SELECT INBOX (CONDSTORE)\r\n");
    #[doc = example!(end)]
    pub fn select_with(
        name: impl Into<MailboxArgument>,
        options: &SelectOptions,
    ) -> Checked<Selected> {
        select(table::SELECT, name.into(), options)
    }

    /// `EXAMINE` (section 6.3.3): SELECT, read-only.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::examine("Archive")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 EXAMINE Archive\r\n");
    #[doc = example!(end)]
    pub fn examine(name: impl Into<MailboxArgument>) -> Checked<Selected> {
        Self::examine_with(name, &SelectOptions::default())
    }

    /// `EXAMINE` with parameters, as [`select_with`](Self::select_with).
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::examine_with("Archive", &SelectOptions::condstore())?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 EXAMINE Archive (CONDSTORE)\r\n");
    #[doc = example!(end)]
    pub fn examine_with(
        name: impl Into<MailboxArgument>,
        options: &SelectOptions,
    ) -> Checked<Selected> {
        select(table::EXAMINE, name.into(), options)
    }

    /// `CREATE` (section 6.3.4).
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::create("Entwürfe")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 CREATE Entw&APw-rfe\r\n");
    #[doc = example!(end)]
    pub fn create(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::CREATE, name)
    }

    /// `CREATE` of a mailbox that is used for something (RFC 6154 section 3): a [`Role`](crate::client::answers::Role), or an
    /// attribute by name.
    ///
    /// Needs CREATE-SPECIAL-USE.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::create_for("Outbox", [Role::Sent])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 CREATE Outbox (USE (\\Sent))\r\n");
    #[doc = example!(end)]
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
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::delete("Work")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 DELETE Work\r\n");
    #[doc = example!(end)]
    pub fn delete(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::DELETE, name)
    }

    /// `RENAME` (section 6.3.6).
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::rename("Work", "Archive/Old work")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 RENAME Work \"Archive/Old work\"\r\n");
    #[doc = example!(end)]
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
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::subscribe("Lists")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 SUBSCRIBE Lists\r\n");
    #[doc = example!(end)]
    pub fn subscribe(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::SUBSCRIBE, name)
    }

    /// `UNSUBSCRIBE` (section 6.3.8).
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::unsubscribe("Lists")?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 UNSUBSCRIBE Lists\r\n");
    #[doc = example!(end)]
    pub fn unsubscribe(name: impl Into<MailboxArgument>) -> Checked<Done> {
        named(table::UNSUBSCRIBE, name)
    }

    /// `STATUS` (section 6.3.11), of these [items](crate::client::StatusName) or any others by name.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::status("Archive", [StatusName::Unseen])?, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 STATUS Archive (UNSEEN)\r\n");
    #[doc = example!(end)]
    pub fn status(
        name: impl Into<MailboxArgument>,
        items: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Checked<Required<Counted>> {
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
    ///
    /// Needs NAMESPACE or IMAP4rev2.
    ///
    #[doc = example!(connected)]
    /// connection.send(Command::namespace(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 NAMESPACE\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn namespace() -> TypedCommand<Required<Namespaced>> {
        bare(table::NAMESPACE)
    }

    /// `CLOSE` (section 6.4.1): expunges, then leaves the mailbox.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::close(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 CLOSE\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn close() -> TypedCommand<Done> {
        TypedCommand::new(Self::bare(table::CLOSE, Effect::Deselect))
    }

    /// `UNSELECT` (section 6.4.2): leaves the mailbox.
    ///
    /// Needs UNSELECT or IMAP4rev2.
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::unselect(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 UNSELECT\r\n");
    #[doc = example!(end)]
    #[must_use]
    pub fn unselect() -> TypedCommand<Done> {
        TypedCommand::new(Self::bare(table::UNSELECT, Effect::Deselect))
    }

    /// `EXPUNGE` (section 6.4.3).
    ///
    #[doc = example!(selected)]
    /// connection.send(Command::expunge(), options, now)?;
    /// assert_eq!(connection.transmit(), b"A2 EXPUNGE\r\n");
    #[doc = example!(end)]
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
