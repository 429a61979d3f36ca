//! A command, and its forms.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::ToString;
use core::fmt;

use imap_types::command::CommandBody;

use super::mailbox_argument::Spellings;
use super::message::AppendMessage;
use super::raw::RawCommand;
use crate::client::extensions::KnownExtension;
use crate::upgrade::Layer;

/// A command to [`send`](crate::client::ClientConnection::send).
///
/// The common ones have short names ([`Command::noop`], [`Command::select`], ...), every [`CommandBody`] of imap-types converts
/// into a command, with names of mailboxes as they stand on the wire, and [`Command::raw`] is for all others.
///
/// `Debug` shows the verb only: arguments may be credentials or mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Command {
    pub(crate) form: Form,
    /// Which names in its body are spelled as people write them.
    pub(crate) names: Spellings,
}

/// What a command is made of.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Form {
    Body(CommandBody<'static>),
    /// APPEND; the body's own message is empty.
    Append {
        body: CommandBody<'static>,
        message: AppendMessage,
    },
    Raw(RawCommand),
}

impl Command {
    pub(super) fn new(form: Form) -> Self {
        Self {
            form,
            names: Spellings::default(),
        }
    }

    /// The verb, such as `UID STORE`.
    pub(crate) fn verb(&self) -> Cow<'static, str> {
        match &self.form {
            Form::Raw(raw) => Cow::Owned(raw.verb().to_string()),
            Form::Body(body) | Form::Append { body, .. } => Cow::Borrowed(match body {
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

impl Command {
    /// The layer that it asks for.
    pub(crate) fn layer(&self) -> Option<Layer> {
        match &*self.verb() {
            "STARTTLS" => Some(Layer::Tls),
            "COMPRESS" => Some(Layer::Deflate),
            _ => None,
        }
    }

    /// The first name of an ENABLE that may change what is said in a way that is not understood.
    pub(crate) fn enables_unknown(&self) -> Option<Box<str>> {
        let Form::Body(CommandBody::Enable { capabilities }) = &self.form else {
            return None;
        };
        let names = capabilities.as_ref().iter().map(ToString::to_string);
        let mut unknown = names.filter(|name| !KnownExtension::may_enable(name));
        unknown.next().map(Into::into)
    }
}

impl From<CommandBody<'static>> for Command {
    fn from(mut body: CommandBody<'static>) -> Self {
        Self::new(match AppendMessage::taken_from(&mut body) {
            Some(message) => Form::Append { body, message },
            None => Form::Body(body),
        })
    }
}

impl From<RawCommand> for Command {
    fn from(raw: RawCommand) -> Self {
        Self::new(Form::Raw(raw))
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by_hand = match &self.form {
            Form::Raw(_) => "raw ",
            Form::Body(_) | Form::Append { .. } => "",
        };
        write!(f, "Command({by_hand}{})", self.verb())
    }
}
