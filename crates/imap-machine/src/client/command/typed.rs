//! Commands that know how they are answered.

use core::fmt;
use core::marker::PhantomData;

use super::form::Command;

/// A command and the type of its answer, an [`Answer`](crate::client::answers::Answer): what [`Command::select`] makes is
/// answered with [`Selected`](crate::client::answers::Selected).
///
/// It converts into a [`Command`], whose answer is read as events.
///
/// ```
/// use imap_machine::client::answers::Selected;
/// use imap_machine::client::{Command, TypedCommand};
///
/// let select: TypedCommand<Selected> = Command::select("INBOX")?;
/// # Ok::<(), imap_machine::client::InvalidArgument>(())
/// ```
///
/// To read it as something else does not compile:
///
/// ```compile_fail,E0308
/// use imap_machine::client::answers::Found;
/// use imap_machine::client::{Command, TypedCommand};
///
/// let select: TypedCommand<Found> = Command::select("INBOX")?;
/// # Ok::<(), imap_machine::client::InvalidArgument>(())
/// ```
pub struct TypedCommand<A> {
    command: Command,
    answer: PhantomData<fn() -> A>,
}

impl<A> TypedCommand<A> {
    /// Reads the answer to `command` as `A`. Whether that makes sense is for the caller to know.
    #[must_use]
    pub fn new(command: impl Into<Command>) -> Self {
        Self {
            command: command.into(),
            answer: PhantomData,
        }
    }
}

impl<A> TypedCommand<A> {
    /// How many octets the application has to [supply](crate::client::ClientConnection::supply).
    #[must_use]
    pub fn supplied(&self) -> u64 {
        self.command.supplied()
    }
}

impl<A> From<TypedCommand<A>> for Command {
    fn from(typed: TypedCommand<A>) -> Self {
        typed.command
    }
}

impl<A> Clone for TypedCommand<A> {
    fn clone(&self) -> Self {
        Self::new(self.command.clone())
    }
}

impl<A> PartialEq for TypedCommand<A> {
    fn eq(&self, other: &Self) -> bool {
        self.command == other.command
    }
}

impl<A> Eq for TypedCommand<A> {}

impl<A> fmt::Debug for TypedCommand<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.command.fmt(f)
    }
}
