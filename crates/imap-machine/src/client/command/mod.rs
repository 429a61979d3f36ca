//! Commands: what they are, what they need, how they go out and how they end.

mod answers;
mod behaviors;
mod builders;
mod deadlines;
mod encode;
mod entry;
mod flag_change;
mod handle;
mod in_order;
mod index;
mod outcome;
mod pipeline;
mod profile;
mod queue;
mod raw;
mod scope;

use core::fmt;
use core::time::Duration;

use imap_types::command::CommandBody;

pub use builders::InvalidArgument;
pub use handle::{CommandHandle, Tag};
pub use outcome::{Completion, Evidence, NotSent, Outcome, Refusal, Unknown};
pub use pipeline::{Blocked, Why};
pub use raw::RawCommand;

pub(crate) use answers::Answers;
pub(crate) use encode::encode;
pub(crate) use entry::{Entry, Interest, Numbering, Phase};
pub(crate) use flag_change::FlagChange;
#[cfg(test)]
pub(crate) use index::tests::{Run, history};
pub(crate) use profile::{Effect, Profile, names_numbers};
pub(crate) use queue::Commands;
pub(crate) use scope::{Message, Scope, joined};

/// A command to [`send`](super::ClientConnection::send).
///
/// There are short names for the everyday ones ([`Command::noop`], [`Command::select`], ...), every
/// [`CommandBody`] of imap-types converts into one, and [`Command::raw`] says what neither can.
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
        write!(f, "Command({by_hand}{})", profile::verb(self))
    }
}

/// How a command is to be run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommandOptions {
    /// How long it may take from `send` to its outcome; when the time is up the command ends and the
    /// connection goes on. `None`: [`Timeouts::command`](crate::client::Timeouts::command).
    pub deadline: Option<Duration>,
    /// IDLE only: begin a new IDLE when one round is over ([`Timeouts::idle`](crate::client::Timeouts::idle)),
    /// instead of ending.
    pub refresh_idle: bool,
}

impl CommandOptions {
    /// With a deadline.
    #[must_use]
    pub const fn deadline(span: Duration) -> Self {
        Self {
            deadline: Some(span),
            refresh_idle: false,
        }
    }

    /// With IDLE refreshed for as long as it lasts.
    #[must_use]
    pub const fn refreshing() -> Self {
        Self {
            deadline: None,
            refresh_idle: true,
        }
    }
}
