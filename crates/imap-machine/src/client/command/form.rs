//! A command, and its forms.

use alloc::borrow::Cow;
use alloc::string::ToString;
use core::fmt;

use imap_types::command::CommandBody;

use super::raw::RawCommand;

/// A command to [`send`](crate::client::ClientConnection::send).
///
/// The common ones have short names ([`Command::noop`], [`Command::select`], ...), every [`CommandBody`] of imap-types converts
/// into a command, and [`Command::raw`] is for all others.
///
/// `Debug` shows the verb only: arguments may be credentials or mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Command(pub(crate) Form);

/// What a command is made of.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Form {
    Body(CommandBody<'static>),
    /// APPEND whose message is supplied in pieces; the body's own message is empty.
    Supplied {
        body: CommandBody<'static>,
        size: u64,
    },
    Raw(RawCommand),
}

impl Command {
    /// The verb, such as `UID STORE`.
    pub(crate) fn verb(&self) -> Cow<'static, str> {
        match &self.0 {
            Form::Raw(raw) => Cow::Owned(raw.verb().to_string()),
            Form::Body(body) | Form::Supplied { body, .. } => Cow::Borrowed(match body {
                CommandBody::Fetch { uid: true, .. } => "UID FETCH",
                CommandBody::Store { uid: true, .. } => "UID STORE",
                CommandBody::Copy { uid: true, .. } => "UID COPY",
                CommandBody::Move { uid: true, .. } => "UID MOVE",
                CommandBody::Search { uid: true, .. } => "UID SEARCH",
                CommandBody::Sort { uid: true, .. } => "UID SORT",
                CommandBody::Thread { uid: true, .. } => "UID THREAD",
                CommandBody::ExpungeUid { .. } => "UID EXPUNGE",
                body => body.name(),
            }),
        }
    }
}

impl From<CommandBody<'static>> for Command {
    fn from(body: CommandBody<'static>) -> Self {
        Self(Form::Body(body))
    }
}

impl From<RawCommand> for Command {
    fn from(raw: RawCommand) -> Self {
        Self(Form::Raw(raw))
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_hand = match &self.0 {
            Form::Raw(_) => "raw ",
            Form::Body(_) | Form::Supplied { .. } => "",
        };
        write!(f, "Command({by_hand}{})", self.verb())
    }
}
