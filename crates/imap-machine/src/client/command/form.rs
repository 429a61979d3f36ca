//! A command.

use alloc::borrow::Cow;
use core::fmt;

use super::handle::Tag;
use super::profile::{Effect, Profile};
use super::table::Row;
use super::written::{CommandText, TextPart};
use crate::outgoing::fragments::{Fragment, Fragments};
use crate::upgrade::Layer;

/// A command to [`send`](crate::client::ClientConnection::send).
///
/// The common ones have short names ([`Command::noop`], [`Command::select`], ...), every
/// [`CommandBody`](imap_types::command::CommandBody) of imap-types converts into a command, with names of mailboxes as they stand on
/// the wire, and [`Command::raw`] is for all others.
///
/// A command of an extension is sent whether the server has announced the extension or not, and a server that does not know it answers BAD.
/// [`supports`](crate::client::ClientConnection::supports) says what has been announced.
///
/// The example of each short name shows the octets that are sent, on a `connection` with its command `options` at the time `now`. What it
/// returns names its answer: a [`TypedCommand`](super::typed::TypedCommand) of [`Selected`](crate::client::answers::Selected), for example.
///
/// `Debug` shows the verb only: arguments may be credentials or mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    pub(super) written: CommandText,
    pub(crate) profile: Profile,
}

impl Command {
    pub(super) const fn new(written: CommandText, profile: Profile) -> Self {
        Self { written, profile }
    }

    /// A command without arguments.
    pub(super) fn bare(row: Row, effect: Effect) -> Self {
        Self::new(CommandText::new(row.verb), Profile::new(row, effect))
    }

    /// How many octets the application has to [supply](crate::client::ClientConnection::supply).
    #[must_use]
    pub fn supplied(&self) -> u64 {
        let supplied = self.written.fragments().map(|part| match part {
            TextPart::Other(Fragment::Supplied(_, size)) => *size,
            _ => 0,
        });
        supplied.fold(0, u64::saturating_add)
    }

    /// The verb, such as `UID STORE`.
    pub(crate) fn verb(&self) -> &Cow<'static, str> {
        &self.profile.verb
    }

    /// The layer that it asks for.
    pub(crate) const fn layer(&self) -> Option<Layer> {
        match self.profile.effect {
            Effect::StartTls => Some(Layer::Tls),
            Effect::Compress => Some(Layer::Deflate),
            _ => None,
        }
    }

    /// The form in which it is sent, and what matters about it besides.
    pub(crate) fn tagged(self, tag: Tag) -> (Fragments, Profile) {
        (self.written.tagged(tag), self.profile)
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Only a verb that was written by hand is owned.
        let by_hand = match self.verb() {
            Cow::Owned(_) => "raw ",
            Cow::Borrowed(_) => "",
        };
        write!(f, "Command({by_hand}{})", self.verb())
    }
}
