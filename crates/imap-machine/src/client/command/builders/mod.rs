//! Short names for commands, with the type of their answer.

mod annotations;
mod append;
mod batches;
mod extensions;
mod listing;
#[cfg(test)]
mod mailbox_tests;
mod mailboxes;
mod messages;
mod quotas;
mod rights;
mod search;
#[cfg(test)]
mod search_tests;
mod session;
mod sort;
#[cfg(test)]
mod tests;

use super::argument::InvalidArgument;
use super::form::Command;
use super::mailbox_argument::MailboxArgument;
use super::profile::Profile;
use super::raw::RawCommand;
use super::table::Row;
use super::typed::TypedCommand;
use super::written::CommandText;

pub(super) type Checked<A> = Result<TypedCommand<A>, InvalidArgument>;

impl Command {
    /// Any command: `verb`, then its arguments, added one by one.
    ///
    #[doc = example!(connected)]
    /// let raw = Command::raw("X-QUOTE")?.mailbox("Entwürfe")?.string("to day")?;
    /// connection.send(raw, options, now)?;
    /// assert_eq!(connection.transmit(), b"A1 X-QUOTE Entw&APw-rfe \"to day\"\r\n");
    #[doc = example!(end)]
    pub fn raw(verb: &str) -> Result<RawCommand, InvalidArgument> {
        RawCommand::new(verb)
    }
}

fn typed<A>(written: CommandText, profile: Profile) -> TypedCommand<A> {
    TypedCommand::new(Command::new(written, profile))
}

/// A command that has neither arguments nor an effect of its own.
fn bare<A>(row: Row) -> TypedCommand<A> {
    typed(CommandText::new(row.verb), Profile::plain(row))
}

/// A command about one mailbox.
fn named<A>(row: Row, name: impl Into<MailboxArgument>) -> Checked<A> {
    Ok(typed(naming(row, &name.into())?, Profile::plain(row)))
}

/// The verb and the name of a mailbox.
fn naming(row: Row, name: &MailboxArgument) -> Result<CommandText, InvalidArgument> {
    let mut written = CommandText::new(row.verb);
    written.text(b" ");
    written.mailbox(name)?;
    Ok(written)
}

/// Items in parentheses, at least one.
fn parenthesized<I>(
    written: &mut CommandText,
    items: impl IntoIterator<Item = I>,
    mut write: impl FnMut(&mut CommandText, I) -> Result<(), InvalidArgument>,
) -> Result<(), InvalidArgument> {
    let mut before = &b"("[..];
    for item in items {
        written.text(before);
        write(written, item)?;
        before = b" ";
    }
    if before == b"(" {
        return Err(InvalidArgument::Empty);
    }
    written.text(b")");
    Ok(())
}
