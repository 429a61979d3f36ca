//! Commands about mailboxes (RFC 9051 section 6.3).

use super::{Checked, bare, named, naming, typed};
use crate::client::answers::{Counted, Done, Listed, Selected};
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

    /// `LIST` (section 6.3.9), in its basic form.
    pub fn list(
        reference: impl Into<MailboxArgument>,
        pattern: impl Into<MailboxArgument>,
    ) -> Checked<Listed> {
        list(table::LIST, &reference.into(), &pattern.into())
    }

    /// `LSUB` (RFC 3501 section 6.3.9): LIST of subscribed mailboxes.
    pub fn lsub(
        reference: impl Into<MailboxArgument>,
        pattern: impl Into<MailboxArgument>,
    ) -> Checked<Listed> {
        list(table::LSUB, &reference.into(), &pattern.into())
    }

    /// `STATUS` (section 6.3.11), of these [items](StatusName) or any others by name.
    pub fn status(
        name: impl Into<MailboxArgument>,
        items: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Checked<Counted> {
        let name = name.into();
        let mut written = naming(table::STATUS, &name)?;
        let mut before = &b" ("[..];
        for item in items {
            written.text(before);
            written.text(atom(item.as_ref())?.as_bytes());
            before = b" ";
        }
        if before == b" (" {
            return Err(InvalidArgument::Empty);
        }
        written.text(b")");
        let mut profile = Profile::plain(table::STATUS);
        profile.mailbox = Some(name.told().into());
        Ok(typed(written, profile))
    }

    /// `NAMESPACE` (section 6.3.10).
    #[must_use]
    pub fn namespace() -> Self {
        Self::bare(table::NAMESPACE, Effect::None)
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

fn list(row: Row, reference: &MailboxArgument, pattern: &MailboxArgument) -> Checked<Listed> {
    let mut written = naming(row, reference)?;
    written.text(b" ");
    written.pattern(pattern)?;
    Ok(typed(written, Profile::plain(row)))
}
